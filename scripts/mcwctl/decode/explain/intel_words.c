// SPDX-License-Identifier: GPL-2.0
/*
 * Words of the error codes of Intel's models.
 */
#include "decode/explain/tables.h"

#define CODE(name, spellings, words) \
	{ \
		.topic = MCW_TOPIC_CODE, .word = (name), .also = (spellings), .text = (words) \
	}

static const struct mcw_explanation rows[] = {
	/* mesh and memory controller */
	CODE("M2M", "B2CMI|mesh to memory|home agent|HA",
	     "The way from the mesh of a socket to a memory controller; before Skylake the home "
	     "agent. Its read errors are those of the memory behind it."),
	CODE("CHA", "cache and home agent",
	     "A piece of the last level cache on the mesh, with what keeps all caches coherent."),
	CODE("CMI", "credit|credits",
	     "The interface between mesh and memory controller. A credit stands for room at the "
	     "other side; without one nothing is sent."),
	CODE("DDR-T", "persistent memory|Optane",
	     "How a memory controller talks to modules of persistent memory (Optane) on a channel "
	     "of DIMMs."),
	CODE("HBM", "EDC|MCDRAM",
	     "Memory inside the package of the CPU. If it fails, the CPU is replaced. EDC is its "
	     "controller in Knights Landing."),
	CODE("1LM", "one level memory", "DRAM is the memory itself, and no cache of another one."),
	CODE("sparing", "PCLS|partial cache line sparing",
	     "Memory in reserve takes the place of memory that fails. A sparing error comes while "
	     "the data is copied there."),
	CODE("write data buffer", "WDB|WPQ|RPQ|read queue|write queue|read pending array",
	     "Data and requests that wait inside a memory controller. Their errors are the CPU's, "
	     "not a DIMM's."),
	CODE("command or address parity", "CAParity|command parity",
	     "A DIMM got a command or an address that was damaged on the way: rather contacts, "
	     "slot or board than a memory chip."),
	CODE("CAM", NULL, "A table that finds an entry by its content."),
	CODE("metadata", NULL, "Bits that are kept beside the data, such as who has a copy of it."),
	CODE("memory encryption", "TME|TDX|SGX|MAC",
	     "TME encrypts all memory, TDX that of virtual machines, SGX that of parts of "
	     "programs. A MAC shows whether data was changed."),
	CODE("ADR", NULL,
	     "When the power fails, memory controllers still write what they hold to persistent "
	     "memory."),
	CODE("SAI", NULL, "Says which unit sends a request, and so what it may do."),
	/* links */
	CODE("KTI", "R3QPI|upper link layer",
	     "Another name for UPI. R3QPI is what leads from the ring to a QPI link."),
	CODE("LLR", "link level retry|retry|CRC",
	     "A packet whose check sum (CRC) is wrong is sent again. A few are normal; many mean a "
	     "bad contact, board or CPU."),
	CODE("L0p", "L0|L0c",
	     "States of a UPI link. L0 is full use; L0p uses a part of the lanes, to save power; "
	     "L0c is a short one for control."),
	CODE("DMI", "PCH",
	     "The link to the chip set (PCH), which has the board's slower devices and, with the "
	     "firmware, starts the machine."),
	CODE("CXL", NULL, "A protocol for memory and accelerators behind PCI Express slots."),
	CODE("UCIe", "die to die link|D2D", "A standard of links between dies in one package."),
	CODE("CBB", "IMH",
	     "Dies of Diamond Rapids: a CBB has the cores, an IMH memory controllers and links."),
	/* the power control unit */
	CODE("Punit", "VCU|its controller|POReqValid",
	     "Another name for the power control unit. Its controller is a small processor with "
	     "firmware of its own, part of the microcode."),
	CODE("SVID", "VID|ICC max|ICC|VOUT|VOUT max|VCCIN|VDD|load line|current monitor",
	     "How the CPU talks to the voltage regulators of the board: VID is the voltage that it "
	     "asks for, VOUT what they give, ICC their current, VCCIN the main supply. Suspect the "
	     "board, the power supply or settings of the firmware, then the CPU."),
	CODE("integrated voltage regulator", "FIVR|IVR",
	     "A voltage regulator inside the CPU. If it fails, the CPU is replaced."),
	CODE("package C-state", "C-state|C2|C3|allow-L1",
	     "How much of an idle socket is switched off; a higher number saves more. If it fails, "
	     "limit C-states in the firmware, to see whether the errors end."),
	CODE("package S-state", "S-state|S0|S3",
	     "What state the machine is in: S0 runs, S3 is suspended to memory. A change also "
	     "comes with a restart."),
	CODE("GPSB", "PMSB|IOSF|sideband|message channel|bulk control register",
	     "Slow buses inside the CPU over which its units are set up and send messages. If one "
	     "does not answer in time, a unit behind it hangs."),
	CODE("UBOX", NULL,
	     "The unit of a socket for interrupts, locks and registers that belong to no other."),
	CODE("LT agent", "LT|TXT|trusted execution",
	     "TXT (earlier LT) measures what the machine starts. Only one agent may do that."),
	CODE("S3M", NULL, "The processor of Intel's servers that checks firmware before it runs."),
	CODE("TPMI", "HPM|telemetry SRAM",
	     "Memories of the power unit: settings by software (TPMI), measurements (telemetry), "
	     "exchange with other dies (HPM)."),
	CODE("ITD", "Pmax|SA|SA ITD",
	     "Corrections of the voltage: ITD by temperature, Pmax for peaks of power. They depend "
	     "on fuses of the CPU and on the board."),
	CODE("PLL", "BCLK|crystal oscillator",
	     "Makes the fast clocks of a CPU from a slow one (BCLK) of the board."),
	CODE("TSC", NULL, "The clock that each CPU counts; those of a machine must agree."),
	CODE("SMBus", "PECI|VPP|SPD|MCP pause",
	     "Slow buses on the board: to the DIMMs' description (SPD), to slots that can be "
	     "changed (VPP), and from the service processor to the CPU (PECI)."),
	CODE("MCP", NULL, "Another die in the package of the CPU, or what supplies it."),
	CODE("POC", "MSID",
	     "What the CPU reads from its pins at power-on: which regulator, and which power "
	     "(MSID), the board has."),
	CODE("TM1", "TM2|SpeedStep",
	     "How old CPUs cool down: TM1 stops the clock part of the time, TM2 lowers frequency "
	     "and voltage."),
	CODE("scan at field", "SAF|in-field scan", "A test of the CPU's logic while it is in use."),
	CODE("shutdown", "CR4|SIPI|RSM|VMX|SMM|SMI",
	     "A CPU that cannot go on stops, and the machine restarts. Causes are a machine check "
	     "while none can be handled (CR4.MCE is 0, or the CPU waits for its start, SIPI), "
	     "invalid states of virtual machines (VMX) or of the firmware's mode (SMM, entered by "
	     "SMI, left by RSM), or three faults of software in each other."),
	/* before Nehalem */
	CODE("front side bus", "FSB|PIC",
	     "The bus between CPUs and the northbridge, before Nehalem. Errors: contacts, board, "
	     "northbridge, or any CPU on it. PIC is a CPU's interrupt controller."),
	CODE("BINIT", "BERR|AERR|AERR1|AERR2|MCERR|IERR",
	     "Signals of the front side bus: parity of an address (AERR), an error of the bus "
	     "(BERR) or of a CPU (MCERR), start it all over (BINIT). IERR: a CPU has stopped."),
	CODE("FRC", "functional redundancy check",
	     "Two CPUs do the same, and one checks the other."),
	CODE("DCU", "IFU|ItoM",
	     "The data cache unit of old cores; IFU is what fetches instructions. ItoM makes a "
	     "line writable without reading it."),
	CODE("RTID", NULL, "The number of a request that is under way."),
};

const struct mcw_explain_table mcw_explain_intel_words = MCW_EXPLAIN_TABLE(rows);

// SPDX-License-Identifier: GPL-2.0
/*
 * Components: which part of the hardware an error is of.
 */
#include "decode/explain/tables.h"

#define COMPONENT(name, spellings, words) \
	{ \
		.topic = MCW_TOPIC_COMPONENT, .word = (name), .also = (spellings), .text = (words) \
	}

static const struct mcw_explanation rows[] = {
	COMPONENT("unknown", NULL,
		  "Neither the bank's unit, by the CPU's model, nor the error code says which part "
		  "it is of."),
	COMPONENT("core", NULL,
		  "A part of a CPU core that is no cache: it fetches, executes and retires "
		  "instructions."),
	COMPONENT("TLB", "translation lookaside buffer",
		  "Keeps translations from virtual to physical addresses, in a core."),
	COMPONENT("cache", NULL, "A cache of which the record does not say the level."),
	COMPONENT("L1 cache", "L1|data cache|instruction cache",
		  "The smallest and fastest cache of a core, one for data, one for instructions."),
	COMPONENT("L2 cache", "L2|MLC",
		  "The second cache of a core, in some models of a few cores."),
	COMPONENT("L3 cache", "L3|LLC|last level cache",
		  "The last cache before memory, which the cores of a die or of a socket share."),
	COMPONENT("memory controller", "IMC|UMC|MC|memory",
		  "The part of a CPU that reads and writes DIMMs, with the DIMMs behind it. Its "
		  "errors are mostly those of a DIMM. Intel calls it IMC, AMD UMC."),
	COMPONENT("interconnect", "mesh|data fabric",
		  "What connects cores, caches, memory controllers and devices inside a socket: a "
		  "mesh or ring, AMD's data fabric, a bus."),
	COMPONENT("link", "UPI|QPI|xGMI|HyperTransport|GMI",
		  "A connection between dies or sockets: QPI and UPI of Intel, HyperTransport, GMI "
		  "and xGMI of AMD."),
	COMPONENT("PCI Express", "PCIe", "A port or a device of PCI Express."),
	COMPONENT("PCI Express root port", "root port|PCIe root port",
		  "The port of the CPU from which a bus of PCI Express begins. The record names "
		  "it, or a device behind it, by segment, bus, device and function: lspci -s takes "
		  "that name."),
	COMPONENT("I/O", "IO|IIO|NBIO",
		  "Other hardware for devices: Intel's integrated I/O (IIO) without a named port, "
		  "AMD's northbridge I/O, SATA, USB."),
	COMPONENT("power unit", "PCU|SMU",
		  "Manages power, voltage and temperature: Intel's power control unit (PCU), AMD's "
		  "system management unit (SMU)."),
	COMPONENT("service processor", "PSP|MP5|MPDMA|MPASP|MPART|MPRAS|MPM",
		  "Another processor inside the CPU than its cores: for security, to move data, "
		  "for management. It is not the board's BMC."),
	COMPONENT("firmware", NULL,
		  "The firmware reported the error, and the record does not say of which part it "
		  "is."),
};

const struct mcw_explain_table mcw_explain_components = MCW_EXPLAIN_TABLE(rows);

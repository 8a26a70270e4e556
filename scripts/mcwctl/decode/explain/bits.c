// SPDX-License-Identifier: GPL-2.0
/*
 * Bits of the registers, by the names of the manuals.
 */
#include "decode/explain/tables.h"

#define BIT(name, words) \
	{ \
		.topic = MCW_TOPIC_BIT, .word = (name), .text = (words) \
	}

static const struct mcw_explanation rows[] = {
	BIT("VAL", "MCi_STATUS 63: the bank holds an error."),
	BIT("OVER", "MCi_STATUS 62, overflow: another error came while this one was in the bank, "
		    "and one of them is not recorded."),
	BIT("UC", "MCi_STATUS 61: the hardware did not correct the error."),
	BIT("EN", "MCi_STATUS 60: reporting of this error is enabled in MCi_CTL."),
	BIT("MISCV", "MCi_STATUS 59: MCi_MISC holds something about the error."),
	BIT("ADDRV", "MCi_STATUS 58: MCi_ADDR holds an address of the error."),
	BIT("PCC", "MCi_STATUS 57, processor context corrupt: the state of the processor may be "
		   "wrong, so nothing can go on after this error."),
	BIT("S", "MCi_STATUS 56, of Intel: the error was signaled by a machine-check exception."),
	BIT("AR", "MCi_STATUS 55, of Intel: software must act before the program that ran goes "
		  "on."),
	BIT("TCC", "MCA_STATUS 55, of AMD, task context corrupt: the task that ran cannot go on, "
		   "others can."),
	BIT("PADDRV", "MCA_STATUS 54, of AMD: MCA_ADDR is a physical address of the system."),
	BIT("SYNDV", "MCA_STATUS 53, of AMD: MCA_SYND holds something about the error."),
	BIT("CECC", "MCA_STATUS 46, of AMD: ECC corrected the error."),
	BIT("UECC", "MCA_STATUS 45, of AMD: ECC saw an error that it cannot correct."),
	BIT("POISON", "MCA_STATUS 43, of AMD: the error is that poisoned data was used."),
	BIT("SCRUB", "MCA_STATUS 40, of AMD: a scrubber found the error."),
	BIT("FW", "MCi_STATUS 37, of Intel: the firmware has changed the bank since."),
	BIT("RIPV", "MCG_STATUS 0: the program can go on at the instruction pointer that was "
		    "saved."),
	BIT("EIPV", "MCG_STATUS 1: the instruction pointer that was saved is where the error was."),
	BIT("MCIP", "MCG_STATUS 2: a machine-check exception is being handled."),
	BIT("LMCE_S", "MCG_STATUS 3: the exception was raised on this CPU alone."),
	BIT("SEAM_NR", "MCG_STATUS 12: the exception came while a guest of TDX ran."),
	BIT("SER_P", "MCG_CAP 24: the CPU can recover from uncorrected errors, and has S and AR."),
	BIT("CMCI_P", "MCG_CAP 10: the CPU has interrupts for corrected errors."),
	BIT("TES_P", "MCG_CAP 11: banks have a threshold status, green or yellow."),
	BIT("LMCE_P", "MCG_CAP 27: an exception can be raised on one CPU alone."),
	BIT("DEFERRED", "MCA_STATUS 44, of AMD: data is lost, and nobody has used it yet."),
	BIT("OVERFLOW_RECOV", "CPUID 80000007h EBX 0, of AMD: an overflow alone does not make an "
			      "error fatal."),
	BIT("SUCCOR", "CPUID 80000007h EBX 1, of AMD: the CPU can contain uncorrected errors, so "
		      "that software recovers."),
	BIT("SMCA", "CPUID 80000007h EBX 3, of AMD: scalable MCA, whose banks say in MCA_IPID what "
		    "they belong to."),
	BIT("MEMORY_FAILURE", "An option of the kernel (CONFIG_MEMORY_FAILURE): it can take pages "
			      "away."),
};

const struct mcw_explain_table mcw_explain_bits = MCW_EXPLAIN_TABLE(rows);

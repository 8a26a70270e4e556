// SPDX-License-Identifier: GPL-2.0
/*
 * Terms of memory, and of pages that are taken away.
 */
#include "decode/explain/tables.h"

#define TERM(name, spellings, words) \
	{ \
		.topic = MCW_TOPIC_TERM, .word = (name), .also = (spellings), .text = (words) \
	}

static const struct mcw_explanation rows[] = {
	TERM("poison", "poisoned|poisoned data",
	     "A mark on data that is lost. It travels with the data, and whoever uses the data "
	     "gets an error instead of wrong data."),
	TERM("page offline", "offline|hard offline|hwpoison|memory_failure|memory failure",
	     "The kernel takes a page of 4 KiB away for good, by memory_failure(): nobody gets it "
	     "until the next start. A page with data on disk is read again; else its users get "
	     "SIGBUS."),
	TERM("soft offline", NULL,
	     "The kernel moves the data of a page that still works to another one, and nobody gets "
	     "the page again. Nobody loses data."),
	TERM("RAS_CEC", "CEC|corrected errors collector",
	     "An option of the kernel that counts corrected errors by page, and takes pages with "
	     "too many. The module then leaves corrected errors to it."),
	TERM("EDAC", NULL,
	     "Drivers of the kernel for memory controllers. They know which memory module an "
	     "address is in, and count its errors."),
	TERM("ECC", NULL,
	     "Error correcting code: bits beside the data, with which a few wrong bits are "
	     "corrected, and more are noticed."),
	TERM("SDDC", "chipkill|ADDDC|SDDC+1|ADDDC+1",
	     "ECC that corrects the loss of a whole memory chip. ADDDC corrects a second one that "
	     "fails after the first."),
	TERM("patrol scrub", "scrub|scrubber|scrubbing|demand scrub",
	     "The memory controller reads all of memory again and again, and corrects what it "
	     "finds, before a second error makes it uncorrectable. A demand scrub writes back what "
	     "was corrected while it was read."),
	TERM("DIMM", "memory module", "A module of memory, in a slot of the board."),
	TERM("channel", NULL,
	     "One of the buses from a memory controller to its DIMMs. A channel has one to three "
	     "slots."),
	TERM("rank", "chip select|csrow",
	     "The chips of a DIMM that work together on one access. A chip select or csrow is the "
	     "signal that picks a rank."),
	TERM("bank group", "DRAM bank|row|column|dram_bank",
	     "Where in a chip the data is: chips have bank groups, these have banks, and a bank "
	     "has rows and columns. It is not a bank of registers."),
	TERM("syndrome", NULL,
	     "What ECC computes from data and check bits: which bits were wrong."),
	TERM("grain", NULL, "How many bytes the address of an error may be wrong by."),
	TERM("mirroring", "mirror|failover|mirror failover",
	     "All data is in two channels, so that one of them may lose it. After a failover there "
	     "is one copy left, until the machine is repaired and started again."),
	TERM("2LM", "two level memory", "Slow memory for which the DRAM is only a cache."),
	TERM("FRU",
	     "field replaceable "
	     "unit",
	     "A part that can be replaced, as the firmware calls it."),
	TERM("slot", "label|DMI|SMBIOS",
	     "Where a DIMM is in. Its name on the board comes from the firmware's table (SMBIOS) "
	     "or from a list of labels."),
	TERM("physical address", "normalized address",
	     "An address in all of the machine's memory. AMD's memory controllers report a "
	     "normalized one, which counts within the controller alone."),
};

const struct mcw_explain_table mcw_explain_memory_terms = MCW_EXPLAIN_TABLE(rows);

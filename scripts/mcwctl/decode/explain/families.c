// SPDX-License-Identifier: GPL-2.0
/*
 * Families of errors: memory, caches, and what is inside a core.
 */
#include "decode/explain/tables.h"

static const struct mcw_explanation rows[] = {
	{
		.topic = MCW_TOPIC_FAMILY,
		.word = "memory_corrected",
		.also = "corrected memory error|CE|correctable error",
		.text = "The memory controller read data that did not fit its ECC, and corrected "
			"it. Nobody has seen wrong data.",
		.causes = { "a cell, row, bank or chip of one DIMM that is going bad",
			    "a DIMM that sits badly in its slot, or dirt on its contacts",
			    "a particle: a single error at a place that never has one again",
			    "memory that runs faster or with other timing than it is made for",
			    "the slot, the board or the CPU's memory controller" },
		.sure = "Certain that nothing is lost. Only counts say which part is bad: one "
			"error proves nothing, many of one DIMM point to it.",
		.now = "Nothing. mcwctl dimms shows whether the errors are of one DIMM.",
		.next = "If one DIMM has them again and again, replace it at the next occasion. To "
			"know whether the slot is bad, swap two DIMMs: the errors go with the "
			"DIMM, or stay with the slot.",
		.not_it = "No reason to restart the machine, and no proof that an uncorrected "
			  "error will come.",
	},
	{
		.topic = MCW_TOPIC_FAMILY,
		.word = "memory_lost",
		.also = "uncorrected memory error|UE|uncorrectable error",
		.text = "More bits of memory were wrong than its ECC can correct. The data is lost "
			"and marked (poisoned), and nobody may use it. A scrubber often finds it "
			"before a program does.",
		.causes = { "a chip of a DIMM that fails, or a second one that fails after it",
			    "a DIMM that sits badly in its slot",
			    "the slot, the board or the CPU's memory controller",
			    "voltage or temperature out of range" },
		.sure = "Certain that the data is lost. Most likely a DIMM is bad, even if it is "
			"the first such error.",
		.now = "See with mcwctl follow last whether the page was taken and who lost data. "
		       "Restart programs that got a signal.",
		.next = "Replace the DIMM that mcwctl dimms names, soon. Until then move work away "
			"from the machine.",
		.not_it = "No fault of the program that was killed, and usually none of the CPU "
			  "that reports it.",
	},
	{
		.topic = MCW_TOPIC_FAMILY,
		.word = "memory_fatal",
		.text = "The memory controller reports an error after which the processor's state "
			"is not valid: the kernel panics, or the machine resets.",
		.causes = { "a DIMM that fails as a whole, or its connection",
			    "errors of address or command signals: the slot or the board",
			    "the CPU's memory controller", "power" },
		.sure = "Certain that the machine could not go on. Which part is bad is likely, "
			"not certain.",
		.now = "Write down slot, bank and address. Let the firmware test the memory at the "
		       "next start.",
		.next = "Replace the DIMM. If the slot has the same error with another DIMM, the "
			"board or the CPU is bad.",
		.not_it = "Not a crash of the kernel's own: an error in software leaves no such "
			  "record.",
	},
	{
		.topic = MCW_TOPIC_FAMILY,
		.word = "memory_bus",
		.also = "memory bus",
		.text = "Commands, addresses or data were wrong when they came to the other end of "
			"a memory channel. If the record says that it was corrected, they were "
			"sent again.",
		.causes = { "contacts: a DIMM that sits badly in its slot, or dirt",
			    "a DIMM, often its register or buffer chip", "the slot or the board",
			    "the seat of the CPU, or bent pins under it",
			    "memory that runs faster, or with other voltage, than it is made for" },
		.sure = "Certain that it happened on the way. Which end is bad, the record does "
			"not say.",
		.now = "Note channel and DIMM. Take back overclocking of memory.",
		.next = "Seat the DIMM again, then swap it with another: errors that stay with the "
			"slot are the board's or the CPU's.",
		.not_it = "No bad memory chip: replacing pages does not help.",
	},
	{
		.topic = MCW_TOPIC_FAMILY,
		.word = "memory_controller",
		.text = "The memory controller found an error in what other parts of the CPU sent "
			"it, in its own queues or in its encryption.",
		.causes = { "the CPU", "old firmware or microcode",
			    "voltage that is too low, or heat" },
		.sure = "Likely, by the code of the CPU's model, that no DIMM made it.",
		.now = "Note which CPU it was. Update firmware and microcode.",
		.next = "If it comes again on the same CPU, swap it with another: an error that "
			"goes with the CPU is the CPU's.",
		.not_it = "No error of a DIMM: replacing DIMMs does not help.",
	},
	{
		.topic = MCW_TOPIC_FAMILY,
		.word = "poison_consumed",
		.also = "consumed poison|consumption",
		.text = "A CPU read data that was marked as lost before, and stopped instead of "
			"using it. The record is of the place where the data was used, not where "
			"it was lost.",
		.causes = { "a DIMM: see the earlier record, or the firmware's, of that address",
			    "a cache or a link that lost the data on its way",
			    "a device that wrote data which it had marked as bad" },
		.sure = "Certain that the data was lost before. Most likely this CPU is good.",
		.now = "Look for an earlier record with that address. The program that read it has "
		       "got SIGBUS; in the kernel it is a panic.",
		.next = "Treat it as an uncorrected error of memory: replace the DIMM that the "
			"earlier record names.",
		.not_it = "No error of this core or its cache, though the record names them.",
	},
	{
		.topic = MCW_TOPIC_FAMILY,
		.word = "cache_corrected",
		.text = "A cache or TLB of the CPU had a wrong bit, and corrected it or read the "
			"data again.",
		.causes = { "a particle: a single error that never comes again",
			    "a CPU whose cache is going bad",
			    "voltage that is too low: overclocking, or the board's regulator",
			    "heat" },
		.sure = "Certain that nothing is lost. Only counts say whether the CPU is bad.",
		.now = "Nothing.",
		.next = "If one CPU has them again and again, or its threshold status is yellow, "
			"plan to replace it. Update microcode and firmware first.",
		.not_it = "No error of a DIMM.",
	},
	{
		.topic = MCW_TOPIC_FAMILY,
		.word = "cache",
		.also = "cache error",
		.text = "A cache or TLB of the CPU had an error that it could not correct.",
		.causes = { "the CPU",
			    "voltage that is too low: overclocking, or the board's regulator",
			    "heat", "old microcode" },
		.sure = "Certain that the cache had the error. Once may be chance.",
		.now = "Note which CPU it was. Take back overclocking, check cooling.",
		.next = "If it comes again on the same CPU, most likely that CPU is bad: replace "
			"it. If it comes on others too, look at power and firmware.",
		.not_it = "No error of a DIMM, unless an earlier record says that it lost the "
			  "data.",
	},
	{
		.topic = MCW_TOPIC_FAMILY,
		.word = "core_corrected",
		.text = "A core found a wrong bit in one of its own parts, and repaired it or did "
			"the work again.",
		.causes = { "overclocking, or voltage that is too low", "heat",
			    "a CPU that is going bad", "old microcode" },
		.sure = "Certain that nothing is lost.",
		.now = "Nothing.",
		.next = "If one core has them again and again, take back overclocking, check "
			"cooling and update the microcode. If they stay with that CPU, replace it.",
		.not_it = "No error of a DIMM.",
	},
	{
		.topic = MCW_TOPIC_FAMILY,
		.word = "core",
		.also = "internal error|parity|internal parity error",
		.text = "A core found an error in one of its own parts, such as a parity error, "
			"that it cannot repair.",
		.causes = { "overclocking, or voltage that is too low", "the CPU", "old microcode",
			    "heat", "power" },
		.sure = "Certain that a core found it. Which of the causes it is, no record says.",
		.now = "Take back overclocking, update microcode and firmware.",
		.next = "If it comes again on the same CPU, swap it with another: an error that "
			"goes with the CPU is the CPU's.",
		.not_it = "No error of a DIMM.",
	},
};

const struct mcw_explain_table mcw_explain_families = MCW_EXPLAIN_TABLE(rows);

// SPDX-License-Identifier: GPL-2.0
/*
 * What an error means for the machine, and what to do about it.
 *
 * The component and the class of an error decide its family. A watchdog and poison that was
 * consumed come first: the component that reports them is not the one that is bad.
 */
#include "decode/advice.h"

#include <stdlib.h>
#include <string.h>

#include "decode/absent.h"
#include "decode/amd/amd.h"
#include "decode/component.h"
#include "decode/cpu.h"
#include "decode/erratum.h"
#include "decode/facts.h"
#include "decode/intel/intel.h"
#include "decode/internal.h"

enum family {
	FAMILY_NONE,
	FAMILY_MEMORY_CORRECTED,
	FAMILY_MEMORY_LOST,
	FAMILY_MEMORY_FATAL,
	FAMILY_MEMORY_BUS,
	FAMILY_MEMORY_CONTROLLER,
	FAMILY_POISON,
	FAMILY_CACHE_CORRECTED,
	FAMILY_CACHE,
	FAMILY_CORE_CORRECTED,
	FAMILY_CORE,
	FAMILY_WATCHDOG,
	FAMILY_INTERCONNECT,
	FAMILY_LINK_CORRECTED,
	FAMILY_LINK,
	FAMILY_PCIE,
	FAMILY_POWER,
	FAMILY_SYNC_FLOOD,
	FAMILIES,
};

static const struct mcw_advice advices[FAMILIES] = {
	[FAMILY_MEMORY_CORRECTED] = {
		"memory_corrected",
		"Certain: the memory controller corrected the data, and nothing is lost.",
		"A few are normal. If one DIMM has them again and again, most likely it is bad.",
	},
	[FAMILY_MEMORY_LOST] = {
		"memory_lost",
		"Certain: data in memory is lost. A program that reads it cannot go on.",
		"Most likely a DIMM is bad: replace it soon.",
	},
	[FAMILY_MEMORY_FATAL] = {
		"memory_fatal",
		"Certain: after this error of the memory controller the machine cannot go on.",
		"Likely a DIMM, its slot or the CPU's memory controller is bad, in this order.",
	},
	[FAMILY_MEMORY_BUS] = {
		"memory_bus",
		"Certain: something was damaged on its way between memory controller and DIMM.",
		"Seat the DIMM again. Likely its contacts, the slot, the DIMM or the CPU, in order.",
	},
	[FAMILY_MEMORY_CONTROLLER] = {
		"memory_controller",
		"Likely: the error is inside the CPU, on the way to memory, and no DIMM made it.",
		"Update the firmware. If it comes again on the same CPU, most likely that one is bad.",
	},
	[FAMILY_POISON] = {
		"poison_consumed",
		"Certain: a CPU needed data that was lost before.",
		"Look for an earlier error of that address. Most likely a DIMM is bad, not this CPU.",
	},
	[FAMILY_CACHE_CORRECTED] = {
		"cache_corrected",
		"Certain: the CPU corrected one of its caches or TLBs, and nothing is lost.",
		"A few are normal. If one CPU has them again and again, most likely it is going bad.",
	},
	[FAMILY_CACHE] = {
		"cache",
		"Certain: data in a cache or TLB of the CPU is lost.",
		"Once may be chance. If it comes again on the same CPU, most likely that one is bad.",
	},
	[FAMILY_CORE_CORRECTED] = {
		"core_corrected",
		"Certain: a core found an error inside itself and corrected it.",
		"If one core has them again and again: overclocking, heat, or most likely a bad CPU.",
	},
	[FAMILY_CORE] = {
		"core",
		"Certain: a core found an error inside itself that it cannot correct.",
		"If it comes again: overclocking, old microcode, or most likely a bad CPU.",
	},
	[FAMILY_WATCHDOG] = {
		"watchdog",
		"Certain: a core finished no instruction for too long.",
		"Usual causes, in this order: a device that does not answer, firmware, power, the CPU.",
	},
	[FAMILY_INTERCONNECT] = {
		"interconnect",
		"Likely: a request inside the socket failed. Its target can be any other component.",
		"Look for records of the same time that name one. Else update the firmware first.",
	},
	[FAMILY_LINK_CORRECTED] = {
		"link_corrected",
		"Certain: a link between dies or sockets repeated a transfer, and nothing is lost.",
		"A few are normal. If there are many: likely the seat of a CPU, its socket, the board.",
	},
	[FAMILY_LINK] = {
		"link",
		"Certain: a link between dies or sockets failed.",
		"Likely the seat of a CPU, its socket, the board or the CPU, in this order.",
	},
	[FAMILY_PCIE] = {
		"pcie",
		"Certain: a PCI Express port or another I/O unit reports an error, perhaps a device's.",
		"Read what the kernel's log says of AER. Likely a device, its slot or its riser is bad.",
	},
	[FAMILY_POWER] = {
		"power",
		"Certain: the hardware that manages power and temperature reports an error.",
		"Check cooling and power supplies, then update the firmware. Else likely the board.",
	},
	[FAMILY_SYNC_FLOOD] = {
		"sync_flood",
		"Certain: traffic between cores, memory and devices stopped: no answer, or sync flood.",
		"Look for the cause in records from before it. Else: a device, firmware, power, CPU.",
	},
};

#define CODE_TIMER 0x0400
#define SMCA_TYPE_EXECUTION 0x0005
#define BANK_OLD_EXECUTION 5

/* AMD's watchdog is code 0 of the unit that executes instructions. */
static bool is_watchdog(const struct mcw_event *ev)
{
	__u64 status = ev->regs.status;

	if (!is_amd(ev))
		return field(status, 15, 0) == CODE_TIMER;
	if (field(status, 21, 16))
		return false;
	if (is_smca(ev))
		return ev->regs.ipid && smca_hwid(ev) == SMCA_HWID_CORE &&
		       smca_type(ev) == SMCA_TYPE_EXECUTION;
	return cpu_is_known(ev) && cpu_family(ev) >= 0x10 && cpu_family(ev) <= 0x16 &&
	       !mcw_event_lacks(ev, MCW_ABSENT_BANK) && ev->regs.bank == BANK_OLD_EXECUTION;
}

#define BANK_OLD_NORTHBRIDGE 4
#define NORTHBRIDGE_SYNC_PACKETS 0x02
#define NORTHBRIDGE_WATCHDOG 0x07

/* The watchdog of the northbridge makes it flood its links too, if the firmware lets it. */
static bool is_sync_flood(const struct mcw_event *ev)
{
	unsigned int code = field(ev->regs.status, 20, 16);

	return is_amd(ev) && !is_smca(ev) && cpu_is_known(ev) && cpu_family(ev) >= 0xf &&
	       cpu_family(ev) <= 0x16 && !mcw_event_lacks(ev, MCW_ABSENT_BANK) &&
	       ev->regs.bank == BANK_OLD_NORTHBRIDGE &&
	       (code == NORTHBRIDGE_SYNC_PACKETS || code == NORTHBRIDGE_WATCHDOG);
}

static bool is_poison_consumed(const struct mcw_event *ev, enum mcw_class class)
{
	return class == MCW_CLASS_SRAR || (is_smca(ev) && ev->regs.status & MCW_STATUS_UC &&
					   ev->regs.status & MCW_STATUS_POISON);
}

/* What a core got from outside was wrong: both makes use the codes of the bus for that. */
static bool is_answer(const struct mcw_event *ev, enum mcw_class class)
{
	return class != MCW_CLASS_CORRECTED && (ev->regs.status & 0xf800) == 0x0800;
}

static enum family memory_family(const struct mcw_event *ev, enum mcw_class class)
{
	switch (is_amd(ev) ? mcw_amd_memory_side(ev) : mcw_intel_memory_side(ev)) {
	case MCW_MEMORY_MODULE:
		break;
	case MCW_MEMORY_BUS:
		return FAMILY_MEMORY_BUS;
	case MCW_MEMORY_CONTROLLER:
		return FAMILY_MEMORY_CONTROLLER;
	case MCW_MEMORY_HEAT:
		return FAMILY_POWER;
	}
	switch (class) {
	case MCW_CLASS_CORRECTED:
		return FAMILY_MEMORY_CORRECTED;
	case MCW_CLASS_FATAL:
		return FAMILY_MEMORY_FATAL;
	default:
		return FAMILY_MEMORY_LOST;
	}
}

static const struct mcw_advice *advice_of(enum family family)
{
	return family > FAMILY_NONE && family < FAMILIES ? &advices[family] : NULL;
}

static enum family family_of(const struct mcw_event *ev, enum mcw_component component)
{
	enum mcw_class class = mcw_event_class(ev);
	bool corrected = class == MCW_CLASS_CORRECTED;

	if (is_watchdog(ev))
		return FAMILY_WATCHDOG;
	if (is_sync_flood(ev))
		return FAMILY_SYNC_FLOOD;
	if (is_poison_consumed(ev, class))
		return FAMILY_POISON;
	switch (component) {
	case MCW_COMPONENT_MEMORY:
		return memory_family(ev, class);
	case MCW_COMPONENT_TLB:
	case MCW_COMPONENT_CACHE:
	case MCW_COMPONENT_CACHE_L1:
	case MCW_COMPONENT_CACHE_L2:
	case MCW_COMPONENT_CACHE_L3:
		return corrected ? FAMILY_CACHE_CORRECTED : FAMILY_CACHE;
	case MCW_COMPONENT_CORE:
		if (is_answer(ev, class))
			return FAMILY_INTERCONNECT;
		return corrected ? FAMILY_CORE_CORRECTED : FAMILY_CORE;
	case MCW_COMPONENT_INTERCONNECT:
		return FAMILY_INTERCONNECT;
	case MCW_COMPONENT_LINK:
		return corrected ? FAMILY_LINK_CORRECTED : FAMILY_LINK;
	case MCW_COMPONENT_PCIE:
	case MCW_COMPONENT_ROOT_PORT:
	case MCW_COMPONENT_IO:
		return FAMILY_PCIE;
	case MCW_COMPONENT_POWER:
		return FAMILY_POWER;
	default:
		return FAMILY_NONE;
	}
}

const struct mcw_advice *mcw_advice(const struct mcw_event *ev)
{
	if (mcw_event_lacks(ev, MCW_ABSENT_STATUS) || !(ev->regs.status & MCW_STATUS_VAL) ||
	    mcw_erratum(ev))
		return NULL;
	return advice_of(family_of(ev, mcw_component(ev)));
}

/*
 * Linux prints a line for each bit of AMD's register S5_RESET_STATUS that is set, with the whole
 * register in brackets: AMD PPR, FCH::PM::S5_RESET_STATUS. A line is about the bit that its words
 * name. Others may be left from an earlier reset: the hardware does not clear all of them, and
 * Linux clears them from 6.18 on. Only if the words are cut off, the bits themselves count.
 */
#define RESET_THERMAL (MCW_BIT(0) | MCW_BIT(9)) /* a pin of the board, and a limit of the CPU */
#define RESET_SYNC_FLOOD (MCW_BIT(27) | MCW_BIT(31)) /* of the data fabric, and by software */
#define RESET_NO_ANSWER 0xffffffff /* an error of the read, not of the machine */

static enum family family_of_reset(const char *text)
{
	const char *number = strstr(text, "[0x");
	unsigned long long reason = number ? strtoull(number + 1, NULL, 16) : 0;
	const char *words = number ? strstr(number, "]: ") : NULL;

	if (reason == RESET_NO_ANSWER)
		return FAMILY_NONE;
	if (words && words[3]) {
		if (strstr(words, "sync flood"))
			return FAMILY_SYNC_FLOOD;
		return strstr(words, "thermal") ? FAMILY_POWER : FAMILY_NONE;
	}
	if (reason & RESET_SYNC_FLOOD)
		return FAMILY_SYNC_FLOOD;
	return reason & RESET_THERMAL ? FAMILY_POWER : FAMILY_NONE;
}

const struct mcw_advice *mcw_advice_told(const struct mcw_event *ev, const struct mcw_facts *facts)
{
	const char *reset = facts ? mcw_facts_find(facts, MCW_FACT_RESET_REASON) : NULL;
	enum mcw_component component = mcw_component_told(ev, facts);

	if (!mcw_event_lacks(ev, MCW_ABSENT_STATUS))
		return mcw_advice(ev);
	if (component == MCW_COMPONENT_PCIE || component == MCW_COMPONENT_ROOT_PORT)
		return advice_of(FAMILY_PCIE);
	return reset ? advice_of(family_of_reset(reset)) : NULL;
}

const struct mcw_advice *mcw_advice_number(unsigned int n)
{
	return advice_of(n + 1);
}

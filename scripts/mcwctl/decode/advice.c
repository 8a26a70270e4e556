// SPDX-License-Identifier: GPL-2.0
/*
 * What an error means for the machine, and what to do about it.
 *
 * The component and the class of an error decide its family. A watchdog and poison that was
 * consumed come first: the component that reports them is not the one that is bad.
 */
#include "decode/advice.h"

#include "decode/absent.h"
#include "decode/component.h"
#include "decode/cpu.h"
#include "decode/erratum.h"
#include "decode/internal.h"

enum family {
	FAMILY_NONE,
	FAMILY_MEMORY_CORRECTED,
	FAMILY_MEMORY_LOST,
	FAMILY_MEMORY_FATAL,
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
};

static const struct mcw_advice advices[] = {
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
		"Certain: the unit that manages power and temperature reports an error.",
		"Check cooling and power supplies, then update the firmware. Else likely the board.",
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

static bool is_poison_consumed(const struct mcw_event *ev, enum mcw_class class)
{
	return class == MCW_CLASS_SRAR || (is_smca(ev) && ev->regs.status & MCW_STATUS_UC &&
					   ev->regs.status & MCW_STATUS_POISON);
}

static enum family memory_family(enum mcw_class class)
{
	switch (class) {
	case MCW_CLASS_CORRECTED:
		return FAMILY_MEMORY_CORRECTED;
	case MCW_CLASS_FATAL:
		return FAMILY_MEMORY_FATAL;
	default:
		return FAMILY_MEMORY_LOST;
	}
}

static enum family family_of(const struct mcw_event *ev)
{
	enum mcw_class class = mcw_event_class(ev);
	bool corrected = class == MCW_CLASS_CORRECTED;

	if (is_watchdog(ev))
		return FAMILY_WATCHDOG;
	if (is_poison_consumed(ev, class))
		return FAMILY_POISON;
	switch (mcw_component(ev)) {
	case MCW_COMPONENT_MEMORY:
		return memory_family(class);
	case MCW_COMPONENT_TLB:
	case MCW_COMPONENT_CACHE:
	case MCW_COMPONENT_CACHE_L1:
	case MCW_COMPONENT_CACHE_L2:
	case MCW_COMPONENT_CACHE_L3:
		return corrected ? FAMILY_CACHE_CORRECTED : FAMILY_CACHE;
	case MCW_COMPONENT_CORE:
		return corrected ? FAMILY_CORE_CORRECTED : FAMILY_CORE;
	case MCW_COMPONENT_INTERCONNECT:
		return FAMILY_INTERCONNECT;
	case MCW_COMPONENT_LINK:
		return corrected ? FAMILY_LINK_CORRECTED : FAMILY_LINK;
	case MCW_COMPONENT_PCIE:
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
	enum family family;

	if (mcw_event_lacks(ev, MCW_ABSENT_STATUS) || !(ev->regs.status & MCW_STATUS_VAL) ||
	    mcw_erratum(ev))
		return NULL;
	family = family_of(ev);
	return family == FAMILY_NONE ? NULL : &advices[family];
}

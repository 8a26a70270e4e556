// SPDX-License-Identifier: GPL-2.0
/*
 * Which part of the hardware an error is of.
 *
 * The bank's unit says it where the model is known. Inside a core, and where the model is not
 * known, the error code does.
 */
#include "decode/component.h"

#include "decode/absent.h"
#include "decode/amd/amd.h"
#include "decode/facts.h"
#include "decode/intel/intel.h"
#include "decode/internal.h"
#include "decode/pci.h"

const char *mcw_component_name(enum mcw_component component)
{
	static const char *const names[MCW_COMPONENTS] = {
		[MCW_COMPONENT_UNKNOWN] = "unknown",
		[MCW_COMPONENT_CORE] = "core",
		[MCW_COMPONENT_TLB] = "TLB",
		[MCW_COMPONENT_CACHE] = "cache",
		[MCW_COMPONENT_CACHE_L1] = "L1 cache",
		[MCW_COMPONENT_CACHE_L2] = "L2 cache",
		[MCW_COMPONENT_CACHE_L3] = "L3 cache",
		[MCW_COMPONENT_MEMORY] = "memory controller",
		[MCW_COMPONENT_INTERCONNECT] = "interconnect",
		[MCW_COMPONENT_LINK] = "link",
		[MCW_COMPONENT_PCIE] = "PCI Express",
		[MCW_COMPONENT_ROOT_PORT] = "PCI Express root port",
		[MCW_COMPONENT_IO] = "I/O",
		[MCW_COMPONENT_POWER] = "power unit",
		[MCW_COMPONENT_PROCESSOR] = "service processor",
		[MCW_COMPONENT_FIRMWARE] = "firmware",
	};

	return component < MCW_COMPONENTS ? names[component] : "unknown";
}

/* Level 3 of the code is "generic" of both makes. */
static enum mcw_component cache_of(unsigned int code)
{
	static const unsigned char levels[] = {
		MCW_COMPONENT_CACHE_L1,
		MCW_COMPONENT_CACHE_L1,
		MCW_COMPONENT_CACHE_L2,
		MCW_COMPONENT_CACHE,
	};

	return levels[field(code, 1, 0)];
}

/* The forms of codes that Intel and AMD have in common. */
static enum mcw_component by_compound_code(unsigned int code)
{
	if (MCW_MCACOD_IS(code, TLB))
		return MCW_COMPONENT_TLB;
	if (MCW_MCACOD_IS(code, CACHE))
		return cache_of(code);
	if (MCW_MCACOD_IS(code, BUS))
		return MCW_COMPONENT_INTERCONNECT;
	return MCW_COMPONENT_UNKNOWN;
}

#define CODE_MICROCODE_PARITY 0x0002
#define CODE_INTERNAL_PARITY 0x0005
#define CODE_SMM 0x0006
#define CODE_TIMER 0x0400

static enum mcw_component by_intel_code(unsigned int code)
{
	switch (code) {
	case CODE_MICROCODE_PARITY:
	case CODE_INTERNAL_PARITY:
	case CODE_SMM:
	case CODE_TIMER:
		return MCW_COMPONENT_CORE;
	case INTEL_CODE_IO:
		return MCW_COMPONENT_PCIE;
	}
	code &= ~MCW_MCACOD_FILTER;
	if (MCW_MCACOD_IS(code, GENERIC_CACHE))
		return cache_of(code);
	/* A memory controller, and memory that is the cache of other memory. */
	if (MCW_MCACOD_IS(code, MEMORY) || MCW_MCACOD_IS(code, MEMORY_CACHE))
		return MCW_COMPONENT_MEMORY;
	return by_compound_code(code);
}

enum mcw_component mcw_component(const struct mcw_event *ev)
{
	unsigned int code = field(ev->regs.status, 15, 0);
	enum mcw_component unit, part;
	struct mcw_pci pci;

	if (ev->regs.bank == MCW_BANK_FIRMWARE && !mcw_event_lacks(ev, MCW_ABSENT_BANK))
		return MCW_COMPONENT_FIRMWARE;
	if (mcw_event_pci(ev, &pci))
		return MCW_COMPONENT_ROOT_PORT;
	unit = is_amd(ev) ? mcw_amd_component(ev) : mcw_intel_component(ev);
	if (unit != MCW_COMPONENT_UNKNOWN && unit != MCW_COMPONENT_CORE)
		return unit;
	if (mcw_event_lacks(ev, MCW_ABSENT_STATUS))
		return unit;
	part = is_amd(ev) ? by_compound_code(code) : by_intel_code(code);
	/* The core has no link: it only waits for an answer from outside. */
	if (part == MCW_COMPONENT_UNKNOWN ||
	    (unit == MCW_COMPONENT_CORE && part == MCW_COMPONENT_INTERCONNECT))
		return unit;
	return part;
}

/* The firmware says what kind of port it is: "port_type: 4, root port". */
static enum mcw_component port_of(const struct mcw_facts *facts)
{
	enum mcw_fact key;
	const char *text;

	for (size_t at = 0; (text = mcw_facts_next(facts, &at, &key));)
		if (key == MCW_FACT_DETAIL && !strncmp(text, "port_type: ", 11) &&
		    strstr(text, "root port"))
			return MCW_COMPONENT_ROOT_PORT;
	return MCW_COMPONENT_PCIE;
}

enum mcw_component mcw_component_told(const struct mcw_event *ev, const struct mcw_facts *facts)
{
	enum mcw_component component = mcw_component(ev);

	if (mcw_event_lacks(ev, MCW_ABSENT_STATUS) && mcw_pci_told(facts) &&
	    (component == MCW_COMPONENT_UNKNOWN || component == MCW_COMPONENT_FIRMWARE))
		return port_of(facts);
	return component;
}

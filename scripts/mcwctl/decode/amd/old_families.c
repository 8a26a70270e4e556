// SPDX-License-Identifier: GPL-2.0
/*
 * AMD's families 0Fh (K8) to 16h: a bank's number says what it belongs to. The extended error code,
 * MCi_STATUS 20:16, adds to the error code, whose kind (TLB, memory, bus, internal) decides what it
 * means.
 *
 * The codes are those of AMD's BIOS and Kernel Developer's Guides (BKDG), "Machine Check Error
 * Codes" and the tables "MCi Error Signatures".
 */
#include "decode/absent.h"
#include "decode/amd/amd.h"
#include "decode/amd/old_families.h"
#include "decode/cpu.h"
#include "decode/internal.h"

#define BANK_BUS_UNIT 2 /* and the L2 cache */
#define BANK_NORTHBRIDGE 4

static bool is_old(const struct mcw_event *ev)
{
	return ev->regs.cpuvendor == MCW_VENDOR_AMD && cpu_is_known(ev) && cpu_family(ev) >= 0xf &&
	       cpu_family(ev) <= 0x16 && !mcw_event_lacks(ev, MCW_ABSENT_BANK);
}

const char *mcw_amd_old_unit_name(const struct mcw_event *ev)
{
	unsigned int family = cpu_family(ev);

	if (!is_old(ev))
		return NULL;
	switch (ev->regs.bank) {
	case 0:
		return "data cache";
	case 1:
		return "instruction cache";
	case 2:
		if (family == 0x15)
			return "combined unit";
		return family == 0x16 ? "L2 cache" : "bus unit";
	case 3:
		return family < 0x14 ? "load-store unit" : NULL;
	case 4:
		return "northbridge";
	case 5:
		return family == 0x15 ? "execution unit" : "reorder buffer";
	case 6:
		return family == 0x15 || family == 0x16 ? "floating point unit" : NULL;
	default:
		return NULL;
	}
}

/* The northbridge has memory controller, L3 cache and links; the extended code says which. */
static enum mcw_component northbridge_component(const struct mcw_event *ev)
{
	switch (field(ev->regs.status, 20, 16)) {
	case 0x00:
	case 0x08:
	case 0x0d:
		return MCW_COMPONENT_MEMORY;
	case 0x01:
	case 0x02:
	case 0x03:
	case 0x04:
	case 0x0a:
	case 0x0e:
		return MCW_COMPONENT_LINK;
	case 0x1c:
	case 0x1d:
	case 0x1e:
		return MCW_COMPONENT_CACHE_L3;
	default:
		return MCW_COMPONENT_INTERCONNECT;
	}
}

enum mcw_component mcw_amd_old_component(const struct mcw_event *ev)
{
	if (!mcw_amd_old_unit_name(ev) || mcw_event_lacks(ev, MCW_ABSENT_STATUS))
		return MCW_COMPONENT_UNKNOWN;
	switch (ev->regs.bank) {
	case BANK_BUS_UNIT:
		return MCW_COMPONENT_UNKNOWN;
	case BANK_NORTHBRIDGE:
		return northbridge_component(ev);
	default:
		return MCW_COMPONENT_CORE;
	}
}

static const struct mcw_amd_old_family *find_family(unsigned int family)
{
	static const struct mcw_amd_old_family *const families[] = {
		[0x0f - 0xf] = &mcw_amd_k8,
		[0x10 - 0xf] = &mcw_amd_family_10h,
		[0x11 - 0xf] = &mcw_amd_family_11h,
		[0x12 - 0xf] = &mcw_amd_family_12h,
		[0x13 - 0xf] = NULL,
		[0x14 - 0xf] = &mcw_amd_family_14h,
		[0x15 - 0xf] = &mcw_amd_family_15h,
		[0x16 - 0xf] = &mcw_amd_family_16h,
	};

	return families[family - 0xf];
}

#define BANK_NORTHBRIDGE 4

/* The syndrome of DRAM, of 8 bits or 16, and the HyperTransport link that an error is of. */
static void add_northbridge_numbers(struct text *t, __u64 status)
{
	unsigned int syndrome = field(status, 54, 47);

	switch (field(status, 20, 16)) {
	case 0x0:
		text_add(t, ", syndrome 0x%02x", syndrome);
		break;
	case 0x8:
		text_add(t, ", syndrome 0x%04x",
			 (unsigned int)field(status, 31, 24) << 8 | syndrome);
		break;
	case 0x1:
	case 0x2:
	case 0x3:
	case 0x4:
	case 0x6:
		text_add(t, ", link %u", (unsigned int)field(status, 39, 36));
		break;
	}
}

void mcw_amd_old_add_code(struct text *t, const struct mcw_event *ev)
{
	const struct mcw_amd_old_family *family;

	if (!is_old(ev) || ev->regs.bank >= MCW_AMD_OLD_BANKS)
		return;
	family = find_family(cpu_family(ev));
	if (!family || !family->banks[ev->regs.bank])
		return;
	if (mcw_codes_add(t, family->banks[ev->regs.bank], ev->regs.status) &&
	    ev->regs.bank == BANK_NORTHBRIDGE)
		add_northbridge_numbers(t, ev->regs.status);
}

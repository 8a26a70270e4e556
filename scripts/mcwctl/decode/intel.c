// SPDX-License-Identifier: GPL-2.0
/*
 * Intel's banks by model, after the tables of Intel SDM vol. 3B ch. 17.
 *
 * The architecture leaves bits 31:16 of MCi_STATUS, and what a bank belongs to, to the model. A
 * model, a bank or a code that is not listed here says nothing.
 */
#include "decode/intel.h"

#include "decode/absent.h"
#include "decode/cpu.h"
#include "decode/intel_codes.h"

/* The banks first to last of a design; a further one where a unit's banks are not in a row. */
static const struct banks {
	unsigned char design;
	unsigned char unit;
	unsigned char first;
	unsigned char last;
} banks[] = {
	{ MCW_INTEL_NEHALEM, MCW_UNIT_QPI, 0, 1 },
	{ MCW_INTEL_NEHALEM, MCW_UNIT_IMC, 8, 8 },
	{ MCW_INTEL_SANDY_BRIDGE, MCW_UNIT_PCU, 4, 4 },
	{ MCW_INTEL_SANDY_BRIDGE, MCW_UNIT_QPI, 6, 7 },
	{ MCW_INTEL_SANDY_BRIDGE, MCW_UNIT_IMC, 8, 11 },
	{ MCW_INTEL_IVY_BRIDGE, MCW_UNIT_PCU, 4, 4 },
	{ MCW_INTEL_IVY_BRIDGE, MCW_UNIT_QPI, 5, 5 },
	{ MCW_INTEL_IVY_BRIDGE, MCW_UNIT_HOME, 7, 8 },
	{ MCW_INTEL_IVY_BRIDGE, MCW_UNIT_IMC, 9, 16 },
	{ MCW_INTEL_HASWELL, MCW_UNIT_PCU, 4, 4 },
	{ MCW_INTEL_HASWELL, MCW_UNIT_QPI, 5, 5 },
	{ MCW_INTEL_HASWELL, MCW_UNIT_QPI, 20, 21 },
	{ MCW_INTEL_HASWELL, MCW_UNIT_HOME, 7, 8 },
	{ MCW_INTEL_HASWELL, MCW_UNIT_IMC, 9, 16 },
	{ MCW_INTEL_BROADWELL, MCW_UNIT_PCU, 4, 4 },
	{ MCW_INTEL_BROADWELL, MCW_UNIT_QPI, 5, 5 },
	{ MCW_INTEL_BROADWELL, MCW_UNIT_QPI, 20, 21 },
	{ MCW_INTEL_BROADWELL, MCW_UNIT_HOME, 7, 8 },
	{ MCW_INTEL_BROADWELL, MCW_UNIT_IMC, 9, 16 },
	{ MCW_INTEL_BROADWELL_DE, MCW_UNIT_PCU, 4, 4 },
	{ MCW_INTEL_BROADWELL_DE, MCW_UNIT_HOME, 7, 7 },
	{ MCW_INTEL_BROADWELL_DE, MCW_UNIT_IMC, 9, 10 },
	{ MCW_INTEL_SKYLAKE, MCW_UNIT_PCU, 4, 4 },
	{ MCW_INTEL_SKYLAKE, MCW_UNIT_UPI, 5, 5 },
	{ MCW_INTEL_SKYLAKE, MCW_UNIT_UPI, 12, 12 },
	{ MCW_INTEL_SKYLAKE, MCW_UNIT_UPI, 19, 19 },
	{ MCW_INTEL_SKYLAKE, MCW_UNIT_IIO, 6, 6 },
	{ MCW_INTEL_SKYLAKE, MCW_UNIT_M2M, 7, 8 },
	{ MCW_INTEL_SKYLAKE, MCW_UNIT_CHA, 9, 11 },
	{ MCW_INTEL_SKYLAKE, MCW_UNIT_IMC, 13, 18 },
	{ MCW_INTEL_ICE_LAKE, MCW_UNIT_PCU, 4, 4 },
	{ MCW_INTEL_ICE_LAKE, MCW_UNIT_UPI, 5, 5 },
	{ MCW_INTEL_ICE_LAKE, MCW_UNIT_UPI, 7, 8 },
	{ MCW_INTEL_ICE_LAKE, MCW_UNIT_IIO, 6, 6 },
	{ MCW_INTEL_ICE_LAKE, MCW_UNIT_CHA, 9, 11 },
	{ MCW_INTEL_ICE_LAKE, MCW_UNIT_M2M, 12, 12 },
	{ MCW_INTEL_ICE_LAKE, MCW_UNIT_M2M, 16, 16 },
	{ MCW_INTEL_ICE_LAKE, MCW_UNIT_M2M, 20, 20 },
	{ MCW_INTEL_ICE_LAKE, MCW_UNIT_M2M, 24, 24 },
	{ MCW_INTEL_ICE_LAKE, MCW_UNIT_IMC, 13, 27 },
	{ MCW_INTEL_SAPPHIRE, MCW_UNIT_PCU, 4, 4 },
	{ MCW_INTEL_SAPPHIRE, MCW_UNIT_UPI, 5, 5 },
	{ MCW_INTEL_SAPPHIRE, MCW_UNIT_M2M, 12, 12 },
	{ MCW_INTEL_SAPPHIRE, MCW_UNIT_IMC, 13, 20 },
	{ MCW_INTEL_SAPPHIRE, MCW_UNIT_M2M, 29, 29 },
	{ MCW_INTEL_SAPPHIRE, MCW_UNIT_IMC, 30, 31 },
};

#define CODE_CACHE_L2	0x2

/*
 * In clients no list of the manual gives the banks of the last level cache. But the core's own L2
 * reports in bank 3: a cache error of that level in a bank beyond the core's is the cache's that
 * the cores share.
 */
static bool is_shared_cache(const struct mcw_event *ev, enum mcw_intel_design design)
{
	unsigned int code = field(ev->regs.status, 15, 0) & ~0x1000U;

	return (design == MCW_INTEL_CLIENT || design == MCW_INTEL_CLIENT_SKYLAKE) &&
	       ev->regs.bank >= 5 && ev->regs.bank <= 15 && (code & 0xff00) == 0x0100 &&
	       (code & 3) == CODE_CACHE_L2;
}

enum mcw_intel_unit mcw_intel_unit(const struct mcw_event *ev)
{
	enum mcw_intel_design design = mcw_intel_design(ev);

	if (design == MCW_INTEL_OTHER || mcw_event_lacks(ev, MCW_ABSENT_BANK))
		return MCW_UNIT_NONE;
	for (size_t i = 0; i < ARRAY_SIZE(banks); i++)
		if (banks[i].design == design && ev->regs.bank >= banks[i].first &&
		    ev->regs.bank <= banks[i].last)
			return banks[i].unit;
	return is_shared_cache(ev, design) ? MCW_UNIT_LLC : MCW_UNIT_NONE;
}

const char *mcw_intel_unit_name(const struct mcw_event *ev)
{
	static const char *const names[] = {
		[MCW_UNIT_PCU] = "PCU power control unit",
		[MCW_UNIT_QPI] = "QPI link",
		[MCW_UNIT_UPI] = "UPI link",
		[MCW_UNIT_HOME] = "home agent",
		[MCW_UNIT_M2M] = "M2M mesh to memory",
		[MCW_UNIT_IMC] = "iMC memory controller",
		[MCW_UNIT_CHA] = "CHA cache and home agent",
		[MCW_UNIT_IIO] = "IIO integrated I/O",
		[MCW_UNIT_LLC] = "L3 last level cache",
	};

	return names[mcw_intel_unit(ev)];
}

static void add_part(struct text *t, const char *part)
{
	if (part)
		text_add(t, "%s%s", t->used ? ", " : "", part);
}

static void add_bits(struct text *t, __u64 status, enum mcw_intel_bits table)
{
	for (unsigned int bit = 16; bit < 32; bit++)
		if (status & MCW_BIT(bit))
			add_part(t, mcw_intel_bit(table, bit));
}

static void add_pcu(struct text *t, enum mcw_intel_design design, __u64 status)
{
	unsigned int code = field(status, 31, 24);

	switch (design) {
	case MCW_INTEL_HASWELL:
	case MCW_INTEL_BROADWELL:
	case MCW_INTEL_BROADWELL_DE:
		add_part(t, mcw_intel_code(MCW_CODES_PCU_HASWELL, code));
		break;
	case MCW_INTEL_SKYLAKE:
		add_part(t, mcw_intel_code(MCW_CODES_PCU_SKYLAKE, code));
		break;
	case MCW_INTEL_ICE_LAKE:
	case MCW_INTEL_SAPPHIRE:
		add_part(t, mcw_intel_code(MCW_CODES_PCU_ICE_LAKE, code));
		add_part(t, mcw_intel_code(MCW_CODES_PCU_CONTROLLER, field(status, 19, 16)));
		break;
	default:
		break;
	}
}

static void add_imc(struct text *t, enum mcw_intel_design design, __u64 status)
{
	if (design == MCW_INTEL_NEHALEM)
		add_bits(t, status, MCW_BITS_IMC_NEHALEM);
	else if (design == MCW_INTEL_ICE_LAKE || design == MCW_INTEL_SAPPHIRE)
		add_part(t, mcw_intel_code(MCW_CODES_IMC, field(status, 31, 16)));
	/* On Skylake bit 27 turns the rest into numbers of Optane memory's errors. */
	else if (design != MCW_INTEL_SKYLAKE || !(status & MCW_BIT(27)))
		add_bits(t, status, MCW_BITS_IMC);
}

static void add_upi(struct text *t, __u64 status)
{
	unsigned int code = field(status, 21, 16);

	add_part(t, mcw_intel_code(MCW_CODES_UPI, code));
	if (code == 0x12)
		add_bits(t, status, MCW_BITS_UPI_CONTROL);
}

void mcw_intel_add_code(struct text *t, const struct mcw_event *ev)
{
	enum mcw_intel_design design = mcw_intel_design(ev);
	__u64 status = ev->regs.status;

	switch (mcw_intel_unit(ev)) {
	case MCW_UNIT_PCU:
		add_pcu(t, design, status);
		break;
	case MCW_UNIT_QPI:
		if (design == MCW_INTEL_NEHALEM)
			add_bits(t, status, MCW_BITS_QPI_NEHALEM);
		else if (design == MCW_INTEL_HASWELL || design == MCW_INTEL_BROADWELL)
			add_part(t, mcw_intel_code(MCW_CODES_QPI, field(status, 21, 16)));
		break;
	case MCW_UNIT_UPI:
		add_upi(t, status);
		break;
	case MCW_UNIT_M2M:
		if (design == MCW_INTEL_SAPPHIRE)
			add_part(t, mcw_intel_code(MCW_CODES_M2M_SAPPHIRE, field(status, 23, 16)));
		else
			add_bits(t, status & 0xffffff, MCW_BITS_M2M);
		break;
	case MCW_UNIT_IMC:
		add_imc(t, design, status);
		break;
	default:
		break;
	}
}

/* Nehalem and Westmere: which DIMM, and the syndrome. */
static void add_nehalem_misc(struct text *t, __u64 misc)
{
	text_add(t, "channel %u, DIMM %u, syndrome 0x%08x", (unsigned int)field(misc, 19, 18),
		 (unsigned int)field(misc, 17, 16), (unsigned int)field(misc, 63, 32));
}

/* Ice Lake: where inside the DIMM. */
static void add_ice_lake_misc(struct text *t, const struct mcw_event *ev)
{
	__u64 misc = ev->regs.misc;
	bool transient = misc & MCW_BIT(63);

	text_add(t, "rank 0x%x, subrank 0x%x, bank group 0x%x, bank 0x%x, row 0x%x, column 0x%x",
		 (unsigned int)field(misc, 58, 56), (unsigned int)field(misc, 55, 52),
		 (unsigned int)(field(misc, 41, 40) | field(misc, 44, 44) << 2),
		 (unsigned int)field(misc, 43, 42), (unsigned int)field(misc, 39, 19),
		 (unsigned int)field(misc, 18, 9) << 2);
	if (!transient && !(ev->regs.status & MCW_STATUS_UC))
		text_add(t, ", failed device 0x%x", (unsigned int)field(misc, 51, 46));
	if (transient)
		text_add(t, ", transient");
}

void mcw_intel_add_misc(struct text *t, const struct mcw_event *ev)
{
	if (!(ev->regs.status & MCW_STATUS_MISCV) || mcw_event_lacks(ev, MCW_ABSENT_MISC) ||
	    mcw_intel_unit(ev) != MCW_UNIT_IMC)
		return;
	if (mcw_intel_design(ev) == MCW_INTEL_NEHALEM)
		add_nehalem_misc(t, ev->regs.misc);
	else if (mcw_intel_design(ev) == MCW_INTEL_ICE_LAKE)
		add_ice_lake_misc(t, ev);
}

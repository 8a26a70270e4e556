// SPDX-License-Identifier: GPL-2.0
/*
 * Intel's banks by model, after the tables of Intel SDM vol. 3B ch. 17.
 *
 * The architecture leaves bits 31:16 of MCi_STATUS, and what a bank belongs to, to the model. The
 * other files of this directory have a table for each model that is known. A bank or a code that
 * is not listed there says nothing.
 */
#include "decode/intel/intel.h"

#include "decode/absent.h"
#include "decode/intel/model.h"

static const struct mcw_intel_model *const models[] = {
	[MCW_INTEL_NEHALEM] = &mcw_intel_nehalem,
	[MCW_INTEL_NEHALEM_EX] = &mcw_intel_nehalem_ex,
	[MCW_INTEL_SANDY_BRIDGE] = &mcw_intel_sandy_bridge,
	[MCW_INTEL_IVY_BRIDGE] = &mcw_intel_ivy_bridge,
	[MCW_INTEL_HASWELL] = &mcw_intel_haswell,
	[MCW_INTEL_BROADWELL] = &mcw_intel_broadwell,
	[MCW_INTEL_BROADWELL_DE] = &mcw_intel_broadwell_de,
	[MCW_INTEL_SKYLAKE] = &mcw_intel_skylake,
	[MCW_INTEL_ICE_LAKE] = &mcw_intel_ice_lake,
	[MCW_INTEL_ICE_LAKE_D] = &mcw_intel_ice_lake_d,
	[MCW_INTEL_TREMONT_D] = &mcw_intel_tremont_d,
	[MCW_INTEL_SAPPHIRE] = &mcw_intel_sapphire,
	[MCW_INTEL_GRANITE] = &mcw_intel_granite,
	[MCW_INTEL_DIAMOND] = &mcw_intel_diamond,
	[MCW_INTEL_KNIGHTS] = &mcw_intel_knights,
	[MCW_INTEL_DENVERTON] = &mcw_intel_denverton,
	[MCW_INTEL_P6] = &mcw_intel_p6,
	[MCW_INTEL_CORE2] = &mcw_intel_core2,
	[MCW_INTEL_DUNNINGTON] = &mcw_intel_dunnington,
	[MCW_INTEL_PENTIUM4] = &mcw_intel_pentium4,
	[MCW_INTEL_TULSA] = &mcw_intel_tulsa,
};

static const struct mcw_intel_model *find_model(const struct mcw_event *ev)
{
	enum mcw_intel_design design = mcw_intel_design(ev);

	return design < ARRAY_SIZE(models) ? models[design] : NULL;
}

static const struct mcw_intel_bank *find_bank(const struct mcw_event *ev)
{
	const struct mcw_intel_model *model = find_model(ev);

	if (!model || mcw_event_lacks(ev, MCW_ABSENT_BANK))
		return NULL;
	for (size_t i = 0; i < model->count; i++)
		if (ev->regs.bank >= model->banks[i].first && ev->regs.bank <= model->banks[i].last)
			return &model->banks[i];
	return NULL;
}

#define CODE_CACHE_L2 0x2

/*
 * In clients no list of the manual gives the banks of the last level cache. But the core's own L2
 * reports in bank 3: a cache error of that level in a bank beyond the core's is the cache's that
 * the cores share.
 */
static bool is_shared_cache(const struct mcw_event *ev)
{
	enum mcw_intel_design design = mcw_intel_design(ev);
	unsigned int code = MCW_MCACOD_UNFILTERED(ev->regs.status);

	return (design == MCW_INTEL_CLIENT || design == MCW_INTEL_CLIENT_SKYLAKE) &&
	       !mcw_event_lacks(ev, MCW_ABSENT_BANK) && ev->regs.bank >= 5 && ev->regs.bank <= 15 &&
	       MCW_MCACOD_IS(code, CACHE) && (code & 3) == CODE_CACHE_L2;
}

const char *mcw_intel_unit_name(const struct mcw_event *ev)
{
	const struct mcw_intel_bank *bank = find_bank(ev);

	if (bank)
		return bank->unit ? bank->unit->name : NULL;
	return is_shared_cache(ev) ? "L3 last level cache" : NULL;
}

#define MESH_READ_ERROR 1 /* MCi_STATUS 23:16, in each model that has the mesh's own codes */

/*
 * Home agent and mesh to memory also report what the memory behind them got wrong. Their other
 * codes are of themselves.
 */
static bool is_of_memory(const struct mcw_event *ev, const struct mcw_intel_bank *bank)
{
	return bank->unit->component == MCW_COMPONENT_INTERCONNECT &&
	       MCW_MCACOD_IS(MCW_MCACOD_UNFILTERED(ev->regs.status), MEMORY) &&
	       !mcw_event_lacks(ev, MCW_ABSENT_STATUS) &&
	       (!bank->tables[0] || field(ev->regs.status, 23, 16) == MESH_READ_ERROR);
}

enum mcw_component mcw_intel_component(const struct mcw_event *ev)
{
	const struct mcw_intel_bank *bank = find_bank(ev);

	if (bank && bank->unit)
		return is_of_memory(ev, bank) ? MCW_COMPONENT_MEMORY : bank->unit->component;
	return is_shared_cache(ev) ? MCW_COMPONENT_CACHE_L3 : MCW_COMPONENT_UNKNOWN;
}

enum mcw_memory_side mcw_intel_memory_side(const struct mcw_event *ev)
{
	const struct mcw_intel_bank *bank = field(ev->regs.status, 31, 16) ? find_bank(ev) : NULL;

	/* What home agent and mesh have of memory, they have read. */
	if (!bank || !bank->unit || bank->unit->component != MCW_COMPONENT_MEMORY)
		return MCW_MEMORY_MODULE;
	return mcw_imc_side(mcw_intel_design(ev), ev->regs.status);
}

void mcw_intel_add_code(struct text *t, const struct mcw_event *ev)
{
	const struct mcw_intel_bank *bank = find_bank(ev);

	if (bank)
		mcw_codes_add(t, bank->tables, ev->regs.status);
}

void mcw_intel_add_gap(struct text *t, const struct mcw_event *ev)
{
	const struct mcw_intel_model *model = find_model(ev);

	if (!cpu_is_known(ev))
		text_add(t, "not decoded, the CPU's model is not given");
	else if (!model)
		text_add(t, "not decoded, no codes are known of family 0x%x model 0x%x",
			 cpu_family(ev), cpu_model(ev));
	else if (mcw_event_lacks(ev, MCW_ABSENT_BANK))
		text_add(t, "not decoded, the bank is not given");
	else if (!find_bank(ev))
		text_add(t, "not decoded, no codes are known of this bank (%s)", model->manual);
	else
		text_add(t, "not decoded, nothing is known of this code (%s)", model->manual);
}

static const struct mcw_misc_layout *find_misc(const struct mcw_event *ev)
{
	const struct mcw_intel_bank *bank = find_bank(ev);
	unsigned int code = field(ev->regs.status, 31, 16);

	if (!bank || !bank->misc || !(ev->regs.status & MCW_STATUS_MISCV) ||
	    mcw_event_lacks(ev, MCW_ABSENT_MISC))
		return NULL;
	if ((ev->regs.status & bank->misc->status_mask) != bank->misc->status_mask)
		return NULL;
	for (size_t i = 0; i < ARRAY_SIZE(bank->misc->other); i++)
		if (bank->misc->other[i].last && code >= bank->misc->other[i].first &&
		    code <= bank->misc->other[i].last)
			return NULL;
	return bank->misc;
}

static bool is_bit(__u64 value, unsigned int bit)
{
	return value >> bit & 1;
}

#define MIRROR_BITS (MCW_FIELD(42, 41) | MCW_FIELD(63, 62)) /* of any model */

const struct mcw_mirror *mcw_intel_mirror(const struct mcw_event *ev)
{
	static const struct mcw_mirror failover = {
		"mirror failover",
		"the data came from its mirror, and the bad channel is used no more (failover): "
		"one copy is left",
	};
	static const struct mcw_mirror repaired = {
		"mirror, repaired",
		"the data came from its mirror, and the bad copy was written again",
	};
	static const __u64 status_mask = MCW_STATUS_MISCV | MCW_STATUS_UC |
					 MCW_MCACOD_UNFILTERED(MCW_MCACOD_MEMORY_MASK);
	const struct mcw_intel_bank *bank;

	if ((ev->regs.status & status_mask) != (MCW_STATUS_MISCV | MCW_MCACOD_MEMORY) ||
	    !(ev->regs.misc & MIRROR_BITS) || mcw_event_lacks(ev, MCW_ABSENT_MISC))
		return NULL;
	bank = find_bank(ev);
	if (!bank || !bank->mirror)
		return NULL;
	if (is_bit(ev->regs.misc, bank->mirror->failover))
		return &failover;
	if (is_bit(ev->regs.misc, bank->mirror->repaired))
		return &repaired;
	return NULL;
}

static bool holds(const struct mcw_misc_bits *bits, const struct mcw_event *ev)
{
	__u64 misc = ev->regs.misc;

	return (!bits->if_set || is_bit(misc, bits->if_set)) &&
	       (!bits->if_clear || !is_bit(misc, bits->if_clear)) &&
	       (!bits->if_corrected || !(ev->regs.status & MCW_STATUS_UC));
}

void mcw_intel_add_misc_place(struct mcw_memory_place *place, const struct mcw_event *ev)
{
	const struct mcw_misc_layout *layout = find_misc(ev);
	__u64 misc = ev->regs.misc;
	unsigned int mode = 0;

	if (!layout)
		return;
	if (layout->mode_high) {
		mode = field(misc, layout->mode_high, layout->mode_low);
		place->ecc_mode = layout->modes[mode];
	}
	if (layout->mode_8_no_place && mode == 8)
		return;
	place->transient = layout->transient && is_bit(misc, layout->transient);
	for (size_t i = 0; i < layout->count; i++) {
		const struct mcw_misc_bits *bits = &layout->bits[i];

		if (holds(bits, ev))
			mcw_place_set(place, bits->part,
				      field(misc, bits->high, bits->low) << bits->shift);
	}
}

/* Diamond Rapids has two dies with memory controllers. A CPU sees the banks of its own die. */
static void add_diamond_place(struct mcw_memory_place *place, const struct mcw_event *ev)
{
	if (mcw_intel_design(ev) == MCW_INTEL_DIAMOND && mcw_place_has(place, MCW_PLACE_CHANNEL) &&
	    !mcw_event_lacks(ev, MCW_ABSENT_APIC))
		mcw_place_set(place, MCW_PLACE_CONTROLLER, field(ev->regs.apicid, 2, 2));
}

void mcw_intel_add_bank_place(struct mcw_memory_place *place, const struct mcw_event *ev)
{
	const struct mcw_intel_bank *bank = find_bank(ev);

	if (!bank)
		return;
	if (bank->controller != MCW_NOT_KNOWN)
		mcw_place_set(place, MCW_PLACE_CONTROLLER, bank->controller);
	if (bank->channel != MCW_NOT_KNOWN)
		mcw_place_set(place, MCW_PLACE_CHANNEL,
			      bank->channel + ev->regs.bank - bank->first);
	add_diamond_place(place, ev);
}

#define CHANNEL_UNSPECIFIED 0xf

void mcw_intel_add_code_place(struct mcw_memory_place *place, const struct mcw_event *ev)
{
	unsigned int channel = field(ev->regs.status, 3, 0);

	if (mcw_place_has(place, MCW_PLACE_CHANNEL) || mcw_event_lacks(ev, MCW_ABSENT_STATUS) ||
	    !MCW_MCACOD_IS(MCW_MCACOD_UNFILTERED(ev->regs.status), MEMORY) ||
	    channel == CHANNEL_UNSPECIFIED)
		return;
	/* The second controller of Knights Landing counts from 0 again. */
	if (mcw_intel_design(ev) == MCW_INTEL_KNIGHTS && ev->regs.bank == 15)
		channel += 3;
	mcw_place_set(place, MCW_PLACE_CHANNEL, channel);
}

static void add_place_part(struct text *t, enum mcw_place_part part, __u32 value, bool decimal)
{
	mcw_codes_add_part(t, mcw_place_name(part));
	text_put(t, " ");
	if (decimal && part != MCW_PLACE_SYNDROME)
		text_put_number(t, value);
	else
		text_put_hex(t, value, 1);
}

void mcw_intel_add_misc(struct text *t, const struct mcw_event *ev)
{
	const struct mcw_misc_layout *layout = find_misc(ev);
	const struct mcw_mirror *mirror = mcw_intel_mirror(ev);
	struct mcw_memory_place place = { 0 };

	if (mirror)
		mcw_codes_add_part(t, mirror->brief);
	if (!layout)
		return;
	mcw_intel_add_misc_place(&place, ev);
	for (unsigned int part = 0; part < MCW_PLACE_PARTS; part++)
		if (mcw_place_has(&place, part))
			add_place_part(t, part, place.value[part], layout->decimal);
	if (place.ecc_mode) {
		mcw_codes_add_part(t, "ECC mode ");
		text_put(t, place.ecc_mode);
	}
	if (place.transient)
		mcw_codes_add_part(t, "transient");
}

// SPDX-License-Identifier: GPL-2.0
/*
 * AMD's scalable MCA: what a bank belongs to, and what its extended error codes mean.
 *
 * A bank is known by its IPID register. Its number differs from CPU to CPU, but for those of the
 * core itself, so that one is used only where a log or a command line has no IPID.
 */
#include "decode/absent.h"
#include "decode/amd/amd.h"
#include "decode/amd/smca_codes.h"
#include "decode/cpu.h"
#include "decode/decode.h"
#include "decode/internal.h"
#include "decode/memory_place.h"

#include <string.h>

static const struct mcw_smca_unit *unit_find(unsigned int hwid, unsigned int type,
					     unsigned int family, unsigned int model)
{
	static const struct mcw_smca_unit *const files[] = {
		mcw_smca_core_units,
		mcw_smca_fabric_units,
		mcw_smca_processor_units,
		mcw_smca_link_units,
	};
	const struct mcw_smca_unit *unit = mcw_smca_fabric_unit_of(hwid, type, family, model);

	if (unit)
		return unit;
	for (size_t file = 0; file < ARRAY_SIZE(files); file++)
		for (unit = files[file]; unit->name; unit++)
			if (unit->hwid == hwid && unit->type == type)
				return unit;
	return NULL;
}

/* The core's banks are the same in all models; where its IPID was not given, that is enough. */
static const struct mcw_smca_unit *unit_by_bank(const struct mcw_event *ev)
{
	static const unsigned char types[] = { 0x00, 0x01, 0x02, 0x03, 0xff, 0x05, 0x06 };
	unsigned int family = cpu_family(ev), bank = ev->regs.bank;
	unsigned int type;

	if (mcw_event_lacks(ev, MCW_ABSENT_BANK) || bank >= ARRAY_SIZE(types) ||
	    types[bank] == 0xff)
		return NULL;
	type = types[bank];
	/* Zen 2 has another load-store unit; Hygon's family 18h is as Zen. */
	if (!type && (family > 0x18 || (family == 0x17 && cpu_model(ev) >= 0x30)))
		type = 0x10;
	return unit_find(SMCA_HWID_CORE, type, family, cpu_model(ev));
}

static const struct mcw_smca_unit *unit_of(const struct mcw_event *ev)
{
	if (!is_smca(ev))
		return NULL;
	if (!ev->regs.ipid)
		return is_smca_by_family(ev) ? unit_by_bank(ev) : NULL;
	return unit_find(smca_hwid(ev), smca_type(ev), cpu_is_known(ev) ? cpu_family(ev) : 0,
			 cpu_is_known(ev) ? cpu_model(ev) : 0);
}

const char *mcw_smca_extended_name(const struct mcw_event *ev)
{
	unsigned int code = field(ev->regs.status, 21, 16);
	const struct mcw_smca_unit *unit = unit_of(ev);

	return unit && code < unit->count ? unit->codes[code] : NULL;
}

const char *mcw_smca_unit_name(const struct mcw_event *ev)
{
	const struct mcw_smca_unit *unit = unit_of(ev);

	return unit ? unit->name : NULL;
}

/* Units that also report what is no part of them. */
static enum mcw_component component_of_code(const struct mcw_smca_unit *unit, unsigned int code)
{
	static const struct {
		unsigned int hwid, type, code;
		enum mcw_component component;
	} others[] = {
		{ 0x02e, 0x01, 0x02, MCW_COMPONENT_LINK }, /* PIE: link error */
		{ 0x018, 0x00, 0x01, MCW_COMPONENT_PCIE }, /* NBIO */
	};

	for (size_t i = 0; i < ARRAY_SIZE(others); i++)
		if (unit->hwid == others[i].hwid && unit->type == others[i].type &&
		    code == others[i].code)
			return others[i].component;
	return unit->component;
}

enum mcw_component mcw_amd_component(const struct mcw_event *ev)
{
	const struct mcw_smca_unit *unit = unit_of(ev);

	if (unit)
		return component_of_code(unit, field(ev->regs.status, 21, 16));
	return is_smca(ev) ? MCW_COMPONENT_UNKNOWN : mcw_amd_old_component(ev);
}

void mcw_amd_add_gap(struct text *t, const struct mcw_event *ev)
{
	if (is_smca(ev) && mcw_smca_extended_name(ev))
		return;
	if (is_smca(ev) && unit_of(ev))
		text_add(t, "not decoded, nothing is known of this code");
	else if (is_smca(ev) && mcw_event_lacks(ev, MCW_ABSENT_IPID))
		text_add(t, "not decoded, IPID is not given");
	else if (is_smca(ev))
		text_add(t, "not decoded, no codes are known of this unit");
	else if (!cpu_is_known(ev))
		text_add(t, "not decoded, the CPU's model is not given");
	else if (mcw_event_lacks(ev, MCW_ABSENT_BANK))
		text_add(t, "not decoded, the bank is not given");
	else
		text_add(t, "not decoded, nothing is known of this code in family 0x%x",
			 cpu_family(ev));
}

/*
 * The memory controllers of MI200 and MI300 have 8 channels, in two groups of 4, and no chip
 * select: IPID has the group in 31:20, and the channel in it in 15:12.
 */
static void add_hbm_place(struct mcw_memory_place *place, const struct mcw_event *ev)
{
	unsigned int group = field(ev->regs.ipid, 31, 20), channel = field(ev->regs.ipid, 15, 12);

	if (mcw_event_lacks(ev, MCW_ABSENT_IPID))
		return;
	mcw_place_set(place, MCW_PLACE_CONTROLLER, group / 2);
	mcw_place_set(place, MCW_PLACE_CHANNEL, group % 2 * 4 + channel);
}

#define TYPE_UMC_2 1

static bool has_hbm(const struct mcw_event *ev)
{
	return smca_type(ev) == TYPE_UMC_2 ||
	       (cpu_is_known(ev) && mcw_smca_has_hbm(cpu_family(ev), cpu_model(ev)));
}

void mcw_amd_add_place(struct mcw_memory_place *place, const struct mcw_event *ev)
{
	if (!is_umc(ev))
		return;
	if (has_hbm(ev)) {
		add_hbm_place(place, ev);
		return;
	}
	/* The unit may be known by its name alone. */
	if (!mcw_event_lacks(ev, MCW_ABSENT_IPID))
		mcw_place_set(place, MCW_PLACE_CHANNEL, field(ev->regs.ipid, 31, 20));
	if (ev->regs.status & MCW_STATUS_SYNDV && !mcw_event_lacks(ev, MCW_ABSENT_SYND))
		mcw_place_set(place, MCW_PLACE_CHIP_SELECT, field(ev->regs.synd, 1, 0));
}

#define OLD_ADDRESS_PARITY 0x0d /* of the northbridge */
#define UMC_THROTTLING 0x0a

enum mcw_memory_side mcw_amd_memory_side(const struct mcw_event *ev)
{
	/* By extended code: the controllers of DIMMs, and of HBM, which has no slot. */
	static const unsigned int module = MCW_BIT(0) | MCW_BIT(1) | MCW_BIT(8) | MCW_BIT(9);
	static const unsigned int module_hbm = MCW_BIT(0) | MCW_BIT(1);
	static const unsigned int bus = MCW_BIT(4) | MCW_BIT(5) | MCW_BIT(11);
	unsigned int code = field(ev->regs.status, 21, 16);

	if (!is_smca(ev))
		return field(ev->regs.status, 20, 16) == OLD_ADDRESS_PARITY ? MCW_MEMORY_BUS :
									      MCW_MEMORY_MODULE;
	if (!is_umc(ev) || code >= 32)
		return MCW_MEMORY_MODULE;
	if (code == UMC_THROTTLING && smca_type(ev) != TYPE_UMC_2)
		return MCW_MEMORY_HEAT;
	if (has_hbm(ev))
		return module_hbm >> code & 1 ? MCW_MEMORY_MODULE : MCW_MEMORY_CONTROLLER;
	if (module >> code & 1)
		return MCW_MEMORY_MODULE;
	return bus >> code & 1 ? MCW_MEMORY_BUS : MCW_MEMORY_CONTROLLER;
}

char *mcw_syndrome_text(const struct mcw_event *ev, char *buf, size_t size)
{
	static const char *const priorities[8] = {
		NULL, NULL, "corrected", "deferred", "uncorrected", "fatal",
	};
	struct text t = text_begin(buf, size);
	__u64 synd = ev->regs.synd;
	unsigned int bits = field(synd, 23, 18);
	const char *priority = priorities[field(synd, 26, 24)];

	if (!is_smca(ev) || !(ev->regs.status & MCW_STATUS_SYNDV) ||
	    mcw_event_lacks(ev, MCW_ABSENT_SYND))
		return buf;
	if (bits)
		text_add(&t, "syndrome 0x%llx of %u bits, ",
			 bits < 32 ? field(synd, 31 + bits, 32) : field(synd, 63, 32), bits);
	text_add(&t, "information 0x%05llx", field(synd, 17, 0));
	if (priority)
		text_add(&t, ", of a %s error", priority);
	return buf;
}

/*
 * The registers are text where the bank's CONFIG says so, which no record has: they are taken
 * for text where all of it is printable.
 */
char *mcw_fru_text(const struct mcw_event *ev, char *buf, size_t size)
{
	struct text t = text_begin(buf, size);
	char bytes[2 * sizeof(__u64) + 1] = "";
	size_t length;

	if (!is_smca(ev))
		return buf;
	memcpy(bytes, &ev->synd1, sizeof(__u64));
	memcpy(bytes + sizeof(__u64), &ev->synd2, sizeof(__u64));
	length = strlen(bytes);
	for (size_t i = length; i < sizeof(bytes); i++)
		if (bytes[i])
			return buf;
	for (size_t i = 0; i < length; i++)
		if (bytes[i] < ' ' || bytes[i] > '~' || bytes[i] == '"' || bytes[i] == '\\')
			return buf;
	text_put(&t, bytes);
	return buf;
}

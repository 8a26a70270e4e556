// SPDX-License-Identifier: GPL-2.0
/*
 * The values of options that are neither a number nor any text: lists, words, times.
 */
#include "cmd/option_values.h"

#include <string.h>
#include <time.h>

#include "cmd/command.h"
#include "cmd/nearest.h"
#include "cmd/number.h"
#include "decode/decode.h"
#include "error.h"
#include "klog/forms.h"

#define NS_PER_S	1000000000ULL

bool mcw_option_sync(struct mcw_options *o, const char *value)
{
	o->sync_at_end = !strcmp(value, "end");
	if (o->sync_at_end || !strcmp(value, "each"))
		return true;
	mcw_error("--sync: there is no '%s': give each or end" MCW_SEE_HELP, value);
	return false;
}

bool mcw_option_count(struct mcw_options *o, const char *value)
{
	if (!mcw_number_parse("--count", value, ~0ULL, &o->count))
		return false;
	if (o->count)
		return true;
	mcw_error("--count: 0 is out of range: give 1 or more" MCW_SEE_HELP);
	return false;
}

bool mcw_option_lane(struct mcw_options *o, const char *value)
{
	for (unsigned int lane = 0; lane < MCW_LANES; lane++) {
		if (!strcmp(value, mcw_lane_name(lane))) {
			o->lanes |= 1U << lane;
			return true;
		}
	}
	mcw_error("--lane: there is no lane '%s': severe, other, notice or location" MCW_SEE_HELP,
		  value);
	return false;
}

bool mcw_option_severity(struct mcw_options *o, const char *value)
{
	if (mcw_filter_severities_parse(&o->filter, value))
		return true;
	mcw_error("--severity: '%s' is not a list of grades or classes like AO,SRAO+" MCW_SEE_HELP,
		  value);
	return false;
}

bool mcw_option_source(struct mcw_options *o, const char *value)
{
	if (mcw_filter_sources_parse(&o->filter, value))
		return true;
	mcw_error("--source: '%s' is not a list of exception, cmci, poll, firmware, process,"
		  " unknown" MCW_SEE_HELP,
		  value);
	return false;
}

static bool ranges_set(struct mcw_ranges *r, const char *name, const char *value, __u32 max)
{
	if (mcw_ranges_parse(r, value, max))
		return true;
	mcw_error("%s: '%s' is not a list of numbers from 0 to %u, such as 0,2-5" MCW_SEE_HELP,
		  name, value, max);
	return false;
}

bool mcw_option_cpus(struct mcw_options *o, const char *value)
{
	return ranges_set(&o->filter.cpus, "--cpu", value, ~0U);
}

bool mcw_option_banks(struct mcw_options *o, const char *value)
{
	return ranges_set(&o->filter.banks, "--bank", value, 0xff);
}

bool mcw_option_since(struct mcw_options *o, const char *value)
{
	if (mcw_filter_since_parse(&o->filter, value, time(NULL) * NS_PER_S))
		return true;
	mcw_error("--since: '%s' is no time such as 10m, today or '2026-11-24 20:15'" MCW_SEE_HELP,
		  value);
	return false;
}

bool mcw_option_colour(struct mcw_options *o, const char *value)
{
	static const char *const words[] = {
		[MCW_COLOUR_AUTO] = "auto",
		[MCW_COLOUR_ALWAYS] = "always",
		[MCW_COLOUR_NEVER] = "never",
	};

	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		if (!strcmp(value, words[i])) {
			o->colour = i;
			return true;
		}
	}
	mcw_error("--color: there is no '%s': give auto, always or never" MCW_SEE_HELP, value);
	return false;
}

bool mcw_option_vendor(struct mcw_options *o, const char *value)
{
	static const struct {
		const char *name;
		__u8 number;
	} vendors[] = {
		{ "intel", MCW_VENDOR_INTEL },	   { "amd", MCW_VENDOR_AMD },
		{ "hygon", MCW_VENDOR_HYGON },	   { "centaur", MCW_VENDOR_CENTAUR },
		{ "zhaoxin", MCW_VENDOR_ZHAOXIN },
	};

	struct mcw_nearest near = { .word = value };

	for (size_t i = 0; i < ARRAY_SIZE(vendors); i++) {
		if (!strcmp(value, vendors[i].name)) {
			o->event.regs.cpuvendor = vendors[i].number;
			return true;
		}
		mcw_nearest_try(&near, vendors[i].name);
	}
	mcw_error("--vendor: '%s' is none of intel, amd, hygon, centaur, zhaoxin%s" MCW_SEE_HELP,
		  value, mcw_nearest_text(&near));
	return false;
}

bool mcw_option_format(struct mcw_options *o, const char *value)
{
	struct mcw_nearest near = { .word = value };
	unsigned int printers;
	const char *name;

	for (size_t i = 0; (name = mcw_form_name(i, &printers)); i++) {
		if (!strcmp(value, name)) {
			o->forms = printers;
			return true;
		}
		mcw_nearest_try(&near, name);
	}
	mcw_error("--format: '%s' is no form of a log%s" MCW_SEE_HELP, value,
		  mcw_nearest_text(&near));
	return false;
}

bool mcw_option_qmp(struct mcw_options *o, const char *value)
{
	if (o->guests.qmp_count == MCW_QMP_PATHS) {
		mcw_error("--qmp: up to %u; each can be a directory of sockets" MCW_SEE_HELP,
			  MCW_QMP_PATHS);
		return false;
	}
	o->guests.qmp[o->guests.qmp_count++] = value;
	return true;
}

bool mcw_option_cs(struct mcw_options *o, const char *value)
{
	__u64 cs;

	if (!mcw_number_parse("--cs", value, 0xff, &cs))
		return false;
	o->event.regs.cs = cs;
	return true;
}

bool mcw_option_bank(struct mcw_options *o, const char *value)
{
	__u64 bank;

	if (!mcw_number_parse("--bank", value, 0xff, &bank))
		return false;
	o->event.regs.bank = bank;
	return true;
}

bool mcw_option_cpuid(struct mcw_options *o, const char *value)
{
	__u64 cpuid;

	if (!mcw_number_parse("--cpuid", value, ~0U, &cpuid))
		return false;
	o->event.regs.cpuid = cpuid;
	return true;
}

/* SPDX-License-Identifier: GPL-2.0 */
/* An invented machine for status, and how a screen is looked at. */
#ifndef STATUS_MACHINE_H
#define STATUS_MACHINE_H

#include "status_home.h"

#include "ktap.h"
#include "cmd/command.h"

#define LINES 24
#define COLUMNS 80

static void put_all(void)
{
	static const char *const numbers[] = {
		"tolerant",
		"grace_ms",
		"page_budget",
		"page_ce_threshold",
		"page_ce_window",
		"check_interval",
		"stats/storms",
		"stats/storm_polls",
		"stats/polls",
		"stats/recovery/budget_used",
		"stats/recovery/kernel",
		"stats/recovery/module",
		"stats/recovery/failed",
		"stats/recovery/kernel_failed",
		"stats/recovery/not_acted",
		"stats/recovery/waiting",
		"stats/soft_offline/tracked",
		"stats/soft_offline/soft_offlined",
		"stats/soft_offline/failed",
		"stats/soft_offline/not_acted",
		"stats/soft_offline/reported",
		"stats/soft_offline/ras_cec",
	};
	static const char *const counters[] = {
		"committed", "refused", "dropped", "overwritten", "skipped",
	};

	put("mc0/dimm0/size", "1024");
	put("version", "0.1.0");
	put("capture", "tap");
	put("mcg_cap", "0xf000c20");
	put("recovery", "unhandled");
	put("in_place/tolerant", "1");
	put("in_place/trigger", "1");
	put("trigger", "%s", "");
	put("firmware_banks", "%s", "");
	put("poll_banks", "quiet");
	put("location_sources", "edac");
	put("edac_sees_cec", "1");
	put("edac_sees_cec_rate", "10");
	put("polled_banks", "0-9");
	put_zeros();
	for (size_t i = 0; i < ARRAY_SIZE(numbers); i++)
		put(numbers[i], "1");
	for (unsigned int i = 0; i < MCW_LANES * ARRAY_SIZE(counters); i++) {
		char name[64];

		snprintf(name, sizeof(name), "stats/%s/%s", mcw_lane_name(i % MCW_LANES),
			 counters[i / MCW_LANES]);
		put(name, "%llu", 123456789012ULL);
	}
}

static void put_of_cpu(unsigned int cpu, const char *file, __u64 value)
{
	char name[64];

	snprintf(name, sizeof(name), "stats/cpu%u/%s", cpu, file);
	put(name, "%llu", value);
}

static void put_cpu(unsigned int cpu, unsigned int interrupts, __u64 storms, bool throttled)
{
	static const char *const zeros[] = { "unowned", "records", "ns_min", "ns_mean", "ns_max" };

	for (size_t i = 0; i < ARRAY_SIZE(zeros); i++)
		put_of_cpu(cpu, zeros[i], 0);
	put_of_cpu(cpu, "interrupts", interrupts);
	put_of_cpu(cpu, "last", 1700000000000000000);
	put_of_cpu(cpu, "storm_banks", storms);
	put_of_cpu(cpu, "storm_all_banks", throttled && !storms);
	put_of_cpu(cpu, "throttled", throttled);
	put_of_cpu(cpu, "mcg_cap", 0xf000c20);
}

static void put_bank(unsigned int bank, __u64 ctl, const char *differ)
{
	char name[64];

	snprintf(name, sizeof(name), "bank%uctl", bank);
	put(name, "0x%llx", ctl);
	snprintf(name, sizeof(name), "bank%uthreshold", bank);
	put(name, "1");
	snprintf(name, sizeof(name), "stats/bank%u_differs_cpus", bank);
	put(name, "%s", differ);
}

static const struct mcw_options options = { .sysfs = home, .edac = home, .dmi = "", .device = "" };

/* Counts how often a part occurs. */
__attribute__((unused)) static unsigned int count(const char *text, const char *part)
{
	unsigned int n = 0;

	while ((text = strstr(text, part))) {
		text += strlen(part);
		n++;
	}
	return n;
}

__attribute__((unused)) static bool fits_columns(const char *text)
{
	for (const char *line = text; *line; line = strchr(line, '\n') + 1)
		if (strcspn(line, "\n") > COLUMNS)
			return false;
	return true;
}

__attribute__((unused)) static bool fits_screen(const char *text)
{
	return fits_columns(text) && count(text, "\n") <= LINES;
}

__attribute__((unused)) static void says(const char *text, const char *part, const char *name)
{
	ktap_result(count(text, part) == 1, name);
	if (count(text, part) != 1)
		printf("# not there once: '%s', in:\n# %s\n", part, text);
}

#endif /* STATUS_MACHINE_H */

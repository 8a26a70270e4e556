// SPDX-License-Identifier: GPL-2.0
/*
 * mcwctl status: what the module's sysfs files say.
 */
#include "mcwctl.h"

#include <string.h>

#include "decode.h"
#include "mcwctl_banks.h"
#include "mcwctl_cpus.h"
#include "mcwctl_knobs.h"
#include "mcwctl_print.h"

static const char *const counters[] = {
	"committed", "refused", "dropped", "overwritten", "skipped",
};

#define COUNTERS ARRAY_SIZE(counters)

struct status {
	char version[MCW_VALUE_BYTES];
	char capture[MCW_VALUE_BYTES];
	__u64 mcgcap;
	__u64 lanes[MCW_LANES][COUNTERS];
	__u64 worker_missed;
	__u64 ce_threshold;
	__u64 ce_window;
	__u64 ras_cec;
	struct mcw_knobs knobs;
	struct mcw_cpus cpus;
	struct mcw_banks banks;
};

static bool status_read(const struct mcw_options *o, struct status *s)
{
	if (!mcw_sysfs_value(o, "version", s->version) ||
	    !mcw_sysfs_value(o, "capture", s->capture) ||
	    !mcw_sysfs_number(o, "mcg_cap", &s->mcgcap) ||
	    !mcw_sysfs_number(o, "stats/worker_missed", &s->worker_missed) ||
	    !mcw_sysfs_number(o, "page_ce_threshold", &s->ce_threshold) ||
	    !mcw_sysfs_number(o, "page_ce_window", &s->ce_window) ||
	    !mcw_sysfs_number(o, "stats/pages/ras_cec", &s->ras_cec))
		return false;
	for (unsigned int lane = 0; lane < MCW_LANES; lane++) {
		for (size_t i = 0; i < COUNTERS; i++) {
			char name[MCW_VALUE_BYTES];

			snprintf(name, sizeof(name), "stats/%s/%s", mcw_lane_name(lane),
				 counters[i]);
			if (!mcw_sysfs_number(o, name, &s->lanes[lane][i]))
				return false;
		}
	}
	return mcw_knobs_read(o, &s->knobs) && mcw_cpus_read(o, &s->cpus) &&
	       mcw_banks_read(o, &s->banks);
}

static void capture_print(const char *capture)
{
	printf("capture   %s\n", capture);
	if (!strcmp(capture, "tap")) {
		puts("          each record is copied where the error was found, before the");
		puts("          kernel's own pool can drop it");
	} else if (!strcmp(capture, "chain")) {
		puts("          records are copied late, from the decode chain: what the kernel's");
		puts("          pool drops never arrives, and most have no known source");
	}
}

static void rule_print(const struct status *s)
{
	fputs("corrected errors of a page: ", stdout);
	if (s->ras_cec)
		puts("RAS_CEC decides");
	else if (s->ce_threshold)
		printf("soft-offlined at %llu within %llu s\n", s->ce_threshold, s->ce_window);
	else
		puts("not counted");
}

static void status_print(const struct status *s)
{
	char text[MCW_TEXT_BYTES];

	printf("version   %s\n", s->version);
	capture_print(s->capture);
	mcw_knobs_print(&s->knobs);
	printf("MCG_CAP   0x%016llx: %s\n", s->mcgcap,
	       mcw_mcgcap_text(s->mcgcap, text, sizeof(text)));
	printf("\n%-7s", "lane");
	for (size_t i = 0; i < COUNTERS; i++)
		printf(" %12s", counters[i]);
	for (unsigned int lane = 0; lane < MCW_LANES; lane++) {
		printf("\n%-7s", mcw_lane_name(lane));
		for (size_t i = 0; i < COUNTERS; i++)
			printf(" %12llu", s->lanes[lane][i]);
	}
	fputs("\n\n", stdout);
	rule_print(s);
	printf("records that the module's own worker missed: %llu\n", s->worker_missed);
	mcw_cpus_print(&s->cpus);
	mcw_banks_print(&s->banks);
}

static void status_print_json(const struct status *s)
{
	fputs("{\"version\":", stdout);
	mcw_json_string(stdout, s->version);
	fputs(",\"capture\":", stdout);
	mcw_json_string(stdout, s->capture);
	printf(",\"mcg_cap\":\"0x%016llx\",\"banks\":%llu,\"stats\":{", s->mcgcap,
	       s->mcgcap & 0xff);
	for (unsigned int lane = 0; lane < MCW_LANES; lane++) {
		printf("%s\"%s\":{", lane ? "," : "", mcw_lane_name(lane));
		for (size_t i = 0; i < COUNTERS; i++)
			printf("%s\"%s\":%llu", i ? "," : "", counters[i], s->lanes[lane][i]);
		fputc('}', stdout);
	}
	printf("},\"worker_missed\":%llu", s->worker_missed);
	printf(",\"page_ce_threshold\":%llu,\"page_ce_window\":%llu,\"ras_cec\":%s,",
	       s->ce_threshold, s->ce_window, s->ras_cec ? "true" : "false");
	mcw_knobs_print_json(&s->knobs);
	putchar(',');
	mcw_cpus_print_json(&s->cpus);
	putchar(',');
	mcw_banks_print_json(&s->banks);
	puts("}");
}

enum mcw_exit mcw_status_run(struct mcw_options *o)
{
	struct status s = { .version = "" };
	bool read = status_read(o, &s);

	if (read && o->json)
		status_print_json(&s);
	else if (read)
		status_print(&s);
	mcw_cpus_free(&s.cpus);
	return read ? MCW_EXIT_OK : MCW_EXIT_FAILED;
}

// SPDX-License-Identifier: GPL-2.0
/*
 * The metrics, by name. A name never changes once it is released: people use it in their rules.
 *
 * Prometheus asks for base units (seconds), for _total at the end of the name of a counter, and
 * that all lines of a name stand together.
 */
#define _GNU_SOURCE
#include "cmd/metrics.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <mcewarden/severity.h>

#include "cmd/command.h"
#include "cmd/status_lost.h"
#include "decode/decode.h"
#include "error.h"
#include "source/fake_panic.h"
#include "source/sysfs.h"

#define PREFIX "mcewarden_"
#define TOTAL "_total"
#define NUMBERS 64 /* of banks */
#define NAME_BYTES 128

/* What the star in a file's name stands for. It becomes the label. */
enum star {
	NO_STAR,
	LANE,
	RULE,
	RESULT,
	STAGE,
	BANK,
	CPU,
};

static const char *const labels[] = {
	[LANE] = "lane", [RULE] = "rule", [RESULT] = "result",
	[STAGE] = "stage", [BANK] = "bank", [CPU] = "cpu",
};

static const char *const results[] = { "kernel",    "kernel_failed", "module", "failed",
				       "not_acted", "others",	     NULL };

static const struct family {
	const char *name; /* without PREFIX; if it ends in TOTAL, it is a counter */
	const char *file;
	enum star star;
	unsigned int digits; /* digits of the number that stand after the point */
	const char *help;
} families[] = {
	{ "events_uncounted_total", "stats/events_uncounted", NO_STAR, 0,
	  "Events missing in mcewarden_events_total, whose table is full" },
	{ "worker_taken_total", "stats/worker_taken", NO_STAR, 0,
	  "Events that the module has taken from its lanes and graded" },
	{ "worker_missed_total", "stats/worker_missed", NO_STAR, 0,
	  "Events that were captured, and overwritten before they were graded" },
	{ "lane_committed_total", "stats/*/committed", LANE, 0, "Records that were stored" },
	{ "lane_refused_total", "stats/*/refused", LANE, 0,
	  "Records lost because the lane was full of what had not been taken" },
	{ "lane_dropped_total", "stats/*/dropped", LANE, 0,
	  "Records lost because every slot that was tried was being written" },
	{ "lane_overwritten_total", "stats/*/overwritten", LANE, 0,
	  "Stored records that newer ones replaced, read or not" },
	{ "lane_skipped_total", "stats/*/skipped", LANE, 0,
	  "Positions of the lane that never hold a record" },
	{ "lost_total", "stats/lost/*", STAGE, 0,
	  "What was lost, by stage on the way from the hardware to a reader" },
	{ "rule_events_total", "stats/rules/*", RULE, 0, "Events graded by this rule" },
	{ "recovery_events_total", "stats/recovery/*", RESULT, 0,
	  "Severe events by who took their page: the kernel, the module, nobody though the kernel "
	  "or the module tried (kernel_failed, failed), nobody (not_acted); and calls of "
	  "memory_failure() for no event (others)" },
	{ "failure_calls_missed_total", "stats/failure_calls/missed", NO_STAR, 0,
	  "Calls of memory_failure() that the module did not see" },
	{ "failure_calls_total", "stats/failure_calls/seen", NO_STAR, 0,
	  "Calls of memory_failure() that ended" },
	{ "victims_unlisted_total", "stats/victims/unlisted", NO_STAR, 0,
	  "Of mcewarden_victims_total, those without a record" },
	{ "victims_total", "stats/victims/seen", NO_STAR, 0,
	  "Tasks that got a signal because of a bad page" },
	{ "recovery_pages", "stats/recovery/budget_used", NO_STAR, 0,
	  "Pages that the module took since its load, hard and soft" },
	{ "recovery_waiting_events", "stats/recovery/waiting", NO_STAR, 0,
	  "Severe events that wait for their outcome" },
	{ "page_errors_total", "stats/soft_offline/counted", NO_STAR, 0,
	  "Corrected errors that were counted for a page" },
	{ "page_errors_uncounted_total", "stats/soft_offline/no_room", NO_STAR, 0,
	  "Corrected errors not counted because the table of pages was full" },
	{ "pages_evicted_total", "stats/soft_offline/evicted", NO_STAR, 0,
	  "Pages whose count was forgotten, to make room for another" },
	{ "pages_soft_offlined_total", "stats/soft_offline/soft_offlined", NO_STAR, 0,
	  "Pages that had too many corrected errors and were soft-offlined" },
	{ "pages_failed_total", "stats/soft_offline/failed", NO_STAR, 0,
	  "Times that a page with too many corrected errors could not be soft-offlined" },
	{ "pages_not_acted_total", "stats/soft_offline/not_acted", NO_STAR, 0,
	  "Times that a page with too many corrected errors was left as it was" },
	{ "pages_reported_total", "stats/soft_offline/reported", NO_STAR, 0,
	  "Tries to soft-offline a page whose result the kernel gave" },
	{ "pages_unreported_total", "stats/soft_offline/unreported", NO_STAR, 0,
	  "Tries to soft-offline a page of which only the page's flag told" },
	{ "pages_tracked", "stats/soft_offline/tracked", NO_STAR, 0,
	  "Pages whose corrected errors are counted now" },
	{ "pages_waiting", "stats/soft_offline/waiting", NO_STAR, 0,
	  "Pages that are about to be soft-offlined" },
	{ "ras_cec_decides", "stats/soft_offline/ras_cec", NO_STAR, 0,
	  "1 if the kernel's RAS_CEC decides about pages with corrected errors" },
	{ "edac_sees_cec_shown_total", "stats/edac_sees_cec/shown", NO_STAR, 0,
	  "Errors that RAS_CEC had counted, and that EDAC was shown" },
	{ "edac_sees_cec_over_rate_total", "stats/edac_sees_cec/over_rate", NO_STAR, 0,
	  "Errors that RAS_CEC had counted, and that EDAC was not shown because of the rate" },
	{ "edac_sees_cec_stopped_total", "stats/edac_sees_cec/stopped", NO_STAR, 0,
	  "Of those shown, those for which another block ended the decode chain" },
	{ "storms_total", "stats/storms", NO_STAR, 0, "Storms of interrupts that began" },
	{ "storm_polls_total", "stats/storm_polls", NO_STAR, 0,
	  "Polls made because the kernel had throttled the interrupts" },
	{ "threshold_interrupts_total", "stats/cpu*/interrupts", CPU, 0,
	  "Threshold and deferred-error interrupts" },
	{ "threshold_interrupts_unowned_total", "stats/cpu*/unowned", CPU, 0,
	  "Of these, those that nobody in the kernel owns" },
	{ "threshold_records_total", "stats/cpu*/records", CPU, 0,
	  "Records that the interrupts brought" },
	{ "threshold_interrupt_longest_seconds", "stats/cpu*/ns_max", CPU, 9,
	  "The longest of the interrupts since the load" },
	{ "threshold_throttled", "stats/cpu*/throttled", CPU, 0,
	  "1 while the kernel throttles the interrupts of the CPU because of a storm" },
	{ "polls_total", "stats/polls", NO_STAR, 0, "Polls of one CPU by the module" },
	{ "bank_drift_total", "stats/bank_drift", NO_STAR, 0,
	  "Bank registers that were changed by others and put back" },
	{ "injector_raised_total", "stats/injector/raised", NO_STAR, 0,
	  "Errors given to the injector to raise" },
	{ "injector_untaken_total", "stats/injector/untaken", NO_STAR, 0,
	  "Of these, those that no poll of the kernel took from their bank" },
	{ "injector_refused_total", "stats/injector/refused", NO_STAR, 0,
	  "Errors that the injector refused to raise" },
	{ "mcelog_logged_total", "stats/mcelog/logged", NO_STAR, 0,
	  "Records put into the buffer of /dev/mcelog" },
	{ "mcelog_dropped_total", "stats/mcelog/dropped", NO_STAR, 0,
	  "Records dropped because that buffer was full" },
	{ "trigger_runs_total", "stats/trigger/runs", NO_STAR, 0,
	  "Times that the program of the knob trigger was started" },
	{ "trigger_put_off_total", "stats/trigger/put_off", NO_STAR, 0,
	  "Runs of that program that had to wait" },
	{ "trigger_failed_total", "stats/trigger/failed", NO_STAR, 0,
	  "Runs of that program that could not be started" },
	{ "bank_differing_cpus", "stats/bank*_differs", BANK, 0,
	  "CPUs on which MCi_CTL differs from what the knob shows" },
	{ "knob_bank_threshold", "bank*threshold", BANK, 0,
	  "Corrected errors at which the bank interrupts" },
	{ "knob_tolerant", "tolerant", NO_STAR, 0, "The knob tolerant, 0 to 3" },
	{ "knob_quiet", "quiet", NO_STAR, 0,
	  "1 if the kernel prints no records while /dev/mcelog is open" },
	{ "knob_check_interval_seconds", "check_interval", NO_STAR, 0,
	  "Time between the module's polls, 0: none" },
	{ "knob_grace_seconds", "grace_ms", NO_STAR, 3, "Time that the kernel has for its part" },
	{ "knob_page_budget", "page_budget", NO_STAR, 0, "Pages that the module may take" },
	{ "knob_page_ce_threshold", "page_ce_threshold", NO_STAR, 0,
	  "Corrected errors at which a page is soft-offlined, 0: never" },
	{ "knob_page_ce_window_seconds", "page_ce_window", NO_STAR, 0,
	  "Time within which these errors count" },
	{ "knob_edac_sees_cec", "edac_sees_cec", NO_STAR, 0,
	  "1 if EDAC is shown errors that RAS_CEC has counted" },
	{ "knob_edac_sees_cec_rate", "edac_sees_cec_rate", NO_STAR, 0,
	  "How many of them a second, 0: all" },
	{ "knob_storm_interrupts", "storm_count", NO_STAR, 0, "Interrupts that make a storm" },
	{ "knob_storm_window_seconds", "storm_window_ms", NO_STAR, 3,
	  "Time within which they make a storm" },
	{ "knob_storm_quiet_seconds", "storm_quiet_s", NO_STAR, 0,
	  "Time of quiet that ends a storm" },
	{ "knob_storm_poll_seconds", "storm_poll_ms", NO_STAR, 3,
	  "Time between polls while the kernel throttles, 0: none" },
};

static const char *const recovery_modes[] = { "off", "unhandled", "observe" };

static void head_print(FILE *out, const char *name, const char *help)
{
	size_t end = strlen(name), total = strlen(TOTAL);
	bool counter = end > total && !strcmp(name + end - total, TOTAL);

	fprintf(out, "# HELP " PREFIX "%s %s.\n# TYPE " PREFIX "%s %s\n", name, help, name,
		counter ? "counter" : "gauge");
}

void mcw_metrics_label(FILE *out, const char *text)
{
	fputc('"', out);
	for (; *text; text++) {
		if (*text == '\n')
			fputs("\\n", out);
		else if (*text == '"' || *text == '\\')
			fprintf(out, "\\%c", *text);
		else if (*text >= ' ' && *text <= '~')
			fputc(*text, out);
		else /* not all the same sign: labels that differ stay so */
			fprintf(out, "\\\\x%02x", (unsigned char)*text);
	}
	fputc('"', out);
}

static void number_print(FILE *out, __u64 number, unsigned int digits)
{
	__u64 unit = 1;

	for (unsigned int i = 0; i < digits; i++)
		unit *= 10;
	fprintf(out, " %llu", number / unit);
	if (digits)
		fprintf(out, ".%0*llu", (int)digits, number % unit);
	fputc('\n', out);
}

void mcw_metrics_up(FILE *out, bool up)
{
	head_print(out, "up", "1 if the module answered");
	fprintf(out, PREFIX "up %u\n", up);
}

/*
 * Reading gives ENODEV if the CPUs do not use the bank, or if it does not interrupt. Opening gives
 * EACCES if only root may read the file.
 */
static bool is_there(const struct mcw_options *o, const char *name)
{
	char path[512], byte;
	int fd, err;

	snprintf(path, sizeof(path), "%s/%s", o->sysfs, name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return errno != ENOENT && errno != EACCES;
	err = read(fd, &byte, 1) < 0 ? errno : 0;
	close(fd);
	return err != ENODEV;
}

static bool line_print(FILE *out, const struct mcw_options *o, const struct family *f,
		       const char *value)
{
	size_t before = strcspn(f->file, "*");
	char name[NAME_BYTES];
	__u64 number;

	if (value)
		snprintf(name, sizeof(name), "%.*s%s%s", (int)before, f->file, value,
			 f->file + before + 1);
	else
		snprintf(name, sizeof(name), "%s", f->file);
	if (f->star == BANK && !is_there(o, name))
		return true;
	if (!mcw_sysfs_number(o->sysfs, name, &number))
		return false;
	fprintf(out, PREFIX "%s", f->name);
	if (value) {
		fprintf(out, "{%s=", labels[f->star]);
		mcw_metrics_label(out, value);
		fputc('}', out);
	}
	number_print(out, number, f->digits);
	return true;
}

/* The n-th value of the star, or NULL after the last. cpus: one more than the highest CPU. */
static const char *star_text(enum star star, unsigned int n, unsigned int cpus, char *text)
{
	snprintf(text, NAME_BYTES, "%u", n);
	switch (star) {
	case LANE:
		return n < MCW_LANES ? mcw_lane_name(n) : NULL;
	case RULE:
		return mcw_severity_rule_name(n);
	case STAGE:
		return mcw_stage_name(n);
	case RESULT:
		return results[n];
	case BANK:
		return n < NUMBERS ? text : NULL;
	case CPU:
		return n < cpus ? text : NULL;
	case NO_STAR:
		break;
	}
	return NULL;
}

static bool family_print(FILE *out, const struct mcw_options *o, const struct family *f,
			 unsigned int cpus)
{
	char text[NAME_BYTES];
	const char *value;

	head_print(out, f->name, f->help);
	if (f->star == NO_STAR)
		return line_print(out, o, f, NULL);
	for (unsigned int n = 0; (value = star_text(f->star, n, cpus, text)); n++) {
		char directory[NAME_BYTES];

		snprintf(directory, sizeof(directory), "stats/cpu%u", n);
		/* The numbers of CPUs may have gaps. */
		if (f->star == CPU && !is_there(o, directory))
			continue;
		if (!line_print(out, o, f, value))
			return false;
	}
	return true;
}

/* One more than the highest number of a CPU; 0 after printing what is wrong. */
static unsigned int cpus_find(const struct mcw_options *o)
{
	unsigned int cpus = 0;
	struct dirent *entry;
	char path[512];
	DIR *directory;

	snprintf(path, sizeof(path), "%s/stats", o->sysfs);
	directory = opendir(path);
	while (directory && (entry = readdir(directory))) {
		unsigned int number;
		char end;

		if (sscanf(entry->d_name, "cpu%u%c", &number, &end) == 1 && number >= cpus)
			cpus = number + 1;
	}
	if (!cpus)
		mcw_error("cannot read the CPUs in %s: %s", path, strerror(errno));
	if (directory)
		closedir(directory);
	return cpus;
}

/* A word becomes a label, or there is a line for each word that is possible. */
static bool words_print(FILE *out, const struct mcw_options *o)
{
	char version[MCW_VALUE_BYTES], capture[MCW_VALUE_BYTES], mode[MCW_VALUE_BYTES];

	if (!mcw_sysfs_value(o->sysfs, "version", version) ||
	    !mcw_sysfs_value(o->sysfs, "capture", capture) ||
	    !mcw_sysfs_value(o->sysfs, "recovery", mode))
		return false;
	head_print(out, "info", "The module's version, and how it captures: tap or chain");
	fputs(PREFIX "info{version=", out);
	mcw_metrics_label(out, version);
	fputs(",capture=", out);
	mcw_metrics_label(out, capture);
	fputs("} 1\n", out);
	head_print(out, "knob_recovery", "1 for what the knob recovery is set to");
	for (size_t i = 0; i < ARRAY_SIZE(recovery_modes); i++)
		fprintf(out, PREFIX "knob_recovery{mode=\"%s\"} %u\n", recovery_modes[i],
			!strcmp(mode, recovery_modes[i]));
	return true;
}

/* Nothing where it is not known. */
static void fake_panic_print(FILE *out, const struct mcw_options *o)
{
	enum mcw_fake_panic state = mcw_fake_panic_read(o->sysfs);

	if (state == MCW_FAKE_PANIC_UNKNOWN)
		return;
	head_print(out, "kernel_fake_panic",
		   "1 where the kernel's fake_panic keeps it from panics on machine checks");
	fprintf(out, PREFIX "kernel_fake_panic %u\n", state == MCW_FAKE_PANIC_ON);
}

bool mcw_metrics_files(FILE *out, const struct mcw_options *o)
{
	unsigned int cpus = cpus_find(o);
	bool good = cpus && words_print(out, o);

	for (size_t i = 0; good && i < ARRAY_SIZE(families); i++)
		good = family_print(out, o, &families[i], cpus);
	if (good)
		fake_panic_print(out, o);
	return good;
}

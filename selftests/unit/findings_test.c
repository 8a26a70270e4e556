// SPDX-License-Identifier: GPL-2.0
/* LINK: mcwctl */
/*
 * Findings of an invented machine: each row in all its levels, and what check, doctor and metrics
 * make of them. A file that cannot be read is never ok.
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ktap.h"
#include "cmd/diagnosis.h"
#include "findings_home.h"

static struct mcw_findings all;

static const struct mcw_finding *find(const char *id)
{
	mcw_findings_read(&options, NULL, &all);
	for (size_t i = 0; i < all.count; i++)
		if (!strcmp(all.row[i].id, id))
			return &all.row[i];
	return NULL;
}

/* The row has this level, sentence and command; the last two: a part of them, NULL for none. */
static void row_is(const char *id, enum mcw_level level, const char *sentence, const char *command,
		   const char *name)
{
	const struct mcw_finding *f = find(id);
	bool good = f && f->level == level && (!sentence || strstr(f->sentence, sentence)) &&
		    (command ? !!strstr(f->command, command) : !f->command[0]);

	ktap_result_of(good, "%s: %s", id, name);
	if (!good && f)
		printf("# %s: '%s', '%s'\n", mcw_level_name(f->level), f->sentence, f->command);
	else if (!good)
		puts("# there is no such finding");
}

/* Where no recorder runs, nothing is said of one. */
static void test_no_recorder(void)
{
	drop(RECORDER);
	mcw_findings_read(&options, NULL, &all);
	ktap_result(!find("recorder"), "no recorder, no finding about it");
	put(RECORDER, "room");
}

/* The caller's diagnosis takes the place of the device's records, of which there are none here. */
static void test_diagnosis_given(void)
{
	struct mcw_diagnosis *d = mcw_diagnosis_new(NULL);
	bool found = false;

	mcw_findings_read(&options, d, &all);
	for (size_t i = 0; i < all.count; i++)
		found |= !strcmp(all.row[i].id, "fault") && all.row[i].level == MCW_LEVEL_OK;
	ktap_result(d && found, "the finding about faults is made of the caller's diagnosis");
	free(d);
}

static void test_good(void)
{
	size_t rows = 0;

	while (mcw_finding_id(rows))
		rows++;
	mcw_findings_read(&options, NULL, &all);
	/* without a device there is none about faults */
	ktap_result_of(all.count == rows - 1, "a good machine has all other %zu rows", rows - 1);
	for (size_t i = 0; i < all.count; i++) {
		ktap_result_of(all.row[i].level == MCW_LEVEL_OK && !all.row[i].command[0],
			       "%s is ok", all.row[i].id);
		if (all.row[i].level != MCW_LEVEL_OK)
			printf("# %s\n", all.row[i].sentence);
	}
	ktap_result(all.counts.known && !all.counts.lost, "and its counts are known");
}

/* Each row by a value of a file, which is good again after it. */
static void test_levels(void)
{
	static const struct {
		const char *id, *file, *value, *good;
		enum mcw_level level;
		const char *sentence, *command;
	} cases[] = {
		{ "mce_off", "proc/cmdline", "ro mce=off quiet", "ro", MCW_LEVEL_CRITICAL,
		  "booted with mce=off", "grep -rn -e mce=off" },
		{ "mce_off", "proc/cmdline", "nomce", "ro", MCW_LEVEL_CRITICAL, "with nomce",
		  "grep" },
		{ "fake_panic", DEBUGFS "mce/fake_panic", "1", "0", MCW_LEVEL_CRITICAL, "is on",
		  "mcwctl tolerant --no-fake-panic" },
		{ "ignore_ce", MACHINECHECK "ignore_ce", "1", "0", MCW_LEVEL_WARNING,
		  "nobody looks for corrected", "echo 0 >/" MACHINECHECK "ignore_ce" },
		{ "dont_log_ce", MACHINECHECK "dont_log_ce", "1", "0", MCW_LEVEL_WARNING,
		  "no record", "echo 0 >/" MACHINECHECK "dont_log_ce" },
		{ "no_cmci", MACHINECHECK "cmci_disabled", "1", "0", MCW_LEVEL_WARNING, "CMCI",
		  "echo 0 >/" MACHINECHECK "cmci_disabled" },
		{ "memory_failure", "proc/sys/vm/memory_failure_recovery", "0", "1",
		  MCW_LEVEL_WARNING, "panics", "sysctl -w vm.memory_failure_recovery=1" },
		{ "soft_offline", "proc/sys/vm/enable_soft_offline", "0", "1", MCW_LEVEL_WARNING,
		  "take no page", "sysctl -w vm.enable_soft_offline=1" },
		{ "soft_offline", MODULE "page_ce_threshold", "0", "10", MCW_LEVEL_WARNING,
		  "page_ce_threshold is 0", "echo 10 >/" MODULE "page_ce_threshold" },
		{ "capture", MODULE "capture", "chain", "tap", MCW_LEVEL_WARNING,
		  "capture is chain", "dmesg | grep mcewarden:" },
		{ "capture", "proc/sys/kernel/ftrace_enabled", "0", "1", MCW_LEVEL_WARNING,
		  "tap does not run", "sysctl -w kernel.ftrace_enabled=1" },
		{ "recovery", MODULE "recovery", "off", "unhandled", MCW_LEVEL_WARNING,
		  "recovery is off", "echo unhandled >/" MODULE "recovery" },
		{ "recovery", MODULE "recovery", "observe", "unhandled", MCW_LEVEL_WARNING,
		  "recovery is observe", "echo unhandled" },
		{ "tolerant", MODULE "tolerant", "0", "1", MCW_LEVEL_WARNING, "panics",
		  "mcwctl tolerant 1" },
		{ "tolerant", MODULE "tolerant", "2", "1", MCW_LEVEL_WARNING, "works as 1",
		  "mcwctl tolerant 1" },
		{ "tolerant", MODULE "tolerant", "3", "1", MCW_LEVEL_WARNING, "only logged",
		  "mcwctl tolerant 1" },
		{ "tolerant", MODULE "tolerant", "4", "1", MCW_LEVEL_WARNING, "not known",
		  "mcwctl tolerant 1" },
		{ "firmware", MODULE "firmware_banks", "3,7-8", "", MCW_LEVEL_WARNING,
		  "firmware first: of bank 3,7-8", "mcwctl read --source firmware" },
		{ "rasdaemon", RASDAEMON, "50", "0", MCW_LEVEL_WARNING, "50 % full",
		  "echo 0 >/" RASDAEMON " && systemctl restart rasdaemon" },
		{ "recorder", RECORDER, "full 1700000000 /var/log/x y\nNo space left on device",
		  "room", MCW_LEVEL_WARNING,
		  "cannot write to /var/log/x y: No space left on device",
		  "df -h -- \"$(dirname '/var/log/x y')\"" },
		{ "uncorrected", MODULE "stats/severe/committed", "1", "0", MCW_LEVEL_WARNING,
		  "1 uncorrected or deferred error since", "mcwctl read --lane severe" },
		{ "pages", MODULE "stats/recovery/kernel", "2", "0", MCW_LEVEL_WARNING,
		  "2 uncorrected errors since the load had", "mcwctl pages" },
		{ "pages", MODULE "stats/recovery/module", "1", "0", MCW_LEVEL_WARNING,
		  "1 uncorrected error since the load had", "mcwctl pages" },
		{ "pages", MODULE "stats/recovery/not_acted", "4", "0", MCW_LEVEL_WARNING,
		  "4 errors whose page nobody took", "mcwctl pages" },
		{ "pages", MODULE "stats/soft_offline/failed", "5", "0", MCW_LEVEL_WARNING,
		  "5 pages that could not be soft", "mcwctl pages" },
		{ "pages", MODULE "stats/recovery/failed", "1", "0", MCW_LEVEL_CRITICAL,
		  "1 uncorrected error since the load in a page that could not be freed",
		  "mcwctl pages" },
		{ "pages", MODULE "stats/recovery/kernel_failed", "2", "0", MCW_LEVEL_CRITICAL,
		  "2 uncorrected errors", "mcwctl pages" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		put(cases[i].file, "%s", cases[i].value);
		row_is(cases[i].id, cases[i].level, cases[i].sentence, cases[i].command,
		       cases[i].value);
		ktap_result_of(all.row[0].level == cases[i].level, "%s stands first", cases[i].id);
		put(cases[i].file, "%s", cases[i].good);
		row_is(cases[i].id, MCW_LEVEL_OK, NULL, NULL, "good again");
	}
}

/* Rows of several files. */
static void test_together(void)
{
	put(MODULE "capture", "chain");
	put("proc/sys/kernel/ftrace_enabled", "0");
	row_is("capture", MCW_LEVEL_WARNING, "capture is chain",
	       "ftrace_enabled=1 && rmmod mcewarden && modprobe mcewarden", "no ftrace");
	put(MODULE "capture", "tap");
	put("proc/sys/kernel/ftrace_enabled", "1");

	put(MODULE "missing", "storms victims");
	row_is("missing", MCW_LEVEL_WARNING, "module need: storms victims; ",
	       "dmesg | grep mcewarden:", "the kernel refused something");
	put(MODULE "missing", "none");
	row_is("missing", MCW_LEVEL_OK, NULL, NULL, "the kernel refused nothing");

	put(MODULE "stats/soft_offline/ras_cec", "1");
	row_is("ras_cec", MCW_LEVEL_OK, "EDAC sees", NULL, "RAS_CEC, and EDAC sees it");
	put(MODULE "page_ce_threshold", "0");
	row_is("soft_offline", MCW_LEVEL_OK, "RAS_CEC soft-offlines", NULL, "RAS_CEC decides");
	put(MODULE "edac_sees_cec", "0");
	row_is("ras_cec", MCW_LEVEL_WARNING, "keeps corrected errors from EDAC",
	       "echo 1 >/" MODULE "edac_sees_cec", "RAS_CEC, and EDAC does not");
	put(MODULE "stats/soft_offline/ras_cec", "0");
	put(MODULE "page_ce_threshold", "10");
	row_is("ras_cec", MCW_LEVEL_OK, "kept no error", NULL, "RAS_CEC has not been seen");
	put(MODULE "edac_sees_cec", "1");

	drop("sys/devices/system/edac/mc/mc0");
	ktap_result(find("edac") && strncmp(find("edac")->sentence, "EDAC names", 10),
		    "edac: no controller");
	put(MODULE "location_sources", "edac ghes adxl");
	row_is("edac", MCW_LEVEL_OK, "ADXL", NULL, "the firmware translates addresses");
	put(MODULE "location_sources", "edac ghes");
	drop("sys/devices/system/edac");
	ktap_result(find("edac") && strncmp(find("edac")->sentence, "EDAC names", 10),
		    "edac: a kernel without EDAC");

	drop("proc/sys/vm/enable_soft_offline");
	row_is("soft_offline", MCW_LEVEL_OK, NULL, NULL, "a kernel without the switch");
	drop("sys/kernel/tracing");
	row_is("rasdaemon", MCW_LEVEL_OK, "no trace buffer", NULL, "no rasdaemon");
	put(DEBUGFS "tracing/instances/rasdaemon/buffer_percent", "100");
	row_is("rasdaemon", MCW_LEVEL_WARNING, "100 % full", DEBUGFS "tracing", "in debugfs");
	put("sys/kernel/tracing/tracing_on", "1");
	row_is("rasdaemon", MCW_LEVEL_OK, "no trace buffer", NULL, "not looked for in debugfs");
	drop(DEBUGFS "tracing");
	put_good();
}

static void test_lost(void)
{
	char stages[MCW_SENTENCE_BYTES];

	put(MODULE "stats/lost/ring_refused", "136");
	put(MODULE "stats/lost/reader", "12");
	put(MODULE "stats/severe/refused", "130");
	put(MODULE "stats/other/refused", "6");
	row_is("lost", MCW_LEVEL_WARNING, "by stage: ring_refused 136, reader 12",
	       "rmmod mcewarden && modprobe mcewarden severe_records=2048", "a lane was full");
	ktap_result(all.counts.known && all.counts.lost == 148, "lost: all are counted");
	put("sys/module/mcewarden/parameters/severe_records", "1048576");
	row_is("lost", MCW_LEVEL_WARNING, NULL, "&& modprobe mcewarden",
	       "a lane of the largest size");
	ktap_result(!strstr(find("lost")->command, "_records="), "lost: cannot be larger");
	put(MODULE "stats/severe/refused", "0");
	put(MODULE "stats/other/refused", "0");
	put(MODULE "stats/other/overwritten", "7");
	row_is("lost", MCW_LEVEL_WARNING, NULL, "other_records=4096", "records were overwritten");
	put_good();
	put(MODULE "stats/lost/kernel_pool", "1");
	row_is("lost", MCW_LEVEL_WARNING, "kernel_pool 1", "modprobe mcewarden", "in the kernel");
	ktap_result(!strstr(find("lost")->command, "_records="), "lost: no lane is too small");
	for (unsigned int i = 0; mcw_stage_name(i); i++) {
		char name[96];

		snprintf(name, sizeof(name), MODULE "stats/lost/%s", mcw_stage_name(i));
		put(name, "18446744073709551615");
	}
	snprintf(stages, sizeof(stages), "%s 18446744073709551615", mcw_stage_name(MCW_STAGES - 1));
	row_is("lost", MCW_LEVEL_WARNING, stages, "mcwctl record", "at all stages");
	put_good();
}

/* A directory in place of the file, which nobody can read; an empty file; a word; no file. */
static void test_unreadable(void)
{
	static const struct {
		const char *id, *file;
		bool number, may_miss;
	} cases[] = {
		{ "mce_off", "proc/cmdline", false, false },
		{ "fake_panic", DEBUGFS "mce/fake_panic", true, false },
		{ "ignore_ce", MACHINECHECK "ignore_ce", true, false },
		{ "dont_log_ce", MACHINECHECK "dont_log_ce", true, false },
		{ "no_cmci", MACHINECHECK "cmci_disabled", true, false },
		{ "memory_failure", "proc/sys/vm/memory_failure_recovery", true, false },
		{ "soft_offline", "proc/sys/vm/enable_soft_offline", true, true },
		{ "soft_offline", MODULE "page_ce_threshold", true, false },
		{ "soft_offline", MODULE "stats/soft_offline/ras_cec", true, false },
		{ "rasdaemon", RASDAEMON, true, true },
		{ "capture", MODULE "capture", false, false },
		{ "capture", "proc/sys/kernel/ftrace_enabled", true, true },
		{ "missing", MODULE "missing", false, false },
		{ "recovery", MODULE "recovery", false, false },
		{ "tolerant", MODULE "tolerant", true, false },
		{ "ras_cec", MODULE "stats/soft_offline/ras_cec", true, false },
		{ "ras_cec", MODULE "edac_sees_cec", true, false },
		{ "firmware", MODULE "firmware_banks", false, false },
		{ "installed", "proc/sys/kernel/osrelease", false, false },
		{ "lost", MODULE "stats/lost/hardware_overflow", true, false },
		{ "lost", MODULE "stats/lost/edac_sees_cec", true, false },
		{ "uncorrected", MODULE "stats/severe/committed", true, false },
		{ "pages", MODULE "stats/recovery/kernel", true, false },
		{ "pages", MODULE "stats/recovery/module", true, false },
		{ "pages", MODULE "stats/recovery/kernel_failed", true, false },
		{ "pages", MODULE "stats/recovery/failed", true, false },
		{ "pages", MODULE "stats/recovery/not_acted", true, false },
		{ "pages", MODULE "stats/soft_offline/failed", true, false },
		{ "pages", MODULE "stats/soft_offline/soft_offlined", true, false },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const char *id = cases[i].id, *file = cases[i].file;
		FILE *empty;

		unlink(path_of(file));
		if (cases[i].may_miss)
			row_is(id, MCW_LEVEL_OK, NULL, NULL, "the file may be missing");
		else
			row_is(id, MCW_LEVEL_UNKNOWN, path_of(file), "", "the file is missing");
		mkdir(path_of(file), 0700);
		row_is(id, MCW_LEVEL_UNKNOWN, path_of(file), "", "the file cannot be read");
		rmdir(path_of(file));
		empty = fopen(path_of(file), "w");
		if (empty)
			fclose(empty);
		row_is(id, MCW_LEVEL_UNKNOWN, path_of(file), "", "the file is empty");
		put(file, "abc");
		if (cases[i].number)
			row_is(id, MCW_LEVEL_UNKNOWN, "it holds no number", "", "a word");
		put(file, "99999999999999999999999");
		if (cases[i].number)
			row_is(id, MCW_LEVEL_UNKNOWN, "it holds no number", "",
			       "a number too large");
		put_good();
	}
	put(MODULE "stats/recovery/failed", "x");
	mcw_findings_read(&options, NULL, &all);
	ktap_result(!all.counts.known, "counts that could not be read are not known");
	put_good();
	drop("sys/kernel/debug");
	row_is("fake_panic", MCW_LEVEL_OK, "no debugfs", NULL, "a kernel without debugfs");
	put("sys/kernel/debug/x", "0");
	row_is("fake_panic", MCW_LEVEL_UNKNOWN, "fake_panic", "mount -t debugfs", "not mounted");
	put_good();
	drop("sys/devices/system/edac/mc");
	put("sys/devices/system/edac/mc", "a file");
	row_is("edac", MCW_LEVEL_UNKNOWN, "edac/mc", "ls -ld", "its directory is a file");
	unlink(path_of("sys/devices/system/edac/mc"));
	put_good();
}

/* A user who may read nothing gets no ok. */
static void test_no_rights(void)
{
	bool ok = false;

	if (geteuid()) {
		ktap_result(true, "no rights # SKIP needs root");
		return;
	}
	if (setresuid(65534, 65534, 0))
		exit(1);
	mcw_findings_read(&options, NULL, &all);
	if (setresuid(0, 0, 0))
		exit(1);
	for (size_t i = 0; i < all.count; i++) {
		ok |= all.row[i].level == MCW_LEVEL_OK;
		if (all.row[i].level == MCW_LEVEL_OK)
			printf("# %s: %s\n", all.row[i].id, all.row[i].sentence);
	}
	ktap_result(!ok && all.count && !all.counts.known,
		    "a user who may read nothing: none is ok");
	ktap_result(strstr(all.row[0].sentence, "Permission denied"), "and is told why");
	ktap_result(!strcmp(all.row[0].command, "sudo mcwctl doctor"), "and to become root");
}

static void test_not_loaded(void)
{
	drop(MODULE);
	row_is("module", MCW_LEVEL_CRITICAL, "not loaded", "modprobe mcewarden", "no directory");
	ktap_result(!all.counts.known && all.row[0].level == MCW_LEVEL_CRITICAL,
		    "no counts without the module");
	ktap_result(!find("lost") && !find("tolerant") && find("ignore_ce"),
		    "only rows that do not need it are left");
	drop(MACHINECHECK);
	row_is("mce_off", MCW_LEVEL_CRITICAL, "there is no /sys/", "grep -c -w mce",
	       "the kernel has no machine checks");
	ktap_result(!find("ignore_ce"), "and no switches");
	put_good();
}

int main(void)
{
	ktap_begin();
	if (!mkdtemp(home)) {
		printf("# cannot make %s\n", home);
		return 1;
	}
	put_good();
	test_good();
	test_no_recorder();
	test_diagnosis_given();
	test_levels();
	test_together();
	test_lost();
	test_unreadable();
	test_no_rights();
	test_not_loaded();
	nftw(home, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	return ktap_end();
}

// SPDX-License-Identifier: GPL-2.0
/* LINK: mcwctl */
/*
 * mcwctl status -v of machines of all sizes, from invented files: it fits one screen, and JSON has
 * everything that the screen only counts.
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ktap.h"
#include "status_machine.h"
#include "cmd/status.h"
#include "cmd/status_switches.h"
#include "decode/decode.h"
#include "error.h"
#include "show/json_writer.h"
#include "show/ranges.h"

/* What status prints; to be freed. */
static char *status_of(bool json)
{
	struct mcw_options o = options;
	enum mcw_exit status;
	char *text = NULL;
	size_t length;
	FILE *out = open_memstream(&text, &length);

	o.json = json;
	o.verbose = true;
	status = mcw_status_write(out, &o);
	fclose(out);
	ktap_result(status == MCW_EXIT_OK, "its exit status");
	return text;
}

/* 128 CPUs, all with interrupts and most with a storm. */
static void test_large(void)
{
	char *text;

	for (unsigned int cpu = 0; cpu < 128; cpu++)
		put_cpu(cpu, 1000 + (cpu == 77 ? 9000 : cpu), cpu < 100 ? 0x20 : cpu % 3 << 7,
			cpu < 100);
	for (unsigned int bank = 0; bank < 32; bank++)
		put_bank(bank, bank < 30 ? ~0ULL : bank * 0xf, "");
	text = status_of(false);
	ktap_result(fits_screen(text), "128 CPUs, 32 banks: one screen");
	says(text, "\n          now in bank 5 on CPU 0-99; bank 7 on CPU 100,103,106,109,112,115,",
	     "storms by bank");
	says(text, "\n          on 9 more CPUs: see --json; throttled by the kernel: CPU 0-99\n",
	     "the rest of them, and what is throttled");
	says(text, "\n77       10000", "the busiest CPU");
	says(text, "\nand 125 more CPUs with 132798 interrupts: see --json\n",
	     "the rest of the CPUs");
	says(text, "\n0-31      not 0                  1 interrupt not known\n",
	     "banks that differ only in their mask");
	free(text);
	text = status_of(true);
	ktap_result(count(text, "\"cpu\":") == 128, "JSON has all CPUs");
	ktap_result(count(text, "\"bank\":") == 32, "JSON has all banks");
	ktap_result(count(text, "\"throttled\":true") == 100, "JSON has all that are throttled");
	free(text);
}

static void test_small(void)
{
	char *text;

	for (unsigned int cpu = 0; cpu < 4; cpu++)
		put_cpu(cpu, 15, 0, cpu < 2);
	for (unsigned int bank = 0; bank < 10; bank++)
		put_bank(bank, bank == 3 ? 0 : ~0ULL, "");
	text = status_of(false);
	ktap_result(fits_screen(text), "4 CPUs, 10 banks: one screen");
	ktap_result(count(text, " more CPUs") == 0, "4 CPUs: all have their line");
	says(text, "\n0-2,4-9   0xffffffffffffffff ", "banks that are alike");
	says(text, "\n3         0x0000000000000000 ", "a bank that is off");
	says(text, "\n          now in all banks on CPU 0-1; throttled by the kernel: CPU 0-1\n",
	     "storms of all banks");
	ktap_result(count(text, "differ in MCG_CAP") == 0, "no warning where CPUs are alike");
	free(text);
	put_of_cpu(2, "mcg_cap", 0xf000c14);
	put_of_cpu(3, "mcg_cap", 0);
	put("polled_banks", "%s", "");
	text = status_of(false);
	says(text, "\nwarning: the CPUs differ in MCG_CAP: 0xf000c20 on CPU 0-1,\n",
	     "CPUs that differ");
	says(text, "\n0xf000c14 on CPU 2\n", "how they do");
	says(text, "\nbanks     none is left to poll, so no timer runs; polls of one CPU: 1\n",
	     "no bank is left to poll");
	free(text);
	put("polled_banks", "0-3,7");
	text = status_of(false);
	says(text, "\nbanks     polled by the module every 1 s; polls of one CPU: 1; banks 0-3,7\n",
	     "the banks that are polled");
	free(text);
	text = status_of(true);
	says(text, "\"throttled\":false,\"mcg_cap\":\"0x000000000f000c14\"}",
	     "JSON has each CPU's MCG_CAP");
	says(text, "\"poll_banks\":\"quiet\",\"polled_banks\":\"0-3,7\"",
	     "JSON has the banks that are polled");
	free(text);
	put_of_cpu(2, "mcg_cap", 0xf000c20);
	put_of_cpu(3, "mcg_cap", 0xf000c20);
	for (unsigned int bank = 0; bank < 8; bank++)
		put_bank(bank, ~0ULL, bank & 4 ? bank & 1 ? "1" : "3" : "0,2");
	text = status_of(false);
	says(text, "\nbank 0-3: MCi_CTL differs on CPU 0,2 from bank<N>ctl\n", "banks that differ");
	says(text, "\nbank 4,6: MCi_CTL differs on CPU 3 from", "others that do");
	says(text, "\nand of 2 more banks: see --json\n", "and more");
	free(text);
	for (unsigned int bank = 0; bank < 20; bank++)
		put_bank(bank, ~0ULL, bank & 1 ? "100-1999,2001" : "");
	put_bank(0, ~0ULL, "1,3,100-120,122,200-220,222-228,240");
	text = status_of(false);
	says(text, "\nbank 0: MCi_CTL differs on CPU 1,3,100-120,122,200-220,... from",
	     "a list of CPUs that does not fit");
	says(text, "\nbank 1,3,5,7,9,11,13,15,17,...: MCi_CTL differs on CPU ... from",
	     "two lists that do not fit");
	ktap_result(fits_columns(text), "both in 80 columns");
	free(text);
}

/* Each file has a value of its own, which its key has, and the lines for people too. */
static void test_fields(void)
{
	static const struct {
		const char *file, *key, *line;
	} fields[] = {
		{ "tolerant", "tolerant", "\ntolerant  100;" },
		{ "grace_ms", "grace_ms", ", grace 101 ms," },
		{ "page_budget", "page_budget", " of 102 used\n" },
		{ "page_ce_threshold", "page_ce_threshold", " page: soft-offlined at 103 within " },
		{ "page_ce_window", "page_ce_window", " within 104 s\n" },
		{ "check_interval", "check_interval",
		  "\nbanks     polled by the module every 105 s;" },
		{ "stats/lost/worker", "worker", "\nlost      kernel_pool 1, worker 106\n" },
		{ "stats/storms", "storms", "\nstorms    107 began;" },
		{ "stats/storm_polls", "storm_polls", "; polls while throttled 108\n" },
		{ "stats/polls", "polls", "; polls of one CPU: 109;" },
		{ "stats/bank_drift", "bank_drift", " and the module put back: 110\n" },
		{ "stats/trigger/runs", "trigger_runs", "\ntrigger   none: run 111 times," },
		{ "stats/trigger/put_off", "trigger_put_off", ", put off 112," },
		{ "stats/trigger/failed", "trigger_failed", ", failed 113\n" },
		{ "stats/recovery/budget_used", "budget_used", ", budget 114 of " },
		{ "stats/recovery/kernel", "pages_kernel", "\npages     kernel took 115, " },
		{ "stats/recovery/module", "pages_module", "; module took 116," },
		{ "stats/recovery/failed", "pages_failed", ", failed 117;" },
		{ "stats/recovery/not_acted", "pages_not_acted", "; left 118," },
		{ "stats/recovery/waiting", "pages_waiting", "119\n" },
		{ "stats/recovery/kernel_failed", "pages_kernel_failed", ", failed 120;" },
		{ "stats/recovery/others", "pages_others", " called for no event: 121," },
		{ "stats/failure_calls/missed", "failure_calls_missed", ", missed 122\n" },
		{ "stats/victims/seen", "victims", " because of a bad page: 123 tasks\n" },
		{ "stats/edac_sees_cec/shown", "edac_sees_cec_shown", " EDAC was shown: 124," },
		{ "stats/edac_sees_cec/over_rate", "edac_sees_cec_over_rate", "_rate 125\n" },
		{ "stats/soft_offline/tracked", "pages_counting",
		  "\n          corrected: counting 126," },
		{ "stats/soft_offline/soft_offlined", "pages_soft_offlined",
		  ", soft-offlined 127," },
		{ "stats/soft_offline/failed", "pages_soft_failed", ", failed 128," },
		{ "stats/soft_offline/not_acted", "pages_soft_not_acted", "129\n" },
	};
	char *lines, *json, member[64];

	put("stats/lost/kernel_pool", "1");
	put("stats/soft_offline/ras_cec", "0");
	for (size_t i = 0; i < ARRAY_SIZE(fields); i++)
		put(fields[i].file, "%zu", 100 + i);
	lines = status_of(false);
	json = status_of(true);
	for (size_t i = 0; i < ARRAY_SIZE(fields); i++) {
		snprintf(member, sizeof(member), ",\"%s\":%zu,", fields[i].key, 100 + i);
		says(json, member, fields[i].file);
		says(lines, fields[i].line, fields[i].file);
	}
	says(json,
	     "{\"version\":\"0.1.0\",\"capture\":\"tap\",\"mcg_cap\":"
	     "\"0x000000000f000c20\",\"banks\":32,\"kernel_grading\":null,"
	     "\"kernel_grading_known_by\":null,\"stats\":{\"severe\":{\"committed\":1234",
	     "texts");
	says(json, ",\"recovery\":\"unhandled\",\"mcg_ctl\":null,", "no MCG_CTL in JSON");
	says(json, ",\"ras_cec\":false,", "a flag that is not set");
	says(json, ",\"kernel_tolerant\":null,", "no tolerant of the kernel");
	says(json, ",\"ignore_ce\":false,", "a flag that is not there");
	says(json, ",\"firmware_banks\":\"\",\"banks_differ\":{", "an empty text");
	free(lines);
	free(json);
}

/* Files that are there on some machines, and words that depend on values. */
static void test_words(void)
{
	char *text;

	put("stats/soft_offline/ras_cec", "1");
	put("stats/lost/worker", "0");
	put("stats/lost/kernel_pool", "0");
	put("stats/trigger/runs", "1");
	put("check_interval", "0");
	put("mcg_cap", "0xf000d20");
	put("mcg_ctl", "0xff");
	put("in_place/tolerant", "0");
	put("firmware_banks", "3,7-8");
	put("trigger", "/sbin/\"x\"");
	text = status_of(false);
	ktap_result(!strstr(text, "\nlost "), "nothing lost, no line");
	says(text, "\ntrigger   /sbin/\"x\": run 1 time,", "one run");
	says(text, "\nbanks     not polled by the module: check_interval is 0;", "no polls");
	says(text, "\ncorrected errors of a page: RAS_CEC decides\n", "who decides");
	says(text, "\nbanks of the firmware, which the module never polls: 3,7-8\n", "firmware");
	says(text, "; MCG_CTL 0xff\n", "MCG_CTL");
	free(text);
	text = status_of(true);
	says(text, ",\"ras_cec\":true,", "a flag that is set");
	says(text, ",\"mcg_ctl\":\"0xff\",", "MCG_CTL in JSON");
	says(text, ",\"trigger\":\"/sbin/\\\"x\\\"\",", "a text that needs escapes");
	free(text);
	put("mcg_cap", "0xf000c20");
	put("in_place/tolerant", "1");
	put("firmware_banks", "%s", "");
	put("trigger", "%s", "");
	put_zeros();
	text = status_of(false);
	ktap_result(!strstr(text, "\ntrigger "), "no line of a trigger that never was");
	ktap_result(!strstr(text, " put back"), "no line of registers put back");
	ktap_result(!strstr(text, "firmware"), "no line of the firmware's banks");
	free(text);
}

/* Errors in many banks: the last ones, and a count of the others. */
static void test_errors(void)
{
	static struct mcw_bank_rows rows;
	char *text = NULL;
	size_t length;
	FILE *out;

	rows.errors_known = true;
	for (unsigned int bank = 0; bank < MCW_BANKS_MAX; bank++)
		rows.bank[bank] = (struct mcw_bank_row){
			.there = true,
			.used = true,
			.ctl = ~0ULL,
			.seen = bank & 1,
			.wall_ns = bank & 1 ? (bank + 1) * 1000000000ULL : 0,
			.cpu = 127,
			.severity = MCW_GRADE_NO,
			.grade = MCW_GRADE_DEFERRED,
		};
	out = open_memstream(&text, &length);
	mcw_bank_rows_print(out, &rows);
	fclose(out);
	ktap_result(fits_screen(text) && count(text, "\n") == 9,
		    "64 banks: eight lines and their head");
	ktap_result(count(text, "CPU 127 DEFERRED\n") == 5, "those with the last errors");
	says(text, "\n63 ", "the bank with the last error");
	says(text, "\n55 ", "and with the fifth to last");
	says(text, "\n0,2,4,6,8,10,12,14,16,...\n          ", "those without one");
	says(text, "\nand 27 more banks with older errors: see --json\n",
	     "the rest of those with one");
	free(text);
}

static void test_list(void)
{
	struct mcw_list l = { .count = 0 };

	mcw_list_add(&l, 0);
	ktap_result(!strcmp(l.text, "0"), "a list of one");
	mcw_list_add(&l, 1);
	mcw_list_add(&l, 3);
	ktap_result(!strcmp(l.text, "0-1,3"), "a range and a number");
	for (unsigned int number = 9; number < 4000000000U; number += 500000000)
		mcw_list_add(&l, number);
	ktap_result(!strcmp(l.text, "0-1,3,9,500000009,...") && l.count == 11,
		    "a list that is too long says so");
}

/* The text or JSON of the switches in a directory; to be freed. */
static char *switches_of(const char *directory, bool json)
{
	struct mcw_switches s;
	char *text = NULL;
	size_t length;
	FILE *out = open_memstream(&text, &length);

	ktap_result(mcw_switches_read(directory, &s), "the switches are read");
	if (json) {
		struct mcw_json line;

		mcw_json_begin_line(&line, out);
		mcw_switches_json(&line, &s);
		mcw_json_end_line(&line);
	} else {
		mcw_switches_print(out, &s);
	}
	fclose(out);
	return text;
}

/* Only switches that keep the module from something have a line; a kernel may lack some. */
static void test_switches(void)
{
	char directory[sizeof(home) + 8], *text;

	snprintf(directory, sizeof(directory), "%s/vm", home);
	put("vm/memory_failure_recovery", "1");
	put("vm/enable_soft_offline", "1");
	text = switches_of(directory, false);
	ktap_result(!*text, "no switch keeps the module from anything");
	free(text);
	put("vm/memory_failure_recovery", "0");
	put("vm/enable_soft_offline", "0");
	text = switches_of(directory, true);
	ktap_result(!strcmp(text, "{\"vm_memory_failure_recovery\":0,\"vm_enable_soft_offline\":0,"
				  "\"vm_panic_on_unrecoverable_memory_failure\":null}\n"),
		    "a switch that this kernel lacks is null");
	free(text);
	put("vm/panic_on_unrecoverable_memory_failure", "1");
	text = switches_of(directory, false);
	says(text, "vm.memory_failure_recovery is 0: no page is taken, it would", "recovery");
	says(text, "vm.enable_soft_offline is 0: the kernel soft-offlines no page", "soft offline");
	says(text, "vm.panic_on_unrecoverable_memory_failure is 1: kernel pages are left", "panic");
	ktap_result(fits_columns(text), "their lines fit the screen");
	free(text);
}

/* If the module is unloaded during the reads, mcwctl fails and names the reason. */
static void test_gone(void)
{
	struct mcw_options o = options;
	char path[256];

	snprintf(path, sizeof(path), "%s/capture", home);
	unlink(path);
	ktap_result(mcw_status_run(&o) == MCW_EXIT_FAILED && !mcw_module_missing(),
		    "a file is missing");
	mkdir(path, 0700);
	ktap_result(mcw_status_run(&o) == MCW_EXIT_FAILED, "a directory is given as a file");
	rmdir(path);
	nftw(home, remove_one, 8, FTW_DEPTH | FTW_PHYS);
	ktap_result(mcw_status_run(&o) == MCW_EXIT_FAILED && mcw_module_missing(),
		    "all are missing");
}

int main(void)
{
	setenv("TZ", "UTC", 1);
	if (!mkdtemp(home)) {
		printf("# cannot make %s\n", home);
		return 1;
	}
	put_all();
	test_small();
	test_large();
	test_errors();
	test_fields();
	test_words();
	test_list();
	test_switches();
	test_gone();
	nftw(home, remove_one, 8, FTW_DEPTH | FTW_PHYS);
	return ktap_end();
}

// SPDX-License-Identifier: GPL-2.0
/* LINK: mcwctl */
/*
 * mcwctl decode --faults: which parts the errors in a log come from. The logs in selftests/field,
 * in forms as people post them, are held out: no limit of the diagnosis was chosen by them.
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "ktap.h"
#include "cmd/diagnosis.h"
#include "cmd/log_faults.h"
#include "diagnose/diagnose.h"
#include "klog/events.h"
#include "show/fault.h"

static struct mcw_diagnosis *d;
static struct mcw_console console;
static struct mcw_events events;

static void event_take(void *arg, const struct mcw_console_record *r)
{
	(void)arg;
	mcw_log_fault_add(d, r);
}

static void record_take(void *arg, const struct mcw_console_record *r)
{
	(void)arg;
	mcw_events_record(&events, r);
}

static void note_take(void *arg, unsigned long line, enum mcw_fact key, const char *text)
{
	(void)arg;
	mcw_events_note(&events, line, key, text);
}

static void begin(void)
{
	static const struct mcw_event known = { .absent = MCW_ABSENT_ALL };

	mcw_diagnosis_begin(d, NULL);
	mcw_events_begin(&events, event_take, NULL);
	mcw_console_begin(&console, &known, record_take, note_take, NULL);
}

static void end(void)
{
	mcw_console_end(&console);
	mcw_events_end(&events);
}

static void line(const char *text)
{
	mcw_console_line(&console, text, strlen(text));
}

/* The only open fault, as a sentence and what was seen; "" if there is none. */
static const char *found(void)
{
	static char text[2048];
	const struct mcw_fault *fault;
	size_t length = 0;

	text[0] = '\0';
	for (size_t at = 0; (fault = mcw_diagnosis_next(d, &at));) {
		if (fault->closed || fault->level == MCW_FAULT_OK)
			continue;
		length += strlen(mcw_fault_sentence(fault, text + length, sizeof(text) - length));
		length += snprintf(text + length, sizeof(text) - length, " [%s, %llu+%llu]\n",
				   mcw_fault_level_name(fault->level), fault->corrected,
				   fault->uncorrected);
	}
	return text;
}

static void is(const char *wanted, const char *name)
{
	const char *said = found();

	if (strcmp(said, wanted))
		printf("# %s# wanted:\n# %s", said, wanted);
	ktap_result(!strcmp(said, wanted), name);
}

/* A column of a module, as the kernel's driver for Intel's servers prints each of its errors. */
static void test_column(void)
{
	char text[512];

	begin();
	for (unsigned int i = 0; i < 12; i++) {
		snprintf(text, sizeof(text),
			 "[%5u.000000] EDAC MC1: 1 CE memory read error on CPU_SrcID#0_MC#1_Chan#0_DIMM#0"
			 " (channel:0 slot:0 page:0x%x offset:0x0 grain:32 syndrome:0x0 -  "
			 "err_code:0x0101:0x0090  SystemAddress:0x%x000 ProcessorSocketId:0x0 "
			 "MemoryControllerId:0x1 ChannelAddress:0x0 ChannelId:0x0 RankAddress:0x0 "
			 "PhysicalRankId:0x1 DimmSlotId:0x0 Row:0x%x Column:0x3f8 Bank:0x2 BankGroup:0x1)",
			 1000 + 60 * i, 0x400000 + 64 * i, 0x400000 + 64 * i, 0x100 + i);
		line(text);
	}
	end();
	ktap_result(!!strstr(found(), "memory module CPU_SrcID#0_MC#1_Chan#0_DIMM#0: a column "),
		    "a column, by EDAC's lines");
	ktap_result(!!strstr(found(), "[critical, 12+0]"), "each error is counted once");
}

/* The same without the place in the module: it is the module that is known. */
static void test_module(void)
{
	char text[256];

	begin();
	for (unsigned int i = 0; i < 40; i++) {
		snprintf(text, sizeof(text),
			 "[%5u.000000] EDAC MC0: 1 CE on DIMM_B2 (csrow:0 channel:1 page:0x%x offset:0x%x "
			 "grain:0 syndrome:0x0)",
			 1000 + i, 0x1000 + 977 * i, 64 * i);
		line(text);
	}
	end();
	ktap_result(!!strstr(found(), "memory module DIMM_B2: "), "a module, by EDAC's lines");
	ktap_result(!!strstr(found(), ", 40+0]"), "each error is counted once");
}

static void file_is(const char *name, const char *wanted)
{
	char path[128], what[160], *text = NULL;
	size_t room = 0;
	ssize_t length;
	FILE *file;

	snprintf(path, sizeof(path), "selftests/field/%s.in", name);
	file = fopen(path, "r");
	if (!file) {
		ktap_result(false, path);
		return;
	}
	begin();
	while ((length = getline(&text, &room, file)) > 0)
		mcw_console_line(&console, text, length - (text[length - 1] == '\n'));
	fclose(file);
	free(text);
	end();
	snprintf(what, sizeof(what), "%s: %s", name, wanted[0] ? "a fault" : "no fault");
	is(wanted, what);
}

static void test_field(void)
{
	file_is("edac-alone", "");
	file_is("edac-i10nm", "");
	file_is("rasdaemon-one-line", "");
	file_is("carrier-plain", ""); /* a core that consumed poison is not what is bad */
	file_is("erratum-broadwell", "");
	file_is("virtual-kvm-amd", ""); /* the host knows which part is bad */
	file_is("prose-is-no-record", "");
	file_is("mcelog-client", "memory module DIMM_F1: a single cell is bad [critical, 23+2]\n");
	file_is("edac-amd-page-counts",
		"memory module mc#0csrow#1channel#0: a single cell is bad (chip select 1) [warning, 0+1]\n");
	file_is("repeats-folded", "CPU 3, socket 0: a core is failing [warning, 6+0]\n");
	file_is("boot-fatal-zen3",
		"L1 cache of CPU 3, socket 0: a cache is failing [warning, 0+1]\n");
	file_is("panic-then-bert-told-once",
		"socket 0, memory controller 0, channel 0: a single cell is bad [warning, 0+1]\n");
}

/* Only records that are known are named. */
static void test_examples(void)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out;

	file_is("mcelog-client", "memory module DIMM_F1: a single cell is bad [critical, 23+2]\n");
	out = open_memstream(&text, &size);
	if (!out)
		return;
	mcw_faults_print(out, d, false);
	fclose(out);
	ktap_result(!!strstr(text, "by log; records line 2\n"),
		    "the line of its record, and no other");
	free(text);
}

int main(void)
{
	d = mcw_diagnosis_new(NULL);
	if (!d)
		return 2;
	ktap_begin();
	test_column();
	test_module();
	test_field();
	test_examples();
	free(d);
	return ktap_end();
}

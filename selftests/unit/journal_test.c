// SPDX-License-Identifier: GPL-2.0
/* LINK: mcwctl */
/*
 * What the journal is told of a recording: an entry a severe event with its outcome, victims and
 * memory module; corrected errors by the minute; storms, faults, losses; and that each entry has
 * the fields that the catalog's text names.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <syslog.h>
#include <unistd.h>

#include "cmd/command.h"
#include "ktap.h"
#include "recorded.h"
#include "show/journal.h"

#define RECORDING "/tmp/mcw-journal-XXXXXX"
#define CATALOG "scripts/host/mcewarden.catalog"
#define PAGE 0x12345000ULL
#define SRAO 0xbd000000000000c0ULL
#define SRAR 0xbd80000000000134ULL

static char recording[sizeof(RECORDING)] = RECORDING;
static char *output;
static size_t output_length;

static FILE *begin(void)
{
	FILE *file = fopen(recording, "we");

	if (!file)
		exit(2);
	put_session(file, 7, WALL);
	return file;
}

static void put_severe(FILE *file, __u64 pos, __u64 ns, __u64 status, __u64 address)
{
	struct mcw_entry e = {
		.record = {
			.head = { .pos = pos, .mono_ns = ns, .wall_ns = WALL + ns,
				  .type = MCW_EVENT, .lane = MCW_LANE_SEVERE },
			.event = {
				.regs = { .status = status, .addr = address, .misc = 0x8c,
					  .bank = 1, .extcpu = 3, .cpuid = 0x50657,
					  .mcgstatus = 5, .mcgcap = 0x1000c14, .severity = 4 },
				.source = MCW_SOURCE_EXCEPTION,
				.flags = MCW_FLAG_INJECTED,
			},
		},
	};

	put(file, &e, MCW_ENTRY_RECORD);
}

static void put_outcome_of(FILE *file, __u64 pos, __u64 of, __u64 ns, unsigned int reason,
			   unsigned int victims)
{
	struct mcw_entry e = {
		.record = {
			.head = { .pos = pos, .mono_ns = ns, .wall_ns = WALL + ns,
				  .type = MCW_OUTCOME, .lane = MCW_LANE_NOTICE },
			.outcome = { .page = PAGE, .of_lane = MCW_LANE_SEVERE, .of_pos = of,
				     .actor = MCW_ACTOR_KERNEL, .action = MCW_ACTION_OFFLINE,
				     .reason = reason, .victims = victims },
		},
	};

	put(file, &e, MCW_ENTRY_RECORD);
}

static void put_victim(FILE *file, __u64 pos, __u64 ns, const char *comm, unsigned int cause)
{
	struct mcw_entry e = {
		.record = {
			.head = { .pos = pos, .mono_ns = ns, .wall_ns = WALL + ns,
				  .type = MCW_VICTIM, .lane = MCW_LANE_NOTICE },
			.victim = { .page = PAGE, .pid = 42, .tid = 42, .signal = 7, .code = 4,
				    .cause = cause, .lsb = 12 },
		},
	};

	memcpy(e.record.victim.comm, comm, strnlen(comm, MCW_VICTIM_COMM));
	put(file, &e, MCW_ENTRY_RECORD);
}

static void put_storm(FILE *file, __u64 pos, __u64 ns, unsigned int phase)
{
	struct mcw_entry e = {
		.record = {
			.head = { .pos = pos, .mono_ns = ns, .wall_ns = WALL + ns,
				  .type = MCW_STORM, .lane = MCW_LANE_NOTICE },
			.storm = { .count = 30, .cpu = 1, .bank = 7, .phase = phase,
				   .duration_ns = 5 * S,
				   .all_banks = phase == MCW_STORM_BEGIN },
		},
	};

	put(file, &e, MCW_ENTRY_RECORD);
}

static void put_severe_location(FILE *file, __u64 of, __u64 ns, const char *label)
{
	struct mcw_entry e = {
		.record = {
			.head = { .pos = of, .mono_ns = ns, .wall_ns = WALL + ns,
				  .type = MCW_LOCATION, .lane = MCW_LANE_LOCATION },
			.location = { .of_pos = of, .of_lane = MCW_LANE_SEVERE, .id = of + 1,
				      .count = 1, .source = MCW_LOCATION_EDAC, .part = 1,
				      .parts = 1, .layer = { 0, 1, -1 } },
		},
	};

	snprintf(e.record.location.text, sizeof(e.record.location.text), "%s", label);
	put(file, &e, MCW_ENTRY_RECORD);
}

/* Ends the recording, and has the command print its entries. */
static void finish(FILE *file)
{
	char printed[] = "/tmp/mcw-journal-out-XXXXXX";
	struct mcw_options o = { .file = recording, .export_format = true, .config = "/dev/null" };
	int fd = mkostemp(printed, O_CLOEXEC), status;
	pid_t child;

	if (fclose(file) || fd < 0)
		exit(2);
	unlink(printed);
	fflush(stdout);
	child = fork();
	if (!child) {
		dup2(fd, STDOUT_FILENO);
		status = mcw_journal_run(&o);
		fflush(stdout);
		_exit(status);
	}
	waitpid(child, &status, 0);
	expect_eq(status, 0);
	output_length = lseek(fd, 0, SEEK_END);
	output = realloc(output, output_length + 1);
	if (!output || pread(fd, output, output_length, 0) != (ssize_t)output_length)
		exit(2);
	output[output_length] = '\0';
	close(fd);
}

/* The field behind at, which moves past it. Return: false: the entry ends there. */
static bool field_next(const char **at, const char **name, const char **value, size_t *length)
{
	const char *end = strpbrk(*at, "=\n");
	__u64 bytes;

	if (!end || **at == '\n') {
		*at += end ? 1 : 0;
		return false;
	}
	*name = *at;
	if (*end == '=') {
		*value = end + 1;
		*length = strchr(*value, '\n') - *value;
	} else {
		memcpy(&bytes, end + 1, sizeof(bytes));
		*value = end + 1 + sizeof(bytes);
		*length = bytes;
	}
	*at = *value + *length + 1;
	return true;
}

/* Where the n-th entry of a kind begins; NULL. */
static const char *entry_of(enum mcw_journal_kind kind, unsigned int n)
{
	const char *wanted = mcw_journal_kind_id(kind), *at = output, *name, *value;

	while (at < output + output_length) {
		const char *entry = at;
		bool is_it = false;
		size_t length;

		while (field_next(&at, &name, &value, &length))
			is_it |= !strncmp(name, "MESSAGE_ID", 10) && !strncmp(value, wanted, 32);
		if (is_it && !n--)
			return entry;
	}
	return NULL;
}

static const char *field(enum mcw_journal_kind kind, unsigned int n, const char *wanted)
{
	const char *at = entry_of(kind, n), *name, *value;
	static char text[4096];
	size_t length, size = strlen(wanted);

	while (at && field_next(&at, &name, &value, &length)) {
		if (strncmp(name, wanted, size) || (name[size] != '=' && name[size] != '\n'))
			continue;
		memcpy(text, value, length);
		text[length] = '\0';
		return text;
	}
	return "";
}

static void expect_field_at(int line, enum mcw_journal_kind kind, const char *name,
			    const char *wanted)
{
	const char *got = field(kind, 0, name);

	if (strcmp(got, wanted)) {
		printf("# line %d: %s is '%s', not '%s'\n", line, name, got, wanted);
		ktap_good = false;
	}
}

#define expect_field(kind, name, wanted) expect_field_at(__LINE__, kind, name, wanted)

static unsigned int entries(enum mcw_journal_kind kind)
{
	unsigned int n = 0;

	while (entry_of(kind, n))
		n++;
	return n;
}

/* Fields that the catalog's texts name must be there, or journalctl -x shows their names. */
static void expect_catalog(void)
{
	enum mcw_journal_kind kind = MCW_JOURNAL_KINDS;
	FILE *catalog = fopen(CATALOG, "re");
	char line[200], name[64];

	if (!catalog)
		exit(2);
	while (fgets(line, sizeof(line), catalog)) {
		for (unsigned int i = 0; !strncmp(line, "-- ", 3) && i < MCW_JOURNAL_KINDS; i++)
			if (!strncmp(line + 3, mcw_journal_kind_id(i), 32))
				kind = i;
		for (char *at = line; (at = strchr(at, '@')); at++) {
			if (sscanf(at, "@%63[A-Z_]@", name) != 1 || !entries(kind))
				continue;
			at += strlen(name) + 1;
			if (field(kind, 0, name)[0])
				continue;
			printf("# entries of %s have no %s\n", mcw_journal_kind_name(kind), name);
			ktap_good = false;
		}
	}
	fclose(catalog);
}

static void test_severe(void)
{
	FILE *file = begin();

	put_dimm(file);
	put_severe(file, 0, S, SRAR, PAGE + 0x40);
	put_severe_location(file, 0, S + 1000, "P0_A1");
	put_victim(file, 0, S + 2000, "java", MCW_VICTIM_TAKEN);
	put_outcome_of(file, 1, 0, S + 3000, MCW_REASON_DONE, 1);
	finish(file);
	expect_eq(entries(MCW_JOURNAL_UNCORRECTED), 1);
	expect_eq(entries(MCW_JOURNAL_VICTIM) + entries(MCW_JOURNAL_OUTCOME), 0);
	expect_field(MCW_JOURNAL_UNCORRECTED, "PRIORITY", "2");
	expect_field(MCW_JOURNAL_UNCORRECTED, "MCEWARDEN_CPU", "3");
	expect_field(MCW_JOURNAL_UNCORRECTED, "MCEWARDEN_BANK", "1");
	expect_field(MCW_JOURNAL_UNCORRECTED, "MCEWARDEN_CLASS", "SRAR");
	expect_field(MCW_JOURNAL_UNCORRECTED, "MCEWARDEN_PAGE", "0x12345000");
	expect_field(MCW_JOURNAL_UNCORRECTED, "MCEWARDEN_DIMM", "P0_A1");
	expect_field(MCW_JOURNAL_UNCORRECTED, "MCEWARDEN_SERIAL", "4711");
	expect_field(MCW_JOURNAL_UNCORRECTED, "MCEWARDEN_VICTIM", "java");
	expect_field(MCW_JOURNAL_UNCORRECTED, "MCEWARDEN_VICTIM_PID", "42");
	expect_field(MCW_JOURNAL_UNCORRECTED, "MCEWARDEN_EVENT", "severe:0");
	expect_field(MCW_JOURNAL_UNCORRECTED, "MCEWARDEN_INJECTED", "1");
	expect_field(MCW_JOURNAL_UNCORRECTED, "MCEWARDEN_OUTCOME",
		     "page 0x12345000: taken offline by the kernel");
	expect_field(MCW_JOURNAL_UNCORRECTED, "__REALTIME_TIMESTAMP", "1800000001000003");
	expect_field(MCW_JOURNAL_UNCORRECTED, "_HOSTNAME", "one");
	expect_field(MCW_JOURNAL_UNCORRECTED, "MESSAGE",
		     "CPU 3 bank 1: uncorrected (SRAR) at 0x12345040: L1 cache, cache hierarchy"
		     " error: data read, data, L0 (SRAR: data load) [injected]; memory module P0_A1, slot DIMM_A1, part M393, serial 4711;"
		     " page 0x12345000: taken offline by the kernel;"
		     " \"java\" pid 42 got SIGBUS: the page was taken from it");
	expect_catalog();
}

/* What a later program does with the page, and an outcome that takes too long, stand alone. */
static void test_late(void)
{
	FILE *file = begin();

	put_severe(file, 0, S, SRAO, PAGE);
	put_storm(file, 0, 12 * S, MCW_STORM_BEGIN);
	put_outcome_of(file, 1, 0, 14 * S, MCW_REASON_IN_USE, 0);
	put_victim(file, 2, 900 * S, "x\nPRIORITY=0", MCW_VICTIM_TOUCHED);
	put_storm(file, 3, 901 * S, MCW_STORM_END);
	finish(file);
	expect_field(MCW_JOURNAL_UNCORRECTED, "MCEWARDEN_OUTCOME", "not known yet");
	expect_field(MCW_JOURNAL_UNCORRECTED, "PRIORITY", "3");
	expect_field(MCW_JOURNAL_OUTCOME, "PRIORITY", "2");
	expect_field(MCW_JOURNAL_OUTCOME, "MCEWARDEN_EVENT", "severe:0");
	expect_eq(entries(MCW_JOURNAL_VICTIM), 1);
	expect_field(MCW_JOURNAL_VICTIM, "MCEWARDEN_VICTIM", "x\nPRIORITY=0");
	expect_field(MCW_JOURNAL_VICTIM, "PRIORITY", "3");
	expect_field(MCW_JOURNAL_VICTIM, "MESSAGE",
		     "page 0x12345000: \"x\\x0aPRIORITY=0\" pid 42 got SIGBUS:"
		     " it touched a page that was taken before");
	expect_field(MCW_JOURNAL_STORM_BEGIN, "PRIORITY", "4");
	expect_field(MCW_JOURNAL_STORM_BEGIN, "MESSAGE",
		     "CPU 1, all banks: a storm of interrupts for corrected errors began: 30");
	expect_field(MCW_JOURNAL_STORM_END, "PRIORITY", "5");
	expect_field(MCW_JOURNAL_STORM_END, "MESSAGE",
		     "CPU 1 bank 7: a storm of interrupts for corrected errors ended: 30 in 5 s");
	expect_catalog();
}

/* A minute's errors are one entry; the next minute's are another. */
static void test_corrected(void)
{
	FILE *file = begin();

	put_dimm(file);
	for (unsigned int i = 0; i < 50; i++) {
		put_event(file, i, (i + 1) * S, 0x1000 * i);
		if (i < 3)
			put_location(file, i, (i + 1) * S + 1000, i);
	}
	put_event(file, 50, 200 * S, 0x99000);
	finish(file);
	expect_eq(entries(MCW_JOURNAL_CORRECTED), 2);
	expect_field(MCW_JOURNAL_CORRECTED, "PRIORITY", "5");
	expect_field(MCW_JOURNAL_CORRECTED, "MCEWARDEN_COUNT", "50");
	expect_field(MCW_JOURNAL_CORRECTED, "MCEWARDEN_CLASS", "corrected");
	expect_field(MCW_JOURNAL_CORRECTED, "MCEWARDEN_DIMM", "P0_A1");
	expect_eq(strtoul(field(MCW_JOURNAL_CORRECTED, 1, "MCEWARDEN_COUNT"), NULL, 10), 1);
	expect_catalog();
}

static void test_fault(void)
{
	FILE *file = begin();

	put_dimm(file);
	for (unsigned int i = 0; i < 30; i++) {
		put_event(file, i, (i + 1) * S, 0x1000 * i);
		put_location(file, i, (i + 1) * S + 1000, i * 16);
	}
	finish(file);
	expect_eq(entries(MCW_JOURNAL_FAULT) > 0, true);
	expect_field(MCW_JOURNAL_FAULT, "MCEWARDEN_DIMM", "P0_A1");
	expect_field(MCW_JOURNAL_FAULT, "MCEWARDEN_MODE", "column");
	expect_catalog();
}

static void test_lost(void)
{
	FILE *file = begin();

	put_event(file, 0, S, 0x1000);
	put_event(file, 10, 2 * S, 0x2000);
	put_event(file, 20, 3 * S, 0x3000);
	finish(file);
	/* The first loss is told at once, those of the next minute together. */
	expect_eq(entries(MCW_JOURNAL_LOST), 2);
	expect_field(MCW_JOURNAL_LOST, "MCEWARDEN_COUNT", "9");
	expect_field(MCW_JOURNAL_LOST, "MCEWARDEN_LANE", "other");
	expect_catalog();
}

/* The firmware's report of memory, without registers. */
static void test_report(void)
{
	FILE *file = begin();
	struct mcw_entry e = {
		.record = {
			.head = { .mono_ns = S, .wall_ns = WALL + S, .type = MCW_LOCATION,
				  .lane = MCW_LANE_LOCATION },
			.location = { .address = PAGE + 8, .id = 1, .count = 1, .parts = 1,
				      .source = MCW_LOCATION_GHES, .part = 1, .mc = 255,
				      .flags = MCW_LOCATION_NO_EVENT, .error_type = 1,
				      .layer = { -1, -1, -1 } },
		},
	};

	put(file, &e, MCW_ENTRY_RECORD);
	e.record.head.pos = 1;
	e.record.location.id = 2;
	e.record.location.error_type = 0;
	put(file, &e, MCW_ENTRY_RECORD);
	finish(file);
	expect_field(MCW_JOURNAL_UNCORRECTED, "MCEWARDEN_SOURCE", "firmware");
	expect_field(MCW_JOURNAL_UNCORRECTED, "MCEWARDEN_PAGE", "0x12345000");
	expect_field(MCW_JOURNAL_CORRECTED, "MCEWARDEN_COUNT", "1");
	expect_catalog();
}

/* More events than can wait at once: each has its entry. */
static void test_many(void)
{
	FILE *file = begin();

	for (unsigned int i = 0; i < 1000; i++)
		put_severe(file, i, S + i, SRAO, PAGE + 0x1000 * i);
	finish(file);
	expect_eq(entries(MCW_JOURNAL_UNCORRECTED), 1000);
}

static const struct ktap_case cases[] = {
	{ "a severe event is one entry, with outcome, victim and module", test_severe },
	{ "late outcomes and victims, and storms, have their own", test_late },
	{ "corrected errors are summed up over a minute", test_corrected },
	{ "a fault is told", test_fault },
	{ "lost records are told", test_lost },
	{ "a report of the firmware alone is told", test_report },
	{ "a thousand severe events at once are a thousand entries", test_many },
};

int main(void)
{
	int fd = mkostemp(recording, O_CLOEXEC);

	if (fd < 0)
		return 2;
	close(fd);
	recorded_boot = 1;
	ktap_begin();
	ktap_run(cases, sizeof(cases) / sizeof(cases[0]));
	unlink(recording);
	free(output);
	return ktap_end();
}

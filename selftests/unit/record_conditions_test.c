// SPDX-License-Identifier: GPL-2.0
/* LINK: mcwctl */
/*
 * What mcwctl record --conditions does with records: it acts once, and only one recorder does; it
 * goes on after a restart, and takes no record twice; it lives with wrong and damaged files.
 *
 * None of it writes to the kernel's log: all files of configuration here say log = no.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <mcewarden/mca.h>

#include "cmd/command.h"
#include "cmd/conditions_file.h"
#include "cmd/record_conditions.h"
#include "ktap.h"
#include "source/clock.h"
#include "source/file_format.h"
#include "source/stream.h"

#define NS_PER_S 1000000000ULL
#define DIRECTORY "/tmp/mcw-conditions-XXXXXX"

static char directory[sizeof(DIRECTORY)] = DIRECTORY;
static char state[64], config[64], fired[64], program[64], device[64];
static struct mcw_options options;
static struct mcw_stream stream;
static struct mcw_session session = { .load = 7, .boot_id = { 1, 2, 3 } };

static void write_file(const char *path, const char *text)
{
	FILE *file = fopen(path, "we");

	if (!file || fputs(text, file) < 0 || fclose(file))
		exit(2);
}

static void configure(const char *text)
{
	char all[1000];

	snprintf(all, sizeof(all),
		 "[page]\nlog = no\n[dimm]\nlog = no\nthreshold = off\n[socket]\nlog = no\n"
		 "[uncorrected]\nlog = no\nprogram = %s\n[lost]\nlog = no\nprogram = %s\n"
		 "[page]\nprogram = %s\n[programs]\nat_once = 1\n%s",
		 program, program, program, text);
	write_file(config, all);
}

/* Return: whether it acts. */
static bool begin(struct mcw_record_conditions *r)
{
	memset(r, 0, sizeof(*r));
	memset(stream.lost, 0, sizeof(stream.lost));
	mcw_record_conditions_begin(r, &options, &session, &stream);
	return r->watch;
}

/* A corrected error of memory in a page, or an uncorrected one. */
static void put(struct mcw_record_conditions *r, __u64 pos, __u64 address, bool uncorrected)
{
	struct mcw_record rec = {
		.head = { .pos = pos,
			  .mono_ns = mcw_now_ns(CLOCK_MONOTONIC) - NS_PER_S,
			  .wall_ns = mcw_now_ns(CLOCK_REALTIME) - NS_PER_S,
			  .type = MCW_EVENT,
			  .lane = uncorrected ? MCW_LANE_SEVERE : MCW_LANE_OTHER },
		.event = { .regs = { .status = uncorrected ? 0xbc00000000000090 :
							     0x9c00000000000090,
				     .addr = address,
				     .misc = 0x8c,
				     .bank = 7,
				     .cpuid = 0x50657,
				     .mcgcap = 0x1000c14 },
			   .source = MCW_SOURCE_POLL },
	};

	mcw_record_conditions_take(r, &rec);
}

/* What the programs have written: the lines of all that fired. */
static const char *said(void)
{
	static char text[4096];
	FILE *file = fopen(fired, "re");
	size_t length = file ? fread(text, 1, sizeof(text) - 1, file) : 0;

	text[length] = '\0';
	if (file)
		fclose(file);
	unlink(fired);
	return text;
}

static bool are(const char *lines)
{
	const char *is = said();

	if (!strcmp(is, lines))
		return true;
	printf("# fired: '%s', expected '%s'\n", is, lines);
	return false;
}

static void test_fires_once(void)
{
	struct mcw_record_conditions r;

	configure("");
	unlink(state);
	expect_eq(begin(&r), true);
	for (unsigned int i = 0; i < 9; i++)
		put(&r, i, 0x5000, false);
	mcw_record_conditions_due(&r, &stream);
	expect_eq(are(""), true);
	for (unsigned int i = 9; i < 30; i++)
		put(&r, i, 0x5000, false);
	put(&r, 0, 0x7000, true);
	mcw_record_conditions_due(&r, &stream);
	put(&r, 30, 0x5000, false);
	mcw_record_conditions_end(&r, &stream);
	expect_eq(are("page 30 10 86400\nuncorrected 1 1 86400\n"), true);
}

static void test_one_acts(void)
{
	struct mcw_stream another = { .fd = open(device, O_RDONLY | O_CLOEXEC), .path = device };
	struct mcw_record_conditions r, other = { NULL };

	unlink(state);
	expect_eq(begin(&r), true);
	mcw_record_conditions_begin(&other, &options, &session, &another);
	expect_eq(!other.watch, true);
	put(&other, 0, 0x7000, true);
	expect_eq(mcw_record_conditions_due(&other, &another) == -1, true);
	mcw_record_conditions_reload(&other);
	mcw_record_conditions_end(&other, &another);
	put(&r, 0, 0x7000, true);
	mcw_record_conditions_end(&r, &stream);
	expect_eq(are("uncorrected 1 1 86400\n"), true);
	/* It has gone, and another one may act. */
	close(stream.fd);
	stream.fd = open(device, O_RDONLY | O_CLOEXEC);
	mcw_record_conditions_begin(&other, &options, &session, &another);
	expect_eq(!other.watch, false);
	mcw_record_conditions_end(&other, &another);
	close(another.fd);
}

/* The device gives the same records again. What has fired does not fire again. */
static void test_restart(void)
{
	struct mcw_record_conditions r;

	unlink(state);
	for (unsigned int run = 0; run < 3; run++) {
		expect_eq(begin(&r), true);
		for (unsigned int i = 0; i < 6 + run; i++)
			put(&r, i, 0x5000, false);
		put(&r, 0, 0x7000, true);
		mcw_record_conditions_end(&r, &stream);
		expect_eq(are(run ? "" : "uncorrected 1 1 86400\n"), true);
	}
	/* Another load begins with position 0. */
	session.load = 8;
	expect_eq(begin(&r), true);
	put(&r, 0, 0x5000, false);
	put(&r, 1, 0x5000, false);
	mcw_record_conditions_end(&r, &stream);
	session.load = 7;
	expect_eq(are("page 10 10 86400\n"), true);
}

static void test_lost(void)
{
	struct mcw_record_conditions r;

	unlink(state);
	expect_eq(begin(&r), true);
	stream.lost[MCW_LANE_LOCATION].lost = 5;
	mcw_record_conditions_due(&r, &stream);
	stream.lost[MCW_LANE_OTHER].lost = 5;
	mcw_record_conditions_due(&r, &stream);
	stream.lost[MCW_LANE_SEVERE].lost = 1;
	mcw_record_conditions_end(&r, &stream);
	expect_eq(are("lost 5 1 86400\n"), true);
}

static void test_reload(void)
{
	struct mcw_record_conditions r;

	unlink(state);
	expect_eq(begin(&r), true);
	for (unsigned int i = 0; i < 3; i++)
		put(&r, i, 0x5000, false);
	mcw_record_conditions_due(&r, &stream);
	write_file(config, "[page]\nthreshold = x\n");
	mcw_record_conditions_reload(&r);
	mcw_record_conditions_due(&r, &stream);
	expect_eq(are(""), true);
	configure("[page]\nthreshold = 3\nwindow = 1h\n");
	mcw_record_conditions_reload(&r);
	mcw_record_conditions_due(&r, &stream);
	mcw_record_conditions_end(&r, &stream);
	expect_eq(are("page 3 3 3600\n"), true);
	configure("");
}

static void test_files(void)
{
	struct mcw_record_conditions r;

	write_file(config, "[pages]\n");
	expect_eq(begin(&r), false);
	configure("");
	options.conditions = "/nowhere/at/all";
	expect_eq(begin(&r), true);
	put(&r, 0, 0x7000, true);
	mcw_record_conditions_due(&r, &stream);
	mcw_record_conditions_end(&r, &stream);
	expect_eq(are("uncorrected 1 1 86400\n"), true);
	options.conditions = state;
	write_file(state, "mcwcond and then nothing");
	expect_eq(begin(&r), true);
	put(&r, 0, 0x7000, true);
	mcw_record_conditions_end(&r, &stream);
	expect_eq(are("uncorrected 1 1 86400\n"), true);
	options.conditions = NULL;
	expect_eq(begin(&r), false);
	options.conditions = state;
}

/* Its state is for root and the group. */
static void test_state(void)
{
	static struct mcw_conditions c;
	struct mcw_conditions_origin origin = { .boot_id = { 1, 2, 3 } };
	struct mcw_conditions_conf conf;
	struct stat st;

	mcw_conditions_default(&conf);
	mcw_conditions_begin(&c, &conf);
	expect_eq(stat(state, &st), 0);
	expect_eq(st.st_mode & 0777, 0640);
	expect_eq(mcw_conditions_state_read(&c, &origin, state), 0);
	expect_eq(origin.load, 7);
	expect_eq(c.counts[MCW_CONDITION_UNCORRECTED].fired, 1);
	expect_eq(c.counts[MCW_CONDITION_UNCORRECTED].started, 1);
	expect_eq(c.counts[MCW_CONDITION_UNCORRECTED].failed, 0);
}

static const struct ktap_case cases[] = {
	{ "a condition fires once", test_fires_once },
	{ "one recorder acts", test_one_acts },
	{ "after a restart it goes on", test_restart },
	{ "lost records", test_lost },
	{ "the configuration is read again", test_reload },
	{ "wrong, missing and damaged files", test_files },
	{ "the state", test_state },
};

int main(void)
{
	char text[200];

	if (!mkdtemp(directory))
		return 2;
	snprintf(state, sizeof(state), "%s/state", directory);
	snprintf(config, sizeof(config), "%s/conf", directory);
	snprintf(fired, sizeof(fired), "%s/fired", directory);
	snprintf(program, sizeof(program), "%s/program", directory);
	snprintf(text, sizeof(text), "#!/bin/sh\necho $CONDITION $COUNT $THRESHOLD $WINDOW >>%s\n",
		 fired);
	write_file(program, text);
	chmod(program, 0700);
	snprintf(device, sizeof(device), "%s/device", directory);
	write_file(device, "");
	stream.fd = open(device, O_RDONLY | O_CLOEXEC);
	stream.path = device;
	options.conditions = state;
	options.config = config;
	ktap_begin();
	ktap_run(cases, sizeof(cases) / sizeof(cases[0]));
	unlink(state);
	unlink(device);
	unlink(config);
	unlink(fired);
	unlink(program);
	rmdir(directory);
	return ktap_end();
}

// SPDX-License-Identifier: GPL-2.0
/* LINK: mcwctl */
/*
 * The programs of conditions: what each finds in its environment, how many run at the same time,
 * and what becomes of those that fail, hang or are not there.
 */
#define _GNU_SOURCE
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cmd/condition_programs.h"
#include "ktap.h"
#include "source/clock.h"

#define NS_PER_S 1000000000ULL
#define DIRECTORY "/tmp/mcw-programs-XXXXXX"

static char directory[sizeof(DIRECTORY)] = DIRECTORY;
static struct mcw_conditions conditions;
static struct mcw_programs programs;
static struct mcw_condition_bucket bucket;

static const char *path_of(const char *name)
{
	static char path[100];

	snprintf(path, sizeof(path), "%s/%s", directory, name);
	return path;
}

static void script(const char *name, const char *text)
{
	FILE *file = fopen(path_of(name), "we");

	if (!file)
		exit(2);
	fprintf(file, "#!/bin/sh\ncd %s || exit 9\n%s\n", directory, text);
	fclose(file);
	chmod(path_of(name), 0700);
}

static const char *contents(const char *name)
{
	static char text[4096];
	FILE *file = fopen(path_of(name), "re");
	size_t length = file ? fread(text, 1, sizeof(text) - 1, file) : 0;

	text[length] = '\0';
	if (file)
		fclose(file);
	return text;
}

static void begin(const char *program)
{
	struct mcw_conditions_conf conf;

	mcw_conditions_default(&conf);
	snprintf(conf.of[MCW_CONDITION_DIMM].program, MCW_CONDITION_PROGRAM, "%s", program);
	conf.program_s = 1;
	mcw_conditions_begin(&conditions, &conf);
	memset(&programs, 0, sizeof(programs));
	programs.conditions = &conditions;
	bucket = (struct mcw_condition_bucket){
		.condition = MCW_CONDITION_DIMM,
		.bucket = { .errors = 12, .level = 12 },
		.part = { .kind = MCW_SIGN_MEMORY,
			  .socket = 1,
			  .mc = 0,
			  .channel = 2,
			  .dimm = 0,
			  .unit = -1,
			  .label = "P0_\033A1",
			  .slot = "DIMM_A1",
			  .serial = "4711" },
		.page = MCW_NO_PAGE,
		.cpu = -1,
		.bank = -1,
		.last = { .pos = 17, .lane = MCW_LANE_OTHER },
		.wall_ns = 1800000000 * NS_PER_S + 5,
	};
}

static const struct mcw_condition_counts *counts(void)
{
	return &conditions.counts[MCW_CONDITION_DIMM];
}

static bool has_line(const char *text, const char *line)
{
	char whole[200];

	snprintf(whole, sizeof(whole), "\n%s\n", line);
	if (strstr(text, whole))
		return true;
	printf("# no '%s' in:%s", line, text);
	return false;
}

static void test_environment(void)
{
	static const char *const lines[] = {
		"CONDITION=dimm", "MESSAGE=what it is",
		"COUNT=12",	  "THRESHOLD=10",
		"WINDOW=86400",	  "LOCATION=memory module P0_?A1, slot DIMM_A1, serial 4711",
		"LABEL=P0_?A1",	  "SLOT=DIMM_A1",
		"SERIAL=4711",	  "SOCKETID=1",
		"CONTROLLER=0",	  "CHANNEL=2",
		"DIMM=0",	  "LASTEVENT=1800000000",
		"INJECTED=no",	  "RECORD=other:17",
	};
	const char *text;

	setenv("SECRET", "yes", 1);
	script("tell", "echo >env; env >>env; readlink /proc/self/fd/0 >in;"
		       " sed -n 's/^SigBlk:\t//p; s/^SigIgn:\t//p' /proc/self/status >signals");
	begin(path_of("tell"));
	mcw_programs_add(&programs, &bucket, "what it is");
	mcw_programs_end(&programs);
	text = contents("env");
	for (unsigned int i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		expect_eq(has_line(text, lines[i]), true);
	expect_eq(!strstr(text, "SECRET") && !strstr(text, "CPU=") && !strstr(text, "PAGE="), true);
	expect_eq(strcmp(contents("in"), "/dev/null\n"), 0);
	/* glibc lets what it spawns ignore its own two signals, 32 and 33. */
	text = contents("signals");
	expect_eq(strtoull(text, NULL, 16), 0);
	expect_eq(strlen(text), 34);
	expect_eq(strtoull(text + 17, NULL, 16) & ~0x180000000ULL, 0);
	expect_eq(counts()->started, 1);
	expect_eq(counts()->failed + counts()->ended + counts()->left_out, 0);
}

static void test_fails(void)
{
	script("fail", "exit 3");
	begin(path_of("fail"));
	mcw_programs_add(&programs, &bucket, "");
	mcw_programs_end(&programs);
	expect_eq(counts()->started, 1);
	expect_eq(counts()->failed, 1);
	begin("/nowhere/at/all");
	mcw_programs_add(&programs, &bucket, "");
	mcw_programs_end(&programs);
	expect_eq(counts()->started, 1);
	expect_eq(counts()->failed, 1);
	expect_eq(programs.changed, true);
}

/* Whoever adopts it need not have noticed. */
static bool is_dead(pid_t pid)
{
	char path[40], line[200] = "";
	const char *state;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	file = fopen(path, "re");
	if (!file)
		return true;
	if (!fgets(line, sizeof(line), file))
		line[0] = '\0';
	fclose(file);
	state = strrchr(line, ')');
	return !state || state[2] == 'Z' || state[2] == 'X';
}

/* With all that it has started. */
static void test_hangs(void)
{
	__u64 began = mcw_now_ns(CLOCK_MONOTONIC);
	pid_t child;

	script("hang", "trap '' TERM HUP INT; sleep 1000 & echo $! >child; wait; sleep 1000");
	begin(path_of("hang"));
	mcw_programs_add(&programs, &bucket, "");
	mcw_programs_end(&programs);
	expect_eq(counts()->ended, 1);
	expect_eq(counts()->failed, 0);
	expect_eq(mcw_now_ns(CLOCK_MONOTONIC) - began < 60 * NS_PER_S, true);
	child = atoi(contents("child"));
	expect_eq(child > 0, true);
	expect_eq(is_dead(child), true);
}

static void test_at_once(void)
{
	unsigned int most = 0;

	script("slow", "sleep 0.1");
	begin(path_of("slow"));
	for (unsigned int i = 0; i < 5; i++)
		mcw_programs_add(&programs, &bucket, "");
	expect_eq(programs.waiting_count, 5);
	while (mcw_programs_due(&programs, mcw_now_ns(CLOCK_MONOTONIC)) >= 0) {
		most = programs.running_count > most ? programs.running_count : most;
		poll(NULL, 0, 10);
	}
	expect_eq(most, 2);
	expect_eq(counts()->started, 5);
	expect_eq(counts()->failed, 0);
	for (unsigned int i = 0; i < MCW_PROGRAMS_WAITING + 3; i++)
		mcw_programs_add(&programs, &bucket, "");
	expect_eq(counts()->left_out, 3);
	for (unsigned int i = 0; i < programs.waiting_count; i++)
		free(programs.waiting[i].environment);
}

static void test_none(void)
{
	begin("");
	mcw_programs_add(&programs, &bucket, "");
	expect_eq(mcw_programs_due(&programs, 0) == -1, true);
	expect_eq(counts()->started + counts()->left_out, 0);
}

static const struct ktap_case cases[] = {
	{ "what a program finds", test_environment },
	{ "one that fails, and one that is not there", test_fails },
	{ "one that hangs is ended", test_hangs },
	{ "two at the same time, and so many wait", test_at_once },
	{ "no program", test_none },
};

int main(void)
{
	static const char *const files[] = { "tell", "env", "in", "signals",
					     "fail", "hang", "child", "slow" };
	sigset_t some;

	if (!mkdtemp(directory))
		return 2;
	/* As the recorder has them. */
	sigemptyset(&some);
	sigaddset(&some, SIGTERM);
	sigprocmask(SIG_BLOCK, &some, NULL);
	signal(SIGPIPE, SIG_IGN);
	ktap_begin();
	ktap_run(cases, sizeof(cases) / sizeof(cases[0]));
	for (unsigned int i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		unlink(path_of(files[i]));
	rmdir(directory);
	return ktap_end();
}

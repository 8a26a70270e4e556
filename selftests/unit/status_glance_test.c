// SPDX-License-Identifier: GPL-2.0
/* LINK: mcwctl */
/*
 * mcwctl status at a glance: the findings first, then the counters in words, on one screen, and in
 * colours only on a terminal.
 */
#define _GNU_SOURCE
#include <pty.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "status_machine.h"
#include "cmd/colour.h"
#include "cmd/status.h"

#define ROWS 23 /* of the 24, the prompt has one */

static struct mcw_status state;

static void put_lane(const char *lane, unsigned int committed, unsigned int refused)
{
	static const char *const zeros[] = { "dropped", "overwritten", "skipped" };
	char name[64];

	for (size_t i = 0; i < ARRAY_SIZE(zeros); i++) {
		snprintf(name, sizeof(name), "stats/%s/%s", lane, zeros[i]);
		put(name, "0");
	}
	snprintf(name, sizeof(name), "stats/%s/committed", lane);
	put(name, "%u", committed);
	snprintf(name, sizeof(name), "stats/%s/refused", lane);
	put(name, "%u", refused);
}

/* A machine on which nothing has happened. */
static void put_quiet(void)
{
	static const char *const zeros[] = {
		"stats/storms",
		"stats/recovery/budget_used",
		"stats/recovery/kernel",
		"stats/recovery/module",
		"stats/recovery/failed",
		"stats/recovery/kernel_failed",
		"stats/recovery/not_acted",
		"stats/recovery/waiting",
		"stats/soft_offline/soft_offlined",
		"stats/soft_offline/failed",
	};

	put_all();
	for (size_t i = 0; i < ARRAY_SIZE(zeros); i++)
		put(zeros[i], "0");
	for (unsigned int lane = 0; lane < MCW_LANES; lane++)
		put_lane(mcw_lane_name(lane), 0, 0);
	put("check_interval", "300");
	put("grace_ms", "2000");
	put("page_budget", "1024");
	put_cpu(0, 3, 0, false);
	put_bank(0, ~0ULL, "");
}

/* The findings are those of the machine that runs the test: these take their place. */
static void read_state(void)
{
	mcw_cpus_free(&state.cpus);
	ktap_result(mcw_status_read(&state, &options), "the files are read");
	memset(&state.findings, 0, sizeof(state.findings));
}

static void find(enum mcw_level level, const char *sentence)
{
	struct mcw_finding *f = &state.findings.row[state.findings.count++];

	f->level = level;
	snprintf(f->sentence, sizeof(f->sentence), "%s", sentence);
}

/* What is printed; to be freed. */
static char *glance(bool verbose, bool colour)
{
	const struct mcw_status_look look = { .verbose = verbose, .colour = colour };
	char *text = NULL;
	size_t length;
	FILE *out = open_memstream(&text, &length);

	mcw_status_print(out, &state, &look);
	fclose(out);
	return text;
}

static bool begins(const char *text, const char *with)
{
	return !strncmp(text, with, strlen(with));
}

static void test_quiet(void)
{
	char *text;

	put_quiet();
	read_state();
	text = glance(false, false);
	ktap_result(!strcmp(text,
			    "ok        mcwctl doctor finds nothing wrong\n"
			    "version   0.1.0, capture tap: before the kernel's pool can drop a "
			    "record\n"
			    "errors    none since the load\n"
			    "pages     none was taken offline\n"
			    "storms    none now\n"
			    "lost      nothing since the load\n"
			    "tolerant  1; recovery unhandled, grace 2000 ms, budget 0 of 1024 used\n"
			    "banks     polled by the module every 300 s; banks 0-9\n"
			    "more      mcwctl status -v has the counters; mcwctl top shows them "
			    "live\n"),
		    "nothing has happened");
	if (strncmp(text, "ok  ", 4))
		printf("# %s\n", text);
	free(text);
}

static void test_words(void)
{
	char *text;

	put_quiet();
	put_lane("severe", 2, 3);
	put_lane("other", 15, 0);
	put("stats/recovery/kernel", "4");
	put("stats/recovery/module", "5");
	put("stats/recovery/kernel_failed", "6");
	put("stats/recovery/not_acted", "7");
	put("stats/recovery/waiting", "8");
	put("stats/soft_offline/soft_offlined", "9");
	put("stats/soft_offline/failed", "10");
	put("stats/victims/seen", "11");
	put("stats/lost/ring_refused", "3");
	put("stats/storms", "12");
	read_state();
	state.rows.bank[5] = (struct mcw_bank_row){ .seen = true, .wall_ns = 1, .cpu = 9 };
	state.rows.bank[6] = (struct mcw_bank_row){
		.seen = true,
		.wall_ns = 1764042206ULL * 1000000000,
		.cpu = 7,
		.severity = MCW_GRADE_AO,
	};
	find(MCW_LEVEL_CRITICAL, "the worst");
	find(MCW_LEVEL_WARNING, "the next");
	find(MCW_LEVEL_OK, "all else is well");
	text = glance(false, false);
	ktap_result(begins(text, "critical  the worst\n"
				 "warning   the next\n"
				 "          mcwctl doctor says what mends them\n"
				 "version "),
		    "the findings come first, those that are not ok");
	says(text,
	     "\nerrors    5 uncorrected or deferred, 15 other since the load; last 11-25\n"
	     "          03:43:26, CPU 7 bank 6, AO\n",
	     "errors");
	says(text,
	     "\npages     9 taken offline, 6 bad and still in use, 7 left as they are, 8\n"
	     "          waiting, 9 soft-offlined, 10 could not be soft-offlined, 11 tasks got\n"
	     "          a signal\n",
	     "pages");
	says(text, "\nlost      ring_refused 3\n", "what was lost");
	says(text, "\nstorms    none now; 12 since the load\n", "storms that are over");
	ktap_result(!strstr(text, "committed") && !strstr(text, "MCG_CAP"), "no counters");
	free(text);
	put_cpu(0, 3, 0x20, true);
	read_state();
	find(MCW_LEVEL_UNKNOWN, "one alone");
	text = glance(false, false);
	says(text, "\nstorms    now in bank 5 on CPU 0; throttled by the kernel: CPU 0\n",
	     "a storm");
	ktap_result(begins(text, "unknown   one alone\n"
				 "          mcwctl doctor says what mends it\nversion "),
		    "one finding");
	free(text);
	text = glance(true, false);
	says(text, "unknown   one alone: mcwctl doctor\nversion ", "-v: the worst one");
	says(text, "\nlane        committed ", "-v: the counters");
	free(text);
}

/* What the module knows the kernel's grading by. */
static void test_grading(void)
{
	static const char *const words[][2] = {
		{ "headers", "known by its headers" },
		{ "tolerant", "known by its file tolerant" },
		{ "release", "known by its release" },
		{ "backport", "the distribution took later code" },
	};
	char line[96], *text;

	put_quiet();
	put("kernel_grading/generation", "5.19");
	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		put("kernel_grading/known_by", "%s", words[i][0]);
		read_state();
		snprintf(line, sizeof(line),
			 "\ngrades    the kernel's are those of Linux 5.19: %s\n", words[i][1]);
		text = glance(false, false);
		says(text, line, words[i][0]);
		ktap_result(fits_columns(text), "80 columns");
		free(text);
		text = glance(true, false);
		ktap_result(count(text, line) == !strcmp(words[i][0], "backport"),
			    "-v says it only where the release misleads");
		free(text);
	}
}

/* A text without the codes of colours. */
static void bleach(char *text)
{
	char *to = text;

	for (; *text; text++) {
		if (*text == '\033')
			text = strchr(text, 'm');
		else
			*to++ = *text;
	}
	*to = '\0';
}

/* More findings than there is room for, and each is long. */
static void test_room(void)
{
	char sentence[MCW_SENTENCE_BYTES], *text, *plain;

	put_quiet();
	read_state();
	for (int i = 0; i < MCW_FINDINGS_MAX; i++) {
		snprintf(sentence, sizeof(sentence), "finding %d is long: %s%s%s: the end of it", i,
			 "a sentence of words, one after the other, ",
			 "which goes on over this line and the next one, ",
			 "and does not end there either, as it names files");
		find(i ? MCW_LEVEL_WARNING : MCW_LEVEL_CRITICAL, sentence);
		text = glance(false, false);
		if (!fits_columns(text) || count(text, "\n") > ROWS ||
		    !begins(text, "critical  finding 0 ") || !strstr(text, "\nmore  "))
			ktap_result_of(false, "%d findings fit:\n# %s", i + 1, text);
		free(text);
	}
	text = glance(false, false);
	ktap_result(count(text, "\n") >= ROWS - 1, "the screen is full");
	says(text, "; mcwctl doctor says what mends them\n", "and says how many more there are");
	plain = glance(false, true);
	ktap_result(begins(plain, MCW_RED "critical" MCW_COLOUR_END "  finding 0 "),
		    "the word of the worst level is coloured");
	ktap_result(strstr(plain, "\n" MCW_YELLOW "warning" MCW_COLOUR_END "   finding 1 "),
		    "and that of the next");
	bleach(plain);
	ktap_result(!strcmp(plain, text), "colours change nothing else");
	free(plain);
	free(text);
}

/* What the command prints into a terminal, or into a pipe; to be freed. */
static char *printed(bool terminal, const char *no_color)
{
	char *text = calloc(1, 65536);
	size_t length = 0;
	int fds[2] = { -1, -1 };
	ssize_t got;
	pid_t pid;

	if (!terminal && pipe(fds))
		exit(1);
	pid = terminal ? forkpty(&fds[0], NULL, NULL, NULL) : fork();
	if (!pid) {
		struct mcw_options o = options;

		if (!terminal)
			dup2(fds[1], STDOUT_FILENO);
		setenv("NO_COLOR", no_color, 1);
		mcw_status_run(&o);
		fflush(stdout);
		_exit(0);
	}
	if (!terminal)
		close(fds[1]);
	while (length < 65535 && (got = read(fds[0], text + length, 65535 - length)) > 0)
		length += got;
	close(fds[0]);
	waitpid(pid, NULL, 0);
	return text;
}

static void test_terminal(void)
{
	char *text;

	put_quiet();
	fflush(stdout);
	text = printed(true, "");
	ktap_result(strstr(text, "\033[") && strstr(text, "version "), "coloured on a terminal");
	free(text);
	text = printed(true, "1");
	ktap_result(!strstr(text, "\033[") && strstr(text, "version "), "not with NO_COLOR");
	free(text);
	text = printed(false, "");
	ktap_result(!strstr(text, "\033[") && strstr(text, "version "), "not into a pipe");
	free(text);
}

int main(void)
{
	setenv("TZ", "UTC", 1);
	if (!mkdtemp(home)) {
		printf("# cannot make %s\n", home);
		return 1;
	}
	test_quiet();
	test_words();
	test_room();
	test_terminal();
	test_grading();
	mcw_cpus_free(&state.cpus);
	nftw(home, remove_one, 8, FTW_DEPTH | FTW_PHYS);
	return ktap_end();
}

// SPDX-License-Identifier: GPL-2.0
/* LINK: mcwctl */
/* SLOW: ten runs under a terminal, some of them with a tick of a second */
/*
 * mcwctl top under a pseudo terminal, with invented files of the module: what it shows, that it
 * fits, and that the terminal is as before whatever ends it.
 */
#define _GNU_SOURCE
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "status_machine.h"

#define TAKE	"\033[?1049h"
#define GIVE	"\033[?25h\033[?1049l"
#define HOME	"\033[H"
#define WAIT_MS	20000

static struct {
	int master;
	pid_t pid;
	struct termios before;
	char text[1 << 20]; /* all that it printed */
	size_t length;
	size_t seen; /* up to there the test has looked */
} run;

static void clear(void)
{
	run.length = 0;
	run.seen = 0;
	run.text[0] = '\0';
}

static void put_machine(void)
{
	put_all();
	put("stats/other/committed", "1000");
	put("stats/other/refused", "0");
	put("stats/other/dropped", "0");
	put_cpu(0, 15, 0x20, true);
	put_cpu(1, 15, 0, false);
	put_bank(0, ~0ULL, "");
}

static void begin(unsigned short rows, unsigned short columns, const char *no_color)
{
	const struct winsize size = { .ws_row = rows, .ws_col = columns };
	int go[2];
	char byte = 0;

	clear();
	fflush(stdout);
	if (pipe(go))
		exit(1);
	run.pid = forkpty(&run.master, NULL, NULL, &size);
	if (!run.pid) {
		struct mcw_options o = options;

		/* Not before the settings of the terminal were read. */
		if (read(go[0], &byte, 1) != 1)
			exit(1);
		setenv("NO_COLOR", no_color, 1);
		setenv("TERM", "xterm", 1);
		o.interval = "3600";
		exit(mcw_top_run(&o));
	}
	tcgetattr(run.master, &run.before);
	if (write(go[1], &byte, 1) != 1)
		exit(1);
	close(go[0]);
	close(go[1]);
}

/* Reads on. Return: false: nothing came for long, or the other side is closed. */
static bool more(void)
{
	struct pollfd fd = { .fd = run.master, .events = POLLIN };
	ssize_t got;

	if (poll(&fd, 1, WAIT_MS) < 1)
		return false;
	got = read(run.master, run.text + run.length, sizeof(run.text) - 1 - run.length);
	if (got <= 0)
		return false;
	run.length += got;
	run.text[run.length] = '\0';
	return true;
}

/* Waits until it has printed this, behind what was waited for before. */
static bool until(const char *part)
{
	const char *found;

	while (!(found = strstr(run.text + run.seen, part)))
		if (!more())
			return false;
	run.seen = found - run.text + strlen(part);
	return true;
}

static void said(const char *part, const char *name)
{
	bool good = until(part);

	ktap_result(good, name);
	if (!good)
		for (const char *at = run.text; *at; at++)
			printf("%s%c", at == run.text || at[-1] == '\n' ? "# " : "",
			       *at == '\033' ? '^' : *at);
}

static bool settings_are_back(void)
{
	struct termios now;

	return !tcgetattr(run.master, &now) && now.c_lflag == run.before.c_lflag &&
	       !memcmp(now.c_cc, run.before.c_cc, sizeof(now.c_cc));
}

/* Return: its exit status, or 128 and the signal. The terminal must be as it was. */
static int ended(const char *name)
{
	int status = 0;
	bool gave = until(GIVE), back;

	waitpid(run.pid, &status, 0);
	back = settings_are_back();
	ktap_result_of(gave && back, "%s: the terminal is as before (%d, %d)", name, gave, back);
	close(run.master);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* The last screen: what stands behind the last code that goes to its corner. */
static const char *screen(void)
{
	const char *at = run.text, *last = NULL;

	while ((at = strstr(at, HOME)))
		last = at += strlen(HOME);
	return last;
}

/* Without codes, no line may be wider than this, and there may be no more of them. */
static bool fits(unsigned int rows, unsigned int columns)
{
	unsigned int row = 1, column = 0;

	for (const char *at = screen(); at && *at; at++) {
		if (*at == '\033') {
			at += strcspn(at, "mKJhlH");
			if (!*at)
				break;
		} else if (*at == '\n') {
			row++;
			column = 0;
		} else if (*at != '\r' && (*at & 0xc0) != 0x80 && ++column > columns) {
			return false;
		}
	}
	return row <= rows;
}

static void press(const char *keys)
{
	if (write(run.master, keys, strlen(keys)) < 0)
		printf("# cannot write to the terminal\n");
}

static void test_screen(void)
{
	struct termios now;

	put_machine();
	begin(24, 80, "");
	said(TAKE, "it takes the whole screen");
	said("mcewarden 0.1.0 on ", "the version");
	said("a second  last minute since the load", "the head of the counters");
	said("other errors                        -            0           1000", "a counter");
	said("storms    now in bank 5 on CPU 0; throttled by the kernel: CPU 0", "a storm");
	said("cannot read the device: No such file", "the records, which it may not read");
	ktap_result(fits(24, 80), "24 lines of 80 columns");
	ktap_result(strstr(run.text, "\033[1;31m") || strstr(run.text, "\033[33m"), "colours");
	ktap_result(!tcgetattr(run.master, &now) && !(now.c_lflag & (ECHO | ICANON)),
		    "keys come at once, without an echo");
	put("stats/other/committed", "1100");
	press(" ");
	said(" 100           1100", "a minute's and all, after another sample");
	put("stats/other/committed", "7");
	press(" ");
	said("other errors                        -            0              7",
	     "counters that begin again compare with nothing");
	press("q");
	ktap_result(!ended("q"), "q ends it");
}

static void test_size(void)
{
	const struct winsize small = { .ws_row = 9, .ws_col = 33 };
	const struct winsize large = { .ws_row = 50, .ws_col = 140 };

	put_machine();
	begin(24, 80, "1");
	said("records", "the first screen");
	ktap_result(!strstr(run.text, "\033[1m") && !strstr(run.text, "\033[3"),
		    "no colours with NO_COLOR");
	run.seen = run.length;
	ioctl(run.master, TIOCSWINSZ, &small);
	said(HOME, "it draws again, as the terminal is smaller now");
	said("tasks that got a", "up to its last line");
	ktap_result(fits(9, 33), "9 lines of 33 columns");
	run.seen = run.length;
	ioctl(run.master, TIOCSWINSZ, &large);
	said("cannot read the device", "all, on a larger one");
	press("x");
	press("Q");
	ktap_result(!ended("Q"), "Q ends it, another key does not");
}

static void test_signals(void)
{
	static const struct {
		const char *name;
		int number, status;
	} signals[] = {
		{ "SIGTERM", SIGTERM, 0 },
		{ "SIGHUP", SIGHUP, 0 },
		{ "SIGQUIT", SIGQUIT, 0 },
		{ "SIGSEGV", SIGSEGV, 128 + SIGSEGV },
		{ "SIGABRT", SIGABRT, 128 + SIGABRT },
	};

	put_machine();
	for (size_t i = 0; i < ARRAY_SIZE(signals); i++) {
		begin(24, 80, "");
		said("records", signals[i].name);
		kill(run.pid, signals[i].number);
		ktap_result_of(ended(signals[i].name) == signals[i].status, "%s: its exit status",
			       signals[i].name);
	}
	begin(24, 80, "");
	said("records", "ctrl-C");
	press("\003");
	ktap_result(!ended("ctrl-C"), "ctrl-C ends it");
}

/* The shell has the terminal while it is stopped. */
static void test_stop(void)
{
	int status = 0;

	put_machine();
	begin(24, 80, "");
	said("records", "a screen");
	press("\032");
	said(GIVE, "ctrl-Z gives the screen back");
	waitpid(run.pid, &status, WUNTRACED);
	ktap_result(WIFSTOPPED(status) && settings_are_back(), "and stops");
	kill(run.pid, SIGCONT);
	said(TAKE, "it takes the screen again");
	said("records", "and draws it");
	press("q");
	ktap_result(!ended("q after ctrl-Z"), "q ends it then");
}

/* The module is unloaded and loaded again while it runs. */
static void test_gone(void)
{
	char path[256];

	put_machine();
	begin(24, 80, "");
	said("records", "a screen");
	snprintf(path, sizeof(path), "%s/version", home);
	unlink(path);
	press(" ");
	said("critical  the module is not loaded: modprobe mcewarden", "the module has gone");
	put("version", "0.2.0");
	press(" ");
	said("mcewarden 0.2.0 on ", "it is back");
	unlink(path);
	press("q");
	ktap_result(!ended("gone"), "q ends it");
	begin(24, 80, "");
	while (more())
		;
	waitpid(run.pid, NULL, 0);
	ktap_result(strstr(run.text, "/version: No such file") && !strstr(run.text, TAKE),
		    "without the module it does not begin");
	close(run.master);
}

static void test_batch(void)
{
	struct mcw_options o = options;
	struct timespec begun, now;
	int fds[2];

	put_machine();
	clear();
	fflush(stdout);
	if (pipe(fds))
		exit(1);
	o.interval = "1";
	o.count = 2;
	clock_gettime(CLOCK_MONOTONIC, &begun);
	run.pid = fork();
	if (!run.pid) {
		dup2(fds[1], STDOUT_FILENO);
		exit(mcw_top_run(&o));
	}
	close(fds[1]);
	run.master = fds[0];
	until("other errors");
	put("stats/other/committed", "1200");
	while (more())
		;
	waitpid(run.pid, NULL, 0);
	close(fds[0]);
	clock_gettime(CLOCK_MONOTONIC, &now);
	ktap_result(count(run.text, "mcewarden 0.1.0 on ") == 2, "two screens into a pipe");
	ktap_result(now.tv_sec - begun.tv_sec <= 15, "after a second each");
	ktap_result(!strchr(run.text, '\033'), "without codes");
	ktap_result(strstr(run.text, " 200           1200\n"), "and with a rate");
	ktap_result(strstr(run.text, "\n\nmcewarden "), "and an empty line between them");
}

int main(void)
{
	setenv("TZ", "UTC", 1);
	if (!mkdtemp(home)) {
		printf("# cannot make %s\n", home);
		return 1;
	}
	test_screen();
	test_size();
	test_signals();
	test_stop();
	test_gone();
	test_batch();
	nftw(home, remove_one, 8, FTW_DEPTH | FTW_PHYS);
	return ktap_end();
}

// SPDX-License-Identifier: GPL-2.0
/*
 * mcwctl top: samples what happens, and shows it until somebody has seen enough: on the whole
 * screen of a terminal, or as text, one screen after another.
 */
#define _GNU_SOURCE
#include "cmd/top.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "cmd/colour.h"
#include "cmd/command.h"
#include "cmd/number.h"
#include "cmd/terminal.h"
#include "decode/decode.h"
#include "error.h"
#include "source/clock.h"

#define INTERVAL_S	2
#define INTERVAL_MAX_S	3600
#define NS_PER_MS	1000000ULL
#define MS_PER_S	1000
/* Of text that is no screen: for a log. */
#define BATCH_ROWS	40
#define BATCH_COLUMNS	120

enum next {
	WAIT,
	SAMPLE,
	REDRAW, /* the same sample, on a screen of another size */
	FINISH,
};

struct view {
	struct mcw_top *top;
	const struct mcw_options *o;
	bool full; /* the whole screen, and keys */
	bool keys;
	int signals;
	__u64 interval_s;
	__u64 shown;
};

static void batch_show(struct view *v)
{
	const struct mcw_top_screen screen = {
		.rows = BATCH_ROWS,
		.columns = BATCH_COLUMNS,
		.colour = v->o->colour == MCW_COLOUR_ALWAYS,
		.hint = "",
	};

	if (v->shown)
		putchar('\n');
	mcw_top_print(stdout, v->top, &screen);
	fflush(stdout);
}

/* Return: false: nobody sees it any more, or it cannot be written. */
static bool show(struct view *v)
{
	struct mcw_top_screen screen = {
		.colour = mcw_colour_wanted(v->o),
		.hint = v->keys ? "  q: quit" : "",
	};
	char *text = NULL;
	size_t length;
	bool shown;
	FILE *out;

	if (!v->full) {
		batch_show(v);
		return !ferror(stdout);
	}
	out = open_memstream(&text, &length);
	if (!out)
		return false;
	mcw_terminal_size(&screen.rows, &screen.columns);
	mcw_top_print(out, v->top, &screen);
	fclose(out);
	shown = mcw_terminal_show(text);
	free(text);
	return shown;
}

static enum next signal_take(struct view *v)
{
	struct signalfd_siginfo info;

	if (read(v->signals, &info, sizeof(info)) != (ssize_t)sizeof(info))
		return WAIT;
	switch (info.ssi_signo) {
	case SIGWINCH:
		return v->full ? REDRAW : WAIT;
	case SIGTSTP:
		if (v->full)
			mcw_terminal_stop();
		else
			raise(SIGSTOP);
		return SAMPLE;
	case SIGCONT:
		return v->full ? REDRAW : WAIT;
	default:
		return FINISH;
	}
}

static enum next keys_take(void)
{
	enum next next = WAIT;
	int key;

	while ((key = mcw_terminal_key())) {
		if (key < 0 || key == 'q' || key == 'Q')
			return FINISH;
		if (key == ' ')
			next = SAMPLE;
		else if (key == '\f')
			next = next == SAMPLE ? SAMPLE : REDRAW;
	}
	return next;
}

/* Until there is something to do, at the latest at this time. */
static enum next wait_until(struct view *v, __u64 until_ns)
{
	enum {
		SIGNALS,
		KEYS,
		OUTPUT
	};
	struct pollfd fds[] = {
		[SIGNALS] = { .fd = v->signals, .events = POLLIN },
		[KEYS] = { .fd = v->keys ? STDIN_FILENO : -1, .events = POLLIN },
		/* without events: only an error is reported, when our reader has gone */
		[OUTPUT] = { .fd = STDOUT_FILENO },
	};
	__u64 now = mcw_now_ns(CLOCK_MONOTONIC);
	__u64 wait_ms = until_ns > now ? (until_ns - now) / NS_PER_MS + 1 : 0;

	if (poll(fds, ARRAY_SIZE(fds), wait_ms) < 0)
		return errno == EINTR ? WAIT : FINISH;
	if (fds[SIGNALS].revents)
		return signal_take(v);
	if (fds[OUTPUT].revents || fds[KEYS].revents & (POLLHUP | POLLERR | POLLNVAL))
		return FINISH;
	if (fds[KEYS].revents)
		return keys_take();
	return wait_ms ? WAIT : SAMPLE;
}

static void watch(struct view *v)
{
	__u64 due = mcw_now_ns(CLOCK_MONOTONIC);

	for (;;) {
		enum next next = WAIT;

		if (!show(v) || ++v->shown == v->o->count)
			return;
		due += v->interval_s * MS_PER_S * NS_PER_MS;
		/* A late sample moves those after it: there is no hurry. */
		if (due < mcw_now_ns(CLOCK_MONOTONIC))
			due = mcw_now_ns(CLOCK_MONOTONIC);
		while (next != SAMPLE) {
			next = wait_until(v, due);
			if (next == FINISH || (next == REDRAW && !show(v)))
				return;
			if (mcw_now_ns(CLOCK_MONOTONIC) >= due)
				next = SAMPLE;
		}
		mcw_top_sample(v->top);
	}
}

/* They are read from a descriptor, so that each comes between two steps of ours. */
static bool signals_open(struct view *v)
{
	static const int numbers[] = {
		SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP, SIGCONT, SIGWINCH
	};
	sigset_t set;

	sigemptyset(&set);
	for (size_t i = 0; i < ARRAY_SIZE(numbers); i++)
		sigaddset(&set, numbers[i]);
	sigprocmask(SIG_BLOCK, &set, NULL);
	v->signals = signalfd(-1, &set, SFD_CLOEXEC);
	if (v->signals < 0)
		mcw_error("cannot wait for signals: %s", strerror(errno));
	return v->signals >= 0;
}

static bool interval_read(struct view *v)
{
	v->interval_s = INTERVAL_S;
	if (v->o->interval &&
	    !mcw_number_parse("--interval", v->o->interval, INTERVAL_MAX_S, &v->interval_s))
		return false;
	if (v->interval_s)
		return true;
	mcw_error("--interval: 0 is out of range: give 1 to %u" MCW_SEE_HELP, INTERVAL_MAX_S);
	return false;
}

enum mcw_exit mcw_top_run(struct mcw_options *o)
{
	static struct mcw_top top;
	struct view v = { .top = &top, .o = o };
	bool good;

	if (!interval_read(&v))
		return MCW_EXIT_USAGE;
	memset(&top, 0, sizeof(top));
	if (!mcw_top_begin(&top, o) || !signals_open(&v)) {
		mcw_top_free(&top);
		return MCW_EXIT_FAILED;
	}
	v.full = !o->batch && mcw_terminal_there();
	v.keys = v.full && isatty(STDIN_FILENO);
	good = !v.full || mcw_terminal_take();
	if (good)
		watch(&v);
	if (v.full)
		mcw_terminal_give_back();
	close(v.signals);
	mcw_top_free(&top);
	return good ? MCW_EXIT_OK : MCW_EXIT_FAILED;
}

// SPDX-License-Identifier: GPL-2.0
/*
 * The whole screen of a terminal.
 *
 * restore() is all that must happen at the end, and may run in a handler of a signal: it only calls
 * write(), tcsetattr() and dup2(), which POSIX lists as safe there. "taken" is cleared first, so
 * that a handler that interrupts it does no harm: the same codes are written twice at most.
 */
#define _GNU_SOURCE
#include "cmd/terminal.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <termios.h>
#include <unistd.h>

#include "decode/decode.h"
#include "error.h"

/* The other screen, which has no history; no cursor; lines do not go on in the next one. */
#define TAKE	"\033[?1049h\033[?25l\033[?7l"
#define GIVE	"\033[0m\033[?7h\033[?25h\033[?1049l"
#define HOME	"\033[H"
#define NO_LINE	"\033[K" /* nothing from here to the end of the line */
#define NO_REST	"\033[J" /* nor below it */

#define ROWS	24
#define COLUMNS	80

static struct {
	volatile sig_atomic_t taken;
	bool keys; /* standard input is a terminal: its settings are changed */
	struct termios before;
	int messages; /* what stands in for standard error meanwhile; -1: none */
	int error_before;
} terminal = { .messages = -1, .error_before = -1 };

/* Ends of the program that pass no line of ours. */
static const int crashes[] = { SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGSYS, SIGTRAP };

static void put(const char *text, size_t length)
{
	while (length) {
		ssize_t written = write(STDOUT_FILENO, text, length);

		if (written < 0 && errno == EINTR)
			continue;
		if (written <= 0)
			return;
		text += written;
		length -= written;
	}
}

static void restore(void)
{
	if (!terminal.taken)
		return;
	terminal.taken = 0;
	put(GIVE, strlen(GIVE));
	if (terminal.keys)
		tcsetattr(STDIN_FILENO, TCSANOW, &terminal.before);
	if (terminal.error_before >= 0)
		dup2(terminal.error_before, STDERR_FILENO);
}

static void crashed(int number)
{
	restore();
	raise(number); /* SA_RESETHAND: ends the program, once this handler returns */
}

static void take(void)
{
	if (terminal.keys) {
		struct termios raw = terminal.before;

		raw.c_lflag &= ~(ICANON | ECHO);
		raw.c_cc[VMIN] = 0;
		raw.c_cc[VTIME] = 0;
		/* Not if we are in the background: SIGTTOU would stop us. */
		tcsetattr(STDIN_FILENO, TCSANOW, &raw);
	}
	if (terminal.messages >= 0)
		dup2(terminal.messages, STDERR_FILENO);
	terminal.taken = 1;
	put(TAKE, strlen(TAKE));
}

bool mcw_terminal_there(void)
{
	const char *kind = getenv("TERM");

	return isatty(STDOUT_FILENO) && (!kind || strcmp(kind, "dumb"));
}

bool mcw_terminal_take(void)
{
	const struct sigaction action = { .sa_handler = crashed, .sa_flags = SA_RESETHAND };

	terminal.keys = !tcgetattr(STDIN_FILENO, &terminal.before);
	terminal.error_before = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
	terminal.messages = memfd_create("messages", MFD_CLOEXEC);
	for (size_t i = 0; i < ARRAY_SIZE(crashes); i++) {
		if (sigaction(crashes[i], &action, NULL)) {
			mcw_error("cannot handle signal %d: %s", crashes[i], strerror(errno));
			return false;
		}
	}
	atexit(restore);
	take();
	return true;
}

/* The last messages, which the screen would have hidden. */
static void messages_print(void)
{
	char text[4096];
	off_t end = lseek(terminal.messages, 0, SEEK_END);
	off_t begin = end > (off_t)sizeof(text) ? end - (off_t)sizeof(text) : 0;
	ssize_t length = pread(terminal.messages, text, sizeof(text), begin);

	if (length > 0)
		fprintf(stderr, "%.*s", (int)length, text);
}

void mcw_terminal_give_back(void)
{
	restore();
	if (terminal.messages >= 0)
		messages_print();
}

void mcw_terminal_stop(void)
{
	restore();
	raise(SIGSTOP);
	take();
}

static unsigned int variable(const char *name, unsigned int otherwise)
{
	const char *text = getenv(name);
	unsigned long value = text ? strtoul(text, NULL, 10) : 0;

	return value && value < 1000 ? value : otherwise;
}

void mcw_terminal_size(unsigned int *rows, unsigned int *columns)
{
	struct winsize size = { .ws_row = 0 };

	ioctl(STDOUT_FILENO, TIOCGWINSZ, &size);
	*rows = size.ws_row ? size.ws_row : variable("LINES", ROWS);
	*columns = size.ws_col ? size.ws_col : variable("COLUMNS", COLUMNS);
}

bool mcw_terminal_show(const char *text)
{
	char *frame = NULL;
	size_t length = 0;
	FILE *out = open_memstream(&frame, &length);

	if (!out)
		return false;
	fputs(HOME, out);
	while (*text) {
		int line = strcspn(text, "\n");
		const char *next = text + line + !!text[line];

		/* Before the text: in the last column these codes would take its last letter. */
		fprintf(out, "%s%.*s", *next ? NO_LINE : NO_REST, line, text);
		/* The end of the last line would move all lines up where the screen is full. */
		if (*next)
			fputs("\r\n", out);
		text = next;
	}
	fclose(out);
	put(frame, length);
	free(frame);
	return isatty(STDOUT_FILENO);
}

int mcw_terminal_key(void)
{
	unsigned char key;
	ssize_t got = read(STDIN_FILENO, &key, 1);

	if (got == 1)
		return key;
	return got < 0 && errno != EINTR && errno != EAGAIN ? -1 : 0;
}

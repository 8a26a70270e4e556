// SPDX-License-Identifier: GPL-2.0
/*
 * libvirt's events memory-failure. virsh prints one as
 *
 *	2026-11-30 20:06:16.123+0000: event 'memory-failure' for domain 'web1':
 *	recipient: guest
 *	action: inject
 *	flags:
 *		action required: 0
 *		recursive: 0
 *
 * and, into a pipe, only when it has much to print: so it runs under stdbuf.
 */
#define _GNU_SOURCE
#include "guests/virsh_events.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "source/clock.h"

#define NS_PER_S 1000000000ULL
#define NS_PER_MS 1000000ULL
#define PAUSE_NS (30 * NS_PER_S)

static void word_take(char *word, size_t size, const char *text)
{
	snprintf(word, size, "%s", strlen(text) < size ? text : "");
}

/* Times are in UTC. */
static bool begin_take(struct mcw_virsh_event *e, const char *line)
{
	static const char middle[] = ": event 'memory-failure' for domain '", end[] = "':";
	struct tm tm = { .tm_isdst = 0 };
	unsigned int ms;
	const char *domain = strstr(line, middle);
	size_t length;

	if (!domain || sscanf(line, "%d-%d-%d %d:%d:%d.%3u+0000:", &tm.tm_year, &tm.tm_mon,
			      &tm.tm_mday, &tm.tm_hour, &tm.tm_min, &tm.tm_sec, &ms) != 7)
		return false;
	domain += strlen(middle);
	length = strlen(domain);
	if (length < strlen(end) || strcmp(domain + length - strlen(end), end) ||
	    length - strlen(end) >= sizeof(e->domain))
		return false;
	tm.tm_year -= 1900;
	tm.tm_mon--;
	memset(e, 0, sizeof(*e));
	memcpy(e->domain, domain, length - strlen(end));
	e->said.wall_ns = timegm(&tm) * NS_PER_S + ms * NS_PER_MS;
	return true;
}

static const char *value_of(const char *line, const char *key)
{
	size_t length = strlen(key);

	return strncmp(line, key, length) ? NULL : line + length;
}

bool mcw_virsh_event_line(struct mcw_virsh_event *e, const char *line)
{
	struct mcw_memory_failure *said = &e->said;
	const char *value;

	if (begin_take(e, line) || !e->domain[0])
		return false;
	value = value_of(line, "recipient: ");
	if (value)
		word_take(said->recipient, sizeof(said->recipient), value);
	value = value_of(line, "action: ");
	if (value)
		word_take(said->action, sizeof(said->action), value);
	value = value_of(line, "\taction required: ");
	if (value)
		said->action_required = value[0] == '1';
	value = value_of(line, "\trecursive: ");
	if (!value)
		return false;
	said->recursive = value[0] == '1';
	return said->recipient[0] && said->action[0];
}

static bool start(struct mcw_virsh_events *v)
{
	static char *const arguments[] = { "stdbuf", "--output=L",  "virsh",
					   "event",  "--event",	    "memory-failure",
					   "--loop", "--timestamp", NULL };
	posix_spawn_file_actions_t files;
	int fds[2], err;

	if (pipe2(fds, O_CLOEXEC | O_NONBLOCK))
		return false;
	posix_spawn_file_actions_init(&files);
	posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_adddup2(&files, fds[1], STDOUT_FILENO);
	err = posix_spawnp(&v->pid, arguments[0], &files, NULL, arguments, environ);
	posix_spawn_file_actions_destroy(&files);
	close(fds[1]);
	v->out = fds[0];
	v->used = 0;
	v->event.domain[0] = '\0';
	if (!err)
		return true;
	close(fds[0]);
	v->pid = 0;
	return false;
}

void mcw_virsh_events_end(struct mcw_virsh_events *v)
{
	if (!v->pid)
		return;
	close(v->out);
	kill(v->pid, SIGKILL);
	while (waitpid(v->pid, NULL, 0) < 0 && errno == EINTR)
		;
	v->pid = 0;
}

/* Return: whether a line of the text completes the event. */
static bool line_take(struct mcw_virsh_events *v)
{
	char *end = memchr(v->text, '\n', v->used);
	size_t length;
	bool complete;

	if (!end)
		return false;
	*end = '\0';
	complete = mcw_virsh_event_line(&v->event, v->text);
	length = end + 1 - v->text;
	v->used -= length;
	memmove(v->text, end + 1, v->used);
	return complete;
}

bool mcw_virsh_events_take(struct mcw_virsh_events *v, struct mcw_virsh_event *e)
{
	__u64 now = mcw_now_ns(CLOCK_MONOTONIC);
	ssize_t bytes;

	if (!v->pid && now >= v->again_ns) {
		v->again_ns = now + PAUSE_NS;
		start(v);
	}
	while (v->pid) {
		while (memchr(v->text, '\n', v->used)) {
			if (!line_take(v))
				continue;
			*e = v->event;
			v->event.domain[0] = '\0';
			return true;
		}
		/* No line of virsh's is so long. */
		if (v->used == sizeof(v->text))
			v->used = 0;
		bytes = read(v->out, v->text + v->used, sizeof(v->text) - v->used);
		if (bytes < 0 && (errno == EAGAIN || errno == EINTR))
			break;
		if (bytes <= 0)
			mcw_virsh_events_end(v);
		else
			v->used += bytes;
	}
	return false;
}

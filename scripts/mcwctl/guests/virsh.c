// SPDX-License-Identifier: GPL-2.0
/*
 * A guest's monitor under libvirt. virsh passes a question of QMP on, and prints QEMU's answer. It
 * gets its arguments as they are, without a shell.
 */
#define _GNU_SOURCE
#include "guests/virsh.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "source/clock.h"

#define NS_PER_MS 1000000ULL
/* It starts a program, and connects to a daemon that may start too. */
#define WAIT_MS 5000
#define ANSWER_BYTES (4 * 1024 * 1024)

/* Its output and its messages come through one pipe. Return: its pid, or -1. */
static pid_t virsh_start(const char *domain, const char *line, int *out)
{
	char *const arguments[] = { "virsh",	    "--quiet", "qemu-monitor-command", "--domain",
				    (char *)domain, "--cmd",   (char *)line,	       NULL };
	posix_spawn_file_actions_t files;
	int fds[2], err;
	pid_t pid;

	if (pipe2(fds, O_CLOEXEC | O_NONBLOCK))
		return -1;
	posix_spawn_file_actions_init(&files);
	posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_adddup2(&files, fds[1], STDOUT_FILENO);
	posix_spawn_file_actions_adddup2(&files, fds[1], STDERR_FILENO);
	err = posix_spawnp(&pid, arguments[0], &files, NULL, arguments, environ);
	posix_spawn_file_actions_destroy(&files);
	close(fds[1]);
	*out = fds[0];
	if (!err)
		return pid;
	close(fds[0]);
	errno = err;
	return -1;
}

/* Return: false when the time is over, or there is too much. */
static bool all_read(int out, char *text, size_t size)
{
	__u64 end_ns = mcw_now_ns(CLOCK_MONOTONIC) + WAIT_MS * NS_PER_MS;
	struct pollfd fd = { .fd = out, .events = POLLIN };
	size_t used = 0;

	text[0] = '\0';
	for (;;) {
		__u64 now = mcw_now_ns(CLOCK_MONOTONIC);
		ssize_t bytes;

		if (now >= end_ns || used == size - 1)
			return false;
		if (poll(&fd, 1, (end_ns - now) / NS_PER_MS + 1) <= 0)
			continue;
		bytes = read(out, text + used, size - 1 - used);
		if (bytes < 0 && (errno == EAGAIN || errno == EINTR))
			continue;
		if (bytes <= 0)
			return !bytes;
		used += bytes;
		text[used] = '\0';
	}
}

/* The first line of what virsh says, for an error. */
static void say(char *error, size_t size, const char *text)
{
	int length = strcspn(text, "\r\n");

	snprintf(error, size, "virsh: %.*s", length, length ? text : "");
}

static bool answer_take(const char *text, const char *member, struct mcw_message *answer,
			char *error, size_t size)
{
	if (!mcw_message_parse(answer, text, strlen(text), member)) {
		snprintf(error, size, "no memory for a message");
		return false;
	}
	if (answer->kind == MCW_MESSAGE_RETURN)
		return true;
	say(error, size, answer->kind == MCW_MESSAGE_ERROR ? answer->text : text);
	mcw_message_free(answer);
	return false;
}

bool mcw_virsh_ask(const char *domain, const struct mcw_question *question, const char *member,
		   struct mcw_message *answer, char *error, size_t size)
{
	char *line = mcw_message_ask(question, 0), *text = malloc(ANSWER_BYTES);
	bool good = false;
	int out, status;
	pid_t pid = -1;

	if (!line || !text)
		snprintf(error, size, "no memory for a message");
	else
		pid = virsh_start(domain, line, &out);
	if (line && text && pid < 0)
		snprintf(error, size, "cannot run virsh: %s", strerror(errno));
	if (pid >= 0) {
		good = all_read(out, text, ANSWER_BYTES);
		close(out);
		if (!good) {
			snprintf(error, size, "virsh: no answer within %d ms", WAIT_MS);
			kill(pid, SIGKILL);
		}
		while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
			;
		good = good && answer_take(text, member, answer, error, size);
	}
	free(line);
	free(text);
	return good;
}

// SPDX-License-Identifier: GPL-2.0
/*
 * A process of this machine, by /proc.
 */
#define _GNU_SOURCE
#include "source/process.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define NS_PER_S 1000000000ULL
#define PATH_BYTES 4096
/* A constant of the kernel: PROC_PID_INIT_INO. */
#define INITIAL_PIDS "pid:[4026531836]"

/*
 * Records have the numbers of the initial namespace. In another one, these are other processes. A
 * kernel without such namespaces has no such file.
 */
static bool numbers_are_initial(const char *proc)
{
	char path[PATH_BYTES], link[64];
	ssize_t length;

	if (snprintf(path, sizeof(path), "%s/self/ns/pid", proc) >= (int)sizeof(path))
		return false;
	length = readlink(path, link, sizeof(link));
	if (length < 0)
		return errno == ENOENT;
	return length == (ssize_t)strlen(INITIAL_PIDS) && !memcmp(link, INITIAL_PIDS, length);
}

int mcw_process_open(const char *proc, __u32 pid)
{
	char path[PATH_BYTES];

	if (!numbers_are_initial(proc) ||
	    snprintf(path, sizeof(path), "%s/%u", proc, pid) >= (int)sizeof(path))
		return -1;
	return open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
}

ssize_t mcw_process_file(int process, const char *name, char *text, size_t size)
{
	int fd = openat(process, name, O_RDONLY | O_CLOEXEC);
	ssize_t bytes = -1;
	size_t used = 0;

	if (fd < 0)
		return -1;
	while (used < size - 1 && (bytes = read(fd, text + used, size - 1 - used)) > 0)
		used += bytes;
	close(fd);
	text[used] = '\0';
	return bytes < 0 ? -1 : (ssize_t)used;
}

bool mcw_process_start(int process, unsigned long long *ticks)
{
	char stat[PATH_BYTES];
	const char *field;
	char *end;

	if (mcw_process_file(process, "stat", stat, sizeof(stat)) <= 0)
		return false;
	/* The name is in parentheses, and may have some. Field 3 follows it; we need field 22. */
	field = strrchr(stat, ')');
	for (unsigned int i = 2; field && i < 22; i++) {
		field = strchr(field, ' ');
		if (field)
			field++;
	}
	if (!field || *field < '0' || *field > '9')
		return false;
	errno = 0;
	*ticks = strtoull(field, &end, 10);
	return !errno && *end == ' ';
}

bool mcw_process_was_there(int process, __u64 mono_ns)
{
	unsigned long long ticks;

	return mcw_process_start(process, &ticks) && mcw_started_before(ticks, mono_ns);
}

/*
 * The kernel counts the start with the time that the machine slept, and a record's time without it.
 * So after a sleep a process can look younger than it is, and then it is not known; it never looks
 * older.
 */
bool mcw_started_before(unsigned long long ticks, __u64 mono_ns)
{
	const long ticks_a_second = sysconf(_SC_CLK_TCK);

	if (ticks_a_second <= 0 || ticks >= ~0ULL / NS_PER_S)
		return false;
	/* It is rounded down to a tick. */
	return (ticks + 1) * (NS_PER_S / ticks_a_second) <= mono_ns;
}

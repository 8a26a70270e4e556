// SPDX-License-Identifier: GPL-2.0
/*
 * Which virtual machine a process of this machine is, by /proc.
 *
 * All of a process is read through one descriptor of its directory. That stays the directory of the
 * same process: if the process ends, reading fails, whoever gets its number next.
 */
#define _GNU_SOURCE
#include "source/qemu.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define NS_PER_S	1000000000ULL
#define PATH_BYTES	4096
/* libvirt's command lines have some 10 KiB. What is beyond this is not read. */
#define CMDLINE_BYTES	(256 * 1024)
/* A constant of the kernel: PROC_PID_INIT_INO. */
#define INITIAL_PIDS	"pid:[4026531836]"
#define DELETED		" (deleted)"

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

static int process_open(const char *proc, __u32 pid)
{
	char path[PATH_BYTES];

	if (!numbers_are_initial(proc) ||
	    snprintf(path, sizeof(path), "%s/%u", proc, pid) >= (int)sizeof(path))
		return -1;
	return open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
}

/* Reads a file up to size - 1 bytes, and ends it by 0. Return: how many bytes; -1. */
static ssize_t file_read(int process, const char *name, char *text, size_t size)
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

/* Only root may see the program of others. For everyone there is what the process calls itself. */
static bool is_qemu(int process, const char *cmdline)
{
	const ssize_t deleted = strlen(DELETED);
	char path[PATH_BYTES];
	ssize_t length = readlinkat(process, "exe", path, sizeof(path) - 1);

	if (length < 0)
		return (errno == EACCES || errno == EPERM) && mcw_qemu_is_system(cmdline);
	path[length] = '\0';
	/* as after an update of QEMU */
	if (length > deleted && !strcmp(path + length - deleted, DELETED))
		path[length - deleted] = '\0';
	return mcw_qemu_is_system(path);
}

static bool vm_read(struct mcw_vm *vm, int process)
{
	static char cmdline[CMDLINE_BYTES];
	ssize_t bytes = file_read(process, "cmdline", cmdline, sizeof(cmdline));

	if (bytes <= 0 || !is_qemu(process, cmdline))
		return false;
	mcw_qemu_parse(vm, cmdline, bytes);
	return true;
}

bool mcw_qemu_read(struct mcw_vm *vm, const char *proc, __u32 pid)
{
	int process = process_open(proc, pid);
	bool known = process >= 0 && vm_read(vm, process);

	if (process >= 0)
		close(process);
	return known;
}

/*
 * Whether the process was there at a time of CLOCK_MONOTONIC. The kernel counts its start with the
 * time that the machine slept. So after a sleep a process can look younger than it is, and then it
 * is not known; it never looks older.
 */
static bool was_there(int process, __u64 mono_ns)
{
	const long ticks_a_second = sysconf(_SC_CLK_TCK);
	unsigned long long ticks;
	char stat[PATH_BYTES];
	const char *field;
	char *end;

	if (file_read(process, "stat", stat, sizeof(stat)) <= 0 || ticks_a_second <= 0)
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
	ticks = strtoull(field, &end, 10);
	if (errno || *end != ' ' || ticks >= ~0ULL / NS_PER_S)
		return false;
	/* It is rounded down to a tick. */
	return (ticks + 1) * (NS_PER_S / ticks_a_second) <= mono_ns;
}

/* Whether the thread has the name of that time: a program that was started since has another. */
static bool has_name(int process, const struct mcw_victim *victim)
{
	char name[64], then[MCW_VICTIM_COMM + 1] = "";
	char path[64];
	ssize_t bytes;

	snprintf(path, sizeof(path), "task/%u/comm", victim->tid);
	bytes = file_read(process, path, name, sizeof(name));
	if (bytes <= 0)
		return false;
	if (name[bytes - 1] == '\n')
		name[bytes - 1] = '\0';
	memcpy(then, victim->comm, MCW_VICTIM_COMM);
	return !strcmp(name, then);
}

bool mcw_qemu_of_victim(struct mcw_vm *vm, const char *proc, const struct mcw_record *victim)
{
	int process = process_open(proc, victim->victim.pid);
	bool known;

	if (process < 0)
		return false;
	known = was_there(process, victim->head.mono_ns) && vm_read(vm, process) &&
		has_name(process, &victim->victim);
	close(process);
	return known;
}

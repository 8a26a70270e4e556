// SPDX-License-Identifier: GPL-2.0
/*
 * Which virtual machine a process of this machine is, by /proc.
 */
#define _GNU_SOURCE
#include "source/qemu.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "source/process.h"

#define PATH_BYTES 4096
/* libvirt's command lines have some 10 KiB. What is beyond this is not read. */
#define CMDLINE_BYTES (256 * 1024)
#define DELETED " (deleted)"

/* Return: 1: it is one; 0: it is none; -1: only root may see the program of others. */
static int program_is_qemu(int process)
{
	const ssize_t deleted = strlen(DELETED);
	char path[PATH_BYTES];
	ssize_t length = readlinkat(process, "exe", path, sizeof(path) - 1);

	if (length < 0)
		return errno == EACCES || errno == EPERM ? -1 : 0;
	path[length] = '\0';
	/* as after an update of QEMU */
	if (length > deleted && !strcmp(path + length - deleted, DELETED))
		path[length - deleted] = '\0';
	return mcw_qemu_is_system(path);
}

bool mcw_qemu_of_process(struct mcw_vm *vm, int process)
{
	static char cmdline[CMDLINE_BYTES];
	int is_qemu = program_is_qemu(process);
	ssize_t bytes;

	if (!is_qemu)
		return false;
	bytes = mcw_process_file(process, "cmdline", cmdline, sizeof(cmdline));
	/* For everyone there is what the process calls itself. */
	if (bytes <= 0 || (is_qemu < 0 && !mcw_qemu_is_system(cmdline)))
		return false;
	mcw_qemu_parse(vm, cmdline, bytes);
	return true;
}

bool mcw_qemu_read(struct mcw_vm *vm, const char *proc, __u32 pid)
{
	int process = mcw_process_open(proc, pid);
	bool known = process >= 0 && mcw_qemu_of_process(vm, process);

	if (process >= 0)
		close(process);
	return known;
}

/* Whether the thread has the name of that time: a program that was started since has another. */
static bool has_name(int process, const struct mcw_victim *victim)
{
	char name[64], then[MCW_VICTIM_COMM + 1] = "";
	char path[64];
	ssize_t bytes;

	snprintf(path, sizeof(path), "task/%u/comm", victim->tid);
	bytes = mcw_process_file(process, path, name, sizeof(name));
	if (bytes <= 0)
		return false;
	if (name[bytes - 1] == '\n')
		name[bytes - 1] = '\0';
	memcpy(then, victim->comm, MCW_VICTIM_COMM);
	return !strcmp(name, then);
}

bool mcw_qemu_of_victim(struct mcw_vm *vm, const char *proc, const struct mcw_record *victim)
{
	int process = mcw_process_open(proc, victim->victim.pid);
	bool known;

	if (process < 0)
		return false;
	known = mcw_process_was_there(process, victim->head.mono_ns) &&
		mcw_qemu_of_process(vm, process) && has_name(process, &victim->victim);
	close(process);
	return known;
}

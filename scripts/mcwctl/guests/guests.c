// SPDX-License-Identifier: GPL-2.0
/*
 * The virtual machines of this host: processes that are a QEMU, or that hold a machine of KVM's.
 */
#define _GNU_SOURCE
#include "guests/guests.h"

#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "error.h"
#include "guests/noted.h"
#include "guests/sockets.h"
#include "source/clock.h"
#include "source/process.h"
#include "source/qemu.h"

#define NS_PER_S 1000000000ULL
#define REFRESH_NS NS_PER_S
#define KVM_MACHINE "anon_inode:kvm-vm"

static bool no_memory(void)
{
	mcw_error("no memory for the list of guests");
	return false;
}

struct mcw_guest *mcw_guests_of(const struct mcw_guests *g, __u32 pid)
{
	for (size_t i = 0; i < g->count; i++)
		if (g->guest[i]->pid == pid && !g->guest[i]->gone)
			return g->guest[i];
	return NULL;
}

const char *mcw_guest_name(const struct mcw_guest *guest, char *buffer, size_t size)
{
	if (guest->vm.name[0])
		return guest->vm.name;
	if (guest->vm.uuid[0])
		return guest->vm.uuid;
	snprintf(buffer, size, "%s-%u", guest->program, guest->pid);
	return buffer;
}

/* Whether the process holds a virtual machine of KVM's. */
static bool has_machine(int process)
{
	int fd = openat(process, "fd", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *fds = fd < 0 ? NULL : fdopendir(fd);
	bool found = false;
	struct dirent *entry;

	if (!fds) {
		if (fd >= 0)
			close(fd);
		return false;
	}
	while (!found && (entry = readdir(fds))) {
		char link[sizeof(KVM_MACHINE)];
		ssize_t length = readlinkat(fd, entry->d_name, link, sizeof(link));

		found = length == (ssize_t)strlen(KVM_MACHINE) &&
			!memcmp(link, KVM_MACHINE, length);
	}
	closedir(fds);
	return found;
}

/* The name of the program's file, or what the process calls itself. */
static void program_read(struct mcw_guest *guest)
{
	char path[4096];
	ssize_t length = readlinkat(guest->process, "exe", path, sizeof(path) - 1);
	const char *name = path, *slash;

	if (length > 0) {
		path[length] = '\0';
		slash = strrchr(path, '/');
		name = slash ? slash + 1 : path;
	} else if (mcw_process_file(guest->process, "comm", path, sizeof(path)) > 0) {
		path[strcspn(path, "\n")] = '\0';
	} else {
		strcpy(path, "unknown");
	}
	snprintf(guest->program, sizeof(guest->program), "%s", name);
}

/* Return: false without memory. A process that is no guest is passed over. */
static bool process_look(struct mcw_guests *g, __u32 pid)
{
	struct mcw_guest found = { .pid = pid, .process = mcw_process_open(g->proc, pid) };
	struct mcw_guest **list, *guest;

	if (found.process < 0)
		return true;
	found.is_qemu = mcw_qemu_of_process(&found.vm, found.process);
	if ((!found.is_qemu && !has_machine(found.process)) ||
	    !mcw_process_start(found.process, &found.start)) {
		close(found.process);
		return true;
	}
	program_read(&found);
	found.monitor.qmp.fd = -1;
	found.pace.rate = MCW_PACE_RATE;
	list = realloc(g->guest, (g->count + 1) * sizeof(struct mcw_guest *));
	if (list)
		g->guest = list;
	guest = malloc(sizeof(found));
	if (!list || !guest) {
		close(found.process);
		free(guest);
		return no_memory();
	}
	*guest = found;
	list[g->count++] = guest;
	return true;
}

static void guest_free(struct mcw_guest *guest)
{
	mcw_qmp_close(&guest->monitor.qmp);
	free(guest->monitor.name);
	mcw_guest_memory_free(&guest->memory);
	if (guest->process >= 0)
		close(guest->process);
	free(guest);
}

static bool has_counted(const struct mcw_guest *guest)
{
	static const struct mcw_guest_counts none;

	return memcmp(&guest->counts, &none, sizeof(none));
}

/* Nothing refers to a guest that had no errors: it is forgotten. */
static void gone_look(struct mcw_guests *g)
{
	size_t kept = 0;

	for (size_t i = 0; i < g->count; i++) {
		struct mcw_guest *guest = g->guest[i];
		unsigned long long start;

		if (!guest->gone &&
		    (!mcw_process_start(guest->process, &start) || start != guest->start)) {
			guest->gone = true;
			mcw_sockets_leave(g, guest);
			mcw_qmp_close(&guest->monitor.qmp);
			close(guest->process);
			guest->process = -1;
		}
		if (guest->gone && !has_counted(guest))
			guest_free(guest);
		else
			g->guest[kept++] = guest;
	}
	g->count = kept;
}

static bool processes_look(struct mcw_guests *g)
{
	DIR *proc = opendir(g->proc);
	struct dirent *entry;
	bool good = true;

	if (!proc) {
		mcw_error("cannot read %s", g->proc);
		return false;
	}
	while (good && (entry = readdir(proc))) {
		__u32 pid = strtoul(entry->d_name, NULL, 10);

		if (isdigit((unsigned char)entry->d_name[0]) && !mcw_guests_of(g, pid))
			good = process_look(g, pid);
	}
	closedir(proc);
	return good;
}

bool mcw_guests_refresh(struct mcw_guests *g, bool now)
{
	__u64 time = mcw_now_ns(CLOCK_MONOTONIC);

	if (!now && g->refreshed_ns && time - g->refreshed_ns < REFRESH_NS)
		return true;
	g->refreshed_ns = time;
	gone_look(g);
	if (!processes_look(g) || !mcw_sockets_look(g))
		return false;
	if (g->noted)
		mcw_noted_read(g, g->noted);
	return true;
}

void mcw_guests_free(struct mcw_guests *g)
{
	for (size_t i = 0; i < g->count; i++)
		guest_free(g->guest[i]);
	free(g->guest);
	mcw_sockets_free(g);
	g->guest = NULL;
	g->count = 0;
}

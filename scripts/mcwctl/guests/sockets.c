// SPDX-License-Identifier: GPL-2.0
/*
 * The sockets of guests' monitors. A socket belongs to the process that listens on it, by the
 * kernel's word: what the monitor says about itself is not asked for.
 */
#define _GNU_SOURCE
#include "guests/sockets.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "error.h"
#include "source/clock.h"

#define NS_PER_S 1000000000ULL
#define PAUSE_S 5
#define PAUSE_MAX_S 300

__u64 mcw_monitor_pause(unsigned int failures)
{
	__u64 seconds = PAUSE_S;

	while (failures-- > 1 && seconds < PAUSE_MAX_S)
		seconds *= 2;
	return (seconds < PAUSE_MAX_S ? seconds : PAUSE_MAX_S) * NS_PER_S;
}

static bool socket_add(struct mcw_guests *g, const char *path)
{
	struct mcw_socket *list;
	char *copy;

	for (size_t i = 0; i < g->socket_count; i++) {
		if (strcmp(g->socket[i].path, path))
			continue;
		g->socket[i].there = true;
		return true;
	}
	list = realloc(g->socket, (g->socket_count + 1) * sizeof(*list));
	if (list)
		g->socket = list;
	copy = strdup(path);
	if (!list || !copy) {
		mcw_error("no memory for the list of sockets");
		free(copy);
		return false;
	}
	list[g->socket_count++] = (struct mcw_socket){ .path = copy, .there = true };
	return true;
}

static bool directory_look(struct mcw_guests *g, const char *path, DIR *directory)
{
	struct dirent *entry;
	bool good = true;

	while (good && (entry = readdir(directory))) {
		char *name;
		struct stat st;

		if (entry->d_name[0] == '.')
			continue;
		if (asprintf(&name, "%s/%s", path, entry->d_name) < 0) {
			mcw_error("no memory for the list of sockets");
			return false;
		}
		if (!stat(name, &st) && S_ISSOCK(st.st_mode))
			good = socket_add(g, name);
		free(name);
	}
	return good;
}

static bool paths_look(struct mcw_guests *g)
{
	bool good = true;

	for (size_t i = 0; i < g->socket_count; i++)
		g->socket[i].there = false;
	for (char *const *path = g->paths; good && path && *path; path++) {
		DIR *directory = opendir(*path);

		if (!directory) {
			good = socket_add(g, *path);
			continue;
		}
		good = directory_look(g, *path, directory);
		closedir(directory);
	}
	return good;
}

static void socket_fail(struct mcw_socket *s, const char *error)
{
	snprintf(s->error, sizeof(s->error), "%s", error);
	s->again_ns = mcw_now_ns(CLOCK_MONOTONIC) + mcw_monitor_pause(++s->failures);
}

static void socket_try(struct mcw_guests *g, struct mcw_socket *s)
{
	struct mcw_guest *guest;
	struct mcw_qmp qmp;
	char text[128];

	if (!mcw_qmp_open(&qmp, s->path)) {
		socket_fail(s, qmp.error);
		return;
	}
	guest = mcw_guests_of(g, qmp.pid);
	if (!guest || !guest->is_qemu || guest->monitor.way == MCW_MONITOR_QMP) {
		snprintf(text, sizeof(text), "it is of process %u, which %s", qmp.pid,
			 guest && guest->is_qemu ? "has another monitor already" : "is no QEMU");
		mcw_qmp_close(&qmp);
		socket_fail(s, text);
		return;
	}
	free(guest->monitor.name);
	guest->monitor = (struct mcw_monitor){
		.way = MCW_MONITOR_QMP,
		.name = strdup(s->path),
		.qmp = qmp,
	};
	guest->again_ns = 0;
	s->used = true;
	s->failures = 0;
	s->error[0] = '\0';
}

/* libvirt's guests that have no socket of ours. */
static void virsh_use(struct mcw_guests *g)
{
	for (size_t i = 0; i < g->count; i++) {
		struct mcw_guest *guest = g->guest[i];

		if (guest->gone || guest->monitor.way != MCW_MONITOR_NONE || !guest->vm.name[0])
			continue;
		guest->monitor.way = MCW_MONITOR_VIRSH;
		guest->monitor.name = strdup(guest->vm.name);
		if (!guest->monitor.name)
			guest->monitor.way = MCW_MONITOR_NONE;
	}
}

bool mcw_sockets_look(struct mcw_guests *g)
{
	__u64 now = mcw_now_ns(CLOCK_MONOTONIC);

	if (!paths_look(g))
		return false;
	for (size_t i = 0; i < g->socket_count; i++) {
		struct mcw_socket *s = &g->socket[i];

		if (s->there && !s->used && now >= s->again_ns)
			socket_try(g, s);
	}
	if (g->virsh)
		virsh_use(g);
	return true;
}

void mcw_sockets_leave(struct mcw_guests *g, struct mcw_guest *guest)
{
	if (guest->monitor.way != MCW_MONITOR_QMP || !guest->monitor.name)
		return;
	for (size_t i = 0; i < g->socket_count; i++)
		if (!strcmp(g->socket[i].path, guest->monitor.name))
			g->socket[i].used = false;
}

void mcw_sockets_free(struct mcw_guests *g)
{
	for (size_t i = 0; i < g->socket_count; i++)
		free(g->socket[i].path);
	free(g->socket);
	g->socket = NULL;
	g->socket_count = 0;
}

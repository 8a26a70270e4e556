/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The way to a guest's monitor: a socket of QMP, or libvirt's virsh.
 */
#ifndef MCW_GUESTS_MONITOR_H
#define MCW_GUESTS_MONITOR_H

#include <stdbool.h>

#include "guests/qmp.h"

enum mcw_monitor_way {
	MCW_MONITOR_NONE,
	MCW_MONITOR_QMP,
	MCW_MONITOR_VIRSH, /* libvirt then marks the domain as tainted: custom-monitor */
	MCW_MONITOR_NOTED, /* none, but its map is noted in the service's file */
};

struct mcw_monitor {
	enum mcw_monitor_way way;
	char *name; /* the socket's path, or libvirt's domain */
	struct mcw_qmp qmp; /* error says what is wrong, whatever the way */
};

/* Of the guest's CPU. */
struct mcw_guest_cpu {
	bool known;
	bool amd; /* AMD's or Hygon's */
	unsigned int cpus;
};

/* As mcw_qmp_ask(). */
bool mcw_monitor_ask(struct mcw_monitor *m, const struct mcw_question *question, const char *member,
		     struct mcw_message *answer);

/* A command of the human monitor. *text: its answer, which the caller frees. Return: as above. */
bool mcw_monitor_command(struct mcw_monitor *m, const char *line, char **text);

bool mcw_monitor_cpu(struct mcw_monitor *m, struct mcw_guest_cpu *cpu);

#endif /* MCW_GUESTS_MONITOR_H */

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The virtual machines of this host, their monitors, and which of them has a physical page.
 */
#ifndef MCW_GUESTS_GUESTS_H
#define MCW_GUESTS_GUESTS_H

#include <stdbool.h>
#include <stddef.h>

#include "decode/qemu.h"
#include "guests/memory.h"
#include "guests/monitor.h"
#include "guests/pace.h"
#include "guests/pagemap.h"

#define MCW_PROGRAM_BYTES 32

/* Errors of one guest's pages, by what happened to them. */
struct mcw_guest_counts {
	__u64 corrected, deferred, uncorrected;
	__u64 own; /* of these, in memory of the program, not of the guest */
	__u64 forwarded; /* errors that the guest's banks were told of */
	__u64 injections; /* by so many commands */
	__u64 summed; /* errors that went with another one */
	__u64 refused; /* errors that the monitor did not take, or that had no monitor */
	__u64 left; /* errors that are not for us to forward, or were not allowed */
	__u64 victims; /* signals */
	__u64 memory_failures; /* QEMU's events, without those of our own injections */
	__u64 ambiguous; /* of these */
};

struct mcw_guest {
	__u32 pid;
	unsigned long long start; /* in ticks: with pid, the same process */
	int process; /* its directory */
	bool is_qemu;
	bool gone;
	bool noted; /* its counts are from the service's file */
	char program[MCW_PROGRAM_BYTES];
	struct mcw_vm vm;
	enum mcw_pagemap_state pages; /* how its pagemap was read last */

	struct mcw_monitor monitor;
	__u64 again_ns; /* when a monitor that failed is tried again */
	unsigned int failures; /* of the monitor, one after the other */
	struct mcw_guest_memory memory;
	__u64 memory_ns; /* when the map was read */
	struct mcw_guest_cpu cpu;

	struct mcw_guest_counts counts;
	struct mcw_pace pace;
	unsigned int ours;	/* injections whose events libvirt has not told of yet */
	unsigned int turn; /* of the next injection */
	bool denied; /* by the admin's lists */
};

struct mcw_socket {
	char *path;
	__u64 again_ns;
	unsigned int failures;
	char error[192]; /* why it has no guest; empty: it has one, or was not tried */
	bool used; /* by a guest */
	bool there; /* its directory still has it */
};

/* Zeroed is empty, but for proc. */
struct mcw_guests {
	const char *proc; /* "/proc" */
	char *const *paths; /* sockets, or directories of them; NULL at the end; or NULL */
	const char *noted; /* the service's file; or NULL */
	bool virsh; /* guests without a socket are asked by virsh */
	struct mcw_guest **guest;
	size_t count;
	struct mcw_socket *socket;
	size_t socket_count;
	__u64 refreshed_ns;
};

/* Why an owner has no guest-physical address. */
enum mcw_owner_gap {
	MCW_OWNER_KNOWN,
	MCW_OWNER_NOT_QEMU,
	MCW_OWNER_NO_MONITOR,
	MCW_OWNER_OWN_MEMORY, /* the program's own, not the guest's */
	MCW_OWNER_UNSURE, /* the monitor contradicts itself */
};

const char *mcw_owner_gap_text(enum mcw_owner_gap gap);

/* A guest that has a page. */
struct mcw_owner {
	__u64 page;
	struct mcw_guest *guest;
	__u64 hva;
	__u64 gpa; /* of the page, if gap is KNOWN */
	enum mcw_owner_gap gap;
};

struct mcw_owners {
	struct mcw_owner *owner;
	size_t count, room;
};

/*
 * Looks for guests that have come or gone, at most once a second unless now. Gone ones that had
 * errors stay, with their counts. Return: false without memory, after printing that.
 */
bool mcw_guests_refresh(struct mcw_guests *g, bool now);

/* Finds the owners of these pages, in any order; owners are sorted by page. Return: as above. */
bool mcw_guests_find(struct mcw_guests *g, const __u64 *pages, size_t count,
		     struct mcw_owners *owners);
void mcw_owners_free(struct mcw_owners *owners);

/* The guest that the process is; NULL: none. */
struct mcw_guest *mcw_guests_of(const struct mcw_guests *g, __u32 pid);

/* Fills in gpa and gap by hva. */
void mcw_owner_translate(struct mcw_owner *owner);

/* Whether its monitor can be asked now: connects it, and reads its map, if that is due. */
bool mcw_guest_is_open(struct mcw_guest *guest);

/* Its monitor failed: it is left alone for a while. Its error stays. */
void mcw_guest_close(struct mcw_guest *guest);

/* What to call it: its name, its UUID, or the program and its number. */
const char *mcw_guest_name(const struct mcw_guest *guest, char *buffer, size_t size);
#define MCW_GUEST_NAME_BYTES 256

void mcw_guests_free(struct mcw_guests *g);

#endif /* MCW_GUESTS_GUESTS_H */

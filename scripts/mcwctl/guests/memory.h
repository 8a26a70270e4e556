/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Where a guest's memory is in QEMU's address space.
 */
#ifndef MCW_GUESTS_MEMORY_H
#define MCW_GUESTS_MEMORY_H

#include <stdbool.h>
#include <stddef.h>

#include "guests/flatview.h"

#define MCW_GUEST_RANGES 1024

struct mcw_monitor;

/* Zeroed is empty. */
struct mcw_guest_memory {
	struct mcw_guest_range *ranges;
	size_t count;
};

/* Asks for the map, and keeps it. Return: false after setting the monitor's error. */
bool mcw_guest_memory_read(struct mcw_guest_memory *memory, struct mcw_monitor *monitor);
void mcw_guest_memory_free(struct mcw_guest_memory *memory);

/* The guest-physical address of a place in QEMU's address space. Return: false if it has none. */
bool mcw_guest_memory_find(const struct mcw_guest_memory *memory, __u64 hva, __u64 *gpa);

/* Asks where this address is now. Return: false after setting the monitor's error. */
bool mcw_guest_memory_ask(struct mcw_monitor *monitor, __u64 gpa, __u64 *hva);

/* How many bytes of RAM and ROM it has. */
__u64 mcw_guest_memory_bytes(const struct mcw_guest_memory *memory);

#endif /* MCW_GUESTS_MEMORY_H */

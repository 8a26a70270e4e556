/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The text of QEMU's monitor about the guest's memory. Pure.
 */
#ifndef MCW_GUESTS_FLATVIEW_H
#define MCW_GUESTS_FLATVIEW_H

#include <stdbool.h>
#include <stddef.h>

#include <linux/types.h>

/* A part of the guest's memory that is in one piece in QEMU's. */
struct mcw_guest_range {
	__u64 gpa; /* guest-physical */
	__u64 size;
	__u64 hva; /* in QEMU's address space; 0: not known yet */
};

/*
 * RAM and ROM of the address space "memory", from the text of "info mtree -f". Return: how many
 * there are, of which up to max are in ranges.
 */
size_t mcw_flatview_parse(const char *text, struct mcw_guest_range *ranges, size_t max);

/* The text of "gpa2hva". Return: false if it is not about this address, or says no other. */
bool mcw_gpa2hva_parse(const char *text, __u64 gpa, __u64 *hva);

#endif /* MCW_GUESTS_FLATVIEW_H */

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which physical address a record is about, and how exact it is. Pure.
 */
#ifndef MCW_GUESTS_ADDRESS_H
#define MCW_GUESTS_ADDRESS_H

#include <stdbool.h>

#include <uapi/mcewarden.h>

#define MCW_PAGE_BYTES 4096ULL
/* An address that stands for more than a page is of no single page. */
#define MCW_PAGE_BITS 12

struct mcw_error_address {
	__u64 address;
	__u8 lsb; /* exact to 1 << lsb bytes; 0: it is not said how exact */
};

static inline __u64 mcw_page_of(__u64 address)
{
	return address & ~(MCW_PAGE_BYTES - 1);
}

/* Return: false if the event has no physical address of a single page that can be trusted. */
bool mcw_address_of_event(const struct mcw_event *ev, struct mcw_error_address *a);

/* The same of an EDAC driver's word about an event, which may translate what the event has not. */
bool mcw_address_of_location(const struct mcw_location *l, struct mcw_error_address *a);

#endif /* MCW_GUESTS_ADDRESS_H */

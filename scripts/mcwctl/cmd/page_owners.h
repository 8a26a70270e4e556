/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which guests have the pages that a command prints.
 */
#ifndef MCW_CMD_PAGE_OWNERS_H
#define MCW_CMD_PAGE_OWNERS_H

#include <stdio.h>

#include <uapi/mcewarden.h>

#include "guests/guests.h"

/* Zeroed is empty. */
struct mcw_page_owners {
	bool off; /* of a recording, which can be of another machine */
	struct mcw_guests guests;
	struct mcw_owners owners;
	/* Pages that were looked for, for mcw_page_owners_of(), and when. */
	__u64 *page;
	size_t count, room;
	__u64 time_ns;
};

/*
 * Looks for the owners of all these pages at once, and keeps them. Where this cannot be found out,
 * as without the rights, there are none.
 */
void mcw_page_owners_find(struct mcw_page_owners *p, const __u64 *pages, size_t count);

/* The same for all outcomes that the device has now. */
void mcw_page_owners_prepare(struct mcw_page_owners *p, const char *device);

/* The owners of one page. It is looked for if it is not kept, or was kept for long. */
const struct mcw_owner *mcw_page_owners_of(struct mcw_page_owners *p, __u64 page, size_t *count);

/* An outcome as JSON, with the owners of its page. */
void mcw_page_owners_json(struct mcw_page_owners *p, FILE *out, const struct mcw_record *outcome,
			  __u64 lost);

void mcw_page_owners_free(struct mcw_page_owners *p);

#endif /* MCW_CMD_PAGE_OWNERS_H */

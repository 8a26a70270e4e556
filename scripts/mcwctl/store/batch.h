/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the keeper writes to the store in one transaction, and what it reads when it begins.
 */
#ifndef MCW_STORE_BATCH_H
#define MCW_STORE_BATCH_H

#include "store/store.h"

struct mcw_batch_part {
	struct mcw_fault_part name;
	bool own_serial;	/* no other module of the machine has it */
	__u64 first_ns, last_ns;
};

struct mcw_batch_day {
	unsigned int part;	/* its number in the batch */
	__u32 day;
	__u64 corrected, uncorrected, injected;
};

struct mcw_batch_page {
	__u64 page;
	int part;		/* its number in the batch; -1: not known */
	const char *state;
	__u32 victims;
	__u64 wall_ns;
};

struct mcw_batch_fault {
	const struct mcw_fault *fault;
	bool own_serial;
};

struct mcw_batch_module {
	struct mcw_fault_part name;
	__u64 mbytes;
};

/* Counts are what is new since the batch before. */
struct mcw_store_batch {
	struct mcw_store_boot boot;	/* its number is not used */
	const char *error;		/* of the boot before; NULL */
	__u64 load;
	__u64 next[MCW_LANES];	/* records below these positions are counted */
	__u64 lost;
	struct mcw_batch_part *parts;
	struct mcw_batch_day *days;
	struct mcw_batch_page *pages;
	struct mcw_batch_fault *faults;
	struct mcw_batch_module *modules;	/* the machine's; none: not known, or as before */
	const char *layout;	/* what addresses depend on; NULL: not known */
	size_t part_count, day_count, page_count, fault_count, module_count;
	__u64 engine;		/* of the diagnosis whose faults these are */
	const void *state;	/* of the diagnosis; NULL: the stored one stays */
	size_t state_bytes;
	__u64 now_ns;		/* by the clock; 0: it is not set */
};

/* Return: false: nothing was written, and *mcw_store_why() says why. */
bool mcw_store_write(struct mcw_store *s, const struct mcw_store_batch *batch);
const char *mcw_store_why(const struct mcw_store *s);
/* Whether it was because the disk is full. */
bool mcw_store_is_full(const struct mcw_store *s);
const char *mcw_store_path(const struct mcw_store *s);

bool mcw_store_has_boot(struct mcw_store *s, const char *id);

/* Up to which positions the records of this load are counted. */
bool mcw_store_resume(struct mcw_store *s, const char *boot, __u64 load, __u64 next[MCW_LANES]);

/* The state of the diagnosis, which the caller frees. NULL: there is none. */
void *mcw_store_state(struct mcw_store *s, size_t *bytes, __u64 *engine);

/* Calls it for each fault of this diagnosis that somebody has repaired. */
void mcw_store_repairs(struct mcw_store *s, __u64 engine, void (*take)(void *arg, __u32 number),
		       void *arg);

/* Deletes what is older than days, and of what is left the oldest while it has more bytes. */
bool mcw_store_trim(struct mcw_store *s, __u64 now_ns, unsigned int days, __u64 bytes);

#endif /* MCW_STORE_BATCH_H */

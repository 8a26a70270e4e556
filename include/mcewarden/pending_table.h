/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Pending errors wait here until the kernel has done its own part, or surely never will. Pure: no
 * clock, no lock, no memory of its own; the caller has the lock and passes the time.
 */
#ifndef _MCEWARDEN_PENDING_TABLE_H
#define _MCEWARDEN_PENDING_TABLE_H

#include <linux/list.h>
#include <linux/types.h>
#include <mcewarden/page_address.h>
#include <mcewarden/policy.h>
#include <uapi/mcewarden.h>

struct mcw_decoded;

/*
 * A decoded record proves that an undecoded one older by this much was dropped. Between the two
 * times a CPU goes from the tap to the kernel's pool, with interrupts off; but a hypervisor can
 * take the CPU away there for longer than any interrupt could.
 */
#define MCW_PENDING_DROPPED_NS 100000000ULL
#define MCW_PENDING_DROPPED_GUEST_NS 1000000000ULL /* under a hypervisor */
/*
 * The grace begins at most this long after the capture, however busy the chain is; and a call of
 * memory_failure() is waited for until then.
 */
#define MCW_PENDING_MAX_BUSY_NS 60000000000ULL
/* The number of decoded records that are kept until their events are delivered. */
#define MCW_PENDING_EARLY 256

struct mcw_pending {
	struct list_head node; /* for the table */
	struct mcw_outcome out; /* the later OUTCOME record; the table sets the disposition */
	struct mcw_policy_input error;
	enum mcw_wait wait;
	enum mcw_address address;
	u32 cpu; /* these two for the log */
	u8 bank;
	u64 page; /* the page that the record names, usable or not */
	u64 addr; /* identifies the record, together with status and tsc */
	u64 tsc;
	bool poisoned_before; /* the page was poisoned before the kernel's part began */
	bool severity_lowered; /* the kernel was kept from poisoning the page */
	bool translated; /* the page is that of a normalized address */
	u8 tolerant; /* the knob when the chain began with the record; 0: it did not */
	u64 not_before_ns; /* the time of the next try, if there was one before */
};

struct mcw_pending_early {
	u32 mark;
	u64 status;
	u64 addr;
	u64 tsc;
	u64 page;
	u8 tolerant;
	bool handled_uc;
	bool severity_lowered;
	bool poisoned_before;
	bool valid;
};

struct mcw_pending_table {
	struct mcw_pending *entries;
	u64 dropped_ns; /* MCW_PENDING_DROPPED_NS, or that of a guest */
	unsigned int size;
	unsigned int room; /* the number of entries in unused */
	struct list_head waiting; /* in the order of delivery */
	struct list_head unused;
	u64 chain_active_ns; /* when the chain last began or finished a record */
	u64 newest_decoded_ns; /* the capture of the newest record that the chain finished */
	bool in_chain; /* a record is between the module's first and last block */
	unsigned int early_next;
	struct mcw_pending_early early[MCW_PENDING_EARLY]; /* the oldest is replaced */
};

void mcw_pending_table_init(struct mcw_pending_table *table, struct mcw_pending *entries,
			    unsigned int size, u64 dropped_ns);
bool mcw_pending_table_add(struct mcw_pending_table *table, const struct mcw_pending *filled);
u64 mcw_pending_table_due(const struct mcw_pending_table *table, struct mcw_pending *p, u64 now_ns,
			  u64 grace_ns, bool poisoned, bool call_runs);
void mcw_pending_table_take(struct mcw_pending *p);
void mcw_pending_table_retry(struct mcw_pending_table *table, struct mcw_pending *p);
void mcw_pending_table_free(struct mcw_pending_table *table, struct mcw_pending *p);

bool mcw_pending_is_event(const struct mcw_record *rec, const struct mcw_decoded *decoded);
u64 mcw_pending_captured_ns(const struct mcw_record *rec, const struct mcw_decoded *decoded);
void mcw_pending_table_chain_begin(struct mcw_pending_table *table, u64 now_ns);
struct mcw_pending *mcw_pending_table_match(const struct mcw_pending_table *table,
					    const struct mcw_decoded *rec);
void mcw_pending_table_chain_done(struct mcw_pending_table *table, const struct mcw_decoded *rec,
				  u64 captured_ns, bool poisoned_before, u64 now_ns);

#endif /* _MCEWARDEN_PENDING_TABLE_H */

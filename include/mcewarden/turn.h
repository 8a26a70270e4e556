/* SPDX-License-Identifier: GPL-2.0 */
/* Errors that wait until the kernel had its turn with them. */
#ifndef _MCEWARDEN_TURN_H
#define _MCEWARDEN_TURN_H

#include <linux/list.h>
#include <linux/types.h>
#include <mcewarden/page_address.h>
#include <mcewarden/policy.h>
#include <uapi/mcewarden.h>

struct mce;
struct mcw_comeback;

struct mcw_waiting {
	struct list_head node; /* turn.c's */
	struct mcw_outcome out; /* what is to be said in the end; turn is filled in by turn.c */
	struct mcw_policy_input error;
	enum mcw_turn_wanted wait;
	enum mcw_address address;
	u64 page; /* what the record points to, usable or not */
	u64 addr; /* to know the record again */
	u64 tsc;
	bool poisoned_before; /* the page, before the kernel's turn */
	bool held; /* the kernel was kept from poisoning it */
	u64 not_before_ns; /* the next try, where one was made */
};

struct mcw_turn_ops {
	/* The turn is over. True: it is to come again at not_before_ns. */
	bool (*over)(struct mcw_waiting *w);
	/* How long the kernel may take, in nanoseconds. */
	u64 (*grace_ns)(void);
	/* Errors come from the worker. There is room again. */
	void (*wake)(void);
	/* Has those delivered that were captured before; sleeps. */
	void (*run)(void);
};

int mcw_turn_init(unsigned int size, const struct mcw_turn_ops *ops);
void mcw_turn_stop(void);
unsigned int mcw_turn_exit(void);

bool mcw_turn_has_room(void);
void mcw_turn_await(const struct mcw_waiting *filled);
void mcw_turn_look(void);
unsigned int mcw_turn_waiting(void);
void mcw_turn_enters(const struct mce *m);
void mcw_turn_leaves(const struct mcw_comeback *back);

#endif /* _MCEWARDEN_TURN_H */

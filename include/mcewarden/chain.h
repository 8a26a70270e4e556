/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The decode-chain blocks: capture what the tap did not, hold the kernel's page poisoning back,
 * and say which records came back from the kernel.
 */
#ifndef _MCEWARDEN_CHAIN_H
#define _MCEWARDEN_CHAIN_H

#include <linux/types.h>

struct mce;

/* A record that all blocks have had. */
struct mcw_comeback {
	u32 mark; /* MCW_MARK_* of tap.h say where its event is */
	u32 kflags; /* who handled it: MCE_HANDLED_* */
	bool held; /* the kernel was kept from poisoning its page */
	u64 status;
	u64 addr;
	u64 tsc;
};

/* Called in the chain's process context, never concurrently; may sleep. */
struct mcw_chain_listener {
	void (*enters)(const struct mce *m); /* before any block that acts */
	void (*leaves)(const struct mcw_comeback *back);
	bool (*hushes)(void); /* whether the kernel is not to print it */
};

void mcw_chain_init(const struct mcw_chain_listener *listener);
void mcw_chain_exit(void);

#endif /* _MCEWARDEN_CHAIN_H */

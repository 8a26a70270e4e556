/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The module's blocks on the decode chain: they capture records that the tap did not, hold back the
 * kernel's poisoning of pages, and report decoded records.
 */
#ifndef _MCEWARDEN_CHAIN_H
#define _MCEWARDEN_CHAIN_H

#include <linux/types.h>

struct mce;

/* A decoded record: the decode chain is done with it. */
struct mcw_decoded {
	u32 mark; /* says where the record's event is, see mark.h */
	bool handled_uc; /* the kernel says that it took the page */
	bool handled_cec; /* RAS_CEC counted the error */
	bool severity_lowered; /* the kernel was kept from poisoning the page */
	u8 tolerant; /* the knob when the chain began with it */
	u64 page; /* of a normalized address, by EDAC; MCW_NO_PAGE: not known, or not needed */
	u64 status;
	u64 addr;
	u64 tsc;
};

/* Called in the chain's process context, never concurrently; may sleep. */
struct mcw_chain_listener {
	void (*begin)(const struct mce *m); /* before any block that acts */
	void (*done)(const struct mcw_decoded *decoded); /* behind all other blocks */
	bool (*suppress_print)(void); /* whether to keep the kernel from printing the record */
};

void mcw_chain_init(const struct mcw_chain_listener *listener);
void mcw_chain_exit(void);
bool mcw_chain_runs_here(u32 *mark, const struct mce **m);
void mcw_chain_note_address(u64 address);

#endif /* _MCEWARDEN_CHAIN_H */

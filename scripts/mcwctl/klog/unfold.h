/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Messages that were folded are put together, and those that were glued are taken apart.
 *
 * Terminals fold at their width, in the middle of words; mails and forums between words, or behind
 * a "=" (quoted-printable). A message is held back until the next one shows whether it goes on.
 *
 * Pure but for the function that it is given.
 */
#ifndef MCW_KLOG_UNFOLD_H
#define MCW_KLOG_UNFOLD_H

#include "klog/carrier.h"

struct mcw_unfold {
	mcw_message_take *take;
	void *arg;
	struct mcw_message held;	/* its text is in text */
	bool holds;
	bool printable;		/* quoted-printable has been seen */
	unsigned int width;	/* at which the last one was folded inside of a word */
	unsigned int widest;	/* of lines that were folded between words; 0: none was */
	char text[MCW_CARRIER_BYTES];
};

void mcw_unfold_begin(struct mcw_unfold *u, mcw_message_take *take, void *arg);
/* A mcw_message_take. */
void mcw_unfold_message(void *arg, const struct mcw_message *m);
/* Hands out what is held back. */
void mcw_unfold_end(struct mcw_unfold *u);

#endif /* MCW_KLOG_UNFOLD_H */

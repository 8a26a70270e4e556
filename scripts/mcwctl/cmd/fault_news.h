/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Tells faults while records come: each once, and again when it gets wider or worse.
 */
#ifndef MCW_CMD_FAULT_NEWS_H
#define MCW_CMD_FAULT_NEWS_H

#include <stdbool.h>

#include <linux/types.h>

#include "diagnose/diagnose.h"

struct mcw_options;

#define MCW_FAULTS_NAMED	64

struct mcw_fault_news {
	const struct mcw_options *o;
	struct mcw_limits limits;
	bool colour;
	__u64 due_ns;	/* when to look again, monotonic; 0: no record came since the last look */
	unsigned int count;	/* how many were told; the oldest of them make room */
	struct {
		struct mcw_fault_part part;
		__u8 mode, level;
	} told[MCW_FAULTS_NAMED];
};

/* Prints what is wrong with the file of limits. */
bool mcw_fault_news_begin(struct mcw_fault_news *n, const struct mcw_options *o, bool colour);

/* A record came, so there may be news soon. */
void mcw_fault_news_expect(struct mcw_fault_news *n);

/* Return: milliseconds until a look is due; 0: now; -1: none is. */
int mcw_fault_news_due(const struct mcw_fault_news *n);

/* Whether the fault is news. It is none any more after this. */
bool mcw_fault_is_news(struct mcw_fault_news *n, const struct mcw_fault *f);

/* Looks at all records of o->device, and prints the news. Prints what is wrong. */
void mcw_fault_news_tell(struct mcw_fault_news *n);

#endif /* MCW_CMD_FAULT_NEWS_H */

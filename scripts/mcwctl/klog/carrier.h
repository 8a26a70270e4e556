/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What carries a log's messages, taken off: the marks of who quoted, kept, sent or showed them.
 *
 * Pure: any bytes go in, and a message comes out for each that a line carries. What is not known
 * as a carrier stays in the text, where the readers pass over it.
 */
#ifndef MCW_KLOG_CARRIER_H
#define MCW_KLOG_CARRIER_H

#include <stdbool.h>
#include <stddef.h>

#include <linux/types.h>

#define MCW_CARRIER_BYTES	8192	/* of a line; the rest is left out */
#define MCW_CALLER_BYTES	16
#define MCW_PROGRAM_BYTES	16

struct mcw_message {
	const char *text;
	size_t length;
	unsigned long line;	/* the number of the log's line that it begins on, from 1 */
	unsigned int width;	/* columns that the line had, and without what quotes it */
	unsigned int inner_width;
	bool fresh;		/* what stood before it shows that a message begins here */
	bool fragment;		/* netconsole cut it off the message before */
	bool indented;		/* blanks stood before it */
	bool whole;		/* it came in an object or field of its own, so none is continued */
	bool stamped;
	__u64 stamp_us;		/* printk's time stamp */
	char caller[MCW_CALLER_BYTES];	/* printk's CPU or task; empty where it does not say */
	const char *host;	/* its name in the line; NULL: none was seen */
	size_t host_length;
	char program[MCW_PROGRAM_BYTES]; /* who logged, as "mcelog"; empty where it does not say */
};

typedef void mcw_message_take(void *arg, const struct mcw_message *m);

/* One line, without its end. */
void mcw_carrier_line(const char *text, size_t length, unsigned long line, mcw_message_take *take,
		      void *arg);

/* klog/carrier_prefix.c: takes what stands before a message; fills in all but text's end. */
void mcw_carrier_prefix(struct mcw_message *m);

/* klog/carrier_json.c: the message of an object's line, unescaped in place. */
bool mcw_carrier_json(char **text, size_t *length);

#endif /* MCW_KLOG_CARRIER_H */

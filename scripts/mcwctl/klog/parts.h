/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The parts in which pstore keeps the end of a log, put in order: "Panic#1 Part1" is the last of
 * them, and files are read from Part1 on.
 *
 * Lines go in and come out, those of parts only when the last part was seen. Parts that are longer
 * than there is room for come out in the order that they have.
 *
 * Pure but for the function that it is given.
 */
#ifndef MCW_KLOG_PARTS_H
#define MCW_KLOG_PARTS_H

#include <stdbool.h>
#include <stddef.h>

#define MCW_PARTS		64
#define MCW_PARTS_BYTES		(128 * 1024)

typedef void mcw_parts_take(void *arg, const char *text, size_t length, unsigned long line);

struct mcw_parts {
	mcw_parts_take *take;
	void *arg;
	unsigned int count;	/* parts that are held back; 0: none */
	unsigned int number;	/* of the last one */
	bool overflowed;	/* some were too long to be put in order */
	bool ordered;		/* some were put in order */
	size_t used;
	struct {
		size_t begin;
		unsigned long line;	/* of the first line in it */
	} part[MCW_PARTS];
	char text[MCW_PARTS_BYTES];	/* lines with their ends */
};

void mcw_parts_begin(struct mcw_parts *p, mcw_parts_take *take, void *arg);
void mcw_parts_line(struct mcw_parts *p, const char *text, size_t length, unsigned long line);
void mcw_parts_end(struct mcw_parts *p);

#endif /* MCW_KLOG_PARTS_H */

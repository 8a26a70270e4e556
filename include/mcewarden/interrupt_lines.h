/* SPDX-License-Identifier: GPL-2.0 */
/* The machine check's lines of /proc/interrupts. */
#ifndef _MCEWARDEN_INTERRUPT_LINES_H
#define _MCEWARDEN_INTERRUPT_LINES_H

#include <linux/types.h>

enum mcw_interrupt_line {
	MCW_LINE_EXCEPTIONS, /* MCE: machine-check exceptions */
	MCW_LINE_THRESHOLD, /* THR: threshold interrupts, CMCI among them */
	MCW_LINE_DEFERRED, /* DFR: AMD's interrupts for deferred errors */
	MCW_INTERRUPT_LINES
};

/* Zero it first. */
struct mcw_interrupt_lines {
	__u64 sum[MCW_INTERRUPT_LINES]; /* of all CPUs that are online */
	/* where in a line the text ended so far */
	__u64 number;
	unsigned int line; /* MCW_INTERRUPT_LINES: none of these */
	unsigned char label[3];
	unsigned char length; /* of the label */
	unsigned char place;
};

void mcw_interrupt_lines_take(struct mcw_interrupt_lines *l, const char *text, unsigned int length);

#endif /* _MCEWARDEN_INTERRUPT_LINES_H */

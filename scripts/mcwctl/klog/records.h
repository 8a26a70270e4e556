/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Machine-check records out of the kernel's log: lines in, records out.
 *
 *	struct mcw_console c;
 *
 *	mcw_console_begin(&c, &known, record, note, arg);
 *	mcw_console_line(&c, line, length);	each line in turn
 *	mcw_console_end(&c);
 *
 * Pure but for the functions that it is given. Lines may be any bytes.
 */
#ifndef MCW_KLOG_RECORDS_H
#define MCW_KLOG_RECORDS_H

#include "klog/line.h"

#define MCW_CONSOLE_OPEN	16

struct mcw_console_record {
	struct mcw_event event;	/* members that no line had are marked as absent */
	struct mcw_facts facts;	/* what lines say of it beside the registers */
	unsigned int said;	/* MCW_SAID_* of all its lines */
	bool mixed;		/* lines of several records were mixed: some may be another's */
	unsigned long line;	/* the number of its first one, from 1 */
	char symbol[MCW_SYMBOL_BYTES];
	/* how its other lines are known */
	enum mcw_printer printer;
	char caller[MCW_CALLER_BYTES];
	bool stamped;
	__u64 stamp_us;
};

struct mcw_console {
	struct mcw_event known;	/* what the lines do not say */
	void (*record)(void *arg, const struct mcw_console_record *r);
	void (*note)(void *arg, unsigned long line, enum mcw_fact key, const char *text);
	void *arg;
	unsigned long lines;
	unsigned long orphans;	/* lines of records whose first line is not there */
	size_t open;		/* records that may have more lines, oldest first */
	struct mcw_console_record records[MCW_CONSOLE_OPEN];
};

/*
 * known: whatever of a record its lines leave open. note: what the log says of no record, or not
 * on its lines; the key says what kind of fact it is.
 */
void mcw_console_begin(struct mcw_console *c, const struct mcw_event *known,
		       void (*record)(void *arg, const struct mcw_console_record *r),
		       void (*note)(void *arg, unsigned long line, enum mcw_fact key,
				    const char *text),
		       void *arg);
/* One line, without its end. */
void mcw_console_line(struct mcw_console *c, const char *text, size_t length);
/* No more lines: hands out what is still open. */
void mcw_console_end(struct mcw_console *c);

#endif /* MCW_KLOG_RECORDS_H */

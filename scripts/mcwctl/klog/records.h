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

#include <mcewarden/panic_lines.h>

#include "decode/location.h"
#include "klog/line.h"
#include "klog/parts.h"
#include "klog/unfold.h"

#define MCW_CONSOLE_OPEN	16
#define MCW_CONSOLE_AHEAD	16
#define MCW_CONSOLE_LAST_BYTES	256

struct mcw_console_record {
	struct mcw_event event;	/* members that no line had are marked as absent */
	struct mcw_facts facts;	/* what lines say of it beside the registers */
	unsigned int said;	/* MCW_SAID_* of all its lines */
	bool mixed;		/* lines of several records were mixed: some may be another's */
	bool torn;		/* its status was cut off: nothing is known of it */
	unsigned int digits;	/* then: those that were there */
	bool previous_boot;	/* the firmware kept it from the boot before */
	unsigned int told;	/* bits of the printers that told of it */
	unsigned int doubled;	/* how often its first line was printed again at once */
	unsigned long line;	/* the number of its first one, from 1 */
	unsigned long last_line;
	/* the same error again, but for its time */
	unsigned long repeats;
	unsigned long repeat_line;	/* of the last one */
	__u64 repeat_time;
	__u32 msr;		/* CPER: what the list of registers begins with */
	bool uncorrected;	/* mcelog's client: what its next count is of */
	char symbol[MCW_SYMBOL_BYTES];
	/* the module printed it at a panic */
	struct {
		bool at_panic;		/* read from a bank then; else from the lane severe */
		__u64 load;		/* of the module; 0: not known */
		struct mcw_head head;	/* its position, and when it was captured */
	} captured;
	/* how its other lines are known */
	enum mcw_printer printer;
	char caller[MCW_CALLER_BYTES];
	bool stamped;
	__u64 stamp_us;
};

struct mcw_console {
	struct mcw_event known;	/* what the lines do not say */
	unsigned int forms;	/* bits of printers whose records are read; ~0: all */
	void (*record)(void *arg, const struct mcw_console_record *r);
	void (*note)(void *arg, unsigned long line, enum mcw_fact key, const char *text);
	void *arg;
	unsigned long lines;
	unsigned long orphans;	/* lines of records whose first line is not there */
	size_t open;		/* records that may have more lines, oldest first */
	/* lines before the first one of their record: the log may run backwards */
	size_t ahead;
	bool backwards;
	/* records that other readers put together, one a form */
	unsigned int blocks_open;	/* bits of forms */
	struct {
		__u32 cpu;
		bool has_mcgstatus;
		__u64 mcgstatus;
		unsigned long line;	/* that named the CPU; 0: none */
		unsigned int banks;	/* that were named since */
	} old;
	struct {
		__u64 load;
		struct mcw_panic_which which;	/* the last event that the module printed */
		struct mcw_location_join join;
	} panic;
	bool bert;		/* what the firmware kept from the boot before follows */
	/* what the log says without a record */
	struct {
		unsigned long all;	/* "Machine check events logged" */
		unsigned long events;	/* those without a record near */
		unsigned long line;	/* of the first and the last one */
		unsigned long last_line;
		bool stamped;
		bool waits;		/* a record may still follow the last one */
		__u64 first_us;
		__u64 last_us;
		__u64 before_last_us;
		unsigned long record_line;	/* the last one of a record; 0: none */
		bool record_stamped;
		__u64 record_us;
		unsigned long pages;	/* "Memory failure" */
		unsigned long unknown;	/* lines that nobody understood */
	} logged;
	bool doubled;		/* this message is the one before, again */
	/* the message before */
	struct {
		size_t length;
		bool stamped;
		__u64 stamp_us;
		char text[MCW_CONSOLE_LAST_BYTES];
	} last;
	/* From here on not cleared at the beginning: what says how many there are stands above. */
	struct mcw_console_record records[MCW_CONSOLE_OPEN];
	struct mcw_console_line ahead_lines[MCW_CONSOLE_AHEAD];
	struct mcw_console_record blocks[MCW_PRINTER_NOTE];
	struct mcw_unfold unfold;
	struct mcw_parts parts;
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
/* No more for now: hands out what only waits for a line to go on. */
void mcw_console_flush(struct mcw_console *c);
/* No more lines: hands out what is still open. */
void mcw_console_end(struct mcw_console *c);

/* For readers: a record that is complete. */
void mcw_console_record_out(struct mcw_console *c, struct mcw_console_record *r);

#endif /* MCW_KLOG_RECORDS_H */

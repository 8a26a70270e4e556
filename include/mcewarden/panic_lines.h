/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The lines that a panic leaves in the log: the module writes them, mcwctl decode reads them back.
 * Pure. Behind "mcewarden: " stands:
 *
 *	at panic: load LOAD: N severe records that nobody has read
 *	at panic: WHICH: event NAME=VALUE ... end
 *	at panic: WHICH: outcome NAME=VALUE ... end		of the event that WHICH names
 *	at panic: WHICH: victim NAME=VALUE ... end
 *	at panic: WHICH: location NAME=VALUE ... end
 *	at panic: end: ...
 *
 *	WHICH	severe POS, for a record of the lane; or severe POS oldest
 *		bank N, for an error that was in a bank of the CPU that panicked
 *
 * A member that is 0 is left out. So is one that finds no room, and "end" then: without "end", a
 * line is cut off. A number is hexadecimal, or decimal, as the table of its type says. A text is in
 * quotes, and what is no printable ASCII in it is \xHH, so a text cannot look like a line.
 */
#ifndef _MCEWARDEN_PANIC_LINES_H
#define _MCEWARDEN_PANIC_LINES_H

#ifdef __KERNEL__
#include <linux/kernel.h>
#include <linux/types.h>
#else
#include <stdbool.h>
#include <stddef.h>
#endif
#include <uapi/mcewarden.h>

#ifndef ARRAY_SIZE
#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))
#endif

#define MCW_PANIC_MARK "at panic: "
#define MCW_PANIC_END " end"
#define MCW_PANIC_LINE_BYTES 960 /* printk cuts longer ones */

enum mcw_panic_form {
	MCW_PANIC_HEX,
	MCW_PANIC_DECIMAL,
	MCW_PANIC_SIGNED,
	MCW_PANIC_TEXT, /* zeros at its end are left out */
};

/* A member of struct mcw_record. */
struct mcw_panic_member {
	const char *name;
	__u16 offset;
	__u8 bytes;
	__u8 form; /* enum mcw_panic_form */
	__u32 absent; /* MCW_ABSENT_*, of an event's */
};

/* The members of a type of record, of which *count are there; NULL for a type that has no lines. */
const struct mcw_panic_member *mcw_panic_members(__u8 type, unsigned int *count);
/* "event", "outcome", "victim", "location"; NULL for other types. */
const char *mcw_panic_type_name(__u8 type);

/* Which record a line is about. */
struct mcw_panic_which {
	bool bank; /* number is a bank's; else a position in the lane severe */
	bool oldest;
	__u64 number;
};

unsigned int mcw_panic_line(char *line, const struct mcw_panic_which *which,
			    const struct mcw_record *rec);

#define MCW_PANIC_RECORDS 24

/* Which records are printed: the newest ones, and the oldest. Zeroed is none. */
struct mcw_panic_choice {
	__u64 newest[MCW_PANIC_RECORDS]; /* positions, the newest first */
	unsigned int count; /* of these */
	__u64 unread; /* all that were offered */
	__u64 oldest; /* the last one that was offered, if unread is not 0 */
};

void mcw_panic_offer(struct mcw_panic_choice *choice, __u64 pos);

#define MCW_PANIC_BYTES \
	8192 /* of all lines: pstore keeps 10 KiB of the log unless told otherwise */
#define MCW_PANIC_OLDEST_BYTES 1536 /* of these, what is kept for the oldest record */
#define MCW_PANIC_NS 1000000000ULL /* of all lines, but for those of the oldest record */

bool mcw_panic_has_room(__u64 bytes, __u64 ns, bool oldest);

#endif /* _MCEWARDEN_PANIC_LINES_H */

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The lines that the module leaves in the log when the kernel panics. Their grammar is in
 * include/mcewarden/panic_lines.h. Pure.
 */
#ifndef MCW_KLOG_PANIC_LINES_H
#define MCW_KLOG_PANIC_LINES_H

#include <stdbool.h>
#include <stddef.h>

#include <mcewarden/panic_lines.h>

/* What one line says. */
struct mcw_panic_said {
	struct mcw_panic_which which;
	struct mcw_record record; /* its type, and the members that the line has */
	bool whole; /* else it is cut off, and other members may not be 0 */
	__u32 absent; /* of an event: members that nothing is known of */
};

/* text: from MCW_PANIC_MARK on. Return: false: it is no line about a record. */
bool mcw_panic_said_read(struct mcw_panic_said *said, const char *text, size_t length);

#endif /* MCW_KLOG_PANIC_LINES_H */

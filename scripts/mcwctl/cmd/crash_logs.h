/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a boot left when it crashed: the logs that pstore, systemd-pstore and a crash kernel keep,
 * and what the firmware kept (ACPI's BERT).
 */
#ifndef MCW_CMD_CRASH_LOGS_H
#define MCW_CMD_CRASH_LOGS_H

#include <stdbool.h>

#include "klog/records.h"

/* A record in such a log, or what it says of no record: its printer is then MCW_PRINTER_NOTE. */
struct mcw_crash_entry {
	unsigned int log; /* the number of the log in which it is */
	const char *source; /* "pstore", "systemd-pstore", "crash dump", "BERT", "this boot" */
	__u64 file_ns; /* when the newest file of the log was written */
	enum mcw_fact about; /* a note: MCW_FACT_PANIC or MCW_FACT_RESET_REASON */
	struct mcw_console_record record;
};

/*
 * Hands out the entries of all logs; what cannot be read is left out. root: "", or the directory
 * that takes the place of /.
 */
void mcw_crash_logs_read(const char *root,
			 void (*take)(void *arg, const struct mcw_crash_entry *entry), void *arg);

#endif /* MCW_CMD_CRASH_LOGS_H */

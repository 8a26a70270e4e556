/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One line of the kernel's log, taken apart: what it says of a machine-check record, or what
 * the kernel did about one.
 *
 * Pure: it reads its arguments and nothing else, and takes any bytes.
 */
#ifndef MCW_KLOG_LINE_H
#define MCW_KLOG_LINE_H

#include <stdbool.h>
#include <stddef.h>

#include <uapi/mcewarden.h>

#include "decode/facts.h"
#include "klog/carrier.h"

/* What a line, or all lines of a record, said. */
#define MCW_SAID_HEAD		(1U << 0)	/* CPU, bank and status */
#define MCW_SAID_MCGSTATUS	(1U << 1)
#define MCW_SAID_RIP		(1U << 2)	/* cs and ip, maybe a symbol */
#define MCW_SAID_TSC		(1U << 3)
#define MCW_SAID_ADDR		(1U << 4)
#define MCW_SAID_MISC		(1U << 5)
#define MCW_SAID_PPIN		(1U << 6)
#define MCW_SAID_SYND		(1U << 7)
#define MCW_SAID_SYND1		(1U << 8)
#define MCW_SAID_SYND2		(1U << 9)
#define MCW_SAID_IPID		(1U << 10)
#define MCW_SAID_CPUID		(1U << 11)	/* the make, family, model and stepping */
#define MCW_SAID_PROCESSOR	(1U << 12)	/* the last line: time, socket, APIC id */
#define MCW_SAID_END		(1U << 13)	/* the last line of EDAC's for AMD */

#define MCW_SAID_WORDS		(1U << 14)	/* what EDAC's for AMD calls the error */
#define MCW_SAID_SYMBOL		(1U << 15)	/* where RIP is, torn off its line */

#define MCW_SYMBOL_BYTES	80
#define MCW_NOTE_BYTES		200

/* Who prints: their records are told apart, and look different. */
enum mcw_printer {
	MCW_PRINTER_KERNEL,
	MCW_PRINTER_EDAC,	/* the EDAC drivers for Intel */
	MCW_PRINTER_EDAC_AMD,
	MCW_PRINTER_EDAC_TEXT,	/* EDAC's lines about a memory module */
	MCW_PRINTER_MCELOG,
	MCW_PRINTER_MCELOG_CLIENT,	/* what its daemon has counted */
	MCW_PRINTER_RASDAEMON,
	MCW_PRINTER_RAS_TEXT,	/* rasdaemon's about a memory module */
	MCW_PRINTER_CPER,	/* the firmware, through the kernel */
	MCW_PRINTER_OLD_KERNEL,	/* before 2.6, and Xen */
	MCW_PRINTER_FREEBSD,
	MCW_PRINTER_ESXI,
	MCW_PRINTER_HPE,
	MCW_PRINTER_AMDGPU,
	MCW_PRINTER_BINARY,	/* struct mce, as the kernel keeps it */
	MCW_PRINTER_MCEWARDEN,	/* the module, when the kernel panics */
	MCW_PRINTER_NOTE,	/* no record: what the kernel did or says */

	MCW_PRINTERS,
};

struct mcw_console_line {
	unsigned int said;	/* MCW_SAID_*; 0: nothing about a record */
	enum mcw_printer printer;
	bool more;		/* the rest of a line that was torn: no printer is named */
	bool inexact;		/* RIP is not where the error was */
	bool torn;		/* the status is cut off, or a part of it */
	unsigned int digits;	/* of a status that is torn: those that are there */
	unsigned long line;
	bool stamped;
	__u64 stamp_us;		/* printk's time stamp */
	char caller[MCW_CALLER_BYTES];	/* printk's CPU or task; empty where it does not say */
	struct mcw_event event;	/* those members that it does not name as absent */
	char symbol[MCW_SYMBOL_BYTES];
	enum mcw_fact note_key;
	char note[MCW_NOTE_BYTES];	/* what the kernel did or says; empty where nothing */
};

void mcw_console_line_read(struct mcw_console_line *l, const struct mcw_message *m);

/* EAX of CPUID 1 that has these. */
__u32 mcw_signature(__u32 family, __u32 model, __u32 stepping);

/* Copies the members that l has, and adds to *said what it says. */
void mcw_console_line_merge(const struct mcw_console_line *l, struct mcw_event *ev,
			    unsigned int *said);

#endif /* MCW_KLOG_LINE_H */

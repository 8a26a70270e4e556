/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The store: what is known of the machine over all its boots, in a database of SQLite.
 *
 * mcwctl record writes it, at most once a second and in one transaction each time; see keeper.h.
 * Other commands read it, also while it is written. The tables are in schema.c.
 *
 * It has a rollback journal, not a write-ahead log. So it is one file, which can be copied, read
 * by users who may not write beside it, and read on a disk that is mounted read-only. A reader
 * waits for a commit, which takes milliseconds, and reads all that it needs before it prints.
 */
#ifndef MCW_STORE_STORE_H
#define MCW_STORE_STORE_H

#include <stdbool.h>
#include <stddef.h>

#include <uapi/mcewarden.h>

#include "diagnose/diagnose.h"

#define MCW_STORE_FILE "/var/lib/mcewarden/mcewarden.db"
#define MCW_STORE_MEMORY ":memory:" /* for the life of the process */

struct mcw_store;

enum mcw_store_use {
	MCW_STORE_READ,
	MCW_STORE_CHANGE,	/* what is there already */
	MCW_STORE_RECORD,	/* makes it; there can be one such at a time */
};

/* Prints what is wrong. Return: NULL then. */
struct mcw_store *mcw_store_open(const char *path, enum mcw_store_use use);
void mcw_store_close(struct mcw_store *s);

/* What ended a boot, as far as it is known. */
enum mcw_boot_end {
	MCW_BOOT_RUNS,		/* or nothing came after it yet */
	MCW_BOOT_STOPPED,	/* the recorder was ended in good order */
	MCW_BOOT_LOST,		/* the recorder was cut off: a crash, a reset or no power */
	MCW_BOOT_ERROR,		/* so, and the next boot found an uncorrected error of it */
};

struct mcw_store_boot {
	__u64 number;		/* in the order in which they came */
	char id[33];		/* the kernel's boot ID, without its dashes */
	char host[40];
	char release[32];
	__u64 first_ns, last_ns;	/* by the clock of then; 0: it was not set */
	enum mcw_boot_end end;
	char error[200];	/* MCW_BOOT_ERROR: which */
};

/* A part of the machine, with all its errors. */
struct mcw_store_part {
	__u64 id;
	struct mcw_fault_part name;
	__u64 first_ns, last_ns;
	__u64 corrected, uncorrected, injected;	/* those injected are in the others too */
};

#define MCW_DAY_UNKNOWN 0	/* the clock was not set */

struct mcw_store_day {
	__u32 day;		/* local: 20261130; or MCW_DAY_UNKNOWN */
	__u64 part;		/* its id */
	__u64 corrected, uncorrected, injected;
};

/* A fault as the diagnosis told it last, and what became of it. */
struct mcw_store_fault {
	__u64 id;
	__u64 part;		/* its id */
	struct mcw_fault fault;	/* part, modules, mode, level, certainty, times and counts */
	char place[200];	/* what all its errors have in common, in words */
	char closed[16];	/* "quiet", "replaced", "merged", "repaired"; empty: it is open */
	__u64 closed_ns;
};

/* Why a fault is not open any more, where somebody said that the part was repaired. */
#define MCW_STORE_REPAIRED "repaired"

struct mcw_store_page {
	__u64 page;		/* physical address */
	__u64 part;		/* its id; 0: not known */
	char state[16];		/* "offline", "failed" or "left" */
	__u32 victims;
	__u64 first_ns, last_ns;
	__u64 layout;		/* its id: what the address depended on then; 0: not known */
};

/* See decode/memory_layout.h. */
struct mcw_store_layout {
	__u64 id;
	char *text;
};

/* What the log of a crash says: an error, or why the machine went down. */
struct mcw_store_crash {
	__u64 boot;		/* the number of the boot that ended; 0: not known which */
	__u64 reboot_ns;	/* when the next boot began; 0: not known */
	__u64 wall_ns;		/* of the error, or of the log; 0: not known */
	char source[24];	/* who kept the log */
	char told[64];		/* who printed it: "kernel, mcewarden" */
	char class[24];		/* of an error; empty: it is none, and the next four say nothing */
	__s32 cpu, bank;	/* -1: not known */
	__u64 status;
	__u64 addr;		/* 0: it has none */
	char text[300];
};

/* All that history shows. Boots are in the order in which they came. */
struct mcw_store_rows {
	struct mcw_store_boot *boots;
	struct mcw_store_part *parts;
	struct mcw_store_day *days;
	struct mcw_store_fault *faults;
	struct mcw_store_page *pages;
	struct mcw_store_layout *layouts;
	struct mcw_store_crash *crashes;
	size_t boot_count, part_count, day_count, fault_count, page_count, layout_count;
	size_t crash_count;
};

/* Reads all parts, open faults, and what else ended at since_ns or later. Prints what is wrong. */
bool mcw_store_read(struct mcw_store *s, __u64 since_ns, struct mcw_store_rows *rows);
void mcw_store_rows_free(struct mcw_store_rows *rows);
const struct mcw_store_part *mcw_store_part_of(const struct mcw_store_rows *rows, __u64 id);

/*
 * Closes the open faults of a part, because somebody has repaired it. Return: how many; -1 after
 * printing what is wrong.
 */
int mcw_store_repaired(struct mcw_store *s, __u64 part, __u64 now_ns);

/* The local day of a time, as in struct mcw_store_day. */
__u32 mcw_store_day_of(__u64 wall_ns);

#endif /* MCW_STORE_STORE_H */

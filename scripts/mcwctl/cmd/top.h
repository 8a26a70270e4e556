/* SPDX-License-Identifier: GPL-2.0 */
/*
 * mcwctl top: what is sampled, again and again, and how it is shown. The module is not held between
 * two samples, and no record counts as read.
 */
#ifndef MCW_CMD_TOP_H
#define MCW_CMD_TOP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include <uapi/mcewarden.h>

#include "cmd/findings.h"
#include "cmd/status_cpus.h"
#include "source/dimms.h"
#include "source/sysfs.h"

struct mcw_options;

#define MCW_TOP_RECORDS	64
#define MCW_TOP_FAULTS	8
#define MCW_TOP_FAULT	512 /* bytes of one's line */
#define MCW_TOP_PAST	64

/* What is counted since the load. */
enum mcw_top_counter {
	MCW_TOP_SEVERE,
	MCW_TOP_OTHER,
	MCW_TOP_INTERRUPTS,
	MCW_TOP_POLLS,
	MCW_TOP_PAGES,
	MCW_TOP_VICTIMS,
	MCW_TOP_LOST,
	MCW_TOP_COUNTERS,
};

struct mcw_top_counts {
	__u64 mono_ns;
	__u64 value[MCW_TOP_COUNTERS];
};

/* The events of one bank of a CPU. */
struct mcw_top_place {
	__u32 cpu;
	__u8 bank;
	__u8 grade; /* of the last one */
	__u64 events, before; /* now, and at the sample before */
	__u64 last_wall_ns;
};

struct mcw_top_dimm {
	__u64 corrected, uncorrected;
};

struct mcw_top {
	const struct mcw_options *o;
	bool loaded; /* the module is there, and all that follows was read */
	char version[MCW_VALUE_BYTES];
	__u64 wall_ns;
	struct mcw_top_counts now, before;
	bool compares; /* before is of this load, too */
	/* A sample a second or so, the newest one last: for the rates of a minute. */
	struct mcw_top_counts past[MCW_TOP_PAST];
	unsigned int past_count;
	struct mcw_cpus cpus;
	int hidden; /* why the device cannot be read: an errno; 0: it can */
	struct mcw_top_place *places; /* the busiest first */
	size_t place_count;
	struct mcw_dimms dimms;
	struct mcw_top_dimm *dimms_before; /* one for each; NULL: nothing to compare with */
	size_t dimms_before_count;
	/* Below: looked at only when records came, and not too often. */
	__u64 look_ns; /* not before this time */
	__u64 looked_at; /* how many records there were then */
	struct mcw_findings findings;
	char faults[MCW_TOP_FAULTS][MCW_TOP_FAULT];
	size_t fault_count;
	/* The last ones, the oldest first: a ring that begins at record_count % MCW_TOP_RECORDS. */
	__u64 records_at; /* how many records there were when they were read */
	struct mcw_record records[MCW_TOP_RECORDS];
	__u64 record_count;
};

/* t: zeroed. Return: false: the module is not there, or something else is wrong: it is printed. */
bool mcw_top_begin(struct mcw_top *t, const struct mcw_options *o);

/* Without the module, t->loaded is false; it may come back. */
void mcw_top_sample(struct mcw_top *t);
void mcw_top_free(struct mcw_top *t);

/* Events in the last second or so, in thousandths a second. */
__u64 mcw_top_rate(const struct mcw_top *t, enum mcw_top_counter counter);
/* How many in the last minute, or since the first sample if that was later. */
__u64 mcw_top_minute(const struct mcw_top *t, enum mcw_top_counter counter);

struct mcw_top_screen {
	unsigned int rows, columns;
	bool colour;
	const char *hint; /* behind the time, in the first line */
};

/* Exactly as many lines as there is something to show, and at most screen->rows. */
void mcw_top_print(FILE *out, const struct mcw_top *t, const struct mcw_top_screen *screen);

#endif /* MCW_CMD_TOP_H */

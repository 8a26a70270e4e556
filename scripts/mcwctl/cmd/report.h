/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the files of mcwctl report share: what was counted of the records, and the sections of the
 * page that show it.
 */
#ifndef MCW_CMD_REPORT_H
#define MCW_CMD_REPORT_H

#include <stdbool.h>
#include <stddef.h>

#include <uapi/mcewarden.h>

#include "cmd/command.h"
#include "cmd/status_lost.h"
#include "decode/location.h"
#include "show/html.h"
#include "source/dimms.h"

/* How bad an error is, in the columns of the tables and the colours of the bars. */
enum report_kind {
	REPORT_CORRECTED,
	REPORT_LOST, /* data is lost, and nobody used it: deferred, UCNA, SRAO */
	REPORT_WORSE, /* it was used, or nothing could go on */
	REPORT_KINDS
};

struct report_count {
	__u64 errors[REPORT_KINDS];
	__u64 first_ns, last_ns; /* since 1970 */
};

#define REPORT_NAME 160

/* Errors of one part of the hardware. */
struct report_part {
	char name[REPORT_NAME];
	struct report_count count;
};

/* Errors of a place in a DIMM. */
struct report_cell {
	__u32 rank, bank_group, bank, row;
	__u32 errors;
	bool uncorrected;
};

#define REPORT_CELLS 2000 /* of a DIMM: others are counted */

struct report_dimm {
	struct mcw_dimm_entry entry; /* what tells it from others; without number and count */
	struct report_count count; /* by its locations */
	__u64 edac_corrected, edac_uncorrected; /* since the driver was loaded; of this machine */
	unsigned int pages; /* that were taken because of it */
	struct report_cell *cells;
	size_t cell_count;
	__u64 cells_left_out;
};

/* Of which DIMM an event is, as far as a location said it. */
struct report_event {
	__u64 pos;
	__u32 load;
	__u32 lane;
	__s32 dimm; /* -1: none was named */
	__u32 pages; /* that were taken because of it */
};

#define REPORT_BINS 60

struct report_times {
	__u64 width_ns; /* of a bin; 0: no error yet */
	__u64 base; /* number of the first bin, from 1970 on */
	__u64 bins[REPORT_BINS][REPORT_KINDS];
};

#define REPORT_FAMILIES 32
#define REPORT_RECORDS 500 /* of each kind of raw records; older ones are left out */

/* The newest of some records. */
struct report_newest {
	struct mcw_record *records; /* REPORT_RECORDS of them, as a ring */
	__u64 all;
};

struct report {
	const struct mcw_options *o;
	bool good;
	/* the machine */
	char host[80], release[80], cpu[160], microcode[160], module[80];
	unsigned int loads, recordings, sessions;
	unsigned int skipped; /* files of the directory that are no recordings */
	__u64 first_ns, last_ns;
	bool damaged;
	/* the errors */
	__u64 events, injected, storms;
	struct report_count all;
	struct report_count families[REPORT_FAMILIES]; /* by mcw_advice_number() */
	struct report_part *parts;
	size_t part_count;
	struct report_times times;
	struct report_event *known; /* all events, in the order in which they came */
	size_t known_count, known_room;
	/* the memory */
	struct mcw_dimms dimms;
	struct mcw_location_join join;
	struct report_dimm *boards;
	size_t board_count;
	/* what came of it */
	struct report_newest severe, others, victims, outcomes;
	__u64 lost[MCW_LANES];
	__u64 older[MCW_LANES]; /* overwritten before anybody read for this page */
	struct mcw_losses losses;
	bool has_losses;
	struct mcw_diagnosis *diagnosis;
};

/* report_read.c: reads all there is. Prints what is wrong. */
bool mcw_report_read(struct report *r);
void mcw_report_free(struct report *r);

/* report_parts.c: counts an event; a location; and what was done. Return: false without memory. */
bool mcw_report_event(struct report *r, const struct mcw_record *rec);
enum report_kind mcw_report_kind(const struct mcw_event *ev);
void mcw_report_count(struct report_count *count, enum report_kind kind, __u64 errors,
		      __u64 wall_ns);

/* report_dimms.c */
bool mcw_report_location(struct report *r, const struct mcw_location_whole *whole);
/* Adds a DIMM of the list, with what EDAC counts. */
bool mcw_report_dimm(struct report *r, size_t i);
/* Keeps with its event that a page was taken; at the end the DIMMs get them. */
void mcw_report_outcome(struct report *r, const struct mcw_record *rec);
void mcw_report_dimms_end(struct report *r);
void mcw_report_dimms_show(struct mcw_html *h, const struct report *r);
void mcw_report_name(const struct mcw_dimm_entry *e, char *name, size_t size);

/* report_time.c */
void mcw_report_time(struct report_times *t, enum report_kind kind, __u64 errors, __u64 wall_ns);
void mcw_report_times_show(struct mcw_html *h, const struct report *r);
/* Local time with its offset; "never" for 0. */
const char *mcw_report_when(__u64 wall_ns, char *text, size_t size);

/* report_map.c: rows and banks of the DIMMs with most errors. */
void mcw_report_maps_show(struct mcw_html *h, const struct report *r);

/* report_head.c */
void mcw_report_begin(struct mcw_html *h, const struct report *r);
void mcw_report_head_show(struct mcw_html *h, const struct report *r);
void mcw_report_verdicts_show(struct mcw_html *h, const struct report *r);

/* report_faults.c: which parts are bad. */
void mcw_report_faults_show(struct mcw_html *h, const struct report *r);

/* report_tables.c */
void mcw_report_pages_show(struct mcw_html *h, const struct report *r);
void mcw_report_victims_show(struct mcw_html *h, const struct report *r);
void mcw_report_lost_show(struct mcw_html *h, const struct report *r);
void mcw_report_records_show(struct mcw_html *h, const struct report *r);
/*
 * The head of a table, of these columns, and the table itself, which stays open. A name that begins
 * with # is of numbers.
 */
void mcw_report_table(struct mcw_html *h, const char *const *columns, size_t count);
void mcw_report_number(struct mcw_html *h, __u64 number);
void mcw_report_time_cell(struct mcw_html *h, __u64 wall_ns);

#endif /* MCW_CMD_REPORT_H */

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * mcwctl status: what it reads, and how that is printed. The table in status_fields.c has a field
 * for each of the module's files with one value; both the lines and the JSON come from it. What
 * has many values has files of its own: the lanes, and the files status_*.c.
 */
#ifndef MCW_CMD_STATUS_H
#define MCW_CMD_STATUS_H

#include <stdbool.h>
#include <stdio.h>

#include <uapi/mcewarden.h>

#include "cmd/command.h"
#include "cmd/findings.h"
#include "cmd/status_bank_rows.h"
#include "cmd/status_banks.h"
#include "cmd/status_cpus.h"
#include "cmd/status_edac.h"
#include "cmd/status_lost.h"
#include "cmd/status_switches.h"
#include "source/fake_panic.h"
#include "source/sysfs.h"

#define MCW_FIELDS_MAX		64
#define MCW_LANE_COUNTERS	5
#define MCW_LANE_DROPPED	2	/* up to this one, the counters add up to all that came */

struct mcw_value {
	bool there;
	__u64 number;
	char text[MCW_VALUE_BYTES];	/* where the field is a text */
};

struct mcw_status {
	struct mcw_value values[MCW_FIELDS_MAX];	/* in the order of the fields */
	struct mcw_findings findings;
	__u64 lanes[MCW_LANES][MCW_LANE_COUNTERS];
	enum mcw_fake_panic fake_panic;	/* the kernel's */
	struct mcw_switches switches;	/* the kernel's, too */
	struct mcw_losses losses;
	struct mcw_edac_seen edac;
	struct mcw_cpus cpus;
	struct mcw_banks banks;
	struct mcw_bank_rows rows;
};

/* What people read, from the top of the screen to its bottom. */
enum mcw_status_line {
	MCW_LINE_NONE,		/* the field is in JSON alone, or other words tell it */
	MCW_LINE_VERSION,
	MCW_LINE_GLANCE_ERRORS,
	MCW_LINE_GLANCE_PAGES,
	MCW_LINE_GLANCE_STORMS,
	MCW_LINE_GLANCE_LOST,
	MCW_LINE_KNOBS,
	MCW_LINE_FAKE_PANIC,
	MCW_LINE_TRIGGER,
	MCW_LINE_LANES,
	MCW_LINE_LOCATIONS,
	MCW_LINE_LOST,
	MCW_LINE_BEFORE,
	MCW_LINE_PAGES,
	MCW_LINE_OTHERS,
	MCW_LINE_VICTIMS,
	MCW_LINE_CORRECTED_PAGES,
	MCW_LINE_UNREPORTED,
	MCW_LINE_CORRECTED_RULE,
	MCW_LINE_EDAC_SEES_CEC,
	MCW_LINE_SWITCHES,
	MCW_LINE_STORMS,
	MCW_LINE_CPUS,
	MCW_LINE_GLANCE_BANKS,
	MCW_LINE_BANKS,
	MCW_LINE_FIRMWARE,
	MCW_LINE_DRIFT,
	MCW_LINE_DIFFER,
	MCW_LINE_IGNORE_CE,
	MCW_LINE_BANK_ROWS,
	MCW_LINE_GLANCE_GRADING,
	MCW_LINE_BACKPORT,
	MCW_LINE_MCGCAP,
	MCW_LINES,
};

/* The columns of the table of lanes, by number, as their files and in JSON. */
extern const char *const mcw_lane_counters[MCW_LANE_COUNTERS];

/* Says what is wrong; what was read so far is freed by mcw_cpus_free() in any case. */
bool mcw_status_read(struct mcw_status *s, const struct mcw_options *o);
/* The value of a file. The file must be in the table. */
__u64 mcw_field_number(const struct mcw_status *s, const char *file);
const char *mcw_field_text(const struct mcw_status *s, const char *file);
/* Whether a field of this line has a value other than 0 or an empty text. */
bool mcw_line_says(const struct mcw_status *s, enum mcw_status_line line);
/* The fields of this line, each between its label and its unit; those not there are left out. */
void mcw_line_print(FILE *out, const struct mcw_status *s, enum mcw_status_line line);
void mcw_status_print_json(FILE *out, const struct mcw_status *s);

/* All lines but those of findings, as wide as they are. */
void mcw_status_lines_print(FILE *out, const struct mcw_status *s, bool verbose);

struct mcw_status_look {
	bool verbose;	/* with the counters */
	bool colour;
};

/* For people: a screen of 80 columns and 24 lines. The first line is the worst finding. */
void mcw_status_print(FILE *out, const struct mcw_status *s, const struct mcw_status_look *look);

/* The command, to out. */
enum mcw_exit mcw_status_write(FILE *out, const struct mcw_options *o);

#endif /* MCW_CMD_STATUS_H */

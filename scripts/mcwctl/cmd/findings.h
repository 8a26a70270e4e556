/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What keeps this machine's errors from being seen and handled, and what happened already: one
 * list. check, doctor, metrics and the first line of status print it.
 */
#ifndef MCW_CMD_FINDINGS_H
#define MCW_CMD_FINDINGS_H

#include <stdbool.h>
#include <stddef.h>

#include <linux/types.h>

struct mcw_diagnosis;
struct mcw_options;

#define MCW_FINDINGS_MAX	32
#define MCW_SENTENCE_BYTES	768

/* The numbers are exit statuses, as Nagios and those that follow it expect them. */
enum mcw_level {
	MCW_LEVEL_OK,
	MCW_LEVEL_WARNING,
	MCW_LEVEL_CRITICAL,
	MCW_LEVEL_UNKNOWN,	/* something that must be known could not be read */
	MCW_LEVELS,
};

struct mcw_finding {
	const char *id;
	enum mcw_level level;
	char sentence[MCW_SENTENCE_BYTES];
	char command[MCW_SENTENCE_BYTES];	/* mends or shows it; empty where all is well */
};

/* Since the load. known: the module is loaded and all could be read. */
struct mcw_finding_counts {
	bool known;
	__u64 lost;		/* at all stages */
	__u64 uncorrected;	/* events of the lane severe */
	__u64 pages_taken;	/* because of uncorrected errors */
	__u64 pages_kept;	/* could not be freed */
};

struct mcw_findings {
	size_t count;
	/* The worst first: critical, warning, unknown, ok. */
	struct mcw_finding row[MCW_FINDINGS_MAX];
	struct mcw_finding_counts counts;
};

/*
 * Looks at everything. A file that cannot be read makes a finding of the level unknown. d: the
 * diagnosis of the device's records if the caller has it, which is most of the work; or NULL.
 */
void mcw_findings_read(const struct mcw_options *o, const struct mcw_diagnosis *d,
		       struct mcw_findings *all);

const char *mcw_level_name(enum mcw_level level);

/* An id that a finding can have; NULL after the last. */
const char *mcw_finding_id(size_t number);

#endif /* MCW_CMD_FINDINGS_H */

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which records to show. Pure: nothing here reads or writes anything but its arguments.
 */
#ifndef MCW_SOURCE_FILTER_H
#define MCW_SOURCE_FILTER_H

#include <stdbool.h>

#include <uapi/mcewarden.h>

#define MCW_RANGES_MAX	32

/* Zeroed: not given, and any number is in it. */
struct mcw_ranges {
	unsigned int count;
	struct {
		__u32 first, last;
	} range[MCW_RANGES_MAX];
};

/* Zeroed: shows everything. */
struct mcw_filter {
	unsigned int grades;	/* a bit for each MCW_GRADE_, */
	unsigned int classes;	/* or enum mcw_class: one of the two must fit */
	unsigned int sources;	/* a bit for each MCW_SOURCE_ */
	struct mcw_ranges cpus;
	struct mcw_ranges banks;
	__u64 since_ns;		/* CLOCK_REALTIME */
};

/* Reads a list like 0,2-5, of numbers up to max. Return: false if the text is no such list. */
bool mcw_ranges_parse(struct mcw_ranges *r, const char *text, __u32 max);

bool mcw_in_ranges(const struct mcw_ranges *r, __u32 number);

/* Reads a list of grades and classes; + after a class adds all that are as bad or worse. */
bool mcw_filter_severities_parse(struct mcw_filter *f, const char *text);
bool mcw_filter_sources_parse(struct mcw_filter *f, const char *text);

/*
 * Reads a time: 90s, 10m, 2h, 7d, 4w or "2 hours ago" before now_ns; "today" or "yesterday", from
 * the local midnight on; local time as 2026-11-24, where a time of day may
 * follow after a blank or T, and a Z at the end means UTC; or @ and seconds since 1970.
 */
bool mcw_filter_since_parse(struct mcw_filter *f, const char *text, __u64 now_ns);

/* Of an outcome only the time is looked at, as it is shown with its event. */
bool mcw_filter_fits(const struct mcw_filter *f, const struct mcw_record *rec);

/* Whether the filter looks at anything but the time. */
bool mcw_filter_picks(const struct mcw_filter *f);

/* Remembers for the last positions of each lane whether their records were shown. */
#define MCW_SHOWN_BITS	(1U << 16)
struct mcw_shown {
	__u64 lane[MCW_LANES][MCW_SHOWN_BITS / 64];
};

void mcw_shown_set(struct mcw_shown *s, unsigned int lane, __u64 pos, bool shown);
bool mcw_shown(const struct mcw_shown *s, unsigned int lane, __u64 pos);

#endif /* MCW_SOURCE_FILTER_H */

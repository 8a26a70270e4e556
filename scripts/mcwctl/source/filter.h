/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which records to show. Pure: nothing here reads or writes anything but its arguments.
 */
#ifndef MCW_SOURCE_FILTER_H
#define MCW_SOURCE_FILTER_H

#include <stdbool.h>

#include <uapi/mcewarden.h>

#define MCW_RANGES_MAX	32

/* Zeroed: not given, and everything is in it. */
struct mcw_ranges {
	unsigned int count;
	struct {
		__u32 first, last;
	} range[MCW_RANGES_MAX];
};

/* Zeroed: shows everything. */
struct mcw_filter {
	unsigned int grades;	/* a bit a MCW_GRADE_, */
	unsigned int classes;	/* or a enum mcw_class: one of the two must fit */
	unsigned int sources;	/* a bit a MCW_SOURCE_ */
	struct mcw_ranges cpus;
	struct mcw_ranges banks;
	__u64 since_ns;		/* of CLOCK_REALTIME */
};

/* A list like 0,2-5, of numbers up to max. False: it is none. */
bool mcw_ranges_parse(struct mcw_ranges *r, const char *text, __u32 max);

bool mcw_in_ranges(const struct mcw_ranges *r, __u32 number);

/* A list of grades and classes; + after a class: and all that are as bad or worse. */
bool mcw_filter_severities_parse(struct mcw_filter *f, const char *text);
bool mcw_filter_sources_parse(struct mcw_filter *f, const char *text);

/*
 * 90s, 10m, 2h, 7d: so long before now_ns. Else local time: 2026-11-24, with a time of day after
 * a blank or T, with Z at its end UTC; or @ and seconds since 1970.
 */
bool mcw_filter_since_parse(struct mcw_filter *f, const char *text, __u64 now_ns);

/* For an outcome: by its time alone, since it goes with its event. */
bool mcw_filter_fits(const struct mcw_filter *f, const struct mcw_record *rec);

/* Whether it leaves out events for what they are. */
bool mcw_filter_picks(const struct mcw_filter *f);

/* The last so many positions of a lane, of which it is known whether they were shown. */
#define MCW_SHOWN_BITS	(1U << 16)
struct mcw_shown {
	__u64 lane[MCW_LANES][MCW_SHOWN_BITS / 64];
};

void mcw_shown_set(struct mcw_shown *s, unsigned int lane, __u64 pos, bool shown);
bool mcw_shown(const struct mcw_shown *s, unsigned int lane, __u64 pos);

#endif /* MCW_SOURCE_FILTER_H */

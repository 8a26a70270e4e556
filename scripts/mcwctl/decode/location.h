/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A location from its LOCATION records: its texts can go on in several. Pure.
 */
#ifndef MCW_DECODE_LOCATION_H
#define MCW_DECODE_LOCATION_H

#include <stdbool.h>

#include <uapi/mcewarden.h>

#define MCW_LOCATIONS_OPEN	4	/* that wait for their next part at once */

/* What the records of one location say. The strings are as the driver wrote them. */
struct mcw_location_whole {
	struct mcw_record first;	/* its first record that came */
	const char *label;
	const char *message;
	const char *detail;
	bool incomplete;		/* records of it are missing */
	char text[MCW_LOCATION_TEXT * MCW_LOCATION_PARTS + 3];
};

/* Zeroed is the start. */
struct mcw_location_join {
	struct mcw_location_open {
		struct mcw_record first;
		unsigned int parts;	/* that came, a bit each; 0: not in use */
		char text[MCW_LOCATION_PARTS][MCW_LOCATION_TEXT];
	} open[MCW_LOCATIONS_OPEN];
	unsigned int next;	/* the one that was opened first */
};

/*
 * Takes a LOCATION record. Return: whether whole is one now: that record's, or an older one that
 * made room for it and stays incomplete.
 */
bool mcw_location_take(struct mcw_location_join *join, const struct mcw_record *rec,
		       struct mcw_location_whole *whole);

/* At the end: gives those that stay incomplete, one a call. */
bool mcw_location_left(struct mcw_location_join *join, struct mcw_location_whole *whole);

/* Whether the error was corrected, or only told. */
bool mcw_location_is_corrected(unsigned int error_type);

/* "corrected", "uncorrected" ... */
const char *mcw_location_error(unsigned int error_type);

#endif /* MCW_DECODE_LOCATION_H */

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which part of the machine an event is about, in words and as JSON.
 */
#ifndef MCW_SHOW_LOCATION_H
#define MCW_SHOW_LOCATION_H

#include <stdio.h>

#include <linux/types.h>

struct mcw_dimm_known;
struct mcw_location_whole;

/* known: the DIMM that it names; its dimm is NULL where that is not known. */
void mcw_text_location(FILE *out, const struct mcw_location_whole *whole,
		       const struct mcw_dimm_known *known);
/* The line stands below the line of its event, and does not name it. */
void mcw_text_location_under(FILE *out, const struct mcw_location_whole *whole,
			     const struct mcw_dimm_known *known);
void mcw_json_location(FILE *out, const struct mcw_location_whole *whole,
		       const struct mcw_dimm_known *known, __u64 lost);

#endif /* MCW_SHOW_LOCATION_H */

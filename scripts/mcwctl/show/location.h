/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which part of the machine an event is about, in words and as JSON.
 */
#ifndef MCW_SHOW_LOCATION_H
#define MCW_SHOW_LOCATION_H

#include <stdio.h>

#include <linux/types.h>

struct mcw_location_whole;

void mcw_text_location(FILE *out, const struct mcw_location_whole *whole);
void mcw_json_location(FILE *out, const struct mcw_location_whole *whole, __u64 lost);

#endif /* MCW_SHOW_LOCATION_H */

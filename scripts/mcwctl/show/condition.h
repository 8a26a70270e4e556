/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Conditions, in words.
 */
#ifndef MCW_SHOW_CONDITION_H
#define MCW_SHOW_CONDITION_H

#include <stddef.h>
#include <stdio.h>

struct mcw_condition_bucket;
struct mcw_conditions_conf;

/* "memory module P0_A1, slot DIMM_A1". Texts of others are as they are. */
char *mcw_condition_part_text(const struct mcw_condition_bucket *b, char *buf, size_t size);

/*
 * "condition dimm: memory module P0_A1: 12 corrected errors; the threshold is 10 within 24h".
 * Printable; other bytes become '?'.
 */
char *mcw_condition_sentence(const struct mcw_condition_bucket *b,
			     const struct mcw_conditions_conf *conf, char *buf, size_t size);

struct mcw_limits;

/* A whole file of configuration, with comments. What is as by default is in comments too. */
void mcw_conf_print(FILE *out, const struct mcw_conditions_conf *conf,
		    const struct mcw_limits *limits);

#endif /* MCW_SHOW_CONDITION_H */

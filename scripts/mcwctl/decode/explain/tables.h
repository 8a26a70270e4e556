/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The tables of explanations. Each file of this directory has one or more.
 */
#ifndef MCW_DECODE_EXPLAIN_TABLES_H
#define MCW_DECODE_EXPLAIN_TABLES_H

#include "decode/decode.h"
#include "decode/explain.h"

struct mcw_explain_table {
	const struct mcw_explanation *rows;
	size_t count;
};

#define MCW_EXPLAIN_TABLE(rows_) \
	{ \
		.rows = (rows_), .count = ARRAY_SIZE(rows_) \
	}

extern const struct mcw_explain_table mcw_explain_families;
extern const struct mcw_explain_table mcw_explain_more_families;
extern const struct mcw_explain_table mcw_explain_components;
extern const struct mcw_explain_table mcw_explain_grades; /* with classes */
extern const struct mcw_explain_table mcw_explain_rules;
extern const struct mcw_explain_table mcw_explain_records; /* sources, lanes, flags */
extern const struct mcw_explain_table mcw_explain_outcomes; /* with pages and victims */
extern const struct mcw_explain_table mcw_explain_bits;
extern const struct mcw_explain_table mcw_explain_terms;
extern const struct mcw_explain_table mcw_explain_memory_terms;
extern const struct mcw_explain_table mcw_explain_intel_words;
extern const struct mcw_explain_table mcw_explain_amd_words;

#endif /* MCW_DECODE_EXPLAIN_TABLES_H */

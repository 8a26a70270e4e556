/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Tables of the error codes that a CPU's model defines: one row a code.
 *
 * A row names a field of MCi_STATUS, the code or the range of codes in it, and what they mean:
 *
 *	MCW_CODE(31, 24, 0x0d, "last level cache self-test timeout"),
 *	MCW_CODES(31, 24, 0x65, 0x7a, "package S-state: preparing the reset timed out"),
 *	MCW_FLAG(16, "address parity"),
 *
 * Rows do not exclude each other: a record gets the words of all rows that hold.
 */
#ifndef MCW_DECODE_CODE_TABLE_H
#define MCW_DECODE_CODE_TABLE_H

#include <stdbool.h>

#include "decode/decode.h"
#include "decode/text.h"

/* It holds if the bits of MCi_STATUS in mask are first to last. */
struct mcw_code {
	__u64 mask;
	__u64 first;
	__u64 last;
	const char *words;
};

#define MCW_FIELD(high, low) ((MCW_BIT((high) - (low) + 1) - 1) << (low))

#define MCW_CODES(high, low, from, to, text) \
	{ \
		MCW_FIELD(high, low), (__u64)(from) << (low), (__u64)(to) << (low), text \
	}
#define MCW_CODE(high, low, code, text) MCW_CODES(high, low, code, code, text)
#define MCW_FLAG(bit, text) MCW_CODE(bit, bit, 1, text)

/* It applies if the bits in mask are value, and the bits in not_mask are not not_value. */
struct mcw_code_table {
	__u64 mask; /* 0: always */
	__u64 value;
	__u64 not_mask; /* 0: no exception */
	__u64 not_value;
	const struct mcw_code *codes;
	size_t count;
};

#define MCW_CODE_TABLE(rows) .codes = (rows), .count = ARRAY_SIZE(rows)

/* Adds one more part to a list. */
void mcw_codes_add_part(struct text *t, const char *part);
/* Adds the words of each row that holds; tables: ends with NULL. Return: whether one did. */
bool mcw_codes_add(struct text *t, const struct mcw_code_table *const *tables, __u64 status);

#endif /* MCW_DECODE_CODE_TABLE_H */

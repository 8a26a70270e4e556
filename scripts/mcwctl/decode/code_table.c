// SPDX-License-Identifier: GPL-2.0
/*
 * Tables of the error codes that a CPU's model defines.
 */
#include "decode/code_table.h"

void mcw_codes_add_part(struct text *t, const char *part)
{
	if (t->used)
		text_put(t, ", ");
	text_put(t, part);
}

static bool applies(const struct mcw_code_table *table, __u64 status)
{
	return (status & table->mask) == table->value &&
	       (!table->not_mask || (status & table->not_mask) != table->not_value);
}

bool mcw_codes_add(struct text *t, const struct mcw_code_table *const *tables, __u64 status)
{
	bool any = false;

	for (; *tables; tables++) {
		const struct mcw_code *codes = (*tables)->codes;

		if (!applies(*tables, status))
			continue;
		for (size_t i = 0; i < (*tables)->count; i++) {
			__u64 bits = status & codes[i].mask;

			if (bits < codes[i].first || bits > codes[i].last)
				continue;
			mcw_codes_add_part(t, codes[i].words);
			any = true;
		}
	}
	return any;
}

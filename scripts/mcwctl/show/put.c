// SPDX-License-Identifier: GPL-2.0
/*
 * Numbers to a stream.
 */
#define _GNU_SOURCE
#include "show/put.h"

#define NUMBER_BYTES 24

void mcw_put_hex(FILE *out, __u64 value, unsigned int digits)
{
	char bytes[NUMBER_BYTES];
	struct text t = text_begin(bytes, sizeof(bytes));

	text_put_hex(&t, value, digits);
	fwrite_unlocked(bytes, 1, t.used, out);
}

void mcw_put_number(FILE *out, __u64 value)
{
	char bytes[NUMBER_BYTES];
	struct text t = text_begin(bytes, sizeof(bytes));

	text_put_number(&t, value);
	fwrite_unlocked(bytes, 1, t.used, out);
}

// SPDX-License-Identifier: GPL-2.0
/*
 * Numbers in a string.
 */
#include "decode/text.h"

#define NUMBER_BYTES 24

/* Where they all fit, they are written in place: what was just written is slow to copy. */
static char *digits_begin(struct text *t, char *bytes, size_t length)
{
	return t->size - t->used > length ? t->buf + t->used : bytes;
}

static void digits_end(struct text *t, char *begin, size_t length)
{
	begin[length] = '\0';
	if (begin == t->buf + t->used)
		t->used += length;
	else
		text_put(t, begin);
}

void text_put_hex(struct text *t, __u64 value, unsigned int digits)
{
	unsigned int least = value ? (67 - __builtin_clzll(value)) / 4 : 1;
	size_t length = 2 + (digits > least ? digits : least);
	char bytes[NUMBER_BYTES], *begin = digits_begin(t, bytes, length);

	begin[0] = '0';
	begin[1] = 'x';
	for (char *at = begin + length; at > begin + 2; value >>= 4)
		*--at = "0123456789abcdef"[value & 0xf];
	digits_end(t, begin, length);
}

void text_put_number(struct text *t, __u64 value)
{
	size_t length = 1;
	char bytes[NUMBER_BYTES], *begin;

	for (__u64 rest = value; rest >= 10; rest /= 10)
		length++;
	begin = digits_begin(t, bytes, length);
	for (char *at = begin + length; at > begin; value /= 10)
		*--at = '0' + value % 10;
	digits_end(t, begin, length);
}

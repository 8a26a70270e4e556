/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Building a string.
 */
#ifndef MCW_DECODE_TEXT_H
#define MCW_DECODE_TEXT_H

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <linux/types.h>

/* A string under construction; what does not fit is cut off. */
struct text {
	char *buf;
	size_t size;
	size_t used;
};

static inline struct text text_begin(char *buf, size_t size)
{
	struct text t = { .buf = buf, .size = size };

	if (size)
		buf[0] = '\0';
	return t;
}

static inline void text_grow(struct text *t, int n)
{
	size_t room = t->size - t->used;

	if (n > 0 && room)
		t->used += (size_t)n < room ? (size_t)n : room - 1;
}

/* A macro, so that the compiler checks the format. */
#define text_add(t, ...) \
	do { \
		struct text *_t = (t); \
									\
		text_grow(_t, snprintf(_t->buf + _t->used, _t->size - _t->used, __VA_ARGS__)); \
	} while (0)

/* The same of a string, without the cost of a format. */
static inline void text_put(struct text *t, const char *string)
{
	size_t room = t->size - t->used;
	size_t length = strlen(string);

	if (!room)
		return;
	if (length >= room)
		length = room - 1;
	memcpy(t->buf + t->used, string, length);
	t->used += length;
	t->buf[t->used] = '\0';
}

static inline void text_put_digits(struct text *t, __u64 value, unsigned int base, int digits)
{
	char bytes[24];
	char *first = bytes + sizeof(bytes) - 1;

	*first = '\0';
	for (; value || digits > 0; digits--) {
		*--first = "0123456789abcdef"[value % base];
		value /= base;
	}
	text_put(t, first);
}

static inline void text_put_number(struct text *t, __u64 value)
{
	text_put_digits(t, value, 10, 1);
}

/* With 0x, and with at least so many digits, up to 20. */
static inline void text_put_hex(struct text *t, __u64 value, unsigned int digits)
{
	text_put(t, "0x");
	text_put_digits(t, value, 16, digits);
}

#endif /* MCW_DECODE_TEXT_H */

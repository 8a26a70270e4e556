/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Building a string.
 */
#ifndef MCW_DECODE_TEXT_H
#define MCW_DECODE_TEXT_H

#include <stddef.h>
#include <stdio.h>

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

#endif /* MCW_DECODE_TEXT_H */

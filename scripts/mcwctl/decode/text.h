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

/*
 * What a record is made of mostly: words and numbers, which a log has by the ten thousand. They
 * take a tenth of what a format takes.
 */
static inline void text_put(struct text *t, const char *word)
{
	size_t length = strlen(word), room = t->size - t->used;

	if (!room)
		return;
	if (length >= room)
		length = room - 1;
	memcpy(t->buf + t->used, word, length);
	t->used += length;
	t->buf[t->used] = '\0';
}

/* Several words, as they stand. */
#define text_put_all(t, ...) \
	do { \
		const char *const _words[] = { __VA_ARGS__ }; \
									\
		for (size_t _i = 0; _i < sizeof(_words) / sizeof(_words[0]); _i++) \
			text_put(t, _words[_i]); \
	} while (0)

/* decode/text.c: "0x" and at least so many digits, of which there are 16 at most. */
void text_put_hex(struct text *t, __u64 value, unsigned int digits);
void text_put_number(struct text *t, __u64 value);

/* A macro, so that the compiler checks the format. */
#define text_add(t, ...) \
	do { \
		struct text *_t = (t); \
									\
		text_grow(_t, snprintf(_t->buf + _t->used, _t->size - _t->used, __VA_ARGS__)); \
	} while (0)

#endif /* MCW_DECODE_TEXT_H */

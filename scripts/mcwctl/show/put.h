/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Words and numbers to a stream. A log has them by the ten thousand, and these take a tenth of what
 * a format takes.
 */
#ifndef MCW_SHOW_PUT_H
#define MCW_SHOW_PUT_H

#include <stdio.h>

#include "decode/text.h"

/* mcwctl has one thread. */
static inline void mcw_put(FILE *out, const char *word)
{
	fputs_unlocked(word, out);
}

/* Several words, as they stand. */
#define mcw_put_all(out, ...) \
	do { \
		const char *const _words[] = { __VA_ARGS__ }; \
									\
		for (size_t _i = 0; _i < sizeof(_words) / sizeof(_words[0]); _i++) \
			mcw_put(out, _words[_i]); \
	} while (0)

/* show/put.c: "0x" and at least so many digits. */
void mcw_put_hex(FILE *out, __u64 value, unsigned int digits);
void mcw_put_number(FILE *out, __u64 value);

#endif /* MCW_SHOW_PUT_H */

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Characters in texts that come from elsewhere: labels, names of tasks, paths.
 */
#ifndef MCW_DECODE_UTF8_H
#define MCW_DECODE_UTF8_H

#include <stdbool.h>

#include <linux/types.h>

/*
 * RFC 3629: not longer than it has to be, no surrogate, none beyond the last one. Nothing is read
 * beyond the text's end.
 * Return: the bytes of the character at text, which is not at its end; 0: it is no UTF-8.
 */
unsigned int mcw_utf8_decode(const char *text, __u32 *c);

/*
 * Whether a character does something to a terminal or to the text around it: a control, also one of
 * those from 0x80 on, what ends lines or turns the direction of writing, and what is none.
 */
bool mcw_utf8_is_harmful(__u32 c);

#endif /* MCW_DECODE_UTF8_H */

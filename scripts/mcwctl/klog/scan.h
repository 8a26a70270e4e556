/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Taking a text apart from its beginning to its end. Every mcw_take_*() goes behind what it took,
 * and stays where it is, or behind a part of it, where it returns false.
 */
#ifndef MCW_KLOG_SCAN_H
#define MCW_KLOG_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include <linux/types.h>

struct mcw_cursor {
	const char *at;
	const char *end;
};

/* Inline: the length of a word is a constant then. */
static inline bool mcw_take(struct mcw_cursor *c, const char *word)
{
	size_t length = strlen(word);

	if ((size_t)(c->end - c->at) < length || memcmp(c->at, word, length))
		return false;
	c->at += length;
	return true;
}

/* Of words that "|" separates. */
bool mcw_take_one_of(struct mcw_cursor *c, const char *words);
/* Whether one of such words is anywhere in it. */
bool mcw_has_one_of(const char *text, size_t length, const char *words);
void mcw_take_blanks(struct mcw_cursor *c);
/* Digits, and no others behind them; base 16 may begin with 0x. */
bool mcw_take_number(struct mcw_cursor *c, unsigned int base, __u64 max, __u64 *value);
bool mcw_take_hex(struct mcw_cursor *c, __u64 *value);
/* As mcw_take_hex(); *digits: how many there were, also where those are too many. */
bool mcw_take_hex_digits(struct mcw_cursor *c, __u64 *value, unsigned int *digits);
bool mcw_take_u32(struct mcw_cursor *c, unsigned int base, __u32 *value);
bool mcw_take_u8(struct mcw_cursor *c, unsigned int base, __u8 *value);
/* "0x" in front says that a number is hexadecimal, else it is decimal. */
bool mcw_take_either(struct mcw_cursor *c, __u64 *value);
/* Goes behind the first word like this. */
bool mcw_go_behind(struct mcw_cursor *c, const char *word);
/* Stays in front of it. */
bool mcw_go_to(struct mcw_cursor *c, const char *word);
/* A copy of it; its text up to the first of stops, or its end; what is no printable ASCII is ?. */
void mcw_copy_text(char *to, size_t size, const char *from, size_t length);
void mcw_copy_until(char *to, size_t size, const struct mcw_cursor *c, const char *stops);

static inline size_t mcw_left(const struct mcw_cursor *c)
{
	return c->end - c->at;
}

static inline bool mcw_is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static inline bool mcw_is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* 16: no digit. */
static inline unsigned int mcw_digit_of(char c)
{
	if (mcw_is_digit(c))
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : 16;
}

#endif /* MCW_KLOG_SCAN_H */

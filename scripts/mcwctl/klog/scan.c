// SPDX-License-Identifier: GPL-2.0
/*
 * Taking a text apart from its beginning to its end.
 */
#define _GNU_SOURCE
#include "klog/scan.h"

#include <string.h>

/* The word at *words; goes behind it and what separates it. */
static size_t next_word(const char **words)
{
	size_t length = strchrnul(*words, '|') - *words;

	*words += length + ((*words)[length] == '|');
	return length;
}

bool mcw_take_one_of(struct mcw_cursor *c, const char *words)
{
	while (*words) {
		const char *word = words;
		size_t length = next_word(&words);

		if (mcw_left(c) >= length && length && *c->at == *word &&
		    !memcmp(c->at, word, length)) {
			c->at += length;
			return true;
		}
	}
	return false;
}

bool mcw_has_one_of(const char *text, size_t length, const char *words)
{
	while (*words) {
		const char *word = words;
		size_t bytes = next_word(&words);

		if (memmem(text, length, word, bytes))
			return true;
	}
	return false;
}

void mcw_take_blanks(struct mcw_cursor *c)
{
	while (c->at < c->end && (*c->at == ' ' || *c->at == '\t'))
		c->at++;
}

bool mcw_take_number(struct mcw_cursor *c, unsigned int base, __u64 max, __u64 *value)
{
	const char *begin;
	__u64 sum = 0;

	if (base == 16 && !mcw_take(c, "0x"))
		mcw_take(c, "0X");
	begin = c->at;
	*value = 0;
	for (; c->at < c->end; c->at++) {
		unsigned int digit = mcw_digit_of(*c->at);

		if (digit >= base)
			break;
		/* No base is above 16, so a division is needed only near the end of the range. */
		if (digit > max || (sum >= max >> 4 && sum > max / base) ||
		    sum * base > max - digit)
			return false;
		sum = sum * base + digit;
		*value = sum;
	}
	return c->at != begin;
}

bool mcw_take_hex(struct mcw_cursor *c, __u64 *value)
{
	return mcw_take_number(c, 16, ~0ULL, value);
}

bool mcw_take_hex_digits(struct mcw_cursor *c, __u64 *value, unsigned int *digits)
{
	const char *begin;

	if (!mcw_take(c, "0x"))
		mcw_take(c, "0X");
	begin = c->at;
	if (!mcw_take_number(c, 16, ~0ULL, value)) {
		while (c->at < c->end && mcw_digit_of(*c->at) < 16)
			c->at++;
		*digits = c->at - begin;
		return false;
	}
	*digits = c->at - begin;
	return true;
}

bool mcw_take_u32(struct mcw_cursor *c, unsigned int base, __u32 *value)
{
	__u64 wide;

	if (!mcw_take_number(c, base, ~0U, &wide))
		return false;
	*value = wide;
	return true;
}

bool mcw_take_u8(struct mcw_cursor *c, unsigned int base, __u8 *value)
{
	__u64 wide;

	if (!mcw_take_number(c, base, 0xff, &wide))
		return false;
	*value = wide;
	return true;
}

bool mcw_take_either(struct mcw_cursor *c, __u64 *value)
{
	bool hex = mcw_left(c) > 2 && c->at[0] == '0' && (c->at[1] == 'x' || c->at[1] == 'X');

	return mcw_take_number(c, hex ? 16 : 10, ~0ULL, value);
}

bool mcw_go_to(struct mcw_cursor *c, const char *word)
{
	const char *found = memmem(c->at, mcw_left(c), word, strlen(word));

	if (!found)
		return false;
	c->at = found;
	return true;
}

bool mcw_go_behind(struct mcw_cursor *c, const char *word)
{
	if (!mcw_go_to(c, word))
		return false;
	c->at += strlen(word);
	return true;
}

void mcw_copy_text(char *to, size_t size, const char *from, size_t length)
{
	size_t i;

	for (i = 0; i < length && i < size - 1; i++)
		to[i] = from[i] < ' ' || from[i] > '~' ? '?' : from[i];
	to[i] = '\0';
}

void mcw_copy_until(char *to, size_t size, const struct mcw_cursor *c, const char *stops)
{
	size_t length = 0;

	while (length < mcw_left(c) && !strchr(stops, c->at[length]))
		length++;
	while (length && c->at[length - 1] == ' ')
		length--;
	mcw_copy_text(to, size, c->at, length);
}

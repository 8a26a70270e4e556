/* SPDX-License-Identifier: GPL-2.0 */
/* The words, signs and numbers of inject/text.h's language, with one token of look-ahead. */
#ifndef MCW_INJECT_SCAN_H
#define MCW_INJECT_SCAN_H

#include <stdio.h>

#include "inject/text.h"

#define MCW_TOKEN_BYTES	64

enum mcw_token {
	MCW_TOKEN_END,
	MCW_TOKEN_WORD,
	MCW_TOKEN_SIGN,
	MCW_TOKEN_BAD,
};

struct mcw_scan {
	struct mcw_inject_text *text;
	struct mcw_injection *inj;
	bool hex;		/* in a block in the kernel's own form */
	enum mcw_token kind;	/* the token that comes next, where it stands, and its line */
	const char *begin;
	unsigned int line;
	char token[MCW_TOKEN_BYTES];
	char quoted[MCW_TOKEN_BYTES + 2];
};

/* Stores what is wrong at this token. Return: false. */
bool mcw_scan_fail(struct mcw_scan *p, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* At the beginning of a line: skips the kernel's prefix, if there is one. */
void mcw_scan_begin_line(struct mcw_inject_text *text);
void mcw_scan_next(struct mcw_scan *p);

/* The token as a message quotes it. */
const char *mcw_scan_shown(struct mcw_scan *p);
bool mcw_scan_is(const struct mcw_scan *p, const char *word);

/* Each takes the token if it fits. Otherwise mcw_scan_need_sign() and numbers are errors. */
bool mcw_scan_word(struct mcw_scan *p, const char *word);
bool mcw_scan_sign(struct mcw_scan *p, char sign);
bool mcw_scan_need_sign(struct mcw_scan *p, char sign);

/* A number as C writes it; with base 16 also without 0x. False: no number, or too large. */
bool mcw_scan_number_of(const char *text, unsigned int base, __u64 *value);

/* decimal: the kernel prints this number in decimal. */
bool mcw_scan_number(struct mcw_scan *p, bool decimal, __u64 max, __u64 *value);

#endif /* MCW_INJECT_SCAN_H */

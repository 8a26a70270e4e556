/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The words of outcomes, for people and in JSON. Pure.
 */
#ifndef MCW_DECODE_OUTCOME_WORDS_H
#define MCW_DECODE_OUTCOME_WORDS_H

#include <stddef.h>

#include <uapi/mcewarden.h>

enum mcw_outcome_words {
	MCW_WORDS_REASON,
	MCW_WORDS_ACTOR,
	MCW_WORDS_ACTION,
	MCW_WORDS_DISPOSITION,
	MCW_WORDS_RESULT,
};

/* By their numbers: in JSON, and in a line for people, where it may be empty. */
const char *mcw_outcome_word(enum mcw_outcome_words words, unsigned int n);
const char *mcw_outcome_phrase(enum mcw_outcome_words words, unsigned int n);

/* What was done, by whom, and why: "page 0x1000: taken offline by the kernel". Return: buf. */
const char *mcw_outcome_what(const struct mcw_outcome *o, char *buf, size_t size);

#endif /* MCW_DECODE_OUTCOME_WORDS_H */

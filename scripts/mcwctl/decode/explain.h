/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the words mean that this tool prints, and those that the field uses.
 *
 *	for (size_t at = 0; (e = mcw_explain_next("UCNA", &at));)
 *		... e->text ...
 */
#ifndef MCW_DECODE_EXPLAIN_H
#define MCW_DECODE_EXPLAIN_H

#include <stddef.h>

enum mcw_topic {
	MCW_TOPIC_FAMILY,
	MCW_TOPIC_COMPONENT,
	MCW_TOPIC_CLASS,
	MCW_TOPIC_GRADE,
	MCW_TOPIC_RULE,
	MCW_TOPIC_SOURCE,
	MCW_TOPIC_LANE,
	MCW_TOPIC_FLAG,
	MCW_TOPIC_REASON,	/* of an outcome, and so are the next four */
	MCW_TOPIC_ACTOR,
	MCW_TOPIC_ACTION,
	MCW_TOPIC_DISPOSITION,
	MCW_TOPIC_RESULT,
	MCW_TOPIC_PAGE,		/* the state of a page */
	MCW_TOPIC_VICTIM,	/* why a task got a signal */
	MCW_TOPIC_BIT,		/* of a register */
	MCW_TOPIC_TERM,		/* the field's */
	MCW_TOPIC_CODE,		/* a model's */

	MCW_TOPICS,
};

#define MCW_EXPLAIN_CAUSES 5

/* Texts are sentences without line ends. */
struct mcw_explanation {
	enum mcw_topic topic;
	const char *word;
	const char *also;	/* other spellings, with | between them; or NULL */
	const char *text;
	/* Of a family alone, else NULL. */
	const char *causes[MCW_EXPLAIN_CAUSES];	/* the most usual one first */
	const char *sure;	/* how certain that is */
	const char *now;	/* what to do */
	const char *next;	/* if it comes again */
	const char *not_it;	/* what it is not */
};

/* "family of errors" */
const char *mcw_topic_name(enum mcw_topic topic);

/* The n-th explanation, topic by topic; NULL past the last. */
const struct mcw_explanation *mcw_explanation(size_t n);

/*
 * The next explanation of that word, which may be of several topics. Capitals do not matter, and
 * blank, - and _ are the same. *at: 0 for the first one. Return: NULL: no more.
 */
const struct mcw_explanation *mcw_explain_next(const char *word, size_t *at);

/* That of one topic, by its own spelling; NULL where there is none. */
const struct mcw_explanation *mcw_explain_of(enum mcw_topic topic, const char *word);

#endif /* MCW_DECODE_EXPLAIN_H */

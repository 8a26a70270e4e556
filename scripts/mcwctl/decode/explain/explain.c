// SPDX-License-Identifier: GPL-2.0
/*
 * What the words mean that this tool prints, and those that the field uses: finding them.
 */
#include "decode/explain.h"

#include <stdbool.h>
#include <string.h>

#include "decode/explain/tables.h"

static const struct mcw_explain_table *const tables[] = {
	&mcw_explain_families,	   &mcw_explain_more_families, &mcw_explain_components,
	&mcw_explain_grades,	   &mcw_explain_rules,	       &mcw_explain_records,
	&mcw_explain_outcomes,	   &mcw_explain_bits,	       &mcw_explain_terms,
	&mcw_explain_memory_terms, &mcw_explain_intel_words,   &mcw_explain_amd_words,
};

const char *mcw_topic_name(enum mcw_topic topic)
{
	static const char *const names[MCW_TOPICS] = {
		[MCW_TOPIC_FAMILY] = "family of errors",
		[MCW_TOPIC_COMPONENT] = "component",
		[MCW_TOPIC_CLASS] = "class of an error",
		[MCW_TOPIC_GRADE] = "grade of a record",
		[MCW_TOPIC_RULE] = "rule of the grading",
		[MCW_TOPIC_SOURCE] = "source of a record",
		[MCW_TOPIC_LANE] = "lane of records",
		[MCW_TOPIC_FLAG] = "flag of a record",
		[MCW_TOPIC_REASON] = "reason of an outcome",
		[MCW_TOPIC_ACTOR] = "actor of an outcome",
		[MCW_TOPIC_ACTION] = "action of an outcome",
		[MCW_TOPIC_DISPOSITION] = "disposition of an outcome",
		[MCW_TOPIC_RESULT] = "result of an outcome",
		[MCW_TOPIC_PAGE] = "state of a page",
		[MCW_TOPIC_VICTIM] = "cause of a victim",
		[MCW_TOPIC_BIT] = "bit of a register",
		[MCW_TOPIC_TERM] = "term",
		[MCW_TOPIC_CODE] = "word of an error code",
	};

	return topic < MCW_TOPICS ? names[topic] : "unknown";
}

const struct mcw_explanation *mcw_explanation(size_t n)
{
	for (size_t i = 0; i < ARRAY_SIZE(tables); i++) {
		if (n < tables[i]->count)
			return &tables[i]->rows[n];
		n -= tables[i]->count;
	}
	return NULL;
}

static char folded(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A' + 'a';
	return c == '-' || c == '_' ? ' ' : c;
}

/* Whether a name, which ends at | or at its end, is that word. */
static bool is_word(const char *name, const char *word)
{
	while (*name && *name != '|' && folded(*name) == folded(*word)) {
		name++;
		word++;
	}
	return !*word && (!*name || *name == '|');
}

static bool is_of(const struct mcw_explanation *e, const char *word)
{
	const char *also = e->also;

	if (is_word(e->word, word))
		return true;
	while (also && !is_word(also, word)) {
		also = strchr(also, '|');
		if (also)
			also++;
	}
	return also;
}

const struct mcw_explanation *mcw_explain_next(const char *word, size_t *at)
{
	const struct mcw_explanation *e;

	while ((e = mcw_explanation(*at))) {
		++*at;
		if (is_of(e, word))
			return e;
	}
	return NULL;
}

const struct mcw_explanation *mcw_explain_of(enum mcw_topic topic, const char *word)
{
	const struct mcw_explanation *e;

	for (size_t n = 0; (e = mcw_explanation(n)); n++)
		if (e->topic == topic && !strcmp(e->word, word))
			return e;
	return NULL;
}

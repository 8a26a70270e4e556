// SPDX-License-Identifier: GPL-2.0
/*
 * What a word means, in lines of at most 80 columns or as a JSON object.
 */
#include "show/explain.h"

#include <string.h>

#include <mcewarden/severity.h>

#include "decode/advice.h"
#include "decode/decode.h"
#include "decode/explain.h"
#include "show/json_writer.h"
#include "show/wrap.h"

#define COLUMNS 80
#define INDENT 10

static void paragraph(FILE *out, const char *name, const char *text)
{
	struct mcw_wrap w = { .out = out, .indent = INDENT, .columns = COLUMNS };
	char label[INDENT + 1];

	if (!text)
		return;
	snprintf(label, sizeof(label), "%-*s", INDENT, name);
	mcw_wrap_begin(&w, label);
	mcw_wrap_put(&w, text);
	mcw_wrap_end(&w);
}

static void causes_print(FILE *out, const struct mcw_explanation *e)
{
	for (unsigned int i = 0; i < MCW_EXPLAIN_CAUSES && e->causes[i]; i++) {
		char text[MCW_TEXT_BYTES];

		snprintf(text, sizeof(text), "%u. %s", i + 1, e->causes[i]);
		paragraph(out, i ? "" : "causes", text);
	}
}

/* What a rule asks for, and where it comes from. */
static void rule_print(FILE *out, const char *name)
{
	char text[MCW_TEXT_BYTES];

	for (unsigned int rule = 0; rule < MCW_RULES; rule++) {
		if (strcmp(mcw_severity_rule_name(rule), name))
			continue;
		paragraph(out, "fits", mcw_rule_text(rule, text, sizeof(text)));
		paragraph(out, "grade", mcw_grade_name(mcw_severity_rule(rule)->grade));
	}
}

void mcw_explain_text(FILE *out, const struct mcw_explanation *e)
{
	fprintf(out, "%s (%s)\n", e->word, mcw_topic_name(e->topic));
	paragraph(out, "what", e->text);
	causes_print(out, e);
	paragraph(out, "certain", e->sure);
	paragraph(out, "do now", e->now);
	paragraph(out, "next", e->next);
	paragraph(out, "not", e->not_it);
	if (e->topic == MCW_TOPIC_RULE)
		rule_print(out, e->word);
}

/* The other spellings, as array. */
static void also_write(struct mcw_json *json, const char *also)
{
	char name[64];

	mcw_json_begin_array(json, "also");
	while (also && *also) {
		size_t length = strcspn(also, "|");

		snprintf(name, sizeof(name), "%.*s", (int)length, also);
		mcw_json_string(json, NULL, name);
		also += length + (also[length] == '|');
	}
	mcw_json_end_array(json);
}

static void known_write(struct mcw_json *json, const char *key, const char *text)
{
	if (text)
		mcw_json_string(json, key, text);
}

void mcw_explain_json(FILE *out, const struct mcw_explanation *e)
{
	struct mcw_json json;

	mcw_json_begin_line(&json, out);
	mcw_json_string(&json, "type", "explanation");
	mcw_json_string(&json, "topic", mcw_topic_name(e->topic));
	mcw_json_string(&json, "word", e->word);
	also_write(&json, e->also);
	mcw_json_string(&json, "text", e->text);
	if (e->causes[0]) {
		mcw_json_begin_array(&json, "causes");
		for (unsigned int i = 0; i < MCW_EXPLAIN_CAUSES && e->causes[i]; i++)
			mcw_json_string(&json, NULL, e->causes[i]);
		mcw_json_end_array(&json);
	}
	known_write(&json, "certain", e->sure);
	known_write(&json, "do_now", e->now);
	known_write(&json, "next", e->next);
	known_write(&json, "not", e->not_it);
	mcw_json_end_line(&json);
}

void mcw_explain_list(FILE *out)
{
	const struct mcw_explanation *e;

	for (unsigned int topic = 0; topic < MCW_TOPICS; topic++) {
		unsigned int column = INDENT;

		fprintf(out, "%s%s:\n%*s", topic ? "\n" : "", mcw_topic_name(topic), INDENT, "");
		for (size_t n = 0; (e = mcw_explanation(n)); n++) {
			char word[64];

			if (e->topic != topic)
				continue;
			snprintf(word, sizeof(word), column > INDENT ? ", %s" : "%s", e->word);
			if (column + strlen(word) > COLUMNS - 1) {
				fprintf(out, ",\n%*s%s", INDENT, "", e->word);
				column = INDENT + strlen(e->word);
			} else {
				fputs(word, out);
				column += strlen(word);
			}
		}
		fputc('\n', out);
	}
}

void mcw_explained_add(struct mcw_explained *x, const struct mcw_advice *advice)
{
	const struct mcw_advice *family;

	for (unsigned int n = 0; advice && (family = mcw_advice_number(n)); n++)
		if (family == advice)
			x->families |= 1U << n;
}

void mcw_explained_print(FILE *out, const struct mcw_explained *x, bool json)
{
	const struct mcw_advice *family;

	for (unsigned int n = 0; (family = mcw_advice_number(n)); n++) {
		const struct mcw_explanation *e;

		e = mcw_explain_of(MCW_TOPIC_FAMILY, family->name);
		if (!(x->families & 1U << n) || !e)
			continue;
		if (json) {
			mcw_explain_json(out, e);
			continue;
		}
		fputc('\n', out);
		mcw_explain_text(out, e);
	}
}

// SPDX-License-Identifier: GPL-2.0
/* LINK: mcwctl */
/*
 * Every word that mcwctl prints of an error has an explanation, and each explanation is whole.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <mcewarden/severity.h>

#include "ktap.h"
#include "cmd/command.h"
#include "decode/advice.h"
#include "decode/component.h"
#include "decode/decode.h"
#include "decode/explain.h"
#include "decode/outcome_words.h"
#include "show/page.h"
#include "show/victim.h"

static void is_explained(enum mcw_topic topic, const char *word)
{
	const struct mcw_explanation *e = mcw_explain_of(topic, word), *found;
	size_t at = 0;

	while ((found = mcw_explain_next(word, &at)) && found != e)
		;
	ktap_result_of(e && found == e, "%s '%s' is explained", mcw_topic_name(topic), word);
}

static void test_decoded(void)
{
	const struct mcw_advice *family;
	const char *name;

	for (unsigned int n = 0; (family = mcw_advice_number(n)); n++)
		is_explained(MCW_TOPIC_FAMILY, family->name);
	for (unsigned int n = 0; n < MCW_COMPONENTS; n++)
		is_explained(MCW_TOPIC_COMPONENT, mcw_component_name(n));
	for (unsigned int n = 0; n <= MCW_CLASS_FATAL; n++)
		is_explained(MCW_TOPIC_CLASS, mcw_class_name(n));
	for (unsigned int n = 0; n <= MCW_GRADE_PANIC + 1; n++)
		is_explained(MCW_TOPIC_GRADE, mcw_grade_name(n));
	for (unsigned int n = 0; n <= MCW_SOURCE_PROCESS; n++)
		is_explained(MCW_TOPIC_SOURCE, mcw_source_name(n));
	for (unsigned int n = 0; n <= MCW_LANES; n++)
		is_explained(MCW_TOPIC_LANE, mcw_lane_name(n));
	for (unsigned int n = 0; n < MCW_FLAG_BITS; n++) {
		name = mcw_flag_name(n);
		if (name)
			is_explained(MCW_TOPIC_FLAG, name);
	}
	for (unsigned int n = 0; n < MCW_RULES; n++)
		is_explained(MCW_TOPIC_RULE, mcw_severity_rule_name(n));
}

/* Numbers without a word are "unknown", and that is explained too. */
static void test_outcomes(void)
{
	static const struct {
		enum mcw_outcome_words words;
		enum mcw_topic topic;
		unsigned int least;
	} rows[] = {
		{ MCW_WORDS_REASON, MCW_TOPIC_REASON, MCW_REASON_SAME_ERROR },
		{ MCW_WORDS_ACTOR, MCW_TOPIC_ACTOR, MCW_ACTOR_MODULE },
		{ MCW_WORDS_ACTION, MCW_TOPIC_ACTION, MCW_ACTION_PANIC },
		{ MCW_WORDS_DISPOSITION, MCW_TOPIC_DISPOSITION, MCW_DISPOSITION_GRACE },
		{ MCW_WORDS_RESULT, MCW_TOPIC_RESULT, MCW_RESULT_RECOVERED },
	};
	const char *name;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		unsigned int n = 0;

		do
			is_explained(rows[i].topic, name = mcw_outcome_word(rows[i].words, n));
		while (n++ <= rows[i].least || strcmp(name, "unknown"));
	}
	for (unsigned int n = 0; (name = mcw_page_state_name(n)); n++)
		is_explained(MCW_TOPIC_PAGE, name);
	for (unsigned int n = 0; n <= MCW_VICTIM_CONSUMED; n++)
		is_explained(MCW_TOPIC_VICTIM, mcw_victim_cause_name(n));
}

/* Registers' bits, as decode prints them. */
static void test_bits(void)
{
	char text[MCW_TEXT_BYTES], *word, *rest = NULL;
	struct mcw_event ev = { .regs = { .status = ~0ULL, .mcgcap = ~0ULL } };

	for (unsigned int vendor = 0; vendor < 2; vendor++) {
		ev.regs.cpuvendor = vendor ? MCW_VENDOR_AMD : MCW_VENDOR_INTEL;
		ev.cpu_caps = vendor ? MCW_CAP_SMCA : 0;
		mcw_status_text(&ev, text, sizeof(text));
		for (word = strtok_r(text, " ", &rest); word; word = strtok_r(NULL, " ", &rest))
			is_explained(MCW_TOPIC_BIT, word);
	}
	mcw_mcgstatus_text(~0ULL, ~0ULL, text, sizeof(text));
	for (word = strtok_r(text, " ", &rest); word; word = strtok_r(NULL, " ", &rest))
		is_explained(MCW_TOPIC_BIT, word);
}

static bool is_prose(const char *text)
{
	for (const char *c = text; *c; c++)
		if (*c < ' ' || *c > '~' || (c[0] == ' ' && c[1] == ' '))
			return false;
	return *text && text[strlen(text) - 1] == '.';
}

static bool is_whole(const struct mcw_explanation *e)
{
	if (!is_prose(e->text) || mcw_explain_of(e->topic, e->word) != e)
		return false;
	if (e->topic != MCW_TOPIC_FAMILY)
		return !e->causes[0] && !e->sure && !e->now && !e->next && !e->not_it;
	return e->causes[0] && e->causes[1] && is_prose(e->sure) && is_prose(e->now) &&
	       is_prose(e->next) && is_prose(e->not_it);
}

static void test_texts(void)
{
	const struct mcw_explanation *e;
	unsigned int bad = 0;
	size_t n;

	for (n = 0; (e = mcw_explanation(n)); n++) {
		if (is_whole(e))
			continue;
		printf("# %s '%s' is not whole, or there twice\n", mcw_topic_name(e->topic),
		       e->word);
		bad++;
	}
	ktap_result_of(n > 200 && !bad, "%zu explanations are sentences, and whole", n);
}

static void test_finding(void)
{
	static const struct {
		const char *typed;
		const char *word; /* NULL: nothing is found */
	} rows[] = {
		{ "srar", "SRAR" },
		{ "Page-Offline", "page offline" },
		{ "page_offline", "page offline" },
		{ "hard offline", "page offline" },
		{ "hwpoison", "page offline" },
		{ "cmci storm", "storm" },
		{ "storms", NULL },
		{ "stor", NULL },
		{ "", NULL },
		{ "|", NULL },
		{ "hwpoison|memory", NULL },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		size_t at = 0;
		const struct mcw_explanation *e = mcw_explain_next(rows[i].typed, &at);

		ktap_result_of(rows[i].word ? e && !strcmp(e->word, rows[i].word) : !e,
			       "'%s' finds %s", rows[i].typed,
			       rows[i].word ? rows[i].word : "nothing");
	}
}

/* The command says what was meant, in a message of its own. */
static void test_mistyped(void)
{
	static const struct {
		const char *typed[3];
		enum mcw_exit result;
		const char *said;
	} rows[] = {
		{ { "UCNA" }, MCW_EXIT_OK, NULL },
		{ { "page", "offline" }, MCW_EXIT_OK, NULL },
		{ { "unca" }, MCW_EXIT_FAILED, "did you mean 'UCNA'?" },
		{ { "hwpoisson" }, MCW_EXIT_FAILED, "did you mean 'hwpoison'?" },
		{ { "page", "ofline" }, MCW_EXIT_FAILED, "did you mean 'page offline'?" },
		{ { "nonsense" }, MCW_EXIT_FAILED, "nothing is known of 'nonsense' (mcwctl" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct mcw_options o = { .arguments = (char **)rows[i].typed };
		int kept = dup(STDERR_FILENO), out = dup(STDOUT_FILENO);
		FILE *said = tmpfile(), *printed = tmpfile();
		char text[512] = "";
		enum mcw_exit result;
		bool good;

		fflush(stdout);
		dup2(fileno(said), STDERR_FILENO);
		dup2(fileno(printed), STDOUT_FILENO);
		result = mcw_explain_run(&o);
		fflush(stdout);
		dup2(kept, STDERR_FILENO);
		dup2(out, STDOUT_FILENO);
		close(kept);
		close(out);
		rewind(said);
		text[fread(text, 1, sizeof(text) - 1, said)] = '\0';
		fseek(printed, 0, SEEK_END);
		good = rows[i].said ? !!strstr(text, rows[i].said) : !text[0];
		good = good && (result == MCW_EXIT_OK) == (ftell(printed) > 0);
		ktap_result_of(good && result == rows[i].result, "mcwctl explain %s",
			       rows[i].typed[0]);
		fclose(said);
		fclose(printed);
	}
}

int main(void)
{
	test_mistyped();
	test_decoded();
	test_outcomes();
	test_bits();
	test_texts();
	test_finding();
	return ktap_end();
}

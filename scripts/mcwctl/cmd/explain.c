// SPDX-License-Identifier: GPL-2.0
/*
 * mcwctl explain: what a word means that mcwctl prints or that the field uses.
 */
#include "cmd/command.h"

#include <stdio.h>
#include <string.h>

#include "cmd/nearest.h"
#include "decode/explain.h"
#include "error.h"
#include "show/explain.h"

#define WORD_BYTES 64

static void copy_small(char *to, const char *from, size_t length)
{
	size_t i;

	for (i = 0; i < length && i < WORD_BYTES - 1; i++)
		to[i] = from[i] >= 'A' && from[i] <= 'Z' ? from[i] - 'A' + 'a' : from[i];
	to[i] = '\0';
}

/* Capitals do not count for what is near. best: keeps the word as it is written. */
static void spelling_try(struct mcw_nearest *near, char *best, const char *spelling, size_t length)
{
	char small[WORD_BYTES];

	copy_small(small, spelling, length);
	mcw_nearest_try(near, small);
	if (near->best != small)
		return;
	snprintf(best, WORD_BYTES, "%.*s", (int)length, spelling);
	near->best = best;
}

static enum mcw_exit word_unknown(const char *word)
{
	char small[WORD_BYTES], best[WORD_BYTES];
	struct mcw_nearest near = { .word = small };
	const struct mcw_explanation *e;

	copy_small(small, word, strlen(word));
	for (size_t n = 0; (e = mcw_explanation(n)); n++) {
		const char *also = e->also;

		spelling_try(&near, best, e->word, strlen(e->word));
		while (also && *also) {
			size_t length = strcspn(also, "|");

			spelling_try(&near, best, also, length);
			also += length + (also[length] == '|');
		}
	}
	mcw_error("explain: nothing is known of '%s'%s (mcwctl explain lists all words)", word,
		  mcw_nearest_text(&near));
	return MCW_EXIT_FAILED;
}

static void all_json(void)
{
	const struct mcw_explanation *e;

	for (size_t n = 0; (e = mcw_explanation(n)); n++)
		mcw_explain_json(stdout, e);
}

/* A word may be of several topics. */
static enum mcw_exit word_explain(const char *word, bool json)
{
	const struct mcw_explanation *e;
	size_t found = 0;

	for (size_t at = 0; (e = mcw_explain_next(word, &at)); found++) {
		if (json) {
			mcw_explain_json(stdout, e);
			continue;
		}
		if (found)
			putchar('\n');
		mcw_explain_text(stdout, e);
	}
	return found ? MCW_EXIT_OK : word_unknown(word);
}

enum mcw_exit mcw_explain_run(struct mcw_options *o)
{
	char word[WORD_BYTES] = "";
	size_t used = 0;

	if (!o->arguments[0]) {
		if (o->json)
			all_json();
		else
			mcw_explain_list(stdout);
		return MCW_EXIT_OK;
	}
	/* "page offline" needs no quotes. */
	for (char **argument = o->arguments; *argument; argument++) {
		int n = snprintf(word + used, sizeof(word) - used, "%s%s", used ? " " : "",
				 *argument);

		if (n < 0 || (size_t)n >= sizeof(word) - used) {
			mcw_error("explain: '%s' is longer than any word" MCW_SEE_HELP, *argument);
			return MCW_EXIT_USAGE;
		}
		used += n;
	}
	return word_explain(word, o->json);
}

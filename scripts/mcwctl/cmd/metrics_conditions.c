// SPDX-License-Identifier: GPL-2.0
/*
 * mcwctl metrics: the conditions, as the recorder that acts on them has stored them. There is a
 * series for each part that is above, but none for an address: of pages there is their number.
 */
#include "cmd/metrics.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd/command.h"
#include "cmd/conditions_file.h"
#include "decode/decode.h"
#include "error.h"
#include "show/condition.h"
#include "source/boot_id.h"
#include "source/clock.h"

static const char *name_of(unsigned int condition)
{
	return mcw_condition_about(condition)->name;
}

static unsigned int above_of(const struct mcw_conditions *c, unsigned int condition)
{
	unsigned int above = 0;

	for (size_t i = 0; i < MCW_BUCKETS; i++)
		above += c->buckets[i].condition == condition &&
			 mcw_condition_is_above(c, &c->buckets[i]);
	return above;
}

static bool has_series(const struct mcw_conditions *c, const struct mcw_condition_bucket *b)
{
	return mcw_condition_is_above(c, b) && b->page == MCW_NO_PAGE &&
	       c->conf.of[b->condition].metric;
}

/* Parts that differ only in what is not in their text share a series. */
static bool is_repeated(const struct mcw_conditions *c, size_t at, const char *part)
{
	char text[MCW_TEXT_BYTES];

	for (size_t i = 0; i < at; i++) {
		const struct mcw_condition_bucket *b = &c->buckets[i];

		if (b->condition == c->buckets[at].condition && has_series(c, b) &&
		    !strcmp(mcw_condition_part_text(b, text, sizeof(text)), part))
			return true;
	}
	return false;
}

static void parts_print(FILE *out, const struct mcw_conditions *c)
{
	char text[MCW_TEXT_BYTES];

	fputs("# HELP mcewarden_condition_part A part of which a condition holds.\n"
	      "# TYPE mcewarden_condition_part gauge\n",
	      out);
	for (size_t i = 0; i < MCW_BUCKETS; i++) {
		const struct mcw_condition_bucket *b = &c->buckets[i];

		if (!has_series(c, b) ||
		    is_repeated(c, i, mcw_condition_part_text(b, text, sizeof(text))))
			continue;
		fprintf(out,
			"mcewarden_condition_part{condition=\"%s\",part=", name_of(b->condition));
		mcw_metrics_label(out, text);
		fputs("} 1\n", out);
	}
}

static void programs_print(FILE *out, const struct mcw_conditions *c)
{
	fputs("# HELP mcewarden_condition_programs_total Programs of conditions, by result: all "
	      "that were started, and those that failed, ran for too long or did not run.\n"
	      "# TYPE mcewarden_condition_programs_total counter\n",
	      out);
	for (unsigned int i = 0; i < MCW_CONDITIONS; i++) {
		const struct mcw_condition_counts *n = &c->counts[i];
		const struct {
			const char *result;
			__u64 count;
		} rows[] = {
			{ "started", n->started },
			{ "failed", n->failed },
			{ "ended", n->ended },
			{ "left_out", n->left_out },
		};

		for (size_t row = 0; c->conf.of[i].metric && row < ARRAY_SIZE(rows); row++)
			fprintf(out,
				"mcewarden_condition_programs_total{condition=\"%s\","
				"result=\"%s\"} %llu\n",
				name_of(i), rows[row].result, rows[row].count);
	}
}

static void all_print(FILE *out, const struct mcw_conditions *c)
{
	fputs("# HELP mcewarden_condition Parts of which a condition holds; see "
	      "mcewarden.conf(5).\n"
	      "# TYPE mcewarden_condition gauge\n",
	      out);
	for (unsigned int i = 0; i < MCW_CONDITIONS; i++)
		if (c->conf.of[i].metric)
			fprintf(out, "mcewarden_condition{condition=\"%s\"} %u\n", name_of(i),
				above_of(c, i));
	parts_print(out, c);
	fputs("# HELP mcewarden_condition_fired_total How often a condition began to hold.\n"
	      "# TYPE mcewarden_condition_fired_total counter\n",
	      out);
	for (unsigned int i = 0; i < MCW_CONDITIONS; i++)
		if (c->conf.of[i].metric)
			fprintf(out, "mcewarden_condition_fired_total{condition=\"%s\"} %llu\n",
				name_of(i), c->counts[i].fired);
	programs_print(out, c);
}

/* The usual file need not be there, and only root and the group adm may read it. */
void mcw_metrics_conditions(FILE *out, const struct mcw_options *o)
{
	const char *path = o->conditions ? o->conditions : MCW_CONDITIONS_FILE;
	struct mcw_conditions_origin origin = {
		.mono_ns = mcw_now_ns(CLOCK_MONOTONIC),
		.wall_ns = mcw_now_ns(CLOCK_REALTIME),
	};
	struct mcw_conditions_conf conf;
	struct mcw_conditions *c;
	struct mcw_limits limits;
	int err;

	if (!o->conditions && access(path, R_OK))
		return;
	c = malloc(sizeof(*c));
	if (c && mcw_boot_id_read(origin.boot_id) &&
	    mcw_conditions_conf_read(&conf, &limits, o->config)) {
		mcw_conditions_begin(c, &conf);
		err = mcw_conditions_state_read(c, &origin, path);
		if (!err)
			all_print(out, c);
		else
			mcw_error("cannot read the conditions of %s: %s", path,
				  mcw_conditions_why(err));
	}
	free(c);
}

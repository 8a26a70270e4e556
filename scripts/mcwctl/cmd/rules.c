// SPDX-License-Identifier: GPL-2.0
/*
 * mcwctl rules: the rules of the grading in their order, and how many events each rule graded.
 */
#include "cmd/command.h"

#include <mcewarden/grading.h>
#include <mcewarden/severity.h>

#include "decode/decode.h"
#include "show/json_writer.h"
#include "source/stream.h"
#include "source/sysfs.h"

static void rule_print(unsigned int rule, __u64 hits)
{
	char text[MCW_TEXT_BYTES];

	printf("%12llu %-8s %s\n", hits, mcw_grade_name(mcw_severity_rule(rule)->grade),
	       mcw_rule_text(rule, text, sizeof(text)));
}

static void rule_print_json(unsigned int rule, __u64 hits)
{
	char text[MCW_TEXT_BYTES];
	struct mcw_json json;

	mcw_json_begin_line(&json, stdout);
	mcw_json_string(&json, "rule", mcw_severity_rule_name(rule));
	mcw_json_string(&json, "grade", mcw_grade_name(mcw_severity_rule(rule)->grade));
	mcw_json_number(&json, "hits", hits);
	mcw_json_string(&json, "why", mcw_rule_text(rule, text, sizeof(text)));
	mcw_json_string(&json, "manual", mcw_severity_rule(rule)->manual);
	mcw_json_end_line(&json);
}

static bool hits_read(const struct mcw_options *o, __u64 hits[MCW_RULES])
{
	for (unsigned int rule = 0; rule < MCW_RULES; rule++) {
		char name[64];

		snprintf(name, sizeof(name), "stats/rules/%s", mcw_severity_rule_name(rule));
		if (!mcw_sysfs_number(o->sysfs, name, &hits[rule]))
			return false;
	}
	return true;
}

static enum mcw_step hit_count(struct mcw_stream *s, const struct mcw_record *rec)
{
	__u64 *hits = s->self;

	if (rec->head.type == MCW_EVENT)
		hits[mcw_event_grade(&rec->event).rule]++;
	return MCW_STEP_MORE;
}

/* Counts by grading the events of a recording. */
static bool hits_count(const struct mcw_options *o, __u64 hits[MCW_RULES])
{
	static const struct mcw_consumer consumer = { .record = hit_count };
	static struct mcw_stream s;

	s.consumer = &consumer;
	s.self = hits;
	s.path = o->file;
	s.since_ns = o->filter.since_ns;
	return mcw_stream_replay(&s) != MCW_STEP_FAILED;
}

enum mcw_exit mcw_rules_run(struct mcw_options *o)
{
	__u64 hits[MCW_RULES] = { 0 };

	if (!(o->file ? hits_count(o, hits) : hits_read(o, hits)))
		return MCW_EXIT_FAILED;
	for (unsigned int rule = 0; rule < MCW_RULES; rule++)
		(o->json ? rule_print_json : rule_print)(rule, hits[rule]);
	return MCW_EXIT_OK;
}

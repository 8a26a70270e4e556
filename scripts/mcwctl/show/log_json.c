// SPDX-License-Identifier: GPL-2.0
/*
 * What a log has, in JSON: an object a line.
 */
#include "decode/advice.h"
#include "decode/decode.h"
#include "show/json.h"
#include "show/log_event.h"
#include "show/place.h"
#include "show/registers.h"

#define NS_PER_S 1000000000ULL

static void told_json(struct mcw_json *json, const struct mcw_console_record *r)
{
	mcw_json_begin_array(json, "told_by");
	for (unsigned int printer = 0; printer < MCW_PRINTERS; printer++)
		if (r->told & 1U << printer)
			mcw_json_string(json, NULL, mcw_printer_name(printer));
	mcw_json_end_array(json);
}

/* Which record of the module's it is. */
static void captured_json(struct mcw_json *json, const struct mcw_console_record *r)
{
	if (!(r->told & 1U << MCW_PRINTER_MCEWARDEN)) {
		mcw_json_null(json, "captured");
		return;
	}
	mcw_json_begin_object(json, "captured");
	mcw_json_bool(json, "at_panic", r->captured.at_panic);
	mcw_json_register(json, "load", r->captured.load);
	mcw_json_string(json, "lane", mcw_lane_name(r->captured.head.lane));
	mcw_json_number(json, "pos", r->captured.head.pos);
	mcw_json_number(json, "mono_ns", r->captured.head.mono_ns);
	mcw_json_end_object(json);
}

void mcw_log_event_json(FILE *out, const struct mcw_console_record *r, const struct mcw_subject *s)
{
	struct mcw_json json;

	mcw_json_begin_line(&json, out);
	mcw_json_string(&json, "type", "decoded");
	mcw_json_number(&json, "line", r->line);
	mcw_json_bool(&json, "mixed", r->mixed);
	mcw_json_bool(&json, "torn", r->torn);
	told_json(&json, r);
	captured_json(&json, r);
	mcw_json_number(&json, "times", r->repeats + 1);
	if (r->event.regs.time && r->event.regs.time < ~0ULL / NS_PER_S)
		mcw_json_time(&json, "time", r->event.regs.time * NS_PER_S);
	if (r->repeats && r->repeat_time && r->repeat_time < ~0ULL / NS_PER_S)
		mcw_json_time(&json, "last_time", r->repeat_time * NS_PER_S);
	mcw_json_string(&json, "symbol", r->symbol);
	mcw_subject_json(&json, s);
	mcw_json_end_line(&json);
}

void mcw_log_note_json(FILE *out, const struct mcw_console_record *r)
{
	enum mcw_fact key = MCW_FACT_DETAIL;
	struct mcw_json json;
	size_t at = 0;
	const char *text = mcw_facts_next(&r->facts, &at, &key);

	mcw_json_begin_line(&json, out);
	mcw_json_string(&json, "type", "note");
	mcw_json_number(&json, "line", r->line);
	mcw_json_number(&json, "times", r->repeats + 1);
	mcw_json_string(&json, "about", mcw_fact_name(key));
	mcw_json_string(&json, "text", text ? text : "");
	mcw_json_advice(&json, mcw_advice_told(&r->event, &r->facts));
	mcw_json_end_line(&json);
}

void mcw_log_end_json(FILE *out, const struct mcw_console *c)
{
	struct mcw_json json;

	if (c->orphans) {
		mcw_json_begin_line(&json, out);
		mcw_json_string(&json, "type", "orphans");
		mcw_json_number(&json, "lines", c->orphans);
		mcw_json_end_line(&json);
	}
	if (!c->logged.events && !c->logged.unknown && !c->logged.pages)
		return;
	mcw_json_begin_line(&json, out);
	mcw_json_string(&json, "type", "logged");
	mcw_json_number(&json, "events_without_record", c->logged.events);
	mcw_json_number(&json, "pages", c->logged.pages);
	mcw_json_number(&json, "lines_not_understood", c->logged.unknown);
	mcw_json_end_line(&json);
}

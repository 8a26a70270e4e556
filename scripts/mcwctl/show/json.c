// SPDX-License-Identifier: GPL-2.0
/*
 * A record as one JSON object on one line. Keys are only ever added.
 */
#include "show/json.h"

#include <time.h>

#include <mcewarden/grading.h>

#include "decode/decode.h"

#define NS_PER_S	1000000000ULL

/* RFC 3339; the last year that 64 bits of nanoseconds reach has four digits. */
void mcw_json_time(struct mcw_json *json, const char *key, __u64 wall_ns)
{
	time_t seconds = wall_ns / NS_PER_S;
	char date[64], text[96];
	struct tm tm;

	if (!gmtime_r(&seconds, &tm) || !strftime(date, sizeof(date), "%FT%T", &tm))
		date[0] = '\0';
	snprintf(text, sizeof(text), "%s.%09lluZ", date, wall_ns % NS_PER_S);
	mcw_json_string(json, key, text);
}

static void times_write(struct mcw_json *json, __u64 wall_ns, __u64 mono_ns)
{
	mcw_json_time(json, "time", wall_ns);
	mcw_json_number(json, "mono_ns", mono_ns);
}

static void flags_write(struct mcw_json *json, __u32 flags)
{
	mcw_json_begin_array(json, "flags");
	for (unsigned int bit = 0; bit < MCW_FLAG_BITS; bit++) {
		const char *name = flags & 1U << bit ? mcw_flag_name(bit) : NULL;

		if (name)
			mcw_json_string(json, NULL, name);
	}
	mcw_json_end_array(json);
}

static void remarks_write(struct mcw_json *json, const struct mcw_event *ev)
{
	char text[MCW_TEXT_BYTES];

	mcw_json_begin_array(json, "remarks");
	for (unsigned int n = 0; mcw_remark_text(ev, n, text, sizeof(text)); n++)
		mcw_json_string(json, NULL, text);
	mcw_json_end_array(json);
}

/* What the registers say. */
static void meaning_write(struct mcw_json *json, const struct mcw_event *ev)
{
	const char *threshold = mcw_event_threshold(ev);
	char text[MCW_TEXT_BYTES];
	bool more;
	unsigned int count = mcw_event_count(ev, &more);

	mcw_json_string(json, "text", mcw_sentence_text(ev, text, sizeof(text)));
	mcw_json_string(json, "unit", mcw_unit_text(ev, text, sizeof(text)));
	mcw_json_number(json, "count", count);
	mcw_json_bool(json, "count_overflow", more);
	if (threshold)
		mcw_json_string(json, "threshold_status", threshold);
	if (mcw_fru_text(ev, text, sizeof(text))[0])
		mcw_json_string(json, "fru", text);
	remarks_write(json, ev);
}

static void registers_write(struct mcw_json *json, const struct mcw_event *ev)
{
	const struct mcw_regs *regs = &ev->regs;

	mcw_json_register(json, "status", regs->status);
	mcw_json_register(json, "misc", regs->misc);
	mcw_json_register(json, "addr", regs->addr);
	mcw_json_register(json, "mcgstatus", regs->mcgstatus);
	mcw_json_register(json, "ip", regs->ip);
	mcw_json_register(json, "cs", regs->cs);
	mcw_json_register(json, "tsc", regs->tsc);
	mcw_json_register(json, "cpuid", regs->cpuid);
	mcw_json_register(json, "mcgcap", regs->mcgcap);
	mcw_json_register(json, "synd", regs->synd);
	mcw_json_register(json, "ipid", regs->ipid);
	mcw_json_register(json, "ppin", regs->ppin);
	mcw_json_register(json, "microcode", regs->microcode);
	mcw_json_register(json, "kflags", regs->kflags);
	mcw_json_register(json, "synd1", ev->synd1);
	mcw_json_register(json, "synd2", ev->synd2);
	mcw_json_number(json, "cpuvendor", regs->cpuvendor);
	mcw_json_number(json, "inject_flags", regs->inject_flags);
	mcw_json_number(json, "socketid", regs->socketid);
	mcw_json_number(json, "apicid", regs->apicid);
	mcw_json_number(json, "phys_bits", ev->phys_bits);
	mcw_json_number(json, "cpu_caps", ev->cpu_caps);
	mcw_json_number(json, "generation", ev->generation);
	mcw_json_number(json, "kernel_caps", ev->kernel_caps);
}

void mcw_json_head(struct mcw_json *json, const char *type, const struct mcw_head *head, __u64 lost)
{
	mcw_json_string(json, "type", type);
	mcw_json_string(json, "lane", mcw_lane_name(head->lane));
	mcw_json_number(json, "pos", head->pos);
	mcw_json_number(json, "lost", lost);
	times_write(json, head->wall_ns, head->mono_ns);
}

void mcw_json_event_body(struct mcw_json *json, const struct mcw_event *ev)
{
	char text[MCW_TEXT_BYTES];

	mcw_json_string(json, "class", mcw_class_name(mcw_event_class(ev)));
	mcw_json_number(json, "cpu", ev->regs.extcpu);
	mcw_json_number(json, "bank", ev->regs.bank);
	flags_write(json, ev->flags);
	mcw_json_string(json, "code", mcw_code_text(ev, text, sizeof(text)));
	registers_write(json, ev);
	meaning_write(json, ev);
}

void mcw_json_event(FILE *out, const struct mcw_record *r, __u64 lost)
{
	const struct mcw_event *ev = &r->event;
	struct mcw_verdict verdict = mcw_event_grade(ev);
	struct mcw_json json;

	mcw_json_begin_line(&json, out);
	mcw_json_head(&json, "event", &r->head, lost);
	mcw_json_string(&json, "source", mcw_source_name(ev->source));
	mcw_json_string(&json, "severity", mcw_grade_name(ev->regs.severity));
	mcw_json_string(&json, "grade", mcw_grade_name(verdict.grade));
	mcw_json_string(&json, "rule", mcw_severity_rule_name(verdict.rule));
	mcw_json_event_body(&json, ev);
	mcw_json_end_line(&json);
}

void mcw_json_lost(FILE *out, unsigned int lane, __u64 lost, __u64 wall_ns, __u64 mono_ns)
{
	struct mcw_json json;

	mcw_json_begin_line(&json, out);
	mcw_json_string(&json, "type", "lost");
	mcw_json_string(&json, "lane", mcw_lane_name(lane));
	mcw_json_number(&json, "lost", lost);
	times_write(&json, wall_ns, mono_ns);
	mcw_json_end_line(&json);
}

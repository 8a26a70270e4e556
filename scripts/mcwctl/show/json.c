// SPDX-License-Identifier: GPL-2.0
/*
 * A record as one JSON object on one line. Keys are only ever added.
 */
#include "show/json.h"

#include <time.h>

#include <mcewarden/grading.h>

#include "decode/decode.h"

#define NS_PER_S	1000000000ULL

void mcw_json_string(FILE *out, const char *text)
{
	fputc('"', out);
	for (; *text; text++) {
		unsigned char c = *text;

		/* Bytes above ASCII too: nobody promises that they are UTF-8. */
		if (c == '"' || c == '\\')
			fprintf(out, "\\%c", c);
		else if (c < ' ' || c > '~')
			fprintf(out, "\\u%04x", c);
		else
			fputc(c, out);
	}
	fputc('"', out);
}

static void print_string(FILE *out, const char *key, const char *text)
{
	fprintf(out, ",\"%s\":", key);
	mcw_json_string(out, text);
}

static void print_number(FILE *out, const char *key, __u64 value)
{
	fprintf(out, ",\"%s\":%llu", key, value);
}

static void print_register(FILE *out, const char *key, __u64 value)
{
	fprintf(out, ",\"%s\":\"0x%016llx\"", key, value);
}

/* RFC 3339; the last year that 64 bits of nanoseconds reach has four digits. */
void mcw_json_time(FILE *out, const char *key, __u64 wall_ns)
{
	time_t seconds = wall_ns / NS_PER_S;
	char text[64];
	struct tm tm;

	if (!gmtime_r(&seconds, &tm) || !strftime(text, sizeof(text), "%FT%T", &tm))
		text[0] = '\0';
	fprintf(out, ",\"%s\":\"%s.%09lluZ\"", key, text, wall_ns % NS_PER_S);
}

static void print_times(FILE *out, __u64 wall_ns, __u64 mono_ns)
{
	mcw_json_time(out, "time", wall_ns);
	print_number(out, "mono_ns", mono_ns);
}

static void print_flags(FILE *out, __u32 flags)
{
	const char *before = "";

	fputs(",\"flags\":[", out);
	for (unsigned int bit = 0; bit < MCW_FLAG_BITS; bit++) {
		const char *name = flags & 1U << bit ? mcw_flag_name(bit) : NULL;

		if (!name)
			continue;
		fprintf(out, "%s\"%s\"", before, name);
		before = ",";
	}
	fputc(']', out);
}

static void print_remarks(FILE *out, const struct mcw_event *ev)
{
	char text[MCW_TEXT_BYTES];

	fputs(",\"remarks\":[", out);
	for (unsigned int n = 0; mcw_remark_text(ev, n, text, sizeof(text)); n++) {
		if (n)
			fputc(',', out);
		mcw_json_string(out, text);
	}
	fputc(']', out);
}

/* What the registers mean. */
static void print_meaning(FILE *out, const struct mcw_event *ev)
{
	const char *threshold = mcw_event_threshold(ev);
	char text[MCW_TEXT_BYTES];
	bool more;
	unsigned int count = mcw_event_count(ev, &more);

	print_string(out, "text", mcw_sentence_text(ev, text, sizeof(text)));
	print_string(out, "unit", mcw_unit_text(ev, text, sizeof(text)));
	print_number(out, "count", count);
	fprintf(out, ",\"count_overflow\":%s", more ? "true" : "false");
	if (threshold)
		print_string(out, "threshold_status", threshold);
	if (mcw_fru_text(ev, text, sizeof(text))[0])
		print_string(out, "fru", text);
	print_remarks(out, ev);
}

static void print_registers(FILE *out, const struct mcw_event *ev)
{
	const struct mcw_regs *regs = &ev->regs;

	print_register(out, "status", regs->status);
	print_register(out, "misc", regs->misc);
	print_register(out, "addr", regs->addr);
	print_register(out, "mcgstatus", regs->mcgstatus);
	print_register(out, "ip", regs->ip);
	print_register(out, "cs", regs->cs);
	print_register(out, "tsc", regs->tsc);
	print_register(out, "cpuid", regs->cpuid);
	print_register(out, "mcgcap", regs->mcgcap);
	print_register(out, "synd", regs->synd);
	print_register(out, "ipid", regs->ipid);
	print_register(out, "ppin", regs->ppin);
	print_register(out, "microcode", regs->microcode);
	print_register(out, "kflags", regs->kflags);
	print_register(out, "synd1", ev->synd1);
	print_register(out, "synd2", ev->synd2);
	print_number(out, "cpuvendor", regs->cpuvendor);
	print_number(out, "inject_flags", regs->inject_flags);
	print_number(out, "socketid", regs->socketid);
	print_number(out, "apicid", regs->apicid);
	print_number(out, "phys_bits", ev->phys_bits);
	print_number(out, "cpu_caps", ev->cpu_caps);
	print_number(out, "generation", ev->generation);
	print_number(out, "kernel_caps", ev->kernel_caps);
}

void mcw_json_head(FILE *out, const char *type, const struct mcw_head *head, __u64 lost)
{
	fprintf(out, "{\"type\":\"%s\"", type);
	print_string(out, "lane", mcw_lane_name(head->lane));
	print_number(out, "pos", head->pos);
	print_number(out, "lost", lost);
	print_times(out, head->wall_ns, head->mono_ns);
}

void mcw_json_event_body(FILE *out, const struct mcw_event *ev)
{
	char text[MCW_TEXT_BYTES];

	print_string(out, "class", mcw_class_name(mcw_event_class(ev)));
	print_number(out, "cpu", ev->regs.extcpu);
	print_number(out, "bank", ev->regs.bank);
	print_flags(out, ev->flags);
	print_string(out, "code", mcw_code_text(ev, text, sizeof(text)));
	print_registers(out, ev);
	print_meaning(out, ev);
}

void mcw_json_event(FILE *out, const struct mcw_record *r, __u64 lost)
{
	const struct mcw_event *ev = &r->event;
	struct mcw_verdict verdict = mcw_event_grade(ev);

	mcw_json_head(out, "event", &r->head, lost);
	print_string(out, "source", mcw_source_name(ev->source));
	print_string(out, "severity", mcw_grade_name(ev->regs.severity));
	print_string(out, "grade", mcw_grade_name(verdict.grade));
	print_string(out, "rule", mcw_severity_rule_name(verdict.rule));
	mcw_json_event_body(out, ev);
	fputs("}\n", out);
}

void mcw_json_lost(FILE *out, unsigned int lane, __u64 lost, __u64 wall_ns, __u64 mono_ns)
{
	fputs("{\"type\":\"lost\"", out);
	print_string(out, "lane", mcw_lane_name(lane));
	print_number(out, "lost", lost);
	print_times(out, wall_ns, mono_ns);
	fputs("}\n", out);
}

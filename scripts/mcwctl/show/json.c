// SPDX-License-Identifier: GPL-2.0
/*
 * A record as one JSON object on one line. Keys are only ever added.
 */
#include "show/json.h"

#include <time.h>

#include <mcewarden/grading.h>

#include "decode/absent.h"
#include "decode/advice.h"
#include "decode/decode.h"
#include "show/dimm.h"
#include "show/place.h"

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
	for (unsigned int n = 0;
	     !mcw_event_lacks(ev, MCW_ABSENT_STATUS) && mcw_remark_text(ev, n, text, sizeof(text));
	     n++)
		mcw_json_string(json, NULL, text);
	mcw_json_end_array(json);
}

/* What the source of the record did not give is null, and never 0. */
static void known_register(struct mcw_json *json, const struct mcw_event *ev, __u32 absent,
			   const char *key, __u64 value)
{
	if (mcw_event_lacks(ev, absent))
		mcw_json_null(json, key);
	else
		mcw_json_register(json, key, value);
}

static void known_number(struct mcw_json *json, const struct mcw_event *ev, __u32 absent,
			 const char *key, __u64 value)
{
	if (mcw_event_lacks(ev, absent))
		mcw_json_null(json, key);
	else
		mcw_json_number(json, key, value);
}

/* text: of the status, or NULL. */
static void known_text(struct mcw_json *json, const struct mcw_event *ev, const char *key,
		       const char *text)
{
	if (mcw_event_lacks(ev, MCW_ABSENT_STATUS))
		mcw_json_null(json, key);
	else
		mcw_json_string(json, key, text);
}

/* What the registers say. */
static void meaning_write(struct mcw_json *json, const struct mcw_event *ev,
			  const struct mcw_facts *facts)
{
	const char *threshold = mcw_event_threshold(ev);
	char text[MCW_TEXT_BYTES];
	bool more;
	unsigned int count = mcw_event_count(ev, &more);

	known_text(json, ev, "text", mcw_sentence_text(ev, text, sizeof(text)));
	mcw_json_string(json, "unit", mcw_unit_text(ev, text, sizeof(text)));
	mcw_json_place(json, ev, facts);
	mcw_json_advice(json, mcw_advice_told(ev, facts));
	if (mcw_model_code_text(ev, text, sizeof(text))[0])
		known_text(json, ev, "model_code", text);
	if (mcw_misc_text(ev, text, sizeof(text))[0])
		mcw_json_string(json, "misc_text", text);
	known_number(json, ev, MCW_ABSENT_STATUS, "count", count);
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

	known_register(json, ev, MCW_ABSENT_STATUS, "status", regs->status);
	known_register(json, ev, MCW_ABSENT_MISC, "misc", regs->misc);
	known_register(json, ev, MCW_ABSENT_ADDR, "addr", regs->addr);
	known_register(json, ev, MCW_ABSENT_MCGSTATUS, "mcgstatus", regs->mcgstatus);
	known_register(json, ev, MCW_ABSENT_IP, "ip", regs->ip);
	known_register(json, ev, MCW_ABSENT_CS, "cs", regs->cs);
	known_register(json, ev, MCW_ABSENT_TSC, "tsc", regs->tsc);
	known_register(json, ev, MCW_ABSENT_CPUID, "cpuid", regs->cpuid);
	known_register(json, ev, MCW_ABSENT_MCGCAP, "mcgcap", regs->mcgcap);
	if (mcw_event_lacks(ev, MCW_ABSENT_MCGCAP))
		mcw_json_register(json, "mcgcap_assumed", regs->mcgcap);
	known_register(json, ev, MCW_ABSENT_SYND, "synd", regs->synd);
	known_register(json, ev, MCW_ABSENT_IPID, "ipid", regs->ipid);
	known_register(json, ev, MCW_ABSENT_PPIN, "ppin", regs->ppin);
	known_register(json, ev, MCW_ABSENT_MICROCODE, "microcode", regs->microcode);
	known_register(json, ev, MCW_ABSENT_KFLAGS, "kflags", regs->kflags);
	known_register(json, ev, MCW_ABSENT_SYND1, "synd1", ev->synd1);
	known_register(json, ev, MCW_ABSENT_SYND2, "synd2", ev->synd2);
	known_number(json, ev, MCW_ABSENT_VENDOR, "cpuvendor", regs->cpuvendor);
	known_number(json, ev, MCW_ABSENT_KFLAGS, "inject_flags", regs->inject_flags);
	known_number(json, ev, MCW_ABSENT_SOCKET, "socketid", regs->socketid);
	known_number(json, ev, MCW_ABSENT_APIC, "apicid", regs->apicid);
	known_number(json, ev, MCW_ABSENT_MACHINE, "phys_bits", ev->phys_bits);
	known_number(json, ev, MCW_ABSENT_MACHINE, "cpu_caps", ev->cpu_caps);
	known_number(json, ev, MCW_ABSENT_MACHINE, "generation", ev->generation);
	known_number(json, ev, MCW_ABSENT_MACHINE, "kernel_caps", ev->kernel_caps);
}

void mcw_json_head(struct mcw_json *json, const char *type, const struct mcw_head *head, __u64 lost)
{
	mcw_json_string(json, "type", type);
	mcw_json_string(json, "lane", mcw_lane_name(head->lane));
	mcw_json_number(json, "pos", head->pos);
	mcw_json_number(json, "lost", lost);
	times_write(json, head->wall_ns, head->mono_ns);
}

void mcw_json_event_body(struct mcw_json *json, const struct mcw_event *ev,
			 const struct mcw_facts *facts)
{
	char text[MCW_TEXT_BYTES];

	known_text(json, ev, "class", mcw_class_name(mcw_event_class(ev)));
	known_number(json, ev, MCW_ABSENT_CPU, "cpu", ev->regs.extcpu);
	known_number(json, ev, MCW_ABSENT_BANK, "bank", ev->regs.bank);
	flags_write(json, ev->flags);
	known_text(json, ev, "code", mcw_code_text(ev, text, sizeof(text)));
	registers_write(json, ev);
	meaning_write(json, ev, facts);
}

void mcw_json_event(FILE *out, const struct mcw_record *r, const struct mcw_dimm_known *known,
		    __u64 lost)
{
	const struct mcw_event *ev = &r->event;
	struct mcw_verdict verdict = mcw_event_grade(ev);
	struct mcw_dimm_known full = { .slot.reason = MCW_SLOT_NO_DIMM };
	struct mcw_json json;

	mcw_json_begin_line(&json, out);
	mcw_json_head(&json, "event", &r->head, lost);
	mcw_json_string(&json, "source", mcw_source_name(ev->source));
	mcw_json_string(&json, "severity", mcw_grade_name(ev->regs.severity));
	if (mcw_event_is_gradable(ev)) {
		mcw_json_string(&json, "grade", mcw_grade_name(verdict.grade));
		mcw_json_string(&json, "rule", mcw_severity_rule_name(verdict.rule));
	} else {
		mcw_json_null(&json, "grade");
		mcw_json_null(&json, "rule");
	}
	mcw_json_event_body(&json, ev, NULL);
	if (known)
		full = *known;
	mcw_dimm_add_event(&full, ev);
	mcw_json_dimm(&json, &full);
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

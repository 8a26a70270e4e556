// SPDX-License-Identifier: GPL-2.0
/*
 * Entries of the journal about errors, what was done about them, and whom they hit.
 */
#include "show/journal.h"

#include <string.h>
#include <syslog.h>

#include "decode/advice.h"
#include "decode/decode.h"
#include "decode/location.h"
#include "decode/outcome_words.h"
#include "show/brief.h"
#include "show/fault.h"
#include "show/journal_fields.h"
#include "show/text.h"
#include "show/victim.h"
#include "store/corrected.h"
#include "store/severe.h"

#define NS_PER_S 1000000000ULL
/* An entry of an error that is older says when it was. */
#define LATE_NS (60 * NS_PER_S)
#define PARTS_SAID 4

static enum mcw_journal_kind kind_of(enum mcw_class class)
{
	switch (class) {
	case MCW_CLASS_CORRECTED:
	case MCW_CLASS_DEFERRED:
	case MCW_CLASS_UCNA:
		return MCW_JOURNAL_DEFERRED;
	case MCW_CLASS_FATAL:
		return MCW_JOURNAL_FATAL;
	default:
		return MCW_JOURNAL_UNCORRECTED;
	}
}

static int priority_of_class(enum mcw_class class)
{
	switch (class) {
	case MCW_CLASS_CORRECTED:
	case MCW_CLASS_DEFERRED:
	case MCW_CLASS_UCNA:
		return LOG_WARNING;
	case MCW_CLASS_SRAO:
		return LOG_ERR;
	case MCW_CLASS_FATAL:
		return LOG_ALERT;
	default:
		return LOG_CRIT;
	}
}

/* A page that could not be taken stays in use, and its data are wrong. */
static bool is_left_in_use(const struct mcw_outcome *o)
{
	return o->reason == MCW_REASON_IN_USE || o->reason == MCW_REASON_GAVE_UP;
}

static int priority_of(const struct mcw_severe *one, enum mcw_class class)
{
	int priority = priority_of_class(class);

	if (!one->has_outcome)
		return priority;
	if (one->outcome.reason == MCW_REASON_SAME_ERROR)
		return LOG_NOTICE;
	return is_left_in_use(&one->outcome) && priority > LOG_CRIT ? LOG_CRIT : priority;
}

static void victims_add(struct mcw_journal_entry *e, const struct mcw_victim *victim,
			unsigned int count)
{
	for (unsigned int i = 0; i < count; i++) {
		mcw_journal_bytes(e, "MCEWARDEN_VICTIM", victim[i].comm,
				  strnlen(victim[i].comm, sizeof(victim[i].comm)));
		mcw_journal_format(e, "MCEWARDEN_VICTIM_PID", "%u", victim[i].pid);
	}
}

static void outcome_add(struct mcw_journal_entry *e, const struct mcw_outcome *o)
{
	char text[MCW_TEXT_BYTES];

	mcw_journal_text(e, "MCEWARDEN_OUTCOME", mcw_outcome_what(o, text, sizeof(text)));
	mcw_journal_text(e, "MCEWARDEN_ACTOR", mcw_outcome_word(MCW_WORDS_ACTOR, o->actor));
	mcw_journal_text(e, "MCEWARDEN_ACTION", mcw_outcome_word(MCW_WORDS_ACTION, o->action));
	mcw_journal_text(e, "MCEWARDEN_REASON", mcw_outcome_word(MCW_WORDS_REASON, o->reason));
	if (o->victims)
		mcw_journal_format(e, "MCEWARDEN_VICTIMS", "%u", o->victims);
}

static void registers_add(struct mcw_journal_entry *e, const struct mcw_event *ev)
{
	const struct mcw_advice *advice = mcw_advice(ev);

	mcw_journal_format(e, "MCEWARDEN_CPU", "%u", ev->regs.extcpu);
	mcw_journal_format(e, "MCEWARDEN_BANK", "%u", (unsigned int)ev->regs.bank);
	mcw_journal_text(e, "MCEWARDEN_GRADE", mcw_grade_name(ev->regs.severity));
	mcw_journal_text(e, "MCEWARDEN_SOURCE", mcw_source_name(ev->source));
	mcw_journal_format(e, "MCEWARDEN_STATUS", "0x%llx", ev->regs.status);
	if (ev->regs.status & MCW_STATUS_ADDRV)
		mcw_journal_format(e, "MCEWARDEN_ADDRESS", "0x%llx", ev->regs.addr);
	if (ev->regs.status & MCW_STATUS_MISCV)
		mcw_journal_format(e, "MCEWARDEN_MISC", "0x%llx", ev->regs.misc);
	if (ev->flags & MCW_FLAG_INJECTED)
		mcw_journal_text(e, "MCEWARDEN_INJECTED", "1");
	if (advice)
		mcw_journal_text(e, "MCEWARDEN_FAMILY", advice->name);
	/* The catalog's text names these two, so they are always there. */
	mcw_journal_text(e, "MCEWARDEN_MEANS",
			 advice ? advice->means : "Not known: the registers say too little.");
	mcw_journal_text(e, "MCEWARDEN_ADVICE",
			 advice ? advice->action :
				  "Look whether more errors come from the same CPU and bank.");
}

static void report_add(struct mcw_journal_entry *e)
{
	mcw_journal_text(e, "MCEWARDEN_SOURCE", "firmware");
	mcw_journal_text(e, "MCEWARDEN_MEANS",
			 "Certain: the firmware found an error of memory that was not corrected.");
	mcw_journal_text(e, "MCEWARDEN_ADVICE", "Most likely a DIMM is bad: replace it soon.");
}

static void module_print(FILE *out, const struct mcw_fault_part *part)
{
	const struct mcw_fault f = { .part = *part };
	char text[MCW_TEXT_BYTES];

	if (part->kind == MCW_SIGN_MEMORY && (part->label[0] || part->slot[0]))
		fprintf(out, "; %s", mcw_fault_part_text(&f, text, sizeof(text)));
}

static void severe_print(FILE *out, const struct mcw_severe *one, __u64 now_ns)
{
	const struct mcw_location *l = &one->rec.location;
	const struct mcw_head *head = &one->rec.head;
	char text[5 * MCW_TEXT_BYTES];

	if (now_ns > head->wall_ns + LATE_NS)
		fprintf(out, "at %s: ", mcw_time_text(head->wall_ns, text, sizeof(text)));
	if (head->type == MCW_EVENT)
		fputs(mcw_brief_text(&one->rec.event, text, sizeof(text)), out);
	else
		fprintf(out, "the firmware reports an error of memory: %s",
			mcw_location_error(l->error_type));
	if (head->type != MCW_EVENT && l->address)
		fprintf(out, " at 0x%llx", l->address);
	module_print(out, &one->module);
	if (one->has_outcome)
		fprintf(out, "; %s", mcw_outcome_what(&one->outcome, text, sizeof(text)));
	else if (head->type == MCW_EVENT)
		fputs("; no outcome is known yet", out);
	for (unsigned int i = 0; i < one->victims && i < MCW_SEVERE_VICTIMS; i++) {
		fputs("; ", out);
		mcw_victim_print(out, &one->victim[i]);
	}
	if (one->victims > MCW_SEVERE_VICTIMS)
		fprintf(out, "; %u more tasks got a signal", one->victims - MCW_SEVERE_VICTIMS);
}

void mcw_journal_severe(struct mcw_journal_entry *e, const struct mcw_severe *one, __u64 now_ns)
{
	bool is_event = one->rec.head.type == MCW_EVENT;
	enum mcw_class class = is_event ? mcw_event_class(&one->rec.event) : MCW_CLASS_UNCORRECTED;
	struct mcw_journal_message m;
	FILE *out;

	out = mcw_journal_message_begin(&m, e, kind_of(class), priority_of(one, class));
	if (!out)
		return;
	severe_print(out, one, now_ns);
	mcw_journal_message_end(&m, e);
	mcw_journal_event(e, one->rec.head.lane, one->rec.head.pos);
	mcw_journal_time(e, one->rec.head.wall_ns);
	mcw_journal_text(e, "MCEWARDEN_CLASS", mcw_class_name(class));
	if (is_event)
		registers_add(e, &one->rec.event);
	else
		report_add(e);
	mcw_journal_page(e, mcw_severe_page(one));
	mcw_journal_module(e, &one->module);
	if (one->has_outcome)
		outcome_add(e, &one->outcome);
	else
		mcw_journal_text(e, "MCEWARDEN_OUTCOME", "not known yet");
	victims_add(e, one->victim,
		    one->victims < MCW_SEVERE_VICTIMS ? one->victims : MCW_SEVERE_VICTIMS);
}

static int priority_of_outcome(const struct mcw_outcome *o)
{
	if (o->action == MCW_ACTION_SOFT_OFFLINE)
		return LOG_NOTICE;
	return is_left_in_use(o) ? LOG_CRIT : LOG_WARNING;
}

void mcw_journal_outcome(struct mcw_journal_entry *e, const struct mcw_record *rec)
{
	const struct mcw_outcome *o = &rec->outcome;
	struct mcw_journal_message m;
	FILE *out;
	char text[MCW_TEXT_BYTES];

	out = mcw_journal_message_begin(&m, e, MCW_JOURNAL_OUTCOME, priority_of_outcome(o));
	if (!out)
		return;
	if (!(o->flags & MCW_OUTCOME_NO_EVENT))
		fprintf(out, "event %s:%llu: ", mcw_lane_name(o->of_lane), o->of_pos);
	fputs(mcw_outcome_what(o, text, sizeof(text)), out);
	if (o->count)
		fprintf(out, "; it had %u corrected error%s", o->count, o->count == 1 ? "" : "s");
	if (o->victims)
		fprintf(out, "; %u task%s got a signal", o->victims, o->victims == 1 ? "" : "s");
	mcw_journal_message_end(&m, e);
	if (!(o->flags & MCW_OUTCOME_NO_EVENT))
		mcw_journal_event(e, o->of_lane, o->of_pos);
	mcw_journal_time(e, rec->head.wall_ns);
	mcw_journal_page(e, o->page);
	outcome_add(e, o);
	if (o->count)
		mcw_journal_format(e, "MCEWARDEN_COUNT", "%u", o->count);
}

void mcw_journal_victim(struct mcw_journal_entry *e, const struct mcw_record *rec)
{
	struct mcw_journal_message m;
	FILE *out;

	out = mcw_journal_message_begin(&m, e, MCW_JOURNAL_VICTIM, LOG_ERR);
	if (!out)
		return;
	if (rec->victim.page != MCW_NO_PAGE)
		fprintf(out, "page 0x%llx: ", rec->victim.page);
	mcw_victim_print(out, &rec->victim);
	mcw_journal_message_end(&m, e);
	mcw_journal_time(e, rec->head.wall_ns);
	mcw_journal_page(e, rec->victim.page);
	victims_add(e, &rec->victim, 1);
	mcw_journal_text(e, "MCEWARDEN_CAUSE", mcw_victim_cause_name(rec->victim.cause));
}

static void part_print(FILE *out, const struct mcw_corrected_part *p)
{
	const struct mcw_fault f = { .part = p->part };
	char text[MCW_TEXT_BYTES];

	if (p->part.kind == MCW_SIGN_MEMORY && (p->part.label[0] || p->part.slot[0]))
		fprintf(out, "%llu of %s", p->errors, mcw_fault_part_text(&f, text, sizeof(text)));
	else if (p->has_bank)
		fprintf(out, "%llu of CPU %u bank %u", p->errors, p->cpu, p->bank);
	else
		fprintf(out, "%llu that the firmware reports", p->errors);
}

static void corrected_print(FILE *out, const struct mcw_corrected *c)
{
	unsigned int said = c->count < PARTS_SAID ? c->count : PARTS_SAID;
	__u64 rest = c->errors;
	char text[128];

	fprintf(out, "%llu corrected error%s%s", c->errors, c->errors == 1 ? "" : "s",
		c->injected == c->errors ? " (injected)" : "");
	if (c->errors > 1)
		fprintf(out, " from %s on", mcw_time_text(c->first_ns, text, sizeof(text)));
	for (unsigned int i = 0; i < said; i++) {
		fputs(i ? ", " : ": ", out);
		part_print(out, &c->parts[i]);
		rest -= c->parts[i].errors;
	}
	if (rest)
		fprintf(out, ", %llu of other parts", rest);
}

void mcw_journal_corrected(struct mcw_journal_entry *e, struct mcw_corrected *c)
{
	struct mcw_journal_message m;
	FILE *out;

	out = mcw_journal_message_begin(&m, e, MCW_JOURNAL_CORRECTED, LOG_NOTICE);
	if (!out)
		return;
	mcw_corrected_sort(c);
	corrected_print(out, c);
	mcw_journal_message_end(&m, e);
	mcw_journal_text(e, "MCEWARDEN_CLASS", mcw_class_name(MCW_CLASS_CORRECTED));
	mcw_journal_format(e, "MCEWARDEN_COUNT", "%llu", c->errors);
	mcw_journal_time(e, c->first_ns);
	/* A field may be there several times: once for each part. */
	for (unsigned int i = 0; i < c->count; i++) {
		mcw_journal_module(e, &c->parts[i].part);
		if (!c->parts[i].has_bank)
			continue;
		mcw_journal_format(e, "MCEWARDEN_CPU", "%u", c->parts[i].cpu);
		mcw_journal_format(e, "MCEWARDEN_BANK", "%u", c->parts[i].bank);
	}
	if (c->injected == c->errors)
		mcw_journal_text(e, "MCEWARDEN_INJECTED", "1");
}

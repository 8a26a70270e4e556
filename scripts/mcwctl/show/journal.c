// SPDX-License-Identifier: GPL-2.0
/*
 * Entries of the journal about storms, faults, conditions and lost records; and what all have.
 */
#include "show/journal.h"

#include <stdlib.h>
#include <string.h>
#include <syslog.h>

#include "decode/decode.h"
#include "diagnose/conditions.h"
#include "show/condition.h"
#include "show/fault.h"
#include "show/journal_fields.h"
#include "show/text.h"

#define NS_PER_S 1000000000ULL

/* The catalog has a text for each; an id never gets another meaning. */
static const struct {
	const char *name;
	const char *id;
} kinds[MCW_JOURNAL_KINDS] = {
	[MCW_JOURNAL_CORRECTED] = { "corrected", "6309ab4d8815473ca73b98f53cfd21e3" },
	[MCW_JOURNAL_DEFERRED] = { "deferred", "0dbb7ce410b549d0a61ff76c25359814" },
	[MCW_JOURNAL_UNCORRECTED] = { "uncorrected", "9d66438e2f9e478ca62653eda68a6610" },
	[MCW_JOURNAL_FATAL] = { "fatal", "7ac2f515a8ed4679b70f8377c14a9221" },
	[MCW_JOURNAL_OUTCOME] = { "outcome", "94e8ba1d7a6240a8b6b14ae2075bedff" },
	[MCW_JOURNAL_VICTIM] = { "victim", "ec6bcdd473004bea925eeb13e848814f" },
	[MCW_JOURNAL_STORM_BEGIN] = { "storm-begin", "f05ad52d6c034affbe3024583ceccbd9" },
	[MCW_JOURNAL_STORM_END] = { "storm-end", "8ec956e1ce33479287ef4fd27ce36e0b" },
	[MCW_JOURNAL_FAULT] = { "fault", "e405e629846241438e311199579a358b" },
	[MCW_JOURNAL_CONDITION] = { "condition", "4cfef8ce3b784394ab3b9edc358351b2" },
	[MCW_JOURNAL_LOST] = { "lost", "e5cab44981e243cdaae374e2ef55be46" },
};

const char *mcw_journal_kind_name(enum mcw_journal_kind kind)
{
	return kinds[kind].name;
}

const char *mcw_journal_kind_id(enum mcw_journal_kind kind)
{
	return kinds[kind].id;
}

void mcw_journal_head(struct mcw_journal_entry *e, enum mcw_journal_kind kind, int priority)
{
	mcw_journal_text(e, "SYSLOG_IDENTIFIER", "mcewarden");
	mcw_journal_format(e, "PRIORITY", "%d", priority);
	mcw_journal_text(e, "MESSAGE_ID", kinds[kind].id);
	mcw_journal_text(e, "MCEWARDEN_KIND", kinds[kind].name);
}

FILE *mcw_journal_message_begin(struct mcw_journal_message *m, struct mcw_journal_entry *e,
				enum mcw_journal_kind kind, int priority)
{
	mcw_journal_head(e, kind, priority);
	*m = (struct mcw_journal_message){ .out = NULL };
	m->out = open_memstream(&m->text, &m->length);
	if (!m->out)
		e->failed = true;
	return m->out;
}

void mcw_journal_message_end(struct mcw_journal_message *m, struct mcw_journal_entry *e)
{
	if (fclose(m->out)) {
		e->failed = true;
	} else {
		for (char *at = m->text; *at; at++)
			if (*at < ' ' || *at > '~')
				*at = '?';
		mcw_journal_text(e, "MESSAGE", m->text);
	}
	free(m->text);
}

static void known_text(struct mcw_journal_entry *e, const char *name, const char *text)
{
	if (text[0])
		mcw_journal_text(e, name, text);
}

void mcw_journal_module(struct mcw_journal_entry *e, const struct mcw_fault_part *part)
{
	if (part->kind != MCW_SIGN_MEMORY)
		return;
	known_text(e, "MCEWARDEN_DIMM", part->label[0] ? part->label : part->slot);
	known_text(e, "MCEWARDEN_SLOT", part->slot);
	known_text(e, "MCEWARDEN_SERIAL", part->serial);
	known_text(e, "MCEWARDEN_PART", part->number);
}

void mcw_journal_event(struct mcw_journal_entry *e, unsigned int lane, __u64 pos)
{
	mcw_journal_format(e, "MCEWARDEN_EVENT", "%s:%llu", mcw_lane_name(lane), pos);
}

void mcw_journal_time(struct mcw_journal_entry *e, __u64 wall_ns)
{
	char text[128];

	mcw_journal_text(e, "MCEWARDEN_TIME", mcw_time_text(wall_ns, text, sizeof(text)));
}

void mcw_journal_page(struct mcw_journal_entry *e, __u64 page)
{
	if (page != MCW_NO_PAGE)
		mcw_journal_format(e, "MCEWARDEN_PAGE", "0x%llx", page);
}

void mcw_journal_storm(struct mcw_journal_entry *e, const struct mcw_record *rec)
{
	const struct mcw_storm *s = &rec->storm;
	bool ends = s->phase == MCW_STORM_END;
	struct mcw_journal_message m;
	FILE *out;

	out = mcw_journal_message_begin(&m, e,
					ends ? MCW_JOURNAL_STORM_END : MCW_JOURNAL_STORM_BEGIN,
					ends ? LOG_NOTICE : LOG_WARNING);
	if (!out)
		return;
	if (s->all_banks)
		fprintf(out, "CPU %u, all banks", s->cpu);
	else
		fprintf(out, "CPU %u bank %u", s->cpu, s->bank);
	fprintf(out, ": a storm of interrupts for corrected errors %s: %llu",
		ends ? "ended" : "began", s->count);
	if (ends)
		fprintf(out, " in %llu s", s->duration_ns / NS_PER_S);
	if (s->throttled)
		fputs(ends ? "; the kernel throttled them" : "; the kernel throttles them", out);
	mcw_journal_message_end(&m, e);
	mcw_journal_format(e, "MCEWARDEN_CPU", "%u", s->cpu);
	if (!s->all_banks)
		mcw_journal_format(e, "MCEWARDEN_BANK", "%u", s->bank);
	mcw_journal_format(e, "MCEWARDEN_COUNT", "%llu", s->count);
	mcw_journal_time(e, rec->head.wall_ns);
}

void mcw_journal_fault(struct mcw_journal_entry *e, const struct mcw_fault *f)
{
	struct mcw_journal_message m;
	FILE *out;
	char sentence[MCW_TEXT_BYTES];

	out = mcw_journal_message_begin(&m, e, MCW_JOURNAL_FAULT,
					f->level == MCW_FAULT_CRITICAL ? LOG_CRIT : LOG_WARNING);
	if (!out)
		return;
	fprintf(out, "fault, %s: %s%s; %s", mcw_fault_level_name(f->level),
		mcw_fault_sentence(f, sentence, sizeof(sentence)), f->injected ? " (injected)" : "",
		mcw_fault_action_text(f));
	mcw_journal_message_end(&m, e);
	mcw_journal_text(e, "MCEWARDEN_MODE", mcw_fault_mode_name(f->mode));
	mcw_journal_text(e, "MCEWARDEN_LEVEL", mcw_fault_level_name(f->level));
	mcw_journal_text(e, "MCEWARDEN_CERTAINTY", mcw_fault_certainty_name(f->certainty));
	mcw_journal_text(e, "MCEWARDEN_MEANS", mcw_fault_risk_text(f));
	mcw_journal_text(e, "MCEWARDEN_ADVICE", mcw_fault_action_text(f));
	mcw_journal_module(e, &f->part);
	if (f->injected)
		mcw_journal_text(e, "MCEWARDEN_INJECTED", "1");
}

void mcw_journal_condition(struct mcw_journal_entry *e, const struct mcw_condition_bucket *b,
			   const struct mcw_conditions_conf *conf)
{
	const struct mcw_condition_about *about = mcw_condition_about(b->condition);
	char sentence[MCW_TEXT_BYTES];

	mcw_journal_head(e, MCW_JOURNAL_CONDITION, about->is_error ? LOG_ERR : LOG_WARNING);
	mcw_journal_text(e, "MESSAGE", mcw_condition_sentence(b, conf, sentence, sizeof(sentence)));
	mcw_journal_text(e, "MCEWARDEN_CONDITION", about->name);
	mcw_journal_format(e, "MCEWARDEN_COUNT", "%llu", b->bucket.errors);
	mcw_journal_text(e, "MCEWARDEN_MEANS", about->means);
	mcw_journal_module(e, &b->part);
	mcw_journal_page(e, b->page);
	if (b->cpu >= 0) {
		mcw_journal_format(e, "MCEWARDEN_CPU", "%d", b->cpu);
		mcw_journal_format(e, "MCEWARDEN_BANK", "%d", b->bank);
	}
	if (b->condition != MCW_CONDITION_LOST)
		mcw_journal_event(e, b->last.lane, b->last.pos);
	if (b->injected)
		mcw_journal_text(e, "MCEWARDEN_INJECTED", "1");
	mcw_journal_time(e, b->wall_ns);
}

void mcw_journal_lost(struct mcw_journal_entry *e, const __u64 lost[MCW_LANES])
{
	struct mcw_journal_message m;
	FILE *out;
	const char *before = ": ";
	__u64 all = 0;

	out = mcw_journal_message_begin(&m, e, MCW_JOURNAL_LOST, LOG_WARNING);
	if (!out)
		return;
	for (unsigned int lane = 0; lane < MCW_LANES; lane++)
		all += lost[lane];
	fprintf(out, "%llu record%s lost before the journal had %s", all,
		all == 1 ? " was" : "s were", all == 1 ? "it" : "them");
	for (unsigned int lane = 0; lane < MCW_LANES; lane++) {
		if (!lost[lane])
			continue;
		fprintf(out, "%s%llu of the lane %s", before, lost[lane], mcw_lane_name(lane));
		before = ", ";
	}
	mcw_journal_message_end(&m, e);
	mcw_journal_format(e, "MCEWARDEN_COUNT", "%llu", all);
	for (unsigned int lane = 0; lane < MCW_LANES; lane++)
		if (lost[lane])
			mcw_journal_text(e, "MCEWARDEN_LANE", mcw_lane_name(lane));
}

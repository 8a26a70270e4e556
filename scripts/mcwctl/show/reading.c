// SPDX-License-Identifier: GPL-2.0
/*
 * A record for people: what happened, where, how often, and what to do. Of its registers only the
 * status is printed, by which others know the record.
 */
#define _GNU_SOURCE
#include "show/reading.h"

#include <string.h>

#include "decode/absent.h"
#include "decode/advice.h"
#include "decode/decode.h"
#include "decode/facts.h"
#include "show/place.h"
#include "show/put.h"
#include "show/registers.h"
#include "show/wrap.h"

#define COLUMNS 100
#define INDENT 11
#define SENTENCE_INDENT 4

static void line(FILE *out, unsigned int indent, const char *label, const char *text)
{
	struct mcw_wrap w = { .out = out, .indent = indent, .columns = COLUMNS };

	mcw_wrap_begin(&w, label);
	mcw_wrap_put(&w, text);
	mcw_wrap_end(&w);
}

/* Without what stands in a line of its own, or says nothing to a reader. */
static void print_remarks(FILE *out, const struct mcw_event *ev)
{
	char count[MCW_TEXT_BYTES], syndrome[MCW_TEXT_BYTES], text[MCW_TEXT_BYTES];

	mcw_count_text(ev, count, sizeof(count));
	mcw_syndrome_text(ev, syndrome, sizeof(syndrome));
	for (unsigned int n = 0; mcw_remark_text(ev, n, text, sizeof(text)); n++)
		if (strcmp(text, count) && strcmp(text, syndrome))
			line(out, INDENT, "           ", text);
}

/* Only where the class of the error depends on what the CPU can do, and nothing says that. */
static void print_assumed(FILE *out, const struct mcw_event *ev)
{
	bool can = ev->regs.mcgcap & MCW_MCGCAP_SER_P;

	if (!mcw_event_lacks(ev, MCW_ABSENT_MCGCAP) || mcw_vendor_is_amd(ev->regs.cpuvendor) ||
	    !(ev->regs.status & MCW_STATUS_UC) || ev->regs.status & MCW_STATUS_PCC)
		return;
	mcw_put_all(out, "assumed    the CPU ", can ? "tells" : "cannot tell",
		    " whether software may act (", can ? "SER" : "no SER",
		    mcw_event_lacks(ev, MCW_ABSENT_CPUID) ? "), as servers do\n" :
							    "), by its model\n");
}

static void print_status(FILE *out, const struct mcw_event *ev)
{
	bool excepted = !mcw_event_lacks(ev, MCW_ABSENT_MCGSTATUS) &&
			ev->regs.mcgstatus & MCW_MCGSTATUS_MCIP;

	mcw_put(out, "status     ");
	mcw_put_hex(out, ev->regs.status, 16);
	mcw_put(out, excepted ? ", found by an exception (MCIP)\n" : "\n");
}

void mcw_facts_reading(FILE *out, const struct mcw_facts *facts)
{
	struct mcw_wrap w = { .out = out, .indent = INDENT, .columns = COLUMNS };
	char text[MCW_TEXT_BYTES] = "";
	enum mcw_fact key;
	const char *value;

	for (size_t at = 0; (value = mcw_facts_next(facts, &at, &key));) {
		if (text[0])
			mcw_wrap_put(&w, strcat(text, ";"));
		else
			mcw_wrap_begin(&w, "said       ");
		snprintf(text, sizeof(text), "%s %s", mcw_fact_text(key), value);
	}
	if (!text[0])
		return;
	mcw_wrap_put(&w, text);
	if (facts->missed)
		mcw_wrap_put(&w, "; more found no room");
	mcw_wrap_end(&w);
}

void mcw_subject_reading(FILE *out, const struct mcw_subject *s)
{
	const struct mcw_event *ev = &s->ev;
	char text[MCW_TEXT_BYTES + 1];

	strcat(mcw_sentence_text(ev, text, MCW_TEXT_BYTES), ".");
	line(out, SENTENCE_INDENT, "", text);
	print_remarks(out, ev);
	if (mcw_model_gap_text(ev, text, sizeof(text))[0]) {
		mcw_put(out, "model code ");
		mcw_put_hex(out, ev->regs.status >> 16 & 0xffff, 4);
		mcw_put_all(out, ": ", text, "\n");
	}
	mcw_text_place(out, ev, s->facts);
	if (mcw_count_text(ev, text, sizeof(text))[0])
		mcw_put_all(out, "count      ", text, "\n");
	mcw_text_advice(out, mcw_advice(ev));
	print_assumed(out, ev);
	if (s->facts)
		mcw_facts_reading(out, s->facts);
	print_status(out, ev);
}

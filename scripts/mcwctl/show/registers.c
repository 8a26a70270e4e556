// SPDX-License-Identifier: GPL-2.0
/*
 * The registers of one record, what they say, and its grades.
 */
#define _GNU_SOURCE
#include "show/registers.h"

#include <mcewarden/grading.h>

#include "decode/absent.h"
#include "decode/advice.h"
#include "decode/cpu.h"
#include "decode/decode.h"
#include "decode/dimm_facts.h"
#include "decode/erratum.h"
#include "decode/facts.h"
#include "show/dimm.h"
#include "show/json.h"
#include "show/place.h"
#include "show/put.h"

#define CS_USER 0x33
#define CS_KERNEL 0x10

void mcw_subject_assume(struct mcw_subject *s)
{
	if (mcw_vendor_is_amd(s->ev.regs.cpuvendor))
		s->ev.cpu_caps |= MCW_CAP_OVERFLOW_RECOV | MCW_CAP_SUCCOR;
	else if (mcw_event_lacks(&s->ev, MCW_ABSENT_MCGCAP))
		s->ev.regs.mcgcap = mcw_mcgcap_assumed(&s->ev);
}

#define PLACES 3

/* A place in which it may have been found, and its grade there. */
struct place {
	const char *name; /* in JSON */
	const char *text;
	struct mcw_verdict verdict;
};

static struct place place_of(struct mcw_event ev, unsigned int source, const char *name,
			     const char *text)
{
	ev.source = source;
	return (struct place){ name, text, mcw_event_grade(&ev) };
}

/* The same record is graded by where it was found: in each place that the rest leaves open. */
static size_t places_of(const struct mcw_subject *s, struct place *places)
{
	struct mcw_event ev = s->ev;
	bool mcgstatus_given = !mcw_event_lacks(&ev, MCW_ABSENT_MCGSTATUS);
	bool cs_given = !mcw_event_lacks(&ev, MCW_ABSENT_CS);
	size_t n = 0;

	if (mcgstatus_given && !(ev.regs.mcgstatus & MCW_MCGSTATUS_MCIP)) {
		places[n++] = place_of(ev, MCW_SOURCE_POLL, "poll", "found by a poll");
		return n;
	}
	if (!mcgstatus_given) {
		if (!cs_given)
			places[n++] = place_of(ev, MCW_SOURCE_POLL, "poll", "found by a poll");
		ev.regs.mcgstatus = MCW_MCGSTATUS_RIPV | MCW_MCGSTATUS_EIPV | MCW_MCGSTATUS_MCIP;
	}
	if (!cs_given)
		ev.regs.cs = CS_USER;
	if ((ev.regs.cs & 3) == 3)
		places[n++] =
			place_of(ev, MCW_SOURCE_EXCEPTION, "user", "an exception in user mode");
	if (!cs_given)
		ev.regs.cs = CS_KERNEL;
	if ((ev.regs.cs & 3) != 3)
		places[n++] =
			place_of(ev, MCW_SOURCE_EXCEPTION, "kernel", "an exception in the kernel");
	return n;
}

/* A number, and what it says if that is known. */
static void print_number(FILE *out, const char *name, __u64 value, unsigned int digits,
			 const char *text)
{
	mcw_put(out, name);
	mcw_put_hex(out, value, digits);
	mcw_put_all(out, text[0] ? ": " : "", text, "\n");
}

static void print_register(FILE *out, const struct mcw_event *ev, __u32 absent, const char *name,
			   __u64 value, const char *text)
{
	if (mcw_event_lacks(ev, absent))
		mcw_put_all(out, name, "not given\n");
	else
		print_number(out, name, value, 16, text);
}

static void print_mcgcap(FILE *out, const struct mcw_event *ev)
{
	__u64 mcgcap = ev->regs.mcgcap;
	char text[MCW_TEXT_BYTES];

	if (!mcw_event_lacks(ev, MCW_ABSENT_MCGCAP))
		print_number(out, "mcgcap     ", mcgcap, 16,
			     mcw_mcgcap_text(mcgcap, text, sizeof(text)));
	else if (mcw_vendor_is_amd(ev->regs.cpuvendor))
		return;
	else if (mcw_event_lacks(ev, MCW_ABSENT_CPUID))
		fputs("mcgcap     not given, nor the CPU's model: SER, CMCI and TES assumed, "
		      "as servers have them\n",
		      out);
	else
		mcw_put_all(out, "mcgcap     not given: by its model ",
			    mcgcap & MCW_MCGCAP_CMCI_P ? "CMCI and TES" : "no CMCI and no TES",
			    mcgcap & MCW_MCGCAP_SER_P ? ", SER assumed\n" : ", no SER assumed\n");
}

static void print_registers(FILE *out, const struct mcw_subject *s)
{
	const struct mcw_event *ev = &s->ev;
	const struct mcw_regs *regs = &ev->regs;
	bool amd = mcw_vendor_is_amd(regs->cpuvendor);
	char text[MCW_TEXT_BYTES];

	print_number(out, "status     ", regs->status, 16, mcw_status_text(ev, text, sizeof(text)));
	mcw_put_all(out, "class      ", mcw_class_name(mcw_event_class(ev)), "\n");
	print_number(out, "code       ", regs->status & 0xffff, 4,
		     mcw_code_text(ev, text, sizeof(text)));
	if (!mcw_model_code_text(ev, text, sizeof(text))[0])
		mcw_model_gap_text(ev, text, sizeof(text));
	print_number(out, "model code ", regs->status >> 16 & 0xffff, 4, text);
	mcw_text_place(out, ev, s->facts);
	mcw_text_advice(out, mcw_advice(ev));
	if (regs->ipid && mcw_event_lacks(ev, MCW_ABSENT_IPID))
		mcw_put_all(out, "ipid       not given: ", mcw_unit_text(ev, text, sizeof(text)),
			    ", by the bank's name\n");
	else if (regs->ipid)
		print_register(out, ev, 0, "ipid       ", regs->ipid,
			       mcw_unit_text(ev, text, sizeof(text)));
	if (regs->synd || (amd && regs->status & MCW_STATUS_SYNDV))
		print_register(out, ev, MCW_ABSENT_SYND, "synd       ", regs->synd,
			       mcw_syndrome_text(ev, text, sizeof(text)));
	mcw_put_all(out, "address    ", mcw_address_text(ev, text, sizeof(text)), "\n");
	if (regs->misc || regs->status & MCW_STATUS_MISCV)
		print_register(out, ev, MCW_ABSENT_MISC, "misc       ", regs->misc,
			       mcw_misc_text(ev, text, sizeof(text)));
	print_register(out, ev, MCW_ABSENT_MCGSTATUS, "mcgstatus  ", regs->mcgstatus,
		       mcw_mcgstatus_text(regs->mcgstatus, regs->mcgcap, text, sizeof(text)));
	print_mcgcap(out, ev);
}

void mcw_facts_text(FILE *out, const struct mcw_facts *facts)
{
	enum mcw_fact key;
	const char *value;

	for (size_t at = 0; (value = mcw_facts_next(facts, &at, &key));)
		mcw_put_all(out, "said       ", mcw_fact_text(key), " ", value, "\n");
	if (facts->missed)
		fprintf(out, "said       %u more, which found no room\n", facts->missed);
}

static void print_facts_json(struct mcw_json *json, const struct mcw_facts *facts)
{
	enum mcw_fact key;
	const char *value;

	mcw_json_begin_array(json, "facts");
	for (size_t at = 0; (value = mcw_facts_next(facts, &at, &key));) {
		mcw_json_begin_object(json, NULL);
		mcw_json_string(json, "about", mcw_fact_name(key));
		mcw_json_string(json, "text", value);
		mcw_json_end_object(json);
	}
	mcw_json_end_array(json);
}

void mcw_subject_text(FILE *out, const struct mcw_subject *s)
{
	struct place places[PLACES];
	size_t count = places_of(s, places);
	char text[MCW_TEXT_BYTES];

	mcw_put_all(out, mcw_sentence_text(&s->ev, text, sizeof(text)), ".\n");
	for (unsigned int n = 0; mcw_remark_text(&s->ev, n, text, sizeof(text)); n++)
		mcw_put_all(out, "           ", text, "\n");
	print_registers(out, s);
	if (s->facts)
		mcw_facts_text(out, s->facts);
	/* What Linux drops it does not grade. */
	if (mcw_erratum(&s->ev))
		count = 0;
	for (size_t i = 0; i < count; i++)
		mcw_put_all(out, "grade      ", mcw_grade_name(places[i].verdict.grade), " if ",
			    places[i].text, ": ",
			    mcw_rule_text(places[i].verdict.rule, text, sizeof(text)), "\n");
}

void mcw_subject_json(struct mcw_json *json, const struct mcw_subject *s)
{
	struct place places[PLACES];
	size_t count = places_of(s, places);
	struct mcw_dimm_known known;
	struct mcw_dimm dimm;

	mcw_json_begin_array(json, "grades");
	if (mcw_event_lacks(&s->ev, MCW_ABSENT_STATUS) || mcw_erratum(&s->ev))
		count = 0;
	for (size_t i = 0; i < count; i++) {
		mcw_json_begin_object(json, NULL);
		mcw_json_string(json, "found", places[i].name);
		mcw_json_string(json, "grade", mcw_grade_name(places[i].verdict.grade));
		mcw_json_string(json, "rule", mcw_severity_rule_name(places[i].verdict.rule));
		mcw_json_end_object(json);
	}
	mcw_json_end_array(json);
	if (s->facts)
		print_facts_json(json, s->facts);
	mcw_json_event_body(json, &s->ev, s->facts);
	mcw_dimm_of_facts(s->facts, &dimm, &known);
	mcw_dimm_add_event(&known, &s->ev);
	mcw_json_dimm(json, &known);
}

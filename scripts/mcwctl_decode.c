// SPDX-License-Identifier: GPL-2.0
/*
 * mcwctl decode: one status register, given by hand.
 */
#include "mcwctl.h"

#include <mcewarden/grading.h>

#include "decode.h"

/* What every server of the last years has; without these bits little can be said. */
#define CS_USER	0x33
#define CS_KERNEL	0x10
#define USUAL_INTEL_MCGCAP	(MCW_MCGCAP_CMCI_P | MCW_MCGCAP_TES_P | MCW_MCGCAP_SER_P)

static void print_rest(const struct mcw_options *o)
{
	const struct mcw_event *ev = &o->event;
	const char *threshold = mcw_event_threshold(ev);
	char text[MCW_TEXT_BYTES];
	unsigned int count;
	bool more;

	count = mcw_event_count(ev, &more);
	if (count || more)
		printf("count      %s%u corrected errors\n", more ? "at least " : "", count);
	if (threshold)
		printf("threshold  %s\n", threshold);
	if (ev->regs.mcgstatus)
		printf("mcgstatus  0x%016llx: %s\n", ev->regs.mcgstatus,
		       mcw_mcgstatus_text(ev->regs.mcgstatus, text, sizeof(text)));
	if (o->mcgcap_given)
		printf("mcgcap     0x%016llx: %s\n", ev->regs.mcgcap,
		       mcw_mcgcap_text(ev->regs.mcgcap, text, sizeof(text)));
	else if (!mcw_vendor_is_amd(ev->regs.cpuvendor))
		printf("mcgcap     not given: a CPU with SER, CMCI and TES assumed\n");
}

static void print_grade(struct mcw_event ev, unsigned int source, const char *found)
{
	struct mcw_verdict verdict;
	char text[MCW_TEXT_BYTES];

	ev.source = source;
	/* What recent servers of these makes have. */
	if (mcw_vendor_is_amd(ev.regs.cpuvendor))
		ev.cpu_caps |= MCW_CAP_OVERFLOW_RECOV | MCW_CAP_SUCCOR;
	verdict = mcw_event_grade(&ev);
	printf("grade      %s if %s: %s\n", mcw_grade_name(verdict.grade), found,
	       mcw_rule_text(verdict.rule, text, sizeof(text)));
}

/* The same status is graded by where it was found: in each place that the rest leaves open. */
static void print_grades(const struct mcw_options *o)
{
	struct mcw_event ev = o->event;

	if (o->mcgstatus_given && !(ev.regs.mcgstatus & MCW_MCGSTATUS_MCIP)) {
		print_grade(ev, MCW_SOURCE_POLL, "found by a poll");
		return;
	}
	if (!o->mcgstatus_given) {
		if (!o->cs_given)
			print_grade(ev, MCW_SOURCE_POLL, "found by a poll");
		ev.regs.mcgstatus = MCW_MCGSTATUS_RIPV | MCW_MCGSTATUS_EIPV | MCW_MCGSTATUS_MCIP;
	}
	if (!o->cs_given)
		ev.regs.cs = CS_USER;
	if ((ev.regs.cs & 3) == 3)
		print_grade(ev, MCW_SOURCE_EXCEPTION, "an exception in user mode");
	if (!o->cs_given)
		ev.regs.cs = CS_KERNEL;
	if ((ev.regs.cs & 3) != 3)
		print_grade(ev, MCW_SOURCE_EXCEPTION, "an exception in the kernel");
}

enum mcw_exit mcw_decode_run(struct mcw_options *o)
{
	struct mcw_event *ev = &o->event;
	char text[MCW_TEXT_BYTES];

	if (!mcw_number_parse("decode", o->arguments[0], ~0ULL, &ev->regs.status))
		return MCW_EXIT_USAGE;
	if (!o->mcgcap_given && !mcw_vendor_is_amd(ev->regs.cpuvendor))
		ev->regs.mcgcap = USUAL_INTEL_MCGCAP;
	printf("status     0x%016llx: %s\n", ev->regs.status,
	       mcw_status_text(ev, text, sizeof(text)));
	printf("class      %s\n", mcw_class_name(mcw_event_class(ev)));
	printf("code       0x%04llx: %s\n", ev->regs.status & 0xffff,
	       mcw_code_text(ev, text, sizeof(text)));
	printf("model code 0x%04llx\n", ev->regs.status >> 16 & 0xffff);
	if (ev->regs.ipid)
		printf("bank       %s\n", mcw_unit_text(ev, text, sizeof(text)));
	printf("address    %s\n", mcw_address_text(ev, text, sizeof(text)));
	print_rest(o);
	print_grades(o);
	return MCW_EXIT_OK;
}

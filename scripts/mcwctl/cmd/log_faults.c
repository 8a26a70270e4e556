// SPDX-License-Identifier: GPL-2.0
/*
 * Feeds the diagnosis with the records in a log.
 *
 * A log has less than the device: times may be missing or of two clocks, and a record may be a line
 * of EDAC's without registers. What a log says beside the registers names the module.
 */
#include "cmd/log_faults.h"

#include <stdlib.h>
#include <string.h>

#include "decode/absent.h"
#include "decode/decode.h"
#include "decode/dimm_facts.h"
#include "decode/facts.h"
#include "diagnose/diagnose.h"
#include "klog/records.h"
#include "show/registers.h"

#define NS_PER_S	1000000000ULL
#define NS_PER_US	1000ULL
#define WALL_LEAST_US	946684800000000ULL /* the year 2000: a clock that was not set at boot */
#define PAGE_SHIFT	12

/* Times since boot are comparable within one boot only. */
enum {
	THIS_BOOT = 1,
	PREVIOUS_BOOT,
};

static unsigned long long fact_number(const struct mcw_facts *facts, enum mcw_fact key, int base,
				      unsigned long long otherwise)
{
	const char *text = mcw_facts_find(facts, key);
	unsigned long long value;
	char *end;

	if (!text)
		return otherwise;
	value = strtoull(text, &end, base);
	return end == text ? otherwise : value;
}

/* What EDAC, the firmware or a program says of an error of memory without its registers. */
static bool sign_of_facts(struct mcw_sign *sign, const struct mcw_console_record *r,
			  const struct mcw_dimm_known *known)
{
	const char *severity = mcw_facts_find(&r->facts, MCW_FACT_SEVERITY);
	unsigned long long page = fact_number(&r->facts, MCW_FACT_PAGE, 16, 0);

	*sign = mcw_sign_of_memory();
	if (page)
		sign->address = page << PAGE_SHIFT;
	sign->count = fact_number(&r->facts, MCW_FACT_COUNT, 10, 1);
	sign->uncorrected = severity && strcmp(severity, "corrected");
	if (!severity || (!known->dimm && !known->place.known))
		return false;
	mcw_sign_place(sign, known);
	return true;
}

static bool sign_of(struct mcw_sign *sign, const struct mcw_console_record *r,
		    const struct mcw_dimm_known *known)
{
	struct mcw_subject s = { .ev = r->event, .facts = &r->facts };
	struct mcw_record rec = { .head.type = MCW_EVENT };

	if (mcw_event_lacks(&r->event, MCW_ABSENT_STATUS))
		return sign_of_facts(sign, r, known);
	mcw_subject_assume(&s);
	rec.event = s.ev;
	return mcw_sign_of_event(sign, &rec, known->dimm || known->place.known ? known : NULL);
}

/* A log can go over several boots: time since boot only counts where no record says the date. */
static void times_set(struct mcw_sign *sign, const struct mcw_console_record *r)
{
	if (r->event.regs.time)
		sign->wall_ns = r->event.regs.time * NS_PER_S;
	else if (r->stamped && r->stamp_us >= WALL_LEAST_US)
		sign->wall_ns = r->stamp_us * NS_PER_US;
	else if (r->stamped)
		sign->mono_ns = r->stamp_us * NS_PER_US;
}

void mcw_log_fault_add(struct mcw_diagnosis *d, const struct mcw_console_record *r)
{
	struct mcw_dimm_known known;
	struct mcw_sign sign;
	struct mcw_dimm dimm;

	mcw_dimm_of_facts(&r->facts, &dimm, &known);
	/* No part of a virtual machine is bad: its host knows which of the real ones is. */
	if (r->printer == MCW_PRINTER_NOTE || r->torn || mcw_event_is_virtual(&r->event) ||
	    !sign_of(&sign, r, &known))
		return;
	sign.load = r->previous_boot ? PREVIOUS_BOOT : THIS_BOOT;
	sign.record = (struct mcw_sign_record){ .pos = r->line, .lane = MCW_SIGN_LINE };
	times_set(&sign, r);
	mcw_diagnosis_feed(d, &sign);
	if (!r->repeats)
		return;
	sign.record.pos = r->repeat_line;
	sign.wall_ns = r->repeat_time * NS_PER_S;
	sign.mono_ns = 0;
	sign.count = (sign.count ? sign.count : 1) * r->repeats;
	mcw_diagnosis_feed(d, &sign);
}

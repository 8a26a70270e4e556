// SPDX-License-Identifier: GPL-2.0
/*
 * MCA_MISC0 of AMD's scalable MCA: the counter of the bank's corrected errors. It counts on from
 * record to record, up to 0xfff, where the threshold interrupt comes; the kernel then sets it to
 * 0xfff less its threshold_limit. So it is no count of one record; what it has grown by since the
 * record before is in mcw_event.counted. AMD APM vol. 2 section 9.3.2.4.
 */
#include "decode/absent.h"
#include "decode/amd/amd.h"
#include "decode/internal.h"

#define MISC_VALID	MCW_BIT(63)
#define MISC_COUNTER	MCW_BIT(62)
#define MISC_LOCKED	MCW_BIT(61)
#define MISC_OVERFLOW	MCW_BIT(48)

static bool has_counter(const struct mcw_event *ev)
{
	const __u64 counter = MISC_VALID | MISC_COUNTER;

	return ev->regs.status & MCW_STATUS_MISCV && (ev->regs.misc & counter) == counter;
}

bool mcw_amd_counter_is_full(const struct mcw_event *ev)
{
	return has_counter(ev) && ev->regs.misc & MISC_OVERFLOW;
}

/* Of a corrected error, the sentence says it. */
static void put_errors_besides(struct text *t, const struct mcw_event *ev)
{
	if (ev->counted && mcw_event_class(ev) != MCW_CLASS_CORRECTED)
		text_add(t, ", %u corrected error%s since the bank's record before", ev->counted,
			 ev->counted == 1 ? "" : "s");
}

void mcw_amd_add_misc(struct text *t, const struct mcw_event *ev)
{
	__u64 misc = ev->regs.misc;

	if (!is_smca(ev) || !(ev->regs.status & MCW_STATUS_MISCV) ||
	    mcw_event_lacks(ev, MCW_ABSENT_MISC))
		return;
	/* Up to Linux 6.18, where AMD's interrupts are not graded, their records have 32 bits. */
	if (ev->regs.severity == MCW_GRADE_NO && ev->source == MCW_SOURCE_CMCI && !(misc >> 32)) {
		text_put(t, "the kernel kept the lower half, without the error counter");
		return;
	}
	if (!has_counter(ev))
		return;
	text_add(t, "error counter at %llu of 4095", field(misc, 43, 32));
	if (misc & MISC_OVERFLOW)
		text_put(t, ", overflowed");
	if (misc & MISC_LOCKED)
		text_put(t, ", the firmware's");
	put_errors_besides(t, ev);
}

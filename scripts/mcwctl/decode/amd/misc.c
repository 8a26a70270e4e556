// SPDX-License-Identifier: GPL-2.0
/*
 * MCA_MISC0 of AMD's scalable MCA: the counter of the bank's corrected errors. It counts on from
 * record to record, up to 0xfff, where the threshold interrupt comes; the kernel then sets it to
 * 0xfff less its threshold_limit. So it is no count of one record. AMD APM vol. 2 section 9.3.2.4.
 */
#include "decode/absent.h"
#include "decode/amd/amd.h"
#include "decode/internal.h"

#define MISC_VALID	MCW_BIT(63)
#define MISC_COUNTER	MCW_BIT(62)
#define MISC_LOCKED	MCW_BIT(61)
#define MISC_OVERFLOW	MCW_BIT(48)

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
	if ((misc & (MISC_VALID | MISC_COUNTER)) != (MISC_VALID | MISC_COUNTER))
		return;
	text_add(t, "error counter at %llu of 4095", field(misc, 43, 32));
	if (misc & MISC_OVERFLOW)
		text_put(t, ", overflowed");
	if (misc & MISC_LOCKED)
		text_put(t, ", the firmware's");
}

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * When the threshold interrupts of one bank on one CPU are a storm. Pure: no time of its own,
 * no lock, no memory but what the caller gives.
 *
 * A storm begins with the interrupt that makes it rule.count of them within rule.window_ns, or with
 * the first where the kernel calls it one. It ends when there was no sign of an error for
 * rule.quiet_ns.
 */
#ifndef _MCEWARDEN_STORM_DETECT_H
#define _MCEWARDEN_STORM_DETECT_H

#include <linux/types.h>

/* Up to v6.8 the kernel throttles a CPU's interrupts after 15: more would never be reached. */
#define MCW_STORM_MAX_COUNT 15U

struct mcw_storm_rule {
	u32 count; /* 1..MCW_STORM_MAX_COUNT */
	u64 window_ns;
	u64 quiet_ns;
};

/* All zero at first. */
struct mcw_storm_bank {
	u64 times[MCW_STORM_MAX_COUNT]; /* of the latest interrupts, in turn */
	u64 interrupts; /* since the last storm */
	u64 began_ns; /* the first of those that made it one */
	u64 last_ns; /* the latest sign of an error */
	u64 count; /* interrupts of this storm, or of the last */
	bool running;
	bool throttled; /* the kernel throttled this one, or the last */
};

bool mcw_storm_detect_interrupt(struct mcw_storm_bank *bank, const struct mcw_storm_rule *rule,
				u64 now, bool throttled);
void mcw_storm_detect_error(struct mcw_storm_bank *bank, u64 now);
bool mcw_storm_detect_quiet(const struct mcw_storm_bank *bank, const struct mcw_storm_rule *rule,
			    u64 now);
void mcw_storm_detect_end(struct mcw_storm_bank *bank);

#endif /* _MCEWARDEN_STORM_DETECT_H */

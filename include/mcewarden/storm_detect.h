/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Decides when the threshold interrupts of one bank on one CPU, or of all its banks together, are a
 * storm. Pure: no clock, no lock, no memory of its own.
 *
 * A storm begins with the interrupt that is number rule.count within rule.window_ns, or when the
 * kernel declares one. It ends when no error was seen for rule.quiet_ns.
 */
#ifndef _MCEWARDEN_STORM_DETECT_H
#define _MCEWARDEN_STORM_DETECT_H

#include <linux/types.h>

/* Up to v6.8 the kernel throttles a CPU's interrupts after 15: no higher count is reached. */
#define MCW_STORM_MAX_COUNT 15 /* modinfo shows it */
#define MCW_STORM_ONLY_DECLARED (~0U) /* a rule's count: only the kernel makes it a storm */
#define MCW_STORM_TIMES 16 /* with the interrupt at which the kernel throttles */

struct mcw_storm_rule {
	u32 count; /* 1..MCW_STORM_MAX_COUNT, or MCW_STORM_ONLY_DECLARED */
	u64 window_ns;
	u64 quiet_ns;
};

/* The caller zeroes it first. */
struct mcw_storm_bank {
	u64 times[MCW_STORM_TIMES]; /* ring of the times of the latest interrupts */
	u64 interrupts; /* since the last storm */
	u64 began_ns; /* the first interrupt of the storm */
	u64 last_ns; /* the latest error that was seen */
	u64 count; /* interrupts of this storm, or of the last one */
	bool running;
	bool declared; /* the kernel declared this storm, or the last one */
	bool throttled; /* and throttled its interrupts: the caller knows */
};

bool mcw_storm_detect_interrupt(struct mcw_storm_bank *bank, const struct mcw_storm_rule *rule,
				u64 now, bool declared);
bool mcw_storm_detect_declared(struct mcw_storm_bank *bank, const struct mcw_storm_rule *rule,
			       u64 now);
void mcw_storm_detect_error(struct mcw_storm_bank *bank, u64 now);
bool mcw_storm_detect_quiet(const struct mcw_storm_bank *bank, const struct mcw_storm_rule *rule,
			    u64 now);
void mcw_storm_detect_end(struct mcw_storm_bank *bank);

#endif /* _MCEWARDEN_STORM_DETECT_H */

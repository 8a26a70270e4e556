// SPDX-License-Identifier: GPL-2.0
/*
 * Detects storms. The window slides, so that no storm hides at the border between two windows. The
 * times of the latest interrupts are kept for that, as many as a rule may ask for.
 */
#include <mcewarden/storm_detect.h>

static u64 interrupt_time(const struct mcw_storm_bank *bank, u64 interrupt)
{
	return bank->times[interrupt % MCW_STORM_TIMES];
}

/* Counts the latest interrupts that are in the window that ends now. */
static u32 count_within_window(const struct mcw_storm_bank *bank, u64 window_ns, u64 now)
{
	u32 n;

	for (n = 0; n < MCW_STORM_TIMES && n < bank->interrupts; n++) {
		if (now - interrupt_time(bank, bank->interrupts - 1 - n) > window_ns)
			break;
	}
	return n;
}

static void begin_storm(struct mcw_storm_bank *bank, u64 began_ns, u32 count, bool declared)
{
	bank->running = true;
	bank->declared = declared;
	bank->throttled = false;
	bank->count = count;
	bank->began_ns = began_ns;
}

/**
 * mcw_storm_detect_interrupt() - an interrupt found an error in this bank
 * @bank: the bank's state
 * @rule: the rule
 * @now: time in ns, which never goes back
 * @declared: whether the kernel has declared a storm by now
 *
 * Context: any; one caller at a time for a bank.
 * Return: true if a storm begins with this interrupt.
 */
bool mcw_storm_detect_interrupt(struct mcw_storm_bank *bank, const struct mcw_storm_rule *rule,
				u64 now, bool declared)
{
	u32 n;

	bank->last_ns = now;
	if (bank->running) {
		bank->count++;
		bank->declared |= declared;
		return false;
	}
	bank->times[bank->interrupts++ % MCW_STORM_TIMES] = now;
	n = count_within_window(bank, rule->window_ns, now);
	if (n < rule->count && !declared)
		return false;
	begin_storm(bank, interrupt_time(bank, bank->interrupts - n), n, declared);
	return true;
}

/**
 * mcw_storm_detect_declared() - the kernel has declared a storm, and not at an interrupt
 * @bank: the bank's state
 * @rule: the rule
 * @now: as above
 *
 * A poll found the error that made it one: the interrupts may be few, or none.
 *
 * Context: as above.
 * Return: true if a storm begins with that.
 */
bool mcw_storm_detect_declared(struct mcw_storm_bank *bank, const struct mcw_storm_rule *rule,
			       u64 now)
{
	u32 n;

	bank->last_ns = now;
	bank->declared = true;
	if (bank->running)
		return false;
	n = count_within_window(bank, rule->window_ns, now);
	begin_storm(bank, n ? interrupt_time(bank, bank->interrupts - n) : now, n, true);
	return true;
}

/**
 * mcw_storm_detect_error() - a poll found an error in this bank
 * @bank: the bank's state
 * @now: as above
 *
 * While the kernel throttles the interrupts, only polls show that the storm goes on.
 *
 * Context: as above.
 */
void mcw_storm_detect_error(struct mcw_storm_bank *bank, u64 now)
{
	if (bank->running)
		bank->last_ns = now;
}

/**
 * mcw_storm_detect_quiet() - whether a storm is over
 * @bank: the bank's state
 * @rule: the rule
 * @now: as above
 *
 * Context: as above.
 * Return: true if a storm runs, and the bank has been quiet for long enough.
 */
bool mcw_storm_detect_quiet(const struct mcw_storm_bank *bank, const struct mcw_storm_rule *rule,
			    u64 now)
{
	return bank->running && now - bank->last_ns >= rule->quiet_ns;
}

/**
 * mcw_storm_detect_end() - end a storm
 * @bank: the bank's state; count, began_ns, last_ns, declared and throttled stay
 *
 * Interrupts of this storm do not count for the next one.
 *
 * Context: as above.
 */
void mcw_storm_detect_end(struct mcw_storm_bank *bank)
{
	bank->running = false;
	bank->interrupts = 0;
}

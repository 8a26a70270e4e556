// SPDX-License-Identifier: GPL-2.0
/*
 * What a fault means, in words: names for programs, sentences for people.
 */
#include "diagnose/diagnose.h"

static const struct {
	const char *name;
	const char *text;
} modes[MCW_FAULT_MODES] = {
	[MCW_FAULT_TRANSIENT] = { "transient", "errors without a pattern" },
	[MCW_FAULT_CELL] = { "cell", "a single cell is bad" },
	[MCW_FAULT_ROW] = { "row", "a row of one bank is failing" },
	[MCW_FAULT_COLUMN] = { "column", "a column of one bank is failing" },
	[MCW_FAULT_BANK] = { "bank", "a bank is failing" },
	[MCW_FAULT_DEVICE] = { "device", "several banks of one memory device (chip) are failing" },
	[MCW_FAULT_RANK] = { "rank", "a rank is failing" },
	[MCW_FAULT_MODULE] = { "module", "the whole memory module has errors" },
	[MCW_FAULT_CHANNEL] = { "channel", "several memory modules of one channel have errors" },
	[MCW_FAULT_CONTROLLER] = { "controller",
				   "several channels of one memory controller have errors" },
	[MCW_FAULT_MEMORY] = { "memory",
			       "memory has many errors, and it is not known of which module" },
	[MCW_FAULT_CORE] = { "core", "a core is failing" },
	[MCW_FAULT_CACHE] = { "cache", "a cache is failing" },
	[MCW_FAULT_LINK] = { "link", "a link is failing" },
	[MCW_FAULT_FIRMWARE] = { "firmware", "the firmware reports errors" },
};

const char *mcw_fault_mode_name(unsigned int mode)
{
	return mode < MCW_FAULT_MODES ? modes[mode].name : "unknown";
}

const char *mcw_fault_mode_text(unsigned int mode)
{
	return mode < MCW_FAULT_MODES ? modes[mode].text : "an unknown fault";
}

const char *mcw_fault_level_name(unsigned int level)
{
	static const char *const names[] = { "ok", "warning", "critical" };

	return level <= MCW_FAULT_CRITICAL ? names[level] : "unknown";
}

const char *mcw_fault_certainty_name(unsigned int certainty)
{
	static const char *const names[] = { "possible", "likely", "certain" };

	return certainty <= MCW_FAULT_CERTAIN ? names[certainty] : "unknown";
}

const char *mcw_fault_doubt_text(const struct mcw_fault *f)
{
	switch (f->doubt) {
	case MCW_DOUBT_FEW:
		return "there are few errors yet";
	case MCW_DOUBT_ADDRESS_ONLY:
		return "only addresses are known, no rows, columns or devices";
	case MCW_DOUBT_NO_ROW:
		return "rows or columns are not known, so it may be less than the bank";
	case MCW_DOUBT_NO_DEVICE:
		return "the device is not known, so it may be one device of the rank";
	case MCW_DOUBT_NO_MODULE:
		return "no EDAC driver says which memory module it is";
	case MCW_DOUBT_ONCE:
		return "there is one error, which can be chance";
	case MCW_DOUBT_FIRMWARE:
		return "the firmware keeps to itself what it knows";
	default:
		break;
	}
	switch (f->mode) {
	case MCW_FAULT_TRANSIENT:
		return "chance explains errors at unrelated places";
	case MCW_FAULT_CELL:
		return "the same place has errors again and again";
	default:
		return f->mode >= MCW_FAULT_CORE ?
			       "there are too many errors in this time" :
			       "chance does not explain so many errors in this pattern";
	}
}

const char *mcw_fault_risk_text(const struct mcw_fault *f)
{
	if (f->uncorrected)
		return f->mode == MCW_FAULT_CELL ?
			       "data in that page were lost; more may follow" :
			       "data were lost already; more may follow at any time";
	switch (f->mode) {
	case MCW_FAULT_TRANSIENT:
		return "none";
	case MCW_FAULT_CELL:
		return "none, if its page is not in use any more";
	case MCW_FAULT_ROW:
		return "an uncorrected error, if a second bit fails in that row";
	case MCW_FAULT_COLUMN:
	case MCW_FAULT_BANK:
		return "an uncorrected error is likely within hours";
	case MCW_FAULT_DEVICE:
	case MCW_FAULT_RANK:
		return "an uncorrected error as soon as a second device fails, or within hours "
		       "where ECC does not correct a whole device";
	case MCW_FAULT_MODULE:
	case MCW_FAULT_MEMORY:
		return "an uncorrected error is possible at any time";
	case MCW_FAULT_CHANNEL:
	case MCW_FAULT_CONTROLLER:
		return "uncorrected errors in all memory behind it, at any time";
	case MCW_FAULT_LINK:
		return "the machine becomes slower, and stops if the link fails";
	case MCW_FAULT_FIRMWARE:
		return "not known";
	default:
		return "the machine may stop at any time";
	}
}

/* What to do. In the order of how urgent it is. */
enum action {
	NOTHING,
	WATCH,
	NAME_PARTS,
	REPAIR,
	RESEAT,
	REPLACE,
	MOVE_AWAY,
};

static const struct {
	const char *name;
	const char *text;
} actions[] = {
	[NOTHING] = { "nothing", "nothing" },
	[WATCH] = { "watch", "watch whether more errors come" },
	[NAME_PARTS] = { "name-parts",
			 "load the EDAC driver (mcwctl status names it), so that the memory module "
			 "is known" },
	[REPAIR] = { "repair",
		     "reboot when it suits you: the firmware can replace the row by a spare one "
		     "(post-package repair), where the platform offers that; else replace the "
		     "module at the next maintenance" },
	[RESEAT] = { "reseat",
		     "at the next maintenance seat these parts again and look at their sockets; "
		     "then replace them one at a time" },
	[REPLACE] = { "replace", "replace it at the next maintenance, which should be soon" },
	[MOVE_AWAY] = { "move-away", "move the work away from this machine now, and replace it" },
};

static enum action action_of(const struct mcw_fault *f)
{
	if (f->closed)
		return NOTHING;
	if (f->level == MCW_FAULT_CRITICAL && f->uncorrected)
		return MOVE_AWAY;
	switch (f->mode) {
	case MCW_FAULT_TRANSIENT:
		return NOTHING;
	case MCW_FAULT_CELL:
		return f->uncorrected ? WATCH : NOTHING;
	case MCW_FAULT_ROW:
		return REPAIR;
	case MCW_FAULT_MEMORY:
		return NAME_PARTS;
	case MCW_FAULT_CHANNEL:
	case MCW_FAULT_CONTROLLER:
	case MCW_FAULT_LINK:
		return RESEAT;
	case MCW_FAULT_FIRMWARE:
		return WATCH;
	case MCW_FAULT_CORE:
	case MCW_FAULT_CACHE:
		return f->uncorrected ? WATCH : REPLACE;
	default:
		return REPLACE;
	}
}

const char *mcw_fault_action_text(const struct mcw_fault *f)
{
	return actions[action_of(f)].text;
}

const char *mcw_fault_action_name(const struct mcw_fault *f)
{
	return actions[action_of(f)].name;
}

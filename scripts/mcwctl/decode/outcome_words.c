// SPDX-License-Identifier: GPL-2.0
/*
 * The words of outcomes.
 */
#include "decode/outcome_words.h"

#include <stdio.h>

#include "decode/decode.h"

struct word {
	const char *name; /* in JSON */
	const char *text; /* in a line for people; may be empty */
};

static const struct word reasons[] = {
	[MCW_REASON_UNKNOWN] = { "unknown", "the reason is not known" },
	[MCW_REASON_DONE] = { "done", "done" },
	[MCW_REASON_GRADE] = { "grade", "no page is taken for this grade" },
	[MCW_REASON_SOFTWARE] = { "software", "the record is from software or firmware" },
	[MCW_REASON_NO_ADDRESS] = { "no_address", "no usable address" },
	[MCW_REASON_COARSE] = { "coarse", "the address is coarser than a page" },
	[MCW_REASON_NO_PAGE] = { "no_page", "no online memory has this address" },
	[MCW_REASON_ALREADY] = { "already_poisoned", "it was poisoned before" },
	[MCW_REASON_IN_USE] = { "in_use", "flagged as poisoned, but still in use" },
	[MCW_REASON_GAVE_UP] = { "gave_up", "the kernel could not free it" },
	[MCW_REASON_OFF] = { "recovery_off", "recovery is off" },
	[MCW_REASON_OBSERVE] = { "observe", "recovery is observe" },
	[MCW_REASON_TOLERANT] = { "tolerant", "tolerant is 3" },
	[MCW_REASON_BUDGET] = { "budget", "page_budget is used up" },
	[MCW_REASON_FRESH_UC] = { "fresh_uncorrected",
				  "a fresh uncorrected error, and tolerant is 0" },
	[MCW_REASON_RAS_CEC] = { "ras_cec", "RAS_CEC decides about corrected errors" },
	[MCW_REASON_FLAGGED] = { "flagged", "flagged as poisoned; nothing more is known" },
	[MCW_REASON_UNGRADED] = { "ungraded", "it has no grade, and its source is not known" },
	[MCW_REASON_SOFT_OFFLINE_OFF] = { "soft_offline_off",
					  "the admin switched soft offline off" },
	[MCW_REASON_RECOVERY_PANICS] = { "recovery_panics",
					 "vm.memory_failure_recovery is 0, it would panic" },
	[MCW_REASON_KERNEL_PAGE_PANICS] = { "kernel_page_panics",
					    "perhaps a page of the kernel, it would panic" },
	[MCW_REASON_NORMALIZED] = { "normalized", "the address is normalized, of no known page" },
	[MCW_REASON_SAME_ERROR] = { "same_error", "the kernel logged the same error again" },
};

static const struct word actors[] = {
	[MCW_ACTOR_NOBODY] = { "nobody", "" },
	[MCW_ACTOR_KERNEL] = { "kernel", "" },
	[MCW_ACTOR_MODULE] = { "module", "" },
};

static const struct word dispositions[] = {
	[MCW_DISPOSITION_NONE] = { "none", "" },
	[MCW_DISPOSITION_HANDLED] = { "handled", "" },
	[MCW_DISPOSITION_UNHANDLED] = { "unhandled", "" },
	[MCW_DISPOSITION_DROPPED] = { "dropped", "; the kernel dropped or filtered the record" },
	[MCW_DISPOSITION_GRACE] = { "grace", "; the kernel did not report how the record ended" },
};

static const struct word results[] = {
	[MCW_RESULT_UNKNOWN] = { "unknown", "" },
	[MCW_RESULT_IGNORED] = { "ignored", "ignored" },
	[MCW_RESULT_FAILED] = { "failed", "failed" },
	[MCW_RESULT_DELAYED] = { "delayed", "delayed" },
	[MCW_RESULT_RECOVERED] = { "recovered", "recovered" },
};

static const struct word actions[] = {
	[MCW_ACTION_NONE] = { "none", "left" },
	[MCW_ACTION_OFFLINE] = { "offline", "taken offline" },
	[MCW_ACTION_SOFT_OFFLINE] = { "soft_offline", "soft-offlined" },
	[MCW_ACTION_PANIC] = { "panic", "panic" },
};

static const struct {
	const struct word *words;
	unsigned int count;
} all[] = {
	[MCW_WORDS_REASON] = { reasons, ARRAY_SIZE(reasons) },
	[MCW_WORDS_ACTOR] = { actors, ARRAY_SIZE(actors) },
	[MCW_WORDS_ACTION] = { actions, ARRAY_SIZE(actions) },
	[MCW_WORDS_DISPOSITION] = { dispositions, ARRAY_SIZE(dispositions) },
	[MCW_WORDS_RESULT] = { results, ARRAY_SIZE(results) },
};

/* A later module may have added numbers that have no word here. */
static const struct word *word(enum mcw_outcome_words words, unsigned int n)
{
	static const struct word unknown = { "unknown", "unknown" };

	return n < all[words].count ? &all[words].words[n] : &unknown;
}

const char *mcw_outcome_word(enum mcw_outcome_words words, unsigned int n)
{
	return word(words, n)->name;
}

const char *mcw_outcome_phrase(enum mcw_outcome_words words, unsigned int n)
{
	return word(words, n)->text;
}

const char *mcw_outcome_what(const struct mcw_outcome *o, char *buf, size_t size)
{
	const char *actor = mcw_outcome_word(MCW_WORDS_ACTOR, o->actor);
	const char *action = mcw_outcome_phrase(MCW_WORDS_ACTION, o->action);
	const char *reason = mcw_outcome_phrase(MCW_WORDS_REASON, o->reason);
	char page[40] = "";

	if (o->page != MCW_NO_PAGE)
		snprintf(page, sizeof(page), "page 0x%llx: ", o->page);
	if (o->action == MCW_ACTION_PANIC)
		snprintf(buf, size, "%spanic by the %s: %s", page, actor, reason);
	else if (o->reason == MCW_REASON_OBSERVE)
		snprintf(buf, size, "%swould have been %s: %s", page, action, reason);
	else if (o->actor == MCW_ACTOR_NOBODY || o->action == MCW_ACTION_NONE)
		snprintf(buf, size, "%snothing done: %s", page, reason);
	else if (o->reason == MCW_REASON_DONE)
		snprintf(buf, size, "%s%s by the %s", page, action, actor);
	else if (o->reason == MCW_REASON_FLAGGED)
		snprintf(buf, size, "%sflagged as poisoned by the %s; nothing more is known", page,
			 actor);
	else
		snprintf(buf, size, "%snot %s by the %s: %s", page, action, actor, reason);
	return buf;
}

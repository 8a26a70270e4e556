// SPDX-License-Identifier: GPL-2.0
/*
 * What was done about an error, why, and what became of the page and its users.
 */
#include "decode/explain/tables.h"

#define ROW(topic_, name, words) \
	{ \
		.topic = (topic_), .word = (name), .text = (words) \
	}
#define REASON(name, words) ROW(MCW_TOPIC_REASON, name, words)
#define PAGE(name, words) ROW(MCW_TOPIC_PAGE, name, words)

static const struct mcw_explanation rows[] = {
	REASON("unknown", "The record has a reason that this version of the tool does not know."),
	REASON("done", "What the action says was done."),
	REASON("grade", "The grade is one for which no page is taken."),
	REASON("software", "Software or the firmware logged the record, so no page is taken for "
			   "it."),
	REASON("no_address", "The record has no physical address, so nobody knows the page."),
	REASON("coarse", "The address stands for more than a page, so nobody knows which one."),
	REASON("no_page", "The address is not in memory that is online."),
	REASON("already_poisoned", "The page was poisoned before, so there was nothing to do."),
	REASON("in_use", "The page is flagged as poisoned, but somebody still uses it, so it could "
			 "not be taken away."),
	REASON("gave_up", "The kernel could not free the page, after several tries."),
	REASON("recovery_off", "The knob recovery is off: the module takes no page."),
	REASON("observe", "The knob recovery is observe: the module only says what it would have "
			  "done."),
	REASON("tolerant", "The knob tolerant is 3: the module only logs."),
	REASON("budget", "page_budget is used up: the module has taken as many pages as it may."),
	REASON("fresh_uncorrected", "A new uncorrected error while tolerant is 0: the module "
				    "panics."),
	REASON("ras_cec", "The kernel's RAS_CEC counts corrected errors itself, so the module does "
			  "not."),
	REASON("flagged", "The page is flagged as poisoned; whether it was taken away, nobody "
			  "said."),
	REASON("ungraded", "The record has no grade, and nobody noted how it was found, so it is "
			   "left."),
	REASON("soft_offline_off", "The admin switched soft offline off (vm.enable_soft_offline is "
				   "0)."),
	REASON("recovery_panics", "vm.memory_failure_recovery is 0: the kernel would panic, so the "
				  "module does not ask it to take the page."),
	REASON("kernel_page_panics", "The page may be the kernel's own, and "
				     "vm.panic_on_unrecoverable_memory_failure is 1: taking it "
				     "would be a panic."),
	REASON("normalized", "The address counts from the zero of one of AMD's memory controllers, "
			     "so it names no page that the kernel could take."),
	REASON("same_error", "The kernel logged one deferred error of AMD's twice, from two "
			     "registers. What was done is in the outcome of the first record."),
	ROW(MCW_TOPIC_ACTOR, "nobody", "Nothing was done."),
	ROW(MCW_TOPIC_ACTOR, "kernel", "The kernel did it, without the module."),
	ROW(MCW_TOPIC_ACTOR, "module", "mcewarden did it, or had the kernel do it."),
	ROW(MCW_TOPIC_ACTOR, "unknown", "An actor that this version of the tool does not know."),
	ROW(MCW_TOPIC_ACTION, "none", "Nothing was done about a page."),
	ROW(MCW_TOPIC_ACTION, "offline",
	    "The page was taken away: nobody gets it again until the "
	    "next start. Who had it, gets a signal or reads the data "
	    "anew."),
	ROW(MCW_TOPIC_ACTION, "soft_offline",
	    "The page's data was moved to another page, and "
	    "nobody gets the page again. Nothing is lost."),
	ROW(MCW_TOPIC_ACTION, "panic", "The machine was stopped."),
	ROW(MCW_TOPIC_ACTION, "unknown", "An action that this version of the tool does not know."),
	ROW(MCW_TOPIC_DISPOSITION, "none", "Nobody had to wait for the kernel to finish with it."),
	ROW(MCW_TOPIC_DISPOSITION, "handled",
	    "The kernel has decoded the record, and took the "
	    "page itself."),
	ROW(MCW_TOPIC_DISPOSITION, "unhandled",
	    "The kernel has decoded the record, and did not "
	    "take the page."),
	ROW(MCW_TOPIC_DISPOSITION, "dropped", "The kernel dropped or filtered the record."),
	ROW(MCW_TOPIC_DISPOSITION, "grace",
	    "The kernel gave no sign within grace_ms, so the "
	    "module decided without."),
	ROW(MCW_TOPIC_DISPOSITION, "unknown", "One that this version of the tool does not know."),
	ROW(MCW_TOPIC_RESULT, "unknown", "memory_failure() was not called, or said nothing."),
	ROW(MCW_TOPIC_RESULT, "ignored",
	    "memory_failure() did nothing about the page, mostly one "
	    "of the kernel's own. It stays flagged, and its data may "
	    "still be read."),
	ROW(MCW_TOPIC_RESULT, "failed", "memory_failure() could not take the page from its users."),
	ROW(MCW_TOPIC_RESULT, "delayed", "The page goes as soon as its users let go of it."),
	ROW(MCW_TOPIC_RESULT, "recovered", "The page is away, and nobody uses the lost data."),
	PAGE("offline", "The page was taken away after an uncorrected error."),
	PAGE("soft_offline", "The page was taken away after many corrected errors, and its data "
			     "moved."),
	PAGE("poisoned", "The page is marked as poisoned: whoever touches it gets a signal."),
	PAGE("in_use", "The page is marked as poisoned, and somebody still uses it."),
	PAGE("taking", "The module is about to take the page."),
	PAGE("failed", "The page should have been taken, and the kernel could not free it."),
	PAGE("left", "The page had an error, and nothing was done about it."),
	PAGE("counting", "The page has corrected errors, too few to take it."),
	ROW(MCW_TOPIC_VICTIM, "taken",
	    "The page was taken from the task, which has not touched "
	    "it."),
	ROW(MCW_TOPIC_VICTIM, "touched", "The task touched a page that was taken before."),
	ROW(MCW_TOPIC_VICTIM, "consumed",
	    "The task read the lost data, and cannot go on without "
	    "it."),
	ROW(MCW_TOPIC_VICTIM, "unknown", "Nobody can say why the task got the signal."),
};

const struct mcw_explain_table mcw_explain_outcomes = MCW_EXPLAIN_TABLE(rows);

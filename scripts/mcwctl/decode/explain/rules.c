// SPDX-License-Identifier: GPL-2.0
/*
 * The rules of the grading, of which the first that fits decides. mcwctl rules prints what each
 * rule asks for; here is why.
 */
#include "decode/explain/tables.h"

#define RULE(name, words) \
	{ \
		.topic = MCW_TOPIC_RULE, .word = (name), .text = (words) \
	}

static const struct mcw_explanation rows[] = {
	RULE("invalid", "The bank says that it holds no error (VAL is 0)."),
	RULE("not-enabled",
	     "The exception came from another error: reporting of this one is off (EN is 0)."),
	RULE("context-lost", "The processor's state is lost (PCC), so nothing can go on."),
	RULE("no-mcip", "An exception that does not say that it is one (MCIP is 0): do not trust "
			"it."),
	RULE("no-ip",
	     "An exception that knows neither where it was nor whether that can go on (RIPV and "
	     "EIPV are 0)."),
	RULE("no-restart", "An exception in the kernel that cannot go on where it was (RIPV is "
			   "0)."),
	RULE("corrected", "The hardware corrected it (UC is 0), and the CPU has no S (no SER_P)."),
	RULE("ao-scrub", "Memory scrubbing found lost data that nobody uses at the moment."),
	RULE("ao-writeback",
	     "The last level cache wrote back lost data, and nobody uses it at the moment."),
	RULE("ao-patrol-scrub",
	     "Skylake-SP reports what its patrol scrubber cannot correct as a corrected error."),
	RULE("ucna", "Data is lost, and the CPU says that no action is required (UCNA)."),
	RULE("ar-not-signaled",
	     "Action is required, but the CPU did not signal it (AR without S): no manual allows "
	     "it."),
	RULE("not-signaled",
	     "Not signaled (S is 0): the hardware corrected it, or the exception was about another "
	     "error."),
	RULE("ar-overflow",
	     "Action is required, and another error was lost (OVER): that one may be anywhere."),
	RULE("ar-other-thread",
	     "The exception is of another thread, which can go on where it was (RIPV, not EIPV)."),
	RULE("ar-load-recoverable",
	     "The kernel read lost data at an instruction from which it can recover, as a copy "
	     "from a user."),
	RULE("ar-load-user", "A program read lost data."),
	RULE("ar-fetch-user", "A program's next instruction is lost."),
	RULE("ar-load-guest", "A guest of TDX read lost data (SEAM_NR)."),
	RULE("ar-fetch-guest", "The next instruction of a guest of TDX is lost (SEAM_NR)."),
	RULE("ar-load-kernel", "The kernel read lost data and cannot go on without it."),
	RULE("ar-fetch-kernel", "The kernel's next instruction is lost."),
	RULE("ar-unknown", "Action is required, and the code is none that says which."),
	RULE("ao-unknown", "Action is optional, and the code is none that says which."),
	RULE("ao-overflow", "Action is optional, and another error was lost (OVER)."),
	RULE("overflow", "Uncorrected, and another error was lost (OVER): that one may be worse."),
	RULE("kernel", "Uncorrected, while the kernel ran: nobody knows what it damaged."),
	RULE("uncorrected", "Uncorrected, while a program ran, of a CPU that cannot say more."),
	RULE("other", "No other rule fits."),
	RULE("amd-context-lost", "The processor's state is lost (PCC), so nothing can go on."),
	RULE("amd-deferred", "Data is lost and poisoned, and nobody has used it."),
	RULE("amd-deferred-uc", "Data is lost and poisoned, marked both deferred and uncorrected."),
	RULE("amd-corrected", "The hardware corrected it (UC is 0)."),
	RULE("amd-overflow",
	     "Uncorrected, another error was lost (OVER), and the CPU cannot recover from that."),
	RULE("amd-no-succor",
	     "Uncorrected, and the CPU cannot contain errors (SUCCOR), so software cannot "
	     "recover."),
	RULE("amd-no-succor-smca", "The same on scalable MCA, by the kernels before 5.19."),
	RULE("amd-kernel", "Uncorrected, while the kernel ran: nobody knows what it damaged."),
	RULE("amd-required", "Uncorrected, while a program ran: its page must be taken."),
	RULE("amd-required-recov", "The same, by the kernels before 5.19."),
	RULE("amd-uncorrected", "Uncorrected, of a CPU that cannot recover from it; no other rule "
				"fits."),
};

const struct mcw_explain_table mcw_explain_rules = MCW_EXPLAIN_TABLE(rows);

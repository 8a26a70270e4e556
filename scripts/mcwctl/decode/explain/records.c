// SPDX-License-Identifier: GPL-2.0
/*
 * Where a record comes from: its source, its lane, its flags.
 */
#include "decode/explain/tables.h"

#define SOURCE(name, words) \
	{ \
		.topic = MCW_TOPIC_SOURCE, .word = (name), .text = (words) \
	}
#define LANE(name, words) \
	{ \
		.topic = MCW_TOPIC_LANE, .word = (name), .text = (words) \
	}
#define FLAG(name, words) \
	{ \
		.topic = MCW_TOPIC_FLAG, .word = (name), .text = (words) \
	}

static const struct mcw_explanation rows[] = {
	SOURCE("exception", "A machine-check exception (#MC) found it, as it happened."),
	SOURCE("cmci", "A threshold interrupt found it: CMCI of Intel, or AMD's interrupts for "
		       "thresholds and deferred errors."),
	SOURCE("poll", "A look into the banks found it: the kernel's timer, or a poll that the "
		       "module asked for. It can be minutes old, or from before the restart."),
	SOURCE("firmware", "The firmware told the kernel of it (APEI, GHES), and not a bank."),
	SOURCE("process", "A program wrote the record, as mce-inject does; no hardware found it."),
	SOURCE("unknown", "Nobody noted how it was found."),
	LANE("severe", "Uncorrected and deferred errors. Corrected ones never push them out."),
	LANE("other", "Corrected errors, and all other records of machine checks."),
	LANE("notice", "What the module writes itself: outcomes, victims and storms."),
	LANE("location", "Which part of the machine an event is about, as EDAC or the firmware "
			 "says."),
	LANE("unknown", "The number is none that this version of the tool knows."),
	FLAG("injected", "The record comes from an injector, to test: no hardware had an error."),
	FLAG("by_module", "A poll of the module found it, and not one of the kernel alone."),
	FLAG("leftover", "An old error: it was in the bank already when a poll looked for such "
			 "ones, perhaps from before the restart."),
	FLAG("chain", "The module took it from the kernel's decode chain, later than it happened."),
};

const struct mcw_explain_table mcw_explain_records = MCW_EXPLAIN_TABLE(rows);

// SPDX-License-Identifier: GPL-2.0
/*
 * How bad an error is: its class by the registers, and the grade of its record.
 */
#include "decode/explain/tables.h"

#define CLASS(name, spellings, words) \
	{ \
		.topic = MCW_TOPIC_CLASS, .word = (name), .also = (spellings), .text = (words) \
	}
#define GRADE(name, words) \
	{ \
		.topic = MCW_TOPIC_GRADE, .word = (name), .text = (words) \
	}

static const struct mcw_explanation rows[] = {
	CLASS("corrected", NULL, "The hardware corrected the error. Nothing is lost."),
	CLASS("deferred", "deferred error",
	      "AMD: data is lost and marked as poison, and nobody has used it yet. What uses it "
	      "later raises an error of its own."),
	CLASS("UCNA", "uncorrected no action required|uncorrected no action",
	      "Uncorrected, no action required: data is lost, and nobody has used it yet. There is "
	      "no exception, only the interrupt for corrected errors or a poll. Software should "
	      "take the page before somebody reads it."),
	CLASS("SRAO", "software recoverable action optional|action optional|AO",
	      "Software recoverable, action optional: data is lost, mostly found by a scrubber or "
	      "by a cache that wrote it back, and the program that ran has nothing to do with it. "
	      "Software should take the page, and the machine goes on."),
	CLASS("SRAR", "software recoverable action required|action required|AR",
	      "Software recoverable, action required: a CPU needs lost data to go on. The program "
	      "that reads it must end, or get the data anew; in the kernel it is mostly a panic."),
	CLASS("uncorrected", NULL,
	      "The error was not corrected, and the CPU has no bits that say how bad that is."),
	CLASS("fatal", "PCC error",
	      "The processor's state is lost (PCC): nothing can go on, the kernel panics."),
	GRADE("NO", "The record is no error that software has to look at."),
	GRADE("DEFERRED",
	      "Data is lost, nobody has used it: a deferred or UCNA error. The page should be "
	      "taken."),
	GRADE("KEEP", "Only to be logged: a corrected error, or one of another CPU's exception."),
	GRADE("SOME",
	      "Uncorrected, but no rule knows it well enough to take a page; the machine goes on."),
	GRADE("AO", "Action optional, SRAO: the page should be taken, the machine goes on."),
	GRADE("UC", "Uncorrected, of a CPU that cannot say more: the program that ran cannot go "
		    "on."),
	GRADE("AR",
	      "Action required, SRAR: the page must be taken and its user stopped, then it goes "
	      "on."),
	GRADE("PANIC", "The machine cannot go on: the kernel panics."),
	GRADE("unknown", "The number is none that this version of the tool knows."),
};

const struct mcw_explain_table mcw_explain_grades = MCW_EXPLAIN_TABLE(rows);

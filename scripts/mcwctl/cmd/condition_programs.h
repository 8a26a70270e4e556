/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Runs the programs of conditions: a few at the same time, and each for a limited time. Nothing
 * here waits for one, but for mcw_programs_end().
 */
#ifndef MCW_CMD_CONDITION_PROGRAMS_H
#define MCW_CMD_CONDITION_PROGRAMS_H

#include <stdbool.h>
#include <sys/types.h>

#include "diagnose/conditions.h"

#define MCW_PROGRAMS_WAITING 32

struct mcw_program {
	pid_t pid;
	__u64 until_ns;		/* then it is ended; CLOCK_MONOTONIC */
	bool ended;
	__u8 condition;
	char path[MCW_CONDITION_PROGRAM];
	char **environment;
};

/* Zeroed but for conditions: none runs. */
struct mcw_programs {
	struct mcw_conditions *conditions;	/* its limits and counts */
	bool changed;				/* the counts did; the caller clears it */
	unsigned int running_count, waiting_count;
	struct mcw_program running[MCW_PROGRAMS_MOST], waiting[MCW_PROGRAMS_WAITING];
};

/* Has the program of the bucket's condition run soon, if it has one. */
void mcw_programs_add(struct mcw_programs *p, const struct mcw_condition_bucket *b,
		      const char *message);

/*
 * Starts what waits, and ends what runs for too long. Prints what went wrong. Return: in how many
 * ms it has more to do; -1: nothing.
 */
int mcw_programs_due(struct mcw_programs *p, __u64 mono_ns);

/* Runs all that wait, and waits until none runs. */
void mcw_programs_end(struct mcw_programs *p);

/*
 * The environment of a program: the values by name, printable. The caller frees it, as one block.
 * NULL without memory.
 */
char **mcw_condition_environment(const struct mcw_condition_bucket *b,
				 const struct mcw_conditions_conf *conf, const char *message);

#endif /* MCW_CMD_CONDITION_PROGRAMS_H */

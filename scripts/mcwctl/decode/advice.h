/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What an error means for the machine, and what to do about it: by families of errors.
 */
#ifndef MCW_DECODE_ADVICE_H
#define MCW_DECODE_ADVICE_H

struct mcw_event;
struct mcw_facts;

/* Both texts are sentences. They begin with, or contain, how certain they are. */
struct mcw_advice {
	const char *name; /* of the family, for programs: "memory_corrected" */
	const char *means;
	const char *action; /* what to do */
};

/* Return: NULL of a record that says too little, is not valid, or that an erratum made. */
const struct mcw_advice *mcw_advice(const struct mcw_event *ev);
/* Where there are no registers, by what was said of the error. facts: or NULL. */
const struct mcw_advice *mcw_advice_told(const struct mcw_event *ev, const struct mcw_facts *facts);
/* The n-th family, from 0 on; NULL past the last. */
const struct mcw_advice *mcw_advice_number(unsigned int n);

#endif /* MCW_DECODE_ADVICE_H */

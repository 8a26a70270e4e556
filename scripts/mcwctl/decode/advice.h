/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What an error means for the machine, and what to do about it: by families of errors.
 */
#ifndef MCW_DECODE_ADVICE_H
#define MCW_DECODE_ADVICE_H

struct mcw_event;

/* Both texts are sentences. They begin with, or contain, how certain they are. */
struct mcw_advice {
	const char *name; /* of the family, for programs: "memory_corrected" */
	const char *means;
	const char *action; /* what to do */
};

/* Return: NULL of a record that says too little, is not valid, or that an erratum made. */
const struct mcw_advice *mcw_advice(const struct mcw_event *ev);

#endif /* MCW_DECODE_ADVICE_H */

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Errors of faults that are made up, from a seed: for the tests of the diagnosis.
 *
 * The machine has DDR4 modules of two ranks of 18 devices with 16 banks, two in each channel. A
 * fault of some mode has a place, chosen by chance, and its errors come at random inside that
 * place, at random times with a mean of gap_ns.
 */
#ifndef _UNIT_DIAGNOSE_STREAM_H
#define _UNIT_DIAGNOSE_STREAM_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "diagnose/diagnose.h"

#define S 1000000000ULL
#define HOUR (3600 * S)
#define WALL (1800000000 * S) /* in 2027 */

#define RANKS 2
#define GROUPS 4
#define BANKS 4 /* of a group */
#define ROWS 65536
#define COLUMNS 128
#define DEVICES 18
#define SLOTS 2 /* of a channel */
#define CHANNELS 4 /* of a controller */

static __u64 random_state = 1;

static inline __u64 random_u64(void)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return random_state * 0x2545f4914f6cdd1dULL;
}

static inline __u32 random_below(__u32 limit)
{
	return (random_u64() >> 32) * limit >> 32;
}

static inline double random_unit(void)
{
	return ((random_u64() >> 11) + 1) / 9007199254740993.0;
}

/* -ln(x) of an x from 0 to 1, without the mathematics library. */
static inline double minus_ln(double x)
{
	double result = 0, y, term, sum = 0;

	while (x < 0.5) {
		x *= 2;
		result += 0.69314718055994531;
	}
	y = (x - 1) / (x + 1);
	term = y;
	for (int i = 1; i < 30; i += 2) {
		sum += term / i;
		term *= y * y;
	}
	return result - 2 * sum;
}

/* The time to the next of errors that come at random, with this mean. */
static inline __u64 random_gap(double mean_ns)
{
	return mean_ns * minus_ln(random_unit());
}

/* A place as numbers: of the module in the machine, and in it. */
struct place {
	unsigned int dimm, rank, group, bank, row, column, device;
};

static inline struct place random_place(unsigned int dimms)
{
	return (struct place){
		random_below(dimms),   random_below(RANKS), random_below(GROUPS),
		random_below(BANKS),   random_below(ROWS),  random_below(COLUMNS),
		random_below(DEVICES),
	};
}

/* Where the next error of a fault is. */
static inline struct place place_in(enum mcw_fault_mode mode, struct place fault,
				    unsigned int dimms)
{
	struct place p = random_place(dimms);

	if (mode == MCW_FAULT_CONTROLLER) {
		p.dimm = fault.dimm - fault.dimm % (SLOTS * CHANNELS) +
			 random_below(SLOTS * CHANNELS);
		return p;
	}
	p.dimm = fault.dimm;
	if (mode == MCW_FAULT_CHANNEL)
		p.dimm = fault.dimm - fault.dimm % SLOTS + random_below(SLOTS);
	if (mode >= MCW_FAULT_MODULE)
		return p;
	p.rank = fault.rank;
	if (mode == MCW_FAULT_RANK)
		return p;
	p.device = fault.device;
	if (mode == MCW_FAULT_DEVICE)
		return p;
	p.group = fault.group;
	p.bank = fault.bank;
	if (mode == MCW_FAULT_BANK)
		return p;
	if (mode != MCW_FAULT_COLUMN)
		p.row = fault.row;
	if (mode != MCW_FAULT_ROW)
		p.column = fault.column;
	return p;
}

/* What of a place the source of an error knows: bits of MCW_PLACE_*. */
#define KNOWS_ALL \
	(1U << MCW_PLACE_RANK | 1U << MCW_PLACE_BANK_GROUP | 1U << MCW_PLACE_BANK | \
	 1U << MCW_PLACE_ROW | 1U << MCW_PLACE_COLUMN | 1U << MCW_PLACE_DEVICE)
#define KNOWS_NOTHING 0U

static inline __u64 address_of(struct place p)
{
	__u64 a = p.dimm;

	a = a * RANKS + p.rank;
	a = a * GROUPS * BANKS + p.group * BANKS + p.bank;
	a = a * ROWS + p.row;
	return (a * COLUMNS + p.column) * 64;
}

static inline struct mcw_sign sign_at(struct place p, __u64 ns, __u32 knows)
{
	struct mcw_sign sign = {
		.part = { .socket = 0,
			  .mc = p.dimm / (SLOTS * CHANNELS),
			  .channel = p.dimm / SLOTS % CHANNELS,
			  .dimm = p.dimm % SLOTS,
			  .unit = -1,
			  .kind = MCW_SIGN_MEMORY },
		.source = MCW_DIMM_BY_EDAC,
		.load = 1,
		.mono_ns = ns,
		.wall_ns = WALL + ns,
		.address = address_of(p),
		.count = 1,
	};

	sign.place.known = knows;
	sign.place.value[MCW_PLACE_RANK] = p.rank;
	sign.place.value[MCW_PLACE_BANK_GROUP] = p.group;
	sign.place.value[MCW_PLACE_BANK] = p.bank;
	sign.place.value[MCW_PLACE_ROW] = p.row;
	sign.place.value[MCW_PLACE_COLUMN] = p.column * 8;
	sign.place.value[MCW_PLACE_DEVICE] = p.device;
	snprintf(sign.part.label, sizeof(sign.part.label), "DIMM_%u", p.dimm);
	snprintf(sign.part.serial, sizeof(sign.part.serial), "S%u", p.dimm);
	return sign;
}

static inline struct mcw_diagnosis *diagnosis_new(void)
{
	struct mcw_diagnosis *d = malloc(mcw_diagnosis_bytes());

	if (!d)
		exit(2);
	mcw_diagnosis_begin(d, NULL);
	return d;
}

/* Open faults that are told, and those of cells; not the errors without a pattern. */
static inline unsigned int faults_open(const struct mcw_diagnosis *d, const struct mcw_fault **last)
{
	const struct mcw_fault *f;
	unsigned int count = 0;

	*last = NULL;
	for (size_t at = 0; (f = mcw_diagnosis_next(d, &at));) {
		if (f->closed || f->mode == MCW_FAULT_TRANSIENT)
			continue;
		*last = f;
		count++;
	}
	return count;
}

static inline unsigned int faults_told(const struct mcw_diagnosis *d)
{
	const struct mcw_fault *f;
	unsigned int count = 0;

	for (size_t at = 0; (f = mcw_diagnosis_next(d, &at));)
		count += f->told_ns > 0;
	return count;
}

#endif /* _UNIT_DIAGNOSE_STREAM_H */

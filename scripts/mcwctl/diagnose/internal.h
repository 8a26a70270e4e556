/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the files of the diagnosis share. Nobody else includes this.
 *
 * A part of the machine has cells: the different places of its errors, oldest first. Each is free,
 * or explained by a fault. A new free cell is compared with the other free ones: if too many of
 * them lie in one row, column and so on, they become a fault. From then on the fault takes every
 * error that lies in its scope.
 */
#ifndef MCW_DIAGNOSE_INTERNAL_H
#define MCW_DIAGNOSE_INTERNAL_H

#include "diagnose/diagnose.h"

#define MCW_PARTS	512
#define MCW_CELLS	128	/* of a part */
#define MCW_FAULTS	2048
#define MCW_OPEN	16	/* faults of a part that are wider than a cell */
#define MCW_CHANCE_CELLS 32	/* of so many, chance is computed */

#define NS_PER_S	1000000000ULL
#define NS_PER_HOUR	(3600 * NS_PER_S)
#define NS_PER_DAY	(24 * NS_PER_HOUR)

/* What two errors can have in common inside a module. */
enum mcw_axis {
	MCW_AXIS_RANK,
	MCW_AXIS_BANK,
	MCW_AXIS_ROW,
	MCW_AXIS_COLUMN,
	MCW_AXIS_DEVICE,

	MCW_AXES
};

#define MCW_AXIS_NONE	(~0ULL)	/* not known */

struct mcw_cell {
	__u64 axis[MCW_AXES];
	__u64 first, last;	/* time */
	__u64 address;
	__u64 pos;		/* of its first record */
	__u64 corrected, uncorrected;
	__u32 fault;		/* id; 0: free */
	__u16 slot;		/* of that fault */
	__u8 lane;
	__u8 source;
	__u32 records;		/* how often it was seen */
	__u32 known;		/* as in struct mcw_memory_place */
	__u32 value[MCW_PLACE_PARTS];
	__u32 victims;
	__u8 pages;
	__u8 genuine;		/* not injected */
	__u8 spare[2];
};

struct mcw_part {
	struct mcw_fault_part name;
	__u64 last;
	__u32 count;		/* of cells */
	__u32 open_count;
	__u16 open[MCW_OPEN];	/* slots of open faults that take errors of this part */
	__u32 transient;	/* id of the fault of errors without a pattern; 0 */
	__u16 transient_slot;
	__u16 spare[3];
	struct mcw_cell cells[MCW_CELLS];
};

/* A fault, and what is needed to take errors into it. */
struct mcw_fault_slot {
	struct mcw_fault fault;
	__u64 axis[MCW_AXES];
	__u64 first, last;
	__u32 first_load, last_load;
	__u32 part;		/* its number, or the first one's */
	__u32 axes;		/* a bit for each axis that an error must share */
};

struct mcw_clock {
	__u64 load;
	__u64 base;		/* time - mono_ns */
	__u64 newest;		/* time */
	__u64 wall;		/* at newest, if that was plausible; 0 */
	__u64 checked;		/* when quiet faults were closed last */
	__s64 shift;		/* wall clock - time */
	__u32 loads;
	__u8 begun;
	__u8 shifted;		/* shift is known */
	__u8 spare[2];
};

struct mcw_diagnosis {
	struct mcw_limits limits;
	/* The most errors that chance expects in a scope where so many are a fault. */
	double expected[MCW_CHANCE_CELLS + 1];
	/* The rest is what is saved. */
	struct mcw_diagnosis_counts counts;
	struct mcw_clock clock;
	__u32 next_id;
	__u32 part_count;
	__u32 slot_count;
	__u32 spare;
	__u64 hash[MCW_PARTS];
	struct mcw_fault_slot slots[MCW_FAULTS];
	struct mcw_part parts[MCW_PARTS];
};

/* engine.c */
/* A time, or rather its difference to newest, that is over a limit in days. */
bool mcw_diagnosis_is_old(const struct mcw_diagnosis *d, __u64 time, enum mcw_limit days);
__u64 mcw_diagnosis_wall(const struct mcw_diagnosis *d, __u64 time);

/* chance.c */
double mcw_chance_expected(unsigned int count, unsigned int exponent);
double mcw_chance_of(double expected, unsigned int count);

/* fault.c */
struct mcw_fault_slot *mcw_fault_new(struct mcw_diagnosis *d, unsigned int part,
				     enum mcw_fault_mode mode, __u64 time);
/* The open fault that explains a cell, or NULL. */
struct mcw_fault_slot *mcw_fault_of(struct mcw_diagnosis *d, const struct mcw_cell *cell);
void mcw_fault_close(struct mcw_diagnosis *d, struct mcw_fault_slot *slot, unsigned int why,
		     __u32 into);
/* A cell, with all that was counted in it, becomes part of a fault. */
void mcw_fault_take(struct mcw_diagnosis *d, struct mcw_fault_slot *slot, struct mcw_cell *cell);
/* One more error in a cell of the fault. */
void mcw_fault_count(struct mcw_diagnosis *d, struct mcw_fault_slot *slot,
		     const struct mcw_cell *cell, const struct mcw_sign *sign, __u64 time);
void mcw_fault_merge(struct mcw_diagnosis *d, struct mcw_fault_slot *into,
		     struct mcw_fault_slot *from);
bool mcw_fault_attach(struct mcw_diagnosis *d, struct mcw_part *part, struct mcw_fault_slot *slot);
/* Level and certainty, from all that is counted. */
void mcw_fault_grade(struct mcw_diagnosis *d, struct mcw_fault_slot *slot);
/* Adds a new free cell to them. Return: false if they have to be counted. */
bool mcw_transient_add(struct mcw_diagnosis *d, const struct mcw_part *p,
		       const struct mcw_cell *cell);
/* The record of a part's errors without a pattern, as its free cells are now. */
void mcw_transient_count(struct mcw_diagnosis *d, unsigned int part);

/* memory.c */
void mcw_memory_feed(struct mcw_diagnosis *d, unsigned int part, const struct mcw_sign *sign,
		     __u64 time);
/* Cells of single bad cells still count: they may be the first ones of something wider. */
bool mcw_cell_is_free(struct mcw_diagnosis *d, const struct mcw_cell *cell);

/* channel.c */
/* Whether the errors of a part are of its channel or controller, which then is a fault. */
bool mcw_channel_try(struct mcw_diagnosis *d, unsigned int part);
/* A part of which the first error came: its channel may have a fault already. */
void mcw_channel_join(struct mcw_diagnosis *d, unsigned int part);

/* unit.c: all that is no memory */
void mcw_unit_feed(struct mcw_diagnosis *d, unsigned int part, const struct mcw_sign *sign,
		   __u64 time);

/* cell.c */
/* The cell of a sign in a part; a new one if it has none yet. *fresh: it is new. */
struct mcw_cell *mcw_cell_take(struct mcw_diagnosis *d, struct mcw_part *part,
			       const struct mcw_sign *sign, __u64 time, bool *fresh);

#endif /* MCW_DIAGNOSE_INTERNAL_H */

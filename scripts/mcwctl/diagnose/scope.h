/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The scopes that errors of a memory module can have in common: a row, a column, a bank and so on.
 * Only the diagnosis includes this.
 */
#ifndef MCW_DIAGNOSE_SCOPE_H
#define MCW_DIAGNOSE_SCOPE_H

#include "diagnose/internal.h"

#define RANK (1U << MCW_AXIS_RANK)
#define BANK (1U << MCW_AXIS_BANK)
#define ROW (1U << MCW_AXIS_ROW)
#define COLUMN (1U << MCW_AXIS_COLUMN)
#define DEVICE (1U << MCW_AXIS_DEVICE)

struct scope {
	enum mcw_fault_mode mode;
	__u32 axes;		/* that cells in it have in common */
	__u32 wider;		/* those of the scope it may be confused with */
	double share;		/* of the module's cells */
	double part;		/* of the wider scope's cells; 0: not compared */
};

/* What a cell shares with others of its part, free or not: at least what its scopes have. */
struct near {
	unsigned int count[MCW_FAULT_MODES];	/* by the scope's mode */
	unsigned int bad;
	bool dense;		/* as many as make a module bad came soon enough */
};

void mcw_scope_near(const struct mcw_diagnosis *d, const struct mcw_part *part,
		    const struct mcw_cell *cell, struct near *near);

/* The i-th scope, from the narrowest to the widest; NULL past the last. */
const struct scope *mcw_scope(unsigned int i);

/* Whether the errors of a part that are in this scope around a cell are a fault. */
bool mcw_scope_is_fault(struct mcw_diagnosis *d, const struct mcw_part *part,
			const struct mcw_cell *cell, const struct scope *scope,
			const struct near *near);

static inline bool shares(const __u64 *a, const __u64 *b, __u32 axes)
{
	for (unsigned int axis = 0; axis < MCW_AXES; axis++)
		if (axes & 1U << axis && a[axis] != b[axis])
			return false;
	return true;
}

#endif /* MCW_DIAGNOSE_SCOPE_H */

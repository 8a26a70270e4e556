/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the keeper has counted and not written yet. Its memory has a limit: what comes beyond that
 * is counted as such.
 */
#ifndef MCW_STORE_TOTALS_H
#define MCW_STORE_TOTALS_H

#include "decode/dimm.h"
#include "store/batch.h"

struct mcw_dimms;

/* Zeroed is empty. */
struct mcw_totals {
	struct mcw_batch_part *parts;
	struct mcw_batch_day *days;
	struct mcw_batch_page *pages;
	size_t part_count, day_count, page_count;
	__u64 uncounted;	/* errors and pages that had no room */
};

/* The number of a part, which gets one if it has none; -1: there is no room. */
int mcw_totals_part(struct mcw_totals *t, const struct mcw_fault_part *name,
		    const struct mcw_dimms *dimms, __u64 wall_ns);
void mcw_totals_add(struct mcw_totals *t, int part, __u64 wall_ns, __u64 corrected,
		    __u64 uncorrected, bool injected);
void mcw_totals_page(struct mcw_totals *t, const struct mcw_batch_page *page);
/* Everything is written. */
void mcw_totals_clear(struct mcw_totals *t);
void mcw_totals_free(struct mcw_totals *t);

/* Whether no other module of the machine has this serial number: some makers give all the same. */
bool mcw_serial_is_own(const struct mcw_fault_part *name, const struct mcw_dimms *dimms);

#endif /* MCW_STORE_TOTALS_H */

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Records that no error made: errata of CPUs, and what Linux drops for them.
 */
#ifndef MCW_DECODE_ERRATUM_H
#define MCW_DECODE_ERRATUM_H

struct mcw_event;

/* Why the record means nothing; NULL where no erratum is known for it. */
const char *mcw_erratum(const struct mcw_event *ev);

#endif /* MCW_DECODE_ERRATUM_H */

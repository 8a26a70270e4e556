/* SPDX-License-Identifier: GPL-2.0 */
/* Events by CPU, bank, grades and source, for who collects numbers. */
#ifndef _MCEWARDEN_TALLY_H
#define _MCEWARDEN_TALLY_H

struct attribute_group;
struct mcw_record;
struct mcw_tally;
struct mcw_verdict;

extern const struct attribute_group mcw_tally_stats;

int mcw_tally_init(void);
void mcw_tally_exit(void);

void mcw_tally_take(const struct mcw_record *rec, const struct mcw_verdict *verdict);
void mcw_tally_tell(struct mcw_tally *tally);

#endif /* _MCEWARDEN_TALLY_H */

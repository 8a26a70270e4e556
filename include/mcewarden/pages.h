/* SPDX-License-Identifier: GPL-2.0 */
/* Pages that show too many corrected errors are soft-offlined before they break. */
#ifndef _MCEWARDEN_PAGES_H
#define _MCEWARDEN_PAGES_H

struct attribute_group;
struct mcw_pages;
struct mcw_record;
struct mcw_verdict;

extern const struct attribute_group mcw_pages_knobs;
extern const struct attribute_group mcw_pages_stats;

int mcw_pages_init(void);
void mcw_pages_exit(void);

void mcw_pages_take(const struct mcw_record *rec, const struct mcw_verdict *verdict);
void mcw_pages_saw_ras_cec(void);
void mcw_pages_tell(struct mcw_pages *pages);

#endif /* _MCEWARDEN_PAGES_H */

/* SPDX-License-Identifier: GPL-2.0 */
/* The lanes "notice" and "location", with the records that the module itself writes. */
#ifndef _MCEWARDEN_NOTICE_H
#define _MCEWARDEN_NOTICE_H

struct mcw_location;
struct mcw_outcome;
struct mcw_storm;
struct mcw_victim;

void mcw_notice_init(void (*wake_readers)(void));
void mcw_notice_exit(void);
void mcw_notice_outcome(const struct mcw_outcome *outcome);
void mcw_notice_victim(const struct mcw_victim *victim);
void mcw_notice_location(const struct mcw_location *location);
void mcw_notice_storm(const struct mcw_storm *storm);

#endif /* _MCEWARDEN_NOTICE_H */

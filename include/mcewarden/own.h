/* SPDX-License-Identifier: GPL-2.0 */
/* The own lane: what the module itself has to say. */
#ifndef _MCEWARDEN_OWN_H
#define _MCEWARDEN_OWN_H

struct mcw_outcome;
struct mcw_storm;

void mcw_own_init(void (*wake_readers)(void));
void mcw_own_exit(void);
void mcw_own_outcome(const struct mcw_outcome *outcome);
void mcw_own_storm(const struct mcw_storm *storm);

#endif /* _MCEWARDEN_OWN_H */

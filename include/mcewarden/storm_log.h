/* SPDX-License-Identifier: GPL-2.0 */
/* Lines in the log about storms of threshold interrupts. */
#ifndef _MCEWARDEN_STORM_LOG_H
#define _MCEWARDEN_STORM_LOG_H

#include <linux/types.h>

/* About this CPU; interrupts off. */
void mcw_storm_log_phase(unsigned int bank, bool ends, bool all_banks);
void mcw_storm_log_throttled(bool throttled);

void mcw_storm_log_flush(void);

#endif /* _MCEWARDEN_STORM_LOG_H */

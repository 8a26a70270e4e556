/* SPDX-License-Identifier: GPL-2.0 */
/* Which banks the module's polls look into, on each CPU. */
#ifndef _MCEWARDEN_POLL_BANKS_H
#define _MCEWARDEN_POLL_BANKS_H

#include <linux/types.h>

/* To be called on the banks' CPU, with interrupts off, not in NMI or #MC. */
u64 mcw_poll_banks_look(bool all);
u64 mcw_poll_banks_throttled(void);
void mcw_poll_banks_set_throttled(u64 banks);
void mcw_poll_banks_saw_interrupt(u64 found, u64 now_ns);
void mcw_poll_banks_forget(void);
u64 mcw_poll_banks_unmarked_storms(void);

/* May be called in any context. */
u64 mcw_poll_banks_polled(void);

#endif /* _MCEWARDEN_POLL_BANKS_H */

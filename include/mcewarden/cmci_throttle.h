/* SPDX-License-Identifier: GPL-2.0 */
/* Whether the kernel throttles the threshold interrupts of this CPU, as MCi_CTL2 shows it. */
#ifndef _MCEWARDEN_CMCI_THROTTLE_H
#define _MCEWARDEN_CMCI_THROTTLE_H

#include <linux/types.h>

int mcw_cmci_throttle_init(void);

/* To be called on the banks' CPU, with interrupts off, not in NMI or #MC. */
unsigned long mcw_cmci_throttle_interrupt(unsigned long found, u64 now);
void mcw_cmci_throttle_tick(void);
void mcw_cmci_throttle_forget(void);
unsigned long mcw_cmci_throttle_banks(void);

#endif /* _MCEWARDEN_CMCI_THROTTLE_H */

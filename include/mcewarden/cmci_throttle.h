/* SPDX-License-Identifier: GPL-2.0 */
/* Whether the kernel declares a storm of threshold interrupts on this CPU, and throttles them. */
#ifndef _MCEWARDEN_CMCI_THROTTLE_H
#define _MCEWARDEN_CMCI_THROTTLE_H

#include <linux/types.h>

/* Up to v6.8 the kernel throttles at the 16th interrupt in a second; jiffies: allow for error. */
#define MCW_THROTTLE_INTERRUPTS 16
#define MCW_THROTTLE_WITHIN_NS 2000000000ULL

/* Masks have one bit per bank. */
struct mcw_kernel_storms {
	unsigned long declared; /* the kernel declared a storm, since the last look */
	unsigned long raised; /* those of them whose threshold it raised */
};

int mcw_cmci_throttle_init(void (*declared)(void));
void mcw_cmci_throttle_exit(void);

/* To be called on the banks' CPU, with interrupts off, not in NMI or #MC. */
struct mcw_kernel_storms mcw_cmci_throttle_interrupt(unsigned long found, u64 now);
struct mcw_kernel_storms mcw_cmci_throttle_declared(void);
void mcw_cmci_throttle_tick(void);
void mcw_cmci_throttle_forget(void);
unsigned long mcw_cmci_throttle_banks(void);
unsigned long mcw_cmci_throttle_storming(void);

#endif /* _MCEWARDEN_CMCI_THROTTLE_H */

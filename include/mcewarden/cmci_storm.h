/* SPDX-License-Identifier: GPL-2.0 */
/* Storms of threshold interrupts on each CPU, and the kernel's throttling of the interrupts. */
#ifndef _MCEWARDEN_CMCI_STORM_H
#define _MCEWARDEN_CMCI_STORM_H

#include <linux/sysfs.h>
#include <linux/types.h>

extern const struct attribute_group mcw_cmci_storm_knobs;
extern const struct attribute_group mcw_cmci_storm_stats;

int mcw_cmci_storm_init(void);
void mcw_cmci_storm_exit(void);
void mcw_cmci_storm_interrupt(unsigned long found, u64 now);
unsigned long mcw_cmci_storm_banks(unsigned int cpu);
bool mcw_cmci_storm_of_all_banks(unsigned int cpu);
unsigned long mcw_cmci_storm_throttled(unsigned int cpu);

#endif /* _MCEWARDEN_CMCI_STORM_H */

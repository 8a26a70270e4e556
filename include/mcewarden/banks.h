/* SPDX-License-Identifier: GPL-2.0 */
/* bank<N>ctl and bank<N>threshold: registers of the banks, kept as wanted on all CPUs. */
#ifndef _MCEWARDEN_BANKS_H
#define _MCEWARDEN_BANKS_H

#include <linux/types.h>
#include <mcewarden/bankregs.h>

struct cpumask;

int mcw_banks_init(void);
void mcw_banks_exit(void);
unsigned int mcw_banks_count(void);
int mcw_banks_read(enum mcw_bank_reg reg, unsigned int bank, u64 *value);
int mcw_banks_write(enum mcw_bank_reg reg, unsigned int bank, u64 value);
void mcw_banks_differ(unsigned int bank, struct cpumask *differ);
void mcw_banks_look_here(void);

#endif /* _MCEWARDEN_BANKS_H */

/* SPDX-License-Identifier: GPL-2.0 */
/* bank<N>ctl and bank<N>threshold: keeps registers of the banks at wanted values on all CPUs. */
#ifndef _MCEWARDEN_BANK_CONTROL_H
#define _MCEWARDEN_BANK_CONTROL_H

#include <linux/types.h>
#include <mcewarden/bank_regs.h>

struct cpumask;

int mcw_bank_control_init(void (*looked)(void));
void mcw_bank_control_begin(void);
void mcw_bank_control_exit(void);
unsigned int mcw_bank_control_count(void);
int mcw_bank_control_read(enum mcw_bank_reg reg, unsigned int bank, u64 *value);
int mcw_bank_control_write(enum mcw_bank_reg reg, unsigned int bank, u64 value);
void mcw_bank_control_differ(unsigned int bank, struct cpumask *differ);
void mcw_bank_control_look_here(void);
bool mcw_bank_control_sees_rewrites(void);

#endif /* _MCEWARDEN_BANK_CONTROL_H */

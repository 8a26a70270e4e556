/* SPDX-License-Identifier: GPL-2.0 */
/* The control register and the CMCI threshold of each bank, on one CPU. */
#ifndef _MCEWARDEN_BANK_REGS_H
#define _MCEWARDEN_BANK_REGS_H

#include <linux/types.h>

#define MCW_BANKS 64U /* the kernel's own limit */
#define MCW_BANK_AS_FOUND (~0ULL) /* the wanted value is the one when first seen */

enum mcw_bank_reg {
	MCW_BANK_CTL, /* MCi_CTL */
	MCW_BANK_THRESHOLD, /* MCi_CTL2 14:0 */
	MCW_BANK_REGS,
};

/* A wanted value for all CPUs. */
struct mcw_bank_want {
	u64 value;
	bool written; /* the admin wrote it */
	u64 first; /* of a threshold: the value found on a CPU before anybody wrote it */
};

extern struct mcw_bank_want mcw_bank_wants[MCW_BANK_REGS][MCW_BANKS];

int mcw_bank_regs_init(void);
void mcw_bank_regs_exit(void);

/* To be called on the registers' CPU, with interrupts off, not in NMI or #MC. */
bool mcw_bank_regs_look(void);
int mcw_bank_regs_settle(enum mcw_bank_reg reg, unsigned int bank, u64 *left);
int mcw_bank_regs_read(enum mcw_bank_reg reg, unsigned int bank, u64 *value);
unsigned int mcw_bank_regs_count(void);
bool mcw_bank_regs_has_cmci(void);
u64 mcw_bank_regs_off(void);
u64 mcw_bank_regs_storming(void);
u64 mcw_bank_regs_cmci_enabled(void);
u64 mcw_bank_regs_all(void);

/* May be called in any context. */
u64 mcw_bank_regs_found(enum mcw_bank_reg reg, unsigned int bank);
u64 mcw_bank_regs_drift(void);
u64 mcw_bank_regs_mcg_cap(unsigned int cpu);

#endif /* _MCEWARDEN_BANK_REGS_H */

/* SPDX-License-Identifier: GPL-2.0 */
/* How many corrected errors a record of AMD's scalable MCA stands for. */
#ifndef _MCEWARDEN_SMCA_COUNTER_H
#define _MCEWARDEN_SMCA_COUNTER_H

#include <linux/types.h>

struct mce;

u32 mcw_smca_counter_take(const struct mce *m);
int mcw_smca_counter_init(void);
void mcw_smca_counter_begin(void);
void mcw_smca_counter_end(void);
void mcw_smca_counter_exit(void);

#endif /* _MCEWARDEN_SMCA_COUNTER_H */

/* SPDX-License-Identifier: GPL-2.0 */
/* The files bank<N>ctl and bank<N>threshold, and what stats/ has on banks. */
#ifndef _MCEWARDEN_BANKFILES_H
#define _MCEWARDEN_BANKFILES_H

#include <linux/sysfs.h>

extern const struct attribute_group mcw_bank_files;
extern const struct attribute_group mcw_bank_stats;

void mcw_bankfiles_init(void);

#endif /* _MCEWARDEN_BANKFILES_H */

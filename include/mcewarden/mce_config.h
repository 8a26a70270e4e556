/* SPDX-License-Identifier: GPL-2.0 */
/* The kernel's switches ignore_ce and cmci_disabled. */
#ifndef _MCEWARDEN_MCE_CONFIG_H
#define _MCEWARDEN_MCE_CONFIG_H

#include <linux/types.h>

int mcw_mce_config_init(void);
void mcw_mce_config_refresh(void);
bool mcw_mce_config_ignore_ce(void);
bool mcw_mce_config_cmci_disabled(void);

#endif /* _MCEWARDEN_MCE_CONFIG_H */

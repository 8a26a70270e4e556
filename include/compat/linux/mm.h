/* SPDX-License-Identifier: GPL-2.0 */
/* linux/mm.h as from v5.19 on: MF_SW_SIMULATED keeps unpoisoning possible. */
#ifndef _MCW_COMPAT_LINUX_MM_H
#define _MCW_COMPAT_LINUX_MM_H

#include_next <linux/mm.h>

#include <linux/version.h>

#if LINUX_VERSION_CODE < KERNEL_VERSION(5, 19, 0)
#define MF_SW_SIMULATED 0
#endif

#endif /* _MCW_COMPAT_LINUX_MM_H */

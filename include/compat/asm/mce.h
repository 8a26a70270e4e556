/* SPDX-License-Identifier: GPL-2.0 */
/* asm/mce.h as from v6.13 on, where the kernel's producers pass struct mce_hw_err. */
#ifndef _MCW_COMPAT_ASM_MCE_H
#define _MCW_COMPAT_ASM_MCE_H

#include_next <asm/mce.h>

#ifdef to_mce_hw_err
#define mce_hw_err_synd1(err) ((err)->vendor.amd.synd1)
#define mce_hw_err_synd2(err) ((err)->vendor.amd.synd2)
#else
/* Up to v6.12 it is a bare struct mce, which is the first member from v6.13 on. */
struct mce_hw_err {
	struct mce m;
};

#define to_mce_hw_err(mce) container_of(mce, struct mce_hw_err, m)
#define mce_hw_err_synd1(err) 0ULL
#define mce_hw_err_synd2(err) 0ULL
#endif

#endif /* _MCW_COMPAT_ASM_MCE_H */

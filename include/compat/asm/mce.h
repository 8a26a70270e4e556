/* SPDX-License-Identifier: GPL-2.0 */
/*
 * asm/mce.h as from v6.13 on, where the kernel's producers pass struct mce_hw_err; and whether the
 * kernel's own has what v6.7 added.
 */
#ifndef _MCW_COMPAT_ASM_MCE_H
#define _MCW_COMPAT_ASM_MCE_H

#include_next <asm/mce.h>

#ifdef to_mce_hw_err
#define mce_hw_err_synd1(err) ((err)->vendor.amd.synd1)
#define mce_hw_err_synd2(err) ((err)->vendor.amd.synd2)
#else
/* Up to v6.12 producers pass a bare struct mce; from v6.13 on that is the first member. */
struct mce_hw_err {
	struct mce m;
};

#define to_mce_hw_err(mce) container_of(mce, struct mce_hw_err, m)
#define mce_hw_err_synd1(err) 0ULL
#define mce_hw_err_synd2(err) 0ULL
#endif

#ifdef MCG_STATUS_SEAM_NR
#define MCE_HEADERS_HAVE_SEAM true
#else
#define MCE_HEADERS_HAVE_SEAM false
#endif

#endif /* _MCW_COMPAT_ASM_MCE_H */

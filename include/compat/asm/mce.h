/* SPDX-License-Identifier: GPL-2.0 */
/*
 * asm/mce.h as from v6.13 on, where the kernel's producers pass struct mce_hw_err. It also defines
 * the generation of the kernel's grading (MCW_KERNEL_*), which no kernel header has.
 */
#ifndef _MCW_COMPAT_ASM_MCE_H
#define _MCW_COMPAT_ASM_MCE_H

#include_next <asm/mce.h>

#include <linux/version.h>

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
#define MCE_GRADING_GENERATION MCW_KERNEL_SEAM
#elif LINUX_VERSION_CODE >= KERNEL_VERSION(5, 19, 0)
#define MCE_GRADING_GENERATION MCW_KERNEL_5_19
#elif LINUX_VERSION_CODE >= KERNEL_VERSION(5, 18, 0)
#define MCE_GRADING_GENERATION MCW_KERNEL_5_18
#else
#define MCE_GRADING_GENERATION MCW_KERNEL_5_10
#endif

#endif /* _MCW_COMPAT_ASM_MCE_H */

/* SPDX-License-Identifier: GPL-2.0 */
/* linux/ras.h as from v6.9 on: it translates the addresses of AMD's memory controllers. */
#ifndef _MCW_COMPAT_LINUX_RAS_H
#define _MCW_COMPAT_LINUX_RAS_H

#include_next <linux/ras.h>

#if !MCW_HAS_AMD_CONVERT_UMC_MCA_ADDR
#include <linux/errno.h>
#include <linux/types.h>

struct atl_err {
	u64 addr;
	u64 ipid;
	u32 cpu;
};

static inline unsigned long amd_convert_umc_mca_addr_to_sys_addr(struct atl_err *err)
{
	return -EINVAL;
}
#endif

#endif /* _MCW_COMPAT_LINUX_RAS_H */

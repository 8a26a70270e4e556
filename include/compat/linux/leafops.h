/* SPDX-License-Identifier: GPL-2.0 */
/* linux/leafops.h as from v6.19 on; before, the same was in linux/swapops.h. */
#ifndef _MCW_COMPAT_LINUX_LEAFOPS_H
#define _MCW_COMPAT_LINUX_LEAFOPS_H

#include <linux/version.h>

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 19, 0)
#include <linux/swap.h>
#include <linux/swapops.h>

#define softleaf_t swp_entry_t
#define softleaf_from_pte(pte) pte_to_swp_entry(pte)
#define softleaf_is_hwpoison(entry) is_hwpoison_entry(entry)

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 1, 0)
#define softleaf_to_pfn(entry) swp_offset(entry)
#else
#define softleaf_to_pfn(entry) swp_offset_pfn(entry)
#endif
#else
#include_next <linux/leafops.h>
#endif

#endif /* _MCW_COMPAT_LINUX_LEAFOPS_H */

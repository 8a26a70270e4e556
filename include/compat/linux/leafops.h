/* SPDX-License-Identifier: GPL-2.0 */
/* linux/leafops.h as from v6.19 on; before, the same was in linux/swapops.h. */
#ifndef _MCW_COMPAT_LINUX_LEAFOPS_H
#define _MCW_COMPAT_LINUX_LEAFOPS_H

#if MCW_HAS_LEAFOPS_HEADER
#include_next <linux/leafops.h>
#else
#include <linux/swap.h>
#include <linux/swapops.h>

#define softleaf_t swp_entry_t
#define softleaf_from_pte(pte) pte_to_swp_entry(pte)
#define softleaf_is_hwpoison(entry) is_hwpoison_entry(entry)

#if MCW_HAS_SWP_OFFSET_PFN
#define softleaf_to_pfn(entry) swp_offset_pfn(entry)
#else
#define softleaf_to_pfn(entry) swp_offset(entry)
#endif
#endif

#endif /* _MCW_COMPAT_LINUX_LEAFOPS_H */

/* SPDX-License-Identifier: GPL-2.0 */
/* linux/leafops.h as from v6.19 on; before, the same was in linux/swapops.h. */
#ifndef _MCW_COMPAT_LINUX_LEAFOPS_H
#define _MCW_COMPAT_LINUX_LEAFOPS_H

#if __has_include_next(<linux/leafops.h>)
#include_next <linux/leafops.h>
#else
#include <linux/version.h>
#include <linux/swap.h>
#include <linux/swapops.h>

typedef swp_entry_t softleaf_t;

#define softleaf_from_pte(pte) pte_to_swp_entry(pte)
#define softleaf_is_hwpoison(entry) is_hwpoison_entry(entry)

static inline unsigned long softleaf_to_pfn(softleaf_t entry)
{
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 1, 0)
	return swp_offset(entry);
#else
	return swp_offset_pfn(entry);
#endif
}
#endif

#endif /* _MCW_COMPAT_LINUX_LEAFOPS_H */

/* SPDX-License-Identifier: GPL-2.0 */
/* Finds the page that a machine-check record is about. Pure: does not decide about the page. */
#ifndef _MCEWARDEN_PAGE_ADDRESS_H
#define _MCEWARDEN_PAGE_ADDRESS_H

#ifndef __KERNEL__
#include <stdbool.h>
#endif
#include <linux/types.h>
#include <uapi/mcewarden.h>

#define MCW_PAGE_SHIFT 12

enum mcw_address {
	MCW_ADDRESS_NONE, /* no physical address, or none that can be trusted */
	MCW_ADDRESS_NORMALIZED, /* AMD: counts from a memory controller's zero */
	MCW_ADDRESS_COARSE, /* the address stands for more than a page */
	MCW_ADDRESS_PAGE,
};

bool mcw_address_is_of_memory_controller(__u8 vendor, __u32 cpu_caps, __u64 ipid);
bool mcw_address_is_normalized(__u8 vendor, __u32 cpu_caps, __u64 status, __u64 ipid);
enum mcw_address mcw_page_address(const struct mcw_event *ev, __u64 *page);

#endif /* _MCEWARDEN_PAGE_ADDRESS_H */

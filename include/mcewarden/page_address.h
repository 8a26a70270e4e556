/* SPDX-License-Identifier: GPL-2.0 */
/* Which page a machine-check record is about. Pure: says nothing of what to do about it. */
#ifndef _MCEWARDEN_PAGE_ADDRESS_H
#define _MCEWARDEN_PAGE_ADDRESS_H

#include <linux/types.h>
#include <uapi/mcewarden.h>

#define MCW_PAGE_SHIFT 12

enum mcw_address {
	MCW_ADDRESS_NONE, /* no physical address, or none that may be believed */
	MCW_ADDRESS_COARSE, /* it stands for more than a page */
	MCW_ADDRESS_PAGE,
};

enum mcw_address mcw_page_address(const struct mcw_event *ev, u64 *page);

#endif /* _MCEWARDEN_PAGE_ADDRESS_H */

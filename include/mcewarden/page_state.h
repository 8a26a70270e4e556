/* SPDX-License-Identifier: GPL-2.0 */
/* Asks the kernel for the state of a page of memory. */
#ifndef _MCEWARDEN_PAGE_STATE_H
#define _MCEWARDEN_PAGE_STATE_H

#include <linux/types.h>

enum mcw_page_state {
	MCW_PAGE_NONE, /* there is no memory, or it is offline */
	MCW_PAGE_GOOD,
	MCW_PAGE_POISONED,
};

enum mcw_page_state mcw_page_state(u64 page);
u64 mcw_page_unit(u64 page);
bool mcw_page_is_recoverable(u64 page);

#endif /* _MCEWARDEN_PAGE_STATE_H */

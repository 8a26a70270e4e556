/* SPDX-License-Identifier: GPL-2.0 */
/* Pages that are poisoned according to the outcomes of this load of the module. */
#ifndef _MCEWARDEN_KNOWN_PAGES_H
#define _MCEWARDEN_KNOWN_PAGES_H

#include <linux/types.h>

bool mcw_known_pages_has(u64 page, bool attributed);
void mcw_known_pages_add(u64 page, bool attributed);

#endif /* _MCEWARDEN_KNOWN_PAGES_H */

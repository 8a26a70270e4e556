/* SPDX-License-Identifier: GPL-2.0 */
/* The knob normalized_pages. */
#ifndef _MCEWARDEN_NORMALIZED_PAGES_H
#define _MCEWARDEN_NORMALIZED_PAGES_H

#include <linux/types.h>

struct attribute_group;
struct mce;

extern const struct attribute_group mcw_normalized_pages_knobs;

bool mcw_normalized_pages_is_about(const struct mce *m);
bool mcw_normalized_pages_hold(const struct mce *m);

#endif /* _MCEWARDEN_NORMALIZED_PAGES_H */

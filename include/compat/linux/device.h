/* SPDX-License-Identifier: GPL-2.0 */
/* linux/device.h as from v6.4 on: bus_get_dev_root(). */
#ifndef _MCW_COMPAT_LINUX_DEVICE_H
#define _MCW_COMPAT_LINUX_DEVICE_H

#include_next <linux/device.h>

#if !MCW_HAS_BUS_GET_DEV_ROOT
static inline struct device *bus_get_dev_root(const struct bus_type *bus)
{
	return get_device(bus->dev_root);
}
#endif

#endif /* _MCW_COMPAT_LINUX_DEVICE_H */

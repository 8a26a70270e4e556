/* SPDX-License-Identifier: GPL-2.0 */
/* linux/panic_notifier.h as from v5.14 on; before, panic_notifier_list was in linux/kernel.h. */
#ifndef _MCW_COMPAT_LINUX_PANIC_NOTIFIER_H
#define _MCW_COMPAT_LINUX_PANIC_NOTIFIER_H

#if MCW_HAS_PANIC_NOTIFIER_HEADER
#include_next <linux/panic_notifier.h>
#else
#include <linux/kernel.h>
#include <linux/notifier.h>
#endif

#endif /* _MCW_COMPAT_LINUX_PANIC_NOTIFIER_H */

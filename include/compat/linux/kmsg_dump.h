/* SPDX-License-Identifier: GPL-2.0 */
/*
 * linux/kmsg_dump.h as from v6.12 on: a dumper's function gets a struct kmsg_dump_detail. A file
 * defines it as KMSG_DUMP_FUNCTION(name), without a use for what it gets.
 */
#ifndef _MCW_COMPAT_LINUX_KMSG_DUMP_H
#define _MCW_COMPAT_LINUX_KMSG_DUMP_H

#include_next <linux/kmsg_dump.h>

#if MCW_HAS_KMSG_DUMP_DETAIL
#define KMSG_DUMP_FUNCTION(name) \
	void name(struct kmsg_dumper *dumper, struct kmsg_dump_detail *detail)
#else
#define KMSG_DUMP_FUNCTION(name) void name(struct kmsg_dumper *dumper, enum kmsg_dump_reason reason)
#endif

#endif /* _MCW_COMPAT_LINUX_KMSG_DUMP_H */

/* SPDX-License-Identifier: GPL-2.0 */
/* A worse hash than the kernel's, so that buckets hold several. */
#ifndef _UNIT_LINUX_HASH_H
#define _UNIT_LINUX_HASH_H

#include <linux/types.h>

static inline u32 hash_64(u64 value, unsigned int bits)
{
	return (u32)(value ^ value >> 20) & ((1U << bits) - 1) & 0x3f;
}

#endif /* _UNIT_LINUX_HASH_H */

/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _UNIT_LINUX_CACHE_H
#define _UNIT_LINUX_CACHE_H

#define ____cacheline_aligned __attribute__((__aligned__(64)))

#endif /* _UNIT_LINUX_CACHE_H */

/* SPDX-License-Identifier: GPL-2.0 */
/* Concurrency Kit's ring for many producers and many consumers, with records of 248 bytes. */
#ifndef _BENCH_PEER_H
#define _BENCH_PEER_H

#include <linux/types.h>

void bench_peer_init(void);
bool bench_peer_put(const u64 *from);
bool bench_peer_get(u64 *to);

#endif /* _BENCH_PEER_H */

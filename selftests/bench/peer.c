// SPDX-License-Identifier: GPL-2.0
/*
 * The peer in user space. It never overwrites, a producer that stops inside stops all others, and a
 * get consumes the record. It copies in the same way as the ring: the kernel uses no vector
 * registers, and a string instruction would count once for each word.
 */
#include "ops.h"
#include "peer.h"

#include <string.h>

/* Its sizes are constants: the size of a record. */
#define memcpy(to, from, bytes) bench_copy((u64 *)(to), (const u64 *)(from), 0, (bytes) / 8)
#include <ck_ring.h>
#undef memcpy

struct peer_record {
	u64 words[MCW_RECORD_WORDS];
};

CK_RING_PROTOTYPE(peer, peer_record)

static ck_ring_t ring;
static struct peer_record records[BENCH_RECORDS];

void bench_peer_init(void)
{
	ck_ring_init(&ring, BENCH_RECORDS);
}

bool bench_peer_put(const u64 *from)
{
	return ck_ring_enqueue_mpmc_peer(&ring, records, (struct peer_record *)from);
}

bool bench_peer_get(u64 *to)
{
	return ck_ring_dequeue_mpmc_peer(&ring, records, (struct peer_record *)to);
}

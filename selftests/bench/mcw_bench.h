/* SPDX-License-Identifier: GPL-2.0 */
/* How the kernel part counts an operation, and the tables of operations. */
#ifndef _MCW_BENCH_H
#define _MCW_BENCH_H

#include <linux/types.h>

struct dentry;

#define DRAIN_MS 20 /* of the guest's time, which jumps while the guest sleeps */
#define COST_FAILED U32_MAX /* the operation did not work */

struct bench {
	const char *name;
	u32 (*once)(void); /* one round, with interrupts off; preparations are not counted */
	bool drain; /* it leaves work that must end before the next round */
	bool sleeps; /* it is called with interrupts on */
};

extern const struct bench bench_ring[];
extern const struct bench bench_kernel[];
extern const struct bench bench_capture[];
extern const struct bench bench_chain[];

int bench_ring_init(void);
void bench_ring_exit(void);
void bench_kernel_init(void);
void bench_kernel_exit(void);
void bench_chain_begin(void);
void bench_chain_end(void);
void bench_plant(u64 addr);
void bench_fresh_log(void);
void bench_log(unsigned int count);
void bench_raise(unsigned int count);
void bench_let_through(bool whole);
int bench_way_init(struct dentry *dir);
void bench_way_exit(void);

/* The emulator's counter of instructions. The lower half is enough, and needs no shift. */
static __always_inline u32 bench_count(void)
{
	u32 low;

	asm volatile("rdtsc" : "=a"(low) : : "edx", "memory");
	return low;
}

/*
 * Includes the cost of an empty pair of counter reads, which the table has too: the host subtracts
 * it.
 */
#define COST_OF(statement)				\
	({						\
		u32 start_ = bench_count();		\
\
		statement;				\
		bench_count() - start_;			\
	})

#endif /* _MCW_BENCH_H */

/* SPDX-License-Identifier: GPL-2.0 */
/* How an operation is counted in the kernel, and the tables of operations. */
#ifndef _MCW_BENCH_H
#define _MCW_BENCH_H

#include <linux/types.h>

#define COST_FAILED U32_MAX /* the operation did not do what it is for */

struct bench {
	const char *name;
	u32 (*once)(void); /* one round, interrupts off; its preparations do not count */
	bool drain; /* it leaves work behind, to be done before the next round */
};

extern const struct bench bench_ring[];
extern const struct bench bench_kernel[];
extern const struct bench bench_capture[];

int bench_ring_init(void);
void bench_ring_exit(void);
void bench_kernel_init(void);
void bench_kernel_exit(void);
void bench_plant(u64 addr);

/* The emulator's counter of instructions. The lower half is enough, and needs no shift. */
static __always_inline u32 bench_count(void)
{
	u32 low;

	asm volatile("rdtsc" : "=a"(low) : : "edx", "memory");
	return low;
}

/* With the cost of an empty pair, which is in the table too: the host subtracts it. */
#define COST_OF(statement)				\
	({						\
		u32 start_ = bench_count();		\
							\
		statement;				\
		bench_count() - start_;			\
	})

#endif /* _MCW_BENCH_H */

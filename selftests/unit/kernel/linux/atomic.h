/* SPDX-License-Identifier: GPL-2.0 */
/*
 * atomic64_t as far as the tested files use it. As in the kernel, an operation without a suffix is
 * a full barrier if it returns a value, and relaxed otherwise.
 */
#ifndef _UNIT_LINUX_ATOMIC_H
#define _UNIT_LINUX_ATOMIC_H

#include <linux/types.h>

typedef struct {
	s64 counter;
} atomic64_t;

static inline s64 atomic64_read(const atomic64_t *v)
{
	return __atomic_load_n(&v->counter, __ATOMIC_RELAXED);
}

static inline s64 atomic64_read_acquire(const atomic64_t *v)
{
	return __atomic_load_n(&v->counter, __ATOMIC_ACQUIRE);
}

static inline void atomic64_set(atomic64_t *v, s64 value)
{
	__atomic_store_n(&v->counter, value, __ATOMIC_RELAXED);
}

static inline void atomic64_set_release(atomic64_t *v, s64 value)
{
	__atomic_store_n(&v->counter, value, __ATOMIC_RELEASE);
}

static inline void atomic64_add(s64 value, atomic64_t *v)
{
	__atomic_fetch_add(&v->counter, value, __ATOMIC_RELAXED);
}

static inline void atomic64_inc(atomic64_t *v)
{
	atomic64_add(1, v);
}

static inline void atomic64_dec(atomic64_t *v)
{
	atomic64_add(-1, v);
}

static inline bool atomic64_try_cmpxchg(atomic64_t *v, s64 *old, s64 value)
{
	return __atomic_compare_exchange_n(&v->counter, old, value, false, __ATOMIC_SEQ_CST,
					   __ATOMIC_RELAXED);
}

#endif /* _UNIT_LINUX_ATOMIC_H */

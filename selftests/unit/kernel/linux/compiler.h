/* SPDX-License-Identifier: GPL-2.0 */
/* Relaxed atomics instead of volatile: the same instructions, but no race for ThreadSanitizer. */
#ifndef _UNIT_LINUX_COMPILER_H
#define _UNIT_LINUX_COMPILER_H

#define likely(x) __builtin_expect(!!(x), 1)
#define unlikely(x) __builtin_expect(!!(x), 0)
#define __always_unused __attribute__((unused))
#define __user
#define __aligned(bytes) __attribute__((__aligned__(bytes)))
#define noinline __attribute__((noinline))
#undef __always_inline /* the C library has one too */
#define __always_inline inline __attribute__((always_inline))

#define READ_ONCE(x) __atomic_load_n(&(x), __ATOMIC_RELAXED)
#define WRITE_ONCE(x, value) __atomic_store_n(&(x), value, __ATOMIC_RELAXED)

#endif /* _UNIT_LINUX_COMPILER_H */

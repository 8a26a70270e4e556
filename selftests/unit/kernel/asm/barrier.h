/* SPDX-License-Identifier: GPL-2.0 */
/* The barriers that the tested files use, as x86 has them. */
#ifndef _UNIT_ASM_BARRIER_H
#define _UNIT_ASM_BARRIER_H

#ifdef __x86_64__
/* Loads stay in order there: only the compiler is held back. ThreadSanitizer knows no fence. */
#define smp_rmb() __asm__ __volatile__("" ::: "memory")
/* Every atomic instruction that writes is a full barrier there. */
#define smp_mb__before_atomic() __asm__ __volatile__("" ::: "memory")
#else
#define smp_mb__before_atomic() __atomic_thread_fence(__ATOMIC_SEQ_CST)
#define smp_rmb() __atomic_thread_fence(__ATOMIC_ACQUIRE)
#endif

#endif /* _UNIT_ASM_BARRIER_H */

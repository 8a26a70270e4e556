/* SPDX-License-Identifier: GPL-2.0 */
/* The barriers that the tested files use, as on x86. */
#ifndef _UNIT_ASM_BARRIER_H
#define _UNIT_ASM_BARRIER_H

#ifdef __x86_64__
/* x86 keeps loads in order, so this only stops the compiler. ThreadSanitizer knows no fences. */
#define smp_rmb() __asm__ __volatile__("" ::: "memory")
/* On x86 every atomic instruction that writes is a full barrier. */
#define smp_mb__before_atomic() __asm__ __volatile__("" ::: "memory")
#else
#define smp_mb__before_atomic() __atomic_thread_fence(__ATOMIC_SEQ_CST)
#define smp_rmb() __atomic_thread_fence(__ATOMIC_ACQUIRE)
#endif

#endif /* _UNIT_ASM_BARRIER_H */

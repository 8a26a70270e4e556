/* SPDX-License-Identifier: GPL-2.0 */
/* asm/cpuid/api.h is there from v6.16 on; before that, asm/processor.h has cpuid_eax(). */
#ifndef _MCW_COMPAT_ASM_CPUID_API_H
#define _MCW_COMPAT_ASM_CPUID_API_H

#if MCW_HAS_CPUID_API_HEADER
#include_next <asm/cpuid/api.h>
#else
#include <asm/processor.h>
#endif

#endif /* _MCW_COMPAT_ASM_CPUID_API_H */

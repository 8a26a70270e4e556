/* SPDX-License-Identifier: GPL-2.0 */
/* asm/asm.h with one way to mark code that may meet a machine check: fixup types came in v5.16. */
#ifndef _MCW_COMPAT_ASM_ASM_H
#define _MCW_COMPAT_ASM_ASM_H

#include_next <asm/asm.h>

#ifdef EX_TYPE_DEFAULT_MCE_SAFE
#define _ASM_EXTABLE_MCE_SAFE(from, to) _ASM_EXTABLE_TYPE(from, to, EX_TYPE_DEFAULT_MCE_SAFE)
#else
#define _ASM_EXTABLE_MCE_SAFE(from, to) _ASM_EXTABLE_FAULT(from, to)
#endif

#endif /* _MCW_COMPAT_ASM_ASM_H */

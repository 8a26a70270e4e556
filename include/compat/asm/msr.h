/* SPDX-License-Identifier: GPL-2.0 */
/* asm/msr.h as from v6.16 on: rdmsrl() became rdmsrq(), and so on. */
#ifndef _MCW_COMPAT_ASM_MSR_H
#define _MCW_COMPAT_ASM_MSR_H

#include_next <asm/msr.h>

#if !MCW_HAS_RDMSRQ
#define rdmsrq(msr, value) rdmsrl(msr, value)
#define wrmsrq(msr, value) wrmsrl(msr, value)
#define rdmsrq_safe(msr, value) rdmsrl_safe(msr, value)
#define wrmsrq_safe(msr, value) wrmsrl_safe(msr, value)
#endif

#endif /* _MCW_COMPAT_ASM_MSR_H */

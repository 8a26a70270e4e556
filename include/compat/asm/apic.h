/* SPDX-License-Identifier: GPL-2.0 */
/* asm/apic.h as from v6.6 on: __apic_send_IPI_mask(). */
#ifndef _MCW_COMPAT_ASM_APIC_H
#define _MCW_COMPAT_ASM_APIC_H

#include_next <asm/apic.h>

#if !MCW_HAS_APIC_SEND_IPI_MASK
#define __apic_send_IPI_mask(mask, vector) apic->send_IPI_mask(mask, vector)
#endif

#endif /* _MCW_COMPAT_ASM_APIC_H */

/* SPDX-License-Identifier: GPL-2.0 */
/* The marks of mcw_cover, a byte for each block of code. */
#ifndef _VM_MCW_COVER_H
#define _VM_MCW_COVER_H

#include <linux/types.h>

extern u8 *mcw_cover_marks;

#endif /* _VM_MCW_COVER_H */

/* SPDX-License-Identifier: GPL-2.0 */
/* When the kernel panics: the severe records that nobody has read go to the log. */
#ifndef _MCEWARDEN_PANIC_H
#define _MCEWARDEN_PANIC_H

#include <linux/types.h>

struct mcw_record;

bool mcw_panic_record(unsigned int n, struct mcw_record *rec);
int mcw_panic_init(void);
void mcw_panic_exit(void);

#endif /* _MCEWARDEN_PANIC_H */

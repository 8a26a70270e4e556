/* SPDX-License-Identifier: GPL-2.0 */
/* When the kernel panics: the severe records that nobody has read go to the log. */
#ifndef _MCEWARDEN_PANIC_H
#define _MCEWARDEN_PANIC_H

int mcw_panic_init(void);
void mcw_panic_exit(void);

#endif /* _MCEWARDEN_PANIC_H */

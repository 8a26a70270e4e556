/* SPDX-License-Identifier: GPL-2.0 */
/* When the kernel panics: some of the severe records that nobody has read go to ACPI's ERST. */
#ifndef _MCEWARDEN_PANIC_ERST_H
#define _MCEWARDEN_PANIC_ERST_H

int mcw_panic_erst_init(void);
void mcw_panic_erst_exit(void);

#endif /* _MCEWARDEN_PANIC_ERST_H */

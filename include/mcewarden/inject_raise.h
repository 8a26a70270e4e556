/* SPDX-License-Identifier: GPL-2.0 */
/* The part of the injector that raises an error on a CPU. */
#ifndef _MCEWARDEN_INJECT_RAISE_H
#define _MCEWARDEN_INJECT_RAISE_H

struct mce;

int mcw_inject_stage(const struct mce *record);
int mcw_inject_raise(const struct mce *record);
int mcw_inject_raise_init(void);
void mcw_inject_raise_exit(void);

#endif /* _MCEWARDEN_INJECT_RAISE_H */

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The injector registers here: mcewarden_inject.ko has the function that raises an error, and
 * writes to /dev/mcelog call it.
 */
#ifndef _MCEWARDEN_INJECT_HOOK_H
#define _MCEWARDEN_INJECT_HOOK_H

struct attribute_group;
struct mce;

extern const struct attribute_group mcw_inject_hook_stats;

/**
 * struct mcw_injector - the module that raises errors
 * @inject: raises the error of that record, in process context; may sleep. Returns 0; 1 if the
 *	kernel left the error in its bank; or a negative errno
 */
struct mcw_injector {
	int (*inject)(const struct mce *record);
};

int mcw_inject_hook_register(const struct mcw_injector *injector);
void mcw_inject_hook_unregister(const struct mcw_injector *injector);
int mcw_inject_hook_inject(const struct mce *record);

#endif /* _MCEWARDEN_INJECT_HOOK_H */

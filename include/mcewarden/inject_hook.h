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

/* What became of an error of which nobody in the kernel has a record. */
enum mcw_inject_loss {
	MCW_INJECT_LEFT = 1, /* the kernel left it, or one that was raised with it, in its bank */
	MCW_INJECT_REPLACED, /* it waited for a broadcast, and this one waits in its place */
};

/**
 * struct mcw_injector - the module that raises errors
 * @inject: raises the error of that record, in process context; may sleep. Returns 0, an enum
 *	mcw_inject_loss, or a negative errno
 */
struct mcw_injector {
	int (*inject)(const struct mce *record);
};

/**
 * struct mcw_inject_hook - what the main module has for an injector
 * @version: MCW_VERSION of the main module
 * @plug: have an injector raise the errors from now on; it must stay until it is unplugged.
 *	Returns 0, or -EBUSY if there is one already
 * @unplug: forget an injector, and wait for its running calls
 *
 * Both may sleep. The injector finds it by symbol_get(), and not as a symbol that it is linked
 * with: "modprobe -r" of a module also removes those that it is linked with, and the main module
 * shall stay.
 */
struct mcw_inject_hook {
	const char *version;
	int (*plug)(const struct mcw_injector *injector);
	void (*unplug)(const struct mcw_injector *injector);
};

extern const struct mcw_inject_hook mcw_inject_hook;

int mcw_inject_hook_inject(const struct mce *record);

#endif /* _MCEWARDEN_INJECT_HOOK_H */

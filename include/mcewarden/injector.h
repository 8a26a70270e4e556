/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Where the injector plugs in: mcewarden_inject.ko brings the function that raises an error,
 * writes to /dev/mcelog call it. Without the injector there is nobody to call.
 */
#ifndef _MCEWARDEN_INJECTOR_H
#define _MCEWARDEN_INJECTOR_H

struct mce;

/**
 * struct mcw_injector - who raises errors
 * @inject: raises the error of that record; process context, may sleep; 0 or a negative errno
 */
struct mcw_injector {
	int (*inject)(const struct mce *record);
};

int mcw_injector_register(const struct mcw_injector *injector);
void mcw_injector_unregister(const struct mcw_injector *injector);
int mcw_injector_inject(const struct mce *record);

#endif /* _MCEWARDEN_INJECTOR_H */

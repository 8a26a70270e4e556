/* SPDX-License-Identifier: GPL-2.0 */
/* Which part of the machine an event is about, as EDAC's drivers or the firmware say it. */
#ifndef _MCEWARDEN_LOCATION_H
#define _MCEWARDEN_LOCATION_H

#include <linux/types.h>

struct attribute_group;
struct mce;
struct mcw_location;

extern const struct attribute_group mcw_location_files;

int mcw_location_init(void);
void mcw_location_exit(void);
void mcw_location_set_source(unsigned int source, bool there);
void mcw_location_set_event(struct mcw_location *loc, u32 mark, const struct mce *m);
void mcw_location_put(struct mcw_location *loc, const char *label, const char *message,
		      const char *detail);

#endif /* _MCEWARDEN_LOCATION_H */

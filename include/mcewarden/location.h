/* SPDX-License-Identifier: GPL-2.0 */
/* Which part of the machine an event is about, as EDAC's drivers say it. */
#ifndef _MCEWARDEN_LOCATION_H
#define _MCEWARDEN_LOCATION_H

struct attribute_group;

extern const struct attribute_group mcw_location_files;

int mcw_location_init(void);
void mcw_location_exit(void);

#endif /* _MCEWARDEN_LOCATION_H */

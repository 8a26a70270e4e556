/* SPDX-License-Identifier: GPL-2.0 */
/* The module's own polls of the banks: by check_interval, by poll, and by the threshold vector. */
#ifndef _MCEWARDEN_POLL_H
#define _MCEWARDEN_POLL_H

#include <linux/sysfs.h>

extern const struct attribute_group mcw_poll_files;
extern const struct attribute_group mcw_poll_stats;

int mcw_poll_init(void);
void mcw_poll_exit(void);
void mcw_poll_this_cpu(void);

#endif /* _MCEWARDEN_POLL_H */

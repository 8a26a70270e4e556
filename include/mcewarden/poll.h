/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The module's own polls of the banks: by check_interval, by poll, for a storm, and after an
 * interrupt that nobody owns.
 */
#ifndef _MCEWARDEN_POLL_H
#define _MCEWARDEN_POLL_H

#include <linux/sysfs.h>
#include <linux/types.h>

extern const struct attribute_group mcw_poll_files;
extern const struct attribute_group mcw_poll_stats;

/* What came of a poll. */
enum mcw_poll {
	MCW_POLL_BUSY, /* another CPU polls just now: try again later */
	MCW_POLL_NONE, /* there was no bank to look into */
	MCW_POLL_QUIET, /* no error was found */
	MCW_POLL_FOUND,
};

int mcw_poll_init(void);
void mcw_poll_exit(void);
enum mcw_poll mcw_poll_from_timer(u64 banks);
void mcw_poll_unowned(void);
void mcw_poll_look_here(void);

#endif /* _MCEWARDEN_POLL_H */

/* SPDX-License-Identifier: GPL-2.0 */
/* /dev/mcewarden */
#ifndef _MCEWARDEN_DEV_H
#define _MCEWARDEN_DEV_H

struct mcw_ce_pages;
struct mcw_event_counts;

void mcw_dev_init(void (*fill_pages)(struct mcw_ce_pages *pages),
		  void (*fill_counts)(struct mcw_event_counts *counts));
int mcw_dev_publish(void);
void mcw_dev_withdraw(void);
void mcw_dev_exit(void);
void mcw_dev_wake(void);

#endif /* _MCEWARDEN_DEV_H */

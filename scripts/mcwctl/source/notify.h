/* SPDX-License-Identifier: GPL-2.0 */
/* What a service tells systemd. */
#ifndef MCW_SOURCE_NOTIFY_H
#define MCW_SOURCE_NOTIFY_H

/* The service works from now on. Nothing happens where systemd did not start it. */
void mcw_notify_ready(void);

#endif /* MCW_SOURCE_NOTIFY_H */

/* SPDX-License-Identifier: GPL-2.0 */
/* The module's own polls of the banks. */
#ifndef _MCEWARDEN_POLL_H
#define _MCEWARDEN_POLL_H

void mcw_poll_this_cpu(void);

#endif /* _MCEWARDEN_POLL_H */

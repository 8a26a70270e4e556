/* SPDX-License-Identifier: GPL-2.0 */
/* A line in the kernel's log for each severe event. */
#ifndef _MCEWARDEN_SEVERE_LOG_H
#define _MCEWARDEN_SEVERE_LOG_H

#include <linux/types.h>

struct mcw_outcome;
struct mcw_policy_input;

void mcw_severe_log(const struct mcw_policy_input *error, u32 cpu, u8 bank,
		    const struct mcw_outcome *out);
void mcw_severe_log_exit(void);

#endif /* _MCEWARDEN_SEVERE_LOG_H */

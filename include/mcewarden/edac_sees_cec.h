/* SPDX-License-Identifier: GPL-2.0 */
/* Lets EDAC's drivers see the corrected errors that the kernel's RAS_CEC has counted. */
#ifndef _MCEWARDEN_EDAC_SEES_CEC_H
#define _MCEWARDEN_EDAC_SEES_CEC_H

#include <linux/types.h>

struct attribute_group;

extern const struct attribute_group mcw_edac_sees_cec_knobs;
extern const struct attribute_group mcw_edac_sees_cec_stats;

int mcw_edac_sees_cec_init(void);
void mcw_edac_sees_cec_exit(void);
void mcw_edac_sees_cec_begin(void);
u64 mcw_edac_sees_cec_lost(void);

#endif /* _MCEWARDEN_EDAC_SEES_CEC_H */

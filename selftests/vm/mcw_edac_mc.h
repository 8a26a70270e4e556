/* SPDX-License-Identifier: GPL-2.0 */
/* What EDAC's core offers its drivers: drivers/edac/edac_mc.h is not among a kernel's headers. */
#ifndef MCW_EDAC_MC_H
#define MCW_EDAC_MC_H

#include <linux/edac.h>

struct mem_ctl_info *edac_mc_alloc(unsigned int mc_num, unsigned int n_layers,
				   struct edac_mc_layer *layers, unsigned int sz_pvt);
int edac_mc_add_mc_with_groups(struct mem_ctl_info *mci, const struct attribute_group **groups);
void edac_mc_free(struct mem_ctl_info *mci);
struct mem_ctl_info *edac_mc_del_mc(struct device *dev);
void edac_mc_handle_error(const enum hw_event_mc_err_type type, struct mem_ctl_info *mci,
			  const u16 error_count, const unsigned long page_frame_number,
			  const unsigned long offset_in_page, const unsigned long syndrome,
			  const int top_layer, const int mid_layer, const int low_layer,
			  const char *msg, const char *other_detail);

#endif /* MCW_EDAC_MC_H */

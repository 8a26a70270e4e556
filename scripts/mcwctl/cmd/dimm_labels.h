/* SPDX-License-Identifier: GPL-2.0 */
/*
 * mcwctl dimms --labels: gives DIMMs the names that are printed on the mainboard.
 */
#ifndef MCW_CMD_DIMM_LABELS_H
#define MCW_CMD_DIMM_LABELS_H

#include "cmd/command.h"

enum mcw_exit mcw_dimm_labels_run(const struct mcw_options *o);

#endif /* MCW_CMD_DIMM_LABELS_H */

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * mcwctl inject --einj, where the files are elsewhere.
 */
#ifndef MCW_CMD_EINJ_H
#define MCW_CMD_EINJ_H

#include "cmd/command.h"
#include "source/einj.h"

enum mcw_exit mcw_einj_inject(const struct mcw_options *o, const struct mcw_einj_paths *paths);

#endif /* MCW_CMD_EINJ_H */

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * mcwctl faults --repaired PART.
 */
#ifndef MCW_CMD_REPAIRED_H
#define MCW_CMD_REPAIRED_H

#include <stdio.h>

#include "cmd/command.h"

/* Closes the open faults of the part in the store, and prints which. */
enum mcw_exit mcw_repaired(FILE *out, const struct mcw_options *o);

#endif /* MCW_CMD_REPAIRED_H */

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Feeds a store with recordings, as mcwctl record feeds it with what the device gives.
 */
#ifndef MCW_CMD_STORE_REPLAY_H
#define MCW_CMD_STORE_REPLAY_H

#include <stdbool.h>

struct mcw_limits;
struct mcw_store;

/*
 * All of these, in the order of their time; of a directory, the recordings in it. limits: NULL for
 * the defaults. Prints what is wrong.
 */
bool mcw_store_replay(struct mcw_store *store, const struct mcw_limits *limits, const char *path,
		      char *const *more);

#endif /* MCW_CMD_STORE_REPLAY_H */

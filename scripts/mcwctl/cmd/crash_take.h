/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Takes into the store what earlier boots left when they crashed.
 */
#ifndef MCW_CMD_CRASH_TAKE_H
#define MCW_CMD_CRASH_TAKE_H

struct mcw_keeper;
struct mcw_session;
struct mcw_store;

/*
 * Begins the keeper's session of the boot that runs, too. Each error is taken once, however often
 * its log is read, and counted where the recorder had not come so far. root: as of
 * mcw_crash_logs_read().
 */
void mcw_crash_take(struct mcw_store *s, struct mcw_keeper *k, const struct mcw_session *running,
		    const char *root);

#endif /* MCW_CMD_CRASH_TAKE_H */

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Feeds the store with records, in the order in which a reader of the device or of a recording
 * gets them.
 *
 *	struct mcw_keeper *k = mcw_keeper_new(store, NULL);
 *
 *	mcw_keeper_session(k, &session);
 *	mcw_keeper_modules(k, &dimms);
 *	while (a record comes) {
 *		mcw_keeper_record(k, &rec);
 *		wait at most mcw_keeper_due(k, mono_ns, wall_ns) ms for the next one
 *	}
 *	mcw_keeper_end(k, MCW_BOOT_STOPPED);
 *	mcw_keeper_free(k);
 *
 * An event waits for its location for half a second, and what is counted is written at most once
 * a second. Each record is counted once, also if it is read again after a crash: the store knows
 * up to which positions it has counted.
 */
#ifndef MCW_STORE_KEEPER_H
#define MCW_STORE_KEEPER_H

#include <stdbool.h>

#include <uapi/mcewarden.h>

struct mcw_dimms;
struct mcw_keeper;
struct mcw_limits;
struct mcw_session;
struct mcw_store;
enum mcw_boot_end;

/* limits: NULL for the defaults. Return: NULL after printing what is wrong. */
struct mcw_keeper *mcw_keeper_new(struct mcw_store *s, const struct mcw_limits *limits);
void mcw_keeper_free(struct mcw_keeper *k);

/* A recorder begins. Its records and losses follow. */
void mcw_keeper_session(struct mcw_keeper *k, const struct mcw_session *session);
/* The machine's memory modules, which stay valid until the next call. */
void mcw_keeper_modules(struct mcw_keeper *k, const struct mcw_dimms *dimms);
void mcw_keeper_record(struct mcw_keeper *k, const struct mcw_record *rec);
void mcw_keeper_lost(struct mcw_keeper *k, __u64 records);

/* Does what is due at this time. Return: after how many ms it has more to do; -1: nothing. */
int mcw_keeper_due(struct mcw_keeper *k, __u64 mono_ns, __u64 wall_ns);

/* Writes all. */
void mcw_keeper_end(struct mcw_keeper *k, enum mcw_boot_end end);

#endif /* MCW_STORE_KEEPER_H */

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * mcwctl record --store: what the recorder does for the store, beside its file of records.
 */
#ifndef MCW_CMD_RECORD_STORE_H
#define MCW_CMD_RECORD_STORE_H

#include <stdbool.h>

#include <linux/types.h>

#include "source/file_format.h"

struct mcw_dimms;
struct mcw_keeper;
struct mcw_options;
struct mcw_record;
struct mcw_store;
struct mcw_stream;

/* Zeroed: there is no store, and all calls do nothing. */
struct mcw_record_store {
	struct mcw_store *store;
	struct mcw_keeper *keeper;
	/* If it could not be written at first, as on a disk that is still mounted read-only: */
	bool waits;
	__u64 looked_ns;
	const struct mcw_options *o;
	struct mcw_session session;
	const struct mcw_dimms *dimms;
	__u64 lost;		/* records, of which the store knows */
	__u64 trimmed_ns;	/* when it was made smaller last */
};

/*
 * Return: false: the configuration is wrong. A store that cannot be used is printed, and does not
 * keep the recorder from its file. o and dimms stay valid.
 */
bool mcw_record_store_begin(struct mcw_record_store *r, const struct mcw_options *o,
			    const struct mcw_session *session);
void mcw_record_store_modules(struct mcw_record_store *r, const struct mcw_dimms *dimms);
void mcw_record_store_take(struct mcw_record_store *r, const struct mcw_record *rec);
/* Return: in how many ms it wants to be called again; -1: not at all. */
int mcw_record_store_due(struct mcw_record_store *r, const struct mcw_stream *s);
/* good: a signal ended the recorder, or it has read all that there is. */
void mcw_record_store_end(struct mcw_record_store *r, bool good);

#endif /* MCW_CMD_RECORD_STORE_H */

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * mcwctl record --conditions: what the recorder does for the conditions, beside its file of
 * records. Nothing else acts on them, and of several recorders only one does.
 */
#ifndef MCW_CMD_RECORD_CONDITIONS_H
#define MCW_CMD_RECORD_CONDITIONS_H

#include <stdbool.h>

struct mcw_dimms;
struct mcw_options;
struct mcw_record;
struct mcw_session;
struct mcw_stream;
struct mcw_watch;

/* Zeroed: no conditions are watched, and all calls do nothing. */
struct mcw_record_conditions {
	struct mcw_watch *watch;
};

/*
 * If another recorder acts, or the configuration is wrong, that is printed, and does not keep the
 * recorder from its file of records. s: the device, open.
 */
void mcw_record_conditions_begin(struct mcw_record_conditions *r, const struct mcw_options *o,
				 const struct mcw_session *session, const struct mcw_stream *s);
/* They stay valid until the next call. */
void mcw_record_conditions_modules(struct mcw_record_conditions *r, const struct mcw_dimms *dimms);
void mcw_record_conditions_take(struct mcw_record_conditions *r, const struct mcw_record *rec);
/* Acts. Return: in how many ms it wants to be called again; -1: not before a record comes. */
int mcw_record_conditions_due(struct mcw_record_conditions *r, const struct mcw_stream *s);
/* Reads the configuration again. If it is wrong, that is printed, and the old one stays. */
void mcw_record_conditions_reload(struct mcw_record_conditions *r);
/* Waits for programs that run. */
void mcw_record_conditions_end(struct mcw_record_conditions *r, const struct mcw_stream *s);

#endif /* MCW_CMD_RECORD_CONDITIONS_H */

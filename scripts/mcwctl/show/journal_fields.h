/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the entries of show/journal.h share.
 */
#ifndef MCW_SHOW_JOURNAL_FIELDS_H
#define MCW_SHOW_JOURNAL_FIELDS_H

#include <stdio.h>

#include "show/journal.h"

struct mcw_fault_part;

/* Adds who writes the entry, its kind, its message id and its priority, LOG_ALERT ... */
void mcw_journal_head(struct mcw_journal_entry *e, enum mcw_journal_kind kind, int priority);

/* A message that is being written. */
struct mcw_journal_message {
	FILE *out;
	char *text;
	size_t length;
};

/* Adds the above, and begins a message. Return: where to write it; NULL without memory. */
FILE *mcw_journal_message_begin(struct mcw_journal_message *m, struct mcw_journal_entry *e,
				enum mcw_journal_kind kind, int priority);
/* Adds it as the field MESSAGE, printable. */
void mcw_journal_message_end(struct mcw_journal_message *m, struct mcw_journal_entry *e);

/* The fields of a memory module: what of its label, slot, serial and part number is known. */
void mcw_journal_module(struct mcw_journal_entry *e, const struct mcw_fault_part *part);

/* "severe:12", as mcwctl follow takes it. */
void mcw_journal_event(struct mcw_journal_entry *e, unsigned int lane, __u64 pos);
void mcw_journal_time(struct mcw_journal_entry *e, __u64 wall_ns);
void mcw_journal_page(struct mcw_journal_entry *e, __u64 page);

#endif /* MCW_SHOW_JOURNAL_FIELDS_H */

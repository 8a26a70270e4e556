/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Entries for systemd's journal, by journald's native protocol: fields of any bytes in a datagram,
 * or, if they are too many for one, in a sealed file in memory. The journal's export format has the
 * same form of fields.
 */
#ifndef MCW_SHOW_JOURNALD_H
#define MCW_SHOW_JOURNALD_H

#include <stdbool.h>
#include <stddef.h>

#define MCW_JOURNALD_SOCKET "/run/systemd/journal/socket"

/* Zeroed is empty, and has no fields. */
struct mcw_journal_entry {
	char *bytes;
	size_t length, room;
	bool failed; /* there was no memory */
};

/* Forgets the fields that were there. */
void mcw_journal_begin(struct mcw_journal_entry *e);
void mcw_journal_free(struct mcw_journal_entry *e);

/*
 * Adds a field. name: capital letters, digits and _, as journald asks for. What the value has,
 * newlines too, stays in it.
 */
void mcw_journal_bytes(struct mcw_journal_entry *e, const char *name, const void *value,
		       size_t length);
void mcw_journal_text(struct mcw_journal_entry *e, const char *name, const char *text);
/* As by printf(). */
void __attribute__((format(printf, 3, 4)))
mcw_journal_format(struct mcw_journal_entry *e, const char *name, const char *format, ...);

/* Return: a socket to journald, or -1 and errno. */
int mcw_journald_open(void);

/*
 * Does not wait. Return: false and errno. EAGAIN: journald has much to do; ENOENT or ECONNREFUSED:
 * it is not there.
 */
bool mcw_journald_send(int fd, const char *path, const void *bytes, size_t length);

#endif /* MCW_SHOW_JOURNALD_H */

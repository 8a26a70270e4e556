/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What mcwctl guests --forward has noted in its file: a monitor has one client, so that others
 * cannot ask it.
 */
#ifndef MCW_GUESTS_NOTED_H
#define MCW_GUESTS_NOTED_H

#include "guests/guests.h"

#define MCW_GUESTS_STATE "/run/mcewarden/guests"

/*
 * Takes the memory maps of guests without a monitor, and what was counted of each, from the file.
 * Nothing happens if there is none, or it is of other processes.
 */
void mcw_noted_read(struct mcw_guests *g, const char *path);

/* Calls take for each guest in the file, with its name and counts. Return: whether there is one. */
bool mcw_noted_each(const char *path,
		    void (*take)(void *self, const char *name,
				 const struct mcw_guest_counts *counts),
		    void *self);

#endif /* MCW_GUESTS_NOTED_H */

// SPDX-License-Identifier: GPL-2.0
/*
 * Numbers as a list of ranges.
 */
#include "show/ranges.h"

#include <stdio.h>
#include <string.h>

#define MORE	",..."

void mcw_list_add(struct mcw_list *l, unsigned int number)
{
	size_t room;
	int length;

	if (l->count && number == l->last + 1) {
		l->last = number;
	} else {
		l->at = strlen(l->text);
		l->first = number;
		l->last = number;
	}
	l->count++;
	if (l->full)
		return;
	/* The text always leaves room for MORE after it. */
	room = sizeof(l->text) - strlen(MORE) - l->at;
	length = snprintf(l->text + l->at, room, "%s%u", l->at ? "," : "", l->first);
	if (l->last != l->first && (size_t)length < room)
		length += snprintf(l->text + l->at + length, room - length, "-%u", l->last);
	if ((size_t)length < room)
		return;
	strcpy(l->text + l->at, MORE);
	l->full = true;
}

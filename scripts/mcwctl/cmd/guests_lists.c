// SPDX-License-Identifier: GPL-2.0
/*
 * The options of mcwctl guests --forward.
 */
#include "cmd/guests_lists.h"

#include <stdlib.h>
#include <string.h>

#include "cmd/command.h"
#include "cmd/number.h"
#include "error.h"
#include "guests/forward.h"

#define RATE_MAX 1000

/* Names and UUIDs with commas between them. */
static bool list_parse(const char *option, const char *value, char **text, char ***names)
{
	size_t count = 1;
	char *rest;

	if (!value)
		return true;
	for (const char *c = value; *c; c++)
		count += *c == ',';
	*text = strdup(value);
	*names = calloc(count + 1, sizeof(char *));
	if (!*text || !*names) {
		mcw_error("no memory for %s", option);
		return false;
	}
	rest = *text;
	for (size_t i = 0; i < count; i++) {
		(*names)[i] = strsep(&rest, ",");
		if ((*names)[i][0])
			continue;
		mcw_error("%s: '%s' is not a list of names or UUIDs such as web1,web2" MCW_SEE_HELP,
			  option, value);
		return false;
	}
	return true;
}

bool mcw_guest_lists_parse(struct mcw_guest_lists *l, struct mcw_forwarding *f,
			   const struct mcw_options *o)
{
	__u64 rate = MCW_PACE_RATE;

	if (o->guests.rate && !mcw_number_parse("--rate", o->guests.rate, RATE_MAX, &rate))
		return false;
	if (!rate) {
		mcw_error("--rate: 0 is out of range: give 1 to %u" MCW_SEE_HELP, RATE_MAX);
		return false;
	}
	f->rate = rate;
	if (!list_parse("--allow", o->guests.allow, &l->text[0], &l->names[0]) ||
	    !list_parse("--deny", o->guests.deny, &l->text[1], &l->names[1]))
		return false;
	f->allow = l->names[0];
	f->deny = l->names[1];
	return true;
}

void mcw_guest_lists_free(struct mcw_guest_lists *l)
{
	for (size_t i = 0; i < 2; i++) {
		free(l->text[i]);
		free(l->names[i]);
	}
}

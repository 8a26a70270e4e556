// SPDX-License-Identifier: GPL-2.0
/*
 * Messages of QMP for a tool that was built without jansson: all are nonsense.
 */
#include "guests/message.h"

#ifndef MCW_JANSSON

#include <stdlib.h>
#include <string.h>

bool mcw_message_is_known(void)
{
	return false;
}

bool mcw_message_parse(struct mcw_message *m, const char *line, size_t length, const char *member)
{
	(void)line;
	(void)length;
	(void)member;
	*m = (struct mcw_message){ .text = strdup("") };
	return m->text;
}

void mcw_message_free(struct mcw_message *m)
{
	free(m->text);
	m->text = NULL;
}

char *mcw_message_ask(const struct mcw_question *q, __u64 id)
{
	(void)q;
	(void)id;
	return NULL;
}

#endif /* !MCW_JANSSON */

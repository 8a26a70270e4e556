// SPDX-License-Identifier: GPL-2.0
/*
 * Messages of QEMU's monitor protocol (QMP), read and written by jansson.
 *
 * The other side may send anything. A message that is not of the form that QEMU documents is
 * nonsense, whichever part of it is wrong.
 */
#include "guests/message.h"

#ifdef MCW_JANSSON

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#define NS_PER_S 1000000000ULL
#define NS_PER_US 1000ULL

bool mcw_message_is_known(void)
{
	return true;
}

/* A text that has a 0 in it would be cut off: it is nobody's name. */
static const char *text_of(const json_t *value)
{
	const char *text = json_string_value(value);

	return text && strlen(text) == json_string_length(value) ? text : NULL;
}

static void word_copy(char *word, size_t size, const json_t *value)
{
	const char *text = text_of(value);

	word[0] = '\0';
	if (text && strlen(text) < size)
		strcpy(word, text);
}

static const char *return_text(struct mcw_message *m, const json_t *value, const char *member)
{
	const char *text = NULL;

	if (json_is_array(value)) {
		m->elements = json_array_size(value);
		value = json_array_get(value, 0);
	}
	if (json_is_object(value) && member)
		value = json_object_get(value, member);
	if (value)
		text = text_of(value);
	return text ? text : "";
}

static void failure_take(struct mcw_message *m, const json_t *root)
{
	const json_t *data = json_object_get(root, "data");
	const json_t *flags = json_object_get(data, "flags");
	const json_t *stamp = json_object_get(root, "timestamp");
	struct mcw_memory_failure *f = &m->failure;

	word_copy(f->recipient, sizeof(f->recipient), json_object_get(data, "recipient"));
	word_copy(f->action, sizeof(f->action), json_object_get(data, "action"));
	f->action_required = json_is_true(json_object_get(flags, "action-required"));
	f->recursive = json_is_true(json_object_get(flags, "recursive"));
	f->wall_ns = (__u64)json_integer_value(json_object_get(stamp, "seconds")) * NS_PER_S +
		     (__u64)json_integer_value(json_object_get(stamp, "microseconds")) * NS_PER_US;
	m->is_memory_failure = f->recipient[0] && f->action[0];
}

static const char *meaning_take(struct mcw_message *m, const json_t *root, const char *member)
{
	const json_t *value = json_object_get(root, "return");
	const json_t *error = json_object_get(root, "error");
	const char *event = text_of(json_object_get(root, "event")), *text;

	m->id = json_integer_value(json_object_get(root, "id"));
	if (value) {
		m->kind = MCW_MESSAGE_RETURN;
		return return_text(m, value, member);
	}
	if (error) {
		m->kind = MCW_MESSAGE_ERROR;
		text = text_of(json_object_get(error, "desc"));
		return text ? text : "";
	}
	if (event) {
		m->kind = MCW_MESSAGE_EVENT;
		if (!strcmp(event, "MEMORY_FAILURE"))
			failure_take(m, root);
	} else if (json_is_object(json_object_get(root, "QMP"))) {
		m->kind = MCW_MESSAGE_GREETING;
	}
	return "";
}

bool mcw_message_parse(struct mcw_message *m, const char *line, size_t length, const char *member)
{
	json_t *root = json_loadb(line, length, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, NULL);
	const char *text = "";

	*m = (struct mcw_message){ .kind = MCW_MESSAGE_NONSENSE };
	if (json_is_object(root))
		text = meaning_take(m, root, member);
	m->text = strdup(text);
	json_decref(root);
	return m->text;
}

void mcw_message_free(struct mcw_message *m)
{
	free(m->text);
	m->text = NULL;
}

char *mcw_message_ask(const struct mcw_question *q, __u64 id)
{
	json_t *root = json_pack("{s:s}", "execute", q->execute);
	json_t *arguments = root ? json_object() : NULL;
	char *line = NULL;
	bool good = arguments;

	if (good && id)
		good = !json_object_set_new(root, "id", json_integer(id));
	for (size_t i = 0; good && i < 2 && q->argument[i]; i++)
		good = !json_object_set_new(arguments, q->argument[i], json_string(q->value[i]));
	if (good && q->argument[0])
		good = !json_object_set(root, "arguments", arguments);
	if (good)
		line = json_dumps(root, JSON_COMPACT | JSON_ENSURE_ASCII);
	json_decref(arguments);
	json_decref(root);
	return line;
}

#endif /* MCW_JANSSON */

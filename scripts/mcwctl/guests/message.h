/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Messages of QEMU's monitor protocol (QMP): JSON, one a line.
 */
#ifndef MCW_GUESTS_MESSAGE_H
#define MCW_GUESTS_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>

#include <linux/types.h>

enum mcw_message_kind {
	MCW_MESSAGE_NONSENSE,
	MCW_MESSAGE_GREETING,
	MCW_MESSAGE_RETURN,
	MCW_MESSAGE_ERROR,
	MCW_MESSAGE_EVENT,
};

/* QEMU's event MEMORY_FAILURE. */
struct mcw_memory_failure {
	__u64 wall_ns;
	char recipient[16]; /* guest, hypervisor */
	char action[16]; /* ignore, inject, fatal, reset */
	bool action_required;
	bool recursive;
};

struct mcw_message {
	enum mcw_message_kind kind;
	__u64 id; /* of a return or an error: of which question; 0: it has none */
	size_t elements; /* of a return that is a list */
	/*
	 * Of a return: the text that it is, or that a member of it or of its first element is;
	 * of an error: its description; else empty. Never NULL. mcw_message_free() frees it.
	 */
	char *text;
	bool is_memory_failure;
	struct mcw_memory_failure failure;
};

/* member: of a return that is no text; NULL: none. Return: false without memory. */
bool mcw_message_parse(struct mcw_message *m, const char *line, size_t length, const char *member);
void mcw_message_free(struct mcw_message *m);

/* value may be NULL. */
struct mcw_question {
	const char *execute;
	const char *argument[2]; /* names; NULL: none */
	const char *value[2];
};

/*
 * The question as a line, which the caller frees. Return: NULL without memory.
 * id: is in the answer too; 0: none, since libvirt adds its own.
 */
char *mcw_message_ask(const struct mcw_question *q, __u64 id);

/* Whether this tool was built with what reads JSON. */
bool mcw_message_is_known(void);

#endif /* MCW_GUESTS_MESSAGE_H */

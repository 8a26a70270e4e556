// SPDX-License-Identifier: GPL-2.0
/*
 * Conditions, in words.
 */
#include "show/condition.h"

#include "decode/decode.h"
#include "decode/text.h"
#include "diagnose/conditions.h"
#include "show/fault.h"

char *mcw_condition_part_text(const struct mcw_condition_bucket *b, char *buf, size_t size)
{
	const struct mcw_fault f = { .part = b->part };
	char part[MCW_TEXT_BYTES];
	struct text t;

	if (b->part.kind != MCW_SIGN_NONE) {
		mcw_fault_part_text(&f, part, sizeof(part));
		/* Of a memory module that is not known, it is only where. */
		snprintf(buf, size, "%s%s",
			 b->part.kind != MCW_SIGN_MEMORY || !strncmp(part, "memory", 6) ?
				 "" :
				 "memory at ",
			 part);
		return buf;
	}
	t = text_begin(buf, size);
	if (b->page != MCW_NO_PAGE)
		text_add(&t, "page 0x%llx", b->page);
	else if (b->cpu >= 0 && b->bank < 0)
		text_add(&t, "all machine-check banks of CPU %d", b->cpu);
	else if (b->cpu >= 0)
		text_add(&t, "machine-check bank %d of CPU %d", b->bank, b->cpu);
	else if (b->condition == MCW_CONDITION_SOCKET)
		text_add(&t, "socket %d", b->part.socket);
	else if (b->condition == MCW_CONDITION_LOST)
		text_put(&t, "this machine");
	else if (b->part.socket >= 0)
		text_add(&t, "an unknown part of socket %d", b->part.socket);
	else
		text_put(&t, "an unknown part");
	return buf;
}

/* What counts, without its s if there is one of it. */
static void counts_put(struct text *t, const char *counts, __u64 number)
{
	int length = strlen(counts);

	text_add(t, "%llu %.*s", number, number == 1 ? length - 1 : length, counts);
}

char *mcw_condition_sentence(const struct mcw_condition_bucket *b,
			     const struct mcw_conditions_conf *conf, char *buf, size_t size)
{
	const struct mcw_condition_about *about = mcw_condition_about(b->condition);
	const struct mcw_bucket_limit *limit = &conf->of[b->condition].limit;
	char part[MCW_TEXT_BYTES], window[16];
	struct text t = text_begin(buf, size);

	mcw_condition_part_text(b, part, sizeof(part));
	text_put_all(&t, "condition ", about->name, ": ", part, ": ");
	counts_put(&t, about->counts, b->bucket.errors);
	text_add(&t, "%s; the threshold is %u within %s", b->injected ? " (injected)" : "",
		 limit->threshold, mcw_window_text(limit->window_s, window, sizeof(window)));
	for (char *at = buf; *at; at++)
		if (*at < ' ' || *at > '~')
			*at = '?';
	return buf;
}

// SPDX-License-Identifier: GPL-2.0
/*
 * Conditions for the journal. Only the recorder acts on conditions. It stores each bucket of which
 * somebody was told, so that what is new in its file is what it has done.
 */
#include "cmd/journal_conditions.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd/command.h"
#include "cmd/conditions_file.h"
#include "error.h"
#include "source/boot_id.h"
#include "source/clock.h"

#define NS_PER_MS 1000000ULL
#define LOOK_AFTER_MS 2000

void mcw_journal_conditions_expect(struct mcw_journal_conditions *c)
{
	if (!c->due_ns)
		c->due_ns = mcw_now_ns(CLOCK_MONOTONIC) + LOOK_AFTER_MS * NS_PER_MS;
	c->again = true;
}

int mcw_journal_conditions_due(const struct mcw_journal_conditions *c)
{
	const __u64 now = mcw_now_ns(CLOCK_MONOTONIC);

	if (!c->due_ns)
		return -1;
	return c->due_ns > now ? (int)((c->due_ns - now) / NS_PER_MS) + 1 : 0;
}

static bool is_same(const struct mcw_condition_bucket *a, const struct mcw_condition_bucket *b)
{
	return a->condition == b->condition && a->page == b->page && a->cpu == b->cpu &&
	       a->bank == b->bank && !memcmp(&a->part, &b->part, sizeof(a->part));
}

static bool was_told(const struct mcw_journal_conditions *c, const struct mcw_condition_bucket *b,
		     __u64 since_ns)
{
	if (!c->has_before)
		return b->wall_ns <= since_ns;
	for (size_t i = 0; i < MCW_BUCKETS; i++) {
		const struct mcw_condition_bucket *known = &c->before->buckets[i];

		if (known->used && known->bucket.fired && is_same(known, b))
			return true;
	}
	return false;
}

/* Return: whether the file could be read. One that is not there, or not for us, is no mistake. */
static bool state_read(struct mcw_conditions *c, const struct mcw_options *o)
{
	const char *path = o->conditions ? o->conditions : MCW_CONDITIONS_FILE;
	struct mcw_conditions_origin origin = {
		.mono_ns = mcw_now_ns(CLOCK_MONOTONIC),
		.wall_ns = mcw_now_ns(CLOCK_REALTIME),
	};
	struct mcw_conditions_conf conf;
	struct mcw_limits limits;
	int err;

	if (access(path, R_OK))
		return false;
	if (!mcw_boot_id_read(origin.boot_id) ||
	    !mcw_conditions_conf_read(&conf, &limits, o->config))
		return false;
	mcw_conditions_begin(c, &conf);
	err = mcw_conditions_state_read(c, &origin, path);
	if (err)
		mcw_error("cannot read the conditions of %s: %s", path, mcw_conditions_why(err));
	return !err;
}

void mcw_journal_conditions_look(struct mcw_journal_conditions *c, const struct mcw_options *o,
				 __u64 since_ns,
				 void (*take)(void *self, const struct mcw_condition_bucket *b,
					      const struct mcw_conditions_conf *conf),
				 void *self)
{
	struct mcw_conditions *swap;

	c->due_ns = c->again ? mcw_now_ns(CLOCK_MONOTONIC) + LOOK_AFTER_MS * NS_PER_MS : 0;
	c->again = false;
	if (!c->now)
		c->now = calloc(1, sizeof(*c->now));
	if (!c->before)
		c->before = calloc(1, sizeof(*c->before));
	if (!c->now || !c->before || !state_read(c->now, o))
		return;
	for (size_t i = 0; i < MCW_BUCKETS; i++) {
		const struct mcw_condition_bucket *b = &c->now->buckets[i];

		if (b->used && b->bucket.fired && !was_told(c, b, since_ns))
			take(self, b, &c->now->conf);
	}
	swap = c->before;
	c->before = c->now;
	c->now = swap;
	c->has_before = true;
}

void mcw_journal_conditions_free(struct mcw_journal_conditions *c)
{
	free(c->now);
	free(c->before);
	*c = (struct mcw_journal_conditions){ .now = NULL };
}

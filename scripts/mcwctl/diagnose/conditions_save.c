// SPDX-License-Identifier: GPL-2.0
/*
 * The conditions as bytes: the buckets that hold something, and the counts.
 *
 *	state	:= head counts bucket*
 *
 * Numbers are those of x86-64, and structures as the compiler has them. Their sizes are in the
 * head, so that another version of mcwctl refuses it.
 */
#include <string.h>

#include "diagnose/conditions.h"

#define VERSION 1

static const char magic[8] = "mcwcond";

struct head {
	char magic[8];
	__u64 sum;		/* of all that follows */
	__u32 version, bucket_bytes, count, spare;
	__u64 bytes;
	__u64 offset_ns, now_ns, crowded;
	struct mcw_conditions_origin origin;
	struct mcw_condition_counts counts[MCW_CONDITIONS];
};

static __u64 sum_of(const void *from, size_t bytes)
{
	const unsigned char *byte = from;
	__u64 sum = 0xcbf29ce484222325ULL;

	while (bytes--)
		sum = (sum ^ *byte++) * 0x100000001b3ULL;
	return sum;
}

static size_t sum_begins(void)
{
	return offsetof(struct head, sum) + sizeof(__u64);
}

static bool is_worth(const struct mcw_condition_bucket *b)
{
	return b->used && b->bucket.level;
}

size_t mcw_conditions_save(const struct mcw_conditions *c,
			   const struct mcw_conditions_origin *origin, void *to, size_t size)
{
	struct head head = {
		.version = VERSION,
		.bucket_bytes = sizeof(c->buckets[0]),
		.offset_ns = c->offset_ns,
		.now_ns = c->now_ns,
		.crowded = c->crowded,
		.origin = *origin,
	};
	unsigned char *at = to;

	for (size_t i = 0; i < MCW_BUCKETS; i++)
		head.count += is_worth(&c->buckets[i]);
	head.bytes = sizeof(head) + head.count * sizeof(c->buckets[0]);
	if (head.bytes > size)
		return head.bytes;
	memcpy(head.magic, magic, sizeof(magic));
	memcpy(head.counts, c->counts, sizeof(head.counts));
	memcpy(at, &head, sizeof(head));
	at += sizeof(head);
	for (size_t i = 0; i < MCW_BUCKETS; i++) {
		if (!is_worth(&c->buckets[i]))
			continue;
		memcpy(at, &c->buckets[i], sizeof(c->buckets[0]));
		at += sizeof(c->buckets[0]);
	}
	head.sum = sum_of((unsigned char *)to + sum_begins(), head.bytes - sum_begins());
	memcpy((unsigned char *)to + offsetof(struct head, sum), &head.sum, sizeof(head.sum));
	return head.bytes;
}

static bool is_sound(const struct head *head, const void *from, size_t size)
{
	return !memcmp(head->magic, magic, sizeof(magic)) && head->version == VERSION &&
	       head->bucket_bytes == sizeof(struct mcw_condition_bucket) &&
	       head->count <= MCW_BUCKETS && head->bytes == size &&
	       size == sizeof(*head) + head->count * sizeof(struct mcw_condition_bucket) &&
	       head->sum == sum_of((const unsigned char *)from + sum_begins(), size - sum_begins());
}

/*
 * In the same boot the clocks go on as they were. After a reboot the wall clock says how much time
 * has passed, but no less than this boot has lasted.
 */
static void clock_restore(struct mcw_conditions *c, const struct head *head,
			  struct mcw_conditions_origin *origin)
{
	__u64 passed_ns = origin->wall_ns - head->origin.wall_ns;

	if (!memcmp(origin->boot_id, head->origin.boot_id, sizeof(origin->boot_id))) {
		c->offset_ns = head->offset_ns;
		origin->load = head->origin.load;
		memcpy(origin->next, head->origin.next, sizeof(origin->next));
		return;
	}
	if (origin->wall_ns < head->origin.wall_ns || passed_ns < origin->mono_ns)
		passed_ns = origin->mono_ns;
	c->offset_ns = head->now_ns + passed_ns - origin->mono_ns;
	origin->load = 0;
	memset(origin->next, 0, sizeof(origin->next));
}

bool mcw_conditions_restore(struct mcw_conditions *c, struct mcw_conditions_origin *origin,
			    const void *from, size_t size)
{
	const unsigned char *at = from;
	struct head head;

	if (size < sizeof(head))
		return false;
	memcpy(&head, at, sizeof(head));
	if (!is_sound(&head, from, size))
		return false;
	memcpy(c->counts, head.counts, sizeof(c->counts));
	memset(c->buckets, 0, sizeof(c->buckets));
	memcpy(c->buckets, at + sizeof(head), head.count * sizeof(c->buckets[0]));
	for (size_t i = 0; i < head.count; i++)
		if (c->buckets[i].condition >= MCW_CONDITIONS)
			c->buckets[i].used = false;
	c->crowded = head.crowded;
	c->now_ns = head.now_ns;
	clock_restore(c, &head, origin);
	mcw_conditions_clock(c, origin->mono_ns);
	return true;
}

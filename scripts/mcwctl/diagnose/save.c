// SPDX-License-Identifier: GPL-2.0
/*
 * The state as bytes, and back.
 *
 *	bytes	:= head counts clock faults part*
 *	part	:= a struct mcw_part without its cells, and those that it has
 *
 * Only the same version of mcwctl reads it: the head has the sizes of what follows, and a sum over
 * all. What was restored is checked as if somebody else had written it.
 */
#include <string.h>

#include "diagnose/internal.h"

#define MAGIC "mcwdiag"
#define VERSION 1

struct head {
	char magic[8];
	__u32 version;
	__u32 part_bytes, cell_bytes, slot_bytes;
	__u32 part_count, slot_count, next_id;
	__u32 spare;
	__u64 sum; /* of all that follows it */
	__u64 bytes; /* of all */
};

/* Counts all bytes, and writes those that fit. */
struct writer {
	char *to;
	size_t size, used;
};

static void put(struct writer *w, const void *from, size_t bytes)
{
	if (w->used + bytes <= w->size)
		memcpy(w->to + w->used, from, bytes);
	w->used += bytes;
}

static __u64 sum_of(const unsigned char *from, size_t bytes)
{
	__u64 sum = 0xcbf29ce484222325ULL;

	for (size_t i = 0; i < bytes; i++)
		sum = (sum ^ from[i]) * 0x100000001b3ULL;
	return sum;
}

static struct head head_of(const struct mcw_diagnosis *d)
{
	return (struct head){
		.magic = MAGIC,
		.version = VERSION,
		.part_bytes = offsetof(struct mcw_part, cells),
		.cell_bytes = sizeof(struct mcw_cell),
		.slot_bytes = sizeof(struct mcw_fault_slot),
		.part_count = d->part_count,
		.slot_count = d->slot_count,
		.next_id = d->next_id,
	};
}

size_t mcw_diagnosis_save(const struct mcw_diagnosis *d, void *to, size_t size)
{
	struct writer w = { .to = to, .size = size };
	struct head head = head_of(d);

	put(&w, &head, sizeof(head));
	put(&w, &d->counts, sizeof(d->counts));
	put(&w, &d->clock, sizeof(d->clock));
	put(&w, d->hash, d->part_count * sizeof(d->hash[0]));
	put(&w, d->slots, d->slot_count * sizeof(d->slots[0]));
	for (unsigned int i = 0; i < d->part_count; i++) {
		put(&w, &d->parts[i], offsetof(struct mcw_part, cells));
		put(&w, d->parts[i].cells, d->parts[i].count * sizeof(d->parts[i].cells[0]));
	}
	if (w.used > size)
		return w.used;
	head.bytes = w.used;
	head.sum = sum_of((unsigned char *)to + sizeof(head), w.used - sizeof(head));
	memcpy(to, &head, sizeof(head));
	return w.used;
}

struct reader {
	const char *from;
	size_t left;
};

static bool get(struct reader *r, void *to, size_t bytes)
{
	if (r->left < bytes)
		return false;
	memcpy(to, r->from, bytes);
	r->from += bytes;
	r->left -= bytes;
	return true;
}

static bool name_is_good(const struct mcw_fault_part *p)
{
	return memchr(p->label, 0, sizeof(p->label)) && memchr(p->slot, 0, sizeof(p->slot)) &&
	       memchr(p->serial, 0, sizeof(p->serial)) && memchr(p->number, 0, sizeof(p->number)) &&
	       p->kind <= MCW_SIGN_FIRMWARE;
}

static bool slot_is_good(const struct mcw_diagnosis *d, const struct mcw_fault_slot *s)
{
	const struct mcw_fault *f = &s->fault;

	return f->id < d->next_id && f->mode < MCW_FAULT_MODES && f->level <= MCW_FAULT_CRITICAL &&
	       f->certainty <= MCW_FAULT_CERTAIN && f->doubt <= MCW_DOUBT_FIRMWARE &&
	       f->closed <= MCW_FAULT_REPAIRED && s->part < d->part_count && name_is_good(&f->part);
}

static bool part_is_good(const struct mcw_diagnosis *d, const struct mcw_part *p)
{
	if (p->count > MCW_CELLS || p->open_count > MCW_OPEN || !name_is_good(&p->name) ||
	    (p->transient && p->transient_slot >= d->slot_count))
		return false;
	for (unsigned int i = 0; i < p->open_count; i++)
		if (p->open[i] >= d->slot_count)
			return false;
	return true;
}

static bool part_get(struct mcw_diagnosis *d, struct reader *r, struct mcw_part *p)
{
	if (!get(r, p, offsetof(struct mcw_part, cells)) || !part_is_good(d, p) ||
	    !get(r, p->cells, p->count * sizeof(p->cells[0])))
		return false;
	for (unsigned int i = 0; i < p->count; i++)
		if (p->cells[i].fault && p->cells[i].slot >= d->slot_count)
			return false;
	return true;
}

static bool all_get(struct mcw_diagnosis *d, struct reader *r)
{
	if (!get(r, &d->counts, sizeof(d->counts)) || !get(r, &d->clock, sizeof(d->clock)) ||
	    !get(r, d->hash, d->part_count * sizeof(d->hash[0])) ||
	    !get(r, d->slots, d->slot_count * sizeof(d->slots[0])))
		return false;
	for (unsigned int i = 0; i < d->slot_count; i++)
		if (!slot_is_good(d, &d->slots[i]))
			return false;
	for (unsigned int i = 0; i < d->part_count; i++)
		if (!part_get(d, r, &d->parts[i]))
			return false;
	return !r->left;
}

bool mcw_diagnosis_restore(struct mcw_diagnosis *d, const void *from, size_t size)
{
	struct head head, wanted = head_of(d);
	struct reader r = { from, size };
	struct mcw_limits limits = d->limits;

	if (!get(&r, &head, sizeof(head)) || memcmp(head.magic, wanted.magic, sizeof(head.magic)) ||
	    head.version != VERSION || head.part_bytes != wanted.part_bytes ||
	    head.cell_bytes != wanted.cell_bytes || head.slot_bytes != wanted.slot_bytes ||
	    head.part_count > MCW_PARTS || head.slot_count > MCW_FAULTS || head.bytes != size ||
	    head.sum != sum_of((const unsigned char *)r.from, r.left))
		return false;
	d->part_count = head.part_count;
	d->slot_count = head.slot_count;
	d->next_id = head.next_id;
	if (all_get(d, &r))
		return true;
	mcw_diagnosis_begin(d, &limits);
	return false;
}

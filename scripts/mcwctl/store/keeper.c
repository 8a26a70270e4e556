// SPDX-License-Identifier: GPL-2.0
/*
 * Feeds the store: counts errors, has them diagnosed, and writes both together, so that they
 * always agree.
 *
 * If the store cannot be written (a full disk, or a program that locks it), all that is counted
 * stays in memory, and is written as soon as that works again.
 */
#include "store/keeper.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "decode/decode.h"
#include "decode/memory_layout.h"
#include "error.h"
#include "source/file_format.h"
#include "source/full.h"
#include "store/keeper_state.h"

#define NS_PER_MS 1000000ULL
#define NS_PER_S 1000000000ULL
#define WRITE_NS NS_PER_S
#define RETRY_NS (10 * NS_PER_S)
/* So exact is the time at which a boot ended that had no errors. */
#define ALIVE_NS (600 * NS_PER_S)
/* The diagnosis of a very bad machine has megabytes: so much of it may be written a second. */
#define STATE_BYTES_A_SECOND 65536

static const struct mcw_dimms no_dimms;

static bool diagnosis_begin(struct mcw_keeper *k, const struct mcw_limits *limits)
{
	size_t bytes;
	void *state;

	k->d = malloc(mcw_diagnosis_bytes());
	if (!k->d)
		return false;
	mcw_diagnosis_begin(k->d, limits);
	state = mcw_store_state(k->store, &bytes, &k->batch.engine);
	if (state && !mcw_diagnosis_restore(k->d, state, bytes)) {
		mcw_error("the diagnosis begins anew: another version of mcwctl has stored its "
			  "state; counts and faults stay");
		k->batch.engine++;
	} else if (!state) {
		k->batch.engine++;
	}
	free(state);
	return true;
}

struct mcw_keeper *mcw_keeper_new(struct mcw_store *s, const struct mcw_limits *limits)
{
	struct mcw_keeper *k = calloc(1, sizeof(*k));

	if (k) {
		k->store = s;
		k->dimms = &no_dimms;
		k->join.dimms = &no_dimms;
	}
	if (k && diagnosis_begin(k, limits))
		return k;
	mcw_error("no memory for the store");
	free(k);
	return NULL;
}

void mcw_keeper_free(struct mcw_keeper *k)
{
	if (!k)
		return;
	mcw_totals_free(&k->totals);
	free(k->batch.modules);
	free(k->layout);
	free(k->d);
	free(k);
}

static __u64 sum_of(const void *from, size_t bytes)
{
	const unsigned char *byte = from;
	__u64 sum = 0xcbf29ce484222325ULL;

	while (bytes--)
		sum = (sum ^ *byte++) * 0x100000001b3ULL;
	return sum;
}

/* The faults that somebody was told of, and that are not as they were written last. */
static size_t faults_list(struct mcw_keeper *k)
{
	const struct mcw_fault *f;
	size_t count = 0, old = 0;

	k->batch.fault_count = 0;
	k->batch.faults = k->faults;
	for (size_t at = 0; count < MCW_KEEPER_FAULTS && (f = mcw_diagnosis_next(k->d, &at));) {
		__u64 sum = sum_of(f, sizeof(*f));

		if (!f->told_ns && f->level == MCW_FAULT_OK)
			continue;
		while (old < k->written_count && k->written[old].id < f->id)
			old++;
		if (old == k->written_count || k->written[old].id != f->id ||
		    k->written[old].sum != sum)
			k->faults[k->batch.fault_count++] =
				(struct mcw_batch_fault){ f,
							  mcw_serial_is_own(&f->part, k->dimms) };
		k->writes[count++] = (struct mcw_keeper_fault){ f->id, sum };
	}
	return count;
}

/* Return: the bytes of the state, which the caller frees; NULL: it is not time for that. */
static void *state_make(struct mcw_keeper *k, bool now, size_t *bytes)
{
	void *state;

	*bytes = mcw_diagnosis_save(k->d, NULL, 0);
	if (!now && k->state_ns &&
	    k->mono_ns < k->state_ns + *bytes / STATE_BYTES_A_SECOND * NS_PER_S)
		return NULL;
	state = malloc(*bytes);
	if (state)
		mcw_diagnosis_save(k->d, state, *bytes);
	return state;
}

static void write_failed(struct mcw_keeper *k)
{
	bool full = mcw_store_is_full(k->store);

	if (full)
		mcw_full_begin(MCW_FULL_STORE, mcw_store_path(k->store), ENOSPC);
	else if (!k->failed)
		mcw_error("cannot write to the store: %s: counts stay in memory until it works",
			  mcw_store_why(k->store));
	k->failed = true;
	k->full = full;
}

static void write_done(struct mcw_keeper *k, size_t faults, bool with_state)
{
	const char *lost = k->totals.uncounted ? "; the memory had no room for all" : "";

	/* That there is room again is said once for all files. */
	if (k->failed && (!k->full || lost[0]))
		mcw_error("the store is written again%s", lost);
	mcw_full_end(MCW_FULL_STORE);
	k->failed = false;
	k->changed = false;
	k->written_ns = k->mono_ns;
	if (with_state)
		k->state_ns = k->mono_ns;
	memcpy(k->written, k->writes, faults * sizeof(k->writes[0]));
	k->written_count = faults;
	k->batch.lost = 0;
	k->batch.module_count = 0;
	k->error[0] = '\0';
	mcw_totals_clear(&k->totals);
}

static void store_write(struct mcw_keeper *k, bool all)
{
	struct mcw_store_batch *b = &k->batch;
	size_t faults = faults_list(k);
	void *state = state_make(k, all, &b->state_bytes);

	k->tried_ns = k->mono_ns;
	b->state = state;
	b->error = k->error[0] ? k->error : NULL;
	b->parts = k->totals.parts;
	b->days = k->totals.days;
	b->pages = k->totals.pages;
	b->part_count = k->totals.part_count;
	b->day_count = k->totals.day_count;
	b->page_count = k->totals.page_count;
	b->now_ns = mcw_store_day_of(k->wall_ns) ? k->wall_ns : 0;
	b->boot.last_ns = b->now_ns;
	if (!b->boot.first_ns && b->now_ns && k->wall_ns > k->mono_ns)
		b->boot.first_ns = k->wall_ns - k->mono_ns;
	if (mcw_store_write(k->store, b))
		write_done(k, faults, state);
	else
		write_failed(k);
	free(state);
}

static void boot_text(const struct mcw_session *session, char *id)
{
	for (unsigned int i = 0; i < sizeof(session->boot_id); i++)
		snprintf(id + 2 * i, 3, "%02x", session->boot_id[i]);
}

static void boot_set(struct mcw_keeper *k, const struct mcw_session *session)
{
	struct mcw_store_boot *b = &k->batch.boot;
	char id[sizeof(b->id)];

	boot_text(session, id);
	if (strcmp(b->id, id)) {
		memset(b, 0, sizeof(*b));
		memcpy(b->id, id, sizeof(b->id));
		k->new_boot = !mcw_store_has_boot(k->store, id);
	}
	snprintf(b->host, sizeof(b->host), "%s", session->host);
	snprintf(b->release, sizeof(b->release), "%s", session->release);
	b->end = MCW_BOOT_RUNS;
	if (!b->first_ns && mcw_store_day_of(session->wall_ns))
		b->first_ns = session->wall_ns - session->mono_ns;
}

static bool is_same_load(const struct mcw_keeper *k, const struct mcw_session *session)
{
	char id[sizeof(k->batch.boot.id)];

	boot_text(session, id);
	return k->begun && session->load && k->batch.load == session->load &&
	       !strcmp(k->batch.boot.id, id);
}

void mcw_keeper_session(struct mcw_keeper *k, const struct mcw_session *session)
{
	bool same = is_same_load(k, session);

	if (k->begun && !same) {
		mcw_join_end(&k->join);
		mcw_keeper_feed(k, true);
		store_write(k, true);
	}
	boot_set(k, session);
	k->changed = true;
	if (same)
		return;
	k->begun = true;
	k->batch.load = session->load;
	k->mono_ns = session->mono_ns;
	k->wall_ns = session->wall_ns;
	k->written_ns = 0;
	k->tried_ns = 0;
	k->state_ns = 0;
	k->looked_ns = 0;
	mcw_store_resume(k->store, k->batch.boot.id, session->load, k->batch.next);
	memcpy(k->read, k->batch.next, sizeof(k->read));
	k->reports = k->batch.next[MCW_LANE_LOCATION];
	k->locations = 0;
	memset(k->recent, 0, sizeof(k->recent));
}

static void module_add(struct mcw_keeper *k, const struct mcw_dimm_known *known)
{
	struct mcw_batch_module *m = &k->batch.modules[k->batch.module_count++];
	struct mcw_sign sign = { .part = { .socket = -1, .unit = -1, .kind = MCW_SIGN_MEMORY } };

	mcw_sign_place(&sign, known);
	m->name = sign.part;
	m->mbytes = known->dimm->mbytes;
	mcw_diagnosis_installed(k->d, &sign.part);
}

static void layout_set(struct mcw_keeper *k, const struct mcw_smbios *smbios)
{
	char *text = malloc(MCW_LAYOUT_BYTES), why[MCW_TEXT_BYTES];

	free(k->layout);
	k->layout = NULL;
	if (text && smbios && mcw_layout_text(smbios, text, MCW_LAYOUT_BYTES, why, sizeof(why)))
		k->layout = strdup(text);
	k->batch.layout = k->layout;
	free(text);
}

void mcw_keeper_modules(struct mcw_keeper *k, const struct mcw_dimms *dimms)
{
	layout_set(k, dimms->smbios);
	k->dimms = dimms;
	k->join.dimms = dimms;
	free(k->batch.modules);
	k->batch.module_count = 0;
	k->batch.modules = calloc(dimms->count + 1, sizeof(*k->batch.modules));
	for (size_t i = 0; i < dimms->count && k->batch.modules; i++) {
		const struct mcw_dimm_known known = {
			.dimm = &dimms->dimms[i],
			.slot = dimms->slots[i],
		};

		module_add(k, &known);
	}
	k->changed = true;
}

void mcw_keeper_record(struct mcw_keeper *k, const struct mcw_record *rec)
{
	const struct mcw_head *head = &rec->head;
	/* It may be long since anything was due. */
	__u64 now_ns = head->mono_ns > k->mono_ns ? head->mono_ns : k->mono_ns;
	__u64 *read;

	if (!k->begun || head->lane >= MCW_LANES)
		return;
	/* Locations that the store knows may be of events that it does not know. */
	read = head->lane == MCW_LANE_LOCATION ? &k->locations : &k->read[head->lane];
	if (head->pos < *read)
		return;
	*read = head->pos + 1;
	if (mcw_join_is_full(&k->join)) {
		mcw_keeper_feed(k, false);
		if (mcw_join_is_full(&k->join))
			mcw_keeper_feed(k, true);
	}
	mcw_join_add(&k->join, rec, now_ns);
}

void mcw_keeper_lost(struct mcw_keeper *k, __u64 records)
{
	if (!records)
		return;
	k->batch.lost += records;
	mcw_diagnosis_lose(k->d, records);
	k->changed = true;
}

static __u64 earlier(__u64 a, __u64 b)
{
	return !a || (b && b < a) ? b : a;
}

int mcw_keeper_due(struct mcw_keeper *k, __u64 mono_ns, __u64 wall_ns)
{
	__u64 next;

	k->mono_ns = mono_ns;
	k->wall_ns = wall_ns;
	if (!k->begun)
		return -1;
	mcw_keeper_feed(k, false);
	if (mono_ns >= k->written_ns + ALIVE_NS)
		k->changed = true;
	next = (k->failed ? k->tried_ns + RETRY_NS : k->written_ns + WRITE_NS);
	if (k->changed && mono_ns >= next) {
		mcw_diagnosis_clock(k->d, k->batch.load, mono_ns, wall_ns);
		store_write(k, false);
		next = k->failed ? k->tried_ns + RETRY_NS : 0;
	}
	if (!k->changed)
		next = k->written_ns + ALIVE_NS;
	next = earlier(next, mcw_join_due(&k->join));
	return next > mono_ns ? (next - mono_ns) / NS_PER_MS + 1 : 1;
}

void mcw_keeper_end(struct mcw_keeper *k, enum mcw_boot_end end)
{
	if (!k->begun)
		return;
	k->batch.boot.end = end;
	mcw_join_end(&k->join);
	mcw_keeper_feed(k, true);
	store_write(k, true);
	if (k->failed)
		mcw_error("what was counted since then is not in the store");
}

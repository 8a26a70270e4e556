// SPDX-License-Identifier: GPL-2.0
/*
 * mcwctl top: what is sampled.
 */
#include "cmd/top.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd/command.h"
#include "cmd/limits_file.h"
#include "cmd/open_faults.h"
#include "cmd/status_lost.h"
#include "decode/decode.h"
#include "diagnose/diagnose.h"
#include "show/fault.h"
#include "source/clock.h"
#include "source/device.h"
#include "source/stream.h"

#define NS_PER_S	1000000000ULL
#define PAST_NS	(NS_PER_S - NS_PER_S / 10) /* a tick may come a little early */
#define MINUTE_NS	(60 * NS_PER_S)

/*
 * A look at findings and faults reads all records again. It is taken when there are new ones, at
 * most so often that it needs a small part of the time; and now and then, as other things change.
 */
#define LOOK_LEAST_NS	(5 * NS_PER_S)
#define LOOK_PART	20
#define LOOK_MOST_NS	(30 * NS_PER_S)

/* Counters that are sums of files. */
static const struct {
	enum mcw_top_counter counter;
	const char *file;
} files[] = {
	{ MCW_TOP_SEVERE, "stats/severe/committed" },
	{ MCW_TOP_SEVERE, "stats/severe/refused" },
	{ MCW_TOP_SEVERE, "stats/severe/dropped" },
	{ MCW_TOP_OTHER, "stats/other/committed" },
	{ MCW_TOP_OTHER, "stats/other/refused" },
	{ MCW_TOP_OTHER, "stats/other/dropped" },
	{ MCW_TOP_POLLS, "stats/polls" },
	{ MCW_TOP_POLLS, "stats/storm_polls" },
	{ MCW_TOP_PAGES, "stats/recovery/kernel" },
	{ MCW_TOP_PAGES, "stats/recovery/module" },
	{ MCW_TOP_PAGES, "stats/soft_offline/soft_offlined" },
	{ MCW_TOP_VICTIMS, "stats/victims/seen" },
};

static bool counts_read(struct mcw_top *t)
{
	struct mcw_top_counts *now = &t->now;
	struct mcw_losses losses;

	memset(now, 0, sizeof(*now));
	now->mono_ns = mcw_now_ns(CLOCK_MONOTONIC);
	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		__u64 number;

		if (!mcw_sysfs_number(t->o->sysfs, files[i].file, &number))
			return false;
		now->value[files[i].counter] += number;
	}
	if (!mcw_losses_read(t->o, &losses))
		return false;
	for (unsigned int i = 0; i < MCW_STAGES; i++)
		now->value[MCW_TOP_LOST] += losses.stage[i];
	now->value[MCW_TOP_INTERRUPTS] = mcw_cpus_interrupts(&t->cpus);
	return true;
}

/* Counters begin at 0 when the module is loaded again. */
static bool same_load(const struct mcw_top_counts *before, const struct mcw_top_counts *now)
{
	for (unsigned int i = 0; i < MCW_TOP_COUNTERS; i++)
		if (now->value[i] < before->value[i])
			return false;
	return true;
}

static void past_add(struct mcw_top *t)
{
	if (!t->compares)
		t->past_count = 0;
	if (t->past_count && t->now.mono_ns - t->past[t->past_count - 1].mono_ns < PAST_NS)
		return;
	if (t->past_count == MCW_TOP_PAST)
		memmove(t->past, t->past + 1, --t->past_count * sizeof(t->past[0]));
	t->past[t->past_count++] = t->now;
}

__u64 mcw_top_rate(const struct mcw_top *t, enum mcw_top_counter counter)
{
	__u64 ns = t->now.mono_ns - t->before.mono_ns;
	__u64 more = t->now.value[counter] - t->before.value[counter];

	return t->compares && ns ? (__u64)((double)more * 1000 * NS_PER_S / ns) : 0;
}

__u64 mcw_top_minute(const struct mcw_top *t, enum mcw_top_counter counter)
{
	for (unsigned int i = 0; i < t->past_count; i++)
		if (t->now.mono_ns - t->past[i].mono_ns <= MINUTE_NS)
			return t->now.value[counter] - t->past[i].value[counter];
	return 0;
}

static struct mcw_top_place *place_of(struct mcw_top_place *places, size_t count, __u32 cpu,
				      __u8 bank)
{
	for (size_t i = 0; i < count; i++)
		if (places[i].cpu == cpu && places[i].bank == bank)
			return &places[i];
	return NULL;
}

/* The busiest first, then the one with the last error. */
static int by_rate(const void *one, const void *other)
{
	const struct mcw_top_place *a = one, *b = other;
	__u64 more_a = a->events - a->before, more_b = b->events - b->before;

	if (more_a != more_b)
		return more_a > more_b ? -1 : 1;
	return (a->last_wall_ns < b->last_wall_ns) - (a->last_wall_ns > b->last_wall_ns);
}

static void place_count(struct mcw_top_place *p, const struct mcw_event_count *row)
{
	p->cpu = row->cpu;
	p->bank = row->bank;
	p->events += row->events;
	if (row->last_wall_ns < p->last_wall_ns)
		return;
	p->last_wall_ns = row->last_wall_ns;
	p->grade = row->severity ? row->severity : row->grade;
}

static void places_read(struct mcw_top *t)
{
	struct mcw_event_count_rows all = { .rows = NULL };
	struct mcw_top_place *places = NULL;
	size_t count = 0;

	if (mcw_event_counts_read(&all, t->o->device) && all.count)
		places = calloc(all.count, sizeof(*places));
	for (size_t i = 0; places && i < all.count; i++) {
		const struct mcw_event_count *row = &all.rows[i];
		struct mcw_top_place *p = place_of(places, count, row->cpu, row->bank);

		place_count(p ? p : &places[count++], row);
	}
	for (size_t i = 0; i < count; i++) {
		const struct mcw_top_place *old =
			place_of(t->places, t->place_count, places[i].cpu, places[i].bank);

		/* A place that is new since the last sample had none then. */
		places[i].before = !t->compares ? places[i].events : old ? old->events : 0;
	}
	if (count)
		qsort(places, count, sizeof(*places), by_rate);
	free(all.rows);
	free(t->places);
	t->places = places;
	t->place_count = count;
}

static void dimms_read(struct mcw_top *t)
{
	free(t->dimms_before);
	t->dimms_before_count = t->dimms.count;
	t->dimms_before = t->dimms.count ? calloc(t->dimms.count, sizeof(*t->dimms_before)) : NULL;
	for (size_t i = 0; t->dimms_before && i < t->dimms.count; i++) {
		t->dimms_before[i].corrected = t->dimms.dimms[i].corrected;
		t->dimms_before[i].uncorrected = t->dimms.dimms[i].uncorrected;
	}
	mcw_dimms_free(&t->dimms);
	mcw_dimms_read(&t->dimms, t->o->edac, t->o->dmi);
}

static void faults_look(struct mcw_top *t, const struct mcw_diagnosis *d)
{
	const struct mcw_fault *fault;
	size_t at = 0;

	t->fault_count = 0;
	while (d && t->fault_count < MCW_TOP_FAULTS && (fault = mcw_open_fault_next(d, &at))) {
		FILE *out = fmemopen(t->faults[t->fault_count], MCW_TOP_FAULT, "w");

		if (!out)
			break;
		setvbuf(out, NULL, _IONBF, 0);
		mcw_fault_line_print(out, fault);
		fclose(out);
		t->faults[t->fault_count++][MCW_TOP_FAULT - 1] = '\0';
	}
}

/* What the records say is found out once, for both. */
static void findings_look(struct mcw_top *t)
{
	struct mcw_diagnosis *d = NULL;
	struct mcw_limits limits;

	if (!t->hidden && mcw_limits_read(&limits, t->o->config))
		d = mcw_open_faults_read(t->o, &limits);
	mcw_findings_read(t->o, d, &t->findings);
	faults_look(t, d);
	free(d);
}

static enum mcw_step record_keep(struct mcw_stream *s, const struct mcw_record *rec)
{
	struct mcw_top *t = s->self;

	if (rec->head.type == MCW_EVENT || rec->head.type == MCW_OUTCOME ||
	    rec->head.type == MCW_STORM || rec->head.type == MCW_VICTIM)
		t->records[t->record_count++ % MCW_TOP_RECORDS] = *rec;
	return MCW_STEP_MORE;
}

/* From the mapping: an error of which only top knows still counts as unread. */
static void records_read(struct mcw_top *t)
{
	static const struct mcw_consumer consumer = { .record = record_keep };
	static struct mcw_stream s;

	memset(&s, 0, sizeof(s));
	s.consumer = &consumer;
	s.self = t;
	s.path = t->o->device;
	s.may_map = true;
	s.looks_only = true;
	s.output = -1;
	t->record_count = 0;
	if (!mcw_stream_open(&s))
		return;
	mcw_stream_finish(&s);
	mcw_stream_close(&s);
}

/* How many records there are, notices too. */
static __u64 records_now(const struct mcw_top *t)
{
	__u64 notices = 0;

	if (!mcw_sysfs_number(t->o->sysfs, "stats/notice/committed", &notices))
		return 0;
	return t->now.value[MCW_TOP_SEVERE] + t->now.value[MCW_TOP_OTHER] + notices;
}

static void look(struct mcw_top *t, __u64 records)
{
	__u64 begun = mcw_now_ns(CLOCK_MONOTONIC), took;
	bool first = !t->look_ns;

	if (!first && begun < t->look_ns)
		return;
	if (!first && records == t->looked_at && begun < t->look_ns + LOOK_MOST_NS)
		return;
	findings_look(t);
	t->looked_at = records;
	took = mcw_now_ns(CLOCK_MONOTONIC) - begun;
	t->look_ns = begun + took +
		     (took * LOOK_PART > LOOK_LEAST_NS ? took * LOOK_PART : LOOK_LEAST_NS);
}

void mcw_top_sample(struct mcw_top *t)
{
	__u64 records;

	t->wall_ns = mcw_now_ns(CLOCK_REALTIME);
	t->before = t->now;
	t->compares = t->loaded;
	mcw_cpus_free(&t->cpus);
	t->cpus = (struct mcw_cpus){ .cpu = NULL };
	t->loaded = mcw_sysfs_exists(t->o->sysfs, "version") &&
		    mcw_sysfs_value(t->o->sysfs, "version", t->version) &&
		    mcw_cpus_read(t->o, &t->cpus) && counts_read(t);
	if (!t->loaded) {
		t->look_ns = 0;
		t->records_at = 0;
		t->record_count = 0;
		return;
	}
	t->compares = t->compares && same_load(&t->before, &t->now);
	past_add(t);
	t->hidden = access(t->o->device, R_OK) ? errno : 0;
	records = records_now(t);
	if (!t->hidden) {
		places_read(t);
		if (records != t->records_at)
			records_read(t);
		t->records_at = records;
	}
	dimms_read(t);
	look(t, records);
}

bool mcw_top_begin(struct mcw_top *t, const struct mcw_options *o)
{
	struct mcw_limits limits;

	t->o = o;
	/* What is wrong is said once, here, and not again with each sample. */
	if (!mcw_limits_read(&limits, o->config))
		return false;
	if (!mcw_sysfs_value(o->sysfs, "version", t->version))
		return false;
	mcw_top_sample(t);
	return true;
}

void mcw_top_free(struct mcw_top *t)
{
	mcw_cpus_free(&t->cpus);
	mcw_dimms_free(&t->dimms);
	free(t->places);
	free(t->dimms_before);
}

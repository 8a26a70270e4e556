// SPDX-License-Identifier: GPL-2.0
/*
 * mcwctl dimms: each DIMM that an EDAC driver knows, the slot that it is in, and its errors. EDAC
 * has the counts since its driver was loaded; the module's records have the last error, and the
 * pages that were taken because of the DIMM.
 */
#define _GNU_SOURCE
#include "cmd/command.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd/dimm_labels.h"
#include "cmd/edac_driver.h"
#include "decode/location.h"
#include "error.h"
#include "show/dimm.h"
#include "source/device.h"
#include "source/dimms.h"
#include "source/stream.h"

/* Which DIMM an event was about. */
struct blame {
	__u64 pos;
	unsigned int lane;
	size_t row;
};

/* A DIMM that is, or in a recording was, in the machine. */
struct row {
	struct mcw_dimm_entry entry;	/* what tells it from others; without number and count */
	struct mcw_dimm dimm;
	struct mcw_memory_device device;
	struct mcw_slot slot;
	__u64 last_ns;
	unsigned int pages;
};

struct dimms {
	struct mcw_dimms all;		/* as the machine has them now, or at that time */
	size_t *row_of;			/* one for each of them */
	struct row *rows;
	size_t row_count;
	bool recorded;			/* EDAC's counts are not known: the locations count */
	struct mcw_location_join join;
	struct mcw_outcomes outcomes;
	struct blame *blames;
	size_t blame_count, blame_room;
};

static bool blame_add(struct dimms *d, const struct mcw_location *l, size_t row)
{
	const struct blame *last = d->blame_count ? &d->blames[d->blame_count - 1] : NULL;

	/* A driver may say an error several times. */
	if (last && last->pos == l->of_pos && last->lane == l->of_lane && last->row == row)
		return true;
	if (d->blame_count == d->blame_room) {
		size_t room = d->blame_room ? 2 * d->blame_room : 256;
		void *blames = reallocarray(d->blames, room, sizeof(*d->blames));

		if (!blames) {
			mcw_error("no memory for %zu locations", room);
			return false;
		}
		d->blames = blames;
		d->blame_room = room;
	}
	d->blames[d->blame_count++] = (struct blame){ l->of_pos, l->of_lane, row };
	return true;
}

static void location_count(struct row *row, const struct mcw_location *l)
{
	if (mcw_location_is_corrected(l->error_type))
		row->dimm.corrected += l->count;
	else
		row->dimm.uncorrected += l->count;
}

static bool location_add(struct dimms *d, const struct mcw_location_whole *whole)
{
	const struct mcw_location *l = &whole->first.location;
	const struct mcw_dimm *dimm = mcw_dimms_find(&d->all, whole->label, l->mc, l->layer);
	struct row *row;

	if (!dimm || dimm - d->all.dimms >= MCW_MEMORY_DEVICES_MAX)
		return true;
	row = &d->rows[d->row_of[dimm - d->all.dimms]];
	if (row->last_ns < whole->first.head.wall_ns)
		row->last_ns = whole->first.head.wall_ns;
	if (d->recorded)
		location_count(row, l);
	if (l->flags & (MCW_LOCATION_NO_EVENT | MCW_LOCATION_LOST))
		return true;
	return blame_add(d, l, row - d->rows);
}

/* Gives the i-th DIMM of the machine its row. A DIMM that was there before keeps its own. */
static bool row_add(struct dimms *d, size_t i)
{
	struct mcw_dimm_entry entry;
	struct row *rows, *row;

	mcw_dimms_entry(&d->all, i, &entry);
	entry.number = 0;
	entry.count = 0;
	for (d->row_of[i] = 0; d->row_of[i] < d->row_count; d->row_of[i]++)
		if (!memcmp(&d->rows[d->row_of[i]].entry, &entry, sizeof(entry)))
			return true;
	rows = reallocarray(d->rows, d->row_count + 1, sizeof(*rows));
	if (!rows) {
		mcw_error("no memory for %zu DIMMs", d->row_count + 1);
		return false;
	}
	d->rows = rows;
	row = &rows[d->row_count++];
	*row = (struct row){ .entry = entry, .dimm = d->all.dimms[i], .slot = d->all.slots[i] };
	if (row->slot.device)
		row->device = *row->slot.device;
	return true;
}

static enum mcw_step record_take(struct mcw_stream *s, const struct mcw_record *rec)
{
	struct mcw_location_whole whole;
	struct dimms *d = s->self;
	bool good = true;

	if (rec->head.type == MCW_OUTCOME)
		good = mcw_outcomes_add(&d->outcomes, rec);
	else if (rec->head.type == MCW_LOCATION && mcw_location_take(&d->join, rec, &whole))
		good = location_add(d, &whole);
	return good ? MCW_STEP_MORE : MCW_STEP_FAILED;
}

static bool locations_end(struct dimms *d)
{
	struct mcw_location_whole whole;

	while (mcw_location_left(&d->join, &whole))
		if (!location_add(d, &whole))
			return false;
	return true;
}

static bool is_offline(const struct mcw_outcome *o)
{
	return o->reason == MCW_REASON_DONE && o->page != MCW_NO_PAGE &&
	       (o->action == MCW_ACTION_OFFLINE || o->action == MCW_ACTION_SOFT_OFFLINE);
}

/* A page counts once for a DIMM: later outcomes of it say that it was taken before. */
static void pages_count(struct dimms *d)
{
	mcw_outcomes_sort(&d->outcomes, mcw_outcome_by_event);
	for (size_t i = 0; i < d->blame_count; i++) {
		const struct blame *b = &d->blames[i];
		size_t at = mcw_outcomes_of(&d->outcomes, b->lane, b->pos);

		for (; at < d->outcomes.count; at++) {
			const struct mcw_outcome *o = &d->outcomes.records[at].outcome;

			if (o->of_lane != b->lane || o->of_pos != b->pos)
				break;
			d->rows[b->row].pages += is_offline(o);
		}
	}
	/* In a recording, positions start again with each load of the module. */
	d->blame_count = 0;
	d->outcomes.count = 0;
}

static enum mcw_step session_take(struct mcw_stream *s, const struct mcw_session *session,
				  bool fresh)
{
	struct dimms *d = s->self;

	(void)session;
	if (!fresh)
		return MCW_STEP_MORE;
	if (!locations_end(d))
		return MCW_STEP_FAILED;
	pages_count(d);
	return MCW_STEP_MORE;
}

static enum mcw_step dimm_take(struct mcw_stream *s, const struct mcw_dimm_entry *dimm)
{
	struct dimms *d = s->self;
	size_t before = dimm->number ? d->all.count : 0;

	if (!mcw_dimms_take(&d->all, dimm))
		return MCW_STEP_FAILED;
	return before == d->all.count || row_add(d, before) ? MCW_STEP_MORE : MCW_STEP_FAILED;
}

static const struct mcw_consumer consumer = {
	.record = record_take,
	.session = session_take,
	.dimm = dimm_take,
};

static bool records_read(struct dimms *d, const struct mcw_options *o)
{
	struct mcw_stream s = {
		.consumer = &consumer,
		.self = d,
		.path = o->file ? o->file : o->device,
		.since_ns = o->filter.since_ns,
		.lanes = 1U << MCW_LANE_NOTICE | 1U << MCW_LANE_LOCATION,
		.may_map = true,
		.output = -1,
	};
	enum mcw_step step = MCW_STEP_FAILED;

	if (o->file) {
		step = mcw_stream_replay(&s);
	} else if (mcw_stream_open(&s)) {
		step = mcw_stream_finish(&s);
		mcw_stream_close(&s);
	}
	if (step == MCW_STEP_FAILED || !locations_end(d))
		return false;
	pages_count(d);
	return true;
}

static bool rows_of_machine(struct dimms *d, const struct mcw_options *o)
{
	if (!mcw_dimms_read(&d->all, o->edac, o->dmi))
		return false;
	for (size_t i = 0; i < d->all.count && i < MCW_MEMORY_DEVICES_MAX; i++)
		if (!row_add(d, i))
			return false;
	return true;
}

static bool rows_show(const struct dimms *d, const struct mcw_options *o)
{
	struct mcw_dimm_row *rows = calloc(d->row_count + 1, sizeof(*rows));

	if (!rows) {
		mcw_error("no memory for %zu DIMMs", d->row_count);
		return false;
	}
	for (size_t i = 0; i < d->row_count; i++) {
		const struct row *row = &d->rows[i];

		rows[i] = (struct mcw_dimm_row){
			.known = { .dimm = &row->dimm, .slot = row->slot },
			.last_ns = row->last_ns,
			.pages = row->pages,
		};
		if (row->slot.device)
			rows[i].known.slot.device = &row->device;
	}
	if (o->json)
		mcw_dimm_rows_json(stdout, rows, d->row_count);
	else if (d->row_count)
		mcw_dimm_rows_print(stdout, rows, d->row_count);
	free(rows);
	return true;
}

/* What is missing, and what to do about it. */
static void hints_print(const struct dimms *d, const struct mcw_options *o, bool module)
{
	if (!d->all.edac_is_there)
		mcw_edac_driver_advise(stdout);
	if (d->all.smbios_error == EACCES)
		puts("slots are not known: only root may read the firmware's table");
	else if (d->all.smbios_error)
		printf("slots are not known: cannot read %s: %s\n", o->dmi,
		       strerror(d->all.smbios_error));
	else if (d->all.smbios->truncated)
		printf("%s is cut short: slots behind its end are not known\n", o->dmi);
	if (!module)
		puts("the module is not loaded: last errors and pages are not known");
}

static bool dimms_show(struct dimms *d, const struct mcw_options *o)
{
	bool module = !access(o->device, F_OK);

	if (!o->file && !rows_of_machine(d, o))
		return false;
	if ((o->file || module) && !records_read(d, o))
		return false;
	if (!rows_show(d, o))
		return false;
	if (!o->file && !o->json)
		hints_print(d, o, module);
	if (o->file && !o->json && !d->row_count)
		printf("%s names no memory module: there was no EDAC driver\n", o->file);
	return true;
}

enum mcw_exit mcw_dimms_run(struct mcw_options *o)
{
	struct dimms d = { .recorded = o->file };
	bool good;

	if (o->labels)
		return mcw_dimm_labels_run(o);
	if (o->dry_run) {
		mcw_error("--dry-run: only with --labels" MCW_SEE_HELP);
		return MCW_EXIT_USAGE;
	}
	d.row_of = calloc(MCW_MEMORY_DEVICES_MAX, sizeof(*d.row_of));
	good = d.row_of && dimms_show(&d, o);
	if (!d.row_of)
		mcw_error("no memory for the DIMMs");
	mcw_dimms_free(&d.all);
	mcw_outcomes_free(&d.outcomes);
	free(d.row_of);
	free(d.rows);
	free(d.blames);
	return good ? MCW_EXIT_OK : MCW_EXIT_FAILED;
}

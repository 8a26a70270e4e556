// SPDX-License-Identifier: GPL-2.0
/*
 * The memory modules of a report: what the locations say of each, and the board with all of them.
 */
#include "cmd/report.h"

#include <stdlib.h>
#include <string.h>

#include "decode/decode.h"
#include "error.h"

/* Return: its number, or -1 without memory. */
static ssize_t board_find(struct report *r, const struct mcw_dimm_entry *of)
{
	struct mcw_dimm_entry entry = *of;
	struct report_dimm *boards;

	entry.number = 0;
	entry.count = 0;
	for (size_t i = 0; i < r->board_count; i++)
		if (!memcmp(&r->boards[i].entry, &entry, sizeof(entry)))
			return i;
	boards = reallocarray(r->boards, r->board_count + 1, sizeof(*boards));
	if (!boards) {
		mcw_error("no memory for %zu DIMMs", r->board_count + 1);
		return -1;
	}
	r->boards = boards;
	boards[r->board_count] = (struct report_dimm){ .entry = entry };
	return r->board_count++;
}

bool mcw_report_dimm(struct report *r, size_t i)
{
	struct mcw_dimm_entry entry;
	ssize_t at;

	mcw_dimms_entry(&r->dimms, i, &entry);
	at = board_find(r, &entry);
	if (at < 0)
		return false;
	r->boards[at].edac_corrected = r->dimms.dimms[i].corrected;
	r->boards[at].edac_uncorrected = r->dimms.dimms[i].uncorrected;
	return true;
}

static __u32 part_of(const struct mcw_memory_place *place, enum mcw_place_part part)
{
	return mcw_place_has(place, part) ? place->value[part] : 0;
}

static bool cell_add(struct report_dimm *d, const struct mcw_memory_place *place, __u32 errors,
		     bool uncorrected)
{
	const struct report_cell cell = {
		.rank = part_of(place, MCW_PLACE_RANK),
		.bank_group = part_of(place, MCW_PLACE_BANK_GROUP),
		.bank = part_of(place, MCW_PLACE_BANK),
		.row = part_of(place, MCW_PLACE_ROW),
	};

	if (!d->cells) {
		d->cells = calloc(REPORT_CELLS, sizeof(*d->cells));
		if (!d->cells) {
			mcw_error("no memory for the rows of a DIMM");
			return false;
		}
	}
	for (size_t i = 0; i < d->cell_count; i++) {
		struct report_cell *c = &d->cells[i];

		if (c->rank != cell.rank || c->bank_group != cell.bank_group ||
		    c->bank != cell.bank || c->row != cell.row)
			continue;
		c->errors += errors;
		c->uncorrected |= uncorrected;
		return true;
	}
	if (d->cell_count == REPORT_CELLS) {
		d->cells_left_out++;
		return true;
	}
	d->cells[d->cell_count] = cell;
	d->cells[d->cell_count].errors = errors;
	d->cells[d->cell_count++].uncorrected = uncorrected;
	return true;
}

#define LOOK_BACK 8192 /* events: a location follows its own soon */

static struct report_event *event_find(struct report *r, unsigned int lane, __u64 pos)
{
	size_t least = r->known_count > LOOK_BACK ? r->known_count - LOOK_BACK : 0;

	for (size_t i = r->known_count; i > least; i--) {
		struct report_event *e = &r->known[i - 1];

		if (e->load == r->loads && e->lane == lane && e->pos == pos)
			return e;
	}
	return NULL;
}

static enum report_kind kind_of(unsigned int error_type)
{
	if (mcw_location_is_corrected(error_type))
		return REPORT_CORRECTED;
	return error_type == 3 ? REPORT_WORSE : REPORT_LOST;
}

bool mcw_report_location(struct report *r, const struct mcw_location_whole *whole)
{
	const struct mcw_location *l = &whole->first.location;
	const struct mcw_dimm_known known = mcw_dimms_of_location(&r->dimms, whole);
	struct report_event *event = NULL;
	struct mcw_dimm_entry entry;
	struct report_dimm *d;
	ssize_t at;

	if (!(l->flags & (MCW_LOCATION_NO_EVENT | MCW_LOCATION_LOST)))
		event = event_find(r, l->of_lane, l->of_pos);
	/* EDAC and the firmware may both say where the same error is. */
	if (!known.dimm || (event && event->dimm >= 0))
		return true;
	mcw_dimm_entry_set(&entry, &known);
	at = board_find(r, &entry);
	if (at < 0)
		return false;
	d = &r->boards[at];
	if (event)
		event->dimm = at;
	mcw_report_count(&d->count, kind_of(l->error_type), l->count ? l->count : 1,
			 whole->first.head.wall_ns);
	if (!mcw_place_has(&known.place, MCW_PLACE_ROW))
		return true;
	return cell_add(d, &known.place, l->count ? l->count : 1,
			!mcw_location_is_corrected(l->error_type));
}

void mcw_report_outcome(struct report *r, const struct mcw_record *rec)
{
	const struct mcw_outcome *o = &rec->outcome;
	struct report_event *event;

	if (o->reason != MCW_REASON_DONE || o->page == MCW_NO_PAGE ||
	    o->flags & MCW_OUTCOME_NO_EVENT)
		return;
	event = event_find(r, o->of_lane, o->of_pos);
	if (event)
		event->pages++;
}

void mcw_report_dimms_end(struct report *r)
{
	for (size_t i = 0; i < r->known_count; i++)
		if (r->known[i].dimm >= 0)
			r->boards[r->known[i].dimm].pages += r->known[i].pages;
}

void mcw_report_name(const struct mcw_dimm_entry *e, char *name, size_t size)
{
	snprintf(name, size, "%.*s", (int)sizeof(e->label), e->label[0] ? e->label : e->location);
}

static void text_cell(struct mcw_html *h, const char *text)
{
	mcw_html_element(h, "td", text[0] ? text : "-");
}

static void board_row(struct mcw_html *h, const struct report *r, const struct report_dimm *d)
{
	const struct mcw_dimm_entry *e = &d->entry;
	char text[96];

	mcw_html_open(h, "tr", "class",
		      d->count.errors[REPORT_LOST] + d->count.errors[REPORT_WORSE] ? "bad" : "",
		      NULL);
	mcw_report_name(e, text, sizeof(text));
	text_cell(h, text);
	text_cell(h, e->slot);
	text_cell(h, e->maker);
	text_cell(h, e->part);
	text_cell(h, e->serial);
	if (e->mbytes % 1024)
		snprintf(text, sizeof(text), "%llu MB", e->mbytes);
	else
		snprintf(text, sizeof(text), e->mbytes ? "%llu GB" : "-", e->mbytes / 1024);
	text_cell(h, text);
	for (unsigned int kind = 0; kind < REPORT_KINDS; kind++)
		mcw_report_number(h, d->count.errors[kind]);
	if (!r->o->file) {
		mcw_report_number(h, d->edac_corrected);
		mcw_report_number(h, d->edac_uncorrected);
	}
	mcw_report_number(h, d->pages);
	mcw_report_time_cell(h, d->count.last_ns);
	mcw_html_close(h);
}

void mcw_report_dimms_show(struct mcw_html *h, const struct report *r)
{
	static const char *const recorded[] = {
		"DIMM",       "slot",	    "maker",
		"part",	      "serial",	    "size",
		"#corrected", "#data lost", "#consumed or fatal",
		"#pages offline", "last error"
	};
	static const char *const live[] = { "DIMM",
					    "slot",
					    "maker",
					    "part",
					    "serial",
					    "size",
					    "#corrected",
					    "#data lost",
					    "#consumed or fatal",
					    "#EDAC corrected",
					    "#EDAC uncorrected",
					    "#pages offline",
					    "last error" };

	mcw_html_element(h, "h2", "Memory modules");
	if (!r->board_count) {
		mcw_html_element(h, "p",
				 "No memory module is known: there was no EDAC driver, or it named "
				 "none.");
		return;
	}
	if (r->o->file)
		mcw_report_table(h, recorded, ARRAY_SIZE(recorded));
	else
		mcw_report_table(h, live, ARRAY_SIZE(live));
	for (size_t i = 0; i < r->board_count; i++)
		board_row(h, r, &r->boards[i]);
	mcw_html_close(h);
	mcw_html_close(h);
	if (!r->o->file)
		mcw_html_element(h, "p",
				 "EDAC counts since its driver was loaded; the other columns are of "
				 "the records below.");
}

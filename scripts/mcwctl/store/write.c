// SPDX-License-Identifier: GPL-2.0
/*
 * Writes a batch to the store: one transaction, all of it or nothing.
 */
#ifdef MCW_SQLITE

#include <stdlib.h>
#include <string.h>

#include "decode/memory_place.h"
#include "store/batch.h"
#include "store/internal.h"

#define ENGINE "diagnosis_engine"
#define STATE "diagnosis"

static long long boot_number(struct mcw_store *s, const char *id)
{
	return mcw_sql_number(s, 0, "SELECT number FROM boots WHERE id = ?", "t", id);
}

/* Of those before this one, nobody said the end. */
static void boot_begin(struct mcw_store *s, const struct mcw_store_boot *b)
{
	mcw_sql_run(s, "UPDATE boots SET end = ? WHERE end = ?", "ii", (long long)MCW_BOOT_LOST,
		    (long long)MCW_BOOT_RUNS);
	mcw_sql_run(s,
		    "INSERT INTO boots (id, host, release, first_ns, last_ns, end)"
		    " VALUES (?, ?, ?, ?, ?, ?)",
		    "tttiii", b->id, b->host, b->release, (long long)b->first_ns,
		    (long long)b->last_ns, (long long)b->end);
}

static void boot_write(struct mcw_store *s, const struct mcw_store_batch *batch)
{
	const struct mcw_store_boot *b = &batch->boot;
	long long number = boot_number(s, b->id);

	if (number)
		mcw_sql_run(s,
			    "UPDATE boots SET last_ns = max(last_ns, ?), end = CASE number WHEN"
			    " (SELECT max(number) FROM boots) THEN ? ELSE end END,"
			    " first_ns = CASE first_ns WHEN 0 THEN ? ELSE first_ns END"
			    " WHERE number = ? AND end <> ?",
			    "iiiii", (long long)b->last_ns, (long long)b->end,
			    (long long)b->first_ns, number, (long long)MCW_BOOT_ERROR);
	else
		boot_begin(s, b);
	if (batch->error)
		mcw_sql_run(s,
			    "UPDATE boots SET end = ?, error = ? WHERE number ="
			    " (SELECT max(number) FROM boots WHERE number <"
			    " (SELECT number FROM boots WHERE id = ?))",
			    "itt", (long long)MCW_BOOT_ERROR, batch->error, b->id);
}

static void load_write(struct mcw_store *s, const struct mcw_store_batch *batch)
{
	const __u64 *next = batch->next;

	mcw_sql_run(s,
		    "INSERT INTO loads (boot, load, severe, other, notice, location, lost)"
		    " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (boot, load) DO UPDATE SET"
		    " severe = excluded.severe, other = excluded.other, notice = excluded.notice,"
		    " location = excluded.location, lost = lost + excluded.lost",
		    "tiiiiii", batch->boot.id, (long long)batch->load,
		    (long long)next[MCW_LANE_SEVERE], (long long)next[MCW_LANE_OTHER],
		    (long long)next[MCW_LANE_NOTICE], (long long)next[MCW_LANE_LOCATION],
		    (long long)batch->lost);
}

static void day_write(struct mcw_store *s, const struct mcw_batch_day *day, long long part)
{
	const long long corrected = day->corrected, uncorrected = day->uncorrected,
			injected = day->injected;

	mcw_sql_run(s,
		    "INSERT INTO errors (part, day, corrected, uncorrected, injected)"
		    " VALUES (?, ?, ?, ?, ?) ON CONFLICT (part, day) DO UPDATE SET"
		    " corrected = corrected + excluded.corrected,"
		    " uncorrected = uncorrected + excluded.uncorrected,"
		    " injected = injected + excluded.injected",
		    "iiiii", part, (long long)day->day, corrected, uncorrected, injected);
	mcw_sql_run(s,
		    "UPDATE parts SET corrected = corrected + ?, uncorrected = uncorrected + ?,"
		    " injected = injected + ? WHERE id = ?",
		    "iiii", corrected, uncorrected, injected, part);
}

static void part_times(struct mcw_store *s, const struct mcw_batch_part *p, long long id)
{
	mcw_sql_run(s,
		    "UPDATE parts SET last_ns = max(last_ns, ?), first_ns ="
		    " CASE WHEN first_ns = 0 OR (? > 0 AND ? < first_ns) THEN ? ELSE first_ns END"
		    " WHERE id = ?",
		    "iiiii", (long long)p->last_ns, (long long)p->first_ns, (long long)p->first_ns,
		    (long long)p->first_ns, id);
}

/* Return: its row; 0: it is not known. */
static long long layout_write(struct mcw_store *s, const struct mcw_store_batch *batch)
{
	if (!batch->layout)
		return 0;
	mcw_sql_run(s,
		    "INSERT INTO layouts (text, first_ns, last_ns) VALUES (?, ?, ?)"
		    " ON CONFLICT (text) DO UPDATE SET last_ns = max(last_ns, excluded.last_ns)",
		    "tii", batch->layout, (long long)batch->now_ns, (long long)batch->now_ns);
	return mcw_sql_number(s, 0, "SELECT id FROM layouts WHERE text = ?", "t", batch->layout);
}

/*
 * A page that is offline stays so until the next boot, whatever is tried later. In another layout
 * the address is another place, and nothing of before holds.
 */
static void page_write(struct mcw_store *s, const struct mcw_store_batch *batch,
		       const struct mcw_batch_page *page, long long part, long long layout)
{
	mcw_sql_run(s,
		    "INSERT INTO pages (page, part, state, victims, first_ns, last_ns, boot,"
		    " layout) VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (page) DO UPDATE SET"
		    " part = CASE WHEN excluded.part = 0 AND layout = excluded.layout"
		    " THEN part ELSE excluded.part END,"
		    " state = CASE WHEN state = 'offline' AND layout = excluded.layout"
		    " THEN state ELSE excluded.state END,"
		    " victims = CASE layout WHEN excluded.layout THEN victims ELSE 0 END"
		    " + excluded.victims,"
		    " last_ns = max(last_ns, excluded.last_ns), boot = excluded.boot,"
		    " layout = excluded.layout",
		    "iitiiiti", (long long)page->page, part, page->state, (long long)page->victims,
		    (long long)page->wall_ns, (long long)page->wall_ns, batch->boot.id, layout);
}

static void pages_write(struct mcw_store *s, const struct mcw_store_batch *batch,
			const long long *ids)
{
	long long layout = 0;

	if (batch->page_count || batch->module_count)
		layout = layout_write(s, batch);
	for (size_t i = 0; i < batch->page_count; i++) {
		const struct mcw_batch_page *page = &batch->pages[i];

		page_write(s, batch, page, page->part < 0 ? 0 : ids[page->part], layout);
	}
}

/* Without the parts of the place that are the name of the part already. */
static void place_text(const struct mcw_fault *f, char *buf, size_t size)
{
	struct mcw_memory_place place = {
		.known = f->known & ~(1U << MCW_PLACE_SOCKET | 1U << MCW_PLACE_CONTROLLER |
				      1U << MCW_PLACE_CHANNEL | 1U << MCW_PLACE_DIMM |
				      1U << MCW_PLACE_SYNDROME),
	};

	memcpy(place.value, f->value, sizeof(place.value));
	mcw_place_text(&place, buf, size);
}

static const char *closed_name(const struct mcw_fault *f)
{
	static const char *const names[] = { NULL, "quiet", "replaced", "merged", "repaired" };

	return f->closed < sizeof(names) / sizeof(names[0]) ? names[f->closed] : "quiet";
}

/* What was closed here stays closed: the diagnosis learns of that only later. */
static void fault_write(struct mcw_store *s, const struct mcw_store_batch *batch,
			const struct mcw_batch_fault *one)
{
	const struct mcw_fault *f = one->fault;
	long long part = mcw_store_part_id(s, &f->part, f->modules, one->own_serial);
	char place[200] = "";

	place_text(f, place, sizeof(place));
	mcw_sql_run(s,
		    "INSERT INTO faults (engine, number, part, modules, mode, level, certainty,"
		    " place, first_ns, last_ns, told_ns, closed, closed_ns, corrected,"
		    " uncorrected, pages, victims, injected)"
		    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
		    " ON CONFLICT (engine, number) DO UPDATE SET part = excluded.part,"
		    " modules = excluded.modules, mode = excluded.mode, level = excluded.level,"
		    " certainty = excluded.certainty, place = excluded.place,"
		    " first_ns = excluded.first_ns, last_ns = excluded.last_ns,"
		    " told_ns = excluded.told_ns, closed = coalesce(closed, excluded.closed),"
		    " closed_ns = CASE WHEN closed IS NULL THEN excluded.closed_ns"
		    " ELSE closed_ns END, corrected = excluded.corrected,"
		    " uncorrected = excluded.uncorrected, pages = excluded.pages,"
		    " victims = excluded.victims, injected = excluded.injected",
		    "iiiittttiiitiiiiii", (long long)batch->engine, (long long)f->id, part,
		    (long long)f->modules, mcw_fault_mode_name(f->mode),
		    mcw_fault_level_name(f->level), mcw_fault_certainty_name(f->certainty), place,
		    (long long)f->first_ns, (long long)f->last_ns, (long long)f->told_ns,
		    closed_name(f), f->closed ? (long long)batch->now_ns : 0LL,
		    (long long)f->corrected, (long long)f->uncorrected, (long long)f->pages,
		    (long long)f->victims, (long long)f->injected);
}

/* Faults of what was in that slot, also of a diagnosis whose state is gone. */
static void module_replaces(struct mcw_store *s, const struct mcw_store_batch *batch,
			    const struct mcw_fault_part *p)
{
	if (!p->serial[0] || !p->slot[0])
		return;
	mcw_sql_run(s,
		    "UPDATE faults SET closed = 'replaced', closed_ns = ? WHERE closed IS NULL"
		    " AND part IN (SELECT id FROM parts WHERE kind = ? AND slot = ?"
		    " AND serial <> '' AND serial <> ?)",
		    "iitt", (long long)batch->now_ns, (long long)MCW_SIGN_MEMORY, p->slot,
		    p->serial);
}

static void modules_write(struct mcw_store *s, const struct mcw_store_batch *batch)
{
	if (!batch->module_count)
		return;
	mcw_sql_run(s, "DELETE FROM modules", "");
	for (size_t i = 0; i < batch->module_count; i++) {
		const struct mcw_batch_module *m = &batch->modules[i];

		mcw_sql_run(s, "INSERT INTO modules VALUES (?, ?, ?, ?, ?, ?)", "ttttii",
			    m->name.label, m->name.slot, m->name.serial, m->name.number,
			    (long long)m->mbytes, (long long)batch->now_ns);
		module_replaces(s, batch, &m->name);
	}
}

static void state_write(struct mcw_store *s, const struct mcw_store_batch *batch)
{
	if (!batch->state)
		return;
	mcw_sql_run(s, "INSERT OR REPLACE INTO state VALUES ('" STATE "', ?)", "b", batch->state,
		    batch->state_bytes);
	mcw_sql_run(s, "INSERT OR REPLACE INTO state VALUES ('" ENGINE "', ?)", "i",
		    (long long)batch->engine);
}

bool mcw_store_write(struct mcw_store *s, const struct mcw_store_batch *batch)
{
	long long *ids = calloc(batch->part_count + 1, sizeof(*ids));

	if (!ids || !mcw_sql_transaction(s)) {
		free(ids);
		return false;
	}
	boot_write(s, batch);
	load_write(s, batch);
	for (size_t i = 0; i < batch->part_count; i++) {
		const struct mcw_batch_part *p = &batch->parts[i];

		ids[i] = mcw_store_part_id(s, &p->name, 0, p->own_serial);
		part_times(s, p, ids[i]);
	}
	for (size_t i = 0; i < batch->day_count; i++)
		day_write(s, &batch->days[i], ids[batch->days[i].part]);
	pages_write(s, batch, ids);
	for (size_t i = 0; i < batch->fault_count; i++)
		fault_write(s, batch, &batch->faults[i]);
	modules_write(s, batch);
	state_write(s, batch);
	free(ids);
	return mcw_sql_commit(s);
}

const char *mcw_store_why(const struct mcw_store *s)
{
	return s->why;
}

bool mcw_store_is_full(const struct mcw_store *s)
{
	return (s->failed & 0xff) == SQLITE_FULL;
}

const char *mcw_store_path(const struct mcw_store *s)
{
	return s->path;
}

bool mcw_store_has_boot(struct mcw_store *s, const char *id)
{
	s->failed = SQLITE_OK;
	return boot_number(s, id);
}

bool mcw_store_resume(struct mcw_store *s, const char *boot, __u64 load, __u64 next[MCW_LANES])
{
	sqlite3_stmt *row;

	s->failed = SQLITE_OK;
	memset(next, 0, MCW_LANES * sizeof(*next));
	row = mcw_sql_begin(s,
			    "SELECT severe, other, notice, location FROM loads"
			    " WHERE boot = ? AND load = ?",
			    "ti", boot, (long long)load);
	while (mcw_sql_next(s, row)) {
		next[MCW_LANE_SEVERE] = sqlite3_column_int64(row, 0);
		next[MCW_LANE_OTHER] = sqlite3_column_int64(row, 1);
		next[MCW_LANE_NOTICE] = sqlite3_column_int64(row, 2);
		next[MCW_LANE_LOCATION] = sqlite3_column_int64(row, 3);
	}
	return s->failed == SQLITE_OK;
}

void *mcw_store_state(struct mcw_store *s, size_t *bytes, __u64 *engine)
{
	void *copy = NULL;
	sqlite3_stmt *row;

	s->failed = SQLITE_OK;
	*bytes = 0;
	*engine = mcw_sql_number(s, 0, "SELECT value FROM state WHERE name = '" ENGINE "'", "");
	row = mcw_sql_begin(s, "SELECT value FROM state WHERE name = '" STATE "'", "");
	while (mcw_sql_next(s, row)) {
		const void *from = sqlite3_column_blob(row, 0);

		*bytes = sqlite3_column_bytes(row, 0);
		free(copy);
		copy = from && *bytes ? malloc(*bytes) : NULL;
		if (copy)
			memcpy(copy, from, *bytes);
	}
	return copy;
}

void mcw_store_repairs(struct mcw_store *s, __u64 engine, void (*take)(void *arg, __u32 number),
		       void *arg)
{
	sqlite3_stmt *row;

	s->failed = SQLITE_OK;
	row = mcw_sql_begin(s, "SELECT number FROM faults WHERE engine = ? AND closed = ?", "it",
			    (long long)engine, MCW_STORE_REPAIRED);
	while (mcw_sql_next(s, row))
		take(arg, sqlite3_column_int64(row, 0));
}

#endif

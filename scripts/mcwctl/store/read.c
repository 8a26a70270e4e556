// SPDX-License-Identifier: GPL-2.0
/*
 * Reads the rows of the store. All in one transaction, so that they agree, and before anything is
 * printed, so that a reader that waits holds up no writer.
 */
#ifdef MCW_SQLITE

#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "store/internal.h"

/* Room for one more row. Return: where it is; NULL after saying that there is no memory. */
static void *row_add(struct mcw_store *s, void *array, size_t *count, size_t bytes)
{
	void **rows = array, *more = *rows;

	/* Doubled whenever the count is a power of two. */
	if (!(*count & (*count - 1)))
		more = reallocarray(*rows, *count ? 2 * *count : 1, bytes);
	if (!more) {
		mcw_error("no memory for %zu rows of the store", *count + 1);
		s->failed = SQLITE_NOMEM;
		return NULL;
	}
	*rows = more;
	memset((char *)more + *count * bytes, 0, bytes);
	return (char *)more + (*count)++ * bytes;
}

#define ADD(s, rows, name) \
	row_add(s, &(rows)->name##s, &(rows)->name##_count, sizeof(*(rows)->name##s))
#define TEXT(row, column, to) mcw_sql_text(row, column, to, sizeof(to))

/* Those at the end of the list are the newest. */
static void boots_read(struct mcw_store *s, __u64 since_ns, struct mcw_store_rows *rows)
{
	sqlite3_stmt *row = mcw_sql_begin(s,
					  "SELECT number, id, host, release, first_ns, last_ns,"
					  " end, error FROM boots WHERE last_ns >= ? OR last_ns = 0"
					  " ORDER BY number",
					  "i", (long long)since_ns);

	while (mcw_sql_next(s, row)) {
		struct mcw_store_boot *b = ADD(s, rows, boot);

		if (!b)
			break;
		b->number = sqlite3_column_int64(row, 0);
		TEXT(row, 1, b->id);
		TEXT(row, 2, b->host);
		TEXT(row, 3, b->release);
		b->first_ns = sqlite3_column_int64(row, 4);
		b->last_ns = sqlite3_column_int64(row, 5);
		b->end = sqlite3_column_int(row, 6);
		TEXT(row, 7, b->error);
	}
}

static void parts_read(struct mcw_store *s, struct mcw_store_rows *rows)
{
	sqlite3_stmt *row =
		mcw_sql_begin(s,
			      "SELECT id, kind, label, slot, serial, number, socket, controller,"
			      " channel, dimm, unit, level, first_ns, last_ns, corrected,"
			      " uncorrected, injected FROM parts ORDER BY id",
			      "");

	while (mcw_sql_next(s, row)) {
		struct mcw_store_part *p = ADD(s, rows, part);

		if (!p)
			break;
		p->id = sqlite3_column_int64(row, 0);
		p->name.kind = sqlite3_column_int(row, 1);
		TEXT(row, 2, p->name.label);
		TEXT(row, 3, p->name.slot);
		TEXT(row, 4, p->name.serial);
		TEXT(row, 5, p->name.number);
		p->name.socket = sqlite3_column_int(row, 6);
		p->name.mc = sqlite3_column_int(row, 7);
		p->name.channel = sqlite3_column_int(row, 8);
		p->name.dimm = sqlite3_column_int(row, 9);
		p->name.unit = sqlite3_column_int(row, 10);
		p->name.level = sqlite3_column_int(row, 11);
		p->first_ns = sqlite3_column_int64(row, 12);
		p->last_ns = sqlite3_column_int64(row, 13);
		p->corrected = sqlite3_column_int64(row, 14);
		p->uncorrected = sqlite3_column_int64(row, 15);
		p->injected = sqlite3_column_int64(row, 16);
	}
}

static void days_read(struct mcw_store *s, __u64 since_ns, struct mcw_store_rows *rows)
{
	sqlite3_stmt *row = mcw_sql_begin(s,
					  "SELECT day, part, corrected, uncorrected, injected"
					  " FROM errors WHERE day >= ? ORDER BY day, part",
					  "i", (long long)mcw_store_day_of(since_ns));

	while (mcw_sql_next(s, row)) {
		struct mcw_store_day *day = ADD(s, rows, day);

		if (!day)
			break;
		day->day = sqlite3_column_int(row, 0);
		day->part = sqlite3_column_int64(row, 1);
		day->corrected = sqlite3_column_int64(row, 2);
		day->uncorrected = sqlite3_column_int64(row, 3);
		day->injected = sqlite3_column_int64(row, 4);
	}
}

static unsigned int number_of(const char *name, const char *(*name_of)(unsigned int),
			      unsigned int count)
{
	unsigned int i = 0;

	while (i < count && strcmp(name, name_of(i)))
		i++;
	return i;
}

static void fault_names(sqlite3_stmt *row, struct mcw_fault *f)
{
	char name[16];

	TEXT(row, 4, name);
	f->mode = number_of(name, mcw_fault_mode_name, MCW_FAULT_MODES);
	TEXT(row, 5, name);
	f->level = number_of(name, mcw_fault_level_name, MCW_FAULT_CRITICAL + 1);
	TEXT(row, 6, name);
	f->certainty = number_of(name, mcw_fault_certainty_name, MCW_FAULT_CERTAIN + 1);
}

/* Open ones are of today, whenever they began. */
static void faults_read(struct mcw_store *s, __u64 since_ns, struct mcw_store_rows *rows)
{
	sqlite3_stmt *row =
		mcw_sql_begin(s,
			      "SELECT id, number, part, modules, mode, level, certainty, place,"
			      " first_ns, last_ns, told_ns, closed, closed_ns, corrected,"
			      " uncorrected, pages, victims, injected FROM faults"
			      " WHERE closed IS NULL OR last_ns >= ? OR closed_ns >= ? ORDER BY id",
			      "ii", (long long)since_ns, (long long)since_ns);

	while (mcw_sql_next(s, row)) {
		struct mcw_store_fault *one = ADD(s, rows, fault);
		const struct mcw_store_part *part;

		if (!one)
			break;
		one->id = sqlite3_column_int64(row, 0);
		one->fault.id = sqlite3_column_int64(row, 1);
		one->part = sqlite3_column_int64(row, 2);
		one->fault.modules = sqlite3_column_int(row, 3);
		fault_names(row, &one->fault);
		TEXT(row, 7, one->place);
		one->fault.first_ns = sqlite3_column_int64(row, 8);
		one->fault.last_ns = sqlite3_column_int64(row, 9);
		one->fault.told_ns = sqlite3_column_int64(row, 10);
		TEXT(row, 11, one->closed);
		one->closed_ns = sqlite3_column_int64(row, 12);
		one->fault.corrected = sqlite3_column_int64(row, 13);
		one->fault.uncorrected = sqlite3_column_int64(row, 14);
		one->fault.pages = sqlite3_column_int(row, 15);
		one->fault.victims = sqlite3_column_int(row, 16);
		one->fault.injected = sqlite3_column_int(row, 17);
		part = mcw_store_part_of(rows, one->part);
		if (part)
			one->fault.part = part->name;
	}
}

static void pages_read(struct mcw_store *s, __u64 since_ns, struct mcw_store_rows *rows)
{
	sqlite3_stmt *row = mcw_sql_begin(s,
					  "SELECT page, part, state, victims, first_ns, last_ns,"
					  " layout FROM pages WHERE last_ns >= ? OR last_ns = 0"
					  " ORDER BY page",
					  "i", (long long)since_ns);

	while (mcw_sql_next(s, row)) {
		struct mcw_store_page *page = ADD(s, rows, page);

		if (!page)
			break;
		page->page = sqlite3_column_int64(row, 0);
		page->part = sqlite3_column_int64(row, 1);
		TEXT(row, 2, page->state);
		page->victims = sqlite3_column_int(row, 3);
		page->first_ns = sqlite3_column_int64(row, 4);
		page->last_ns = sqlite3_column_int64(row, 5);
		page->layout = sqlite3_column_int64(row, 6);
	}
}

static void layouts_read(struct mcw_store *s, struct mcw_store_rows *rows)
{
	sqlite3_stmt *row = mcw_sql_begin(s, "SELECT id, text FROM layouts ORDER BY id", "");

	while (mcw_sql_next(s, row)) {
		struct mcw_store_layout *layout = ADD(s, rows, layout);
		const char *text = (const char *)sqlite3_column_text(row, 1);

		if (!layout)
			break;
		layout->id = sqlite3_column_int64(row, 0);
		layout->text = strdup(text ? text : "");
		if (!layout->text)
			s->failed = SQLITE_NOMEM;
	}
}

static void crashes_read(struct mcw_store *s, __u64 since_ns, struct mcw_store_rows *rows)
{
	sqlite3_stmt *row = mcw_sql_begin(s,
					  "SELECT boot, reboot_ns, wall_ns, source, told, class,"
					  " cpu, bank, status, addr, text FROM crashes"
					  " WHERE max(reboot_ns, wall_ns) >= ? ORDER BY id",
					  "i", (long long)since_ns);

	while (mcw_sql_next(s, row)) {
		struct mcw_store_crash *c =
			row_add(s, &rows->crashes, &rows->crash_count, sizeof(*c));

		if (!c)
			break;
		c->boot = sqlite3_column_int64(row, 0);
		c->reboot_ns = sqlite3_column_int64(row, 1);
		c->wall_ns = sqlite3_column_int64(row, 2);
		TEXT(row, 3, c->source);
		TEXT(row, 4, c->told);
		TEXT(row, 5, c->class);
		c->cpu = sqlite3_column_int(row, 6);
		c->bank = sqlite3_column_int(row, 7);
		c->status = sqlite3_column_int64(row, 8);
		c->addr = sqlite3_column_int64(row, 9);
		TEXT(row, 10, c->text);
	}
}

bool mcw_store_read(struct mcw_store *s, __u64 since_ns, struct mcw_store_rows *rows)
{
	memset(rows, 0, sizeof(*rows));
	s->failed = SQLITE_OK;
	mcw_sql_run(s, "BEGIN", "");
	boots_read(s, since_ns, rows);
	parts_read(s, rows);
	days_read(s, since_ns, rows);
	faults_read(s, since_ns, rows);
	pages_read(s, since_ns, rows);
	layouts_read(s, rows);
	crashes_read(s, since_ns, rows);
	mcw_sql_run(s, "COMMIT", "");
	if (s->failed == SQLITE_OK)
		return true;
	sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL);
	if (s->failed != SQLITE_NOMEM)
		mcw_error("cannot read %s: %s", s->path, s->why);
	mcw_store_rows_free(rows);
	return false;
}

void mcw_store_rows_free(struct mcw_store_rows *rows)
{
	free(rows->boots);
	free(rows->parts);
	free(rows->days);
	free(rows->faults);
	free(rows->pages);
	for (size_t i = 0; i < rows->layout_count; i++)
		free(rows->layouts[i].text);
	free(rows->layouts);
	free(rows->crashes);
	memset(rows, 0, sizeof(*rows));
}

const struct mcw_store_part *mcw_store_part_of(const struct mcw_store_rows *rows, __u64 id)
{
	for (size_t i = 0; i < rows->part_count; i++)
		if (rows->parts[i].id == id)
			return &rows->parts[i];
	return NULL;
}

int mcw_store_repaired(struct mcw_store *s, __u64 part, __u64 now_ns)
{
	int closed = 0;

	if (mcw_sql_transaction(s)) {
		mcw_sql_run(s,
			    "UPDATE faults SET closed = '" MCW_STORE_REPAIRED "', closed_ns = ?"
			    " WHERE closed IS NULL AND part = ?",
			    "ii", (long long)now_ns, (long long)part);
		closed = sqlite3_changes(s->db);
	}
	if (s->failed == SQLITE_OK && mcw_sql_commit(s))
		return closed;
	mcw_error("cannot write to %s: %s", s->path, s->why);
	return -1;
}

#endif

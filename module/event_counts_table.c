// SPDX-License-Identifier: GPL-2.0
/*
 * Counts events by CPU, bank, grades and source.
 *
 * A program that collects metrics needs counts that never go down. The lanes cannot give them, as
 * they overwrite records. So each event is counted once, when the worker takes it, in a row that
 * stays until the module is unloaded. Few rows are used, as errors come from few banks. If the
 * table is full nevertheless, an event that needs a new row is only counted as uncounted.
 */
#include <mcewarden/event_counts_table.h>

#include <linux/hash.h>

/* No two rows have the same key. */
static u64 row_key(const struct mcw_event_count *row)
{
	return (u64)row->cpu << 32 | (u64)row->bank << 24 | (u64)row->severity << 16 |
	       (u64)row->grade << 12 | (u64)row->source << 4 | row->flags;
}

/* Finds the row with the same key as @like, or adds it. Returns NULL if there is no room. */
static struct mcw_event_count *find_row(struct mcw_event_counts_table *table,
					const struct mcw_event_count *like)
{
	const u64 key = row_key(like);
	u32 at = hash_64(key, MCW_EVENT_COUNTS_HASH_BITS);

	for (; table->index[at]; at = (at + 1) % (1 << MCW_EVENT_COUNTS_HASH_BITS)) {
		struct mcw_event_count *row = &table->rows[table->index[at] - 1];

		if (row_key(row) == key)
			return row;
	}
	if (table->used == MCW_EVENT_COUNTS_ROWS)
		return NULL;
	table->rows[table->used] = *like;
	table->index[at] = ++table->used;
	return &table->rows[table->used - 1];
}

/**
 * mcw_event_counts_table_count() - count an event
 * @table: the table; a zeroed one is empty
 * @rec: the event
 * @grade: our grade of it
 *
 * Context: any.
 * Return: false if the event needs a new row, and there is no room for it.
 */
bool mcw_event_counts_table_count(struct mcw_event_counts_table *table,
				  const struct mcw_record *rec, u8 grade)
{
	const struct mcw_event_count like = {
		.cpu = rec->event.regs.extcpu,
		.bank = rec->event.regs.bank,
		.severity = rec->event.regs.severity,
		.grade = grade,
		.source = rec->event.source,
		.flags = rec->event.flags & MCW_FLAG_INJECTED,
	};
	struct mcw_event_count *row = find_row(table, &like);

	if (!row)
		return false;
	row->events++;
	/* A CPU takes the time just before it reserves a position, so times may be out of order. */
	if (rec->head.wall_ns > row->last_wall_ns)
		row->last_wall_ns = rec->head.wall_ns;
	return true;
}

/**
 * mcw_event_counts_table_fill() - fill in a part of the table
 * @table: the table
 * @counts: row is the first one to copy; gets the rows, their number, and the row to go on with
 *
 * Rows never move, so a caller that starts at row 0 gets each once.
 *
 * Context: any.
 */
void mcw_event_counts_table_fill(const struct mcw_event_counts_table *table,
				 struct mcw_event_counts *counts)
{
	unsigned int n = 0;

	while (n < MCW_EVENT_COUNTS_AT_ONCE && counts->row < table->used)
		counts->rows[n++] = table->rows[counts->row++];
	counts->count = n;
}

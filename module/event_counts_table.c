// SPDX-License-Identifier: GPL-2.0
/*
 * Events by CPU, bank, grades and source.
 *
 * Whoever collects numbers over time needs counts that never go down, and the lanes cannot
 * give them: they overwrite. So each event is counted once, when the worker takes it, in a
 * row that stays until the module is unloaded. A machine has few rows: errors come from few banks.
 * Where the table is full of others all the same, the event is not counted here, and that is said.
 */
#include <mcewarden/event_counts_table.h>

#include <linux/hash.h>

/* Of two rows none has all of these alike. */
static u64 row_key(const struct mcw_event_count *row)
{
	return (u64)row->cpu << 32 | (u64)row->bank << 24 | (u64)row->severity << 16 |
	       (u64)row->grade << 12 | (u64)row->source << 4 | row->flags;
}

/* The row like this one; a new one where there is none; NULL where there is no room. */
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
 * @table: where; zeroed is empty
 * @rec: the event
 * @grade: our grade of it
 *
 * Context: any.
 * Return: false where it has no row, and there is no room for one.
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
	/* CPUs note their times a moment before they get their places. */
	if (rec->head.wall_ns > row->last_wall_ns)
		row->last_wall_ns = rec->head.wall_ns;
	return true;
}

/**
 * mcw_event_counts_table_fill() - fill in a part of the table
 * @table: of which
 * @counts: row says from where on; gets the rows, their number, and where to go on
 *
 * A row keeps its place: who asks from row 0 on gets each once.
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

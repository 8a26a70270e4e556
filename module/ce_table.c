// SPDX-License-Identifier: GPL-2.0
/*
 * Corrected errors by page: decides which records count for a page, and counts them in its window.
 *
 * A page's window begins with its first error. The first error after the end of the window begins
 * the next one, and is counted in it. (A sliding window would have to keep the times of as many
 * errors as the threshold, for each page.)
 */
#include <mcewarden/ce_table.h>

#include <linux/hash.h>
#include <mcewarden/mca.h>
#include <mcewarden/page_address.h>

#define UMC_EXTENDED_CODE (0x3fULL << 16) /* 0: the DRAM's ECC */

/* Whether the hardware found the error, and not firmware or software: see policy.h. */
static bool is_of_hardware(const struct mcw_event *ev)
{
	if (ev->source == MCW_SOURCE_FIRMWARE || ev->source == MCW_SOURCE_PROCESS)
		return false;
	if (ev->regs.severity != MCW_GRADE_NO)
		return true;
	return ev->source == MCW_SOURCE_CMCI && !(ev->flags & MCW_FLAG_INJECTED);
}

/* AMD's memory controllers give a cache's code, and tell an error of the DRAM by another field. */
static bool is_of_memory(const struct mcw_event *ev)
{
	if (mcw_address_is_of_memory_controller(ev->regs.cpuvendor, ev->cpu_caps, ev->regs.ipid))
		return !(ev->regs.status & UMC_EXTENDED_CODE);
	return MCW_MCACOD_IS(MCW_MCACOD_UNFILTERED(ev->regs.status), MEMORY);
}

/**
 * mcw_ce_table_wants() - whether a record counts for its page, if it has one
 * @rec: an event
 *
 * Only errors that a memory controller corrected count: for a cache's error the address is that of
 * memory with nothing wrong.
 *
 * Context: any; pure.
 * Return: true if the record counts.
 */
bool mcw_ce_table_wants(const struct mcw_record *rec)
{
	const struct mcw_event *ev = &rec->event;

	/* Uncorrected and deferred errors, and those graded so, are in the severe lane. */
	return rec->head.type == MCW_EVENT && rec->head.lane == MCW_LANE_OTHER &&
	       ev->regs.status & MCW_STATUS_VAL && is_of_memory(ev) && is_of_hardware(ev);
}

static struct hlist_head *ce_bucket(struct mcw_ce_table *table, u64 page)
{
	return &table->buckets[hash_64(page >> MCW_PAGE_SHIFT, MCW_CE_TABLE_HASH_BITS)];
}

static struct mcw_ce_entry *find_ce_entry(struct mcw_ce_table *table, u64 page)
{
	struct hlist_node *node;

	for (node = ce_bucket(table, page)->first; node; node = node->next) {
		struct mcw_ce_entry *entry = hlist_entry(node, struct mcw_ce_entry, in_bucket);

		if (entry->page == page)
			return entry;
	}
	return NULL;
}

/* Returns an entry that is in no list and no bucket, or NULL if all pages are being taken. */
static struct mcw_ce_entry *evict_ce_entry(struct mcw_ce_table *table)
{
	struct mcw_ce_entry *oldest;

	if (table->used < table->size)
		return &table->entries[table->used++];
	if (list_empty(&table->order))
		return NULL;
	oldest = list_first_entry(&table->order, struct mcw_ce_entry, list);
	list_del(&oldest->list);
	hlist_del(&oldest->in_bucket);
	table->evicted++;
	return oldest;
}

static struct mcw_ce_entry *add_ce_entry(struct mcw_ce_table *table, u64 page, u64 now_ns)
{
	struct mcw_ce_entry *entry = evict_ce_entry(table);

	if (!entry)
		return NULL;
	entry->page = page;
	entry->begin_ns = now_ns;
	entry->count = 0;
	entry->state = MCW_CE_PAGE_COUNTING;
	list_add_tail(&entry->list, &table->order);
	hlist_add_head(&entry->in_bucket, ce_bucket(table, page));
	return entry;
}

/**
 * mcw_ce_table_init() - initialise an empty table
 * @table: the table
 * @entries: its entries, at least one
 * @size: the number of entries
 *
 * Context: any.
 */
void mcw_ce_table_init(struct mcw_ce_table *table, struct mcw_ce_entry *entries, unsigned int size)
{
	unsigned int i;

	table->entries = entries;
	table->size = size;
	table->used = 0;
	table->evicted = 0;
	INIT_LIST_HEAD(&table->order);
	for (i = 0; i < 1 << MCW_CE_TABLE_HASH_BITS; i++)
		INIT_HLIST_HEAD(&table->buckets[i]);
}

/**
 * mcw_ce_table_hit() - count an error
 * @table: the table
 * @page: the page that the error hit
 * @now_ns: the time of the error; may be slightly out of order
 * @window_ns: the length of a window
 *
 * The page is then the last to be evicted. An error of a page that is being taken changes nothing.
 * A page that could not be taken counts anew once its window is over, as any other.
 *
 * Context: any.
 * Return: the page's entry, or NULL if there is no room because all pages are being taken.
 */
struct mcw_ce_entry *mcw_ce_table_hit(struct mcw_ce_table *table, u64 page, u64 now_ns,
				      u64 window_ns)
{
	struct mcw_ce_entry *entry = find_ce_entry(table, page);

	if (!entry)
		entry = add_ce_entry(table, page, now_ns);
	if (!entry || entry->state == MCW_CE_PAGE_TAKING)
		return entry;
	list_move_tail(&entry->list, &table->order);
	/* Signed, as a CPU takes the time just before it reserves a position in the lane. */
	if ((s64)(now_ns - entry->begin_ns) >= (s64)window_ns || !entry->count) {
		entry->begin_ns = now_ns;
		entry->count = 0;
		if (entry->state == MCW_CE_PAGE_FAILED)
			entry->state = MCW_CE_PAGE_COUNTING;
	}
	entry->count++;
	entry->last_ns = now_ns;
	return entry;
}

/**
 * mcw_ce_table_begin() - keep a page that is being taken until mcw_ce_table_end()
 * @entry: the page's entry
 * @list: the caller's list; the entry goes to its end
 *
 * Context: any.
 */
void mcw_ce_table_begin(struct mcw_ce_entry *entry, struct list_head *list)
{
	entry->state = MCW_CE_PAGE_TAKING;
	list_move_tail(&entry->list, list);
}

/**
 * mcw_ce_table_end() - give an entry back to the table
 * @table: the table
 * @entry: the entry, in the caller's list
 * @state: MCW_CE_PAGE_TAKEN, _FAILED, or _COUNTING. After the first and the last the next error
 *	begins a new window; after MCW_CE_PAGE_FAILED the window goes on.
 *
 * Context: any.
 */
void mcw_ce_table_end(struct mcw_ce_table *table, struct mcw_ce_entry *entry, u8 state)
{
	entry->state = state;
	if (state != MCW_CE_PAGE_FAILED)
		entry->count = 0;
	list_move_tail(&entry->list, &table->order);
}

/**
 * mcw_ce_table_fill() - fill in a part of the table
 * @table: the table
 * @pages: slot is the first one to copy; gets the pages, their number, and the slot to go on with
 *
 * A page keeps its slot as long as it is in the table. So a caller that starts at slot 0 gets each
 * page that stays in the table exactly once.
 *
 * Context: any.
 */
void mcw_ce_table_fill(const struct mcw_ce_table *table, struct mcw_ce_pages *pages)
{
	unsigned int n = 0;

	while (n < MCW_CE_PAGES_AT_ONCE && pages->slot < table->used) {
		const struct mcw_ce_entry *entry = &table->entries[pages->slot++];

		pages->page[n++] = (struct mcw_ce_page){
			.page = entry->page,
			.begin_ns = entry->begin_ns,
			.last_ns = entry->last_ns,
			.count = entry->count,
			.state = entry->state,
		};
	}
	pages->count = n;
}

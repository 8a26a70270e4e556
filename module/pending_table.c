// SPDX-License-Identifier: GPL-2.0
/*
 * An error is pending here until the kernel's own part in it is over. Then recovery.c decides what
 * is left to do, one error at a time.
 *
 * The kernel's part is over when the record
 *
 *	was decoded	the decode chain's last block has seen it: handled, or not
 *	was dropped	a record captured 100 ms later or more was decoded, and this one was not;
 *			under a hypervisor, 1 s later. Less proves nothing: the tap reserves a
 *			position before the record enters the kernel's pool, and the pool is not
 *			strictly first in, first out.
 *	grace over	the grace passed since its capture and since the chain was last active, and
 *			no record is between the module's first and last block, where a slow
 *			console can keep it for long. A busy chain delays this by a minute at most.
 *
 * While memory_failure() runs for the page, the kernel's part is not over, for a minute at most: it
 * may take longer than the grace, and the module's own call would wait for it and find the page
 * poisoned. Its end has the errors looked at again.
 *
 * The kernel handles errors whose data was consumed (AR) elsewhere, in task work of the victim, and
 * the decoded record does not show it. So these errors wait for the whole grace, unless the page is
 * seen poisoned after the record was decoded.
 *
 * The chain may finish a record before the worker has delivered its event. Then the table keeps the
 * chain's report until the event is delivered.
 */
#include <mcewarden/pending_table.h>

#include <linux/compiler.h>
#include <linux/minmax.h>
#include <linux/string.h>
#include <mcewarden/chain.h>
#include <mcewarden/mark.h>
#include <mcewarden/mca.h>

/* Returns when the grace is over. */
static u64 grace_end(const struct mcw_pending_table *table, const struct mcw_pending *p, u64 now_ns,
		     u64 grace_ns)
{
	u64 from = p->out.of_mono_ns;

	if (p->wait == MCW_WAIT_CHAIN) {
		from = table->in_chain ? now_ns : max(from, table->chain_active_ns);
		from = min(from, p->out.of_mono_ns + MCW_PENDING_MAX_BUSY_NS);
	}
	return from + grace_ns;
}

static bool is_decoded(const struct mcw_pending *p)
{
	return p->out.disposition != MCW_DISPOSITION_NONE;
}

static bool was_dropped(const struct mcw_pending_table *table, const struct mcw_pending *p)
{
	return p->wait == MCW_WAIT_CHAIN &&
	       table->newest_decoded_ns >= p->out.of_mono_ns + table->dropped_ns;
}

/**
 * mcw_pending_table_due() - when an error's next look or decision is due
 * @table: the table
 * @p: the error; its disposition is set if this call finds it
 * @now_ns: the time, as mcw_head.mono_ns
 * @grace_ns: how long the kernel may take
 * @poisoned: whether its page is poisoned now; only used for MCW_WAIT_GRACE
 * @call_runs: whether memory_failure() runs for its page now
 *
 * Context: any; the caller has the lock.
 * Return: 0 if the error can be decided now, else the latest time to look again.
 */
u64 mcw_pending_table_due(const struct mcw_pending_table *table, struct mcw_pending *p, u64 now_ns,
			  u64 grace_ns, bool poisoned, bool call_runs)
{
	const u64 longest = p->out.of_mono_ns + MCW_PENDING_MAX_BUSY_NS;
	u64 end;

	if (call_runs && now_ns < longest)
		return longest;
	if (p->out.tries)
		return p->not_before_ns <= now_ns ? 0 : p->not_before_ns;
	if (is_decoded(p)) {
		if (p->wait == MCW_WAIT_CHAIN || poisoned)
			return 0;
	} else if (was_dropped(table, p)) {
		p->out.disposition = MCW_DISPOSITION_DROPPED;
		return 0;
	}
	end = grace_end(table, p, now_ns, grace_ns);
	if (now_ns < end)
		return end;
	if (!is_decoded(p))
		p->out.disposition = MCW_DISPOSITION_GRACE;
	return 0;
}

static bool is_event_of(const struct mcw_pending *p, u32 mark, u64 status, u64 addr, u64 tsc)
{
	return mcw_mark_matches(mark, p->out.of_lane, p->out.of_pos) && p->error.status == status &&
	       p->addr == addr && p->tsc == tsc;
}

/*
 * Which page the error is about, if its address is normalized. What the kernel's library said
 * counts, then what EDAC says. If the kernel took a page, it is the one at the address itself.
 */
static void settle_page(struct mcw_pending *p, const struct mcw_pending_early *e)
{
	if (e->handled_uc && p->translated) {
		p->page = p->addr & ~(MCW_BIT(MCW_PAGE_SHIFT) - 1);
		p->translated = false;
	} else if (e->page != MCW_NO_PAGE && p->address == MCW_ADDRESS_NORMALIZED) {
		p->page = e->page;
		p->address = MCW_ADDRESS_PAGE;
		p->translated = true;
		p->poisoned_before = e->poisoned_before;
	}
}

static void set_decoded(struct mcw_pending *p, const struct mcw_pending_early *e)
{
	p->out.disposition = e->handled_uc ? MCW_DISPOSITION_HANDLED : MCW_DISPOSITION_UNHANDLED;
	p->severity_lowered = e->severity_lowered;
	p->tolerant = e->tolerant;
	settle_page(p, e);
	/*
	 * For a consumed error the kernel may poison the page before the chain begins. And it does
	 * nothing about a page that is not the one at the record's address.
	 */
	if (p->wait == MCW_WAIT_CHAIN && !p->translated)
		p->poisoned_before = e->poisoned_before;
}

/* Severe errors without a page are kept here too; nothing ever looks them up. */
static void keep_early(struct mcw_pending_table *table, const struct mcw_pending_early *e)
{
	table->early[table->early_next] = *e;
	table->early_next = (table->early_next + 1) % MCW_PENDING_EARLY;
}

static void look_up_early(struct mcw_pending_table *table, struct mcw_pending *p)
{
	unsigned int i;

	for (i = 0; i < MCW_PENDING_EARLY; i++) {
		struct mcw_pending_early *e = &table->early[i];

		if (!e->valid || !is_event_of(p, e->mark, e->status, e->addr, e->tsc))
			continue;
		set_decoded(p, e);
		e->valid = false;
		return;
	}
}

/**
 * mcw_pending_table_take() - take an error off the list, to decide about it
 * @p: the error; the caller owns it until mcw_pending_table_retry() or _free()
 *
 * Context: any; the caller has the lock.
 */
void mcw_pending_table_take(struct mcw_pending *p)
{
	list_del(&p->node);
}

/**
 * mcw_pending_table_retry() - put an error back, to wait for another try
 * @table: the table
 * @p: the error, with not_before_ns set
 *
 * The chain may have finished its record meanwhile.
 *
 * Context: any; the caller has the lock.
 */
void mcw_pending_table_retry(struct mcw_pending_table *table, struct mcw_pending *p)
{
	look_up_early(table, p);
	list_add_tail(&p->node, &table->waiting);
}

/**
 * mcw_pending_table_free() - free the entry of an error that was taken and is decided
 * @table: the table
 * @p: the error
 *
 * Context: any; the caller has the lock.
 */
void mcw_pending_table_free(struct mcw_pending_table *table, struct mcw_pending *p)
{
	list_add_tail(&p->node, &table->unused);
	WRITE_ONCE(table->room, table->room + 1); /* is read without the lock */
}

/**
 * mcw_pending_table_add() - make an error pending
 * @table: the table
 * @filled: the error, which is copied
 *
 * Context: any; the caller has the lock.
 * Return: false if there is no room.
 */
bool mcw_pending_table_add(struct mcw_pending_table *table, const struct mcw_pending *filled)
{
	struct mcw_pending *p;

	if (list_empty(&table->unused))
		return false;
	p = list_first_entry(&table->unused, struct mcw_pending, node);
	list_del(&p->node);
	WRITE_ONCE(table->room, table->room - 1); /* is read without the lock */
	*p = *filled;
	look_up_early(table, p);
	list_add_tail(&p->node, &table->waiting);
	return true;
}

/**
 * mcw_pending_table_match() - find the error of a decoded record
 * @table: the table
 * @rec: the record
 *
 * Context: any; the caller has the lock.
 * Return: the newest waiting error that is this record's event, or NULL.
 */
struct mcw_pending *mcw_pending_table_match(const struct mcw_pending_table *table,
					    const struct mcw_decoded *rec)
{
	struct mcw_pending *p;

	list_for_each_entry_reverse(p, &table->waiting, node) {
		if (is_event_of(p, rec->mark, rec->status, rec->addr, rec->tsc))
			return p;
	}
	return NULL;
}

/**
 * mcw_pending_is_event() - whether a record is the event of a decoded record
 * @rec: the event at the position in its mark
 * @decoded: the decoded record
 *
 * Context: any.
 * Return: false if @rec is another record's event.
 */
bool mcw_pending_is_event(const struct mcw_record *rec, const struct mcw_decoded *decoded)
{
	const struct mcw_regs *regs = &rec->event.regs;

	return regs->status == decoded->status && regs->addr == decoded->addr &&
	       regs->tsc == decoded->tsc;
}

/**
 * mcw_pending_captured_ns() - when a decoded record was captured
 * @rec: the event at the position in its mark
 * @decoded: the decoded record
 *
 * If the chain captured the record, nobody knows how long before it entered the kernel's pool. So
 * its time of capture proves nothing about records that entered after it.
 *
 * Context: any.
 * Return: the time of capture; 0 if that is unknown, or if @rec is another record's event.
 */
u64 mcw_pending_captured_ns(const struct mcw_record *rec, const struct mcw_decoded *decoded)
{
	if (!mcw_pending_is_event(rec, decoded))
		return 0;
	return rec->event.flags & MCW_FLAG_CHAIN ? 0 : rec->head.mono_ns;
}

/**
 * mcw_pending_table_chain_begin() - the decode chain begins with a record
 * @table: the table
 * @now_ns: the time
 *
 * Context: any; the caller has the lock.
 */
void mcw_pending_table_chain_begin(struct mcw_pending_table *table, u64 now_ns)
{
	table->in_chain = true;
	table->chain_active_ns = now_ns;
}

/**
 * mcw_pending_table_chain_done() - the decode chain is done with a record
 * @table: the table
 * @rec: the record
 * @captured_ns: when it was captured; 0: unknown
 * @poisoned_before: whether its page was poisoned when the chain began with it; of EDAC's page, if
 *	it named one: whether that is poisoned
 * @now_ns: the time
 *
 * Context: any; the caller has the lock.
 */
void mcw_pending_table_chain_done(struct mcw_pending_table *table, const struct mcw_decoded *rec,
				  u64 captured_ns, bool poisoned_before, u64 now_ns)
{
	const struct mcw_pending_early e = {
		.mark = rec->mark,
		.status = rec->status,
		.addr = rec->addr,
		.tsc = rec->tsc,
		.page = rec->page,
		.tolerant = rec->tolerant,
		.handled_uc = rec->handled_uc,
		.severity_lowered = rec->severity_lowered,
		.poisoned_before = poisoned_before,
		.valid = true,
	};
	struct mcw_pending *p = mcw_pending_table_match(table, rec);

	table->in_chain = false;
	table->chain_active_ns = now_ns;
	table->newest_decoded_ns = max(table->newest_decoded_ns, captured_ns);
	if (p)
		set_decoded(p, &e);
	else if (mcw_mark_lane(rec->mark) == MCW_LANE_SEVERE)
		keep_early(table, &e);
}

/**
 * mcw_pending_table_init() - initialise an empty table
 * @table: the table
 * @entries: its entries
 * @size: the number of entries
 * @dropped_ns: MCW_PENDING_DROPPED_NS or MCW_PENDING_DROPPED_GUEST_NS
 *
 * Context: any.
 */
void mcw_pending_table_init(struct mcw_pending_table *table, struct mcw_pending *entries,
			    unsigned int size, u64 dropped_ns)
{
	unsigned int i;

	memset(table, 0, sizeof(*table));
	table->entries = entries;
	table->dropped_ns = dropped_ns;
	table->size = size;
	table->room = size;
	INIT_LIST_HEAD(&table->waiting);
	INIT_LIST_HEAD(&table->unused);
	for (i = 0; i < size; i++)
		list_add_tail(&entries[i].node, &table->unused);
}

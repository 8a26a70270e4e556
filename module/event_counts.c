// SPDX-License-Identifier: GPL-2.0
/*
 * Counts of events by CPU, bank, grades and source. The worker delivers the events, and
 * MCW_IOC_EVENT_COUNTS returns the rows. They are not in sysfs, where a file holds one value: a
 * host would need thousands of files, most of them 0.
 */
#include <mcewarden/event_counts.h>

#include <linux/errno.h>
#include <linux/mutex.h>
#include <linux/vmalloc.h>
#include <mcewarden/severity.h>
#include <mcewarden/sysfs.h>
#include <mcewarden/event_counts_table.h>

static DEFINE_MUTEX(event_counts_lock);
static struct mcw_event_counts_table
	*event_counts_table; /* under event_counts_lock; NULL before init and after exit */

static MCW_COUNTER(events_uncounted, events_uncounted);

static struct attribute *event_counts_stats[] = { &events_uncounted.attr.attr, NULL };
const struct attribute_group mcw_event_counts_stats = { .attrs = event_counts_stats };

/**
 * mcw_event_counts_take() - count an event
 * @rec: the event
 * @verdict: our grade of it
 *
 * Context: the worker.
 */
void mcw_event_counts_take(const struct mcw_record *rec, const struct mcw_verdict *verdict)
{
	mutex_lock(&event_counts_lock);
	if (!mcw_event_counts_table_count(event_counts_table, rec, verdict->grade))
		mcw_counter_add(&events_uncounted, 1);
	mutex_unlock(&event_counts_lock);
}

/**
 * mcw_event_counts_fill() - fill in a part of the counts
 * @counts: see MCW_IOC_EVENT_COUNTS
 *
 * Context: process, may sleep.
 */
void mcw_event_counts_fill(struct mcw_event_counts *counts)
{
	mutex_lock(&event_counts_lock);
	if (event_counts_table)
		mcw_event_counts_table_fill(event_counts_table, counts);
	mutex_unlock(&event_counts_lock);
}

/**
 * mcw_event_counts_lost() - how many events the full table does not count
 *
 * Context: any.
 * Return: the number since the load.
 */
u64 mcw_event_counts_lost(void)
{
	return atomic64_read(&events_uncounted.value);
}

/**
 * mcw_event_counts_init() - prepare to count
 *
 * Context: process, may sleep.
 * Return: 0 or -ENOMEM.
 */
int mcw_event_counts_init(void)
{
	struct mcw_event_counts_table *empty = vzalloc(sizeof(*empty));

	mutex_lock(&event_counts_lock);
	event_counts_table = empty;
	mutex_unlock(&event_counts_lock);
	return empty ? 0 : -ENOMEM;
}

/**
 * mcw_event_counts_exit() - free the counts
 *
 * Context: process, may sleep. The worker is gone.
 */
void mcw_event_counts_exit(void)
{
	struct mcw_event_counts_table *full;

	mutex_lock(&event_counts_lock);
	full = event_counts_table;
	event_counts_table = NULL;
	mutex_unlock(&event_counts_lock);
	vfree(full);
}

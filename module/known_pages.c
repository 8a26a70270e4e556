// SPDX-License-Identifier: GPL-2.0
/*
 * Pages that are poisoned according to outcomes. If one outcome has said who took a page, no later
 * one may say it again. For consumed errors this is also the only way to know that a page was
 * poisoned before: the kernel may poison the page before the module can look.
 *
 * The lock is needed because the worker and recovery's work item run concurrently.
 */
#include <mcewarden/known_pages.h>

#include <linux/lockdep.h>
#include <linux/mutex.h>
#include <mcewarden/page_state.h>

#define KNOWN_PAGES 1024

static DEFINE_MUTEX(known_pages_lock); /* guards everything below */
static struct {
	u64 page; /* the page, or the huge page that contains it */
	bool valid;
	bool attributed; /* an outcome said who took it */
} known_pages[KNOWN_PAGES]; /* the oldest is replaced */
static unsigned int known_pages_next;

static bool is_known(u64 unit, bool attributed)
{
	unsigned int i;

	lockdep_assert_held(&known_pages_lock);
	for (i = 0; i < KNOWN_PAGES; i++)
		if (known_pages[i].valid && known_pages[i].page == unit &&
		    known_pages[i].attributed >= attributed)
			return true;
	return false;
}

/**
 * mcw_known_pages_has() - whether a page is known to be poisoned
 * @page: a physical address in the page
 * @attributed: look only for pages of which an outcome said who took them
 *
 * Context: process, may sleep.
 * Return: true if the page, or the huge page of hugetlb that contains it, is known.
 */
bool mcw_known_pages_has(u64 page, bool attributed)
{
	const u64 unit = mcw_page_unit(page);
	bool known;

	mutex_lock(&known_pages_lock);
	known = is_known(unit, attributed);
	mutex_unlock(&known_pages_lock);
	return known;
}

/**
 * mcw_known_pages_add() - remember that a page is poisoned
 * @page: a physical address in the page
 * @attributed: an outcome said who took it
 *
 * Context: process, may sleep.
 */
void mcw_known_pages_add(u64 page, bool attributed)
{
	const u64 unit = mcw_page_unit(page);

	mutex_lock(&known_pages_lock);
	if (!is_known(unit, attributed)) {
		known_pages[known_pages_next].page = unit;
		known_pages[known_pages_next].attributed = attributed;
		known_pages[known_pages_next].valid = true;
		known_pages_next = (known_pages_next + 1) % KNOWN_PAGES;
	}
	mutex_unlock(&known_pages_lock);
}

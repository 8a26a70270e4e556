// SPDX-License-Identifier: GPL-2.0
/*
 * Pages that are poisoned, as outcomes said. An outcome must not say of a page that somebody took
 * it where an earlier one has said so already. For consumed errors this is also all that is known
 * of the time before: the kernel may have poisoned the page before we can look.
 *
 * The worker and recovery's work item run beside each other, hence the lock.
 */
#include <mcewarden/known_pages.h>

#include <linux/lockdep.h>
#include <linux/mutex.h>
#include <mcewarden/page_state.h>

#define KNOWN_PAGES 1024

static DEFINE_MUTEX(known_pages_lock); /* guards all below */
static struct {
	u64 page; /* or the huge page around it */
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
 * @page: a physical address in it
 * @attributed: ask for those only of which an outcome said who took them
 *
 * Context: process, may sleep.
 * Return: true where it is, or the huge page of hugetlb around it.
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
 * mcw_known_pages_add() - a page is poisoned
 * @page: a physical address in it
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

// SPDX-License-Identifier: GPL-2.0
/*
 * Asks the kernel for the state of a page. It takes no reference to the page, so the answer may be
 * out of date when it is used. A caller that acts on it checks the result of its action.
 */
#include <mcewarden/page_state.h>

#include <linux/hugetlb.h>
#include <linux/memory_hotplug.h>
#include <linux/mm.h>
#include <linux/page-flags.h>

/**
 * mcw_page_state() - whether there is memory, and whether it is poisoned
 * @page: a physical address in the page
 *
 * A huge page of hugetlb is poisoned as a whole: the flag is in its head page.
 *
 * Context: process, also with preemption disabled.
 * Return: see enum mcw_page_state.
 */
enum mcw_page_state mcw_page_state(u64 page)
{
	struct page *found = pfn_to_online_page(page >> PAGE_SHIFT);
	struct page *head;

	if (!found)
		return MCW_PAGE_NONE;
	head = compound_head(found);
	if (PageHWPoison(found) || (PageHuge(head) && PageHWPoison(head)))
		return MCW_PAGE_POISONED;
	return MCW_PAGE_GOOD;
}

/**
 * mcw_page_is_recoverable() - whether memory_failure() can surely take a page away from its users
 * @page: a physical address in the page
 *
 * It can if the page is of hugetlb, is in the LRU lists of the page cache and of processes, or is
 * free. All others may belong to the kernel.
 *
 * Context: process.
 * Return: false if it may not, or if no memory is there.
 */
bool mcw_page_is_recoverable(u64 page)
{
	struct page *found = pfn_to_online_page(page >> PAGE_SHIFT);
	struct page *head;

	if (!found)
		return false;
	head = compound_head(found);
	if (PageHuge(head) || PageLRU(head))
		return true;
	return !page_count(head) && !PageReserved(head) && !PageSlab(head) && !PageTable(head);
}

/**
 * mcw_page_unit() - find the unit that is poisoned as a whole with this page
 * @page: a physical address in the page
 *
 * Context: process.
 * Return: the physical address of the huge page of hugetlb that contains it, else of the page.
 */
u64 mcw_page_unit(u64 page)
{
	struct page *found = pfn_to_online_page(page >> PAGE_SHIFT);

	if (found && PageHuge(compound_head(found)))
		found = compound_head(found);
	return found ? (u64)page_to_pfn(found) << PAGE_SHIFT : page & PAGE_MASK;
}

// SPDX-License-Identifier: GPL-2.0
/*
 * What the kernel says of a page. A look without a reference: the answer may be old when it
 * is used, and whoever acts on it looks again at what came of it.
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
 * A huge page of hugetlb is poisoned as a whole: its head has the flag.
 *
 * Context: process.
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
 * mcw_page_unit() - what is poisoned as a whole when this page is
 * @page: a physical address in the page
 *
 * Context: process.
 * Return: the physical address of the huge page of hugetlb that it belongs to, else of itself.
 */
u64 mcw_page_unit(u64 page)
{
	struct page *found = pfn_to_online_page(page >> PAGE_SHIFT);

	if (found && PageHuge(compound_head(found)))
		found = compound_head(found);
	return found ? (u64)page_to_pfn(found) << PAGE_SHIFT : page & PAGE_MASK;
}

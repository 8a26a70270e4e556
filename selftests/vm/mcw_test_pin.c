// SPDX-License-Identifier: GPL-2.0
/* pin ADDR: holds a reference to the page, so that it cannot be moved. 0: lets it go. */
#include "mcw_test.h"

#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/memory_hotplug.h>
#include <linux/mm.h>
#include <linux/string.h>

static struct page *pinned_page;

/**
 * mcw_test_pin() - the command "pin"
 * @args: a physical address
 *
 * Context: process; the caller has the lock of the commands.
 * Return: 0 or an error.
 */
int mcw_test_pin(const char *args)
{
	u64 address;

	if (kstrtoull(skip_spaces(args), 0, &address))
		return -EINVAL;
	if (pinned_page)
		put_page(pinned_page);
	pinned_page = NULL;
	if (!address)
		return 0;
	pinned_page = pfn_to_online_page(address >> PAGE_SHIFT);
	if (!pinned_page)
		return -ENXIO;
	get_page(pinned_page);
	return 0;
}

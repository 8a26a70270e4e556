// SPDX-License-Identifier: GPL-2.0
/* leak: memory that no pointer leads to, so kmemleak must find it. "leak 0" frees it again. */
#include "mcw_test.h"

#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/slab.h>
#include <linux/string.h>

/* More than one, as the address of the last can be left on a stack. */
#define LEAKS 8
#define LEAK_BYTES 200

static unsigned long hidden[LEAKS]; /* the complements of the addresses */

/**
 * mcw_test_leak() - the command "leak"
 * @args: nothing; or 0
 *
 * Context: process; the caller has the lock of the commands.
 * Return: 0 or an error.
 */
int mcw_test_leak(const char *args)
{
	const bool ends = sysfs_streq(skip_spaces(args), "0");
	void *leaked;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(hidden); i++) {
		if (hidden[i])
			kfree((void *)~hidden[i]);
		hidden[i] = 0;
	}
	for (i = 0; i < ARRAY_SIZE(hidden) && !ends; i++) {
		leaked = kzalloc(LEAK_BYTES, GFP_KERNEL);
		if (!leaked)
			return -ENOMEM;
		hidden[i] = ~(unsigned long)leaked;
	}
	return 0;
}

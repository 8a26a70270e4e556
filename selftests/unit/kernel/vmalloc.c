// SPDX-License-Identifier: GPL-2.0
/* vzalloc() and vfree() for the tests, which count calls and fail on request. */
#include <linux/vmalloc.h>

#include <stdlib.h>
#include <string.h>

#define ALIGNMENT 256 /* of a ring's slot; the kernel gives whole pages */

long vmalloc_live;
long vmalloc_granted = -1;

void *vzalloc(unsigned long size)
{
	void *area;

	if (!vmalloc_granted)
		return NULL;
	area = aligned_alloc(ALIGNMENT, (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT);
	if (!area)
		return NULL;
	if (vmalloc_granted > 0)
		vmalloc_granted--;
	vmalloc_live++;
	return memset(area, 0, size);
}

void vfree(const void *area)
{
	if (area)
		vmalloc_live--;
	free((void *)area);
}

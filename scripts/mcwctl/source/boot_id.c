// SPDX-License-Identifier: GPL-2.0
/*
 * What tells this boot from others.
 */
#include "source/boot_id.h"

#include <stdio.h>

#include "error.h"

#define BOOT_ID "/proc/sys/kernel/random/boot_id"

bool mcw_boot_id_read(__u8 id[16])
{
	FILE *file = fopen(BOOT_ID, "re");
	unsigned int byte, n = 0;

	while (file && n < 16 &&
	       fscanf(file, n == 4 || n == 6 || n == 8 || n == 10 ? "-%2x" : "%2x", &byte) == 1)
		id[n++] = byte;
	if (file)
		fclose(file);
	if (n < 16)
		mcw_error("cannot read a boot ID from " BOOT_ID);
	return n == 16;
}

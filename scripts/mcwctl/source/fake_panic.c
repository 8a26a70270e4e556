// SPDX-License-Identifier: GPL-2.0
/*
 * The kernel's fake_panic: with it, the kernel only logs where a machine check would panic.
 */
#include "source/fake_panic.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "error.h"

#define FAKE_PANIC "/sys/kernel/debug/mce/fake_panic"

bool mcw_fake_panic_is_on(void)
{
	FILE *file = fopen(FAKE_PANIC, "re");
	unsigned long long on = 0;

	if (!file)
		return false;
	if (fscanf(file, "%llu", &on) != 1)
		on = 0;
	fclose(file);
	return on;
}

bool mcw_fake_panic_set(bool on)
{
	FILE *file = fopen(FAKE_PANIC, "we");
	bool written;

	if (!file) {
		mcw_error("cannot open " FAKE_PANIC ": %s%s", strerror(errno),
			  errno == ENOENT ? ": mount debugfs at /sys/kernel/debug" : "");
		return false;
	}
	written = fprintf(file, "%d\n", on) > 0;
	if (fclose(file) || !written) {
		mcw_error("cannot write " FAKE_PANIC ": %s", strerror(errno));
		return false;
	}
	return true;
}

// SPDX-License-Identifier: GPL-2.0
/*
 * The kernel's fake_panic: with it, the kernel only logs where a machine check would panic.
 */
#include "source/fake_panic.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "error.h"

/* From /sys/devices/system/mcewarden. */
#define FAKE_PANIC	"../../../kernel/debug/mce/fake_panic"

static FILE *fake_panic_open(const char *sysfs, const char *mode)
{
	char path[512];

	if (snprintf(path, sizeof(path), "%s/" FAKE_PANIC, sysfs) < (int)sizeof(path))
		return fopen(path, mode);
	errno = ENAMETOOLONG;
	return NULL;
}

enum mcw_fake_panic mcw_fake_panic_read(const char *sysfs)
{
	FILE *file = fake_panic_open(sysfs, "re");
	unsigned long long on;
	int got, err;

	if (!file)
		return MCW_FAKE_PANIC_UNKNOWN;
	errno = 0;
	got = fscanf(file, "%llu", &on);
	err = errno ? errno : EIO;
	fclose(file);
	errno = err;
	if (got != 1)
		return MCW_FAKE_PANIC_UNKNOWN;
	return on ? MCW_FAKE_PANIC_ON : MCW_FAKE_PANIC_OFF;
}

bool mcw_fake_panic_set(const char *sysfs, bool on)
{
	FILE *file = fake_panic_open(sysfs, "we");
	bool written;

	if (!file) {
		mcw_error("cannot open /sys/kernel/debug/mce/fake_panic: %s%s", strerror(errno),
			  errno == ENOENT ? ": mount debugfs at /sys/kernel/debug" : "");
		return false;
	}
	written = fprintf(file, "%d\n", on) > 0;
	if (fclose(file) || !written) {
		mcw_error("cannot write /sys/kernel/debug/mce/fake_panic: %s", strerror(errno));
		return false;
	}
	return true;
}

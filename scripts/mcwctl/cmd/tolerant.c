// SPDX-License-Identifier: GPL-2.0
/*
 * mcwctl tolerant: the module's knob tolerant and the kernel's fake_panic, and what each does.
 */
#include "cmd/command.h"

#include <errno.h>
#include <string.h>

#include "cmd/number.h"
#include "decode/decode.h"
#include "error.h"
#include "source/fake_panic.h"
#include "source/sysfs.h"

static const char *const levels[] = {
	"recover, and panic on any fresh uncorrected error of the hardware",
	"recover what can be recovered; the module never panics",
	"like 1: the difference is in the kernel's exception handler, out of a module's reach",
	"log only: the module takes no page; the kernel still decides on SRAR, GHES and RAS_CEC",
};

static bool tolerant_write(const struct mcw_options *o, __u64 level)
{
	char path[512];
	bool written;
	FILE *file;

	if (snprintf(path, sizeof(path), "%s/tolerant", o->sysfs) >= (int)sizeof(path)) {
		mcw_error("the path %s/tolerant is too long", o->sysfs);
		return false;
	}
	file = fopen(path, "r+e");
	if (!file) {
		if (errno == ENOENT)
			mcw_error_no_module(path, errno);
		else
			mcw_error("cannot open %s: %s", path, strerror(errno));
		return false;
	}
	written = fprintf(file, "%llu\n", level) > 0;
	if (fclose(file) || !written) {
		mcw_error("cannot write %s: %s", path, strerror(errno));
		return false;
	}
	return true;
}

static void fake_panic_print(const struct mcw_options *o)
{
	switch (mcw_fake_panic_read(o->sysfs)) {
	case MCW_FAKE_PANIC_ON:
		puts("fake_panic  on: where the kernel would panic on a machine check, "
		     "it only says so");
		break;
	case MCW_FAKE_PANIC_OFF:
		puts("fake_panic  off: the kernel panics on a fatal error, whatever tolerant is");
		break;
	case MCW_FAKE_PANIC_UNKNOWN:
		printf("fake_panic  not known: %s: %s\n", strerror(errno),
		       errno == ENOENT ?
			       "debugfs is not mounted, or this kernel has no such switch" :
			       "root can read it, where the kernel is not locked down");
		break;
	}
}

static bool show(const struct mcw_options *o)
{
	__u64 level;

	if (!mcw_sysfs_number(o->sysfs, "tolerant", &level))
		return false;
	printf("tolerant    %llu: %s\n", level,
	       level < ARRAY_SIZE(levels) ? levels[level] : "not known to this mcwctl");
	fake_panic_print(o);
	return true;
}

enum mcw_exit mcw_tolerant_run(struct mcw_options *o)
{
	const char *argument = o->arguments[0];
	__u64 level;

	if (o->fake_panic && o->no_fake_panic) {
		mcw_error("--fake-panic and --no-fake-panic are given: one of them only");
		return MCW_EXIT_USAGE;
	}
	if (argument) {
		if (!mcw_number_parse("tolerant", argument, ARRAY_SIZE(levels) - 1, &level))
			return MCW_EXIT_USAGE;
		if (!tolerant_write(o, level))
			return MCW_EXIT_FAILED;
	}
	if ((o->fake_panic || o->no_fake_panic) && !mcw_fake_panic_set(o->sysfs, o->fake_panic))
		return MCW_EXIT_FAILED;
	return show(o) ? MCW_EXIT_OK : MCW_EXIT_FAILED;
}

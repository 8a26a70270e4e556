// SPDX-License-Identifier: GPL-2.0
/*
 * mcwctl status: the admin's switches for bad pages, in /proc/sys/vm. The module reads the same
 * files whenever it is about to take a page.
 */
#include "cmd/command.h"

#include "cmd/status_switches.h"
#include "show/json_writer.h"
#include "source/sysfs.h"

static const struct {
	const char *name;
	__u64 restrains;	/* with this value it keeps the module from taking pages */
	const char *text;
} switches[MCW_SWITCHES] = {
	{ "memory_failure_recovery", 0, "no page is taken, it would panic" },
	{ "enable_soft_offline", 0, "the kernel soft-offlines no page" },
	{ "panic_on_unrecoverable_memory_failure", 1, "kernel pages are left" },
};

bool mcw_switches_read(const char *directory, struct mcw_switches *s)
{
	for (size_t i = 0; i < MCW_SWITCHES; i++) {
		s->known[i] = mcw_sysfs_exists(directory, switches[i].name);
		if (s->known[i] && !mcw_sysfs_number(directory, switches[i].name, &s->value[i]))
			return false;
	}
	return true;
}

void mcw_switches_print(FILE *out, const struct mcw_switches *s)
{
	for (size_t i = 0; i < MCW_SWITCHES; i++)
		if (s->known[i] && s->value[i] == switches[i].restrains)
			fprintf(out, "switch    vm.%s is %llu: %s\n", switches[i].name, s->value[i],
				switches[i].text);
}

void mcw_switches_json(struct mcw_json *json, const struct mcw_switches *s)
{
	for (size_t i = 0; i < MCW_SWITCHES; i++) {
		char key[64];

		snprintf(key, sizeof(key), "vm_%s", switches[i].name);
		if (s->known[i])
			mcw_json_number(json, key, s->value[i]);
		else
			mcw_json_null(json, key);
	}
}

/* SPDX-License-Identifier: GPL-2.0 */
/* An invented machine for findings: a directory with its files of /proc, /sys and /lib. */
#ifndef FINDINGS_HOME_H
#define FINDINGS_HOME_H

#include "status_home.h"

#include <unistd.h>

#include "cmd/command.h"
#include "cmd/findings.h"

#define MODULE		"sys/devices/system/mcewarden/"
#define MACHINECHECK	"sys/devices/system/machinecheck/machinecheck0/"
#define DEBUGFS		"sys/kernel/debug/"
#define RASDAEMON	"sys/kernel/tracing/instances/rasdaemon/buffer_percent"
#define RECORDER	"run/mcewarden/record/state"
#define MODULES		"lib/modules/6.1.0/"

static const struct mcw_options options = {
	.root = home,
	.sysfs = "/sys/devices/system/mcewarden",
	.edac = "/sys/devices/system/edac/mc",
};

/* A machine with which all is well. */
static void put_good(void)
{
	static const struct {
		const char *file, *value;
	} files[] = {
		{ "proc/cmdline", "root=/dev/sda1 mce=bootlog nomcewarden quiet" },
		{ "proc/sys/kernel/osrelease", "6.1.0" },
		{ "proc/sys/kernel/ftrace_enabled", "1" },
		{ "proc/sys/vm/memory_failure_recovery", "1" },
		{ "proc/sys/vm/enable_soft_offline", "1" },
		{ MACHINECHECK "ignore_ce", "0" },
		{ MACHINECHECK "dont_log_ce", "0" },
		{ MACHINECHECK "cmci_disabled", "0" },
		{ DEBUGFS "mce/fake_panic", "0" },
		{ RASDAEMON, "0" },
		{ RECORDER, "room" },
		{ "sys/devices/system/edac/mc/mc0/mc_name", "i10nm" },
		{ MODULE "version", "0.1.0" },
		{ MODULE "capture", "tap" },
		{ MODULE "missing", "none" },
		{ MODULE "recovery", "unhandled" },
		{ MODULE "tolerant", "1" },
		{ MODULE "page_ce_threshold", "10" },
		{ MODULE "edac_sees_cec", "1" },
		{ MODULE "firmware_banks", "" },
		{ MODULE "location_sources", "edac ghes" },
		{ MODULE "stats/soft_offline/ras_cec", "0" },
		{ MODULE "stats/soft_offline/failed", "0" },
		{ MODULE "stats/soft_offline/soft_offlined", "3" },
		{ MODULE "stats/recovery/kernel", "0" },
		{ MODULE "stats/recovery/module", "0" },
		{ MODULE "stats/recovery/kernel_failed", "0" },
		{ MODULE "stats/recovery/failed", "0" },
		{ MODULE "stats/recovery/not_acted", "0" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(files); i++)
		put(files[i].file, "%s", files[i].value);
	for (unsigned int lane = 0; lane < MCW_LANES; lane++) {
		static const char *const counters[] = { "committed", "refused", "dropped",
							"overwritten" };
		char name[96];

		for (size_t i = 0; i < ARRAY_SIZE(counters); i++) {
			snprintf(name, sizeof(name), MODULE "stats/%s/%s", mcw_lane_name(lane),
				 counters[i]);
			put(name, "0");
		}
		snprintf(name, sizeof(name), "sys/module/mcewarden/parameters/%s_records",
			 mcw_lane_name(lane));
		put(name, "%u", 1024 << lane);
	}
	for (unsigned int i = 0; mcw_stage_name(i); i++) {
		char name[96];

		snprintf(name, sizeof(name), MODULE "stats/lost/%s", mcw_stage_name(i));
		put(name, "0");
	}
}

static const char *path_of(const char *name)
{
	static char path[256];

	snprintf(path, sizeof(path), "%s/%s", home, name);
	return path;
}

/* Takes away a file or a directory with all that is in it. */
static void drop(const char *name)
{
	nftw(path_of(name), remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

#endif /* FINDINGS_HOME_H */

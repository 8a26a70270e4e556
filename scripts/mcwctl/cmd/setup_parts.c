// SPDX-License-Identifier: GPL-2.0
/*
 * mcwctl setup: the parts, and the files that they write.
 *
 * Whatever loads the module obeys modprobe.blacklist=mcewarden on the kernel's command line:
 * modprobe does with -b, and systemd-modules-load always.
 */
#include "cmd/setup.h"

#define WRITTEN \
	"# Written by mcwctl setup; mcwctl setup --remove takes it back. See mcwctl-setup(8).\n"
#define TEXTFILES "/var/lib/prometheus/node-exporter"

#define LOAD \
	{ \
		"/etc/modules-load.d/mcewarden.conf", 0644, WRITTEN "mcewarden\n" \
	}

static const char hook_text[] = "#!/bin/sh\n" WRITTEN "[ \"$1\" != prereqs ] || exit 0\n"
				". /usr/share/initramfs-tools/hook-functions\n"
				"# A kernel for which there is no such module gets none.\n"
				"manual_add_modules mcewarden\n";

static const char early_text[] =
	"#!/bin/sh\n" WRITTEN "[ \"$1\" != prereqs ] || exit 0\n"
	"# -b obeys modprobe.blacklist=mcewarden on the kernel's command line.\n"
	"modprobe -b -q mcewarden || true\n";

static const char dracut_text[] = WRITTEN
	"# systemd in the initramfs loads the module, unless modprobe.blacklist=mcewarden is on the\n"
	"# kernel's command line; force_drivers would not look there.\n"
	"add_drivers+=\" mcewarden \"\n"
	"install_optional_items+=\" /etc/modules-load.d/mcewarden.conf \"\n"
	"install_optional_items+=\" /etc/modprobe.d/mcewarden.conf \"\n";

static const char rotate_text[] = WRITTEN
	"# The recorder also begins new files itself, and deletes those beyond its limits; this packs\n"
	"# them. A signal makes the recorder open a new file, and no record is lost meanwhile.\n"
	"/var/log/mcewarden/records {\n"
	"\tweekly\n"
	"\trotate 52\n"
	"\tmaxsize 64M\n"
	"\tmissingok\n"
	"\tnotifempty\n"
	"\tnocreate\n"
	"\tcompress\n"
	"\tdelaycompress\n"
	"\tpostrotate\n"
	"\t\tsystemctl reload mcewarden-record.service 2>/dev/null || true\n"
	"\tendscript\n"
	"}\n";

const struct mcw_setup_part mcw_setup_parts[] = {
	{ .name = "load", .what = "loads the module at each boot", .files = { LOAD } },
	{ .name = "early",
	  .what = "loads it in the initramfs, by initramfs-tools",
	  .needs = "/usr/sbin/update-initramfs",
	  .install = "initramfs-tools",
	  .files = { { "/etc/initramfs-tools/hooks/mcewarden", 0755, hook_text },
		     { "/etc/initramfs-tools/scripts/init-top/mcewarden", 0755, early_text } },
	  .program = "update-initramfs",
	  .arguments = { "-u", "-k", "all" } },
	{ .name = "early",
	  .what = "loads it in the initramfs, by dracut",
	  .needs = "/usr/lib/dracut/dracut-functions.sh",
	  .install = "initramfs-tools or dracut",
	  .files = { LOAD, { "/etc/dracut.conf.d/mcewarden.conf", 0644, dracut_text } },
	  .program = "dracut",
	  .arguments = { "--force", "--regenerate-all" } },
	{ .name = "record",
	  .what = "keeps all records, counts and faults; acts by mcewarden.conf",
	  .unit = "mcewarden-record.service",
	  .wants = "mcewarden.target.wants" },
	{ .name = "rotate",
	  .what = "packs old files of records",
	  .needs = "/etc/logrotate.d",
	  .install = "logrotate",
	  .files = { { "/etc/logrotate.d/mcewarden-record", 0644, rotate_text } } },
	{ .name = "journal",
	  .what = "says in the journal what happened",
	  .unit = "mcewarden-journal.service",
	  .wants = "mcewarden.target.wants" },
	{ .name = "metrics",
	  .what = "counters for node_exporter each minute",
	  .needs = TEXTFILES,
	  .install = "prometheus-node-exporter",
	  .unit = "mcewarden-metrics.timer",
	  .wants = "timers.target.wants" },
	{ .name = "pages",
	  .what = "takes the bad pages of earlier boots offline again",
	  .asked = true,
	  .unit = "mcewarden-pages.service",
	  .wants = "sysinit.target.wants" },
};

const size_t mcw_setup_part_count = sizeof(mcw_setup_parts) / sizeof(mcw_setup_parts[0]);

// SPDX-License-Identifier: GPL-2.0
/*
 * Findings about the kernel, its parameters and switches, and about programs beside the module.
 */
#include "cmd/findings_look.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd/edac_driver.h"
#include "decode/decode.h"

#define MACHINECHECK	"/sys/devices/system/machinecheck/machinecheck0"
#define CMDLINE		"/proc/cmdline"
#define DEBUGFS		"/sys/kernel/debug"
#define FAKE_PANIC	DEBUGFS "/mce/fake_panic"
#define VM		"/proc/sys/vm"

/* Whether one of the words of a command line turns off machine checks. */
static const char *off_word(char *line)
{
	static const char *const words[] = { "mce=off", "nomce" };
	char *word, *rest = line;

	while ((word = strsep(&rest, " \t\n")))
		for (size_t i = 0; i < ARRAY_SIZE(words); i++)
			if (!strcmp(word, words[i]))
				return words[i];
	return NULL;
}

/* The line may be longer than any value in sysfs. Return: 0, or what errno says. */
static int cmdline_read(const struct mcw_look *l, const char **off)
{
	char path[MCW_PATH_BYTES], *line = NULL;
	size_t room = 0;
	FILE *file;
	int err = 0;

	mcw_look_path(l, CMDLINE, path);
	file = fopen(path, "re");
	if (!file)
		return errno;
	errno = 0;
	if (getline(&line, &room, file) < 0)
		err = errno ? errno : ENODATA;
	else
		*off = off_word(line);
	free(line);
	fclose(file);
	return err;
}

/* Also where that cannot be known. */
static bool has_machinecheck(const struct mcw_look *l)
{
	char path[MCW_PATH_BYTES];

	mcw_look_path(l, MACHINECHECK, path);
	return !access(path, F_OK) || errno != ENOENT;
}

void mcw_look_mce_off(struct mcw_look *l, struct mcw_finding *f)
{
	const char *off = NULL;
	int err = cmdline_read(l, &off);

	if (off)
		mcw_found(f, MCW_LEVEL_CRITICAL,
			  "grep -rn -e mce=off -e nomce /etc/default/grub /etc/kernel/cmdline",
			  "the kernel was booted with %s, so nothing looks for errors: boot without",
			  off);
	else if (!has_machinecheck(l))
		mcw_found(f, MCW_LEVEL_CRITICAL, "grep -c -w mce /proc/cpuinfo",
			  "the kernel handles no machine checks: there is no " MACHINECHECK);
	else if (err)
		mcw_found_unreadable(f, l, CMDLINE, err);
	else
		mcw_found(f, MCW_LEVEL_OK, NULL, "the kernel handles machine checks");
}

/* One of the kernel's switches for corrected errors, which should be 0. */
static void corrected_switch(struct mcw_look *l, struct mcw_finding *f, const char *name,
			     const char *on, const char *off)
{
	char path[MCW_PATH_BYTES];
	__u64 value;
	int err;

	snprintf(path, sizeof(path), MACHINECHECK "/%s", name);
	err = mcw_look_number(l, path, &value);
	/* Without the directory there are no machine checks, as another row says. */
	if (err == ENOENT && !has_machinecheck(l))
		return;
	if (err) {
		mcw_found_unreadable(f, l, path, err);
	} else if (value) {
		mcw_found(f, MCW_LEVEL_WARNING, NULL, "%s is %llu: %s", name, value, on);
		mcw_found_command(f, "echo 0 >%s", path);
	} else {
		mcw_found(f, MCW_LEVEL_OK, NULL, "%s is 0: %s", name, off);
	}
}

void mcw_look_ignore_ce(struct mcw_look *l, struct mcw_finding *f)
{
	corrected_switch(l, f, "ignore_ce", "nobody looks for corrected errors",
			 "the kernel looks for corrected errors");
}

void mcw_look_dont_log_ce(struct mcw_look *l, struct mcw_finding *f)
{
	corrected_switch(l, f, "dont_log_ce", "the kernel makes no record of most corrected errors",
			 "the kernel makes records of corrected errors");
}

void mcw_look_no_cmci(struct mcw_look *l, struct mcw_finding *f)
{
	corrected_switch(l, f, "cmci_disabled",
			 "no interrupt (CMCI) tells of corrected errors, only polls find them",
			 "interrupts (CMCI) are not turned off");
}

void mcw_look_fake_panic(struct mcw_look *l, struct mcw_finding *f)
{
	char path[MCW_PATH_BYTES];
	__u64 on;
	int err = mcw_look_number(l, FAKE_PANIC, &on);

	mcw_look_path(l, DEBUGFS, path);
	if (err == ENOENT && access(path, F_OK) && errno == ENOENT) {
		mcw_found(f, MCW_LEVEL_OK, NULL, "the kernel has no debugfs, and so no fake_panic");
	} else if (err) {
		mcw_found_unreadable(f, l, FAKE_PANIC, err);
		if (err == ENOENT)
			snprintf(f->command, sizeof(f->command), "mount -t debugfs none " DEBUGFS);
	} else if (on) {
		mcw_found(f, MCW_LEVEL_CRITICAL, "mcwctl tolerant --no-fake-panic",
			  "fake_panic is on: the kernel goes on where it must panic");
	} else {
		mcw_found(f, MCW_LEVEL_OK, NULL, "fake_panic is off");
	}
}

void mcw_look_memory_failure(struct mcw_look *l, struct mcw_finding *f)
{
	__u64 value;
	int err = mcw_look_number(l, VM "/memory_failure_recovery", &value);

	if (err)
		mcw_found_unreadable(f, l, VM "/memory_failure_recovery", err);
	else if (!value)
		mcw_found(f, MCW_LEVEL_WARNING, "sysctl -w vm.memory_failure_recovery=1",
			  "vm.memory_failure_recovery is 0: the kernel panics instead of taking a "
			  "bad page");
	else
		mcw_found(f, MCW_LEVEL_OK, NULL, "the kernel takes bad pages out of use");
}

/* Return: 0, or what errno says. A kernel without EDAC has no controller. */
static int controllers_count(const struct mcw_look *l, unsigned int *count)
{
	char path[MCW_PATH_BYTES];
	struct dirent *entry;
	DIR *directory;
	int err;

	mcw_look_path(l, l->o->edac, path);
	directory = opendir(path);
	if (!directory)
		return errno == ENOENT ? 0 : errno;
	errno = 0;
	while ((entry = readdir(directory)))
		*count += !strncmp(entry->d_name, "mc", 2) &&
			  isdigit((unsigned char)entry->d_name[2]);
	err = errno;
	closedir(directory);
	return err;
}

/*
 * Whether the firmware translates addresses (ADXL). The word for its reports, ghes, only says that
 * the module listens to them, not that there are any.
 */
static bool firmware_names(const struct mcw_look *l)
{
	char sources[MCW_VALUE_BYTES];

	return l->loaded && !mcw_look_line(l, "location_sources", sources) &&
	       strstr(sources, "adxl");
}

void mcw_look_edac(struct mcw_look *l, struct mcw_finding *f)
{
	unsigned int count = 0;
	int err = controllers_count(l, &count);
	bool guest;
	const char *driver = mcw_edac_driver_here(&guest);

	if (err) {
		mcw_found_unreadable(f, l, l->o->edac, err);
	} else if (count) {
		mcw_found(f, MCW_LEVEL_OK, NULL, "EDAC names memory modules, of %u controller%s",
			  count, count == 1 ? "" : "s");
	} else if (firmware_names(l)) {
		mcw_found(f, MCW_LEVEL_OK, NULL,
			  "the firmware names memory modules, by its translation (ADXL)");
	} else if (guest) {
		mcw_found(f, MCW_LEVEL_OK, NULL,
			  "a virtual machine: only its host can name memory modules");
	} else if (driver) {
		mcw_found(f, MCW_LEVEL_WARNING, NULL,
			  "no EDAC driver is loaded, so no error names its memory module; %s is for "
			  "this CPU",
			  driver);
		mcw_found_command(f, "modprobe %s", driver);
	} else {
		mcw_found(f, MCW_LEVEL_WARNING, "mcwctl dimms",
			  "no EDAC driver names memory modules, and none is known for this CPU");
	}
}

void mcw_look_rasdaemon(struct mcw_look *l, struct mcw_finding *f)
{
	/*
	 * rasdaemon makes its instance in debugfs; both are the same files. Linux 7 logs a notice
	 * of who looks there, so that is done only where tracefs is not mounted.
	 */
	const char *path = "/sys/kernel/tracing/instances/rasdaemon/buffer_percent";
	__u64 percent, on;
	int err = mcw_look_number(l, path, &percent);

	if (err == ENOENT && mcw_look_number(l, "/sys/kernel/tracing/tracing_on", &on) == ENOENT) {
		path = DEBUGFS "/tracing/instances/rasdaemon/buffer_percent";
		err = mcw_look_number(l, path, &percent);
	}
	if (err == ENOENT) {
		mcw_found(f, MCW_LEVEL_OK, NULL, "rasdaemon has no trace buffer here");
	} else if (err) {
		mcw_found_unreadable(f, l, path, err);
	} else if (percent) {
		mcw_found(f, MCW_LEVEL_WARNING, NULL,
			  "rasdaemon may show no error before its trace buffer is %llu %% full",
			  percent);
		mcw_found_command(f, "echo 0 >%s && systemctl restart rasdaemon", path);
	} else {
		mcw_found(f, MCW_LEVEL_OK, NULL, "rasdaemon gets each error at once");
	}
}

// SPDX-License-Identifier: GPL-2.0
/*
 * A finding: whether the module that runs is the one that is installed for this kernel. After an
 * upgrade the old one runs on until it is loaded again.
 */
#define _GNU_SOURCE
#include "cmd/findings_look.h"

#include <errno.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "decode/decode.h"

#define LOADED		"/sys/module/mcewarden/"
#define RELEASE		"/proc/sys/kernel/osrelease"
#define RELOAD		"rmmod mcewarden_inject; rmmod mcewarden && modprobe mcewarden"

/* The path of mcewarden.ko, packed or not, at the beginning of a line of modules.dep. */
static bool is_ours(const char *line, size_t *length)
{
	static const char name[] = "mcewarden.ko";
	const char *base;

	*length = strcspn(line, ":");
	if (!line[*length])
		return false;
	base = line + *length;
	while (base > line && base[-1] != '/')
		base--;
	return !strncmp(base, name, strlen(name)) &&
	       (base[strlen(name)] == ':' || base[strlen(name)] == '.');
}

/* file: the path; empty where no module is installed. Return: 0, or what errno says. */
static int installed_find(const struct mcw_look *l, const char *directory, char *file)
{
	char name[MCW_PATH_BYTES + 16], path[MCW_PATH_BYTES], *line = NULL;
	size_t room = 0, length;
	FILE *list;
	int err;

	file[0] = '\0';
	snprintf(name, sizeof(name), "%s/modules.dep", directory);
	mcw_look_path(l, name, path);
	list = fopen(path, "re");
	if (!list)
		return errno == ENOENT ? 0 : errno;
	errno = 0;
	while (getline(&line, &room, list) > 0) {
		if (!is_ours(line, &length))
			continue;
		/* Some distributions write whole paths. */
		if (line[0] == '/')
			snprintf(name, sizeof(name), "%.*s", (int)length, line);
		else
			snprintf(name, sizeof(name), "%s/%.*s", directory, (int)length, line);
		mcw_look_path(l, name, file);
		break;
	}
	err = ferror(list) ? errno : 0;
	free(line);
	fclose(list);
	return err;
}

/* Starts modinfo, whose output goes into the pipe. Return: whether it ran. */
static bool modinfo_spawn(const char *file, const char *field, int to, int from, pid_t *pid)
{
	/* It is in a directory that is not in every user's PATH. */
	static const char *const programs[] = { "/sbin/modinfo", "/usr/sbin/modinfo", "modinfo" };
	char *arguments[5] = { "modinfo", "-F", (char *)field, (char *)file, NULL };
	posix_spawn_file_actions_t actions;
	bool ran = false;

	if (posix_spawn_file_actions_init(&actions))
		return false;
	posix_spawn_file_actions_adddup2(&actions, to, STDOUT_FILENO);
	posix_spawn_file_actions_addclose(&actions, from);
	posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", 1, 0);
	for (size_t i = 0; i < ARRAY_SIZE(programs) && !ran; i++)
		ran = !posix_spawnp(pid, programs[i], &actions, NULL, arguments, environ);
	posix_spawn_file_actions_destroy(&actions);
	return ran;
}

/* A field of a module's file, whether it is packed or not. */
static bool modinfo(const char *file, const char *field, char *value)
{
	bool good = false;
	int ends[2], state;
	FILE *out;
	pid_t pid;

	if (pipe(ends))
		return false;
	good = modinfo_spawn(file, field, ends[1], ends[0], &pid);
	close(ends[1]);
	out = fdopen(ends[0], "r");
	if (!out) {
		close(ends[0]);
	} else {
		value[0] = '\0';
		if (fgets(value, MCW_VALUE_BYTES, out))
			value[strcspn(value, "\n")] = '\0';
		fclose(out);
	}
	if (!good)
		return false;
	return waitpid(pid, &state, 0) == pid && !state && out && value[0];
}

/* One field of the file and of what runs: whether they are the same. Sets the finding if not. */
static bool is_same(const struct mcw_look *l, struct mcw_finding *f, const char *file,
		    const char *field)
{
	char installed[MCW_VALUE_BYTES], loaded[MCW_VALUE_BYTES], name[64];
	int err;

	snprintf(name, sizeof(name), LOADED "%s", field);
	err = mcw_look_line(l, name, loaded);
	if (err) {
		mcw_found_unreadable(f, l, name, err);
		return false;
	}
	if (!modinfo(file, field, installed)) {
		mcw_found(f, MCW_LEVEL_UNKNOWN, NULL, "modinfo finds no %s in %.300s", field, file);
		mcw_found_command(f, "modinfo %.300s", file);
		return false;
	}
	if (!strcmp(installed, loaded))
		return true;
	mcw_found(f, MCW_LEVEL_WARNING, RELOAD,
		  "the module that runs is not the installed one: its %s is %.64s, that of %.200s "
		  "is %.64s",
		  field, loaded, file, installed);
	return false;
}

void mcw_look_installed(struct mcw_look *l, struct mcw_finding *f)
{
	char release[MCW_VALUE_BYTES], directory[MCW_PATH_BYTES], file[MCW_PATH_BYTES];
	char list[MCW_PATH_BYTES + 16];
	int err = mcw_look_line(l, RELEASE, release);

	if (err) {
		mcw_found_unreadable(f, l, RELEASE, err);
		return;
	}
	snprintf(directory, sizeof(directory), "/lib/modules/%.256s", release);
	err = installed_find(l, directory, file);
	if (err) {
		snprintf(list, sizeof(list), "%s/modules.dep", directory);
		mcw_found_unreadable(f, l, list, err);
	} else if (!file[0]) {
		mcw_found(f, MCW_LEVEL_OK, NULL,
			  "no module is installed for kernel %.64s, so "
			  "nothing can be newer than the one that runs",
			  release);
	} else if (is_same(l, f, file, "version") && is_same(l, f, file, "srcversion")) {
		mcw_found(f, MCW_LEVEL_OK, NULL, "the module that runs is the installed one");
	}
}

// SPDX-License-Identifier: GPL-2.0
/* Cleans up the guest after a case, whatever the case left behind. */
#define _GNU_SOURCE
#include "mcwtest.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <unistd.h>

#define INTERVAL "/sys/devices/system/machinecheck/machinecheck0/check_interval"
#define CPU1 "/sys/devices/system/cpu/cpu1/online"
#define TRIES 50
#define TRY_US 100000

static void put(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY);

	if (fd < 0 || write(fd, text, strlen(text)) != (ssize_t)strlen(text))
		fatal(path);
	close(fd);
}

/* Kills processes of the last case: all with the name of one of our programs, except this one. */
static void kill_processes(void)
{
	DIR *proc = opendir("/proc");
	struct dirent *entry;
	char path[300], name[32];

	if (!proc)
		fatal("/proc");
	while ((entry = readdir(proc))) {
		FILE *file;

		if (!isdigit((unsigned char)entry->d_name[0]) || atoi(entry->d_name) == getpid())
			continue;
		snprintf(path, sizeof(path), "/proc/%s/comm", entry->d_name);
		file = fopen(path, "r");
		if (!file)
			continue;
		if (fgets(name, sizeof(name), file) &&
		    (!strcmp(name, "mcwtest\n") || !strcmp(name, "mcwctl\n")))
			kill(atoi(entry->d_name), SIGKILL);
		fclose(file);
	}
	closedir(proc);
}

/* A killed reader may not have ended yet: tries for some seconds. */
static void unload(const char *module)
{
	int i;

	for (i = 0; i < TRIES; i++) {
		if (!syscall(SYS_delete_module, module, O_NONBLOCK) || errno == ENOENT)
			return;
		usleep(TRY_US);
	}
	fatal(module);
}

/* The same of a process that had a file there. */
static void unmount(const char *where)
{
	int i;

	for (i = 0; i < TRIES; i++) {
		if (!umount(where) || errno == EINVAL || errno == ENOENT)
			return;
		usleep(TRY_US);
	}
	fatal(where);
}

static int run_clean(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	kill_processes();
	if (!access(CPU1, F_OK))
		put(CPU1, "1");
	command_kernel(0, "stop");
	command_kernel(0, "slow 0");
	unload("mcw_fill");
	unload("mcw_edac");
	unload("mcw_atl");
	unload("mcw_cec");
	unload("mcewarden_inject");
	unload("mcewarden");
	unload("mce_inject");
	unmount("/disk");
	command_kernel(0, "untraceable 0");
	command_kernel(0, "refuse 0");
	command_kernel(0, "fail 0");
	put("/proc/sys/vm/nr_hugepages", "0");
	put("/proc/sys/kernel/ftrace_enabled", "1");
	/* A change of this makes the kernel poll and empty all banks. */
	if (!access(INTERVAL, F_OK)) {
		put(INTERVAL, "299");
		put(INTERVAL, "300");
	}
	command_kernel(0, "quiet 0");
	return 0;
}

const struct command clean_commands[] = {
	{ "clean", run_clean, "" },
	{ NULL, NULL, NULL },
};

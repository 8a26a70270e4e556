// SPDX-License-Identifier: GPL-2.0
/*
 * Unpacks files by the programs gzip and zstd, into memory.
 *
 * Their libraries are not linked: in a static program each is one more copy that security updates
 * do not reach. The programs are wherever the files were packed, and need no rights: what they
 * read comes from standard input, and what they write goes to a file in memory.
 */
#define _GNU_SOURCE
#include "source/unpack.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "error.h"

static const struct packer {
	const char *program;
	size_t length;
	const char *magic;
} packers[] = {
	{ "gzip", 2, "\x1f\x8b" },
	{ "zstd", 4, "\x28\xb5\x2f\xfd" },
};

static const struct packer *packer_of(int fd)
{
	char begin[4];
	ssize_t length = pread(fd, begin, sizeof(begin), 0);

	for (size_t i = 0; i < sizeof(packers) / sizeof(packers[0]); i++)
		if (length >= (ssize_t)packers[i].length &&
		    !memcmp(begin, packers[i].magic, packers[i].length))
			return &packers[i];
	return NULL;
}

/* Return: an errno, or 0. */
static int program_start(const struct packer *packer, int from, int to, pid_t *pid)
{
	char *const argv[] = { (char *)packer->program, "-dcq", NULL };
	posix_spawn_file_actions_t actions;
	int err = posix_spawn_file_actions_init(&actions);

	if (err)
		return err;
	err = posix_spawn_file_actions_adddup2(&actions, from, STDIN_FILENO);
	if (!err)
		err = posix_spawn_file_actions_adddup2(&actions, to, STDOUT_FILENO);
	if (!err)
		err = posix_spawnp(pid, packer->program, &actions, NULL, argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	return err;
}

/* Return: false: nothing was unpacked, after printing why. */
static bool program_run(const char *path, const struct packer *packer, int from, int to,
			bool *whole)
{
	int status = 0, err;
	pid_t pid;

	err = program_start(packer, from, to, &pid);
	if (err) {
		mcw_error("cannot unpack %s: cannot start %s: %s", path, packer->program,
			  strerror(err));
		return false;
	}
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	*whole = WIFEXITED(status) && !WEXITSTATUS(status);
	if (!*whole)
		mcw_error("%s: %s could not unpack all of it: it is damaged, or was cut off", path,
			  packer->program);
	return true;
}

static int unpacked_fd(const char *path, const struct packer *packer, int from, bool *whole)
{
	int to = memfd_create("mcwctl", MFD_CLOEXEC);

	if (to < 0) {
		mcw_error("cannot unpack %s: no memory for it: %s", path, strerror(errno));
	} else if (!program_run(path, packer, from, to, whole) || lseek(to, 0, SEEK_SET) < 0) {
		close(to);
		to = -1;
	}
	close(from);
	errno = 0;
	return to;
}

FILE *mcw_unpacked_open(const char *path, bool *whole)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	const struct packer *packer;
	FILE *file;

	*whole = true;
	if (fd < 0)
		return NULL;
	packer = packer_of(fd);
	if (packer) {
		fd = unpacked_fd(path, packer, fd, whole);
		if (fd < 0)
			return NULL;
	}
	file = fdopen(fd, "r");
	if (!file)
		close(fd);
	return file;
}

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
#include <signal.h>
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

/* Both programs take options from variables of the environment too: they get none of these. */
static char *path_variable(void)
{
	for (char **name = environ; name && *name; name++)
		if (!strncmp(*name, "PATH=", strlen("PATH=")))
			return *name;
	return NULL;
}

/* Return: an errno, or 0. */
static int attributes_set(posix_spawn_file_actions_t *actions, posix_spawnattr_t *attributes,
			  int from, int to)
{
	sigset_t signals;
	int err = posix_spawn_file_actions_adddup2(actions, from, STDIN_FILENO);

	if (!err)
		err = posix_spawn_file_actions_adddup2(actions, to, STDOUT_FILENO);
	/* mcwctl ignores it. The program is to end if nobody wants the rest. */
	sigemptyset(&signals);
	sigaddset(&signals, SIGPIPE);
	if (!err)
		err = posix_spawnattr_setsigdefault(attributes, &signals);
	if (!err)
		err = posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETSIGDEF);
	return err;
}

/*
 * The program gets no name of a file, and no option but these. Return: false after printing what
 * is wrong.
 */
static bool program_start(const char *name, const struct packer *packer, int from, int to,
			  pid_t *pid)
{
	char *const argv[] = { (char *)packer->program, "-dcq", NULL };
	char *const variables[] = { path_variable(), NULL };
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	int err;

	posix_spawn_file_actions_init(&actions);
	posix_spawnattr_init(&attributes);
	err = attributes_set(&actions, &attributes, from, to);
	if (!err)
		err = posix_spawnp(pid, packer->program, &actions, &attributes, argv, variables);
	posix_spawnattr_destroy(&attributes);
	posix_spawn_file_actions_destroy(&actions);
	if (err)
		mcw_error("cannot unpack %s: cannot start %s: %s", name, packer->program,
			  strerror(err));
	return !err;
}

/* Return: how it ended, as waitpid() says it. */
static int program_end(pid_t pid)
{
	int status = 0;

	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return status;
}

/* Return: false: nothing was unpacked, after printing why. */
static bool program_run(const char *name, const struct packer *packer, int from, int to,
			bool *whole)
{
	int status;
	pid_t pid;

	if (!program_start(name, packer, from, to, &pid))
		return false;
	status = program_end(pid);
	*whole = WIFEXITED(status) && !WEXITSTATUS(status);
	if (!*whole)
		mcw_error("%s: %s could not unpack all of it: it is damaged, or was cut off", name,
			  packer->program);
	return true;
}

static int unpacked_fd(const char *name, const struct packer *packer, int from, bool *whole)
{
	int to = memfd_create("mcwctl", MFD_CLOEXEC);

	if (to < 0) {
		mcw_error("cannot unpack %s: no memory for it: %s", name, strerror(errno));
	} else if (!program_run(name, packer, from, to, whole) || lseek(to, 0, SEEK_SET) < 0) {
		close(to);
		to = -1;
	}
	close(from);
	errno = 0;
	return to;
}

FILE *mcw_unpacked_open(const char *path, const char *name, bool *whole)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	const struct packer *packer;
	FILE *file;

	*whole = true;
	if (fd < 0)
		return NULL;
	packer = packer_of(fd);
	if (packer) {
		fd = unpacked_fd(name, packer, fd, whole);
		if (fd < 0)
			return NULL;
	}
	file = fdopen(fd, "r");
	if (!file)
		close(fd);
	return file;
}

/* Return: how many bytes there were, which is fewer only at the end. */
static ssize_t bytes_read(int fd, char *begin, size_t bytes)
{
	size_t length = 0;
	ssize_t n = 1;

	while (length < bytes && n) {
		n = read(fd, begin + length, bytes - length);
		if (n < 0 && errno != EINTR)
			break;
		length += n > 0 ? n : 0;
	}
	return length;
}

static ssize_t unpacked_begin(const char *name, const struct packer *packer, int from, void *begin,
			      size_t bytes)
{
	ssize_t length = -1;
	int ends[2];
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC)) {
		mcw_error("cannot unpack %s: %s", name, strerror(errno));
		return -1;
	}
	if (program_start(name, packer, from, ends[1], &pid)) {
		close(ends[1]);
		ends[1] = -1;
		length = bytes_read(ends[0], begin, bytes);
		close(ends[0]);
		ends[0] = -1;
		program_end(pid);
	}
	for (unsigned int i = 0; i < 2; i++)
		if (ends[i] >= 0)
			close(ends[i]);
	return length;
}

ssize_t mcw_unpacked_begin(const char *path, const char *name, void *begin, size_t bytes)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	const struct packer *packer;
	ssize_t length;

	if (fd < 0)
		return 0;
	packer = packer_of(fd);
	length = packer ? unpacked_begin(name, packer, fd, begin, bytes) :
			  bytes_read(fd, begin, bytes);
	close(fd);
	return length;
}

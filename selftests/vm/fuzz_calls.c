// SPDX-License-Identifier: GPL-2.0
/* The calls of mcwtest fuzz, and how often each is made. */
#define _GNU_SOURCE
#include "fuzz.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#define PIECES 8
#define BURST_MOST 40

static long do_open(struct fuzz_thread *t)
{
	static const int flags[] = { 0,	       0,	  O_NONBLOCK, O_NONBLOCK, O_EXCL,
				     O_APPEND, O_TRUNC,	  O_DIRECT,   O_PATH,	  O_SYNC,
				     O_CREAT,  O_NOATIME, O_DIRECTORY };
	/* Half of them are the devices. */
	size_t file = fuzz_random(t, fuzz_random(t, 2) ? FUZZ_DEVICES : fuzz_files_count);
	int how = fuzz_random(t, 3) | flags[fuzz_random(t, sizeof(flags) / sizeof(*flags))];

	return fuzz_keep_fd(t, open(fuzz_files[file], how | O_CLOEXEC, 0600));
}

static long do_close(struct fuzz_thread *t)
{
	int fd = atomic_exchange(&fuzz_fds[fuzz_random(t, FUZZ_SLOTS)], -1);

	/* All at once; those that are in no slot any more, too. 4 is the agent's. */
	if (!fuzz_random(t, 1000))
		return syscall(SYS_close_range, 5, FUZZ_LOW_FDS - 1, 0);
	return fd < 0 ? fd : close(fd);
}

/* Also over a file that another thread uses. */
static long do_dup(struct fuzz_thread *t)
{
	int from = fuzz_fd(t), to = fuzz_fd(t);

	if (from < 0 || to < 0 || fuzz_random(t, 2))
		return fuzz_keep_fd(t, dup(from));
	return dup3(from, to, O_CLOEXEC);
}

static long do_read(struct fuzz_thread *t)
{
	size_t bytes = fuzz_size(t);
	void *to = fuzz_pointer(t, bytes);

	if (fuzz_random(t, 3))
		return read(fuzz_fd(t), to, bytes);
	return pread(fuzz_fd(t), to, bytes, fuzz_offset(t));
}

static long do_readv(struct fuzz_thread *t)
{
	static const int flags[] = { 0, RWF_NOWAIT, RWF_HIPRI, RWF_APPEND, 0x100, -1 };
	struct iovec pieces[PIECES];
	int count = fuzz_iovec(t, pieces, PIECES, false);

	if (fuzz_random(t, 2))
		return readv(fuzz_fd(t), pieces, count);
	return preadv2(fuzz_fd(t), pieces, count, fuzz_random(t, 2) ? -1 : fuzz_offset(t),
		       flags[fuzz_random(t, sizeof(flags) / sizeof(*flags))]);
}

static long do_write(struct fuzz_thread *t)
{
	size_t bytes;
	void *from = fuzz_source(t, &bytes);

	if (fuzz_random(t, 4))
		return write(fuzz_fd(t), from, bytes);
	return pwrite(fuzz_fd(t), from, bytes, fuzz_offset(t));
}

static long do_writev(struct fuzz_thread *t)
{
	struct iovec pieces[2];
	int count = fuzz_iovec(t, pieces, 2, true);

	return writev(fuzz_fd(t), pieces, count);
}

static long do_lseek(struct fuzz_thread *t)
{
	return lseek(fuzz_fd(t), fuzz_random(t, 2) ? 0 : fuzz_offset(t), fuzz_random(t, 6));
}

static long do_ioctl(struct fuzz_thread *t)
{
	return ioctl(fuzz_fd(t), fuzz_request(t), fuzz_pointer(t, 520));
}

static void forget_map(struct fuzz_map *map)
{
	if (map->at)
		munmap(map->at, map->bytes);
	map->at = NULL;
}

static long do_mmap(struct fuzz_thread *t)
{
	static const int kinds[] = { MAP_SHARED,
				     MAP_SHARED,
				     MAP_SHARED,
				     MAP_PRIVATE,
				     MAP_SHARED_VALIDATE,
				     MAP_SHARED | MAP_POPULATE,
				     MAP_SHARED | MAP_LOCKED };
	struct fuzz_map *map = &t->maps[fuzz_random(t, FUZZ_MAPS)];
	size_t bytes = fuzz_random(t, 2) ? FUZZ_PAGE : (size_t)fuzz_random(t, 400) * FUZZ_PAGE;
	int protection = fuzz_random(t, 4) ? PROT_READ : (int)fuzz_random(t, 8);
	off_t at = fuzz_random(t, 8) ? 0 : fuzz_offset(t);
	char *found = mmap(NULL, bytes, protection, kinds[fuzz_random(t, 7)], fuzz_fd(t), at);

	if (found == MAP_FAILED)
		return -1;
	fuzz_wrong += !!(protection & PROT_WRITE);
	forget_map(map);
	*map = (struct fuzz_map){ found, bytes, protection & PROT_READ };
	return 0;
}

/* What a mapping is used for, and changes of it that the module must refuse. */
static long do_use_map(struct fuzz_thread *t)
{
	struct fuzz_map *map = &t->maps[fuzz_random(t, FUZZ_MAPS)];
	volatile uint64_t sum = 0;
	void *moved;
	size_t bytes;

	if (!map->at)
		return -1;
	switch (fuzz_random(t, 6)) {
	case 0:
		forget_map(map);
		return 0;
	case 1:
		if (mprotect(map->at, FUZZ_PAGE, PROT_READ | PROT_WRITE))
			return -1;
		fuzz_wrong++;
		return 0;
	case 2:
		bytes = map->bytes + FUZZ_PAGE * fuzz_random(t, 3);
		moved = mremap(map->at, map->bytes, bytes, MREMAP_MAYMOVE);
		if (moved == MAP_FAILED)
			return -1;
		map->at = moved;
		map->bytes = bytes;
		return 0;
	case 3:
		map->readable = false; /* the page may be dropped, and does not come again */
		return madvise(map->at, map->bytes, fuzz_random(t, 26));
	case 4:
		return mlock(map->at, map->bytes);
	default:
		for (size_t at = 0; map->readable && at < map->bytes; at += 64)
			sum += *(volatile uint64_t *)(map->at + at);
		return 0;
	}
}

static long do_poll(struct fuzz_thread *t)
{
	struct pollfd fds[PIECES];
	int count = fuzz_random(t, PIECES);

	for (int i = 0; i < count; i++)
		fds[i] = (struct pollfd){ fuzz_fd(t), fuzz_random(t, 0), 0 };
	return poll(fds, count, fuzz_random(t, 10) ? 0 : 5);
}

/* Closes of files that are watched, too. */
static long do_epoll(struct fuzz_thread *t)
{
	struct epoll_event event = { .events = fuzz_random(t, 0) };
	int watcher = epoll_create1(EPOLL_CLOEXEC), i;
	long ret = -1;

	if (watcher < 0)
		return -1;
	for (i = 0; i < 3; i++)
		ret = epoll_ctl(watcher, EPOLL_CTL_ADD, fuzz_fd(t), &event);
	epoll_wait(watcher, &event, 1, 0);
	fuzz_keep_fd(t, watcher);
	return ret;
}

/* Empties the thread's pipe. Returns how many bytes were in it. */
static long drain_pipe(struct fuzz_thread *t)
{
	char drain[FUZZ_PAGE];
	long found, sum = 0;

	while ((found = read(t->pipe[0], drain, sizeof(drain))) > 0)
		sum += found;
	return sum;
}

/* Returns how many bytes went through the pipe, or -1 if none did. */
static long do_splice(struct fuzz_thread *t)
{
	size_t bytes = fuzz_random(t, 2) ? 4096 : fuzz_size(t);
	loff_t at = fuzz_offset(t), *offset = fuzz_random(t, 2) ? &at : NULL;

	long moved;

	switch (fuzz_random(t, 5)) {
	case 0:
		moved = splice(fuzz_fd(t), offset, t->pipe[1], NULL, bytes, SPLICE_F_NONBLOCK);
		break;
	case 1:
		moved = sendfile(t->pipe[1], fuzz_fd(t), offset, bytes);
		break;
	case 2:
		moved = copy_file_range(fuzz_fd(t), offset, fuzz_fd(t), NULL, bytes, 0);
		break;
	case 3: /* what is in the pipe was in such a file, and is no text of a knob */
		moved = splice(t->pipe[0], NULL, fuzz_fd(t), offset, bytes, SPLICE_F_NONBLOCK);
		break;
	default:
		moved = drain_pipe(t);
		bytes = moved;
	}
	fuzz_wrong += moved > 0 && (size_t)moved > bytes;
	return moved > 0 ? moved : -1;
}

/*
 * The kernel splices no file that has no functions for it, and the devices have none. So EINVAL is
 * the answer where all else is right: a file that is out of the other threads' reach, and an empty
 * pipe. Returns 0, or -1 if the device does not open.
 */
static long do_splice_device(struct fuzz_thread *t)
{
	int low = open(fuzz_files[fuzz_random(t, FUZZ_DEVICES)], O_RDWR | O_NONBLOCK | O_CLOEXEC);
	int fd = low < 0 ? -1 : fcntl(low, F_DUPFD_CLOEXEC, FUZZ_LOW_FDS);
	size_t bytes = 1 + fuzz_random(t, 9000);
	unsigned int how = fuzz_random(t, 4);
	struct stat st;
	long moved;

	if (low >= 0)
		close(low);
	/* Another thread may have closed it meanwhile, and have opened another in its place. */
	if (fd < 0 || fstat(fd, &st) || !S_ISCHR(st.st_mode)) {
		if (fd >= 0)
			close(fd);
		return -1;
	}
	drain_pipe(t);
	if (how == 0)
		moved = splice(fd, NULL, t->pipe[1], NULL, bytes, 0);
	else if (how == 1)
		moved = sendfile(t->pipe[1], fd, NULL, bytes);
	else if (how == 2)
		moved = splice(t->pipe[0], NULL, fd, NULL, bytes, SPLICE_F_NONBLOCK);
	else
		moved = copy_file_range(fd, NULL, t->pipe[1], NULL, bytes, 0);
	fuzz_wrong += moved != -1 || errno != EINVAL;
	close(fd);
	return 0;
}

static long do_other(struct fuzz_thread *t)
{
	int fd = fuzz_fd(t);
	struct stat st;

	switch (fuzz_random(t, 11)) {
	case 0:
		return fcntl(fd, F_SETFL, fuzz_random(t, 2) ? O_NONBLOCK : fuzz_random(t, 0));
	case 1:
		return fcntl(fd, F_GETFL);
	case 2:
		return fsync(fd);
	case 3:
		return ftruncate(fd, fuzz_offset(t));
	case 4:
		return fallocate(fd, 0, fuzz_offset(t), fuzz_offset(t));
	case 5:
		return flock(fd, LOCK_NB | 1 << fuzz_random(t, 4));
	case 6:
		return fstat(fd, &st);
	case 7:
		return posix_fadvise(fd, fuzz_offset(t), fuzz_offset(t), fuzz_random(t, 7));
	case 8:
		return readahead(fd, fuzz_offset(t), 4096);
	case 9:
		return fcntl(fd, F_SETLEASE, fuzz_random(t, 3));
	default:
		return fchmod(fd, 0600);
	}
}

/* Has the kernel find errors, so that there are records. */
static long do_burst(struct fuzz_thread *t)
{
	char text[100];
	int count = 1 + fuzz_random(t, BURST_MOST);
	int length = snprintf(text, sizeof(text), "burst 4 %d 9400000000000090 %x000 0 0 0", count,
			      fuzz_random(t, 1 << 20));
	long ret = write(fuzz_command_fd, text, length);

	if (ret == length)
		t->bursts += count;
	return ret;
}

struct fuzz_call fuzz_calls[] = {
	{ do_open, 120, { "open", 0, 0 } },
	{ do_close, 40, { "close", 0, 0 } },
	{ do_dup, 20, { "dup", 0, 0 } },
	{ do_read, 150, { "read", 0, 0 } },
	{ do_readv, 60, { "readv", 0, 0 } },
	{ do_write, 120, { "write", 0, 0 } },
	{ do_writev, 20, { "writev", 0, 0 } },
	{ do_lseek, 60, { "lseek", 0, 0 } },
	{ do_ioctl, 120, { "ioctl", 0, 0 } },
	{ do_mmap, 60, { "mmap", 0, 0 } },
	{ do_use_map, 60, { "use of a mapping", 0, 0 } },
	{ do_poll, 40, { "poll", 0, 0 } },
	{ do_epoll, 10, { "epoll", 0, 0 } },
	{ do_splice, 40, { "splice", 0, 0 } },
	{ do_splice_device, 10, { "splice of a device", 0, 0 } },
	{ do_other, 50, { "other", 0, 0 } },
	{ fuzz_compat, 120, { "32-bit", 0, 0 } },
	{ fuzz_uring, 20, { "io_uring", 0, 0 } },
	{ do_burst, 2, { "burst", 0, 0 } },
	{ NULL, 0, { NULL, 0, 0 } },
};

// SPDX-License-Identifier: GPL-2.0
/*
 * System calls as a 32-bit program makes them, for mcwtest fuzz: int $0x80 enters the kernel's
 * compat code from a 64-bit program too, with the low halves of the registers.
 */
#define _GNU_SOURCE
#include "fuzz.h"

#include <string.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../../include/uapi/mcewarden.h"

/* The numbers of asm/unistd_32.h, which cannot be included beside those of 64 bits. */
enum {
	READ32 = 3,
	WRITE32 = 4,
	CLOSE32 = 6,
	LSEEK32 = 19,
	GETPID32 = 20,
	IOCTL32 = 54,
	MMAP32 = 90,
	MUNMAP32 = 91,
	LLSEEK32 = 140,
	READV32 = 145,
	WRITEV32 = 146,
	POLL32 = 168,
	PREAD32 = 180,
	SENDFILE32 = 187,
	FCNTL32 = 221,
	SPLICE32 = 313,
	PREADV32 = 333,
};

struct iovec32 {
	uint32_t base, bytes;
};

static long call32(long number, uint32_t a, uint32_t b, uint32_t c, uint32_t d, uint32_t e)
{
	long ret;

	asm volatile("int $0x80"
		     : "=a"(ret)
		     : "a"(number), "b"(a), "c"(b), "d"(c), "S"(d), "D"(e)
		     : "memory", "r8", "r9", "r10", "r11");
	return (int)ret;
}

/* A kernel without 32-bit system calls kills who makes one. */
bool fuzz_compat_works(void)
{
	pid_t child = fork();
	int status;

	if (!child)
		_exit(call32(GETPID32, 0, 0, 0, 0, 0) == getpid() ? 0 : 1);
	return child > 0 && waitpid(child, &status, 0) == child && !status;
}

static uint32_t low(const void *pointer)
{
	return (uintptr_t)pointer;
}

static uint32_t pieces(struct fuzz_thread *t, struct iovec32 *to, int count)
{
	struct iovec long_ones[8];

	count = fuzz_iovec(t, long_ones, count, false);
	for (int i = 0; i < count; i++)
		to[i] = (struct iovec32){ low(long_ones[i].iov_base), long_ones[i].iov_len };
	return count;
}

/* Maps as old 32-bit programs do, and unmaps. */
static long map_and_unmap(struct fuzz_thread *t, uint32_t *arguments)
{
	uint32_t bytes = fuzz_random(t, 2) ? FUZZ_PAGE : fuzz_random(t, 400) * FUZZ_PAGE;
	long at;

	memcpy(arguments,
	       (uint32_t[]){ 0, bytes, 1 + 2 * !fuzz_random(t, 8), 1, fuzz_fd(t),
			     fuzz_random(t, 8) ? 0 : fuzz_offset(t) },
	       24);
	at = call32(MMAP32, low(arguments), 0, 0, 0, 0);
	if (at < 0 && at > -4096)
		return -1;
	fuzz_wrong += arguments[2] & 2;
	return call32(MUNMAP32, at, bytes, 0, 0, 0);
}

static long poll32(struct fuzz_thread *t, void *memory)
{
	struct {
		int fd;
		short events, revents;
	} fds[4];
	uint32_t count = fuzz_random(t, 5);

	for (int i = 0; i < 4; i++) {
		fds[i].fd = fuzz_fd(t);
		fds[i].events = fuzz_random(t, 0);
	}
	memcpy(memory, fds, sizeof(fds));
	return call32(POLL32, low(memory), count, 0, 0, 0);
}

static long write32(struct fuzz_thread *t)
{
	size_t bytes;
	uint32_t from = low(fuzz_source(t, &bytes));

	return call32(WRITE32, fuzz_fd(t), from, bytes, 0, 0);
}

/* One call. */
long fuzz_compat(struct fuzz_thread *t)
{
	void *memory = t->arena;
	size_t bytes = fuzz_size(t);
	uint32_t to = low(fuzz_pointer(t, bytes)), count;
	int fd = fuzz_fd(t);

	if (!fuzz_has_compat)
		return -1;
	switch (fuzz_random(t, 14)) {
	case 0:
		return call32(READ32, fd, to, bytes, 0, 0);
	case 1:
		return call32(PREAD32, fd, to, bytes, fuzz_offset(t), fuzz_offset(t));
	case 2:
		return write32(t);
	case 3:
		return call32(LSEEK32, fd, fuzz_offset(t), fuzz_random(t, 5), 0, 0);
	case 4:
		return call32(LLSEEK32, fd, fuzz_offset(t), fuzz_offset(t), to, fuzz_random(t, 5));
	case 5:
	case 6:
	case 7:
		return call32(IOCTL32, fd, fuzz_request(t), to, 0, 0);
	case 8:
		return map_and_unmap(t, memory);
	case 9:
		count = pieces(t, memory, 8);
		return call32(READV32, fd, low(memory), count, 0, 0);
	case 10:
		count = pieces(t, memory, 8);
		return call32(PREADV32, fd, low(memory), count, fuzz_offset(t), fuzz_offset(t));
	case 11:
		return poll32(t, memory);
	case 12:
		return call32(SENDFILE32, t->pipe[1], fd, fuzz_random(t, 2) ? to : 0, bytes, 0);
	default:
		return call32(FCNTL32, fd, 4, fuzz_random(t, 0), 0, 0); /* F_SETFL */
	}
}

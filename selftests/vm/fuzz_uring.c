// SPDX-License-Identifier: GPL-2.0
/* io_uring for mcwtest fuzz: requests that stay, while their files are closed. */
#define _GNU_SOURCE
#include "fuzz.h"

#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#define ENTRIES 8
#define USES 30 /* then a new one: those that wait are cancelled */
#define MAP_BYTES 4096
#define PIECES 4

void fuzz_uring_close(struct fuzz_uring *ring)
{
	if (ring->fd < 0)
		return;
	munmap(ring->sq, MAP_BYTES);
	munmap(ring->cq, MAP_BYTES);
	munmap(ring->sqes, MAP_BYTES);
	close(ring->fd);
	ring->fd = -1;
}

static void *map_part(int fd, off_t at)
{
	return mmap(NULL, MAP_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, fd, at);
}

static bool open_ring(struct fuzz_uring *ring)
{
	struct io_uring_params p = { 0 };
	int fd = syscall(SYS_io_uring_setup, ENTRIES, &p);

	if (fd < 0)
		return false;
	ring->fd = fcntl(fd, F_DUPFD, FUZZ_LOW_FDS);
	close(fd);
	ring->sq = map_part(ring->fd, IORING_OFF_SQ_RING);
	ring->cq = map_part(ring->fd, IORING_OFF_CQ_RING);
	ring->sqes = map_part(ring->fd, IORING_OFF_SQES);
	if (ring->sq == MAP_FAILED || ring->cq == MAP_FAILED || ring->sqes == MAP_FAILED) {
		close(ring->fd);
		ring->fd = -1;
		return false;
	}
	ring->sq_tail = (void *)((char *)ring->sq + p.sq_off.tail);
	ring->sq_mask = *(uint32_t *)((char *)ring->sq + p.sq_off.ring_mask);
	ring->sq_array = (void *)((char *)ring->sq + p.sq_off.array);
	ring->cq_head = (void *)((char *)ring->cq + p.cq_off.head);
	ring->cq_tail = (void *)((char *)ring->cq + p.cq_off.tail);
	ring->used = 0;
	return true;
}

static void fill(struct fuzz_thread *t, struct io_uring_sqe *sqe)
{
	static const unsigned char codes[] = {
		IORING_OP_READ,	 IORING_OP_READ,	 IORING_OP_READV,
		IORING_OP_WRITE, IORING_OP_POLL_ADD,	 IORING_OP_POLL_REMOVE,
		IORING_OP_FSYNC, IORING_OP_ASYNC_CANCEL, IORING_OP_SPLICE,
	};
	static const unsigned char flags[] = { 0, 0, IOSQE_ASYNC, IOSQE_IO_LINK, IOSQE_IO_DRAIN };
	struct iovec *pieces = (void *)t->arena;
	size_t bytes = fuzz_size(t);

	memset(sqe, 0, sizeof(*sqe));
	sqe->opcode = codes[fuzz_random(t, sizeof(codes))];
	sqe->flags = flags[fuzz_random(t, sizeof(flags))];
	sqe->fd = fuzz_fd(t);
	sqe->off = fuzz_random(t, 2) ? 0 : (uint64_t)fuzz_offset(t);
	sqe->user_data = fuzz_random(t, 16);
	switch (sqe->opcode) {
	case IORING_OP_READ:
		sqe->addr = (uintptr_t)fuzz_pointer(t, bytes);
		sqe->len = bytes;
		break;
	case IORING_OP_READV:
		sqe->addr = (uintptr_t)pieces;
		sqe->len = fuzz_iovec(t, pieces, PIECES, false);
		break;
	case IORING_OP_WRITE:
		sqe->addr = (uintptr_t)fuzz_source(t, &bytes);
		sqe->len = bytes;
		break;
	case IORING_OP_POLL_ADD:
		sqe->poll32_events = fuzz_random(t, 0);
		break;
	case IORING_OP_SPLICE:
		sqe->splice_fd_in = sqe->fd;
		sqe->splice_off_in = -1;
		sqe->off = -1;
		sqe->fd = t->pipe[1];
		sqe->len = 4096;
		break;
	default: /* of the requests that wait, those with this number */
		sqe->addr = fuzz_random(t, 16);
	}
}

long fuzz_uring(struct fuzz_thread *t)
{
	struct fuzz_uring *ring = &t->uring;
	uint32_t tail;
	long ret;

	if (ring->used > USES)
		fuzz_uring_close(ring);
	if (ring->fd < 0 && !open_ring(ring))
		return -1;
	ring->used++;
	tail = *ring->sq_tail;
	fill(t, &ring->sqes[tail & ring->sq_mask]);
	ring->sq_array[tail & ring->sq_mask] = tail & ring->sq_mask;
	atomic_store(ring->sq_tail, tail + 1);
	ret = syscall(SYS_io_uring_enter, ring->fd, 1, 0, 0, NULL, 0);
	atomic_store(ring->cq_head,
		     atomic_load(ring->cq_tail)); /* what came of them is not asked */
	return ret;
}

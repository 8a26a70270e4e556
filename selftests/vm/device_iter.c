// SPDX-License-Identifier: GPL-2.0
/*
 * Other ways to read /dev/mcewarden than read(): readv(), preadv2(), splice() and io_uring, one
 * check a line.
 */
#define _GNU_SOURCE
#include "checks.h"
#include "mcwtest.h"
#include "uring.h"

#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/uio.h>
#include <unistd.h>

#include "../../include/uapi/mcewarden.h"

#define PAGE 4096
#define TEN "burst 4 10 0x9400000000000090 0x100 0 0 0"
#define ONE "burst 4 1 0x9400000000000090 0x200 0 0 0"

static int open_at_end(int flags)
{
	int fd = open("/dev/" MCW_DEVICE, O_RDONLY | flags);

	if (fd < 0)
		fatal("/dev/" MCW_DEVICE);
	lseek(fd, 0, SEEK_END);
	return fd;
}

static bool are_ten(const struct mcw_record *recs, unsigned int from, unsigned int count)
{
	unsigned int i;

	for (i = 0; i < count; i++)
		if (recs[i].event.regs.addr != 0x100 + from + i)
			return false;
	return true;
}

static void check_readv(void)
{
	struct mcw_record recs[12];
	char *to = (char *)recs;
	struct iovec odd[] = { { to, 1 },	  { to + 1, 0 },      { to + 1, 600 },
			       { to + 601, 247 }, { to + 848, 1000 }, { to + 1848, 140 } };
	struct iovec tiny[] = { { to, 100 }, { to + 100, 147 } };
	int fd = open_at_end(O_NONBLOCK);

	FAILS("readv, nothing there", readv(fd, odd, 6), EAGAIN);
	FAILS("readv, one byte short", readv(fd, tiny, 2), EINVAL);
	command_kernel(0, TEN);
	GIVES("readv in odd pieces", readv(fd, odd, 6), 8 * MCW_RECORD_BYTES);
	GIVES("eight records in order", are_ten(recs, 0, 8), 1);
	odd[3].iov_len = 1000;
	GIVES("readv of the rest", readv(fd, odd, 6), 2 * MCW_RECORD_BYTES);
	FAILS("readv, all read", readv(fd, odd, 6), EAGAIN);
	close(fd);
}

static void check_readv_fault(void)
{
	char *map =
		mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct mcw_record recs[12];
	struct iovec pieces[] = { { recs, 300 }, { map + PAGE - 100, 396 + 248 } };
	int fd = open_at_end(O_NONBLOCK);

	if (map == MAP_FAILED || mprotect(map + PAGE, PAGE, PROT_NONE))
		fatal("mmap");
	command_kernel(0, TEN);
	GIVES("the second piece faults", readv(fd, pieces, 2), MCW_RECORD_BYTES);
	GIVES("the first record came whole", are_ten(recs, 0, 1), 1);
	pieces[0].iov_len = 200;
	pieces[1].iov_base = map + PAGE - 40;
	FAILS("the first record faults", readv(fd, pieces, 2), EFAULT);
	GIVES("the other nine", read(fd, recs, sizeof(recs)), 9 * MCW_RECORD_BYTES);
	GIVES("none was lost", are_ten(recs, 1, 9), 1);
	munmap(map, 2 * PAGE);
	close(fd);
}

static void check_nowait(void)
{
	struct mcw_record recs[12];
	struct iovec piece = { recs, sizeof(recs) };
	int fd = open_at_end(0);

	FAILS("RWF_NOWAIT, nothing there", preadv2(fd, &piece, 1, -1, RWF_NOWAIT), EAGAIN);
	command_kernel(0, ONE);
	GIVES("RWF_NOWAIT", preadv2(fd, &piece, 1, -1, RWF_NOWAIT), MCW_RECORD_BYTES);
	GIVES("its record", recs[0].event.regs.addr, 0x200);
	close(fd);
}

/* A record is never in parts, so neither splice() nor sendfile() can have one. */
static void check_splice(void)
{
	struct mcw_record recs[12];
	int fd = open_at_end(O_NONBLOCK), ends[2];

	if (pipe(ends))
		fatal("pipe");
	command_kernel(0, ONE);
	FAILS("splice", splice(fd, NULL, ends[1], NULL, sizeof(recs), 0), EINVAL);
	FAILS("sendfile", sendfile(ends[1], fd, NULL, sizeof(recs)), EINVAL);
	GIVES("the record is still there", read(fd, recs, sizeof(recs)), MCW_RECORD_BYTES);
	close(ends[0]);
	close(ends[1]);
	close(fd);
}

static void check_uring(void)
{
	struct mcw_record recs[12];
	struct iovec pieces[] = { { recs, 300 }, { (char *)recs + 300, sizeof(recs) - 300 } };
	int fd = open_at_end(0);
	struct io_uring_sqe plain = { .opcode = IORING_OP_READ, .fd = fd, .off = -1 };
	struct io_uring_sqe vector = { .opcode = IORING_OP_READV, .fd = fd, .off = -1 };
	struct uring ring;

	plain.addr = (uintptr_t)recs;
	plain.len = sizeof(recs);
	vector.addr = (uintptr_t)pieces;
	vector.len = 2;
	uring_open(&ring);
	command_kernel(0, TEN);
	GIVES("submit a read", uring_submit(&ring, &plain), 1);
	GIVES("io_uring reads ten", uring_result(&ring), 10 * MCW_RECORD_BYTES);
	GIVES("ten records in order", are_ten(recs, 0, 10), 1);
	command_kernel(0, TEN);
	GIVES("submit a readv", uring_submit(&ring, &vector), 1);
	GIVES("io_uring reads ten in pieces", uring_result(&ring), 10 * MCW_RECORD_BYTES);
	GIVES("ten records in order again", are_ten(recs, 0, 10), 1);
	GIVES("submit a read before there is anything", uring_submit(&ring, &plain), 1);
	usleep(200000);
	GIVES("it waits", uring_is_done(&ring), 0);
	command_kernel(0, ONE);
	GIVES("a record ends the wait", uring_result(&ring), MCW_RECORD_BYTES);
	GIVES("it is that record", recs[0].event.regs.addr, 0x200);
	plain.len = MCW_RECORD_BYTES - 1;
	GIVES("submit a read that is too short", uring_submit(&ring, &plain), 1);
	GIVES("EINVAL", uring_result(&ring), -EINVAL);
	plain.len = sizeof(recs);
	GIVES("submit one more", uring_submit(&ring, &plain), 1);
	/* The read still waits; closing the ring ends it. */
	uring_close(&ring);
	close(fd);
}

static int run_iter(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	setvbuf(stdout, NULL, _IOLBF, 0);
	check_readv();
	check_readv_fault();
	check_nowait();
	check_splice();
	check_uring();
	printf("wrong=%u\n", wrong);
	return wrong ? 1 : 0;
}

const struct command device_iter_commands[] = {
	{ "device-iter", run_iter, "" },
	{ NULL, NULL, NULL },
};

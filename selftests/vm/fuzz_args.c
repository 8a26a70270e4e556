// SPDX-License-Identifier: GPL-2.0
/* Random arguments for the calls of mcwtest fuzz: good ones, and all kinds of bad ones. */
#define _GNU_SOURCE
#include "fuzz.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <asm/mce.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <unistd.h>

#include "../../include/uapi/mcewarden.h"

#define ARENA_BYTES ((size_t)FUZZ_ARENA_PAGES * FUZZ_PAGE)
#define SOURCE_BYTES ((size_t)2 * FUZZ_PAGE)
#define SOURCES 2
#define ONE_OF(t, array) ((array)[fuzz_random(t, sizeof(array) / sizeof(*(array)))])

static bool make_pipe(struct fuzz_thread *t)
{
	int fds[2];

	if (pipe2(fds, O_NONBLOCK))
		return false;
	for (int i = 0; i < 2; i++) {
		t->pipe[i] = fcntl(fds[i], F_DUPFD, FUZZ_LOW_FDS);
		close(fds[i]);
	}
	return t->pipe[0] >= 0 && t->pipe[1] >= 0;
}

/* Returns whether the thread has memory and a pipe. */
bool fuzz_prepare(struct fuzz_thread *t)
{
	/* At the arena's begin is what no call writes: structures and sources. */
	t->uring.fd = -1;
	t->arena = mmap(NULL, ARENA_BYTES + 2 * FUZZ_PAGE, PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
	return t->arena != MAP_FAILED && !mprotect(t->arena + ARENA_BYTES, FUZZ_PAGE, PROT_READ) &&
	       !mprotect(t->arena + ARENA_BYTES + FUZZ_PAGE, FUZZ_PAGE, PROT_NONE) && make_pipe(t);
}

/* Memory of the kernel, addresses that cannot be, the edges of user space. */
static const uint64_t nowhere[] = {
	0,
	1,
	8,
	0xfff,
	0xffffffff,
	0xfffff000,
	0x7fffffffeff8,
	0x7ffffffff000,
	0x800000000000,
	0x8000000000000000,
	0xffff888000000000,
	0xffff888000001000,
	0xffffc90000000000,
	0xffffffff81000000,
	0xffffffffff600000,
	0xfffffffffffff000,
	0xfffffffffffffff8,
	0xffffffffffffffff,
};

/* Mostly room for so many bytes, where a call may write. */
void *fuzz_pointer(struct fuzz_thread *t, size_t bytes)
{
	const struct fuzz_map *map = &ONE_OF(t, t->maps);
	const size_t room = ARENA_BYTES - SOURCES * SOURCE_BYTES - FUZZ_PAGE;

	if (bytes > room)
		bytes = room;
	switch (fuzz_random(t, 16)) {
	case 0:
		return (void *)(uintptr_t)ONE_OF(t, nowhere);
	case 1: /* runs into the page that is read-only */
		return t->arena + ARENA_BYTES - fuzz_random(t, 600);
	case 2: /* runs into the page without access */
		return t->arena + ARENA_BYTES + FUZZ_PAGE - fuzz_random(t, 600);
	case 3:
		return map->at ? map->at + fuzz_random(t, map->bytes) : NULL;
	default:
		return t->arena + ARENA_BYTES - bytes - fuzz_random(t, room - bytes + 1);
	}
}

size_t fuzz_size(struct fuzz_thread *t)
{
	static const size_t edges[] = {
		0,
		1,
		4,
		7,
		8,
		MCW_RECORD_BYTES - 1,
		MCW_RECORD_BYTES,
		MCW_RECORD_BYTES + 1,
		2 * MCW_RECORD_BYTES,
		10 * MCW_RECORD_BYTES,
		sizeof(struct mce),
		32 * sizeof(struct mce) - 1,
		32 * sizeof(struct mce),
		4095,
		4096,
		4097,
		65536,
		0x7ffff000,
		0x7fffffff,
		0x80000000,
		0xffffffff,
		0x7fffffffffffffff,
		0x8000000000000000,
		0xffffffffffffffff,
	};

	return fuzz_random(t, 2) ? fuzz_random(t, 9000) : ONE_OF(t, edges);
}

long long fuzz_offset(struct fuzz_thread *t)
{
	static const long long edges[] = {
		0,
		1,
		-1,
		2,
		8,
		256,
		4095,
		4096,
		4097,
		8192,
		0x7fffffff,
		0x80000000,
		0xffffffff,
		-4096,
		0x7fffffffffffffff,
		-0x7fffffffffffffff - 1,
	};

	return fuzz_random(t, 4) ? ONE_OF(t, edges) : (long long)fuzz_random(t, 0) << 20;
}

unsigned int fuzz_request(struct fuzz_thread *t)
{
	static const unsigned int known[] = {
		MCW_IOC_VERSION,  MCW_IOC_RECORD_BYTES,
		MCW_IOC_LANES,	  MCW_IOC_MISSED,
		MCW_IOC_CE_PAGES, MCW_IOC_EVENT_COUNTS,
		MCW_IOC_LOAD,	  MCW_IOC_WANT,
		MCW_IOC_READ_TO,  MCE_GET_RECORD_LEN,
		MCE_GET_LOG_LEN,  MCE_GETCLEAR_FLAGS,
		FIONREAD,	  FIONBIO,
		FIOASYNC,	  FIOCLEX,
		FIONCLEX,	  FIOQSIZE,
		TCGETS,
	};
	unsigned int request = ONE_OF(t, known);

	switch (fuzz_random(t, 10)) {
	case 0: /* another size, direction, number or type */
		return request ^ 1U << fuzz_random(t, 32);
	case 1:
		return fuzz_random(t, 0);
	default:
		return request;
	}
}

/* An error that a poll finds and that no page of memory has; never an exception. */
static size_t injection(struct fuzz_thread *t, char *to)
{
	static const unsigned long long statuses[] = {
		0x9400000000000090, 0x9c00000000000090, 0x8c000000000000c1, 0xd400004000000090, 0,
	};
	static const unsigned char ways[] = { 0, 1, 2, 4, 0x10, 0x11, 0x14 };
	struct mce m = {
		.status = ONE_OF(t, statuses),
		.addr = 0x8000000000 + ((uint64_t)fuzz_random(t, 1 << 20) << 12),
		.misc = 0x8c,
		.bank = fuzz_random(t, 12),
		.extcpu = fuzz_random(t, 20) ? fuzz_random(t, 2) : fuzz_random(t, 0),
		.inject_flags = ONE_OF(t, ways),
	};

	memcpy(to, &m, sizeof(m));
	return fuzz_random(t, 10) ? sizeof(m) : fuzz_random(t, sizeof(m));
}

static size_t number(struct fuzz_thread *t, char *to)
{
	static const char *const formats[] = { "%llu",	"%lld\n", "0x%llx", "%llx\n", "%#llo",
					       " %llu", "%llu 1", "+%llu",  "-%llu",  "%llu\n\n" };
	unsigned long long value = fuzz_random(t, 0);

	if (!fuzz_random(t, 5))
		value <<= 32;
	else if (fuzz_random(t, 3))
		value >>= fuzz_random(t, 32);
	return sprintf(to, ONE_OF(t, formats), value);
}

static const char *const texts[] = {
	"",
	"\n",
	"0",
	"0\n",
	"1\n",
	"1",
	"2",
	"3\n",
	"4",
	"-1",
	"off",
	"off\n",
	"observe\n",
	"unhandled",
	"hold\n",
	"leave",
	"quiet\n",
	"all\n",
	"quiet\nall",
	"al",
	"offf",
	"/bin/true",
	"/bin/true\n",
	"/\n",
	"bin/true",
	"/no/such program; \"'`$(x)\n",
	"/a\nb",
	"%s%n%x\n",
	"\t0\n",
	"0x",
	"ffffffffffffffff",
	"0xffffffffffffffff\n",
	"18446744073709551616",
	"4294967295",
	"4294967296",
};

/* What a write to a knob or to the injector has. Returns its length. */
static size_t content(struct fuzz_thread *t, char *to)
{
	size_t length;

	switch (fuzz_random(t, 8)) {
	case 0:
	case 1:
		return number(t, to);
	case 2:
		return injection(t, to);
	case 3: /* any bytes, and no exception among them: zeros are where the injector looks */
		length = fuzz_random(t, 400);
		for (size_t i = 0; i < length; i++)
			to[i] = fuzz_random(t, 256);
		memset(to + offsetof(struct mce, inject_flags), 0, 1);
		return length;
	case 4:
		length = fuzz_random(t, 2 * FUZZ_PAGE);
		memset(to, "/0a\n"[fuzz_random(t, 4)], length);
		memset(to + offsetof(struct mce, inject_flags), 0, 1);
		return length;
	default:
		return stpcpy(to, ONE_OF(t, texts)) - to;
	}
}

/*
 * What to write, and how much of it. Other memory is never written: by chance it would look like an
 * exception that the machine cannot survive.
 */
void *fuzz_source(struct fuzz_thread *t, size_t *length)
{
	char *to = t->arena + FUZZ_PAGE + fuzz_random(t, SOURCES) * SOURCE_BYTES;

	*length = content(t, to);
	if (!fuzz_random(t, 20))
		*length = fuzz_random(t, *length + 1);
	return fuzz_random(t, 20) ? to : (void *)(uintptr_t)ONE_OF(t, nowhere);
}

/* Fills in up to most pieces, good ones and bad ones. Returns how many. */
int fuzz_iovec(struct fuzz_thread *t, struct iovec *iov, int most, bool source)
{
	int count = fuzz_random(t, most + 1);

	for (int i = 0; i < count; i++) {
		if (source) {
			iov[i].iov_base = fuzz_source(t, &iov[i].iov_len);
			continue;
		}
		iov[i].iov_len = fuzz_random(t, 4) ? fuzz_random(t, 700) : fuzz_size(t);
		iov[i].iov_base = fuzz_pointer(t, iov[i].iov_len);
	}
	return count;
}

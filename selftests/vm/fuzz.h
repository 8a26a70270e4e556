/* SPDX-License-Identifier: GPL-2.0 */
/* The parts of mcwtest fuzz: fuzz.c runs the threads, the others have the calls. */
#ifndef _FUZZ_H
#define _FUZZ_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <linux/io_uring.h>

#define FUZZ_SLOTS 48
#define FUZZ_MAPS 8
#define FUZZ_LOW_FDS 400 /* from here on are files of the fuzzer itself */

/* Memory for arguments, below 4 GiB, so that a 32-bit call can name it. */
#define FUZZ_PAGE 4096
#define FUZZ_ARENA_PAGES 16 /* then come one page that is read-only, and one without access */

struct fuzz_map {
	char *at;
	size_t bytes;
	bool readable;
};

struct fuzz_uring {
	int fd; /* -1: none */
	unsigned int used;
	atomic_uint *sq_tail, *cq_head, *cq_tail;
	uint32_t sq_mask, *sq_array;
	struct io_uring_sqe *sqes;
	void *sq, *cq;
};

struct fuzz_thread {
	uint64_t random;
	char *arena;
	struct fuzz_map maps[FUZZ_MAPS];
	struct fuzz_uring uring;
	unsigned long long bursts; /* events that it had the kernel find */
	int number, pipe[2];
	/* The main thread looks at these: */
	atomic_ullong calls;
	atomic_llong since_ms; /* 0: not in a call */
	atomic_uintptr_t call; /* its name */
	atomic_int tid, done;
};

struct fuzz_count {
	const char *name;
	atomic_ullong made, passed;
};

/* fuzz.c */
extern atomic_int fuzz_fds[FUZZ_SLOTS]; /* shared by all threads, so they close each other's */
extern char **fuzz_files; /* everything that is opened; the devices are the first FUZZ_DEVICES */
extern size_t fuzz_files_count;
#define FUZZ_DEVICES 2
extern bool fuzz_has_compat;
extern int fuzz_command_fd;
extern atomic_uint fuzz_wrong; /* calls that succeeded and must not */

uint32_t fuzz_random(struct fuzz_thread *t, uint32_t below);
int fuzz_fd(struct fuzz_thread *t);
long fuzz_keep_fd(struct fuzz_thread *t, long fd);

/* fuzz_args.c */
bool fuzz_prepare(struct fuzz_thread *t);
void *fuzz_pointer(struct fuzz_thread *t, size_t bytes);
size_t fuzz_size(struct fuzz_thread *t);
long long fuzz_offset(struct fuzz_thread *t);
unsigned int fuzz_request(struct fuzz_thread *t);
void *fuzz_source(struct fuzz_thread *t, size_t *length);
struct iovec;
int fuzz_iovec(struct fuzz_thread *t, struct iovec *iov, int most, bool source);

/* fuzz_calls.c */
struct fuzz_call {
	long (*run)(struct fuzz_thread *t);
	unsigned int weight;
	struct fuzz_count count;
};

extern struct fuzz_call fuzz_calls[];

/* fuzz_compat.c: system calls of 32-bit programs, by int $0x80 */
bool fuzz_compat_works(void);
long fuzz_compat(struct fuzz_thread *t);

/* fuzz_uring.c */
long fuzz_uring(struct fuzz_thread *t);
void fuzz_uring_close(struct fuzz_uring *ring);

#endif /* _FUZZ_H */

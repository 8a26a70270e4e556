// SPDX-License-Identifier: GPL-2.0
/*
 * mcwctl inject: which page of memory an error is about.
 */
#include "cmd/inject.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "decode/decode.h"
#include "error.h"

#define PAGE_BYTES 4096ULL
#define PRESENT MCW_BIT(63) /* in /proc/PID/pagemap; below it the page's number */
#define NUMBER_MASK (MCW_BIT(55) - 1)
#define HWPOISON MCW_BIT(19) /* in /proc/kpageflags */
#define WAIT_MS 5000 /* longer than grace_ms, which is 2000 by default */
#define STEP_MS 20

/* Reads the word of a page from a file that has a word for each page. */
static bool word_read(const char *path, __u64 page, __u64 *word)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t bytes = -1;

	if (fd >= 0) {
		bytes = pread(fd, word, sizeof(*word), page * sizeof(*word));
		close(fd);
	}
	return bytes == sizeof(*word);
}

__u64 mcw_inject_page_of(__u64 pid, __u64 vaddr)
{
	char path[64];
	__u64 entry;

	if (pid)
		snprintf(path, sizeof(path), "/proc/%llu/pagemap", pid);
	else
		snprintf(path, sizeof(path), "/proc/self/pagemap");
	errno = 0;
	if (!word_read(path, vaddr / PAGE_BYTES, &entry)) {
		mcw_error("cannot read %s at 0x%llx: %s", path, vaddr,
			  errno ? strerror(errno) : "no such address");
		return MCW_NO_PAGE;
	}
	if (!(entry & PRESENT)) {
		mcw_error("%s: the page at 0x%llx is not in memory now", path, vaddr);
		return MCW_NO_PAGE;
	}
	if (!(entry & NUMBER_MASK)) {
		mcw_error("%s shows page numbers only to root", path);
		return MCW_NO_PAGE;
	}
	return (entry & NUMBER_MASK) * PAGE_BYTES + vaddr % PAGE_BYTES;
}

__u64 mcw_inject_page_make(void)
{
	char *page =
		mmap(NULL, PAGE_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (page == MAP_FAILED) {
		mcw_error("no memory for a page: %s", strerror(errno));
		return MCW_NO_PAGE;
	}
	/* The error is for a small page, not for a part of a huge one. */
	madvise(page, PAGE_BYTES, MADV_NOHUGEPAGE);
	memset(page, 0x5a, PAGE_BYTES);
	if (mlock(page, PAGE_BYTES)) {
		mcw_error("cannot keep a page in memory: %s", strerror(errno));
		return MCW_NO_PAGE;
	}
	return mcw_inject_page_of(0, (uintptr_t)page);
}

bool mcw_inject_page_dies(__u64 addr)
{
	__u64 flags;

	for (unsigned int waited = 0; waited < WAIT_MS; waited += STEP_MS) {
		if (!word_read("/proc/kpageflags", addr / PAGE_BYTES, &flags))
			return false;
		if (flags & HWPOISON)
			return true;
		usleep(STEP_MS * 1000);
	}
	return false;
}

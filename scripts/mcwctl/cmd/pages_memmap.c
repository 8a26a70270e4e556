// SPDX-License-Identifier: GPL-2.0
/*
 * mcwctl pages --memmap: the bad pages of the store as words for the kernel's command line and for
 * GRUB. So the kernel never has them, also where it would use them for itself.
 */
#include "cmd/stored_pages.h"

#include <stdlib.h>

#include "error.h"

#define PAGE_BITS 12
#define PAGE_BYTES (1ULL << PAGE_BITS)
/* COMMAND_LINE_SIZE of x86 is 2048, and other words need room too. */
#define ROOM 1536

/* Pages one after another. Return: where the next ones begin. */
static size_t range_at(const struct mcw_stored_pages *p, size_t i, __u64 *first, __u64 *last)
{
	*first = p->pages[i].page;
	*last = *first;
	while (++i < p->count && p->pages[i].page == *last + PAGE_BYTES)
		*last += PAGE_BYTES;
	return i;
}

static int memmap_print(FILE *out, const struct mcw_stored_pages *p)
{
	int length = fprintf(out, "memmap=");
	__u64 first, last;

	for (size_t i = 0; i < p->count;) {
		length += fprintf(out, "%s", i ? "," : "");
		i = range_at(p, i, &first, &last);
		length += fprintf(out, "%lluK$0x%llx", (last - first + PAGE_BYTES) >> 10, first);
	}
	fputc('\n', out);
	return length;
}

/* The largest block that begins there, whose size is a power of two, and that ends in the range. */
static __u64 block_at(__u64 first, __u64 last)
{
	__u64 bytes = PAGE_BYTES;

	while (!(first & bytes) && first + 2 * bytes - 1 <= last + PAGE_BYTES - 1)
		bytes *= 2;
	return bytes;
}

/* An address and the bits of it that count. */
static void badram_print(FILE *out, const struct mcw_stored_pages *p)
{
	__u64 first, last, bytes;

	fputs("GRUB_BADRAM=\"", out);
	for (size_t i = 0; i < p->count;) {
		bool begun = i;

		i = range_at(p, i, &first, &last);
		for (; first <= last; first += bytes) {
			bytes = block_at(first, last);
			fprintf(out, "%s0x%llx,0x%llx", begun ? "," : "", first, ~(bytes - 1));
			begun = true;
		}
	}
	fputs("\"\n", out);
}

void mcw_stored_pages_print(FILE *out, const struct mcw_stored_pages *p)
{
	if (!p->count) {
		fputs("# no stored page is bad\n", out);
		return;
	}
	fputs("# For the kernel's command line; in a file that GRUB reads, $ is written \\$.\n",
	      out);
	if (memmap_print(out, p) > ROOM)
		mcw_error("the kernel's command line has room for 2,047 characters in all: take "
			  "GRUB_BADRAM for so many pages");
	fputs("# For /etc/default/grub.\n", out);
	badram_print(out, p);
	fputs("# The numbers of the pages.\n", out);
	for (size_t i = 0; i < p->count; i++)
		fprintf(out, "0x%llx\n", p->pages[i].page >> PAGE_BITS);
}

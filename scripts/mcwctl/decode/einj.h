/* SPDX-License-Identifier: GPL-2.0 */
/*
 * ACPI's error injection (EINJ): its types of errors, and which memory it may hit. Pure.
 */
#ifndef MCW_DECODE_EINJ_H
#define MCW_DECODE_EINJ_H

#include <stdbool.h>
#include <stddef.h>

#include <linux/types.h>

#define MCW_EINJ_VENDOR		(1U << 31)	/* the other bits are the vendor's */
#define MCW_EINJ_MASK		(~0ULL << 12)	/* the address is exact to a page */

/* A type, by its number in ACPI's chapter on error injection, 18.6. */
struct mcw_einj_type {
	__u32 number;
	const char *name;
	bool is_memory;		/* it can have an address */
	bool is_fatal;
};

/* The i-th of the table; NULL past the last. */
const struct mcw_einj_type *mcw_einj_type(size_t i);
/* NULL: the table does not have it. */
const struct mcw_einj_type *mcw_einj_type_of(__u32 number);
/* "memory-corrected", or a hexadecimal number. */
char *mcw_einj_name(__u32 number, char *buf, size_t size);
/* All types of these bits, with commas between them; "none" where there is none. */
char *mcw_einj_names(__u32 numbers, char *buf, size_t size);

/* The bits of the kernel's list, debugfs's available_error_type. */
__u32 mcw_einj_available(const char *text);

/* How the kernel sees some memory, by its list, /proc/iomem. */
enum mcw_iomem {
	MCW_IOMEM_HIDDEN,	/* the list has zeros only, as for users other than root */
	MCW_IOMEM_RAM,		/* or persistent memory */
	MCW_IOMEM_OTHER,
};

/* name: what the list calls the smallest part that has all from first to last, or empty. */
enum mcw_iomem mcw_iomem_find(const char *text, __u64 first, __u64 last, char *name, size_t size);

#endif /* MCW_DECODE_EINJ_H */

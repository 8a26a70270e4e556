/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a guest's bank shows of an error of the host. Pure.
 */
#ifndef MCW_GUESTS_BANK_H
#define MCW_GUESTS_BANK_H

#include <stdbool.h>

#include <linux/types.h>

#include "decode/decode.h"

/* An error at a page of a guest. */
struct mcw_guest_error {
	__u64 gpa; /* with the offset in its page */
	__u64 hva; /* of the page, in the program's address space */
	__u64 host_page;
	__u64 status; /* of the host's first record */
	__u64 count; /* errors that it stands for, at least 1 */
	enum mcw_class class;
	__u8 lsb; /* the address is exact to 1 << lsb bytes; 0: not said */
	bool amd; /* the host's CPU */
	bool firmware; /* its status was made up from a report of the firmware */
};

enum mcw_forwardable {
	MCW_FORWARD_YES,
	MCW_FORWARD_KERNEL, /* uncorrected: the kernel has its own way */
	MCW_FORWARD_UCNA, /* Intel UCNA, and the guest has no CMCI */
	MCW_FORWARD_NO_DEFERRED, /* the guest's CPU has no deferred errors */
};

/* Whether an error of this class may be put into a bank of a guest whose CPU is AMD's or not. */
enum mcw_forwardable mcw_bank_may(enum mcw_class class, bool amd_guest);

struct mcw_bank_content {
	unsigned int bank;
	__u64 status;
	__u64 addr;
	__u64 misc;
};

/* turn: 0, 1, 2 ...: the next error goes to the next bank. */
void mcw_bank_fill(struct mcw_bank_content *b, const struct mcw_guest_error *e, bool amd_guest,
		   unsigned int turn);

#endif /* MCW_GUESTS_BANK_H */

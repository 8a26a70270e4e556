/* SPDX-License-Identifier: GPL-2.0 */
/* The input of mcw_grades in debugfs: errors that are put into a bank and found one by one. */
#ifndef _MCW_GRADES_H
#define _MCW_GRADES_H

#include <linux/types.h>

/* mcw_grades_error.how */
#define MCW_GRADES_POLL		0	/* as the kernel's timer does */
#define MCW_GRADES_POLL_ALL	1	/* as for a CPU that comes online: uncorrected ones too */
#define MCW_GRADES_EXCEPTION	2	/* by the kernel's handler, called with these registers */

#define MCW_GRADES_BESIDE_BANK	8
#define MCW_GRADES_BESIDE_STATUS	0xb200000000000000ULL	/* VAL UC EN PCC: fatal */

struct mcw_grades_error {
	__u64 status;
	__u64 addr;
	__u64 misc;
	__u64 mcgstatus;
	__u8 bank;
	__u8 how;
	__u8 cs;		/* exceptions: the interrupted context */
	__u8 recoverable;	/* exceptions: the kernel can recover at the instruction */
	__u8 beside;		/* exceptions: a fatal error in another bank */
	__u8 pad[3];
};

#endif /* _MCW_GRADES_H */

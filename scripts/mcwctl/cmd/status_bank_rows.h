/* SPDX-License-Identifier: GPL-2.0 */
/*
 * mcwctl status: each bank, what it reports, who reads it, and its last error.
 */
#ifndef MCW_CMD_STATUS_BANK_ROWS_H
#define MCW_CMD_STATUS_BANK_ROWS_H

#include <stdio.h>

#include "cmd/command.h"
#include "cmd/status_banks.h"

struct mcw_bank_row {
	bool there;
	bool hidden;		/* only root may read its registers */
	bool used;		/* the kernel uses it, and ctl is known */
	bool interrupts;	/* it has threshold interrupts, and threshold is known */
	bool firmware;
	bool seen;		/* it had an error, and what follows is of the last one */
	__u64 ctl;
	__u64 threshold;
	__u64 wall_ns;		/* CLOCK_REALTIME */
	__u32 cpu;
	unsigned int severity;	/* by the kernel */
	unsigned int grade;	/* by mcewarden */
};

struct mcw_bank_rows {
	bool errors_known;	/* the device could be read */
	struct mcw_bank_row bank[MCW_BANKS_MAX];
};

/* A file that cannot be read counts as missing; this never fails. firmware: as 3,7-8. */
void mcw_bank_rows_read(const struct mcw_options *o, const char *firmware,
			struct mcw_bank_rows *rows);
void mcw_bank_rows_print(FILE *out, const struct mcw_bank_rows *rows);
/* The member "bank_list" of an object. */
void mcw_bank_rows_json(struct mcw_json *json, const struct mcw_bank_rows *rows);

#endif /* MCW_CMD_STATUS_BANK_ROWS_H */

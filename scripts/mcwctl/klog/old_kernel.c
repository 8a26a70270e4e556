// SPDX-License-Identifier: GPL-2.0
/*
 * Kernels before 2.6, the first ones of 2.6, and Xen's hypervisor: one line names the CPU, and one
 * for each bank follows, with MISC in brackets and the address behind "at".
 *
 *	CPU 1: Machine Check Exception: 0000000000000004
 *	Bank 4: b200000000070f0f[        40] at 00000000fc0b0200
 */
#include "klog/readers.h"

#define FORM MCW_PRINTER_OLD_KERNEL
/* The lines of a CPU's banks follow at once. */
#define NEAR_LINES 40

/* "CPU 1: Machine Check Exception: 0000000000000004", and nothing of a bank behind it. */
static bool exception_read(struct mcw_console *c, struct mcw_cursor at)
{
	__u64 mcgstatus;
	__u32 cpu;

	if (!mcw_take(&at, "CPU"))
		return false;
	mcw_take_blanks(&at);
	if (!mcw_take_u32(&at, 10, &cpu) || !mcw_take(&at, ": Machine Check Exception:"))
		return false;
	mcw_take_blanks(&at);
	if (!mcw_take_hex(&at, &mcgstatus))
		return false;
	mcw_take_blanks(&at);
	if (at.at < at.end)
		return false;
	c->old.cpu = cpu;
	c->old.mcgstatus = mcgstatus;
	c->old.has_mcgstatus = true;
	return true;
}

/* "CMCI occurred on CPU 5.", "... incident occurred on CPU 0." */
static bool occurred_read(struct mcw_console *c, struct mcw_cursor at)
{
	struct mcw_cursor word = at;
	__u32 cpu;

	if ((!mcw_take(&word, "CMCI") && !mcw_take(&word, "MCE:") && !mcw_take(&word, "MCE ") &&
	     !mcw_take(&word, "MCA: CMCI")) ||
	    !mcw_go_behind(&word, " on CPU"))
		return false;
	mcw_take_blanks(&word);
	if (!mcw_take_u32(&word, 10, &cpu))
		return false;
	c->old.cpu = cpu;
	c->old.has_mcgstatus = false;
	return true;
}

static bool bank_read(struct mcw_console *c, const struct mcw_message *m, struct mcw_cursor at)
{
	struct mcw_console_record *r;
	unsigned int digits;
	__u64 status, value;
	__u8 bank;

	if (!mcw_take(&at, "Bank ") || !mcw_take_u8(&at, 10, &bank) || !mcw_take(&at, ": ") ||
	    !mcw_take_hex_digits(&at, &status, &digits))
		return false;
	mcw_block_drop(c, FORM);
	r = mcw_block(c, FORM, m);
	mcw_record_bank(r, bank);
	mcw_record_status(r, status, digits);
	if (mcw_take(&at, "[")) {
		mcw_take_blanks(&at);
		if (mcw_take_hex(&at, &value))
			mcw_record_misc(r, value);
		mcw_take(&at, "]");
	}
	mcw_take_blanks(&at);
	if (mcw_take(&at, "at ")) {
		mcw_take_blanks(&at);
		if (mcw_take_hex(&at, &value))
			mcw_record_addr(r, value);
	}
	if (c->old.line && m->line <= c->old.line + NEAR_LINES) {
		mcw_record_cpu(r, c->old.cpu);
		if (c->old.has_mcgstatus) {
			r->event.regs.mcgstatus = c->old.mcgstatus;
			mcw_event_has(&r->event, MCW_ABSENT_MCGSTATUS);
		}
		c->old.banks++;
	}
	mcw_block_end(c, FORM);
	return true;
}

bool mcw_old_kernel_read(struct mcw_console *c, const struct mcw_message *m)
{
	struct mcw_cursor at = { m->text, m->text + m->length };

	if (mcw_take(&at, "(XEN) "))
		mcw_take_blanks(&at);
	/* Xen's own time stamp */
	if (mcw_take(&at, "[")) {
		mcw_go_behind(&at, "]");
		mcw_take_blanks(&at);
	}
	if (exception_read(c, at) || occurred_read(c, at)) {
		c->old.line = m->line;
		c->old.banks = 0;
		return true;
	}
	return bank_read(c, m, at);
}

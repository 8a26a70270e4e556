/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The language in which errors to be injected are written down: that of mce-inject, which is what
 * the kernel prints of a machine check, with words for bits.
 *
 *	file	= { block }
 *	block	= start { term }
 *	start	= "CPU" number [ number ]			the second one: the bank
 *		| "CPU" number ":" "MACHINE" "CHECK" [ "EXCEPTION" ] ":" hex "BANK" number ":" hex
 *								MCG_STATUS, bank, status
 *		| "MCE"						on any CPU
 *	term	= "STATUS" { number | status bit } | "MCGSTATUS" { number | mcgstatus bit }
 *		| "MCGCAP" { number | "TES_P" | "SER_P" }
 *		| "RIP" [ number ":" ] number			code segment, instruction pointer
 *		| "RIP" number ":" "<" number ">" [ "{" symbol "}" ]
 *		| "PROCESSOR" number ":" number
 *		| ( "BANK" | "ADDR" | "MISC" | "TSC" | "TIME" | "SOCKETID" | "SOCKET"
 *		  | "APICID" | "APIC" | "SYND" | "IPID" | "PPIN" | "MICROCODE" ) number
 *		| "POLL" | "EXCP" | "IN_PROC" | "IN_IRQ"
 *		| "NOBROADCAST" | "IRQBROADCAST" | "NMIBROADCAST" | "HOLD"
 *
 * Words may be in capitals or not; a comment goes from # to the end of the line. Numbers are
 * written as in C. In a block that begins with the kernel's own line they are hexadecimal, except
 * those that the kernel prints in decimal. Text before "[Hardware Error]:" in a line is skipped.
 *
 * Pure: nothing here reads or writes anything but its arguments.
 */
#ifndef MCW_INJECT_TEXT_H
#define MCW_INJECT_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include <uapi/mcewarden.h>

/* Bits of mcw_regs.inject_flags, as /dev/mcelog has always had them. */
#define MCW_INJECT_PROCESS		0x1
#define MCW_INJECT_IRQ			0x2
#define MCW_INJECT_NMI_BROADCAST	0x4
#define MCW_INJECT_EXCEPTION		0x8
#define MCW_INJECT_IRQ_BROADCAST	0x10

#define MCW_INJECT_ERROR_BYTES	160

struct mcw_injection {
	struct mcw_regs regs;	/* inject_flags: as in the block, without defaults */
	unsigned int line;	/* where the block begins, from 1 on */
	bool any_cpu;
	bool mcgstatus_given;
	bool poll;
	bool no_broadcast;
	bool hold;		/* keep it for the next error that all CPUs meet */
};

struct mcw_inject_text {
	const char *at;		/* the text that is left */
	const char *end;
	unsigned int line;	/* the line of at; after an error, the line of the error */
	char error[MCW_INJECT_ERROR_BYTES];
};

void mcw_inject_text_begin(struct mcw_inject_text *text, const char *data, size_t bytes);

/* Reads the next block. Return: 1, 0 at the end, or -1 after an error; then nothing follows. */
int mcw_inject_text_next(struct mcw_inject_text *text, struct mcw_injection *inj);

#endif /* MCW_INJECT_TEXT_H */

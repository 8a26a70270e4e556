/* SPDX-License-Identifier: GPL-2.0 */
/* Records with the grade and the rule that they must get, row by row. */
#ifndef _UNIT_SEVERITY_ROWS_H
#define _UNIT_SEVERITY_ROWS_H

#include <mcewarden/mca.h>
#include <mcewarden/severity.h>

/* What registers hold. */
#define R_VAL MCW_STATUS_VAL
#define R_OVER MCW_STATUS_OVER
#define R_UC MCW_STATUS_UC
#define R_EN MCW_STATUS_EN
#define R_MISCV MCW_STATUS_MISCV
#define R_ADDRV MCW_STATUS_ADDRV
#define R_PCC MCW_STATUS_PCC
#define R_S MCW_STATUS_S
#define R_AR MCW_STATUS_AR
#define R_DEFERRED MCW_STATUS_DEFERRED
#define R_LOCATED (R_MISCV | R_ADDRV)
#define R_SRAR (R_VAL | R_UC | R_EN | R_S | R_AR)
#define R_PATROL 0x001000c0ULL
#define R_SEAM MCW_MCGSTATUS_SEAM_NR
#define R_SER MCW_MCGCAP_SER_P

#define CS_USER 0x33
#define CS_KERNEL 0x10
#define KFLAG_RECOV (1U << 6)
#define KFLAG_COPYIN (1U << 7)
#define SKYLAKE_4 0x00050654U
#define CAPS (MCW_CAP_OVERFLOW_RECOV | MCW_CAP_SUCCOR | MCW_CAP_SMCA)

#define NO MCW_GRADE_NO
#define DEF MCW_GRADE_DEFERRED
#define KEEP MCW_GRADE_KEEP
#define SOME MCW_GRADE_SOME
#define AO MCW_GRADE_AO
#define UCG MCW_GRADE_UC
#define ARG MCW_GRADE_AR
#define PANIC MCW_GRADE_PANIC

#define OLD MCW_KERNEL_5_10
#define MID MCW_KERNEL_5_18
#define LATE MCW_KERNEL_5_19
#define NEW MCW_KERNEL_NEWEST

/* Where the error was found. */
enum where {
	POLLED,
	IN_USER,
	IN_KERNEL,
	IN_COPY
};

struct row {
	const char *rule;
	__u8 grade;
	__u64 status;
	__u64 mcgstatus; /* RIPV 1, EIPV 2, MCIP 4 */
	enum where where;
	__u8 generation;
	bool no_ser;
	bool no_memory_failure;
	__u32 cpuid;
	__u8 bank;
	__u32 caps; /* AMD's; 0: not AMD */
};

/* Distinguishes an AMD machine without capabilities from an Intel machine. */
#define AMD_BARE 0x80000000U

static const struct row rows[] = {
	/* 1, 2 */
	{ "invalid", NO, ~R_VAL, 7, IN_USER, NEW },
	{ "invalid", NO, R_UC | R_PCC, 0, POLLED, NEW },
	{ "not-enabled", NO, R_VAL | R_UC | R_PCC | R_S, 5, IN_USER, NEW },
	{ "not-enabled", NO, R_VAL | R_UC, 0, IN_KERNEL, OLD, .no_ser = true },
	/* not enabled, but no exception */
	{ "ucna", DEF, R_VAL | R_UC, 0, POLLED, NEW },
	/* 3 to 7 */
	{ "context-lost", PANIC, R_VAL | R_PCC, 0, POLLED, NEW },
	{ "context-lost", PANIC, R_VAL | R_EN | R_PCC, 0, IN_USER, NEW },
	{ "no-mcip", PANIC, R_VAL | R_EN | R_UC, 3, IN_USER, NEW },
	{ "no-ip", PANIC, R_VAL | R_EN, 4, IN_USER, NEW },
	{ "no-ip", PANIC, R_VAL | R_EN, 4, IN_KERNEL, NEW },
	{ "no-restart", PANIC, R_VAL | R_EN, 6, IN_KERNEL, NEW },
	{ "no-restart", PANIC, R_VAL | R_EN, 6, IN_COPY, NEW },
	{ "not-signaled", KEEP, R_VAL | R_EN, 6, IN_USER, NEW },
	/* 8 */
	{ "corrected", KEEP, R_VAL | R_S | R_AR | R_OVER | 0xc0, 0, POLLED, NEW, .no_ser = true },
	/* 9, 10 */
	{ "ao-scrub", AO, R_VAL | R_UC | R_EN | R_S | 0xc0, 5, IN_KERNEL, NEW },
	{ "ao-scrub", AO, R_VAL | R_UC | R_OVER | 0x10cf, 0, POLLED, OLD },
	{ "ucna", DEF, R_VAL | R_UC | 0xd0, 0, POLLED, NEW },
	{ "ucna", DEF, R_VAL | R_UC | 0x20c0, 0, POLLED, NEW },
	{ "ar-not-signaled", PANIC, R_VAL | R_UC | R_AR | 0xc0, 0, POLLED, NEW },
	{ "ao-writeback", AO, R_VAL | R_UC | R_S | 0x17a, 0, POLLED, NEW },
	{ "ao-writeback", AO, R_VAL | R_UC | 0x117a, 0, POLLED, OLD },
	{ "ucna", DEF, R_VAL | R_UC | 0x17b, 0, POLLED, NEW },
	/* 11 */
	{ "ao-patrol-scrub", AO, R_VAL | R_LOCATED | R_PATROL, 0, POLLED, OLD, .cpuid = SKYLAKE_4,
	  .bank = 13 },
	{ "ao-patrol-scrub", AO, R_VAL | R_LOCATED | R_PATROL | 0x100f, 0, POLLED, NEW,
	  .cpuid = SKYLAKE_4 + 3, .bank = 18 },
	{ "not-signaled", KEEP, R_VAL | R_LOCATED | R_PATROL, 0, POLLED, NEW, .cpuid = SKYLAKE_4,
	  .bank = 12 },
	{ "not-signaled", KEEP, R_VAL | R_LOCATED | R_PATROL, 0, POLLED, NEW, .cpuid = SKYLAKE_4,
	  .bank = 19 },
	{ "not-signaled", KEEP, R_VAL | R_LOCATED | R_PATROL, 0, POLLED, NEW,
	  .cpuid = SKYLAKE_4 - 1, .bank = 13 },
	{ "not-signaled", KEEP, R_VAL | R_LOCATED | R_PATROL, 0, POLLED, NEW, .cpuid = 0x00060654,
	  .bank = 13 },
	{ "not-signaled", KEEP, R_VAL | R_MISCV | R_PATROL, 0, POLLED, NEW, .cpuid = SKYLAKE_4,
	  .bank = 13 },
	{ "not-signaled", KEEP, R_VAL | R_LOCATED | R_PATROL | 1 << 16, 0, POLLED, NEW,
	  .cpuid = SKYLAKE_4, .bank = 13 },
	{ "corrected", KEEP, R_VAL | R_LOCATED | R_PATROL, 0, POLLED, NEW, .cpuid = SKYLAKE_4,
	  .bank = 13, .no_ser = true },
	{ "ao-scrub", AO, R_VAL | R_UC | R_LOCATED | R_PATROL, 0, POLLED, NEW, .cpuid = SKYLAKE_4,
	  .bank = 13 },
	/* 12 to 15 */
	{ "ucna", DEF, R_VAL | R_UC | R_OVER | R_LOCATED | 0x134, 0, POLLED, OLD },
	{ "ar-not-signaled", PANIC, R_VAL | R_UC | R_AR, 0, POLLED, OLD },
	{ "not-signaled", KEEP, R_VAL | R_UC | R_AR | R_OVER, 0, POLLED, NEW },
	{ "not-signaled", KEEP, R_VAL | R_AR | R_OVER | 0x90, 0, POLLED, NEW },
	{ "ar-overflow", PANIC, R_SRAR | R_OVER | R_LOCATED | 0x134, 7, IN_USER, NEW },
	/* 16 to 22 */
	{ "ar-other-thread", KEEP, R_SRAR | R_LOCATED | 0x134, 5, IN_USER, NEW },
	{ "ar-other-thread", KEEP, R_SRAR | R_LOCATED | 0x999, 1, POLLED, NEW },
	{ "ar-unknown", PANIC, R_SRAR | R_LOCATED | 0x134, 5, IN_USER, NEW,
	  .no_memory_failure = true },
	{ "ar-load-recoverable", ARG, R_SRAR | R_LOCATED | 0x134, 7, IN_COPY, OLD },
	{ "ar-load-recoverable", ARG, R_SRAR | R_LOCATED | 0x1134, 7, IN_COPY, NEW },
	{ "ar-load-user", ARG, R_SRAR | R_LOCATED | 0x134, 7, IN_USER, OLD },
	{ "ar-load-user", ARG, R_SRAR | R_LOCATED | 0x134, 6, IN_USER, NEW },
	{ "ar-unknown", PANIC, R_SRAR | R_LOCATED | 0x134, 7, IN_USER, NEW,
	  .no_memory_failure = true },
	{ "ar-unknown", PANIC, R_SRAR | R_ADDRV | 0x134, 7, IN_USER, NEW },
	{ "ar-unknown", PANIC, R_SRAR | R_MISCV | 0x134, 7, IN_USER, NEW },
	{ "ar-unknown", PANIC, R_SRAR | R_LOCATED | 0x135, 7, IN_USER, NEW },
	{ "ar-fetch-user", ARG, R_SRAR | R_LOCATED | 0x150, 7, IN_USER, OLD },
	{ "ar-unknown", PANIC, R_SRAR | R_LOCATED | 0x150, 7, IN_COPY, NEW },
	{ "ar-load-guest", ARG, R_SRAR | R_LOCATED | 0x134, R_SEAM | 7, IN_KERNEL, NEW },
	{ "ar-fetch-guest", ARG, R_SRAR | R_LOCATED | 0x150, R_SEAM | 7, IN_KERNEL, NEW },
	{ "ar-unknown", PANIC, R_SRAR | R_LOCATED | 0x150, R_SEAM | 7, IN_COPY, NEW },
	{ "ar-load-kernel", PANIC, R_SRAR | R_LOCATED | 0x134, R_SEAM | 7, IN_KERNEL, LATE },
	{ "ar-fetch-kernel", PANIC, R_SRAR | R_LOCATED | 0x150, R_SEAM | 7, IN_KERNEL, LATE },
	{ "ar-load-kernel", PANIC, R_SRAR | R_LOCATED | 0x134, 7, IN_KERNEL, NEW },
	{ "ar-fetch-kernel", PANIC, R_SRAR | R_LOCATED | 0x150, 7, IN_KERNEL, NEW },
	{ "ar-load-kernel", PANIC, R_SRAR | R_LOCATED | 0x134, 0, POLLED, NEW },
	{ "ar-unknown", PANIC, R_SRAR | R_LOCATED | 0x134, R_SEAM | 7, IN_KERNEL, NEW,
	  .no_memory_failure = true },
	/* 23, 24 */
	{ "ao-unknown", SOME, R_VAL | R_UC | R_EN | R_S | 0x90, 7, IN_KERNEL, NEW },
	{ "ao-overflow", SOME, R_VAL | R_UC | R_EN | R_S | R_OVER | 0x134, 7, IN_USER, OLD },
	/* 25 to 27 */
	{ "overflow", PANIC, R_VAL | R_UC | R_OVER | 0xc0, 0, POLLED, OLD, .no_ser = true },
	{ "overflow", PANIC, R_VAL | R_UC | R_EN | R_OVER, 7, IN_USER, NEW, .no_ser = true },
	{ "kernel", PANIC, R_VAL | R_UC | R_EN | 0x134, 7, IN_KERNEL, NEW, .no_ser = true },
	{ "kernel", PANIC, R_VAL | R_UC | 0xc0, 0, POLLED, MID, .no_ser = true },
	{ "uncorrected", UCG, R_VAL | R_UC | R_EN | 0x134, 7, IN_KERNEL, OLD, .no_ser = true },
	{ "uncorrected", UCG, R_VAL | R_UC | R_EN | R_S | R_AR | R_LOCATED | 0x134, 7, IN_USER, NEW,
	  .no_ser = true },
	{ "uncorrected", UCG, R_VAL | R_UC | R_EN, 7, IN_COPY, NEW, .no_ser = true },
	{ "other", SOME, R_VAL | R_S, 0, POLLED, NEW },
	{ "other", SOME, R_VAL | R_EN | R_S | R_AR | R_OVER | R_LOCATED | 0x134, 7, IN_USER, OLD },

	/* Each for conditions of the rules before its own, which nearly fit. */
	{ "other", SOME, R_VAL | R_LOCATED | R_EN | R_S | R_AR | R_DEFERRED | 0x100134, R_SEAM | 5,
	  IN_KERNEL, NEW, .cpuid = SKYLAKE_4, .bank = 13 },
	{ "ao-unknown", SOME, R_VAL | R_LOCATED | R_UC | R_EN | R_S | 0x150, R_SEAM | 1, POLLED,
	  NEW },
	{ "ar-unknown", PANIC, R_VAL | R_UC | R_EN | R_ADDRV | R_S | R_AR | R_DEFERRED | 0x150,
	  R_SEAM | 5, POLLED, NEW },
	{ "overflow", PANIC, R_VAL | R_LOCATED | R_OVER | R_UC | R_S | R_AR | 0x150, 5, POLLED,
	  LATE, .no_ser = true },
	{ "ar-unknown", PANIC, R_VAL | R_LOCATED | R_UC | R_S | R_AR | R_PATROL, R_SEAM | 7, POLLED,
	  NEW, .cpuid = SKYLAKE_4, .bank = 13 },
	{ "ar-unknown", PANIC, R_VAL | R_UC | R_S | R_AR | 0x134, R_SEAM | 7, POLLED, NEW },
	{ "other", SOME, R_VAL | R_LOCATED | R_S | R_AR | 0x150, R_SEAM | 1, POLLED, NEW },
	{ "ao-unknown", SOME, R_VAL | R_LOCATED | R_UC | R_S | 0x134, R_SEAM | 4, POLLED, NEW },
	{ "other", SOME, R_VAL | R_OVER | R_EN | R_ADDRV | R_S | 0x17a, 7, IN_USER, NEW },
	{ "overflow", PANIC, R_VAL | R_OVER | R_UC | R_S | 0x17a, 7, POLLED, NEW, .no_ser = true },
	{ "kernel", PANIC, R_VAL | R_LOCATED | R_UC | R_S | R_AR | 0x134, R_SEAM | 5, POLLED, NEW,
	  .no_ser = true },
	{ "ar-unknown", PANIC, R_VAL | R_LOCATED | R_UC | R_EN | R_S | R_AR | 0x150, R_SEAM | 7,
	  POLLED, NEW, .no_memory_failure = true },
	{ "not-signaled", KEEP, R_VAL | R_AR, 7, POLLED, NEW },
	{ "kernel", PANIC, R_VAL | R_UC | R_EN | R_AR, 7, POLLED, NEW, .no_ser = true },
	{ "kernel", PANIC, R_VAL | R_UC | R_S | 0x100000, 7, POLLED, NEW, .no_ser = true },
	{ "ar-unknown", PANIC, R_VAL | R_UC | R_EN | R_S | R_AR | 0x150, 7, IN_USER, NEW },
	{ "ao-unknown", SOME, R_VAL | R_LOCATED | R_UC | R_EN | R_S | 0x150, 7, IN_USER, NEW },
	{ "ar-not-signaled", PANIC, R_VAL | R_UC | R_AR | 0x17a, 7, POLLED, NEW },
	{ "ar-unknown", PANIC, R_VAL | R_UC | R_EN | R_S | R_AR | 0x134, R_SEAM | 5, IN_COPY, NEW },
	{ "ao-unknown", SOME, R_VAL | R_LOCATED | R_UC | R_EN | R_S | 0x134, 7, IN_COPY, NEW },
	{ "other", SOME, R_VAL | R_LOCATED | R_EN | R_S | R_AR | 0x134, 7, IN_COPY, NEW },
	{ "other", SOME, R_VAL | R_LOCATED | R_EN | R_S | R_AR | 0x150, R_SEAM | 7, IN_USER, NEW },
	{ "ao-unknown", SOME, R_VAL | R_LOCATED | R_UC | R_EN | R_S | 0x134, 7, IN_USER, NEW },
	{ "ar-unknown", PANIC, R_VAL | R_LOCATED | R_UC | R_EN | R_S | R_AR | 0x150, 6, IN_USER,
	  NEW, .no_memory_failure = true },
	{ "kernel", PANIC, R_VAL | R_LOCATED | R_UC | R_S | R_AR | 0x150, R_SEAM | 7, POLLED, NEW,
	  .no_ser = true },
	{ "uncorrected", UCG, R_VAL | R_LOCATED | R_UC | R_EN | R_S | R_AR | R_DEFERRED | 0x150, 7,
	  IN_USER, NEW, .no_ser = true },
	{ "uncorrected", UCG, R_VAL | R_LOCATED | R_UC | R_EN | R_S | R_AR | R_DEFERRED | 0x134, 7,
	  IN_COPY, NEW, .no_ser = true },
	{ "ar-unknown", PANIC, R_VAL | R_LOCATED | R_UC | R_EN | R_S | R_AR | R_DEFERRED | 0x134, 7,
	  IN_COPY, NEW, .no_memory_failure = true },

	/* AMD from 5.19 on */
	{ "amd-context-lost", PANIC, R_VAL | R_PCC | R_DEFERRED, 0, POLLED, NEW, .caps = CAPS },
	{ "amd-deferred", DEF, R_VAL | R_DEFERRED, 0, POLLED, NEW, .caps = CAPS },
	{ "amd-deferred-uc", DEF, R_VAL | R_UC | R_DEFERRED, 7, IN_KERNEL, NEW, .caps = AMD_BARE },
	{ "amd-corrected", KEEP, R_VAL | R_OVER | R_S | R_AR, 0, POLLED, NEW, .caps = AMD_BARE },
	{ "amd-corrected", KEEP, 0, 0, POLLED, NEW, .caps = AMD_BARE },
	{ "amd-overflow", PANIC, R_VAL | R_UC | R_OVER, 7, IN_USER, NEW, .caps = MCW_CAP_SUCCOR },
	{ "amd-no-succor", PANIC, R_VAL | R_UC | R_OVER, 7, IN_USER, LATE,
	  .caps = MCW_CAP_OVERFLOW_RECOV },
	{ "amd-no-succor", PANIC, R_VAL | R_UC, 7, IN_USER, NEW, .caps = AMD_BARE },
	{ "amd-kernel", PANIC, R_VAL | R_UC, 7, IN_KERNEL, NEW, .caps = CAPS },
	{ "amd-kernel", PANIC, R_VAL | R_UC, 0, POLLED, NEW, .caps = CAPS },
	{ "amd-required", ARG, R_VAL | R_UC | R_OVER, 7, IN_USER, NEW, .caps = CAPS },
	{ "amd-required", ARG, R_VAL | R_UC, 6, IN_USER, LATE, .caps = MCW_CAP_SUCCOR },
	{ "amd-required", ARG, R_VAL | R_UC, 7, IN_COPY, NEW, .caps = CAPS },
	/* AMD up to 5.18 */
	{ "amd-context-lost", PANIC, R_VAL | R_PCC, 0, POLLED, OLD, .caps = CAPS },
	{ "amd-deferred", DEF, R_VAL | R_DEFERRED, 0, POLLED, OLD, .caps = CAPS },
	{ "amd-corrected", KEEP, R_VAL, 0, POLLED, OLD, .caps = CAPS },
	{ "amd-kernel", PANIC, R_VAL | R_UC | R_DEFERRED, 7, IN_KERNEL, MID, .caps = CAPS },
	{ "amd-no-succor-smca", PANIC, R_VAL | R_UC, 7, IN_USER, OLD,
	  .caps = CAPS & ~MCW_CAP_SUCCOR },
	{ "amd-required-recov", ARG, R_VAL | R_UC | R_OVER, 7, IN_USER, OLD, .caps = CAPS },
	{ "amd-required-recov", ARG, R_VAL | R_UC, 7, IN_USER, MID,
	  .caps = MCW_CAP_OVERFLOW_RECOV },
	{ "amd-required-recov", ARG, R_VAL | R_UC | R_DEFERRED, 7, IN_COPY, OLD, .caps = CAPS },
	{ "amd-overflow", PANIC, R_VAL | R_UC | R_OVER, 7, IN_USER, OLD,
	  .caps = MCW_CAP_SMCA | MCW_CAP_SUCCOR },
	{ "amd-uncorrected", UCG, R_VAL | R_UC, 7, IN_USER, OLD, .caps = MCW_CAP_SMCA },
	{ "amd-uncorrected", UCG, R_VAL | R_UC | R_DEFERRED, 7, IN_USER, MID, .caps = AMD_BARE },
};

static inline struct mcw_severity_input input_of(const struct row *row)
{
	struct mcw_severity_input in = {
		.status = row->status,
		.mcgstatus = row->mcgstatus,
		.mcgcap = row->no_ser ? ~R_SER : R_SER,
		.cpuid = row->cpuid,
		.kflags = row->where == IN_COPY ? KFLAG_RECOV | KFLAG_COPYIN : 0,
		.cpu_caps = row->caps & CAPS,
		.vendor = row->caps ? 2 : 0, /* AMD, Intel */
		.cs = row->where == IN_USER ? CS_USER :
		      row->where == POLLED  ? 0 :
					      CS_KERNEL,
		.bank = row->bank,
		.generation = row->generation,
		.kernel_caps = row->no_memory_failure ? 0 : MCW_KCAP_MEMORY_FAILURE,
		.exception = row->where != POLLED,
	};

	return in;
}

#endif /* _UNIT_SEVERITY_ROWS_H */

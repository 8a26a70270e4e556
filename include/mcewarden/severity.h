/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Grading decides how severe a machine-check record is, and by which rule. Pure: the module, mcwctl
 * and the tests link the same module/severity.c.
 */
#ifndef _MCEWARDEN_SEVERITY_H
#define _MCEWARDEN_SEVERITY_H

#ifdef __KERNEL__
#include <linux/kernel.h>
#include <linux/types.h>
#else
#include <stdbool.h>
#include <stddef.h>
#endif
#include <uapi/mcewarden.h>

#ifndef ARRAY_SIZE
#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))
#endif

/* Rules of all vendors, in one numbering: Intel's first. */
#define MCW_RULES 40

struct mcw_severity_input {
	__u64 status; /* MCi_STATUS */
	__u64 mcgstatus; /* MCG_STATUS, as it was when the bank was read */
	__u64 mcgcap; /* MCG_CAP */
	__u32 cpuid; /* CPUID 1 EAX */
	__u32 kflags; /* the lower half of kflags in struct mce */
	__u32 cpu_caps; /* MCW_CAP_* */
	__u8 vendor; /* the kernel's X86_VENDOR_ number */
	__u8 cs; /* the code segment if it is known, else 0 */
	__u8 bank;
	__u8 generation; /* MCW_KERNEL_* of the kernel that graded the record */
	__u8 kernel_caps; /* MCW_KCAP_* */
	bool exception; /* found by a #MC */
};

struct mcw_verdict {
	__u8 grade; /* MCW_GRADE_* */
	__u8 rule; /* below MCW_RULES */
};

struct mcw_verdict mcw_severity_grade(const struct mcw_severity_input *in);

__u8 mcw_severity_rule_grade(unsigned int rule);

/* These return NULL past the last rule or condition. */
const char *mcw_severity_rule_name(unsigned int rule); /* can be the name of a file */
const char *mcw_severity_rule_manual(unsigned int rule); /* where the rule comes from */
/* The n-th condition of a rule; *holds is whether it must hold or must not hold. */
const char *mcw_severity_rule_condition(unsigned int rule, unsigned int n, bool *holds);

#endif /* _MCEWARDEN_SEVERITY_H */

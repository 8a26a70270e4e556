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

/* A rule fits if all of its conditions hold, and none of those that must not hold. */
struct mcw_rule {
	const char *name; /* can be the name of a file */
	const char *manual; /* where the rule comes from */
	__u32 all;
	__u32 none;
	__u8 grade; /* MCW_GRADE_* */
};

/* A condition holds if the bits under mask of that word have this value. */
struct mcw_rule_condition {
	__u32 condition; /* its bit in the sets of a rule */
	const char *name; /* of a register's bit, or the kernel's option: in capitals */
	__u32 word;
	__u64 mask;
	__u64 value;
};

#define MCW_RULE_CONDITIONS 30
extern const struct mcw_rule_condition mcw_rule_conditions[MCW_RULE_CONDITIONS];

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

/* These return NULL past the last rule. */
const struct mcw_rule *mcw_severity_rule(unsigned int rule);

static inline const char *mcw_severity_rule_name(unsigned int rule)
{
	const struct mcw_rule *row = mcw_severity_rule(rule);

	return row ? row->name : NULL;
}

#endif /* _MCEWARDEN_SEVERITY_H */

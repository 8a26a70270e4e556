// SPDX-License-Identifier: GPL-2.0
/*
 * Grades machine-check records by two tables of rules. The first rule that fits wins.
 *
 * The properties of the record, its CPU and its kernel are first put into one word, one bit per
 * condition. A rule has two sets of conditions: those that must hold, and those that must not. So
 * rules are data that can be printed, tested and counted, and a reader of the code only has to
 * follow the order of the rows. The last row of each table fits everything.
 *
 * The rules come from the manuals (Intel SDM vol. 3B ch. 16, AMD APM vol. 2 ch. 9), and decide as
 * the kernel does: the tests compare both on the same records. Kernels differ in some rules; the
 * record says which kernel it comes from, and that is a condition like the others.
 */
#include <mcewarden/severity.h>

#include <mcewarden/mca.h>

#define SDM "Intel SDM vol. 3B "
#define APM "AMD APM vol. 2 "

#define RING_MASK 3 /* the privilege level in cs */
#define RING_USER 3
#define KFLAG_RECOVERABLE MCW_BIT(6) /* the kernel has a fixup for that instruction */

enum {
	VAL = 1U << 0,
	OVER = 1U << 1,
	UC = 1U << 2,
	EN = 1U << 3,
	PCC = 1U << 4,
	S = 1U << 5,
	AR = 1U << 6,
	DEFERRED = 1U << 7,
	LOCATED = 1U << 8,
	SCRUB = 1U << 9,
	WRITEBACK = 1U << 10,
	LOAD = 1U << 11,
	FETCH = 1U << 12,
	PATROL = 1U << 13,
	RIPV = 1U << 14,
	EIPV = 1U << 15,
	MCIP = 1U << 16,
	SEAM = 1U << 17,
	SER = 1U << 18,
	OVERFLOW_RECOV = 1U << 19,
	SUCCOR = 1U << 20,
	SMCA = 1U << 21,
	EXCEPTION = 1U << 22,
	USER = 1U << 23,
	RECOVERABLE = 1U << 24,
	SKYLAKE_SP = 1U << 25,
	MEMORY_FAILURE = 1U << 26,
	FROM_5_18 = 1U << 27,
	FROM_5_19 = 1U << 28,
	SEAM_AWARE = 1U << 29,
};

/* The word in which a condition is tested. */
enum word {
	STATUS,
	MCGSTATUS,
	MCGCAP,
	CPU_CAPS,
	PLACE, /* PLACE_* */
	KERNEL_CAPS,
	GENERATION, /* one bit for each generation up to the kernel's own */
	WORDS,
};

#define PLACE_EXCEPTION MCW_BIT(0)
#define PLACE_USER MCW_BIT(1)
#define PLACE_RECOVERABLE MCW_BIT(2)
#define PLACE_SKYLAKE_SP MCW_BIT(3)

#define ADDRV_MISCV (MCW_STATUS_ADDRV | MCW_STATUS_MISCV)
#define CODE_MASK MCW_MCACOD_UNFILTERED(MCW_MCACOD)
#define SCRUB_MASK MCW_MCACOD_UNFILTERED(MCW_MCACOD_SCRUB_MASK)
#define MODEL_CODE_MASK 0xffff0000ULL

/*
 * A condition holds if the bits under mask have this value. Names of register bits, and of the
 * kernel's option, are in capitals.
 */
const struct mcw_rule_condition mcw_rule_conditions[MCW_RULE_CONDITIONS] = {
	{ VAL, "VAL", STATUS, MCW_STATUS_VAL, MCW_STATUS_VAL },
	{ OVER, "OVER", STATUS, MCW_STATUS_OVER, MCW_STATUS_OVER },
	{ UC, "UC", STATUS, MCW_STATUS_UC, MCW_STATUS_UC },
	{ EN, "EN", STATUS, MCW_STATUS_EN, MCW_STATUS_EN },
	{ PCC, "PCC", STATUS, MCW_STATUS_PCC, MCW_STATUS_PCC },
	{ S, "S", STATUS, MCW_STATUS_S, MCW_STATUS_S },
	{ AR, "AR", STATUS, MCW_STATUS_AR, MCW_STATUS_AR },
	{ DEFERRED, "DEFERRED", STATUS, MCW_STATUS_DEFERRED, MCW_STATUS_DEFERRED },
	{ RIPV, "RIPV", MCGSTATUS, MCW_MCGSTATUS_RIPV, MCW_MCGSTATUS_RIPV },
	{ EIPV, "EIPV", MCGSTATUS, MCW_MCGSTATUS_EIPV, MCW_MCGSTATUS_EIPV },
	{ MCIP, "MCIP", MCGSTATUS, MCW_MCGSTATUS_MCIP, MCW_MCGSTATUS_MCIP },
	{ SEAM, "SEAM_NR", MCGSTATUS, MCW_MCGSTATUS_SEAM_NR, MCW_MCGSTATUS_SEAM_NR },
	{ SER, "SER_P", MCGCAP, MCW_MCGCAP_SER_P, MCW_MCGCAP_SER_P },
	{ OVERFLOW_RECOV, "OVERFLOW_RECOV", CPU_CAPS, MCW_CAP_OVERFLOW_RECOV,
	  MCW_CAP_OVERFLOW_RECOV },
	{ SUCCOR, "SUCCOR", CPU_CAPS, MCW_CAP_SUCCOR, MCW_CAP_SUCCOR },
	{ SMCA, "SMCA", CPU_CAPS, MCW_CAP_SMCA, MCW_CAP_SMCA },
	{ MEMORY_FAILURE, "MEMORY_FAILURE", KERNEL_CAPS, MCW_KCAP_MEMORY_FAILURE,
	  MCW_KCAP_MEMORY_FAILURE },
	{ LOCATED, "ADDRV and MISCV", STATUS, ADDRV_MISCV, ADDRV_MISCV },
	{ SCRUB, "memory scrubbing", STATUS, SCRUB_MASK, MCW_MCACOD_SCRUB },
	{ WRITEBACK, "L3 explicit writeback", STATUS, CODE_MASK, MCW_MCACOD_L3_WRITEBACK },
	{ LOAD, "data load", STATUS, CODE_MASK, MCW_MCACOD_DATA_LOAD },
	{ FETCH, "instruction fetch", STATUS, CODE_MASK, MCW_MCACOD_INSTRUCTION_FETCH },
	{ PATROL, "patrol scrub", STATUS, MODEL_CODE_MASK, 0x00100000 },
	{ EXCEPTION, "exception", PLACE, PLACE_EXCEPTION, PLACE_EXCEPTION },
	{ USER, "user mode", PLACE, PLACE_USER, PLACE_USER },
	{ RECOVERABLE, "recoverable code", PLACE, PLACE_RECOVERABLE, PLACE_RECOVERABLE },
	{ SKYLAKE_SP, "Skylake-SP memory controller", PLACE, PLACE_SKYLAKE_SP, PLACE_SKYLAKE_SP },
	{ FROM_5_18, "Linux 5.18 or later", GENERATION, MCW_BIT(MCW_KERNEL_5_18),
	  MCW_BIT(MCW_KERNEL_5_18) },
	{ FROM_5_19, "Linux 5.19 or later", GENERATION, MCW_BIT(MCW_KERNEL_5_19),
	  MCW_BIT(MCW_KERNEL_5_19) },
	{ SEAM_AWARE, "Linux 6.7 or later", GENERATION, MCW_BIT(MCW_KERNEL_SEAM),
	  MCW_BIT(MCW_KERNEL_SEAM) },
};

#define SRAR (SER | UC | S | AR)
/* The machine says which page it is, and MEMORY_FAILURE can take it. */
#define SRAR_PAGE (SRAR | LOCATED | MEMORY_FAILURE)
/* Not in ordinary kernel code. A poll counts as kernel code, as nobody knows the code it hit. */
#define ELSEWHERE (USER | RECOVERABLE)

/* Intel, and vendors that follow it. A record that reaches "ar-overflow" has S, or no SER_P. */
static const struct mcw_rule intel_rules[] = {
	{ "invalid", SDM "16.3.2.2", 0, VAL, MCW_GRADE_NO },
	{ "not-enabled", SDM "16.10.4.1", EXCEPTION, EN, MCW_GRADE_NO },
	{ "context-lost", SDM "16.3.2.2", PCC, 0, MCW_GRADE_PANIC },
	{ "no-mcip", SDM "16.3.1.2", EXCEPTION, MCIP, MCW_GRADE_PANIC },
	{ "no-ip", SDM "16.3.1.2", EXCEPTION, RIPV | EIPV, MCW_GRADE_PANIC },
	{ "no-restart", SDM "16.3.1.2", EXCEPTION, RIPV | USER, MCW_GRADE_PANIC },
	{ "corrected", SDM "16.3.2.2", 0, SER | UC, MCW_GRADE_KEEP },
	{ "ao-scrub", SDM "16.9.3.1", SER | UC | SCRUB, AR, MCW_GRADE_AO },
	{ "ao-writeback", SDM "16.9.3.1", SER | UC | WRITEBACK, AR, MCW_GRADE_AO },
	{ "ao-patrol-scrub", SDM "16.9.3.1", SER | SCRUB | PATROL | LOCATED | SKYLAKE_SP, UC,
	  MCW_GRADE_AO },
	{ "ucna", SDM "16.6.3", SER | UC, S | AR, MCW_GRADE_DEFERRED },
	{ "ar-not-signaled", SDM "16.6.3", SER | UC | AR, S | OVER, MCW_GRADE_PANIC },
	{ "not-signaled", SDM "16.6.2", SER, S, MCW_GRADE_KEEP },
	{ "ar-overflow", SDM "16.6.4", SRAR | OVER, 0, MCW_GRADE_PANIC },
	{ "ar-other-thread", SDM "16.9.3.2", SRAR_PAGE | RIPV, EIPV, MCW_GRADE_KEEP },
	{ "ar-load-recoverable", SDM "16.9.3.2", SRAR_PAGE | LOAD | RECOVERABLE, 0, MCW_GRADE_AR },
	{ "ar-load-user", SDM "16.9.3.2", SRAR_PAGE | LOAD | USER, 0, MCW_GRADE_AR },
	{ "ar-fetch-user", SDM "16.9.3.2", SRAR_PAGE | FETCH | USER, 0, MCW_GRADE_AR },
	{ "ar-load-guest", SDM "16.3.1.2", SRAR_PAGE | LOAD | SEAM | SEAM_AWARE, ELSEWHERE,
	  MCW_GRADE_AR },
	{ "ar-fetch-guest", SDM "16.3.1.2", SRAR_PAGE | FETCH | SEAM | SEAM_AWARE, ELSEWHERE,
	  MCW_GRADE_AR },
	{ "ar-load-kernel", SDM "16.9.3.2", SRAR_PAGE | LOAD, ELSEWHERE, MCW_GRADE_PANIC },
	{ "ar-fetch-kernel", SDM "16.9.3.2", SRAR_PAGE | FETCH, ELSEWHERE, MCW_GRADE_PANIC },
	{ "ar-unknown", SDM "16.6.3", SRAR, 0, MCW_GRADE_PANIC },
	{ "ao-unknown", SDM "16.6.3", SER | UC | S, AR | OVER, MCW_GRADE_SOME },
	{ "ao-overflow", SDM "16.6.4", SER | UC | S | OVER, AR, MCW_GRADE_SOME },
	{ "overflow", SDM "16.3.2.2.1", OVER | UC, 0, MCW_GRADE_PANIC },
	{ "kernel", SDM "16.10.2", UC | FROM_5_18, ELSEWHERE, MCW_GRADE_PANIC },
	{ "uncorrected", SDM "16.10.2", UC, 0, MCW_GRADE_UC },
	{ "other", SDM "16.6.2", 0, 0, MCW_GRADE_SOME },
};

/* AMD and Hygon. Bits 56 and 55 are not S and AR here. */
static const struct mcw_rule amd_rules[] = {
	{ "amd-context-lost", APM "9.3.2", PCC, 0, MCW_GRADE_PANIC },
	{ "amd-deferred", APM "9.3.2", DEFERRED, UC, MCW_GRADE_DEFERRED },
	{ "amd-deferred-uc", APM "9.3.2", DEFERRED | UC | FROM_5_19, 0, MCW_GRADE_DEFERRED },
	{ "amd-corrected", APM "9.3.2", 0, UC, MCW_GRADE_KEEP },
	{ "amd-overflow", APM "9.2", UC | OVER, OVERFLOW_RECOV, MCW_GRADE_PANIC },
	{ "amd-no-succor", APM "9.2", UC | FROM_5_19, SUCCOR, MCW_GRADE_PANIC },
	{ "amd-no-succor-smca", APM "9.2", UC | SMCA | OVERFLOW_RECOV, SUCCOR, MCW_GRADE_PANIC },
	{ "amd-kernel", APM "9.1.3", UC, ELSEWHERE, MCW_GRADE_PANIC },
	{ "amd-required", APM "9.1.3", UC | FROM_5_19, 0, MCW_GRADE_AR },
	{ "amd-required-recov", APM "9.1.3", UC | OVERFLOW_RECOV, 0, MCW_GRADE_AR },
	{ "amd-uncorrected", APM "9.1.3", 0, 0, MCW_GRADE_UC },
};

_Static_assert(ARRAY_SIZE(intel_rules) + ARRAY_SIZE(amd_rules) == MCW_RULES, "MCW_RULES");

/**
 * mcw_severity_rule() - a row of the table
 * @rule: its number
 *
 * Context: any.
 * Return: the rule; NULL past the last one.
 */
const struct mcw_rule *mcw_severity_rule(unsigned int rule)
{
	if (rule < ARRAY_SIZE(intel_rules))
		return &intel_rules[rule];
	return rule < MCW_RULES ? &amd_rules[rule - ARRAY_SIZE(intel_rules)] : NULL;
}

/*
 * The first server CPUs of that name report uncorrectable errors that the patrol scrubber found as
 * corrected ones, in the banks of their memory controllers.
 */
static bool on_skylake_sp(const struct mcw_severity_input *in)
{
	return in->vendor == MCW_VENDOR_INTEL && (in->cpuid & 0x0fff0ff0) == 0x00050650 &&
	       (in->cpuid & 0xf) >= 4 && in->bank >= 13 && in->bank <= 18;
}

static __u64 place_of(const struct mcw_severity_input *in)
{
	bool user = (in->cs & RING_MASK) == RING_USER;

	return (in->exception ? PLACE_EXCEPTION : 0) | (user ? PLACE_USER : 0) |
	       (!user && in->kflags & KFLAG_RECOVERABLE ? PLACE_RECOVERABLE : 0) |
	       (on_skylake_sp(in) ? PLACE_SKYLAKE_SP : 0);
}

/* A generation that is newer than this file grades like the newest that it knows. */
static __u64 generations_of(const struct mcw_severity_input *in)
{
	unsigned int newest = in->generation;

	if (newest > MCW_KERNEL_NEWEST)
		newest = MCW_KERNEL_NEWEST;
	return MCW_BIT(newest + 1) - 1;
}

static __u32 conditions_of(const struct mcw_severity_input *in)
{
	const __u64 words[WORDS] = {
		[STATUS] = in->status,
		[MCGSTATUS] = in->mcgstatus,
		[MCGCAP] = in->mcgcap,
		[CPU_CAPS] = in->cpu_caps,
		[PLACE] = place_of(in),
		[KERNEL_CAPS] = in->kernel_caps,
		[GENERATION] = generations_of(in),
	};
	__u32 found = 0;
	unsigned int i;

	for (i = 0; i < MCW_RULE_CONDITIONS; i++) {
		const struct mcw_rule_condition *c = &mcw_rule_conditions[i];

		if ((words[c->word] & c->mask) == c->value)
			found |= c->condition;
	}
	return found;
}

static bool rule_fits(const struct mcw_rule *rule, __u32 found)
{
	return (found & rule->all) == rule->all && !(found & rule->none);
}

/**
 * mcw_severity_grade() - grade a record
 * @in: the record, its CPU and its kernel
 *
 * Context: any.
 * Return: the grade, and the rule that gave it.
 */
struct mcw_verdict mcw_severity_grade(const struct mcw_severity_input *in)
{
	bool amd = in->vendor == MCW_VENDOR_AMD || in->vendor == MCW_VENDOR_HYGON;
	unsigned int rule = amd ? ARRAY_SIZE(intel_rules) : 0;
	__u32 found = conditions_of(in);

	/* The last row of the table fits everything, so this ends. */
	while (!rule_fits(mcw_severity_rule(rule), found))
		rule++;
	return (struct mcw_verdict){ .grade = mcw_severity_rule(rule)->grade, .rule = rule };
}

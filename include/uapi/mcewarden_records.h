/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * The records of /dev/mcewarden, which mcewarden.h describes.
 */
#ifndef _UAPI_MCEWARDEN_RECORDS_H
#define _UAPI_MCEWARDEN_RECORDS_H

#include <linux/types.h>

#define MCW_RECORD_BYTES	248

/* Lanes: no lane pushes another's records out. */
#define MCW_LANE_SEVERE		0	/* uncorrected or deferred errors, or such grades */
#define MCW_LANE_OTHER		1	/* every other machine-check record */
#define MCW_LANE_NOTICE		2	/* records that the module itself writes */
#define MCW_LANE_LOCATION	3	/* which part of the machine an event is about */
#define MCW_LANES		4

/* mcw_head.type */
#define MCW_EVENT		1	/* one machine-check record */
#define MCW_OUTCOME		2	/* what was done about an event, and why */
#define MCW_STORM		3	/* a storm of threshold interrupts began or ended */
#define MCW_LOCATION		4	/* which part of the machine an event is about */
#define MCW_VICTIM		5	/* a task that got a signal because of a bad page */

/* mcw_event.source: why the kernel looked */
#define MCW_SOURCE_UNKNOWN	0	/* captured by the decode chain; not known */
#define MCW_SOURCE_EXCEPTION	1	/* #MC: MCIP was set, or no poll was under way */
#define MCW_SOURCE_CMCI		2	/* threshold or deferred-error interrupt */
#define MCW_SOURCE_POLL		3	/* a poll of the banks */
#define MCW_SOURCE_FIRMWARE	4	/* bank 255: APEI, firmware first */
#define MCW_SOURCE_PROCESS	5	/* mce_log() called by software: no grade */

/* mcw_event.flags */
#define MCW_FLAG_INJECTED	(1U << 0)	/* injectm was armed on that CPU */
#define MCW_FLAG_BY_MODULE	(1U << 1)	/* found by the module's own poll */
#define MCW_FLAG_LEFTOVER	(1U << 2)	/* an old error, found by a poll for such */
#define MCW_FLAG_CHAIN		(1U << 3)	/* captured by the decode chain, late */

/* mcw_regs.severity: names, not a scale; the kernel's numbers */
#define MCW_GRADE_NO		0	/* not graded, or nothing to log */
#define MCW_GRADE_DEFERRED	1	/* deferred (AMD), UCNA (Intel) */
#define MCW_GRADE_KEEP		2	/* mostly a corrected error */
#define MCW_GRADE_SOME		3
#define MCW_GRADE_AO		4	/* action optional */
#define MCW_GRADE_UC		5
#define MCW_GRADE_AR		6	/* action required */
#define MCW_GRADE_PANIC		7

/* mcw_event.cpu_caps */
#define MCW_CAP_OVERFLOW_RECOV	(1U << 0)	/* AMD CPUID 80000007 EBX bit 0 */
#define MCW_CAP_SUCCOR		(1U << 1)	/* AMD CPUID 80000007 EBX bit 1 */
#define MCW_CAP_SMCA		(1U << 3)	/* AMD CPUID 80000007 EBX bit 3 */
#define MCW_CAP_PADDRV		(1U << 4)	/* MCA_STATUS 54: whether an address is physical */

/*
 * mcw_event.generation: groups of kernels that grade alike, named after the first of each group.
 * Older modules give UNKNOWN.
 */
#define MCW_KERNEL_UNKNOWN	0
#define MCW_KERNEL_5_10		1
#define MCW_KERNEL_5_18		2	/* without tolerant: UC in the kernel is a panic */
#define MCW_KERNEL_5_19		3	/* AMD: by SUCCOR, for any bank */
#define MCW_KERNEL_SEAM		4	/* 6.7: errors inside a TDX guest */
#define MCW_KERNEL_NEWEST	MCW_KERNEL_SEAM

/* mcw_event.kernel_caps */
#define MCW_KCAP_MEMORY_FAILURE	(1U << 0)	/* CONFIG_MEMORY_FAILURE */

/*
 * mcw_event.absent: members that nothing is known of, and that are 0 for that reason alone. The
 * device sets none of these bits. A tool that reads a log, or a command line, sets them.
 */
#define MCW_ABSENT_STATUS	(1U << 0)
#define MCW_ABSENT_MISC		(1U << 1)
#define MCW_ABSENT_ADDR		(1U << 2)
#define MCW_ABSENT_MCGSTATUS	(1U << 3)
#define MCW_ABSENT_IP		(1U << 4)
#define MCW_ABSENT_CS		(1U << 5)
#define MCW_ABSENT_TSC		(1U << 6)
#define MCW_ABSENT_TIME		(1U << 7)
#define MCW_ABSENT_CPU		(1U << 8)	/* extcpu */
#define MCW_ABSENT_BANK		(1U << 9)
#define MCW_ABSENT_VENDOR	(1U << 10)	/* cpuvendor */
#define MCW_ABSENT_CPUID	(1U << 11)
#define MCW_ABSENT_SOCKET	(1U << 12)
#define MCW_ABSENT_APIC		(1U << 13)
#define MCW_ABSENT_MCGCAP	(1U << 14)
#define MCW_ABSENT_SYND		(1U << 15)
#define MCW_ABSENT_SYND1	(1U << 16)
#define MCW_ABSENT_SYND2	(1U << 17)
#define MCW_ABSENT_IPID		(1U << 18)
#define MCW_ABSENT_PPIN		(1U << 19)
#define MCW_ABSENT_MICROCODE	(1U << 20)
#define MCW_ABSENT_SEVERITY	(1U << 21)
#define MCW_ABSENT_KFLAGS	(1U << 22)	/* and inject_flags */
#define MCW_ABSENT_MACHINE	(1U << 23)	/* cpu_caps, phys_bits, generation, kernel_caps */
#define MCW_ABSENT_ALL		((1U << 24) - 1)

/* 48 bytes. Times in nanoseconds: mono_ns of CLOCK_MONOTONIC, wall_ns since 1970 UTC. */
struct mcw_head {
	__u64 pos;		/* position in its lane, from 0 */
	__u64 unplaced;		/* of this lane so far: records that got no position,
				 * refused + dropped of struct mcw_lane_info
				 */
	__u64 skipped;		/* of this lane so far: positions without a record */
	__u64 mono_ns;
	__u64 wall_ns;
	__u8 type;
	__u8 lane;
	__u8 spare[6];
};

/*
 * The registers of one machine-check record, 128 bytes, at the offsets that struct
 * mce has had since Linux 5.8, with its padding named. Intel SDM vol. 3B
 * ch. 16.3 and AMD APM vol. 2 ch. 9.3 describe the registers.
 */
struct mcw_regs {
	__u64 status;		/* MCi_STATUS */
	__u64 misc;		/* MCi_MISC, 0 where not valid */
	__u64 addr;		/* MCi_ADDR, 0 where not valid */
	__u64 mcgstatus;	/* MCG_STATUS */
	__u64 ip;		/* instruction pointer, 0 where not known */
	__u64 tsc;		/* 0 in records of the kernel's poll timer */
	__u64 time;		/* seconds since 1970 UTC, by the kernel */
	__u8 cpuvendor;		/* the kernel's X86_VENDOR_ number */
	__u8 inject_flags;
	__u8 severity;		/* the kernel's grade, 0..7 */
	__u8 pad;
	__u32 cpuid;		/* CPUID 1 EAX: family, model, stepping */
	__u8 cs;
	__u8 bank;		/* 255: a firmware record */
	__u8 cpu;		/* obsolete: extcpu */
	__u8 finished;
	__u32 extcpu;		/* Linux's number of the CPU */
	__u32 socketid;
	__u32 apicid;
	__u64 mcgcap;		/* MCG_CAP */
	__u64 synd;		/* MCA_SYND, SMCA only */
	__u64 ipid;		/* MCA_IPID, SMCA only */
	__u64 ppin;
	__u32 microcode;
	__u32 spare;
	__u64 kflags;		/* bits 31:0 at capture, before any handler */
};

/* 200 bytes. */
struct mcw_event {
	struct mcw_regs regs;
	__u64 synd1;		/* MCA_SYND1, from Linux 6.13 on, else 0 */
	__u64 synd2;		/* MCA_SYND2, from Linux 6.13 on, else 0 */
	__u32 flags;		/* MCW_FLAG_* */
	__u32 cpu_caps;		/* MCW_CAP_*, 0 for other vendors than AMD and Hygon */
	__u8 source;		/* MCW_SOURCE_* */
	__u8 phys_bits;		/* address bits below any encryption key */
	__u8 generation;	/* MCW_KERNEL_* */
	__u8 kernel_caps;	/* MCW_KCAP_* */
	/*
	 * Scalable MCA: how many corrected errors the bank has counted (MCA_MISC0) since its
	 * record before, with this one if it is corrected. 0: not known, or none.
	 */
	__u32 counted;
	__u64 spare2[4];
	__u32 absent;		/* MCW_ABSENT_*, 0 from the device */
	__u32 spare3;
};

/* mcw_outcome.actor: who did it */
#define MCW_ACTOR_NOBODY	0
#define MCW_ACTOR_KERNEL	1
#define MCW_ACTOR_MODULE	2

/* mcw_outcome.action: what was done; if reason is OBSERVE, what would have been done */
#define MCW_ACTION_NONE		0
#define MCW_ACTION_OFFLINE	1	/* memory_failure(): the page is poisoned */
#define MCW_ACTION_SOFT_OFFLINE	2	/* the content was moved, then the page poisoned */
#define MCW_ACTION_PANIC	3	/* tolerant 0 */

/* mcw_outcome.reason: why the action was taken, or none */
#define MCW_REASON_UNKNOWN	0
#define MCW_REASON_DONE		1	/* the actor took the page */
#define MCW_REASON_GRADE	2	/* no page is taken for this grade */
#define MCW_REASON_SOFTWARE	3	/* the record comes from software or firmware */
#define MCW_REASON_NO_ADDRESS	4	/* the record has no usable address */
#define MCW_REASON_COARSE	5	/* the address is coarser than a page */
#define MCW_REASON_NO_PAGE	6	/* there is no online memory */
#define MCW_REASON_ALREADY	7	/* the page was poisoned before */
#define MCW_REASON_IN_USE	8	/* failed: page flagged, still in use */
#define MCW_REASON_GAVE_UP	9	/* failed after all tries, page not flagged */
#define MCW_REASON_OFF		10	/* knob recovery is off */
#define MCW_REASON_OBSERVE	11	/* knob recovery is observe */
#define MCW_REASON_TOLERANT	12	/* tolerant is 3 */
#define MCW_REASON_BUDGET	13	/* page_budget is used up */
#define MCW_REASON_FRESH_UC	14	/* a fresh uncorrected error, and tolerant is 0 */
#define MCW_REASON_RAS_CEC	15	/* the kernel's RAS_CEC handles corrected errors */
#define MCW_REASON_FLAGGED	16	/* the actor flagged the page and reports no more */
#define MCW_REASON_UNGRADED	17	/* it has no grade, and its source is not known */
/* The admin's switches in /proc/sys/vm: */
#define MCW_REASON_SOFT_OFFLINE_OFF	18	/* enable_soft_offline is 0 */
#define MCW_REASON_RECOVERY_PANICS	19	/* memory_failure_recovery is 0 */
#define MCW_REASON_KERNEL_PAGE_PANICS	20	/* panic_on_unrecoverable_memory_failure is 1 */
/* AMD: */
#define MCW_REASON_NORMALIZED	21	/* the address counts from a memory controller's zero */
#define MCW_REASON_SAME_ERROR	22	/* same_pos has this error already */

/* mcw_outcome.disposition: how the kernel finished with the error */
#define MCW_DISPOSITION_NONE			0	/* nobody waited for it */
#define MCW_DISPOSITION_HANDLED		1	/* decoded; the kernel took the page */
#define MCW_DISPOSITION_UNHANDLED		2	/* decoded; the kernel did not take it */
#define MCW_DISPOSITION_DROPPED		3	/* a later record was decoded, this one was not */
#define MCW_DISPOSITION_GRACE		4	/* no sign of the record for grace_ms */

/* mcw_outcome.result: how memory_failure() ended, by the kernel's own word */
#define MCW_RESULT_UNKNOWN	0	/* it was not called, or said nothing */
#define MCW_RESULT_IGNORED	1	/* nothing was done about the page, which stays flagged */
#define MCW_RESULT_FAILED	2	/* the page could not be taken from its users */
#define MCW_RESULT_DELAYED	3	/* taken as soon as its users let go of it */
#define MCW_RESULT_RECOVERED	4	/* taken from its users */

/* mcw_outcome.flags */
#define MCW_OUTCOME_NO_EVENT	(1U << 0)	/* of no event: somebody else's memory_failure() */
#define MCW_OUTCOME_HELD_BACK	(1U << 1)	/* the kernel was kept from a page at its address */
#define MCW_OUTCOME_TRANSLATED	(1U << 2)	/* the page is that of a normalized address */

#define MCW_NO_PAGE		(~0ULL)
#define MCW_PAGE_TYPE_TEXT	32

/* 200 bytes: what was done about the event at of_pos of lane of_lane. */
struct mcw_outcome {
	__u64 of_pos;
	__u64 of_mono_ns;	/* when the event was captured */
	__u64 page;		/* physical address of the page, or MCW_NO_PAGE */
	__u32 err;		/* the kernel's errno, positive, or 0 */
	__u32 tries;		/* how often the module tried */
	__u32 count;		/* corrected errors of the page within the window, or 0 */
	__u8 of_lane;
	__u8 grade;		/* the module's: MCW_GRADE_* */
	__u8 actor;		/* MCW_ACTOR_* */
	__u8 action;		/* MCW_ACTION_* */
	__u8 reason;		/* MCW_REASON_* */
	__u8 disposition;	/* MCW_DISPOSITION_* */
	__u8 tolerant;		/* the knob at that moment */
	__u8 result;		/* MCW_RESULT_* */
	__u8 flags;		/* MCW_OUTCOME_* */
	__u8 spare[3];
	__u8 rule[24];		/* name of the grading rule, ended by 0 */
	char page_type[MCW_PAGE_TYPE_TEXT];	/* in the kernel's words, ended by 0, or empty */
	__u32 victims;		/* tasks that memory_failure() sent a signal to */
	__u32 spare2;
	__u64 same_pos;		/* SAME_ERROR: the first record of it, in the lane severe */
	__u64 spare3[10];
};

/* mcw_victim.cause: why it got the signal */
#define MCW_VICTIM_TAKEN	1	/* memory_failure() took a page that it uses */
#define MCW_VICTIM_TOUCHED	2	/* it touched a page that was taken before */
#define MCW_VICTIM_CONSUMED	3	/* it consumed an error, and the page could not be taken */

#define MCW_VICTIM_COMM		16
#define MCW_VICTIMS_LISTED	64	/* VICTIM records for one page taken; outcomes count all */

/* 200 bytes: a task that got a signal because of a bad page. */
struct mcw_victim {
	__u64 page;		/* physical address of the page, or MCW_NO_PAGE if not known */
	__u64 address;		/* where the task has it: si_addr, 0 if the signal has none */
	__u32 pid;		/* of the process, in the initial namespace */
	__u32 tid;		/* of the thread */
	__u32 signal;		/* SIGBUS or SIGKILL */
	__s32 code;		/* si_code: BUS_MCEERR_AR, BUS_MCEERR_AO, SI_KERNEL */
	__u8 lsb;		/* si_addr_lsb: 1 << lsb bytes are lost; 0 if the signal has none */
	__u8 cause;		/* MCW_VICTIM_TAKEN ... */
	__u8 spare[6];
	char comm[MCW_VICTIM_COMM];	/* the thread's name: any bytes, ended by 0 */
	__u64 spare2[18];
};

/* mcw_storm.phase */
#define MCW_STORM_BEGIN		1
#define MCW_STORM_END		2

/* 200 bytes: threshold interrupts of one bank on one CPU, or of all banks of that CPU. */
struct mcw_storm {
	__u64 count;		/* BEGIN: interrupts up to then, 0: polls alone; END: all */
	__u64 duration_ns;	/* END: from its first interrupt to its last error */
	__u32 cpu;
	__u32 bank;
	__u8 phase;		/* MCW_STORM_* */
	__u8 throttled;		/* 1: the kernel throttled the interrupts meanwhile */
	__u8 declared;		/* 1: the kernel declared it a storm, whatever the knobs say */
	__u8 all_banks;		/* 1: of all banks together; then bank is that of an error */
	__u8 spare[4];
	__u64 spare2[21];
};

/* mcw_location.source: who names the part */
#define MCW_LOCATION_EDAC	1	/* an EDAC driver, by the tracepoint ras:mc_event */
#define MCW_LOCATION_GHES	2	/* the firmware, in a memory section of APEI's GHES */
#define MCW_LOCATION_ADXL	3	/* the firmware, which was asked (ACPI's ADXL) */

/* mcw_location.flags */
#define MCW_LOCATION_NO_EVENT	(1U << 0)	/* firmware's, or another controller's */
#define MCW_LOCATION_LOST	(1U << 1)	/* its event was refused or dropped */
/* Its event was overwritten: of_pos is right unless 16384 events of that lane came since. */
#define MCW_LOCATION_UNSURE	(1U << 2)
#define MCW_LOCATION_CUT	(1U << 3)	/* the texts were too long, and are cut */

#define MCW_LOCATION_TEXT	152
#define MCW_LOCATION_PARTS	6

/*
 * 200 bytes: which part of the machine the event at of_pos of lane of_lane is about. An event can
 * have several. One that is too long for a record is in up to MCW_LOCATION_PARTS of them, with the
 * same id; their texts one after the other are three strings, each ended by 0: the label of the
 * part, a message, and what the driver has to say besides. They are what the driver and the admin
 * wrote: any bytes but 0.
 */
struct mcw_location {
	__u64 of_pos;
	__u64 address;		/* physical, as the driver says it; 0 where it says none */
	__u64 syndrome;
	__u32 id;		/* the same in all parts, never 0 */
	__u32 count;		/* errors that the driver counted at once */
	__u8 of_lane;
	__u8 source;		/* MCW_LOCATION_EDAC ... */
	__u8 flags;		/* MCW_LOCATION_NO_EVENT ... */
	__u8 part;		/* from 1 */
	__u8 parts;
	__u8 error_type;	/* 0 corrected, 1 uncorrected, 2 deferred, 3 fatal, 4 info */
	__u8 mc;		/* controller, by its number in EDAC's sysfs; 255: not known */
	__u8 grain_bits;	/* the address is exact to 1 << grain_bits bytes */
	__s8 layer[3];		/* places below the controller, from the top; -1: not known */
	__u8 spare[5];
	char text[MCW_LOCATION_TEXT];
};

struct mcw_record {
	struct mcw_head head;
	union {
		struct mcw_event event;
		struct mcw_outcome outcome;
		struct mcw_storm storm;
		struct mcw_location location;
		struct mcw_victim victim;
		__u64 body[25];
	};
};

#ifndef __cplusplus
_Static_assert(sizeof(struct mcw_head) == 48, "struct mcw_head");
_Static_assert(sizeof(struct mcw_regs) == 128, "struct mcw_regs");
_Static_assert(sizeof(struct mcw_event) == 200, "struct mcw_event");
_Static_assert(sizeof(struct mcw_outcome) == 200, "struct mcw_outcome");
_Static_assert(__builtin_offsetof(struct mcw_outcome, rule) == 48, "mcw_outcome.rule");
_Static_assert(sizeof(struct mcw_storm) == 200, "struct mcw_storm");
_Static_assert(sizeof(struct mcw_location) == 200, "struct mcw_location");
_Static_assert(sizeof(struct mcw_victim) == 200, "struct mcw_victim");
_Static_assert(__builtin_offsetof(struct mcw_outcome, page_type) == 72, "mcw_outcome.page_type");
_Static_assert(sizeof(struct mcw_record) == MCW_RECORD_BYTES, "struct mcw_record");
_Static_assert(__builtin_offsetof(struct mcw_head, type) == 40, "mcw_head.type");
_Static_assert(__builtin_offsetof(struct mcw_regs, cpuvendor) == 56, "mcw_regs.cpuvendor");
_Static_assert(__builtin_offsetof(struct mcw_regs, extcpu) == 68, "mcw_regs.extcpu");
_Static_assert(__builtin_offsetof(struct mcw_regs, mcgcap) == 80, "mcw_regs.mcgcap");
_Static_assert(__builtin_offsetof(struct mcw_regs, kflags) == 120, "mcw_regs.kflags");
_Static_assert(__builtin_offsetof(struct mcw_event, source) == 152, "mcw_event.source");
_Static_assert(__builtin_offsetof(struct mcw_event, generation) == 154, "mcw_event.generation");
_Static_assert(__builtin_offsetof(struct mcw_event, kernel_caps) == 155, "mcw_event.kernel_caps");
_Static_assert(__builtin_offsetof(struct mcw_event, absent) == 192, "mcw_event.absent");
_Static_assert(__builtin_offsetof(struct mcw_record, event) == 48, "mcw_record.event");
#endif

#endif /* _UAPI_MCEWARDEN_RECORDS_H */

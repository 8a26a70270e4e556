// SPDX-License-Identifier: GPL-2.0
/* LINK: mcwctl */
/* FLAGS: -Wno-missing-field-initializers */
/*
 * The kinds of errors: the module grades each kind as its name says, given registers are completed,
 * and errors that panic the machine are known before.
 */
#include <stdio.h>
#include <string.h>

#include <mcewarden/grading.h>

#include "ktap.h"
#include "decode/decode.h"
#include "inject/kind.h"

#define INTEL_MCGCAP (MCW_MCGCAP_SER_P | MCW_MCGCAP_CMCI_P | 10)
#define EXCEPTION MCW_INJECT_EXCEPTION
#define PROCESS MCW_INJECT_PROCESS
#define NMI MCW_INJECT_NMI_BROADCAST
#define SRAO 0xbd000000000000c0
#define UCNA 0xbc00000000000090
#define LMCES 8

static const struct mcw_inject_machine intel = { .mcgcap = INTEL_MCGCAP,
						 .cpuid = 0x50654,
						 .vendor = MCW_VENDOR_INTEL,
						 .this_cpu = 3 };

static const struct mcw_inject_machine amd = {
	.cpu_caps = MCW_CAP_OVERFLOW_RECOV | MCW_CAP_SUCCOR,
	.vendor = MCW_VENDOR_AMD,
};

static const struct mcw_inject_machine old_amd = { .vendor = MCW_VENDOR_AMD };

static const struct kind_case {
	const char *kind;
	const struct mcw_inject_machine *machine;
	unsigned int grade; /* 0: the kind does not exist */
	enum mcw_class class;
	bool exception;
	bool danger;
} kinds[] = {
	{ "corrected", &intel, MCW_GRADE_KEEP, MCW_CLASS_CORRECTED, false, false },
	{ "ucna", &intel, MCW_GRADE_DEFERRED, MCW_CLASS_UCNA, false, false },
	{ "srao", &intel, MCW_GRADE_AO, MCW_CLASS_SRAO, true, false },
	{ "srar", &intel, MCW_GRADE_AR, MCW_CLASS_SRAR, true, false },
	{ "fatal", &intel, MCW_GRADE_PANIC, MCW_CLASS_FATAL, true, true },
	{ "corrected", &amd, MCW_GRADE_KEEP, MCW_CLASS_CORRECTED, false, false },
	{ "ucna", &amd, MCW_GRADE_DEFERRED, MCW_CLASS_DEFERRED, false, false },
	{ "srao", &amd, MCW_GRADE_NO },
	{ "srar", &amd, MCW_GRADE_AR, MCW_CLASS_UNCORRECTED, true, false },
	{ "srar", &old_amd, MCW_GRADE_PANIC, MCW_CLASS_UNCORRECTED, true, true },
	{ "fatal", &amd, MCW_GRADE_PANIC, MCW_CLASS_FATAL, true, true },
	{ "nonsense", &intel, MCW_GRADE_NO },
};

static bool kind_holds(const struct kind_case *c)
{
	enum mcw_inject_page page;
	struct mcw_event ev = { .cpu_caps = c->machine->cpu_caps };
	struct mcw_injection inj;
	char why[MCW_TEXT_BYTES];
	bool exception;

	if (!mcw_inject_kind(c->kind, c->machine, &inj, &page))
		return !c->grade;
	mcw_inject_complete(&inj, c->machine, false);
	exception = inj.regs.inject_flags & EXCEPTION;
	ev.regs = inj.regs;
	ev.regs.cpuvendor = c->machine->vendor;
	ev.regs.mcgcap = c->machine->mcgcap;
	ev.source = exception ? MCW_SOURCE_EXCEPTION : MCW_SOURCE_POLL;
	printf("# %s: grade %u, class %s\n", c->kind, mcw_event_grade(&ev).grade,
	       mcw_class_name(mcw_event_class(&ev)));
	return mcw_event_grade(&ev).grade == c->grade && mcw_event_class(&ev) == c->class &&
	       exception == c->exception && inj.regs.extcpu == c->machine->this_cpu &&
	       !!mcw_inject_danger(&inj, c->machine, why, sizeof(why)) == c->danger;
}

static const struct complete_case {
	const char *name;
	struct mcw_injection inj;
	const struct mcw_inject_machine *machine;
	__u8 flags; /* with broadcast by default */
	__u64 mcgstatus;
	bool danger;
} completes[] = {
	{ "a corrected error is found by a poll",
	  { .regs.status = 0x9c00000000000090 },
	  &intel,
	  PROCESS,
	  0,
	  false },
	{ "and as an exception, if it is said so, nothing explains it to all CPUs",
	  { .regs = { .status = 0x9c00000000000090, .inject_flags = EXCEPTION } },
	  &intel,
	  PROCESS | EXCEPTION | NMI,
	  5,
	  true },
	{ "UCNA is found by a poll", { .regs.status = UCNA }, &intel, PROCESS, 0, false },
	{ "SRAO is met by all CPUs",
	  { .regs.status = SRAO },
	  &intel,
	  PROCESS | EXCEPTION | NMI,
	  5,
	  false },
	{ "with an instruction pointer",
	  { .regs = { .status = SRAO, .ip = 1 } },
	  &intel,
	  PROCESS | EXCEPTION | NMI,
	  7,
	  false },
	{ "or by one, if it is local",
	  { .regs = { .status = SRAO, .mcgstatus = 5 | LMCES }, .mcgstatus_given = true },
	  &intel,
	  PROCESS | EXCEPTION,
	  5 | LMCES,
	  false },
	{ "or if it is said so",
	  { .regs.status = SRAO, .no_broadcast = true },
	  &intel,
	  PROCESS | EXCEPTION,
	  5,
	  false },
	{ "or by an IPI",
	  { .regs = { .status = SRAO, .inject_flags = MCW_INJECT_IRQ_BROADCAST } },
	  &intel,
	  PROCESS | EXCEPTION | MCW_INJECT_IRQ_BROADCAST,
	  5,
	  false },
	{ "or by a poll", { .regs.status = SRAO, .poll = true }, &intel, PROCESS, 0, false },
	{ "on AMD by one",
	  { .regs.status = 0xb400000000000135 },
	  &amd,
	  PROCESS | EXCEPTION,
	  5,
	  true },
	{ "inside an interrupt an SRAR is fatal",
	  { .regs = { .status = 0xbd80000000000134,
		      .cs = 0x33,
		      .mcgstatus = 7,
		      .inject_flags = MCW_INJECT_IRQ },
	    .mcgstatus_given = true,
	    .no_broadcast = true },
	  &intel,
	  MCW_INJECT_IRQ | EXCEPTION,
	  7,
	  true },
	{ "what is held has no context",
	  { .regs.status = SRAO, .hold = true },
	  &intel,
	  EXCEPTION,
	  5,
	  false },
	{ "without MCIP it is fatal",
	  { .regs = { .status = SRAO, .mcgstatus = 1 }, .mcgstatus_given = true },
	  &intel,
	  PROCESS | EXCEPTION | NMI,
	  1,
	  true },
};

static bool complete_holds(const struct complete_case *c)
{
	struct mcw_injection inj = c->inj;
	char why[MCW_TEXT_BYTES] = "";
	bool danger;

	mcw_inject_complete(&inj, c->machine, true);
	danger = mcw_inject_danger(&inj, c->machine, why, sizeof(why));
	printf("# flags 0x%x, mcgstatus 0x%llx; %s\n", inj.regs.inject_flags, inj.regs.mcgstatus,
	       danger ? why : "no danger");
	return inj.regs.inject_flags == c->flags && inj.regs.mcgstatus == c->mcgstatus &&
	       danger == c->danger;
}

int main(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		ktap_result(kind_holds(&kinds[i]), kinds[i].kind);
	for (size_t i = 0; i < ARRAY_SIZE(completes); i++)
		ktap_result(complete_holds(&completes[i]), completes[i].name);
	return ktap_end();
}

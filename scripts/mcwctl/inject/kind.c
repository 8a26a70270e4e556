// SPDX-License-Identifier: GPL-2.0
/*
 * Kinds of errors as registers, and defaults for registers that a file does not give.
 */
#include "inject/kind.h"

#include <string.h>

#include <mcewarden/grading.h>

#include "decode/decode.h"
#include "decode/text.h"

#define PHYSICAL_PAGE 0x8c /* MCi_MISC: a physical address, of 4 KiB */
#define CS_KERNEL 0x10
#define CS_USER 0x33

#define RIPV MCW_MCGSTATUS_RIPV
#define EIPV MCW_MCGSTATUS_EIPV
#define MCIP MCW_MCGSTATUS_MCIP
#define LMCES MCW_BIT(3)
#define BROADCAST (MCW_INJECT_NMI_BROADCAST | MCW_INJECT_IRQ_BROADCAST)

static const struct kind {
	const char *name;
	__u64 intel; /* the status; 0: Intel has no such kind */
	__u64 amd;
	__u64 mcgstatus; /* 0: a poll finds it */
	enum mcw_inject_page page;
} kinds[] = {
	/* a memory read, one error counted; on AMD a read of L3, corrected by ECC */
	{ "corrected", 0x9c00004000000090, 0x940040000000011b, 0, MCW_INJECT_PAGE },
	/* the same, uncorrected and not signalled; on AMD deferred, with poison in the page */
	{ "ucna", 0xbc00000000000090, 0x940018000000011b, 0, MCW_INJECT_PAGE },
	/* memory scrubbing */
	{ "srao", 0xbd000000000000c0, 0, RIPV | MCIP, MCW_INJECT_PAGE },
	/* a data load; on AMD poison consumed */
	{ "srar", 0xbd80000000000134, 0xb400080000000135, RIPV | EIPV | MCIP, MCW_INJECT_OWN_PAGE },
	/* an internal timer with the context lost; on AMD a data read of L1 */
	{ "fatal", 0xb200000000000400, 0xb200000000000135, RIPV | MCIP, MCW_INJECT_NO_PAGE },
};

const char *mcw_inject_kind_names(void)
{
	return "corrected, ucna, srao, srar, fatal";
}

static const struct kind *kind_find(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		if (!strcmp(name, kinds[i].name))
			return &kinds[i];
	return NULL;
}

bool mcw_inject_kind_is(const char *name)
{
	return kind_find(name);
}

bool mcw_inject_kind(const char *name, const struct mcw_inject_machine *m,
		     struct mcw_injection *inj, enum mcw_inject_page *page)
{
	const struct kind *kind = kind_find(name);
	__u64 status;

	if (!kind)
		return false;
	status = mcw_vendor_is_amd(m->vendor) ? kind->amd : kind->intel;
	if (!status)
		return false;
	memset(inj, 0, sizeof(*inj));
	inj->regs.bank = 1;
	inj->any_cpu = true;
	inj->regs.status = status;
	inj->regs.mcgstatus = kind->mcgstatus;
	inj->mcgstatus_given = true;
	if (status & MCW_STATUS_MISCV)
		inj->regs.misc = PHYSICAL_PAGE;
	inj->regs.cs = kind->page == MCW_INJECT_OWN_PAGE ? CS_USER : CS_KERNEL;
	inj->poll = !kind->mcgstatus;
	*page = kind->page;
	return true;
}

/* The default is what hardware does: an exception for uncorrected errors, except UCNA. */
static bool is_exception(const struct mcw_injection *inj, const struct mcw_inject_machine *m)
{
	__u64 status = inj->regs.status;

	if (inj->poll || !(status & MCW_STATUS_UC))
		return false;
	return mcw_vendor_is_amd(m->vendor) || !(m->mcgcap & MCW_MCGCAP_SER_P) ||
	       status & (MCW_STATUS_S | MCW_STATUS_PCC) || !(status & MCW_STATUS_VAL);
}

void mcw_inject_complete(struct mcw_injection *inj, const struct mcw_inject_machine *m,
			 bool broadcast)
{
	struct mcw_regs *regs = &inj->regs;

	if (inj->any_cpu)
		regs->extcpu = m->this_cpu;
	regs->cpu = regs->extcpu;
	if (is_exception(inj, m))
		regs->inject_flags |= MCW_INJECT_EXCEPTION;
	if (!(regs->inject_flags & MCW_INJECT_IRQ))
		regs->inject_flags |= MCW_INJECT_PROCESS;
	if (inj->hold) {
		regs->inject_flags &= MCW_INJECT_EXCEPTION;
	} else if (broadcast && regs->inject_flags & MCW_INJECT_EXCEPTION && !inj->no_broadcast &&
		   !(regs->inject_flags & BROADCAST) && !(regs->mcgstatus & LMCES) &&
		   !mcw_vendor_is_amd(m->vendor)) {
		regs->inject_flags |= MCW_INJECT_NMI_BROADCAST;
	}
	if (regs->inject_flags & MCW_INJECT_EXCEPTION && !inj->mcgstatus_given)
		regs->mcgstatus = RIPV | MCIP | (regs->ip ? EIPV : 0);
}

const char *mcw_inject_danger(const struct mcw_injection *inj, const struct mcw_inject_machine *m,
			      char *buf, size_t size)
{
	struct text t = text_begin(buf, size);
	struct mcw_event ev = { .regs = inj->regs, .cpu_caps = m->cpu_caps };
	bool all = inj->regs.inject_flags & BROADCAST;
	struct mcw_verdict verdict;
	char rule[MCW_TEXT_BYTES];

	if (!(inj->regs.inject_flags & MCW_INJECT_EXCEPTION))
		return NULL;
	ev.source = MCW_SOURCE_EXCEPTION;
	ev.regs.mcgcap = m->mcgcap;
	ev.regs.cpuid = m->cpuid;
	ev.regs.cpuvendor = m->vendor;
	/* The exception hits the kernel, or on the other CPUs whatever runs there. */
	if (inj->hold || inj->regs.inject_flags & MCW_INJECT_IRQ)
		ev.regs.cs = CS_KERNEL;
	verdict = mcw_event_grade(&ev);
	if (verdict.grade == MCW_GRADE_PANIC &&
	    !(inj->hold && !(inj->regs.status & MCW_STATUS_VAL)))
		text_add(&t, "it is graded PANIC: %s",
			 mcw_rule_text(verdict.rule, rule, sizeof(rule)));
	else if (all && !mcw_vendor_is_amd(m->vendor) &&
		 (verdict.grade == MCW_GRADE_NO || verdict.grade == MCW_GRADE_DEFERRED ||
		  verdict.grade == MCW_GRADE_KEEP))
		text_add(&t, "all CPUs meet an exception, and nothing explains it");
	return t.used ? buf : NULL;
}

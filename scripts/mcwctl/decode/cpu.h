/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the number of a CPU's model says: EAX of CPUID 1.
 *
 * Intel SDM vol. 4 ch. 2 lists the models; vol. 3B ch. 16.3.1.1 what MCG_CAP tells of each.
 */
#ifndef MCW_DECODE_CPU_H
#define MCW_DECODE_CPU_H

#include "decode/internal.h"

static inline unsigned int cpu_family(const struct mcw_event *ev)
{
	unsigned int family = field(ev->regs.cpuid, 11, 8);

	return family == 0xf ? family + field(ev->regs.cpuid, 27, 20) : family;
}

static inline unsigned int cpu_model(const struct mcw_event *ev)
{
	unsigned int family = field(ev->regs.cpuid, 11, 8);
	unsigned int model = field(ev->regs.cpuid, 7, 4);

	return family == 0x6 || family == 0xf ? model + (field(ev->regs.cpuid, 19, 16) << 4) :
						model;
}

static inline unsigned int cpu_stepping(const struct mcw_event *ev)
{
	return field(ev->regs.cpuid, 3, 0);
}

/* Whether the model is known at all: neither absent nor 0, which no CPU has. */
static inline bool cpu_is_known(const struct mcw_event *ev)
{
	return ev->regs.cpuid && !(ev->absent & MCW_ABSENT_CPUID);
}

/* Intel's designs whose banks are told apart here; one for models that report alike. */
enum mcw_intel_design {
	MCW_INTEL_OTHER,
	MCW_INTEL_NEHALEM,	/* and Westmere, with one or two sockets */
	MCW_INTEL_NEHALEM_EX,	/* and Westmere */
	MCW_INTEL_CLIENT,	/* Sandy Bridge to Broadwell, without a server's banks */
	MCW_INTEL_CLIENT_SKYLAKE,	/* Skylake to Comet Lake */
	MCW_INTEL_SANDY_BRIDGE,	/* servers from here on */
	MCW_INTEL_IVY_BRIDGE,
	MCW_INTEL_HASWELL,
	MCW_INTEL_BROADWELL,
	MCW_INTEL_BROADWELL_DE,
	MCW_INTEL_SKYLAKE,	/* and Cascade Lake, Cooper Lake */
	MCW_INTEL_ICE_LAKE,
	MCW_INTEL_ICE_LAKE_D,
	MCW_INTEL_TREMONT_D,	/* Snow Ridge */
	MCW_INTEL_SAPPHIRE,	/* and Emerald Rapids */
	MCW_INTEL_GRANITE,	/* and Sierra Forest, Clearwater Forest */
	MCW_INTEL_DIAMOND,
	MCW_INTEL_KNIGHTS,	/* Knights Landing and Mill */
	MCW_INTEL_DENVERTON,
	MCW_INTEL_P6,		/* Pentium Pro to the first Core */
	MCW_INTEL_CORE2,
	MCW_INTEL_DUNNINGTON,
	MCW_INTEL_PENTIUM4,
	MCW_INTEL_TULSA,	/* Xeon 7100 */
};

enum mcw_intel_design mcw_intel_design(const struct mcw_event *ev);

/* MCG_CAP as far as a model is known to have it, for a record that does not say. */
__u64 mcw_mcgcap_assumed(const struct mcw_event *ev);

#endif /* MCW_DECODE_CPU_H */

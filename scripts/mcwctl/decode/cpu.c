// SPDX-License-Identifier: GPL-2.0
/*
 * What the number of a CPU's model says.
 */
#include "decode/cpu.h"

#include "decode/absent.h"

/* Family 6. A model that is not here is none that a capability may be assumed of. */
static const unsigned char designs[0x100] = {
	[0x1a] = MCW_INTEL_NEHALEM,
	[0x1e] = MCW_INTEL_NEHALEM,
	[0x1f] = MCW_INTEL_NEHALEM,
	[0x25] = MCW_INTEL_NEHALEM,
	[0x2c] = MCW_INTEL_NEHALEM,
	[0x2e] = MCW_INTEL_NEHALEM_EX,
	[0x2f] = MCW_INTEL_NEHALEM_EX,
	[0x2a] = MCW_INTEL_CLIENT,
	[0x3a] = MCW_INTEL_CLIENT,
	[0x3c] = MCW_INTEL_CLIENT,
	[0x45] = MCW_INTEL_CLIENT,
	[0x46] = MCW_INTEL_CLIENT,
	[0x3d] = MCW_INTEL_CLIENT,
	[0x47] = MCW_INTEL_CLIENT,
	[0x4e] = MCW_INTEL_CLIENT_SKYLAKE,
	[0x5e] = MCW_INTEL_CLIENT_SKYLAKE,
	[0x8e] = MCW_INTEL_CLIENT_SKYLAKE,
	[0x9e] = MCW_INTEL_CLIENT_SKYLAKE,
	[0xa5] = MCW_INTEL_CLIENT_SKYLAKE,
	[0xa6] = MCW_INTEL_CLIENT_SKYLAKE,
	[0x2d] = MCW_INTEL_SANDY_BRIDGE,
	[0x3e] = MCW_INTEL_IVY_BRIDGE,
	[0x3f] = MCW_INTEL_HASWELL,
	[0x4f] = MCW_INTEL_BROADWELL,
	[0x56] = MCW_INTEL_BROADWELL_DE,
	[0x55] = MCW_INTEL_SKYLAKE,
	[0x6a] = MCW_INTEL_ICE_LAKE,
	[0x6c] = MCW_INTEL_ICE_LAKE_D,
	[0x86] = MCW_INTEL_TREMONT_D,
	[0x8f] = MCW_INTEL_SAPPHIRE,
	[0xcf] = MCW_INTEL_SAPPHIRE,
	[0xad] = MCW_INTEL_GRANITE,
	[0xae] = MCW_INTEL_GRANITE,
	[0xaf] = MCW_INTEL_GRANITE,
	[0xdd] = MCW_INTEL_GRANITE,
	[0x57] = MCW_INTEL_KNIGHTS,
	[0x85] = MCW_INTEL_KNIGHTS,
	[0x5f] = MCW_INTEL_DENVERTON,
	[0x0f] = MCW_INTEL_CORE2,
	[0x16] = MCW_INTEL_CORE2,
	[0x17] = MCW_INTEL_CORE2,
	[0x1d] = MCW_INTEL_DUNNINGTON,
	[0x01] = MCW_INTEL_P6,
	[0x03] = MCW_INTEL_P6,
	[0x05] = MCW_INTEL_P6,
	[0x06] = MCW_INTEL_P6,
	[0x07] = MCW_INTEL_P6,
	[0x08] = MCW_INTEL_P6,
	[0x09] = MCW_INTEL_P6,
	[0x0a] = MCW_INTEL_P6,
	[0x0b] = MCW_INTEL_P6,
	[0x0d] = MCW_INTEL_P6,
	[0x0e] = MCW_INTEL_P6,
};

enum mcw_intel_design mcw_intel_design(const struct mcw_event *ev)
{
	unsigned int family = cpu_family(ev), model = cpu_model(ev);

	if (ev->regs.cpuvendor != MCW_VENDOR_INTEL || !cpu_is_known(ev))
		return MCW_INTEL_OTHER;
	if (family == 0xf)
		return model == 6 ? MCW_INTEL_TULSA : MCW_INTEL_PENTIUM4;
	if (family == 0x13)
		return model == 1 ? MCW_INTEL_DIAMOND : MCW_INTEL_OTHER;
	return family == 6 ? designs[model] : MCW_INTEL_OTHER;
}

#define CMCI_TES (MCW_MCGCAP_CMCI_P | MCW_MCGCAP_TES_P)
#define RECOVERY (CMCI_TES | MCW_MCGCAP_SER_P)

static __u64 assumed_by_model(const struct mcw_event *ev)
{
	if (!cpu_is_known(ev))
		return RECOVERY | MCW_MCGCAP_LMCE_P;
	switch (mcw_intel_design(ev)) {
	case MCW_INTEL_SAPPHIRE:
	case MCW_INTEL_GRANITE:
	case MCW_INTEL_DIAMOND:
		return RECOVERY | MCW_MCGCAP_LMCE_P | MCW_MCGCAP_SEAM_NR;
	case MCW_INTEL_SKYLAKE:
	case MCW_INTEL_ICE_LAKE:
	case MCW_INTEL_ICE_LAKE_D:
		return RECOVERY | MCW_MCGCAP_LMCE_P;
	case MCW_INTEL_NEHALEM_EX:
	case MCW_INTEL_SANDY_BRIDGE:
	case MCW_INTEL_IVY_BRIDGE:
	case MCW_INTEL_HASWELL:
	case MCW_INTEL_BROADWELL:
	case MCW_INTEL_BROADWELL_DE:
		return RECOVERY;
	default:
		/* Family 6 has counted corrected errors since Nehalem; clients recover nothing. */
		return cpu_family(ev) == 6 && cpu_model(ev) >= 0x1a ? CMCI_TES : 0;
	}
}

__u64 mcw_mcgcap_assumed(const struct mcw_event *ev)
{
	__u64 shown = 0;

	if (is_amd(ev))
		return 0;
	/* A local exception shows that there is LMCE, which no CPU has without SER. */
	if (!mcw_event_lacks(ev, MCW_ABSENT_MCGSTATUS) && ev->regs.mcgstatus & MCW_MCGSTATUS_LMCE)
		shown = RECOVERY | MCW_MCGCAP_LMCE_P;
	return assumed_by_model(ev) | shown;
}

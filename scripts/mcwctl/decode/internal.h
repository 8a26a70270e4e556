/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the files of decode/ share: asking for the make, and for fields of registers.
 */
#ifndef MCW_DECODE_INTERNAL_H
#define MCW_DECODE_INTERNAL_H

#include "decode/decode.h"
#include "decode/text.h"

static inline __u64 field(__u64 value, unsigned int high, unsigned int low)
{
	return value >> low & (MCW_BIT(high - low + 1) - 1);
}

static inline bool is_amd(const struct mcw_event *ev)
{
	return mcw_vendor_is_amd(ev->regs.cpuvendor);
}

/*
 * Of a record whose source could not say it: what the CPU's family has. Where the source could,
 * as the kernel's own lines, a virtual CPU may have no scalable MCA.
 */
static inline bool is_smca_by_family(const struct mcw_event *ev)
{
	return is_amd(ev) && ev->absent & MCW_ABSENT_IPID && !(ev->absent & MCW_ABSENT_CPUID) &&
	       field(ev->regs.cpuid, 11, 8) == 0xf && field(ev->regs.cpuid, 27, 20) >= 0x8;
}

static inline bool is_smca(const struct mcw_event *ev)
{
	return is_amd(ev) &&
	       (ev->cpu_caps & MCW_CAP_SMCA || ev->regs.ipid || is_smca_by_family(ev));
}

/* Intel's recovery bits, and with them the layout of MCi_MISC. */
static inline bool has_recovery(const struct mcw_event *ev)
{
	return !is_amd(ev) && ev->regs.mcgcap & MCW_MCGCAP_SER_P;
}

#define INTEL_CODE_IO	0x0e0b
#define SMCA_HWID_CORE	0x0b0
#define SMCA_HWID_UMC	0x096

static inline unsigned int smca_hwid(const struct mcw_event *ev)
{
	return field(ev->regs.ipid, 43, 32);
}

static inline unsigned int smca_type(const struct mcw_event *ev)
{
	return field(ev->regs.ipid, 63, 48);
}

static inline bool is_umc(const struct mcw_event *ev)
{
	return is_smca(ev) && ev->regs.ipid && smca_hwid(ev) == SMCA_HWID_UMC;
}

#endif /* MCW_DECODE_INTERNAL_H */

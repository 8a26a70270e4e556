// SPDX-License-Identifier: GPL-2.0
/*
 * Records that no error made.
 *
 * Linux drops the same ones where it finds them on such a CPU; older kernels, firmware and other
 * systems do not. The texts name the specification update or the revision guide that has them.
 */
#include "decode/erratum.h"

#include "decode/absent.h"
#include "decode/cpu.h"

static bool is_in_bank(const struct mcw_event *ev, unsigned int bank)
{
	return mcw_event_lacks(ev, MCW_ABSENT_BANK) || ev->regs.bank == bank;
}

/* Corrected internal parity errors, MSCOD 0x000f, in bank 0. */
static const char *intel_parity(const struct mcw_event *ev)
{
	const __u64 mask = MCW_STATUS_VAL | MCW_STATUS_UC | 0xffffffff;

	if (ev->regs.cpuvendor != MCW_VENDOR_INTEL || cpu_family(ev) != 6 || !is_in_bank(ev, 0) ||
	    (ev->regs.status & mask) != (MCW_STATUS_VAL | 0x000f0005))
		return NULL;
	switch (cpu_model(ev)) {
	case 0x3c:
		return "erratum HSD131: a spurious record, nothing was wrong";
	case 0x45:
	case 0x46:
		return "erratum HSM142: a spurious record, nothing was wrong";
	case 0x3d:
		return "erratum BDM48: a spurious record, nothing was wrong";
	case 0x55:
		return "erratum SKX37: a spurious record, nothing was wrong";
	default:
		return NULL;
	}
}

#define EXTENDED_L1_BTB	0x0a
#define EXTENDED_GART	0x05

static bool is_fetch(const struct mcw_event *ev)
{
	if (ev->regs.ipid)
		return smca_hwid(ev) == SMCA_HWID_CORE && smca_type(ev) == 1;
	return is_smca_by_family(ev) && !mcw_event_lacks(ev, MCW_ABSENT_BANK) && ev->regs.bank == 1;
}

static const char *amd(const struct mcw_event *ev)
{
	unsigned int family = cpu_family(ev), model = cpu_model(ev);
	__u64 status = ev->regs.status;

	if (family == 0x19 && model == 0x50 && !cpu_stepping(ev) && !(status & MCW_STATUS_EN))
		return "a bogus record with EN=0, as Cezanne A0 leaves them in its banks";
	if (family == 0x17 && model >= 0x10 && model <= 0x2f && is_fetch(ev) &&
	    field(status, 21, 16) == EXTENDED_L1_BTB)
		return "erratum 1114: a spurious record, nothing was wrong";
	if (ev->regs.cpuvendor == MCW_VENDOR_AMD && family < 0x17 &&
	    !mcw_event_lacks(ev, MCW_ABSENT_BANK) && ev->regs.bank == 4 &&
	    field(status, 20, 16) == EXTENDED_GART)
		return "a GART table walk error, reported where none should be: harmless";
	return NULL;
}

const char *mcw_erratum(const struct mcw_event *ev)
{
	if (!cpu_is_known(ev) || !(ev->regs.status & MCW_STATUS_VAL))
		return NULL;
	return is_amd(ev) ? amd(ev) : intel_parity(ev);
}

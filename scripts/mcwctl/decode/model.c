// SPDX-License-Identifier: GPL-2.0
/*
 * What only the CPU's model defines: the unit of a bank, and its own error codes.
 */
#include "decode/amd/amd.h"
#include "decode/decode.h"
#include "decode/intel/intel.h"
#include "decode/internal.h"

static const char *unit_name(const struct mcw_event *ev)
{
	if (ev->regs.bank == MCW_BANK_FIRMWARE)
		return "firmware";
	if (!is_amd(ev))
		return mcw_intel_unit_name(ev);
	return is_smca(ev) ? mcw_smca_unit_name(ev) : mcw_amd_old_unit_name(ev);
}

char *mcw_unit_text(const struct mcw_event *ev, char *buf, size_t size)
{
	struct text t = text_begin(buf, size);
	const char *name = unit_name(ev);

	if (name)
		text_add(&t, "%s", name);
	else if (is_amd(ev) && ev->regs.ipid)
		text_add(&t, "unit 0x%03x type 0x%04x", smca_hwid(ev), smca_type(ev));
	return buf;
}

char *mcw_model_code_text(const struct mcw_event *ev, char *buf, size_t size)
{
	struct text t = text_begin(buf, size);

	/* The extended code of scalable MCA is part of the error code. */
	if (!is_amd(ev))
		mcw_intel_add_code(&t, ev);
	else if (!is_smca(ev))
		mcw_amd_old_add_code(&t, ev);
	return buf;
}

char *mcw_model_gap_text(const struct mcw_event *ev, char *buf, size_t size)
{
	struct text t = text_begin(buf, size);

	if (!field(ev->regs.status, 31, 16) || mcw_model_code_text(ev, buf, size)[0])
		return text_begin(buf, size).buf;
	if (is_amd(ev))
		mcw_amd_add_gap(&t, ev);
	else
		mcw_intel_add_gap(&t, ev);
	return buf;
}

char *mcw_misc_text(const struct mcw_event *ev, char *buf, size_t size)
{
	struct text t = text_begin(buf, size);

	if (is_amd(ev))
		mcw_amd_add_misc(&t, ev);
	else
		mcw_intel_add_misc(&t, ev);
	return buf;
}

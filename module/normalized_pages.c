// SPDX-License-Identifier: GPL-2.0
/*
 * Whether the kernel is kept from the page at a normalized address: an address that counts from the
 * zero of one of AMD's memory controllers. Up to v6.1 the kernel takes it for a physical one.
 */
#include <mcewarden/normalized_pages.h>

#include <asm/cpufeature.h>
#include <asm/mce.h>
#include <mcewarden/knob.h>
#include <mcewarden/page_address.h>

enum normalized_mode {
	NORMALIZED_HOLD,
	NORMALIZED_LEAVE
};

static const char *const normalized_modes[] = {
	[NORMALIZED_HOLD] = "hold",
	[NORMALIZED_LEAVE] = "leave",
};

MCW_WORD_KNOB(normalized_pages, NORMALIZED_HOLD, normalized_modes, NULL,
	      "AMD, pages at normalized addresses: hold keeps the kernel from them; leave (hold)");

static struct attribute *normalized_pages_attrs[] = { &normalized_pages_knob.attr.attr, NULL };

const struct attribute_group mcw_normalized_pages_knobs = { .attrs = normalized_pages_attrs };

/**
 * mcw_normalized_pages_is_about() - whether the address of a record is surely normalized
 * @m: the record
 *
 * Context: any.
 * Return: true if so.
 */
bool mcw_normalized_pages_is_about(const struct mce *m)
{
	u32 caps = boot_cpu_has(X86_FEATURE_SMCA) ? MCW_CAP_SMCA : 0;

	return mcw_address_is_normalized(m->cpuvendor, caps, m->status, m->ipid);
}

/**
 * mcw_normalized_pages_hold() - whether the kernel is to be kept from the page of a record
 * @m: the record
 *
 * Context: any.
 * Return: true if its address is surely normalized, and the knob says hold.
 */
bool mcw_normalized_pages_hold(const struct mce *m)
{
	return mcw_knob_get(&normalized_pages_knob) == NORMALIZED_HOLD &&
	       mcw_normalized_pages_is_about(m);
}

// SPDX-License-Identifier: GPL-2.0
/*
 * Which physical address a record is about, by the module's own strict rule.
 */
#include "guests/address.h"

#include <mcewarden/mca.h>
#include <mcewarden/page_address.h>

#include "decode/decode.h"

#define LEGACY_NORTHBRIDGE 4
#define LEGACY_XEC_ECC 8
#define LEGACY_LSB 3

/*
 * Before scalable MCA only the northbridge's bank has a physical address, and only for errors of
 * the memory's ECC. BIOS and Kernel Developer's Guide of family 10h, MC4_ADDR. The module does not
 * take a page by it; to name the owner of a page loses nothing.
 */
static bool legacy_amd(const struct mcw_event *ev, struct mcw_error_address *a)
{
	const struct mcw_regs *regs = &ev->regs;

	if (!mcw_vendor_is_amd(regs->cpuvendor) || ev->cpu_caps & MCW_CAP_SMCA ||
	    !(regs->status & MCW_STATUS_ADDRV) || regs->bank != LEGACY_NORTHBRIDGE ||
	    (regs->status >> 16 & 0x1f) != LEGACY_XEC_ECC)
		return false;
	if (ev->phys_bits <= MCW_PAGE_BITS || ev->phys_bits >= 64)
		return false;
	a->address = regs->addr & (MCW_BIT(ev->phys_bits) - 1);
	a->lsb = LEGACY_LSB;
	return true;
}

bool mcw_address_of_event(const struct mcw_event *ev, struct mcw_error_address *a)
{
	__u64 page;

	if (mcw_page_address(ev, &page) != MCW_ADDRESS_PAGE)
		return legacy_amd(ev, a);
	a->address = page | (ev->regs.addr & (MCW_PAGE_BYTES - 1));
	a->lsb = mcw_vendor_is_amd(ev->regs.cpuvendor) ? ev->regs.status >> 24 & 0x3f :
							 ev->regs.misc & 0x3f;
	return true;
}

bool mcw_address_of_location(const struct mcw_location *l, struct mcw_error_address *a)
{
	if (l->source != MCW_LOCATION_EDAC || l->part != 1 || !l->address ||
	    l->flags & (MCW_LOCATION_NO_EVENT | MCW_LOCATION_LOST) || l->grain_bits > MCW_PAGE_BITS)
		return false;
	a->address = l->address;
	a->lsb = l->grain_bits;
	return true;
}

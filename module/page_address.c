// SPDX-License-Identifier: GPL-2.0
/*
 * Which page a machine-check record is about: one strict rule for every kernel. The kernels'
 * own rules differ, and up to 6.1 they believe every address on AMD.
 */
#include <mcewarden/page_address.h>

#include <mcewarden/mca.h>

#define MISC_MODE_PHYSICAL 2
#define HWID_MEMORY_CONTROLLER 0x96

/*
 * Intel SDM vol. 3B section 16.3.2.4: MISC has the address' mode (bits 8:6) and its lowest
 * valid bit (5:0) where MCG_CAP has SER_P; without that it means what the model likes.
 */
static enum mcw_address find_address_intel(const struct mcw_regs *regs)
{
	if (!(regs->status & MCW_STATUS_ADDRV) || !(regs->status & MCW_STATUS_MISCV) ||
	    !(regs->mcgcap & MCW_MCGCAP_SER_P))
		return MCW_ADDRESS_NONE;
	if ((regs->misc >> 6 & 7) != MISC_MODE_PHYSICAL)
		return MCW_ADDRESS_NONE;
	return (regs->misc & 0x3f) > MCW_PAGE_SHIFT ? MCW_ADDRESS_COARSE : MCW_ADDRESS_PAGE;
}

/*
 * AMD APM vol. 2 section 9.3.3: only scalable MCA tells a physical address from others. A memory
 * controller's (hardware ID in IPID 43:32) is normalized: it counts from that controller's own
 * zero, whatever the bits say. Status 29:24 is the lowest valid bit where a bank has it
 * there, else 0.
 */
static enum mcw_address find_address_amd(const struct mcw_event *ev)
{
	const struct mcw_regs *regs = &ev->regs;

	if (!(ev->cpu_caps & MCW_CAP_SMCA) || !(regs->status & MCW_STATUS_ADDRV))
		return MCW_ADDRESS_NONE;
	if ((regs->ipid >> 32 & 0xfff) == HWID_MEMORY_CONTROLLER)
		return MCW_ADDRESS_NONE;
	if (!(regs->status & (MCW_STATUS_POISON | MCW_STATUS_PADDRV)))
		return MCW_ADDRESS_NONE;
	return (regs->status >> 24 & 0x3f) > MCW_PAGE_SHIFT ? MCW_ADDRESS_COARSE : MCW_ADDRESS_PAGE;
}

static enum mcw_address find_address(const struct mcw_event *ev)
{
	switch (ev->regs.cpuvendor) {
	case MCW_VENDOR_INTEL:
	case MCW_VENDOR_ZHAOXIN:
		return find_address_intel(&ev->regs);
	case MCW_VENDOR_AMD:
	case MCW_VENDOR_HYGON:
		return find_address_amd(ev);
	default:
		return MCW_ADDRESS_NONE;
	}
}

/**
 * mcw_page_address() - find the page that a record is about
 * @ev: the record
 * @page: the page's physical address, or MCW_NO_PAGE where there is not one page
 *
 * Bits above the physical ones are no address: an encryption key lies there.
 *
 * Context: any; pure.
 * Return: MCW_ADDRESS_PAGE, or why there is not one page.
 */
enum mcw_address mcw_page_address(const struct mcw_event *ev, u64 *page)
{
	enum mcw_address address = find_address(ev);

	*page = MCW_NO_PAGE;
	if (ev->phys_bits <= MCW_PAGE_SHIFT || ev->phys_bits >= 64)
		return MCW_ADDRESS_NONE;
	if (address == MCW_ADDRESS_PAGE)
		*page = ev->regs.addr & (MCW_BIT(ev->phys_bits) - MCW_BIT(MCW_PAGE_SHIFT));
	return address;
}

// SPDX-License-Identifier: GPL-2.0
/*
 * Finds the page that a machine-check record is about, by one strict rule for every kernel. The
 * kernels' own rules differ, and up to 6.1 they trust every address on AMD.
 */
#include <mcewarden/page_address.h>

#include <mcewarden/mca.h>

#define MISC_MODE_PHYSICAL 2
#define HWID_MEMORY_CONTROLLER 0x96

/*
 * Intel SDM vol. 3B section 16.3.2.4: if MCG_CAP has SER_P, MISC has the mode of the address (bits
 * 8:6) and its lowest valid bit (5:0). Otherwise the meaning of MISC depends on the model.
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

/**
 * mcw_address_is_of_memory_controller() - whether a memory controller of AMD's gave a record
 * @vendor: the kernel's X86_VENDOR_ number
 * @cpu_caps: MCW_CAP_*
 * @ipid: MCA_IPID
 *
 * Context: any; pure.
 * Return: true if so.
 */
bool mcw_address_is_of_memory_controller(__u8 vendor, __u32 cpu_caps, __u64 ipid)
{
	return (vendor == MCW_VENDOR_AMD || vendor == MCW_VENDOR_HYGON) &&
	       cpu_caps & MCW_CAP_SMCA && (ipid >> 32 & 0xfff) == HWID_MEMORY_CONTROLLER;
}

/**
 * mcw_address_is_normalized() - whether a record's address is surely not a physical one
 * @vendor: the kernel's X86_VENDOR_ number
 * @cpu_caps: MCW_CAP_*
 * @status: MCA_STATUS
 * @ipid: MCA_IPID
 *
 * Context: any; pure.
 * Return: true for an address that counts from a memory controller's own zero.
 */
bool mcw_address_is_normalized(__u8 vendor, __u32 cpu_caps, __u64 status, __u64 ipid)
{
	return mcw_address_is_of_memory_controller(vendor, cpu_caps, ipid) &&
	       (status & (MCW_STATUS_ADDRV | MCW_STATUS_PADDRV)) == MCW_STATUS_ADDRV;
}

/*
 * AMD APM vol. 2 section 9.3.3: only scalable MCA shows whether an address is physical.
 *
 * If the banks have the bit PADDRV (paddrv.c), it alone says so. Otherwise that bit is reserved,
 * and POISON says it, but the address from a memory controller (hardware ID in IPID 43:32) is
 * normalized: it counts from that controller's own zero. A memory controller that has the reserved
 * bit set is none that is known, and nobody knows what its address is.
 *
 * Status 29:24 is the lowest valid bit; it is 0 in banks that do not report it there.
 */
static bool is_physical_amd(const struct mcw_event *ev)
{
	const struct mcw_regs *regs = &ev->regs;

	if (ev->cpu_caps & MCW_CAP_PADDRV)
		return regs->status & MCW_STATUS_PADDRV;
	return regs->status & (MCW_STATUS_POISON | MCW_STATUS_PADDRV) &&
	       !mcw_address_is_of_memory_controller(regs->cpuvendor, ev->cpu_caps, regs->ipid);
}

static enum mcw_address find_address_amd(const struct mcw_event *ev)
{
	const struct mcw_regs *regs = &ev->regs;

	if (!(ev->cpu_caps & MCW_CAP_SMCA) || !(regs->status & MCW_STATUS_ADDRV))
		return MCW_ADDRESS_NONE;
	if (mcw_address_is_normalized(regs->cpuvendor, ev->cpu_caps, regs->status, regs->ipid))
		return MCW_ADDRESS_NORMALIZED;
	if (!is_physical_amd(ev))
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
 * @page: the page's physical address, or MCW_NO_PAGE if the record is not about a single page
 *
 * Bits above the physical address bits are masked out, as they may be an encryption key.
 *
 * Context: any; pure.
 * Return: MCW_ADDRESS_PAGE, or the reason why there is no single page.
 */
enum mcw_address mcw_page_address(const struct mcw_event *ev, __u64 *page)
{
	enum mcw_address address = find_address(ev);

	*page = MCW_NO_PAGE;
	if (ev->phys_bits <= MCW_PAGE_SHIFT || ev->phys_bits >= 64)
		return MCW_ADDRESS_NONE;
	if (address == MCW_ADDRESS_PAGE)
		*page = ev->regs.addr & (MCW_BIT(ev->phys_bits) - MCW_BIT(MCW_PAGE_SHIFT));
	return address;
}

// SPDX-License-Identifier: GPL-2.0
/*
 * Whether AMD's banks say by themselves that an address is physical. If bit 11 of a bank's
 * MCA_CONFIG is set, as from Zen 6 on, bit 54 of its MCA_STATUS (PADDRV) says it, for a memory
 * controller's bank too. In other banks that bit is reserved.
 *
 * An event says the same for all banks, so PADDRV counts only if every bank of the CPUs that are
 * online at load has it. If some have it and others not, no address of a memory controller with
 * the bit is trusted, be it normalized or physical (page_address.c).
 */
#include <mcewarden/paddrv.h>

#include <linux/atomic.h>
#include <linux/bits.h>
#include <linux/smp.h>
#include <asm/cpufeature.h>
#include <asm/mce.h>
#include <asm/msr.h>
#include <uapi/mcewarden.h>

#define CONFIG_PADDRV BIT_ULL(11)

static atomic_t banks_with, banks_without; /* only at load */
static u32 paddrv_cap __read_mostly;

/* Runs on each CPU, with interrupts off. A bank that is another CPU's, or reserved, reads as 0. */
static void look_at_config(void *unused)
{
	u64 mcg_cap, ipid, config;
	unsigned int bank;

	if (rdmsrq_safe(MSR_IA32_MCG_CAP, &mcg_cap))
		return;
	for (bank = 0; bank < (mcg_cap & MCG_BANKCNT_MASK); bank++) {
		if (rdmsrq_safe(MSR_AMD64_SMCA_MCx_IPID(bank), &ipid) || !ipid)
			continue;
		if (rdmsrq_safe(MSR_AMD64_SMCA_MCx_CONFIG(bank), &config))
			continue;
		atomic_inc(config & CONFIG_PADDRV ? &banks_with : &banks_without);
	}
}

/**
 * mcw_paddrv_init() - ask the banks
 *
 * Context: process, may sleep.
 * Return: 0.
 */
int mcw_paddrv_init(void)
{
	if (!boot_cpu_has(X86_FEATURE_SMCA))
		return 0;
	on_each_cpu(look_at_config, NULL, 1);
	if (atomic_read(&banks_with) && !atomic_read(&banks_without))
		paddrv_cap = MCW_CAP_PADDRV;
	return 0;
}

/**
 * mcw_paddrv_cap() - the part of an event's cpu_caps that says it
 *
 * Context: any. mcw_paddrv_init() is done.
 * Return: MCW_CAP_PADDRV or 0.
 */
u32 mcw_paddrv_cap(void)
{
	return paddrv_cap;
}

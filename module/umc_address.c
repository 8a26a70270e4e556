// SPDX-License-Identifier: GPL-2.0
/*
 * Finds the page of a record, also where its address counts from the zero of one of AMD's memory
 * controllers (UMC). From v6.9 on the kernel's address translation library (amd_atl) knows how the
 * controllers interleave, and gives the system's address; amd64_edac asks it too. Where the library
 * is not loaded, does not know the machine, or the kernel has none, the address stays normalized,
 * and chain.c looks at what EDAC says.
 *
 * As EDAC does, this asks only for errors of the DRAM itself: extended code 0 of a UMC of type 0.
 *
 * Who may interrupt whom
 * ----------------------
 * The library reads registers of the data fabric under a mutex of its own, or asks the firmware
 * (PRM); so this runs in process context, in the worker and in the decode chain. translate_lock
 * guards the answer that is kept. It is held while the library works, and neither the library nor
 * the firmware waits for the worker or the chain.
 *
 * The worker's lanes and the chain wait meanwhile. Registers take some microseconds; a firmware
 * that takes longer than SLOW_MS is not asked again before the module is loaded again.
 */
#include <mcewarden/umc_address.h>

#include <linux/cpumask.h>
#include <linux/err.h>
#include <linux/jiffies.h>
#include <linux/mutex.h>
#include <linux/printk.h>
#include <linux/ras.h>
#include <mcewarden/mca.h>
#include <uapi/mcewarden.h>

#define SLOW_MS 1000
#define STATUS_EXTENDED_CODE (0x3fULL << 16)

static DEFINE_MUTEX(translate_lock); /* guards all below */
static struct atl_err answered; /* the last question that had an answer */
static unsigned long answer; /* 0: none yet */
static bool stopped; /* the library is not asked again */

static bool is_translatable(const struct mcw_regs *regs)
{
	return !(regs->ipid >> 48) && !(regs->status & STATUS_EXTENDED_CODE) &&
	       regs->extcpu < nr_cpu_ids && cpu_possible(regs->extcpu);
}

static bool is_answered(const struct atl_err *err)
{
	return answer && answered.addr == err->addr && answered.ipid == err->ipid &&
	       answered.cpu == err->cpu;
}

/* Returns the system's address, or an error. */
static unsigned long ask(struct atl_err *err)
{
	const struct atl_err question = *err;
	unsigned long begun = jiffies;
	unsigned long found = amd_convert_umc_mca_addr_to_sys_addr(err);
	unsigned int took = jiffies_to_msecs(jiffies - begun);

	if (took > SLOW_MS) {
		pr_warn("the kernel's translation of memory controllers' addresses took %u ms, more than %u: not asking it again\n",
			took, SLOW_MS);
		stopped = true;
	}
	if (!IS_ERR_VALUE(found)) {
		answered = question;
		answer = found;
	}
	return found;
}

static bool translate(const struct mcw_event *ev, u64 *page)
{
	struct atl_err err = {
		.addr = ev->regs.addr,
		.ipid = ev->regs.ipid,
		.cpu = ev->regs.extcpu,
	};
	unsigned long found = -ENODATA;

	if (!is_translatable(&ev->regs))
		return false;
	mutex_lock(&translate_lock);
	if (is_answered(&err))
		found = answer;
	else if (!stopped)
		found = ask(&err);
	mutex_unlock(&translate_lock);
	if (IS_ERR_VALUE(found) || !found)
		return false;
	*page = found & (MCW_BIT(ev->phys_bits) - MCW_BIT(MCW_PAGE_SHIFT));
	return true;
}

/**
 * mcw_umc_address_page() - find the page that a record is about
 * @ev: the record
 * @page: as with mcw_page_address()
 * @translated: whether the page is that of a normalized address; NULL: the caller does not ask
 *
 * Context: process, sleeps.
 * Return: MCW_ADDRESS_PAGE, or the reason why there is no single page.
 */
enum mcw_address mcw_umc_address_page(const struct mcw_event *ev, u64 *page, bool *translated)
{
	enum mcw_address address = mcw_page_address(ev, page);
	bool found = address == MCW_ADDRESS_NORMALIZED && translate(ev, page);

	if (translated)
		*translated = found;
	return found ? MCW_ADDRESS_PAGE : address;
}

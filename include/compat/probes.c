// SPDX-License-Identifier: GPL-2.0
/*
 * What the kernel's headers have. The script probe compiles this file once, against the kernel's
 * own headers, and writes a header that defines MCW_HAS_<name> for each PROBE: as 1 if it compiles,
 * as 0 if the compiler finds an error between its first line and the next PROBE.
 *
 * No version number can answer this: distributions take functions from later kernels into earlier
 * ones, and drop what the functions replace. The version at each probe says when Linux itself got
 * what is probed.
 *
 * Each function is called in one probe only, because a compiler reports the first call of an
 * undeclared function and no other.
 */
#include <linux/cpumask.h>
#include <linux/device.h>
#include <linux/fs.h>
#include <linux/hrtimer.h>
#include <linux/irq_work.h>
#include <linux/kmsg_dump.h>
#include <linux/mm.h>
#include <linux/path.h>
#include <linux/ras.h>
#include <linux/swap.h>
#include <linux/timer.h>
#include <linux/uio.h>
#include <asm/apic.h>
#include <asm/msr.h>

#if __has_include(<linux/swapops.h>)
#include <linux/swapops.h>
#endif

#define PROBE(name) static void __maybe_unused probe_##name(void)

/* Never there: shows that the compiler reports what it does not find. */
PROBE(CONTROL)
{
	mcw_function_that_no_kernel_has();
}

/* v5.11 */
PROBE(IRQ_WORK_IS_PENDING)
{
	(void)irq_work_is_pending((struct irq_work *)NULL);
}

/* v5.12 */
PROBE(FILE_OPEN_ROOT_BY_PATH)
{
	(void)file_open_root((const struct path *)NULL, "", 0, 0);
}

/* v5.14 */
PROBE(PANIC_NOTIFIER_HEADER)
{
#if !__has_include(<linux/panic_notifier.h>)
#error "no linux/panic_notifier.h"
#endif
}

/* v5.19 */
PROBE(MF_SW_SIMULATED)
{
	(void)MF_SW_SIMULATED;
}

/* v6.0 */
PROBE(ITER_IS_UBUF)
{
	(void)iter_is_ubuf((const struct iov_iter *)NULL);
}

/* v6.1 */
PROBE(SWP_OFFSET_PFN)
{
	(void)swp_offset_pfn((swp_entry_t){ 0 });
}

/* v6.2 */
PROBE(TIMER_DELETE)
{
	timer_delete((struct timer_list *)NULL);
}

/* v6.2 */
PROBE(TIMER_DELETE_SYNC)
{
	timer_delete_sync((struct timer_list *)NULL);
}

/* v6.3 */
PROBE(VM_FLAGS_SET)
{
	vm_flags_set((struct vm_area_struct *)NULL, 0);
}

/* v6.3 */
PROBE(VM_FLAGS_CLEAR)
{
	vm_flags_clear((struct vm_area_struct *)NULL, 0);
}

/* v6.4 */
PROBE(BUS_GET_DEV_ROOT)
{
	(void)bus_get_dev_root((const struct bus_type *)NULL);
}

/* v6.6 */
PROBE(APIC_SEND_IPI_MASK)
{
	__apic_send_IPI_mask(cpu_online_mask, 0);
}

/* v6.9; without CONFIG_AMD_ATL it is there too, and knows no address. */
PROBE(AMD_CONVERT_UMC_MCA_ADDR)
{
	struct atl_err err = { .addr = 0ULL, .ipid = 0ULL, .cpu = 0U };

	(void)amd_convert_umc_mca_addr_to_sys_addr(&err);
}

/* v6.12 */
PROBE(KMSG_DUMP_DETAIL)
{
	(void)((struct kmsg_dump_detail *)NULL)->reason;
}

/* v6.13 */
PROBE(HRTIMER_SETUP)
{
	hrtimer_setup((struct hrtimer *)NULL, (enum hrtimer_restart(*)(struct hrtimer *))NULL,
		      CLOCK_MONOTONIC, HRTIMER_MODE_REL);
}

/* v6.16: rdmsrl() and its like became rdmsrq(), and so on. */
PROBE(RDMSRQ)
{
	u64 value;

	rdmsrq(0, value);
	(void)rdmsrq_safe(0, &value);
	wrmsrq(0, value);
	(void)wrmsrq_safe(0, value);
}

/* v6.16 */
PROBE(CPUID_API_HEADER)
{
#if !__has_include(<asm/cpuid/api.h>)
#error "no asm/cpuid/api.h"
#endif
}

/* v6.19 */
PROBE(LEAFOPS_HEADER)
{
#if !__has_include(<linux/leafops.h>)
#error "no linux/leafops.h"
#endif
}

/* v6.19 */
PROBE(MEMORY_FAILURE_EVENTS_HEADER)
{
#if !__has_include(<trace/events/memory-failure.h>)
#error "no trace/events/memory-failure.h"
#endif
}

// SPDX-License-Identifier: GPL-2.0
/*
 * stall SYMBOL[+OFFSET] MS: whoever comes there takes so much longer. 0: no more.
 * stall SYMBOL[+OFFSET] MS CPU: once, on that CPU.
 * stall SYMBOL[+OFFSET] panic: the kernel panics there.
 *
 * spin MS IRQS_OFF: stays in the kernel; mcw_test/spinning is 1 meanwhile.
 */
#include "mcw_test.h"

#include <linux/delay.h>
#include <linux/errno.h>
#include <linux/irqflags.h>
#include <linux/kernel.h>
#include <linux/kprobes.h>
#include <linux/smp.h>
#include <linux/string.h>
#include <linux/timekeeping.h>
#include <asm/processor.h>

static char stall_place[KSYM_NAME_LEN]; /* as it was written */
static char stall_symbol[KSYM_NAME_LEN];
static u32 stall_ms;
static int stall_cpu; /* -1: on all, and each time */
static bool stall_panics;
static struct kprobe stall_probe;

static int stall_entry(struct kprobe *probe, struct pt_regs *regs)
{
	if (stall_panics)
		panic("mcw_test: in %s+%u", probe->symbol_name, probe->offset);
	if (stall_cpu >= 0 && stall_cpu != smp_processor_id())
		return 0;
	mdelay(stall_cpu < 0 ? READ_ONCE(stall_ms) : xchg(&stall_ms, 0));
	return 0;
}

/**
 * mcw_test_stall() - the command "stall"
 * @args: a function's name and milliseconds (and a CPU) or "panic"; 0: stop it
 *
 * The same place again changes only the time. 0 ms lets a busy function run on, and the probe is
 * taken away when it is idle: see alone() of steps.py.
 *
 * Context: process; the caller has the lock of the commands.
 * Return: 0 or an error.
 */
int mcw_test_stall(const char *args)
{
	char place[sizeof(stall_place)];
	unsigned int ms;
	int err;

	if (sscanf(args, "%127s %u", place, &ms) == 2 && stall_probe.symbol_name &&
	    !strcmp(place, stall_place)) {
		WRITE_ONCE(stall_ms, ms);
		return 0;
	}
	if (stall_probe.symbol_name)
		unregister_kprobe(&stall_probe);
	memset(&stall_probe, 0, sizeof(stall_probe));
	if (sysfs_streq(skip_spaces(args), "0"))
		return 0;
	stall_panics = strstr(args, " panic");
	if (sscanf(args, "%127s", stall_place) != 1 ||
	    sscanf(args, " %127[^+ ]+%u", stall_symbol, &stall_probe.offset) < 1)
		return -EINVAL;
	stall_cpu = -1;
	if (!stall_panics && sscanf(args, " %*s %u %d", &stall_ms, &stall_cpu) < 1)
		return -EINVAL;
	stall_probe.symbol_name = stall_symbol;
	stall_probe.pre_handler = stall_entry;
	err = register_kprobe(&stall_probe);
	if (err)
		stall_probe.symbol_name = NULL;
	return err;
}

u64 mcw_test_spinning; /* 1 while "spin" spins */

/**
 * mcw_test_spin() - the command "spin"
 * @args: milliseconds, and whether interrupts are off meanwhile
 *
 * Context: process; the caller has the lock of the commands.
 * Return: 0 or -EINVAL.
 */
int mcw_test_spin(const char *args)
{
	u32 ms, irqs_off;
	unsigned long irqs = 0;
	ktime_t end;

	if (sscanf(args, "%u %u", &ms, &irqs_off) != 2)
		return -EINVAL;
	end = ktime_add_ms(ktime_get(), ms);
	if (irqs_off)
		local_irq_save(irqs);
	WRITE_ONCE(mcw_test_spinning, 1);
	while (ktime_before(ktime_get(), end))
		cpu_relax();
	WRITE_ONCE(mcw_test_spinning, 0);
	if (irqs_off)
		local_irq_restore(irqs);
	return 0;
}

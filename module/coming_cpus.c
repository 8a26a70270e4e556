// SPDX-License-Identifier: GPL-2.0
/*
 * Marks the capture context of a CPU while it comes up: what its polls find then is from before.
 *
 * The kernel polls all banks of a CPU that comes, with MCP_UC, for errors from before. On newer
 * kernels (seen on 7.3) the CPU's CMCI is set up earlier and polls its banks without MCP_UC: that
 * poll finds such an error first, and nothing in the record shows that it is old.
 *
 * Who may interrupt whom
 * ----------------------
 * The first callback runs on another CPU before the new one starts, so nobody else touches the new
 * one's context then. The hotplug code orders it before all that the new CPU does. The second one
 * runs on the new CPU, with a single instruction, as all who change the context of their own CPU.
 * Between the CPU's start and that callback its interrupts go on as usual: only records with source
 * poll look at the mark. If the CPU does not come up, the mark stays until it does.
 *
 * No callback runs for CPUs that are up at load or unload, so theirs are never marked.
 */
#include <mcewarden/coming_cpus.h>

#include <linux/cpuhotplug.h>
#include <linux/percpu.h>
#include <mcewarden/capture_context.h>

static enum cpuhp_state prepare_state, online_state;

static int cpu_prepare(unsigned int cpu)
{
	*per_cpu_ptr(&mcw_capture_context, cpu) |= MCW_CONTEXT_COMING;
	return 0;
}

static int cpu_came(unsigned int cpu)
{
	this_cpu_and(mcw_capture_context, ~MCW_CONTEXT_COMING);
	return 0;
}

/**
 * mcw_coming_cpus_init() - mark CPUs that come from now on
 *
 * Context: process, may sleep.
 * Return: 0, or the negative errno of cpuhp_setup_state_nocalls().
 */
int mcw_coming_cpus_init(void)
{
	/* A CPU that came between the two would stay marked: the second one is there first. */
	int err = cpuhp_setup_state_nocalls(CPUHP_AP_ONLINE_DYN, "mcewarden:came", cpu_came, NULL);

	if (err < 0)
		return err;
	online_state = err;
	err = cpuhp_setup_state_nocalls(CPUHP_BP_PREPARE_DYN, "mcewarden:coming", cpu_prepare,
					NULL);
	if (err < 0) {
		cpuhp_remove_state_nocalls(online_state);
		return err;
	}
	prepare_state = err;
	return 0;
}

/**
 * mcw_coming_cpus_exit() - mark none any more
 *
 * Context: process, may sleep. No record is captured any more.
 */
void mcw_coming_cpus_exit(void)
{
	cpuhp_remove_state_nocalls(prepare_state);
	cpuhp_remove_state_nocalls(online_state);
}

// SPDX-License-Identifier: GPL-2.0
/*
 * Calls at the entry of kernel functions that are seldom called: handlers that nobody installed,
 * functions that rewrite the banks' registers, and those that declare storms.
 *
 * Each ops that goes costs three grace periods, one of them of RCU tasks, and ftrace waits for one
 * ops after the other. So these functions share an ops, and its callback finds by the address which
 * one was entered. What is called for each poll or record has an ops of its own.
 *
 * Who may interrupt whom
 * ----------------------
 * NMI and #MC enter none of these functions. The kernel enters most of them with interrupts off, so
 * one call ends on a CPU before the next begins. The exceptions are in polls: the kernel's timer
 * polls with interrupts on, and then declares a storm, or on AMD restarts a threshold, so an
 * interrupt may enter another function meanwhile. The table is only read, and cmci_throttle.c and
 * smca_counter.c say why their calls stand that.
 *
 * The table is written before the ops is registered and only read after that: registering patches
 * the functions' code with a barrier on each CPU, which orders the two. mcw_entry_watch_end()
 * returns when no CPU is inside a call, and the parts that wanted the calls end after that.
 */
#include <mcewarden/entry_watch.h>

#include <linux/errno.h>
#include <linux/ftrace.h>
#include <linux/kernel.h>
#include <linux/printk.h>
#include <mcewarden/ftrace_hook.h>
#include <mcewarden/missing.h>

#define MOST_WATCHES 10 /* as many as the module asks for */
/* From a function's address to where ftrace patches it; the next function is farther away. */
#define ENTRY_BYTES 8

static struct entry_watch {
	const char *function;
	mcw_entry_call call;
	unsigned long entry;
} entry_watches[MOST_WATCHES];

static unsigned int entry_watch_count;
static bool entries_watched;

static void notrace function_entered(unsigned long ip, unsigned long parent_ip,
				     struct ftrace_ops *ops, struct ftrace_regs *fregs)
{
	unsigned int i;

	for (i = 0; i < entry_watch_count; i++)
		if (ip - entry_watches[i].entry + ENTRY_BYTES <= 2 * ENTRY_BYTES)
			entry_watches[i].call(fregs);
}

static struct ftrace_ops entry_watch_ops = {
	.func = function_entered,
	.flags = FTRACE_OPS_FL_PERMANENT | FTRACE_OPS_FL_ARGUMENTS,
};

static void say_untraced(const char *function, int err)
{
	mcw_ftrace_say_untraced(function, err);
	mcw_missing_note(MCW_MISSING_ENTRIES);
}

/**
 * mcw_entry_watch() - have a function called at the entry of one of the kernel's
 * @function: the kernel's function, not called in NMI and #MC
 * @call: called on the same CPU, before the function, with its arguments; notrace
 * @optional: some kernels lack the function; of others the log says that it cannot be traced
 *
 * Nothing is called before mcw_entry_watch_begin().
 *
 * Context: process, may sleep.
 * Return: true if the kernel has such a function, and it can be traced.
 */
bool mcw_entry_watch(const char *function, mcw_entry_call call, bool optional)
{
	unsigned long entry = mcw_ftrace_find(function);
	int err = -ENOENT;

	if (WARN_ON_ONCE(entry_watch_count == MOST_WATCHES))
		return false;
	if (entry)
		err = ftrace_set_filter_ip(&entry_watch_ops, entry, 0, !entry_watch_count);
	if (!err) {
		entry_watches[entry_watch_count++] = (struct entry_watch){ function, call, entry };
		return true;
	}
	if (!optional)
		say_untraced(function, err);
	return false;
}

static void say_all_untraced(int err)
{
	unsigned int i;

	for (i = 0; i < entry_watch_count; i++)
		say_untraced(entry_watches[i].function, err);
}

/**
 * mcw_entry_watch_begin() - call from now on
 *
 * If ftrace refuses, the log says so for each function.
 *
 * Context: process, may sleep.
 * Return: 0.
 */
int mcw_entry_watch_begin(void)
{
	int err = entry_watch_count ? register_ftrace_function(&entry_watch_ops) : 0;

	if (err)
		say_all_untraced(err);
	WRITE_ONCE(entries_watched, entry_watch_count && !err);
	return 0;
}

/**
 * mcw_entry_watch_end() - call no more
 *
 * Context: as mcw_ftrace_unhook(). No CPU is inside a call when it returns.
 */
void mcw_entry_watch_end(void)
{
	if (entries_watched)
		mcw_ftrace_unregister(&entry_watch_ops);
	WRITE_ONCE(entries_watched, false);
}

/**
 * mcw_entry_watch_forget() - forget the functions, also after a load that failed before the begin
 *
 * Context: process, may sleep. mcw_entry_watch_end() is done, if there was a begin.
 */
void mcw_entry_watch_forget(void)
{
	if (entry_watch_count)
		mcw_ftrace_free_filter(&entry_watch_ops);
	entry_watch_count = 0;
}

/**
 * mcw_entry_watched() - whether the calls come
 *
 * Context: any.
 * Return: true between a successful begin and the end.
 */
bool mcw_entry_watched(void)
{
	return READ_ONCE(entries_watched);
}

// SPDX-License-Identifier: GPL-2.0
/*
 * Memory that never comes: a process that touches a mapping of mcw_test/endless sleeps until it is
 * killed.
 */
#include "mcw_test.h"

#include <linux/mm.h>
#include <linux/module.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>

static vm_fault_t never(struct vm_fault *vmf)
{
	while (!fatal_signal_pending(current))
		schedule_timeout_killable(MAX_SCHEDULE_TIMEOUT);
	return VM_FAULT_SIGBUS;
}

static const struct vm_operations_struct endless_ops = { .fault = never };

static int endless_mmap(struct file *file, struct vm_area_struct *vma)
{
	vma->vm_ops = &endless_ops;
	return 0;
}

const struct file_operations mcw_test_endless = {
	.owner = THIS_MODULE,
	.mmap = endless_mmap,
};

// SPDX-License-Identifier: GPL-2.0
/*
 * mmap() of /dev/mcewarden: the page of the lanes, and their slots, for reading only.
 *
 * A mapping shows what read() would return, and the lanes' counts. There is no pointer in it. It
 * can never become writable: VM_MAYWRITE is cleared, so mprotect() and ptrace() are refused too.
 * All pages are inserted at once, so no access faults later.
 *
 * A mapping holds its file open, and so the module: the slots are freed after the last one is gone.
 *
 * Producers do not know of mappings. A reader there is like any other: it looks at a slot's state,
 * copies, and looks again. It shares cache lines with producers as read() does.
 */
#include <mcewarden/dev_mmap.h>

#include <linux/build_bug.h>
#include <linux/errno.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/vmalloc.h>
#include <mcewarden/ring.h>

static int insert_pages(struct vm_area_struct *vma, unsigned long to, const void *from, u64 bytes)
{
	u64 at;
	int err;

	for (at = 0; at < bytes; at += PAGE_SIZE) {
		err = vm_insert_page(vma, to + at, vmalloc_to_page(from + at));
		if (err)
			return err;
		cond_resched();
	}
	return 0;
}

/**
 * mcw_dev_mmap() - map the first page, or all
 * @file: the device
 * @vma: as for f_op->mmap()
 *
 * Context: process, may sleep.
 * Return: 0; -EPERM for a writable mapping; -EINVAL for a private one, or another part; -ENOMEM.
 */
int mcw_dev_mmap(struct file *file, struct vm_area_struct *vma)
{
	const u64 bytes = vma->vm_end - vma->vm_start;
	unsigned int id;
	int err;

	BUILD_BUG_ON(PAGE_SIZE != MCW_MAP_PAGE);
	BUILD_BUG_ON(MCW_RING_MIN_RECORDS * sizeof(struct mcw_slot) % PAGE_SIZE);
	if (vma->vm_flags & VM_WRITE)
		return -EPERM;
	if (!(vma->vm_flags & VM_MAYSHARE) || vma->vm_pgoff ||
	    (bytes != PAGE_SIZE && bytes != mcw_ring.header.bytes))
		return -EINVAL;
	vm_flags_clear(vma, VM_MAYWRITE);
	vm_flags_set(vma, VM_DONTEXPAND | VM_DONTDUMP);
	err = insert_pages(vma, vma->vm_start, &mcw_ring, PAGE_SIZE);
	for (id = 0; id < MCW_LANES && !err && bytes != PAGE_SIZE; id++) {
		const struct mcw_lane *lane = &mcw_ring.lanes[id];

		err = insert_pages(vma, vma->vm_start + lane->offset, mcw_lane_slots(lane),
				   lane->size * sizeof(struct mcw_slot));
	}
	return err;
}

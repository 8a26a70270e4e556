// SPDX-License-Identifier: GPL-2.0
/*
 * mcw_cover: memory that the emulator shares with the machine that it runs on (ivshmem). In a
 * build for coverage the modules under test mark there, a byte each, which of their blocks ran: the
 * marks outlive a load, a panic and the machine. See selftests/vm/coverage.py.
 */
#include <linux/errno.h>
#include <linux/io.h>
#include <linux/module.h>
#include <linux/pci.h>

#include "mcw_cover.h"

#define VENDOR 0x1af4
#define DEVICE 0x1110
#define BAR 2

u8 *mcw_cover_marks;
EXPORT_SYMBOL_GPL(mcw_cover_marks);

static struct pci_dev *shared;

static int __init mcw_cover_init(void)
{
	int err;

	shared = pci_get_device(VENDOR, DEVICE, NULL);
	if (!shared)
		return -ENODEV;
	err = pci_enable_device_mem(shared);
	if (err)
		goto put;
	/* It is memory: the marks are written like others, also in an NMI. */
	mcw_cover_marks = memremap(pci_resource_start(shared, BAR), pci_resource_len(shared, BAR),
				   MEMREMAP_WT);
	if (mcw_cover_marks)
		return 0;
	err = -ENOMEM;
	pci_disable_device(shared);
put:
	pci_dev_put(shared);
	return err;
}

/* The modules under test have pointers into it for as long as the machine lives. */
module_init(mcw_cover_init);

MODULE_DESCRIPTION("Where the modules under test mark which of their code ran");
MODULE_LICENSE("GPL");

// SPDX-License-Identifier: GPL-2.0
/*
 * Stands in for the kernel's library amd_atl, which knows no machine that an emulator can be: it
 * registers with the kernel as that does, and moves addresses by a fixed distance.
 *
 * Parameters in /sys/module/mcw_atl/parameters/:
 *	distance	what it adds to an address
 *	known		0: it knows no address
 *	asked		how often it was asked
 */
#include <linux/errno.h>
#include <linux/module.h>
#include <linux/ras.h>

static unsigned long long distance;
module_param(distance, ullong, 0644);
static bool known = true;
module_param(known, bool, 0644);
static unsigned int asked;
module_param(asked, uint, 0444);

static unsigned long to_system_address(struct atl_err *err)
{
	WRITE_ONCE(asked, asked + 1);
	return known ? err->addr + distance : -EINVAL;
}

static int __init mcw_atl_init(void)
{
	amd_atl_register_decoder(to_system_address);
	return 0;
}

static void __exit mcw_atl_exit(void)
{
	amd_atl_unregister_decoder();
}

module_init(mcw_atl_init);
module_exit(mcw_atl_exit);

MODULE_DESCRIPTION("A translation of addresses for tests of mcewarden");
MODULE_LICENSE("GPL");

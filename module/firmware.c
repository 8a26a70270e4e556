// SPDX-License-Identifier: GPL-2.0
/*
 * Firmware first: finds the banks that ACPI's HEST gives to the firmware. The kernel leaves them
 * out of its own polls and does not touch their CMCI. A module cannot see which banks these are, so
 * it reads the table again. It never polls these banks or writes their registers.
 */
#include <mcewarden/firmware.h>

#include <linux/acpi.h>
#include <linux/bitmap.h>
#include <linux/device.h>
#include <linux/printk.h>
#include <mcewarden/hest.h>

#define BANKS 64

static u64 firmware_bank_mask; /* written once, at load */

static ssize_t firmware_banks_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	DECLARE_BITMAP(map, BANKS);

	bitmap_from_u64(map, firmware_bank_mask);
	return sysfs_emit(buf, "%*pbl\n", BANKS, map);
}
static DEVICE_ATTR_RO(firmware_banks);

static struct attribute *firmware_attrs[] = { &dev_attr_firmware_banks.attr, NULL };
const struct attribute_group mcw_firmware_files = { .attrs = firmware_attrs };

/**
 * mcw_firmware_init() - find the firmware's banks
 *
 * Context: process, may sleep.
 * Return: 0.
 */
int mcw_firmware_init(void)
{
	struct acpi_table_header *table;

	if (ACPI_FAILURE(acpi_get_table(ACPI_SIG_HEST, 0, &table)))
		return 0;
	if (!mcw_hest_banks((const u8 *)table, table->length, &firmware_bank_mask))
		pr_warn("the ACPI table HEST is truncated or has an unknown entry: banks that the firmware owns may be missing from firmware_banks\n");
	acpi_put_table(table);
	return 0;
}

/**
 * mcw_firmware_banks() - the banks that belong to the firmware
 *
 * Context: any.
 * Return: one bit per bank.
 */
u64 mcw_firmware_banks(void)
{
	return firmware_bank_mask;
}

// SPDX-License-Identifier: GPL-2.0
/*
 * How the running kernel grades records: each event says it, so that its grade can be explained
 * elsewhere. It is found out once, at load, before the module adds its own file tolerant to the
 * kernel's directories.
 */
#include <mcewarden/kernel_grading.h>

#include <linux/device.h>
#include <linux/kernel.h>
#include <linux/sysfs.h>
#include <linux/utsname.h>
#include <asm/mce.h>
#include <mcewarden/grading_signs.h>
#include <mcewarden/machinecheck_sysfs.h>

static struct mcw_grading_found kernel_grading; /* written once, at load */

static ssize_t generation_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%s\n", mcw_generation_name(kernel_grading.generation));
}
static DEVICE_ATTR_RO(generation);

static ssize_t known_by_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%s\n", mcw_known_by_name(kernel_grading.known_by));
}
static DEVICE_ATTR_RO(known_by);

static struct attribute *kernel_grading_attrs[] = {
	&dev_attr_generation.attr,
	&dev_attr_known_by.attr,
	NULL,
};

const struct attribute_group mcw_kernel_grading_files = {
	.name = "kernel_grading",
	.attrs = kernel_grading_attrs,
};

/**
 * mcw_kernel_grading_generation() - how the kernel grades
 *
 * Context: any. mcw_kernel_grading_init() is done.
 * Return: MCW_KERNEL_*.
 */
u8 mcw_kernel_grading_generation(void)
{
	return kernel_grading.generation;
}

static enum mcw_tolerant_sign look_for_tolerant(void)
{
	struct device *dev = mcw_machinecheck_sysfs_device();
	bool there;

	if (!dev)
		return MCW_TOLERANT_UNKNOWN;
	there = mcw_machinecheck_sysfs_has(dev, "tolerant");
	put_device(dev);
	return there ? MCW_TOLERANT_THERE : MCW_TOLERANT_GONE;
}

/**
 * mcw_kernel_grading_init() - find out how the kernel grades
 *
 * Context: process, may sleep. The module has no files in the kernel's directories.
 * Return: 0.
 */
int mcw_kernel_grading_init(void)
{
	const struct mcw_grading_signs signs = {
		.seam_in_headers = MCE_HEADERS_HAVE_SEAM,
		.tolerant = look_for_tolerant(),
		.release = init_utsname()->release,
	};

	kernel_grading = mcw_grading_by_signs(&signs);
	return 0;
}

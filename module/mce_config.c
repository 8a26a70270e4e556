// SPDX-License-Identifier: GPL-2.0
/*
 * The kernel's switches ignore_ce and cmci_disabled. The admin sets them at boot (mce=ignore_ce,
 * mce=no_cmci) and in the files of the same names of machinecheck0.
 *
 * Both files have an attribute of the kernel's type for a bool: it has a pointer to the kernel's
 * own word, which is in the kernel's image and never goes away. So the module looks up the pointer
 * once, and reads the word itself, at any time and in any context.
 *
 * If a kernel has other attributes there, the module believes no pointer. It then asks the file's
 * own function, which it may do in process context only: at load, and at each write to
 * check_interval, poll_banks or poll. The log says so at load.
 */
#include <mcewarden/mce_config.h>

#include <linux/compiler.h>
#include <linux/device.h>
#include <linux/errno.h>
#include <linux/gfp.h>
#include <linux/kernel.h>
#include <linux/kernfs.h>
#include <linux/printk.h>
#include <linux/string.h>
#include <linux/sysfs.h>
#include <mcewarden/machinecheck_sysfs.h>

struct kernel_switch {
	const char *name;
	const bool *word; /* the kernel's; NULL: not known */
	bool shown; /* what the file last said; only without the word */
};

static struct kernel_switch ignore_ce = { .name = "ignore_ce" };
static struct kernel_switch cmci_disabled = { .name = "cmci_disabled" };

/* The attribute is the kernel's own and stays. */
static struct device_attribute *find_attribute(const struct device *dev, const char *name)
{
	struct kernfs_node *node = sysfs_get_dirent(dev->kobj.sd, name);
	struct device_attribute *found = NULL;

	if (node && kernfs_type(node) == KERNFS_FILE)
		found = container_of(node->priv, struct device_attribute, attr);
	sysfs_put(node);
	return found;
}

static void find_word(struct kernel_switch *which, const struct device *dev)
{
	const struct device_attribute *attr = find_attribute(dev, which->name);

	if (attr && attr->show == device_show_bool)
		which->word = container_of(attr, struct dev_ext_attribute, attr)->var;
}

static void ask_file(struct kernel_switch *which, struct device *dev)
{
	struct device_attribute *attr = find_attribute(dev, which->name);
	char *text = (char *)get_zeroed_page(GFP_KERNEL);
	bool shown;

	if (attr && attr->show && text && attr->show(dev, attr, text) > 0 &&
	    !kstrtobool(strim(text), &shown))
		WRITE_ONCE(which->shown, shown);
	free_page((unsigned long)text);
}

/**
 * mcw_mce_config_refresh() - ask the files, where the kernel's words are not known
 *
 * Context: process, may sleep.
 */
void mcw_mce_config_refresh(void)
{
	struct device *dev;

	if (ignore_ce.word && cmci_disabled.word)
		return;
	dev = mcw_machinecheck_sysfs_device();
	if (!dev)
		return;
	ask_file(&ignore_ce, dev);
	ask_file(&cmci_disabled, dev);
	put_device(dev);
}

static bool is_on(const struct kernel_switch *which)
{
	return which->word ? READ_ONCE(*which->word) : READ_ONCE(which->shown);
}

/**
 * mcw_mce_config_ignore_ce() - whether the admin wants no corrected errors to be looked for
 *
 * Context: any.
 * Return: the kernel's ignore_ce.
 */
bool mcw_mce_config_ignore_ce(void)
{
	return is_on(&ignore_ce);
}

/**
 * mcw_mce_config_cmci_disabled() - whether the admin switched CMCI off
 *
 * Context: any.
 * Return: the kernel's cmci_disabled.
 */
bool mcw_mce_config_cmci_disabled(void)
{
	return is_on(&cmci_disabled);
}

/**
 * mcw_mce_config_init() - find the kernel's words
 *
 * Context: process, may sleep.
 * Return: 0.
 */
int mcw_mce_config_init(void)
{
	struct device *dev = mcw_machinecheck_sysfs_device();

	if (dev) {
		find_word(&ignore_ce, dev);
		find_word(&cmci_disabled, dev);
		put_device(dev);
	}
	if (!ignore_ce.word || !cmci_disabled.word)
		pr_warn("this kernel keeps ignore_ce or cmci_disabled in an unknown way: changes of them count only from the next write to check_interval, poll_banks or poll on\n");
	mcw_mce_config_refresh();
	return 0;
}

// SPDX-License-Identifier: GPL-2.0
/*
 * Knobs: values with a range, set through sysfs and as module parameters.
 */
#include <mcewarden/knob.h>

#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/mutex.h>
#include <linux/printk.h>
#include <linux/string.h>
#include <mcewarden/sysfs.h>

static DEFINE_MUTEX(knobs_lock); /* serialises writes to all knobs, and their changed() calls */

static int parse_knob(const struct mcw_knob *knob, const char *text, unsigned int *value)
{
	if (knob->words) {
		int found = __sysfs_match_string(knob->words, knob->max + 1, text);

		*value = found;
		return found < 0 ? -EINVAL : 0;
	}
	if (kstrtouint(text, 0, value) || *value < knob->min || *value > knob->max)
		return -EINVAL;
	return 0;
}

/* Logs one line with the knob's name, the bad value and the range. */
static void report_bad_value(const struct mcw_knob *knob, const char *text)
{
	char words[80] = "";
	unsigned int i;
	int length = strcspn(text, "\n");

	if (!knob->words) {
		pr_err("%s: '%*pE' is not a number from %u to %u\n", knob->attr.attr.name,
		       min(length, 40), text, knob->min, knob->max);
		return;
	}
	for (i = 0; i <= knob->max; i++) {
		strlcat(words, i ? ", " : "", sizeof(words));
		strlcat(words, knob->words[i], sizeof(words));
	}
	pr_err("%s: '%*pE' is not one of: %s\n", knob->attr.attr.name, min(length, 40), text,
	       words);
}

static int emit_knob(const struct mcw_knob *knob, unsigned int value, char *buf)
{
	if (knob->words)
		return sysfs_emit(buf, "%s\n", knob->words[value]);
	return sysfs_emit(buf, "%u\n", value);
}

/**
 * mcw_knob_show() - read a knob in sysfs
 * @dev: the home
 * @attr: in a struct mcw_knob
 * @buf: a page
 *
 * Context: process.
 * Return: the length.
 */
ssize_t mcw_knob_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	const struct mcw_knob *knob = container_of(attr, struct mcw_knob, attr);

	return emit_knob(knob, mcw_knob_get(knob), buf);
}

/**
 * mcw_knob_store() - write a knob in sysfs
 * @dev: the home
 * @attr: in a struct mcw_knob
 * @buf: the text
 * @count: its length
 *
 * Context: process, may sleep.
 * Return: @count; -EPERM without CAP_SYS_ADMIN; -EINVAL if the value is not in the knob's range.
 */
ssize_t mcw_knob_store(struct device *dev, struct device_attribute *attr, const char *buf,
		       size_t count)
{
	struct mcw_knob *knob = container_of(attr, struct mcw_knob, attr);
	unsigned int value;
	int err = mcw_sysfs_may_write();

	if (err)
		return err;
	if (parse_knob(knob, buf, &value)) {
		report_bad_value(knob, buf);
		return -EINVAL;
	}
	mutex_lock(&knobs_lock);
	WRITE_ONCE(knob->value, value);
	if (knob->changed)
		knob->changed();
	mutex_unlock(&knobs_lock);
	return count;
}

static int knob_param_set(const char *text, const struct kernel_param *param)
{
	struct mcw_knob *knob = param->arg;

	if (parse_knob(knob, text, &knob->at_load)) {
		report_bad_value(knob, text);
		return -EINVAL;
	}
	knob->value = knob->at_load;
	return 0;
}

static int knob_param_get(char *buf, const struct kernel_param *param)
{
	const struct mcw_knob *knob = param->arg;

	return emit_knob(knob, knob->at_load, buf);
}

const struct kernel_param_ops mcw_knob_param_ops = {
	.set = knob_param_set,
	.get = knob_param_get,
};

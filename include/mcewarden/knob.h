/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A knob is one unsigned number, or one word of a list. It has a file in the module's home
 * directory in sysfs, and a module parameter of the same name that sets its value at load.
 *
 * mcw_knob_get() reads it in any context. A write of a value outside its range returns EINVAL, and
 * the log then names the knob, the value and the range.
 */
#ifndef _MCEWARDEN_KNOB_H
#define _MCEWARDEN_KNOB_H

#include <linux/compiler.h>
#include <linux/device.h>
#include <linux/moduleparam.h>
#include <linux/sysfs.h>

struct mcw_knob {
	struct device_attribute attr;
	const char *const *words; /* for 0..max; NULL: a number */
	unsigned int min;
	unsigned int max;
	unsigned int value; /* written under knobs_lock */
	unsigned int at_load;
	void (*changed)(void); /* called after a write, in process context under knobs_lock */
};

extern const struct kernel_param_ops mcw_knob_param_ops;

ssize_t mcw_knob_show(struct device *dev, struct device_attribute *attr, char *buf);
ssize_t mcw_knob_store(struct device *dev, struct device_attribute *attr, const char *buf,
		       size_t count);

static inline unsigned int mcw_knob_get(const struct mcw_knob *knob)
{
	return READ_ONCE(knob->value);
}

/*
 * Defines a static knob, <_name>_knob, with the range @_min..@_max and the default @_value. Its
 * file and its parameter are called @_name.
 */
#define MCW_KNOB(_name, _value, _min, _max, _words, _changed, _text)	\
	static struct mcw_knob _name##_knob = {				\
		.attr = __ATTR(_name, 0644, mcw_knob_show, mcw_knob_store), \
		.words = _words,					\
		.min = _min,						\
		.max = _max,						\
		.value = _value,					\
		.at_load = _value,					\
		.changed = _changed,					\
	};								\
	module_param_cb(_name, &mcw_knob_param_ops, &_name##_knob, 0444); \
	MODULE_PARM_DESC(_name, _text)

#endif /* _MCEWARDEN_KNOB_H */

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
#include <linux/kernel.h>
#include <linux/moduleparam.h>
#include <linux/stringify.h>
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

#define MCW_RANGE_TEXT(_min, _max, _value)	\
	__stringify(_min) " to " __stringify(_max) " (" __stringify(_value) ")"

#define MCW_KNOB_OBJECT(_name, _value, _min, _max, _words, _changed)	\
	static struct mcw_knob _name##_knob = {				\
		.attr = __ATTR(_name, 0644, mcw_knob_show, mcw_knob_store), \
		.words = _words,					\
		.min = _min,						\
		.max = _max,						\
		.value = _value,					\
		.at_load = _value,					\
		.changed = _changed,					\
	};								\
	module_param_cb(_name, &mcw_knob_param_ops, &_name##_knob, 0444)

/*
 * Defines a static knob, <_name>_knob, with the range @_min..@_max and the default @_value, which
 * are plain decimal numbers: modinfo shows them. Its file and its parameter are called @_name.
 */
#define MCW_KNOB(_name, _value, _min, _max, _changed, _text)		\
	MCW_KNOB_OBJECT(_name, _value, _min, _max, NULL, _changed);	\
	MODULE_PARM_DESC(_name, _text ", " MCW_RANGE_TEXT(_min, _max, _value))

/* The same with an array of words, of which @_value is an index. @_text names all of them. */
#define MCW_WORD_KNOB(_name, _value, _words, _changed, _text)		\
	MCW_KNOB_OBJECT(_name, _value, 0, ARRAY_SIZE(_words) - 1, _words, _changed); \
	MODULE_PARM_DESC(_name, _text)

#endif /* _MCEWARDEN_KNOB_H */

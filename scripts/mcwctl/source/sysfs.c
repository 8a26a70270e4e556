// SPDX-License-Identifier: GPL-2.0
/*
 * The module's files in sysfs, and what to say where the module is not there.
 */
#include "cmd/command.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TRY_LOADING	"is the module loaded? try: insmod mcewarden.ko, or modprobe mcewarden"

#define NOT_THERE	"another version of the module, or it is just being loaded or unloaded"

static bool module_missing;

void mcw_error_no_module(const char *path, int err)
{
	mcw_error("cannot open %s: %s: " TRY_LOADING, path, strerror(err));
	module_missing = true;
}

bool mcw_module_missing(void)
{
	return module_missing;
}

/* Return: false. Also where the module is unloaded between the file's opening and its reading. */
static bool value_missing(const struct mcw_options *o, const char *path, int err)
{
	bool gone = err == ENOENT || err == ENODEV;

	if (gone && access(o->sysfs, F_OK))
		mcw_error_no_module(o->sysfs, ENOENT);
	else if (gone)
		mcw_error("cannot read %s: %s: " NOT_THERE, path, strerror(err));
	else
		mcw_error("cannot read %s: %s", path, err ? strerror(err) : "it is empty");
	return false;
}

/* One value a file; without the end of its line. */
bool mcw_sysfs_value(const struct mcw_options *o, const char *name, char *value)
{
	char path[512];
	FILE *file;
	bool read;
	int err;

	if (snprintf(path, sizeof(path), "%s/%s", o->sysfs, name) >= (int)sizeof(path)) {
		mcw_error("%s: the name is too long", o->sysfs);
		return false;
	}
	file = fopen(path, "re");
	if (!file)
		return value_missing(o, path, errno);
	errno = 0;
	read = fgets(value, MCW_VALUE_BYTES, file);
	err = errno;
	fclose(file);
	if (!read)
		return value_missing(o, path, err);
	value[strcspn(value, "\n")] = '\0';
	return true;
}

bool mcw_sysfs_number(const struct mcw_options *o, const char *name, __u64 *number)
{
	char value[MCW_VALUE_BYTES];
	char *end;

	if (!mcw_sysfs_value(o, name, value))
		return false;
	*number = strtoull(value, &end, 0);
	if (value[0] && !*end)
		return true;
	mcw_error("%s/%s says '%s', which is no number", o->sysfs, name, value);
	return false;
}

bool mcw_sysfs_exists(const struct mcw_options *o, const char *name)
{
	char path[512];

	return snprintf(path, sizeof(path), "%s/%s", o->sysfs, name) < (int)sizeof(path) &&
	       !access(path, F_OK);
}

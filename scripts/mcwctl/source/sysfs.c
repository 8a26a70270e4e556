// SPDX-License-Identifier: GPL-2.0
/*
 * The module's files in sysfs.
 */
#include "source/sysfs.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "error.h"

#define NOT_THERE	"the module has another version, or is just being loaded or unloaded"

/* Prints why. The module may also be unloaded between open() and read(). Return: false. */
static bool value_missing(const char *sysfs, const char *path, int err)
{
	bool gone = err == ENOENT || err == ENODEV;

	if (gone && access(sysfs, F_OK))
		mcw_error_no_module(sysfs, ENOENT);
	else if (gone)
		mcw_error("cannot read %s: %s: " NOT_THERE, path, strerror(err));
	else
		mcw_error("cannot read %s: %s", path,
			  err == ENODATA ? "it is empty" : strerror(err));
	return false;
}

int mcw_line_read(const char *path, char *value)
{
	FILE *file = fopen(path, "re");
	bool read;
	int err;

	if (!file)
		return errno;
	errno = 0;
	read = fgets(value, MCW_VALUE_BYTES, file);
	err = errno;
	fclose(file);
	if (!read)
		return err ? err : ENODATA;
	value[strcspn(value, "\n")] = '\0';
	return 0;
}

/* Files hold one value each. It is returned without the end of its line. */
bool mcw_sysfs_value(const char *sysfs, const char *name, char *value)
{
	char path[512];
	int err;

	if (snprintf(path, sizeof(path), "%s/%s", sysfs, name) >= (int)sizeof(path)) {
		mcw_error("the path %s/%s is too long", sysfs, name);
		return false;
	}
	err = mcw_line_read(path, value);
	return err ? value_missing(sysfs, path, err) : true;
}

bool mcw_sysfs_number(const char *sysfs, const char *name, __u64 *number)
{
	char value[MCW_VALUE_BYTES];
	char *end;

	if (!mcw_sysfs_value(sysfs, name, value))
		return false;
	*number = strtoull(value, &end, 0);
	if (value[0] && !*end)
		return true;
	mcw_error("%s/%s holds '%s', which is not a number", sysfs, name, value);
	return false;
}

bool mcw_sysfs_exists(const char *sysfs, const char *name)
{
	char path[512];

	return snprintf(path, sizeof(path), "%s/%s", sysfs, name) < (int)sizeof(path) &&
	       !access(path, F_OK);
}

bool mcw_sysfs_is_hidden(const char *sysfs, const char *name)
{
	char path[512];

	return snprintf(path, sizeof(path), "%s/%s", sysfs, name) < (int)sizeof(path) &&
	       access(path, R_OK) && errno == EACCES;
}

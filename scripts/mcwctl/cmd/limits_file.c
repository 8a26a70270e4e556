// SPDX-License-Identifier: GPL-2.0
/*
 * Reads the limits of the diagnosis from a configuration file.
 */
#include "cmd/limits_file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "diagnose/limits.h"
#include "error.h"

#define BYTES_MOST (64 * 1024)

static bool file_parse(struct mcw_limits *l, const char *path, FILE *file, char *text)
{
	struct mcw_limits_wrong wrong;
	size_t length = fread(text, 1, BYTES_MOST, file);

	if (ferror(file)) {
		mcw_error("cannot read %s: %s", path, strerror(errno));
		return false;
	}
	if (length == BYTES_MOST) {
		mcw_error("%s is larger than %d bytes", path, BYTES_MOST - 1);
		return false;
	}
	if (mcw_limits_parse(l, text, length, &wrong))
		return true;
	mcw_error("%s, line %u: %s", path, wrong.line, wrong.text);
	return false;
}

bool mcw_limits_read(struct mcw_limits *l, const char *path)
{
	FILE *file = fopen(path ? path : MCW_CONFIG_FILE, "re");
	char *text;
	bool good;

	mcw_limits_default(l);
	if (!file && !path && errno == ENOENT)
		return true;
	if (!path)
		path = MCW_CONFIG_FILE;
	if (!file) {
		mcw_error("cannot open %s: %s", path, strerror(errno));
		return false;
	}
	text = malloc(BYTES_MOST);
	if (!text)
		mcw_error("no memory for %s", path);
	good = text && file_parse(l, path, file, text);
	free(text);
	fclose(file);
	return good;
}

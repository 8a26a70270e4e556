// SPDX-License-Identifier: GPL-2.0
/*
 * Reads the configuration file, and the limits of the diagnosis in it.
 */
#include "cmd/limits_file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "diagnose/limits.h"
#include "error.h"

#define BYTES_MOST (64 * 1024)

static bool text_read(FILE *file, const char *path, char *text, size_t *length)
{
	*length = fread(text, 1, BYTES_MOST, file);
	if (ferror(file)) {
		mcw_error("cannot read %s: %s", path, strerror(errno));
		return false;
	}
	if (*length == BYTES_MOST) {
		mcw_error("%s is larger than %d bytes", path, BYTES_MOST - 1);
		return false;
	}
	return true;
}

char *mcw_config_text(const char *path, size_t *length)
{
	FILE *file = fopen(path ? path : MCW_CONFIG_FILE, "re");
	bool none = !file && !path && errno == ENOENT;
	char *text;

	*length = 0;
	if (!path)
		path = MCW_CONFIG_FILE;
	if (!file && !none) {
		mcw_error("cannot open %s: %s", path, strerror(errno));
		return NULL;
	}
	text = calloc(1, BYTES_MOST);
	if (!text)
		mcw_error("no memory for %s", path);
	if (text && file && !text_read(file, path, text, length)) {
		free(text);
		text = NULL;
	}
	if (file)
		fclose(file);
	return text;
}

bool mcw_limits_read(struct mcw_limits *l, const char *path)
{
	struct mcw_limits_wrong wrong;
	size_t length;
	char *text = mcw_config_text(path, &length);
	bool good;

	mcw_limits_default(l);
	if (!text)
		return false;
	good = mcw_limits_parse(l, text, length, &wrong);
	if (!good)
		mcw_error("%s, line %u: %s", path ? path : MCW_CONFIG_FILE, wrong.line, wrong.text);
	free(text);
	return good;
}

// SPDX-License-Identifier: GPL-2.0
/*
 * Error messages: a name of a file or of something else in them can have any bytes.
 */
#define _GNU_SOURCE
#include "error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "decode/utf8.h"

#define TRY_LOADING "load mcewarden first: modprobe mcewarden"
#define NOT_HERE "the module is loaded, but that is not here: is this a container?"
#define MODULE "/sys/module/mcewarden"

static bool module_missing;

static void put_harmless(FILE *out, const char *text)
{
	while (*text) {
		__u32 c = 0;
		unsigned int bytes = mcw_utf8_decode(text, &c);
		bool harmless = bytes && !mcw_utf8_is_harmful(c);

		for (bytes = bytes ? bytes : 1; bytes; bytes--, text++)
			fprintf(out, harmless ? "%c" : "\\x%02x", (unsigned char)*text);
	}
}

/* The line is one write: others may print to the same terminal. */
void mcw_error(const char *format, ...)
{
	char *text = NULL, *line = NULL;
	size_t length;
	va_list args;
	FILE *out;

	va_start(args, format);
	if (vasprintf(&text, format, args) < 0)
		text = NULL;
	va_end(args);
	out = text ? open_memstream(&line, &length) : NULL;
	if (out) {
		fputs("mcwctl: ", out);
		put_harmless(out, text);
		fputc('\n', out);
		fclose(out);
	}
	fputs(line ? line : "mcwctl: no memory for a message\n", stderr);
	free(line);
	free(text);
}

void mcw_error_no_module(const char *path, int err)
{
	const bool missing = access(MODULE, F_OK);

	mcw_error("cannot open %s: %s: %s", path, strerror(err), missing ? TRY_LOADING : NOT_HERE);
	module_missing |= missing;
}

bool mcw_module_missing(void)
{
	return module_missing;
}

const char *mcw_error_who(int err, const char *path)
{
	static const char *const ours[] = { "/dev/mcewarden", "/var/log/mcewarden",
					    "/var/lib/mcewarden" };

	for (size_t i = 0; i < sizeof(ours) / sizeof(ours[0]); i++)
		if ((err == EACCES || err == EPERM) && !strncmp(path, ours[i], strlen(ours[i])))
			return ": only root and the group adm may read it";
	return "";
}

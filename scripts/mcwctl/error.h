/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How mcwctl complains: a line each on standard error.
 */
#ifndef MCW_ERROR_H
#define MCW_ERROR_H

#include <stdbool.h>
#include <stdio.h>

/* A format and its arguments; the line is ended here. */
#define mcw_error(...) \
	do { \
		fputs("mcwctl: ", stderr); \
		fprintf(stderr, __VA_ARGS__); \
		fputc('\n', stderr); \
	} while (0)

/* Says that the module's path is not there; main() then ends with MCW_EXIT_NO_MODULE. */
void mcw_error_no_module(const char *path, int err);
bool mcw_module_missing(void);

#define MCW_SEE_HELP		"; mcwctl --help shows the usage"

#endif /* MCW_ERROR_H */

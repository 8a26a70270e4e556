/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Error messages of mcwctl: each is a line on standard error.
 */
#ifndef MCW_ERROR_H
#define MCW_ERROR_H

#include <stdbool.h>
#include <stdio.h>

/* Takes a format and its arguments, and ends the line. */
#define mcw_error(...) \
	do { \
		fputs("mcwctl: ", stderr); \
		fprintf(stderr, __VA_ARGS__); \
		fputc('\n', stderr); \
	} while (0)

/* Prints that the module's path is missing; main() then returns MCW_EXIT_NO_MODULE. */
void mcw_error_no_module(const char *path, int err);
bool mcw_module_missing(void);
/* After the reason: who may read the module's device or what its services keep; else "". */
const char *mcw_error_who(int err, const char *path);

#define MCW_SEE_HELP		"; mcwctl --help shows the usage"

#endif /* MCW_ERROR_H */

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Error messages of mcwctl: each is a line on standard error.
 */
#ifndef MCW_ERROR_H
#define MCW_ERROR_H

#include <stdbool.h>
#include <stdio.h>

/* Ends the line. What could do something to a terminal, as in the name of a file, is \xHH. */
void mcw_error(const char *format, ...) __attribute__((format(printf, 1, 2)));

/*
 * Prints that the module's path is missing. If the module is not loaded, main() then returns
 * MCW_EXIT_NO_MODULE.
 */
void mcw_error_no_module(const char *path, int err);
bool mcw_module_missing(void);
/* After the reason: who may read the module's device or what its services keep; else "". */
const char *mcw_error_who(int err, const char *path);

#define MCW_SEE_HELP		"; mcwctl --help shows the usage"

#endif /* MCW_ERROR_H */

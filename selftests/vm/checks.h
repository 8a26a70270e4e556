/* SPDX-License-Identifier: GPL-2.0 */
/* Prints one line for each check, "ok ..." or "FAIL ...". */
#ifndef _CHECKS_H
#define _CHECKS_H

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static unsigned int wrong;

static void check(bool good, const char *what, long long got, int error)
{
	printf("%s %s (%lld, %s)\n", good ? "ok" : "FAIL", what, got,
	       error ? strerror(error) : "no error");
	wrong += !good;
}

/* An operation that must fail with that error. */
#define FAILS(what, operation, error) \
	do { \
		long long result_; \
\
		errno = 0; \
		result_ = (operation); \
		check(result_ == -1 && errno == (error), what, result_, errno); \
	} while (0)

#define GIVES(what, operation, value) \
	do { \
		long long result_; \
\
		errno = 0; \
		result_ = (operation); \
		check(result_ == (long long)(value), what, result_, errno); \
	} while (0)

#endif /* _CHECKS_H */

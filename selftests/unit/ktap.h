/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How the unit tests report: one KTAP result a line, and the plan at the end. A test that dies on
 * the way has no plan, which selftests/unit/run takes for a failure.
 *
 * Tests that compare results one by one call ktap_result(). Tests whose cases are functions have a
 * table of struct ktap_case: a case fails where any of its expect_eq() does.
 */
#ifndef _UNIT_KTAP_H
#define _UNIT_KTAP_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>

struct ktap_case {
	const char *name;
	void (*run)(void);
};

static unsigned int ktap_results, ktap_failures;
static bool ktap_good; /* no expectation of the case that runs has failed */

static inline void ktap_begin(void)
{
	puts("KTAP version 1");
}

/* The name is made as by printf(). */
static inline void __attribute__((format(printf, 2, 3)))
ktap_result_of(bool ok, const char *format, ...)
{
	va_list args;

	ktap_results++;
	ktap_failures += !ok;
	printf("%sok %u - ", ok ? "" : "not ", ktap_results);
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	putchar('\n');
}

static inline void ktap_result(bool ok, const char *name)
{
	ktap_result_of(ok, "%s", name);
}

static inline void expect_at(int line, unsigned long long got, unsigned long long wanted)
{
	if (got == wanted)
		return;
	printf("# line %d: %llu, expected %llu\n", line, got, wanted);
	ktap_good = false;
}

#define expect_eq(got, wanted) expect_at(__LINE__, got, wanted)

static inline void ktap_run(const struct ktap_case *cases, unsigned int count)
{
	unsigned int i;

	for (i = 0; i < count; i++) {
		ktap_good = true;
		cases[i].run();
		ktap_result(ktap_good, cases[i].name);
	}
}

/* Returns the exit status. */
static inline int ktap_end(void)
{
	printf("1..%u\n", ktap_results);
	return ktap_failures ? 1 : 0;
}

#endif /* _UNIT_KTAP_H */

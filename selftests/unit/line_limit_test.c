// SPDX-License-Identifier: GPL-2.0
/* LINK: module/line_limit.c */
/*
 * How many lines are logged in a time, and that those left out are counted once.
 */
#include <mcewarden/line_limit.h>

#include "ktap.h"

#define BEGIN 1000000000000ULL

static struct mcw_line_limit limit;

static unsigned int taken(unsigned int lines, __u64 now_ns)
{
	unsigned int good = 0;

	while (lines--)
		good += mcw_line_limit_take(&limit, now_ns);
	return good;
}

static void test_few(void)
{
	limit = (struct mcw_line_limit){ .lines = 0 };
	expect_eq(taken(MCW_LINES_AT_ONCE, BEGIN), MCW_LINES_AT_ONCE);
	expect_eq(mcw_line_limit_end(&limit, BEGIN + MCW_LINES_WINDOW_NS), 0);
	expect_eq(taken(1, BEGIN + MCW_LINES_WINDOW_NS), 1);
}

static void test_many(void)
{
	limit = (struct mcw_line_limit){ .lines = 0 };
	expect_eq(taken(1000, BEGIN), MCW_LINES_AT_ONCE);
	expect_eq(mcw_line_limit_end(&limit, BEGIN + MCW_LINES_WINDOW_NS - 1), 0);
	expect_eq(mcw_line_limit_end(&limit, BEGIN + MCW_LINES_WINDOW_NS),
		  1000 - MCW_LINES_AT_ONCE);
	expect_eq(mcw_line_limit_end(&limit, BEGIN + MCW_LINES_WINDOW_NS), 0);
	expect_eq(taken(1, BEGIN + MCW_LINES_WINDOW_NS), 1);
}

/* No line comes before those that were left out are said: the log stays in order. */
static void test_order(void)
{
	limit = (struct mcw_line_limit){ .lines = 0 };
	taken(MCW_LINES_AT_ONCE + 1, BEGIN);
	expect_eq(taken(1, BEGIN + 2 * MCW_LINES_WINDOW_NS), 0);
	expect_eq(mcw_line_limit_end(&limit, BEGIN + 2 * MCW_LINES_WINDOW_NS), 2);
	expect_eq(taken(1, BEGIN + 2 * MCW_LINES_WINDOW_NS), 1);
}

static void test_end(void)
{
	limit = (struct mcw_line_limit){ .lines = 0 };
	taken(MCW_LINES_AT_ONCE + 3, BEGIN);
	expect_eq(mcw_line_limit_end(&limit, ~0ULL), 3);
}

static const struct ktap_case cases[] = {
	{ "a few lines are all logged", test_few },
	{ "of many, the rest is counted when their time is over", test_many },
	{ "no line comes before that count", test_order },
	{ "the end counts what is left", test_end },
};

int main(void)
{
	ktap_begin();
	ktap_run(cases, sizeof(cases) / sizeof(cases[0]));
	return ktap_end();
}

// SPDX-License-Identifier: GPL-2.0
/* LINK: scripts/mcwctl/diagnose/bucket.c */
/* FLAGS: -Iscripts/mcwctl */
/*
 * The leaky bucket: it fires once, and again only after it was below; what leaks, and how much it
 * holds.
 */
#include "diagnose/bucket.h"
#include "ktap.h"

#define S 1000000000ULL
#define H (3600 * S)

static const struct mcw_bucket_limit ten = { .threshold = 10, .window_s = 86400 };
static const struct mcw_bucket_limit one = { .threshold = 1, .window_s = 3600 };

static bool fills(struct mcw_bucket *b, const struct mcw_bucket_limit *limit, __u64 errors,
		  __u64 ns)
{
	mcw_bucket_fill(b, limit, errors, ns);
	return mcw_bucket_fires(b, limit);
}

static void test_once(void)
{
	struct mcw_bucket b = { 0 };
	unsigned int fired = 0;

	for (unsigned int i = 1; i <= 9; i++)
		fired += fills(&b, &ten, 1, i * S);
	expect_eq(fired, 0);
	expect_eq(fills(&b, &ten, 1, 10 * S), true);
	for (unsigned int i = 11; i < 1000; i++)
		fired += fills(&b, &ten, 1, i * S);
	expect_eq(fired, 0);
	expect_eq(b.errors, 999);
}

static void test_again_after_below(void)
{
	struct mcw_bucket b = { 0 };

	expect_eq(fills(&b, &ten, 10, S), true);
	/* One leaks in 2.4 hours: it is below after that, and 1 is enough. */
	mcw_bucket_leak(&b, &ten, S + 24 * H / 10 - 1);
	expect_eq(mcw_bucket_is_above(&b, &ten), true);
	mcw_bucket_leak(&b, &ten, S + 24 * H / 10);
	expect_eq(mcw_bucket_is_above(&b, &ten), false);
	expect_eq(fills(&b, &ten, 1, S + 3 * H), true);
	expect_eq(fills(&b, &ten, 1, S + 3 * H), false);
}

/* If parts of an error leaked, each would fire. */
static void test_threshold_of_one(void)
{
	struct mcw_bucket b = { 0 };

	expect_eq(fills(&b, &one, 1, S), true);
	expect_eq(fills(&b, &one, 1, S + 1), false);
	expect_eq(fills(&b, &one, 1, S + H / 2), false);
	/* It holds 2, which is the most. */
	expect_eq(fills(&b, &one, 1, S + H), false);
	mcw_bucket_leak(&b, &one, S + 3 * H - 1);
	expect_eq(b.level, 1);
	mcw_bucket_leak(&b, &one, S + 3 * H);
	expect_eq(b.level, 0);
	expect_eq(b.errors, 0);
	expect_eq(fills(&b, &one, 1, S + 3 * H), true);
}

/* However many there were, it is below about a window after the last one. */
static void test_holds_no_more(void)
{
	struct mcw_bucket b = { 0 };

	expect_eq(fills(&b, &ten, ~0ULL, S), true);
	expect_eq(b.level, 20);
	expect_eq(fills(&b, &ten, 1000000, 2 * S), false);
	expect_eq(b.level, 20);
	mcw_bucket_leak(&b, &ten, S + 24 * H);
	expect_eq(mcw_bucket_is_above(&b, &ten), true);
	mcw_bucket_leak(&b, &ten, S + 27 * H);
	expect_eq(mcw_bucket_is_above(&b, &ten), false);
}

static void test_time_goes_back(void)
{
	struct mcw_bucket b = { 0 };

	mcw_bucket_fill(&b, &ten, 5, 10 * H);
	mcw_bucket_fill(&b, &ten, 1, H);
	expect_eq(b.level, 6);
	mcw_bucket_leak(&b, &ten, 0);
	expect_eq(b.level, 6);
	mcw_bucket_leak(&b, &ten, 10 * H + 24 * H / 10);
	expect_eq(b.level, 5);
}

static void test_off(void)
{
	static const struct mcw_bucket_limit off = { .window_s = 86400 };
	struct mcw_bucket b = { 0 };

	expect_eq(fills(&b, &ten, 10, S), true);
	expect_eq(fills(&b, &off, 1000, S), false);
	expect_eq(b.level, 0);
	expect_eq(mcw_bucket_is_above(&b, &off), false);
	expect_eq(fills(&b, &ten, 10, S), true);
}

/* Another threshold, from a file that was read again. */
static void test_other_limit(void)
{
	static const struct mcw_bucket_limit three = { .threshold = 3, .window_s = 86400 };
	struct mcw_bucket b = { 0 };

	expect_eq(fills(&b, &ten, 5, S), false);
	mcw_bucket_leak(&b, &three, S);
	expect_eq(mcw_bucket_fires(&b, &three), true);
	mcw_bucket_leak(&b, &ten, S);
	expect_eq(mcw_bucket_is_above(&b, &ten), false);
	mcw_bucket_leak(&b, &three, S);
	expect_eq(mcw_bucket_fires(&b, &three), true);
}

/* The shortest and the longest windows, against one that is looked at each nanosecond or error. */
static void test_leaks_evenly(void)
{
	static const struct mcw_bucket_limit limits[] = {
		{ 1000000, 1 },
		{ 1, 365 * 86400 },
		{ 1000000, 365 * 86400 },
		{ 7, 3 },
	};

	for (unsigned int i = 0; i < sizeof(limits) / sizeof(limits[0]); i++) {
		const __u64 each = limits[i].window_s * S / limits[i].threshold;
		struct mcw_bucket often = { 0 }, seldom = { 0 };

		mcw_bucket_fill(&often, &limits[i], limits[i].threshold, S);
		mcw_bucket_fill(&seldom, &limits[i], limits[i].threshold, S);
		for (__u64 step = 1; step < 1000; step++)
			mcw_bucket_leak(&often, &limits[i], S + step * each / 10);
		mcw_bucket_leak(&seldom, &limits[i], S + 999 * each / 10);
		expect_eq(often.level, seldom.level);
		expect_eq(often.level, limits[i].threshold > 99 ? limits[i].threshold - 99 : 0);
	}
}

static const struct ktap_case cases[] = {
	{ "it fires once", test_once },
	{ "again only after it was below", test_again_after_below },
	{ "a threshold of one is no event each", test_threshold_of_one },
	{ "it holds twice the threshold at most", test_holds_no_more },
	{ "a time that goes back changes nothing", test_time_goes_back },
	{ "a threshold of 0 takes nothing", test_off },
	{ "another limit", test_other_limit },
	{ "it leaks evenly, however often it is looked at", test_leaks_evenly },
};

int main(void)
{
	ktap_begin();
	ktap_run(cases, sizeof(cases) / sizeof(cases[0]));
	return ktap_end();
}

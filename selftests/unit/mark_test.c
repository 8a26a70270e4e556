// SPDX-License-Identifier: GPL-2.0
/* FLAGS: -Iselftests/unit/kernel */
/* The mark of a captured record: what it means, and which marks are rejected. */
#include <stdbool.h>
#include <stdio.h>

#include <mcewarden/mark.h>

#include "ktap.h"

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))
#define COOKIE 0xa7000000U

static u32 mark_of(u8 bank, unsigned int lane, u64 pos)
{
	return mcw_mark_event(mcw_mark_begin(COOKIE, bank), lane, pos);
}

static void every_bank_and_lane(void)
{
	static const u64 positions[] = { 0, 1, 16383, 16384, 16385, 1ULL << 33 };
	unsigned int bank, lane, i;

	for (bank = 0; bank < 256; bank++) {
		for (lane = 0; lane < MCW_LANES; lane++) {
			for (i = 0; i < ARRAY_SIZE(positions); i++) {
				u32 mark = mark_of(bank, lane, positions[i]);

				expect_eq(mcw_mark_is_valid(mark, COOKIE, bank), true);
				expect_eq(mcw_mark_lane(mark), lane);
				expect_eq(mcw_mark_matches(mark, lane, positions[i]), true);
			}
		}
	}
}

/*
 * The kernel uses one struct mce for all banks of a scan, so a skipped bank has the mark of the one
 * before.
 */
static void of_another_bank(void)
{
	expect_eq(mcw_mark_is_valid(mark_of(4, MCW_LANE_OTHER, 7), COOKIE, 5), false);
	expect_eq(mcw_mark_is_valid(mark_of(255, MCW_LANE_OTHER, 7), COOKIE, 0), false);
}

static void of_another_load(void)
{
	expect_eq(mcw_mark_is_valid(mark_of(4, MCW_LANE_OTHER, 7), 0xa6000000U, 4), false);
	expect_eq(mcw_mark_is_valid(0, COOKIE, 0), false);
}

static void of_another_event(void)
{
	u32 mark = mark_of(4, MCW_LANE_SEVERE, 100);

	expect_eq(mcw_mark_matches(mark, MCW_LANE_OTHER, 100), false);
	expect_eq(mcw_mark_matches(mark, MCW_LANE_SEVERE, 101), false);
	/* The low bits alone cannot tell these two apart: callers compare the registers too. */
	expect_eq(mcw_mark_matches(mark, MCW_LANE_SEVERE, 100 + 16384), true);
}

static void not_taken(void)
{
	u32 mark = mcw_mark_not_taken(mcw_mark_begin(COOKIE, 9));
	unsigned int lane;

	expect_eq(mcw_mark_is_valid(mark, COOKIE, 9), true);
	expect_eq(mcw_mark_lane(mark), MCW_MARK_NO_LANE);
	for (lane = 0; lane <= MCW_LANE_OTHER; lane++)
		expect_eq(mcw_mark_matches(mark, lane, 0), false);
}

static void newest_position(void)
{
	u32 mark = mark_of(1, MCW_LANE_OTHER, 100);

	expect_eq(mcw_mark_pos_below(mark, 101), 100);
	expect_eq(mcw_mark_pos_below(mark, 16384 + 100), 100);
	expect_eq(mcw_mark_pos_below(mark, 16384 + 101), 16384 + 100);
	expect_eq(mcw_mark_pos_below(mark, (1ULL << 40) + 50), (1ULL << 40) - 16384 + 100);
	/* No position below 100 has these low bits. */
	expect_eq(mcw_mark_pos_below(mark, 100) >= 100, true);
}

static const struct ktap_case cases[] = {
	{ "every bank and lane", every_bank_and_lane },
	{ "a mark of another bank is not believed", of_another_bank },
	{ "a mark of another load is not believed", of_another_load },
	{ "a mark of another event does not match", of_another_event },
	{ "a record that the ring did not take", not_taken },
	{ "the newest position that a mark can stand for", newest_position },
};

int main(void)
{
	ktap_begin();
	ktap_run(cases, ARRAY_SIZE(cases));
	return ktap_end();
}

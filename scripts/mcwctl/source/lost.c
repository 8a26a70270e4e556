// SPDX-License-Identifier: GPL-2.0
/*
 * What one reader lost of one lane.
 *
 * A record's counts are read a moment after its position was reserved, so the difference between
 * two records may be too large or too small by what another CPU was doing then. Both errors even
 * out. A count that came late shows up in the next difference, as that is taken from the largest
 * count seen so far. And if a difference is below zero, the amount is kept as a debt, and taken off
 * the next ones.
 */
#include "source/lost.h"

static __u64 growth(__u64 now, __u64 before)
{
	return now > before ? now - before : 0;
}

static void set_base(struct mcw_lost *l, __u64 next, __u64 unplaced, __u64 skipped)
{
	l->based = true;
	l->next = next;
	l->unplaced = unplaced;
	l->skipped = skipped;
}

void mcw_lost_base(struct mcw_lost *l, const struct mcw_lane_info *info)
{
	set_base(l, info->head, info->refused + info->dropped, info->skipped);
}

void mcw_lost_missed(struct mcw_lost *l, __u64 n)
{
	if (!n)
		return;
	l->overrun = true;
	if (l->based)
		return;
	l->missed += n;
	l->lost += n;
}

static void advance(struct mcw_lost *l, __u64 pos, __u64 unplaced, __u64 skipped)
{
	__u64 no_room = growth(unplaced, l->unplaced);
	__u64 plus = growth(pos, l->next) + no_room;
	__u64 minus = growth(skipped, l->skipped) + l->debt;
	__u64 lost = growth(plus, minus);

	l->debt = growth(minus, plus);
	l->lost += lost;
	l->no_room += no_room < lost ? no_room : lost;
	if (pos > l->next)
		l->next = pos;
	if (unplaced > l->unplaced)
		l->unplaced = unplaced;
	if (skipped > l->skipped)
		l->skipped = skipped;
}

void mcw_lost_record(struct mcw_lost *l, const struct mcw_head *head)
{
	/*
	 * The first record of a lane shows where this reader begins. This also holds if the base
	 * was taken a moment too late, after some records that this reader gets.
	 */
	if (!l->read && (!l->based || head->pos < l->next)) {
		if (!l->based)
			l->older = growth(growth(head->pos, head->skipped), l->missed);
		set_base(l, head->pos, head->unplaced, head->skipped);
	}
	l->read = true;
	advance(l, head->pos, head->unplaced, head->skipped);
	if (l->next == head->pos)
		l->next++;
}

__u64 mcw_lost_outstanding(const struct mcw_lost *l, const struct mcw_lane_info *info)
{
	if (!l->based)
		return growth(info->head, info->skipped);
	return growth(growth(info->head, l->next), growth(info->skipped, l->skipped) + l->debt);
}

void mcw_lost_end(struct mcw_lost *l, const struct mcw_lane_info *info)
{
	if (l->based)
		advance(l, info->head, info->refused + info->dropped, info->skipped);
}

void mcw_lost_said(struct mcw_lost *l)
{
	l->lost = 0;
	l->no_room = 0;
	l->overrun = false;
}

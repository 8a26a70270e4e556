// SPDX-License-Identifier: GPL-2.0
/*
 * Limits how many lines are logged: MCW_LINES_AT_ONCE in MCW_LINES_WINDOW_NS. Pure. The kernel's
 * own limits say how many calls they suppressed only when the next line comes, which may be never.
 */
#include <mcewarden/line_limit.h>

/**
 * mcw_line_limit_take() - whether one more line may be logged
 * @limit: what was logged so far
 * @now_ns: by a clock that does not go back
 *
 * Context: any; the caller has the lock.
 * Return: true for a line; false: it is left out, and counted until mcw_line_limit_end().
 */
bool mcw_line_limit_take(struct mcw_line_limit *limit, __u64 now_ns)
{
	if (!limit->left_out && now_ns - limit->begin_ns >= MCW_LINES_WINDOW_NS) {
		limit->begin_ns = now_ns;
		limit->lines = 0;
	}
	if (limit->lines < MCW_LINES_AT_ONCE) {
		limit->lines++;
		return true;
	}
	limit->left_out++;
	return false;
}

/**
 * mcw_line_limit_end() - how many lines were left out, if their time is over
 * @limit: what was logged so far; lines may be logged again after that
 * @now_ns: by the same clock; ~0ULL ends the time
 *
 * Context: any; the caller has the lock.
 * Return: their number; 0 also while the time is not over.
 */
__u64 mcw_line_limit_end(struct mcw_line_limit *limit, __u64 now_ns)
{
	__u64 left_out = limit->left_out;

	if (now_ns - limit->begin_ns < MCW_LINES_WINDOW_NS)
		return 0;
	limit->left_out = 0;
	return left_out;
}

// SPDX-License-Identifier: GPL-2.0
/*
 * Finds the event of a decoded record, by the mark that the tap has put into it.
 */
#include <mcewarden/decoded_event.h>

#include <mcewarden/chain.h>
#include <mcewarden/mark.h>
#include <mcewarden/pending_table.h>
#include <mcewarden/ring.h>

/**
 * mcw_decoded_event() - find the event of a decoded record
 * @decoded: the record
 * @rec: set to the event
 *
 * Context: any but NMI and #MC.
 * Return: false if it is unknown or was overwritten.
 */
bool mcw_decoded_event(const struct mcw_decoded *decoded, struct mcw_record *rec)
{
	unsigned int lane = mcw_mark_lane(decoded->mark);
	struct mcw_cursor end;
	u64 pos, head;

	if (lane == MCW_MARK_NO_LANE)
		return false;
	mcw_ring_seek_newest(lane, &end);
	head = mcw_cursor_pos(&end);
	pos = mcw_mark_pos_below(decoded->mark, head);
	return pos < head && mcw_ring_get_late(lane, pos, rec) == MCW_LOOK_GOT &&
	       mcw_pending_is_event(rec, decoded);
}

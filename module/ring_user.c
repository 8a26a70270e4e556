// SPDX-License-Identifier: GPL-2.0
/*
 * Copies records from their slots straight to a user's buffer, without a copy in between.
 *
 * It is mcw_ring_get() with another destination, so its argument is the one in ring.c: the state
 * word is read with acquire before the copy (look:A), each word is read once (READ_ONCE), and the
 * state word is read again after smp_rmb() (get:B). A producer that reuses the slot exchanges the
 * state word first (reserve:A). So if any copied word is of the new record, the second look sees
 * the new state.
 *
 * What a user's buffer changes:
 *
 * * The wrong bytes are already with the user when the second look finds them. They are not
 *   counted: the returned length ends before them, and the caller reports an overrun. They tell the
 *   user nothing that it may not read: they are of a later record of the same lane.
 * * The copy may fault, and sleep for as long as it takes to bring in a page. Nothing is held
 *   meanwhile: producers overwrite the slot, and the second look notices. A fault that cannot be
 *   repaired ends the run before that record. The cursor then still stands on it.
 * * Another thread may write to the same buffer. Nothing is read back from there: the state, the
 *   position and the time that decide about the record come from the slot.
 *
 * KCSAN: the words of a slot are written with WRITE_ONCE() and read with READ_ONCE(), so both sides
 * are marked, word for word. copy_to_user() would read them unmarked.
 *
 * The user's memory is open from the first record of a run to the last. Nothing is called in
 * between; a fault closes it while it is handled. The caller limits the length of a run.
 */
#include <mcewarden/ring.h>

#include <linux/uaccess.h>
#include <asm/barrier.h>

/**
 * mcw_ring_copy_run() - copy records at the cursor to a user, and step over them
 * @cur: the reader's cursor
 * @to: the user's buffer
 * @most: records for which there is room, at least 1
 * @until_ns: ends before a record that was captured later
 * @fault: set to whether the buffer could not be written
 *
 * Ends early if the next position has no complete record, or was overwritten. mcw_ring_peek() then
 * says which.
 *
 * Context: process, may sleep; @cur is the caller's alone.
 * Return: the number of whole records in the buffer.
 */
unsigned int mcw_ring_copy_run(struct mcw_cursor *cur, u64 __user *to, unsigned int most,
			       u64 until_ns, bool *fault)
{
	unsigned int done = 0, i;
	u64 state = cur->awaited;

	*fault = true;
	might_fault();
	if (!user_access_begin(to, (size_t)most * MCW_RECORD_BYTES))
		return 0;
	do {
		const struct mcw_slot *slot = mcw_slot_awaiting(cur->lane, state);

		/* MCW(look:A): acquire, pairs with MCW(commit:A). */
		if (unlikely((u64)atomic64_read_acquire(&slot->state) != state) ||
		    unlikely(READ_ONCE(slot->words[MCW_TIME_WORD]) > until_ns))
			break;
#ifndef __clang__ /* which cannot repeat the asm goto of unsafe_put_user(), and says so */
#pragma GCC unroll 31
#endif
		for (i = 0; i < MCW_RECORD_WORDS; i++)
			unsafe_put_user(READ_ONCE(slot->words[i]), to + i, end);
		smp_rmb(); /* MCW(get:B): pairs with MCW(reserve:A). */
		if (unlikely((u64)atomic64_read(&slot->state) != state))
			break;
		state += MCW_SLOT_POSITION;
		to += MCW_RECORD_WORDS;
	} while (++done < most);
	*fault = false;
end:
	user_access_end();
	cur->awaited = state;
	return done;
}

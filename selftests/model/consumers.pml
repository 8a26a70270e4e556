/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The consumers of ring.pml, which includes this file. A step is the same wherever the copy goes:
 * mcw_ring_get(), mcw_ring_copy_run() and mcw_map_run() of a mapping's reader are all "get" here. A
 * run is get after get, which ends where it would not copy. To look at a record's time before it is
 * copied decides only when a run ends, and does not count as a look.
 */

/* Moves cur->pos: the worker has copied or passed all positions behind it. */
inline step_to(p)
{
	pos = p;
	if
	:: IS_WORKER -> safe = p
	:: else
	fi
}

/* Checks that the copy is the complete record of p. */
inline check_record(p)
{
	assert(r0 == p && position[SLOT(p)] == p);
	assert(r1 == owner[SLOT(p)]);
	got++
}

active [READERS + WORKER] proctype consumer()
{
	byte pos, skips, got, missed, lost;
	short base; /* below 0 if unsure */
	bool jumped, last, seeking;
	byte seen, r0, r1, end, p, left, was, i;
	bool unsure; /* a jump ran during a pass, and may have counted it wrong */
#if WORKER
	byte waiting, straggler[STRAGGLERS];
#endif

#ifdef SEEKS
	seeking = !IS_WORKER;
	if
	:: seeking -> goto jump
	:: else
	fi;
#endif
work:
#if WORKER
	/* look_again() of worker.c, and mcw_ring_get_late() */
	i = 0;
again:	if
	:: i == waiting -> goto get
	:: i < waiting
	fi;
	atomic { /* MCW(look:A) */
		p = straggler[i];
		seen = state[SLOT(p)];
		if
		:: (seen & HERE) && IS_LAPPED(seen, p) -> goto gone
		:: else
		fi;
		if
		:: seen & INSIDE -> i++; goto again
		:: else
		fi
	};
	atomic { r0 = word0[SLOT(p)] };
	atomic { r1 = word1[SLOT(p)] };
	atomic { /* MCW(get:B) */
		if
		:: state[SLOT(p)] == seen && IS_OF(r0, p) -> check_record(p)
		:: else -> goto gone
		fi;
		goto forget
	};
gone:	atomic {
		assert(position[SLOT(p)] != p); /* really */
		missed++
	};
forget:	atomic {
		waiting--;
		straggler[i] = straggler[waiting];
		straggler[waiting] = 0;
		seen = 0; r0 = 0; r1 = 0; p = 0;
		goto again
	};
#endif

get:	/* mcw_ring_get() */
#ifdef BAD_LOOK_RELAXED
	/* A load of the record passes the one of the state. */
	atomic { r1 = word1[SLOT(pos)] };
#endif
	atomic { /* MCW(look:A) */
		seen = state[SLOT(pos)];
		if
		:: seen == COMMITTED(pos) -> goto copy
		:: !IS_DECIDED(seen, pos) -> goto none
		:: else
		fi
	};
look:	atomic { /* MCW(look:A) */
		seen = state[SLOT(pos)];
		if
		:: !IS_DECIDED(seen, pos) -> goto none
		:: else
		fi;
		if
		:: IS_LAPPED(seen, pos) -> goto jump
		:: else
		fi;
		if
		:: (seen & HERE) && (seen & INSIDE) -> goto pending
		:: (seen & HERE) && !(seen & INSIDE) -> goto copy
		:: else -> step_to(pos + 1); skips++; goto look
		fi
	};

copy:
#if defined(BAD_TAKEN_EARLY)
	atomic {
		if
		:: IS_WORKER -> limit = pos + 1 + SIZE
		:: else
		fi
	};
#endif
	atomic { r0 = word0[SLOT(pos)] };
#ifndef BAD_LOOK_RELAXED
	atomic { r1 = word1[SLOT(pos)] };
#endif
	atomic { /* MCW(get:B) */
#ifndef BAD_NO_SECOND_LOOK
		if
		:: state[SLOT(pos)] != seen -> r0 = 0; r1 = 0; goto jump
		:: else
		fi;
#endif
		check_record(pos);
		step_to(pos + 1);
		jumped = false;
		seen = 0; r0 = 0; r1 = 0;
#if KEEPS
		if
		:: !IS_WORKER -> goto get
		:: else
		fi
	};
	atomic { /* MCW(set_taken:A) */
		limit = pos + SIZE;
#endif
		goto get
	};

pending: /* waits until it is committed, or for a second: mcw_ring_pass() */
	atomic {
		if
		:: state[SLOT(pos)] != seen -> seen = 0; goto work
		:: MAY_PASS ->
#if WORKER
			if
			:: !IS_WORKER -> lost++
#ifdef BAD_FORGETS
			:: IS_WORKER
#else
			:: IS_WORKER && waiting < STRAGGLERS -> straggler[waiting] = pos; waiting++
			:: IS_WORKER && waiting == STRAGGLERS -> missed++
#endif
			fi;
#else
			lost++;
#endif
			step_to(pos + 1);
			seen = 0
		fi;
#if KEEPS
		if
		:: !IS_WORKER -> goto get
		:: else
		fi
	};
	atomic { /* MCW(set_taken:A) */
		limit = pos + SIZE;
#endif
		goto get
	};

none:	atomic {
		seen = 0;
#if KEEPS
		if
		:: IS_WORKER -> limit = pos + SIZE /* MCW(set_taken:A) */
		:: else
		fi;
#endif
		if
		:: last -> goto sum
		:: else
		fi
	};
	atomic {
		if
		:: IS_DECIDED(state[SLOT(pos)], pos)
#if WORKER
		:: waiting > 0 && !(state[SLOT(straggler[0])] & INSIDE)
#endif
		:: finished == PRODUCERS -> last = true
		fi;
		goto work
	};

jump:	/* mcw_ring_jump(), or mcw_ring_seek_oldest() */
	atomic {
		assert(!KEEPS || !IS_WORKER); /* no producer overwrites an untaken record */
		seen = 0;
		was = skipped;
		unsure = unsure || passing_now > 0;
		end = head /* frontier(): MCW(frontier:A) */
	};
	do
	:: atomic { IS_DECIDED(state[SLOT(end)], end) -> end++ }
	:: atomic { !IS_DECIDED(state[SLOT(end)], end) -> break }
	od;
	atomic {
		p = (end > SIZE -> end - SIZE : 0);
		if
		:: seeking
		:: !seeking ->
			p = p + (jumped -> MARGIN : 0);
			p = (p <= pos -> pos + 1 : p)
		fi;
		/* place_cursor(): skips_below() */
		left = skipped;
		i = p
	};
	do
	:: atomic { left > 0 && i < end ->
		left = left - ((state[SLOT(i)] & ~INSIDE) == LATE(i));
		i++ }
	:: atomic { left == 0 || i >= end ->
		unsure = unsure || passing_now > 0 || skipped != was;
		if
		:: seeking -> base = p - left; skips = left
		:: !seeking && p - pos - left + skips >= 0 ->
			missed = missed + p - pos - left + skips;
			skips = left
		:: else -> /* the next jump corrects this */
			skips = p - pos + skips
		fi;
		step_to(p);
		jumped = !seeking;
		seeking = false;
		p = 0; end = 0; left = 0; was = 0; i = 0;
		goto get }
	od;

sum:	atomic {
		assert(pos == decided);
#if WORKER
		if
		:: IS_WORKER ->
			assert(waiting <= dead);
			assert(unsure || got + missed + waiting == reservations)
		:: else
		fi;
#endif
		if
		:: !IS_WORKER ->
			assert(unsure || base + got + missed + lost == decided - skipped);
			assert(base + got + missed + lost < decided - skipped + PRODUCERS);
			assert(base + got + missed + lost + PRODUCERS > decided - skipped)
		:: else
		fi
	};

end_done:
	false
}

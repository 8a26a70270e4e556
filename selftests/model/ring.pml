/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A model of module/ring.c and include/mcewarden/ring.h, for spin: step by step the same,
 * with the same names and labels. selftests/model/run has the configurations and searches each
 * of them to the end.
 *
 * A step is one access to what others see, together with what follows from it inside the same
 * function; between two steps anything may happen. Memory is sequentially consistent here.
 * What the barriers are for is shown the other way round: each barrier has a mistake, that is the
 * reordering which it forbids, and which must be found. litmus/ has the pairs themselves.
 *
 * Producers 0 .. LEVELS - 1 are contexts on one CPU (process, IRQ, NMI): once a higher one
 * began, the lower ones stand still until it came out of its put. Each further one has a CPU of
 * its own.
 *
 * Two words stand for the record: word 0 is written before head moves and holds the position, as
 * in the code; word 1 is the body's, and says whose record it is. The record's counts (refused,
 * skipped), its type and lane and the clocks are not modelled. dropped is counted together with
 * unplaced: no step reads it. Sleeping and waking are no part of the ring: a consumer looks
 * again when there is a reason to, and once more after the last producer.
 *
 * mcw_ring_info() is not modelled but for its sum, when all is quiet; its barrier, info:A, is in
 * litmus/ alone.
 *
 * What a producer does again is bounded: at each repetition head or the slot is no more what the
 * producer saw (AGAIN asserts it), and both only grow. Hence no producer waits for another.
 *
 * Configuration:
 *	SIZE		slots, a power of two (2)
 *	LEVELS		contexts on the first CPU (1), CPUS: further CPUs (1)
 *	PUTS, PUTS0	records that each producer, or producer 0, offers (1)
 *	MAX_PASSES	as in ring.c (1)
 *	KEEPS		1: the lane refuses rather than to overwrite what is not taken
 *	READERS, WORKER	consumers: any number of readers (1), one worker (0)
 *	PASSING		consumers may pass a producer that is inside at any time, else at the end
 *	STRAGGLERS	the worker's MAX_STRAGGLERS (1)
 *	SEEKS		readers begin with mcw_ring_seek_oldest(), at any time
 *	DIES		this producer may never come out of a slot (none)
 *	MOD		positions in slots are kept modulo this (none)
 *	BAD_...		a mistake; see selftests/model/run
 */
#ifndef SIZE
#define SIZE 2
#endif
#ifndef LEVELS
#define LEVELS 1
#endif
#ifndef CPUS
#define CPUS 1
#endif
#ifndef PUTS
#define PUTS 1
#endif
#ifndef PUTS0
#define PUTS0 PUTS
#endif
#ifndef MAX_PASSES
#define MAX_PASSES 1
#endif
#ifndef READERS
#define READERS 1
#endif
#ifndef WORKER
#define WORKER 0
#endif
#ifndef DIES
#define DIES 255
#endif
#ifndef KEEPS
#define KEEPS 0
#endif
#ifndef MARGIN
#define MARGIN 1 /* size >> MARGIN_SHIFT, which would be 0 in lanes as small as these */
#endif

#ifndef STRAGGLERS
#define STRAGGLERS 1
#endif
#ifdef PASSING
#define MAY_PASS true
#else
#define MAY_PASS (finished == PRODUCERS)
#endif

#define PRODUCERS (LEVELS + CPUS)
#define OFFERED (PUTS0 + (PRODUCERS - 1) * PUTS)
#define IS_WORKER (WORKER && _pid == PRODUCERS)
#define SLOT(p) ((p) % SIZE)

/* The states of a slot. */
#define INSIDE 1
#define HERE 2
#ifdef MOD
#define TAG(p) (((p) + SIZE) % MOD)
#define NOT_BEFORE(tag, p) (((tag) - TAG(p) + MOD) % MOD < MOD / 2)
#else
#define TAG(p) ((p) + SIZE)
#define NOT_BEFORE(tag, p) ((tag) >= TAG(p))
#endif
#define LATE(p) (TAG(p) << 2)
#define COMMITTED(p) (LATE(p) + HERE)
#define PASSED(p) (LATE(p) + INSIDE)
#define WRITING(p) (LATE(p) + HERE + INSIDE)
#define IS_DECIDED(state, p) NOT_BEFORE((state) >> 2, p)
#define IS_LAPPED(state, p) NOT_BEFORE((state) >> 2, (p) + 1)

/* struct mcw_lane */
#if SIZE == 1
byte state[SIZE] = { 2 }; /* COMMITTED(i - SIZE), as if a lap had gone before */
#elif SIZE == 2
byte state[SIZE] = { 2, 6 };
#else
byte state[SIZE] = { 2, 6, 10, 14 };
#endif
byte word0[SIZE], word1[SIZE];
byte head, unplaced, skipped;
byte limit = SIZE;

byte level;	/* of the first CPU: the context that runs there */
byte finished;	/* producers that offered all they have */

/* What is true, for the assertions; no step of the code depends on these. */
byte decided;		/* positions below this one are */
byte reservations;
byte commits;
byte passing_now;	/* producers between passing a slot and counting it */
byte owner[SIZE];	/* whose record a slot has, or will have */
byte position[SIZE];	/* and as which position */
byte writers[SIZE];	/* producers inside */
byte safe;		/* the worker has copied, or passed, the positions below this one */
byte dead;		/* producers that never come out of a slot */

#ifdef BAD_LATE_ANY
#define IS_OF(word0, p) true
#else
#define IS_OF(word0, p) (word0 == p)
#endif

/* A repetition is due to somebody else's success, or to one's own. */
#define AGAIN(changed) assert(changed)

/* A position is decided once, in order. */
inline decide(p)
{
	assert(p == decided);
	decided++
}

inline reserved()
{
	decide(pos);
	reservations++;
	owner[SLOT(pos)] = me;
	position[SLOT(pos)] = pos;
	writers[SLOT(pos)]++;
	old = 0
}

/* Nobody else is inside, and no untaken record is there. */
inline may_write()
{
	assert(writers[SLOT(pos)] == 1);
	assert(!KEEPS || pos < safe + SIZE)
}

/* Back to what was interrupted. */
inline come_out()
{
	if
	:: _pid < LEVELS -> level = below
	:: else
	fi;
	pos = 0; old = 0; passes = 0; below = 0; me = 0
}

hidden byte slot, inside; /* used within one step */

/* When all is quiet: the sums that the essay in ring.c promises. */
inline finish()
{
	finished++;
	if
	:: finished == PRODUCERS ->
		assert(commits + unplaced + dead == OFFERED);
		assert(decided == reservations + skipped);
		/* mcw_ring_info(): what the producers counted is what a walk would count */
		slot = 0;
		inside = 0;
		do
		:: slot < SIZE -> inside = inside + (state[slot] & INSIDE); slot++
		:: else -> break
		od;
		assert(commits == decided - skipped - inside)
	:: else
	fi
}

active [PRODUCERS] proctype producer() provided (_pid >= LEVELS || level <= _pid)
{
	byte puts, pos, old, passes, below, me;
#ifdef BAD_LIMIT_BEFORE_HEAD
	byte bound;
#endif

next:	atomic { /* at whatever step the lower levels are */
		if
		:: puts == (_pid == 0 -> PUTS0 : PUTS) -> finish(); goto end_done
		:: else -> puts++; me = 16 * (_pid + 1) + puts
		fi;
		if
		:: _pid < LEVELS -> below = level; level = _pid
		:: else
		fi
	};

	/* mcw_ring_reserve() */
	atomic { pos = head };
#if KEEPS && !defined(BAD_LIMIT_AFTER_RESERVE)
	atomic { /* MCW(reserve:B) */
		if
		:: pos >= limit -> goto slowly
		:: else
		fi
	};
#endif
#ifdef BAD_RESERVE_RELAXED
	/* A store of the record becomes visible before the reservation, which then succeeds. */
	if
	:: atomic { state[SLOT(pos)] == COMMITTED(pos - SIZE) -> word1[SLOT(pos)] = me };
		atomic {
			state[SLOT(pos)] == COMMITTED(pos - SIZE) ->
			state[SLOT(pos)] = WRITING(pos);
			reserved();
			goto begin
		}
	:: skip
	fi;
#endif
	atomic { /* MCW(reserve:A) */
		if
		:: state[SLOT(pos)] == COMMITTED(pos - SIZE) ->
			state[SLOT(pos)] = WRITING(pos);
			reserved();
			goto begin
		:: else
		fi
	};

slowly:	/* mcw_ring_reserve_slowly() */
#ifdef BAD_LIMIT_BEFORE_HEAD
	atomic { bound = limit };
#define limit bound
#endif
	atomic { pos = head };
	atomic {
		old = state[SLOT(pos)];
		if
		:: IS_DECIDED(old, pos) -> goto help
		:: else
		fi;
#if KEEPS && !defined(BAD_LIMIT_AFTER_RESERVE)
	};
	atomic { /* MCW(reserve:B) */
		if
		:: pos >= limit ->
#undef limit
			assert(decided >= limit); /* what refuses is full */
			goto unplace
		:: else
		fi;
#endif
		if
#ifndef BAD_NOT_BUSY
		:: (old & INSIDE) && passes == MAX_PASSES -> goto unplace /* and dropped */
		:: (old & INSIDE) && passes < MAX_PASSES -> passes++; goto pass
#endif
		:: else
		fi
	};
	atomic { /* MCW(reserve:A) */
		if
		:: state[SLOT(pos)] == old ->
			state[SLOT(pos)] = WRITING(pos);
			reserved();
			goto begin
		:: else ->
			AGAIN(state[SLOT(pos)] != old);
			goto slowly
		fi
	};

help:	/* Somebody has it, or passed it: help, and look again. */
	atomic {
#ifndef BAD_NO_HELP
		if
		:: head == pos -> head = pos + 1
		:: else
		fi;
#endif
		AGAIN(head != pos);
		goto slowly
	};

pass:	atomic { /* MCW(pass:A) */
		if
#ifdef BAD_PASS_STORES
		:: true ->
#else
		:: state[SLOT(pos)] == old ->
#endif
			state[SLOT(pos)] = PASSED(pos);
			decide(pos);
			passing_now++
#ifndef BAD_PASS_STORES
		:: else ->
			AGAIN(state[SLOT(pos)] != old);
			goto slowly
#endif
		fi
	};
	atomic { skipped++; passing_now--; goto slowly };

unplace:
	atomic { unplaced++; come_out(); goto next };

begin:	/* mcw_lane_begin() */
#if KEEPS && defined(BAD_LIMIT_AFTER_RESERVE)
	atomic {
		if
		:: pos >= limit -> /* give it back */
			state[SLOT(pos)] = COMMITTED(pos - SIZE);
			writers[SLOT(pos)]--;
			decided--;
			reservations--;
			goto unplace
		:: else
		fi
	};
#endif
	if
	:: atomic { may_write(); word0[SLOT(pos)] = pos }
	:: _pid == DIES -> goto die
	fi;
	atomic { /* MCW(reserve:C) */
		if
		:: head == pos -> head = pos + 1
		:: else /* somebody helped */
		fi
	};

	/* The body, by mcw_reservation_write(). */
#ifdef BAD_COMMIT_RELAXED
	if /* the store passes the commit */
	:: state[SLOT(pos)]--;
		atomic {
			may_write();
			word1[SLOT(pos)] = me; commits++; writers[SLOT(pos)]--;
			come_out();
			goto next
		}
	:: skip
	fi;
#endif
	if
	:: atomic { may_write(); word1[SLOT(pos)] = me }
	:: _pid == DIES -> goto die
	fi;

	/* mcw_ring_commit() */
	atomic { /* MCW(commit:A) */
#ifdef BAD_COMMIT_STORES
		state[SLOT(pos)] = COMMITTED(pos);
#else
		state[SLOT(pos)]--;
#endif
		commits++;
		writers[SLOT(pos)]--;
		come_out();
		goto next
	};

die:	atomic { dead++; finish() };

end_done:
	false
}

#include "consumers.pml"

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A model of module/ring.c and include/mcewarden/ring.h for spin. It has the same steps, names and
 * labels as the code. selftests/model/run has the configurations and searches all their states.
 *
 * A step is one access to shared memory, together with the private work that follows in the same
 * function; between two steps anything may happen. Memory is sequentially consistent here. So each
 * barrier is tested the other way round: a mistake makes the reordering that the barrier forbids,
 * and the search must find it. litmus/ has the pairs of barriers themselves.
 *
 * Producers 0 .. LEVELS - 1 are contexts on one CPU (process, IRQ, NMI): when a higher one begins,
 * the lower ones stand still until its put ends. Each further producer has a CPU of its own.
 *
 * Two words stand for the record: word 0 is written before head moves and has the position, as in
 * the code; word 1 is in the body and names the record's producer. The model has neither the
 * record's counts (refused, skipped) nor its type, lane and times. It counts dropped together with
 * unplaced, because no step reads it. Sleeping and waking are not part of the ring: a consumer
 * looks again when it has a reason, and once more after the last producer.
 *
 * Of mcw_ring_info() the model has only the sum when all is quiet; its barrier, info:A, is only in
 * litmus/.
 *
 * The repetitions of a producer are bounded: at each one head or the slot has changed since the
 * producer looked (AGAIN asserts this), and both only grow. So no producer waits for another.
 *
 * Configuration:
 *	SIZE		slots, a power of two (2)
 *	LEVELS		contexts on the first CPU (1), CPUS: further CPUs (1)
 *	PUTS, PUTS0	records that each producer, or producer 0, offers (1)
 *	MAX_PASSES	as in ring.c (1)
 *	KEEPS		1: the lane refuses records rather than overwrite untaken ones
 *	READERS, WORKER	consumers: any number of readers (1), one worker (0)
 *	PASSING		consumers may pass a busy slot at any time, otherwise at the end
 *	STRAGGLERS	the worker's MAX_STRAGGLERS (1)
 *	SEEKS		readers begin with mcw_ring_seek_oldest(), at any time
 *	DIES		this producer may stay inside its slot for ever (none)
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

byte level;	/* the context that runs on the first CPU */
byte finished;	/* producers that have offered all their records */

/* The truth, for the assertions; no step of the code depends on it. */
byte decided;		/* positions below this one are */
byte reservations;
byte commits;
byte passing_now;	/* producers between passing a slot and counting it */
byte owner[SIZE];	/* the producer whose record a slot has, or will have */
byte position[SIZE];	/* and the record's position */
byte writers[SIZE];	/* producers inside */
byte safe;		/* the worker has copied, or passed, the positions below this one */
byte dead;		/* producers that stay inside a slot for ever */

#ifdef BAD_LATE_ANY
#define IS_OF(word0, p) true
#else
#define IS_OF(word0, p) (word0 == p)
#endif

/* A repetition is caused by a success, another producer's or the own. */
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

/* Returns to the interrupted context. */
inline come_out()
{
	if
	:: _pid < LEVELS -> level = below
	:: else
	fi;
	pos = 0; old = 0; passes = 0; below = 0; me = 0
}

hidden byte slot, inside; /* used within one step */

/* Checks when all is quiet the sums that ring.c promises. */
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

next:	atomic { /* at any step of the lower levels */
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
			assert(decided >= limit); /* a lane that refuses is full */
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

help:	/* Another producer has it or passed it: help, and look again. */
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

	/* mcw_reservation_write() writes the body. */
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

// SPDX-License-Identifier: GPL-2.0
/* LINK: module/ring.c module/ring_read.c module/ring_user.c */
/* LINK: selftests/unit/kernel/vmalloc.c selftests/unit/kernel/uaccess.c */
/* FLAGS: -Iselftests/unit/kernel */
/* SLOW: it steps through thousands of runs */
/*
 * Interrupts the ring at many of its instructions, or with FULL at every single one. The
 * processor's trap flag raises SIGTRAP after each instruction, and the handler acts as the
 * exception: it does another operation on the same lane, at one chosen instruction of a run or at
 * each. With two levels, the handler is itself stepped in the same way. After each run everything
 * is read and counted.
 */
#define _GNU_SOURCE
#include "ring_step.h"

#include <signal.h>
#include <stdlib.h>
#include <ucontext.h>

#define TRAP_FLAG 0x100ULL
#define MOST 300U /* interruptions of one run: an operation that loses every race never ends */
#define NEVER (~0U)
#define EACH_ONE (~0U - 1)
#define AT_RANDOM (~0U - 2)

/*
 * An operation is interrupted at every "stride"-th instruction; with two levels, at every
 * "apart"-th of those. Each pair of operations begins at another instruction than the one before.
 */
struct size {
	unsigned int stride, apart, random_runs;
	u64 points, deep; /* at least this many */
};

#ifdef __SANITIZE_ADDRESS__
/* Most instructions are not the ring's. */
static const struct size full = { 37, 5, 8, 40000, 1000 }, cut = { 97, 15, 4, 10000, 100 };
#else
static const struct size full = { 1, 5, 48, 40000, 40000 }, cut = { 7, 25, 6, 10000, 1000 };
#endif
static const struct size *size = &cut; /* FULL in the environment: full */

/* What the trap handler does at which instruction of each level. */
static struct {
	unsigned int at, step;
	enum op op;
} orders[LEVELS];

static u64 points, deep_points, dice;

/* The red zone below the stack pointer is in use: skip it. */
static inline __attribute__((always_inline)) void trap_on(void)
{
	__asm__ __volatile__("lea -128(%%rsp), %%rsp\n\tpushfq\n\torq $0x100, (%%rsp)\n\t"
			     "popfq\n\tlea 128(%%rsp), %%rsp" ::
				     : "memory", "cc");
}

static inline __attribute__((always_inline)) void trap_off(void)
{
	__asm__ __volatile__("lea -128(%%rsp), %%rsp\n\tpushfq\n\tandq $~0x100, (%%rsp)\n\t"
			     "popfq\n\tlea 128(%%rsp), %%rsp" ::
				     : "memory", "cc");
}

static void step_op(enum op op)
{
	orders[level].step = 0;
	if (orders[level].at != NEVER)
		trap_on();
	do_op(op);
	trap_off();
	check_op(op);
}

static unsigned int chance(unsigned int below)
{
	dice = dice * 6364136223846793005ULL + 1442695040888963407ULL;
	return (dice >> 33) % below;
}

/* Whether to interrupt at this instruction, and whether to step any further. */
static bool is_point(unsigned int self, bool *further)
{
	static const enum op ops[] = { PUT, PUT, PUT, LAP, STAY, GET };
	unsigned int step = orders[self].step++;

	*further = step < MOST;
	switch (orders[self].at) {
	case EACH_ONE:
		return true;
	case AT_RANDOM:
		orders[self].op = ops[chance(sizeof(ops) / sizeof(ops[0]))];
		return chance(self ? 64 : 8) == 0;
	default:
		*further = step < orders[self].at;
		return step == orders[self].at;
	}
}

static void trapped(int signal, siginfo_t *info, void *context)
{
	ucontext_t *interrupted = context;
	unsigned int self = level;
	bool further, point = is_point(self, &further);

	(void)signal;
	(void)info;
	if (!further)
		interrupted->uc_mcontext.gregs[REG_EFL] &= ~TRAP_FLAG;
	if (!point)
		return;
	points++;
	deep_points += self;
	level = self + 1;
	step_op(orders[self].op);
	level = self;
}

/* One run. Returns how many levels deep the interruptions were. */
static u64 run(enum op outer, unsigned int at, enum op middle, unsigned int at2, enum op inner)
{
	u64 before = points;

	restore();
	orders[0].at = at;
	orders[0].op = middle;
	orders[1].at = at2;
	orders[1].op = inner;
	orders[2].at = NEVER;
	step_op(outer);
	finish();
	return points - before;
}

static bool makes_sense(enum op outer, enum op nested)
{
	struct mcw_cursor behind = first.behind.cur;

	if (outer == TAKE && nested == TAKE_ALL)
		return false; /* there is one worker */
	if (outer == COME_OUT && nested == COME_OUT)
		return false;
	if (outer == LATE || outer == COME_OUT || nested == COME_OUT)
		return scenario->stucks;
	if (outer == JUMP || outer == MAP_JUMP)
		return mcw_ring_look(&behind) == MCW_LOOK_OVERRUN;
	return true;
}

static void in_each_scenario(void (*body)(void))
{
	unsigned int i;
	u64 before;

	for (i = 0; i < sizeof(scenarios) / sizeof(scenarios[0]); i++) {
		scenario = &scenarios[i];
		before = points;
		prepare();
		body();
		mcw_ring_exit();
		dprintf(STDOUT_FILENO, "# %s: %llu points\n", scenario->name, points - before);
	}
}

static void one_point(void)
{
	static const enum op outer[] = { PUT,	 GET,  RUN,  MAP_GET, MAP_RUN,
					 MAP_JUMP, JUMP, LATE, TAKE,	COME_OUT };
	static const enum op nested[] = { PUT, LAP, STAY, TAKE_ALL, COME_OUT };
	unsigned int i, k, at;

	for (i = 0; i < sizeof(outer) / sizeof(outer[0]); i++)
		for (k = 0; k < sizeof(nested) / sizeof(nested[0]); k++)
			for (at = (i + k) % size->stride;
			     makes_sense(outer[i], nested[k]) && !complaints;
			     at += scenario->stride * size->stride)
				if (!run(outer[i], at, nested[k], NEVER, PUT))
					break;
}

static void each_point(void)
{
	static const enum op outer[] = { PUT,	 STAY, GET,  RUN,  MAP_GET, MAP_RUN,
					 MAP_JUMP, JUMP, LATE, TAKE, COME_OUT };
	static const enum op nested[] = { PUT, LAP, STAY, GET, TAKE_ALL };
	unsigned int i, k;

	for (i = 0; i < sizeof(outer) / sizeof(outer[0]); i++)
		for (k = 0; k < sizeof(nested) / sizeof(nested[0]); k++)
			if (makes_sense(outer[i], nested[k]))
				run(outer[i], EACH_ONE, nested[k], NEVER, PUT);
}

/* All pairs of instructions would take too long: each outer instruction gets other inner ones. */
static void two_levels(void)
{
	static const enum op ops[][3] = {
		{ PUT, PUT, PUT }, { PUT, PUT, LAP },  { PUT, STAY, LAP },
		{ GET, PUT, LAP }, { RUN, PUT, LAP },  { TAKE, PUT, LAP },
		{ JUMP, PUT, LAP }, { MAP_RUN, PUT, LAP }, { MAP_JUMP, PUT, LAP },
	};
	unsigned int i, at, at2, apart = size->apart * scenario->stride * size->stride;
	u64 deep;

	for (i = 0; i < sizeof(ops) / sizeof(ops[0]); i++) {
		if (!makes_sense(ops[i][0], ops[i][1]))
			continue;
		for (at = i % size->apart, deep = 1; deep && !complaints; at += apart)
			for (at2 = at / apart % size->apart; deep && !complaints; at2 += apart) {
				deep = run(ops[i][0], at, ops[i][1], at2, ops[i][2]);
				if (deep < 2)
					break;
			}
	}
}

/* Long histories: any operation interrupts at any instruction, again and again. */
static void at_random(void)
{
	static const enum op outer[] = { PUT,	 STAY, GET,  RUN,  MAP_GET, MAP_RUN,
					 MAP_JUMP, JUMP, LATE, TAKE, COME_OUT };
	unsigned int i;

	for (i = 0; i < size->random_runs / (1 + scenario->stride / 8); i++) {
		enum op op = outer[chance(sizeof(outer) / sizeof(outer[0]))];

		if (makes_sense(op, PUT))
			run(op, AT_RANDOM, PUT, AT_RANDOM, PUT);
	}
}

static void one_level_one_point(void)
{
	in_each_scenario(one_point);
}

static void one_level_each_point(void)
{
	in_each_scenario(each_point);
}

static void two_levels_deep(void)
{
	in_each_scenario(two_levels);
}

static void random_points(void)
{
	in_each_scenario(at_random);
}

static void enough(void)
{
	dprintf(STDOUT_FILENO,
		"# %llu points, %llu of them two levels deep; %llu of %llu books closed only after one more jump\n",
		points, deep_points, books_off, books);
	expect(points >= size->points);
	expect(deep_points >= size->deep);
}

int main(void)
{
	static const struct ring_case cases[] = {
		{ "interrupted once, at every instruction", one_level_one_point },
		{ "interrupted at all instructions of a run", one_level_each_point },
		{ "interrupted inside an interruption", two_levels_deep },
		{ "interrupted at random, two levels deep", random_points },
		{ "enough points, also two levels deep", enough },
	};
	struct sigaction action = { .sa_sigaction = trapped, .sa_flags = SA_SIGINFO | SA_NODEFER };

	if (getenv("FULL"))
		size = &full;
	sigaction(SIGTRAP, &action, NULL);
	return run_cases(cases, sizeof(cases) / sizeof(cases[0]));
}

// SPDX-License-Identifier: GPL-2.0
/* LINK: module/ring.c selftests/unit/kernel/vmalloc.c */
/* FLAGS: -Iselftests/unit/kernel */
/*
 * Interrupts the ring at every single instruction. The processor's trap flag raises SIGTRAP after
 * each instruction, and the handler acts as the exception: it does another operation on the same
 * lane, at one chosen instruction of a run or at each. With two levels, the handler is itself
 * stepped in the same way. After each run everything is read and counted.
 */
#define _GNU_SOURCE
#include "ring_step.h"

#include <signal.h>
#include <ucontext.h>

#define TRAP_FLAG 0x100ULL
#define MOST 300U /* interruptions of one run: an operation that loses every race never ends */
#define NEVER (~0U)
#define EACH_ONE (~0U - 1)
#define AT_RANDOM (~0U - 2)
#define WANTED_POINTS 40000ULL
#ifdef __SANITIZE_ADDRESS__
#define STRIDE 37U /* more instructions follow, which are not the ring's */
#define RANDOM_RUNS 8U
#define WANTED_DEEP 1000ULL
#else
#define STRIDE 1U
#define RANDOM_RUNS 48U
#define WANTED_DEEP WANTED_POINTS
#endif
#define APART 5U /* with two levels: at one of five instructions */

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
	if (outer == JUMP)
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
	static const enum op outer[] = { PUT, GET, JUMP, LATE, TAKE, COME_OUT };
	static const enum op nested[] = { PUT, LAP, STAY, TAKE_ALL, COME_OUT };
	unsigned int i, k, at;

	for (i = 0; i < sizeof(outer) / sizeof(outer[0]); i++)
		for (k = 0; k < sizeof(nested) / sizeof(nested[0]); k++)
			for (at = 0; makes_sense(outer[i], nested[k]) && !complaints;
			     at += scenario->stride * STRIDE)
				if (!run(outer[i], at, nested[k], NEVER, PUT))
					break;
}

static void each_point(void)
{
	static const enum op outer[] = { PUT, STAY, GET, JUMP, LATE, TAKE, COME_OUT };
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
		{ GET, PUT, LAP }, { TAKE, PUT, LAP }, { JUMP, PUT, LAP },
	};
	unsigned int i, at, at2, stride = scenario->stride * STRIDE;
	u64 deep;

	for (i = 0; i < sizeof(ops) / sizeof(ops[0]); i++) {
		if (!makes_sense(ops[i][0], ops[i][1]))
			continue;
		for (at = 0, deep = 1; deep && !complaints; at += APART * stride)
			for (at2 = at / APART % APART; deep && !complaints; at2 += APART * stride) {
				deep = run(ops[i][0], at, ops[i][1], at2, ops[i][2]);
				if (deep < 2)
					break;
			}
	}
}

/* Long histories: any operation interrupts at any instruction, again and again. */
static void at_random(void)
{
	static const enum op outer[] = { PUT, STAY, GET, JUMP, LATE, TAKE, COME_OUT };
	unsigned int i;

	for (i = 0; i < RANDOM_RUNS / (1 + scenario->stride / 8); i++) {
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
	expect(points >= WANTED_POINTS);
	expect(deep_points >= WANTED_DEEP);
}

int main(void)
{
	static const struct ring_case cases[] = {
		{ "interrupted once, at every instruction", one_level_one_point },
		{ "interrupted at all instructions of a run", one_level_each_point },
		{ "interrupted inside an interruption", two_levels_deep },
		{ "interrupted at random, two levels deep", random_points },
		{ "at least 40000 points, also two levels deep", enough },
	};
	struct sigaction action = { .sa_sigaction = trapped, .sa_flags = SA_SIGINFO | SA_NODEFER };

	sigaction(SIGTRAP, &action, NULL);
	return run_cases(cases, sizeof(cases) / sizeof(cases[0]));
}

// SPDX-License-Identifier: GPL-2.0
/* LINK: module/storm_detect.c */
/* FLAGS: -Iselftests/unit/kernel -Wno-missing-field-initializers */
/*
 * The storm detector, compared with a table of events, and over random interrupts with a slow
 * detector that keeps every time.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <mcewarden/storm_detect.h>

#include "ktap.h"

#define MS 1000000ULL
#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#define RANDOM_STEPS 20000

static const struct mcw_storm_rule standard = { 10, 1000 * MS, 30000 * MS };

/* An event, and whether a storm runs after it. */
struct step {
	enum {
		END_OF_STEPS,
		INTERRUPTS, /* n interrupts, one every ms, the first when "at" says */
		DECLARED, /* one interrupt, and the kernel declares a storm */
		BY_POLL, /* the kernel declares one, and there was no interrupt */
		ERROR, /* found by a poll */
		LOOK, /* ends the storm if it has been quiet */
	} what;
	u64 at; /* ms */
	u32 n;
	bool runs;
	u64 count; /* of this storm, or of the last */
};

static const struct storm_case {
	const char *name;
	struct step steps[8];
	struct mcw_storm_rule rule; /* count 0: the default rule */
	u64 began, last; /* ms; 0: not asked */
	bool declared;
} cases[] = {
	{ "nine are none", { { INTERRUPTS, 100, 9, false, 0 } } },
	{ "the tenth begins one, with the first",
	  { { INTERRUPTS, 100, 10, true, 10 } },
	  .began = 100,
	  .last = 109 },
	{ "all of a storm are counted",
	  { { INTERRUPTS, 100, 25, true, 25 } },
	  .began = 100,
	  .last = 124 },
	{ "the window's edge is inside",
	  { { INTERRUPTS, 100, 1, false, 0 }, { INTERRUPTS, 1092, 9, true, 10 } },
	  .began = 100 },
	{ "a millisecond more is outside",
	  { { INTERRUPTS, 100, 1, false, 0 }, { INTERRUPTS, 1093, 9, false, 0 } } },
	{ "the window slides: no border to hide at",
	  { { INTERRUPTS, 100, 1, false, 0 },
	    { INTERRUPTS, 1050, 5, false, 0 },
	    { INTERRUPTS, 1150, 5, true, 10 } },
	  .began = 1050 },
	{ "one every 111 ms is none, for ever",
	  { { INTERRUPTS, 0, 1, false, 0 },
	    { INTERRUPTS, 111, 1, false, 0 },
	    { INTERRUPTS, 222, 1, false, 0 },
	    { INTERRUPTS, 333, 1, false, 0 },
	    { INTERRUPTS, 444, 1, false, 0 },
	    { INTERRUPTS, 555, 1, false, 0 },
	    { INTERRUPTS, 666, 1, false, 0 } } },
	{ "quiet ends it, not a millisecond early",
	  { { INTERRUPTS, 100, 10, true, 10 },
	    { LOOK, 30108, 0, true, 10 },
	    { LOOK, 30109, 0, false, 10 } },
	  .began = 100,
	  .last = 109 },
	{ "an error by a poll is no quiet",
	  { { INTERRUPTS, 100, 10, true, 10 },
	    { ERROR, 20000, 0, true, 10 },
	    { LOOK, 30109, 0, true, 10 },
	    { LOOK, 50000, 0, false, 10 } },
	  .last = 20000 },
	{ "an interrupt is no quiet",
	  { { INTERRUPTS, 100, 10, true, 10 },
	    { INTERRUPTS, 20000, 1, true, 11 },
	    { LOOK, 49999, 0, true, 11 },
	    { LOOK, 50000, 0, false, 11 } },
	  .last = 20000 },
	{ "errors by polls begin none",
	  { { ERROR, 100, 0, false, 0 },
	    { INTERRUPTS, 101, 9, false, 0 },
	    { ERROR, 110, 0, false, 0 } } },
	{ "the next one needs ten of its own",
	  { { INTERRUPTS, 100, 15, true, 15 },
	    { LOOK, 30114, 0, false, 15 },
	    { INTERRUPTS, 30115, 9, false, 15 },
	    { INTERRUPTS, 30200, 1, true, 10 } },
	  .began = 30115 },
	{ "the kernel calls it one at the fifth",
	  { { INTERRUPTS, 100, 4, false, 0 }, { DECLARED, 104, 1, true, 5 } },
	  .began = 100,
	  .declared = true },
	{ "the kernel calls it one at the first seen",
	  { { DECLARED, 104, 1, true, 1 } },
	  .began = 104,
	  .declared = true },
	{ "the kernel declares it in the middle",
	  { { INTERRUPTS, 100, 10, true, 10 },
	    { DECLARED, 120, 1, true, 11 },
	    { INTERRUPTS, 130, 1, true, 12 } },
	  .declared = true },
	{ "the kernel declares it at a poll",
	  { { INTERRUPTS, 100, 3, false, 0 }, { BY_POLL, 104, 0, true, 3 } },
	  .began = 100,
	  .last = 104,
	  .declared = true },
	{ "the kernel declares it by polls alone",
	  { { BY_POLL, 104, 0, true, 0 },
	    { LOOK, 30103, 0, true, 0 },
	    { LOOK, 30104, 0, false, 0 } },
	  .began = 104,
	  .last = 104,
	  .declared = true },
	{ "a poll declares what runs: no interrupt more",
	  { { INTERRUPTS, 100, 10, true, 10 }, { BY_POLL, 120, 0, true, 10 } },
	  .began = 100,
	  .last = 120,
	  .declared = true },
	{ "only the kernel can declare it",
	  { { INTERRUPTS, 100, 40, false, 0 }, { DECLARED, 140, 1, true, 16 } },
	  .rule = { MCW_STORM_ONLY_DECLARED, 1000 * MS, 1000 * MS },
	  .began = 125,
	  .declared = true },
	{ "the next one is not declared by the last",
	  { { DECLARED, 100, 1, true, 1 },
	    { LOOK, 30100, 0, false, 1 },
	    { INTERRUPTS, 40000, 10, true, 10 } },
	  .began = 40000 },
	{ "the largest count",
	  { { INTERRUPTS, 100, 14, false, 0 }, { INTERRUPTS, 114, 1, true, 15 } },
	  .rule = { MCW_STORM_MAX_COUNT, 1000 * MS, 1000 * MS },
	  .began = 100 },
	{ "the largest count, the first too early",
	  { { INTERRUPTS, 100, 1, false, 0 }, { INTERRUPTS, 1088, 14, false, 0 } },
	  .rule = { MCW_STORM_MAX_COUNT, 1000 * MS, 1000 * MS } },
	{ "a lower rule counts what was before",
	  { { INTERRUPTS, 100, 2, true, 2 } },
	  .rule = { 2, 1000 * MS, 1000 * MS },
	  .began = 100 },
};

static void run_step(struct mcw_storm_bank *bank, const struct mcw_storm_rule *rule,
		     const struct step *step)
{
	u64 now = step->at * MS;
	u32 i;

	switch (step->what) {
	case INTERRUPTS:
		for (i = 0; i < step->n; i++)
			mcw_storm_detect_interrupt(bank, rule, now + i * MS, false);
		break;
	case DECLARED:
		mcw_storm_detect_interrupt(bank, rule, now, true);
		break;
	case BY_POLL:
		mcw_storm_detect_declared(bank, rule, now);
		break;
	case ERROR:
		mcw_storm_detect_error(bank, now);
		break;
	case LOOK:
		if (mcw_storm_detect_quiet(bank, rule, now))
			mcw_storm_detect_end(bank);
		break;
	case END_OF_STEPS:
		break;
	}
}

static void run_case(const struct storm_case *c)
{
	const struct mcw_storm_rule *rule = c->rule.count ? &c->rule : &standard;
	struct mcw_storm_bank bank = { .interrupts = 0 };
	bool ok = true;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(c->steps) && c->steps[i].what; i++) {
		run_step(&bank, rule, &c->steps[i]);
		if (bank.running == c->steps[i].runs && bank.count == c->steps[i].count)
			continue;
		printf("# step %zu: running %d, count %llu\n", i, bank.running, bank.count);
		ok = false;
	}
	if (c->began && bank.began_ns != c->began * MS)
		ok = false;
	if (c->last && bank.last_ns != c->last * MS)
		ok = false;
	if (bank.declared != c->declared)
		ok = false;
	ktap_result(ok, c->name);
}

/* Each beginning is reported once, by the interrupt that makes the storm. */
static void tells_begin_once(void)
{
	struct mcw_storm_bank bank = { .interrupts = 0 };
	unsigned int begins = 0, at = 0, i;

	for (i = 1; i <= 40; i++) {
		if (!mcw_storm_detect_interrupt(&bank, &standard, i * MS, false))
			continue;
		begins++;
		at = i;
	}
	ktap_result(begins == 1 && at == 10, "a storm is told once, at the tenth");
}

/* Uses all times since the last storm, exactly as the rule says. */
static u64 times[RANDOM_STEPS];
static size_t n_times;

static bool is_storm(const struct mcw_storm_rule *rule, u64 now)
{
	size_t i, within = 0;

	for (i = 0; i < n_times; i++)
		within += now - times[i] <= rule->window_ns;
	return within >= rule->count;
}

static bool agrees(const struct mcw_storm_rule *rule, unsigned int gap_ms)
{
	struct mcw_storm_bank bank = { .interrupts = 0 };
	unsigned int step, storms = 0;
	bool running = false;
	u64 now = 0, last = 0;

	n_times = 0;
	for (step = 0; step < RANDOM_STEPS; step++) {
		now += random() % gap_ms * MS;
		if (running && now - last >= rule->quiet_ns) {
			running = false;
			n_times = 0;
		}
		if (mcw_storm_detect_quiet(&bank, rule, now))
			mcw_storm_detect_end(&bank);
		times[n_times++] = now;
		last = now;
		if (!running && is_storm(rule, now)) {
			running = true;
			storms++;
		}
		mcw_storm_detect_interrupt(&bank, rule, now, false);
		if (bank.running != running) {
			printf("# at step %u\n", step);
			return false;
		}
		/* Forgets times that are too old for any window. */
		if (!running && n_times > 64) {
			memmove(times, times + n_times - 32, 32 * sizeof(times[0]));
			n_times = 32;
		}
	}
	printf("# count %u, gaps below %u ms: %u storms\n", rule->count, gap_ms, storms);
	return storms > 1;
}

int main(void)
{
	static const struct {
		struct mcw_storm_rule rule;
		unsigned int gap_ms;
	} runs[] = {
		{ { 10, 1000 * MS, 400 * MS }, 410 },
		{ { 2, 50 * MS, 300 * MS }, 310 },
		{ { MCW_STORM_MAX_COUNT, 1000 * MS, 150 * MS }, 155 },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cases); i++)
		run_case(&cases[i]);
	tells_begin_once();
	srandom(1);
	for (i = 0; i < ARRAY_SIZE(runs); i++)
		ktap_result(agrees(&runs[i].rule, runs[i].gap_ms),
			    "as a detector that keeps every time");
	return ktap_end();
}

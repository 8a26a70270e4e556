// SPDX-License-Identifier: GPL-2.0
/* LINK: mcwctl */
/*
 * The conditions: which errors fill which bucket, that each fires once, how much room there is, and
 * that all of it goes on after a restart and a reboot.
 */
#include <stdlib.h>
#include <string.h>

#include "decode/decode.h"
#include "diagnose/conditions.h"
#include "ktap.h"
#include "show/condition.h"

#define S 1000000000ULL
#define H (3600 * S)
#define WALL (1800000000 * S)
#define STATE 500000

static struct mcw_conditions c, d;
static struct mcw_conditions_conf conf;
static char sentence[MCW_TEXT_BYTES];

static void begin(void)
{
	mcw_conditions_default(&conf);
	mcw_conditions_begin(&c, &conf);
	sentence[0] = '\0';
}

static struct mcw_sign sign_of(enum mcw_sign_kind kind, __u64 ns)
{
	struct mcw_sign sign = {
		.part = { .socket = 0,
			  .mc = -1,
			  .channel = -1,
			  .dimm = -1,
			  .unit = -1,
			  .kind = kind },
		.address = MCW_NO_PAGE,
		.mono_ns = ns,
		.wall_ns = WALL + ns,
		.injected = true,
	};

	return sign;
}

static struct mcw_sign module_of(const char *label, const char *serial, __u64 ns)
{
	struct mcw_sign sign = sign_of(MCW_SIGN_MEMORY, ns);

	snprintf(sign.part.label, sizeof(sign.part.label), "%s", label);
	snprintf(sign.part.serial, sizeof(sign.part.serial), "%s", serial);
	sign.part.socket = -1;
	return sign;
}

/* How many fire at this time; the sentence of the last one. */
static unsigned int fired(struct mcw_conditions *of, __u64 mono_ns)
{
	const struct mcw_condition_bucket *b;
	unsigned int count = 0;

	mcw_conditions_clock(of, mono_ns);
	for (; (b = mcw_conditions_fires(of)); count++)
		mcw_condition_sentence(b, &of->conf, sentence, sizeof(sentence));
	return count;
}

static bool says(const char *text)
{
	if (!strcmp(sentence, text))
		return true;
	printf("# '%s', expected '%s'\n", sentence, text);
	return false;
}

static void test_page(void)
{
	struct mcw_sign sign = sign_of(MCW_SIGN_MEMORY, S);

	begin();
	conf.of[MCW_CONDITION_DIMM].limit.threshold = 0;
	mcw_conditions_configure(&c, &conf);
	for (unsigned int i = 0; i < 20; i++) {
		sign.address = 0x12345000 + i;
		/* A record is one error of its page, whatever it counts. */
		sign.count = 3;
		if (i == 9)
			expect_eq(fired(&c, 2 * S), 0);
		mcw_conditions_error(&c, &sign);
	}
	expect_eq(fired(&c, 2 * S), 1);
	expect_eq(says("condition page: page 0x12345000: 20 corrected errors (injected); "
		       "the threshold is 10 within 24h"),
		  true);
	mcw_conditions_error(&c, &sign);
	expect_eq(fired(&c, 3 * S), 0);
	for (unsigned int i = 0; i < 9; i++) {
		sign.address = 0x99999000;
		mcw_conditions_error(&c, &sign);
	}
	expect_eq(fired(&c, 3 * S), 0);
}

static void test_dimm(void)
{
	struct mcw_sign sign = module_of("P0_A1", "4711", S);

	begin();
	sign.count = 9;
	mcw_conditions_error(&c, &sign);
	/* Another one in its slot has a bucket of its own, and so has another slot. */
	sign = module_of("P0_A1", "4712", S);
	sign.count = 9;
	mcw_conditions_error(&c, &sign);
	sign = module_of("P0_A2", "", S);
	sign.count = 9;
	mcw_conditions_error(&c, &sign);
	expect_eq(fired(&c, S), 0);
	sign.count = 0;
	sign.injected = false;
	mcw_conditions_error(&c, &sign);
	expect_eq(fired(&c, S), 1);
	expect_eq(says("condition dimm: memory module P0_A2: 10 corrected errors; the threshold is "
		       "10 within 24h"),
		  true);
	expect_eq(fired(&c, 2 * S), 0);
	expect_eq(c.counts[MCW_CONDITION_DIMM].fired, 1);
}

static void test_socket(void)
{
	struct mcw_sign core = sign_of(MCW_SIGN_CORE, S), none = sign_of(MCW_SIGN_NONE, S);

	begin();
	for (unsigned int i = 0; i < 99; i++)
		mcw_conditions_error(&c, i % 2 ? &core : &none);
	core.part.socket = 1;
	mcw_conditions_error(&c, &core);
	expect_eq(fired(&c, S), 0);
	mcw_conditions_error(&c, &none);
	expect_eq(fired(&c, S), 1);
	expect_eq(says("condition socket: socket 0: 100 corrected errors (injected); the "
		       "threshold is 100 within 24h"),
		  true);
}

static void test_cache(void)
{
	struct mcw_sign sign = sign_of(MCW_SIGN_CACHE, S);

	begin();
	sign.part.level = 2;
	sign.part.unit = 3;
	sign.count = 9;
	mcw_conditions_error(&c, &sign);
	sign.part.level = 1;
	mcw_conditions_error(&c, &sign);
	expect_eq(fired(&c, S), 0);
	/* The CPU's own threshold. */
	sign.part.unit = 5;
	sign.count = 1;
	sign.many = true;
	mcw_conditions_error(&c, &sign);
	expect_eq(fired(&c, S), 1);
	expect_eq(says("condition cache: L1 cache of CPU 5, socket 0: 10 corrected errors "
		       "(injected); the threshold is 10 within 24h"),
		  true);
}

static void test_link(void)
{
	struct mcw_sign sign = sign_of(MCW_SIGN_LINK, S);

	begin();
	conf.of[MCW_CONDITION_SOCKET].limit.threshold = 0;
	mcw_conditions_configure(&c, &conf);
	sign.part.unit = 5;
	sign.count = 100;
	mcw_conditions_error(&c, &sign);
	expect_eq(fired(&c, S), 1);
	expect_eq(says("condition link: link of machine-check bank 5, socket 0: 100 corrected "
		       "errors (injected); the threshold is 100 within 24h"),
		  true);
}

static void test_storm(void)
{
	struct mcw_record rec = {
		.head = { .type = MCW_STORM, .mono_ns = S, .lane = MCW_LANE_NOTICE },
		.storm = { .cpu = 3, .bank = 5, .phase = MCW_STORM_END },
	};

	begin();
	mcw_conditions_storm(&c, &rec);
	expect_eq(fired(&c, S), 0);
	rec.storm.phase = MCW_STORM_BEGIN;
	mcw_conditions_storm(&c, &rec);
	expect_eq(fired(&c, S), 1);
	expect_eq(says("condition storm: machine-check bank 5 of CPU 3: 1 storm; the threshold is "
		       "1 within 1h"),
		  true);
	rec.head.mono_ns += 600 * S;
	mcw_conditions_storm(&c, &rec);
	expect_eq(fired(&c, rec.head.mono_ns), 0);
	rec.storm.cpu = 4;
	mcw_conditions_storm(&c, &rec);
	expect_eq(fired(&c, rec.head.mono_ns), 1);
	rec.storm.all_banks = 1;
	mcw_conditions_storm(&c, &rec);
	expect_eq(fired(&c, rec.head.mono_ns), 1);
	expect_eq(says("condition storm: all machine-check banks of CPU 4: 1 storm; the threshold "
		       "is 1 within 1h"),
		  true);
}

/* Each part has its own, and one of which nothing is known too. */
static void test_uncorrected(void)
{
	struct mcw_sign sign = module_of("P0_A1", "", S), none = sign_of(MCW_SIGN_NONE, S);

	begin();
	sign.uncorrected = true;
	none.uncorrected = true;
	mcw_conditions_error(&c, &sign);
	expect_eq(fired(&c, S), 1);
	expect_eq(says("condition uncorrected: memory module P0_A1: 1 uncorrected error "
		       "(injected); the threshold is 1 within 24h"),
		  true);
	sign.mono_ns = 2 * H;
	mcw_conditions_error(&c, &sign);
	expect_eq(fired(&c, 2 * H), 0);
	none.mono_ns = 2 * H;
	mcw_conditions_error(&c, &none);
	expect_eq(fired(&c, 2 * H), 1);
	expect_eq(says("condition uncorrected: an unknown part of socket 0: 1 uncorrected "
		       "error (injected); the threshold is 1 within 24h"),
		  true);
	/* Errors that are not corrected do not count as such. */
	expect_eq(c.counts[MCW_CONDITION_DIMM].fired, 0);
	sign.mono_ns = 80 * H;
	mcw_conditions_error(&c, &sign);
	expect_eq(fired(&c, 80 * H), 1);
}

static void test_lost(void)
{
	begin();
	mcw_conditions_lost(&c, 0, S, WALL);
	expect_eq(fired(&c, S), 0);
	mcw_conditions_lost(&c, 736, S, WALL);
	expect_eq(fired(&c, S), 1);
	expect_eq(says("condition lost: this machine: 736 lost records; the threshold is 1 within "
		       "24h"),
		  true);
	mcw_conditions_lost(&c, 1, 2 * S, WALL);
	expect_eq(fired(&c, 2 * S), 0);
}

/* Only of the hardware. */
static void test_other_events(void)
{
	struct mcw_record rec = {
		.head = { .type = MCW_EVENT, .lane = MCW_LANE_SEVERE, .pos = 7 },
		.event = {
			.regs = { .status = 0xb400000000000000, .socketid = 1 },
			.source = MCW_SOURCE_EXCEPTION,
			.flags = MCW_FLAG_INJECTED,
		},
	};
	struct mcw_sign sign;

	expect_eq(mcw_conditions_sign(&sign, &rec), true);
	expect_eq(sign.uncorrected, true);
	expect_eq(sign.injected, true);
	expect_eq(sign.part.socket, 1);
	expect_eq(sign.record.pos, 7);
	rec.event.source = MCW_SOURCE_PROCESS;
	expect_eq(mcw_conditions_sign(&sign, &rec), false);
}

/* Pages without end make room for one another, and leave the others alone. */
static void test_crowded(void)
{
	struct mcw_sign sign = module_of("P0_A1", "", S), page = sign_of(MCW_SIGN_MEMORY, S);
	unsigned int pages = 0;

	begin();
	sign.count = 9;
	mcw_conditions_error(&c, &sign);
	for (unsigned int i = 0; i < 3000; i++) {
		page.mono_ns = S + i;
		page.address = (1ULL + i) << 12;
		page.part.unit = i;	/* and as many parts of other kinds */
		page.part.kind = i % 2 ? MCW_SIGN_CACHE : MCW_SIGN_MEMORY;
		mcw_conditions_error(&c, &page);
	}
	for (unsigned int i = 0; i < MCW_BUCKETS; i++)
		pages += c.buckets[i].used && c.buckets[i].condition == MCW_CONDITION_PAGE;
	expect_eq(pages, MCW_BUCKETS_OF_ONE);
	expect_eq(c.crowded > 1000, true);
	page.part.kind = MCW_SIGN_MEMORY;
	for (unsigned int i = 0; i < 9; i++)
		mcw_conditions_error(&c, &page);
	fired(&c, 2 * S);
	expect_eq(c.counts[MCW_CONDITION_PAGE].fired, 0);
	page.part.kind = MCW_SIGN_MEMORY;
	page.address = 0xabc000;
	for (unsigned int i = 0; i < 10; i++)
		mcw_conditions_error(&c, &page);
	fired(&c, 2 * S);
	expect_eq(c.counts[MCW_CONDITION_PAGE].fired, 1);
}

static unsigned char state[STATE];
static struct mcw_conditions_origin origin;

static size_t saved(__u64 mono_ns)
{
	origin = (struct mcw_conditions_origin){
		.boot_id = { 1 },
		.load = 7,
		.next = { 1, 2, 3, 4 },
		.mono_ns = mono_ns,
		.wall_ns = WALL + mono_ns,
	};
	return mcw_conditions_save(&c, &origin, state, sizeof(state));
}

static bool restored(size_t size, unsigned int boot, __u64 mono_ns, __u64 wall_ns)
{
	origin = (struct mcw_conditions_origin){
		.boot_id = { boot },
		.load = 9,
		.mono_ns = mono_ns,
		.wall_ns = wall_ns,
	};
	mcw_conditions_begin(&d, &conf);
	return mcw_conditions_restore(&d, &origin, state, size);
}

static void nine_then_save(size_t *size)
{
	struct mcw_sign sign = module_of("P0_A1", "", 100 * H);

	begin();
	sign.count = 9;
	mcw_conditions_error(&c, &sign);
	mcw_conditions_lost(&c, 1, 100 * H, WALL);
	expect_eq(fired(&c, 100 * H), 1);
	*size = saved(100 * H);
}

static void test_restart(void)
{
	struct mcw_sign sign = module_of("P0_A1", "", 101 * H);
	size_t size;

	nine_then_save(&size);
	expect_eq(restored(size, 1, 101 * H, 0), true);
	expect_eq(origin.load, 7);
	expect_eq(origin.next[MCW_LANE_LOCATION], 4);
	expect_eq(fired(&d, 101 * H), 0);	/* what fired, fires no more */
	mcw_conditions_error(&d, &sign);
	expect_eq(fired(&d, 101 * H), 1);
	expect_eq(d.counts[MCW_CONDITION_LOST].fired, 1);
	/* Hours without a recorder let it leak. */
	expect_eq(restored(size, 1, 104 * H, 0), true);
	sign.mono_ns = 104 * H;
	mcw_conditions_error(&d, &sign);
	expect_eq(fired(&d, 104 * H), 0);
}

static void test_reboot(void)
{
	struct mcw_sign sign = module_of("P0_A1", "", 60 * S);
	size_t size;

	nine_then_save(&size);
	/* The wall clock says that an hour has passed. */
	expect_eq(restored(size, 2, 60 * S, WALL + 101 * H), true);
	expect_eq(origin.load, 0);
	expect_eq(origin.next[MCW_LANE_OTHER], 0);
	mcw_conditions_error(&d, &sign);
	expect_eq(fired(&d, 61 * S), 1);
	/* It says a day. */
	expect_eq(restored(size, 2, 60 * S, WALL + 124 * H), true);
	mcw_conditions_error(&d, &sign);
	expect_eq(fired(&d, 61 * S), 0);
	/* It says that it is 1970; and it says nothing that can be, but the boot took its time. */
	expect_eq(restored(size, 2, 60 * S, 60 * S), true);
	mcw_conditions_error(&d, &sign);
	expect_eq(fired(&d, 61 * S), 1);
	expect_eq(restored(size, 2, 30 * H, 30 * H), true);
	sign.mono_ns = 30 * H;
	mcw_conditions_error(&d, &sign);
	expect_eq(fired(&d, 30 * H), 0);
}

static void test_damaged(void)
{
	size_t size;

	nine_then_save(&size);
	expect_eq(mcw_conditions_save(&c, &origin, state, size - 1), size);
	expect_eq(restored(size - 1, 1, 0, 0), false);
	expect_eq(restored(0, 1, 0, 0), false);
	for (size_t i = 0; i < size; i++) {
		state[i] ^= 0x10;
		if (restored(size, 1, 0, 0)) {
			printf("# byte %zu\n", i);
			ktap_good = false;
		}
		state[i] ^= 0x10;
	}
	expect_eq(restored(size, 1, 100 * H, 0), true);
}

static const struct ktap_case cases[] = {
	{ "page", test_page },
	{ "dimm", test_dimm },
	{ "socket", test_socket },
	{ "cache", test_cache },
	{ "link", test_link },
	{ "storm", test_storm },
	{ "uncorrected", test_uncorrected },
	{ "lost", test_lost },
	{ "events of no part", test_other_events },
	{ "there is room for so many", test_crowded },
	{ "after a restart", test_restart },
	{ "after a reboot", test_reboot },
	{ "a damaged state is refused", test_damaged },
};

int main(void)
{
	ktap_begin();
	ktap_run(cases, sizeof(cases) / sizeof(cases[0]));
	return ktap_end();
}

// SPDX-License-Identifier: GPL-2.0
/* LINK: mcwctl */
/*
 * The diagnosis with all that a stream of errors can be beside the errors themselves: places that
 * are not known, parts that change, clocks that are wrong, more than there is room for, and a state
 * that is stored and damaged.
 */

#include "ktap.h"
#include "diagnose_stream.h"

static struct mcw_diagnosis *d;
static const struct mcw_fault *f;

/* Errors of a column in the lowest module, a second apart. */
static struct mcw_sign column_error(unsigned int n, __u32 knows)
{
	return sign_at((struct place){ .bank = 2, .row = 100 + n * 7, .column = 5, .device = 3 },
		       (10 + n) * S, knows);
}

static void feed_column(unsigned int count, __u32 knows)
{
	for (unsigned int n = 0; n < count; n++) {
		struct mcw_sign sign = column_error(n, knows);

		sign.record.pos = n;
		mcw_diagnosis_feed(d, &sign);
	}
}

static void test_column(void)
{
	mcw_diagnosis_begin(d, NULL);
	feed_column(211, KNOWS_ALL);
	expect_eq(faults_open(d, &f), 1);
	expect_eq(f->mode, MCW_FAULT_COLUMN);
	expect_eq(f->level, MCW_FAULT_CRITICAL);
	expect_eq(f->certainty, MCW_FAULT_CERTAIN);
	expect_eq(f->corrected, 211);
	expect_eq(f->cells, 211);
	expect_eq(f->devices, 1U << 3);
	expect_eq(f->first[0].pos, 0);
	expect_eq(f->last.pos, 210);
	expect_eq(f->first_ns, WALL + 10 * S);
	expect_eq(f->told_ns, WALL + 13 * S);
	expect_eq(f->known & 1U << MCW_PLACE_ROW, 0);
	expect_eq(f->value[MCW_PLACE_COLUMN], 40);
	expect_eq(strcmp(f->part.serial, "S0"), 0);
}

/* An uncorrected error in it: move the work away. */
static void test_uncorrected(void)
{
	struct mcw_sign sign = column_error(9210, KNOWS_ALL);

	mcw_diagnosis_begin(d, NULL);
	feed_column(20, KNOWS_ALL);
	expect_eq(strcmp(mcw_fault_action_name(mcw_diagnosis_next(d, &(size_t){ 1 })), "replace"),
		  0);
	sign.uncorrected = true;
	mcw_diagnosis_feed(d, &sign);
	expect_eq(faults_open(d, &f), 1);
	expect_eq(f->uncorrected, 1);
	expect_eq(strcmp(mcw_fault_action_name(f), "move-away"), 0);
}

static void test_uncorrected_alone(void)
{
	struct mcw_sign sign = column_error(0, KNOWS_ALL);

	mcw_diagnosis_begin(d, NULL);
	sign.uncorrected = true;
	mcw_diagnosis_feed(d, &sign);
	expect_eq(faults_open(d, &f), 1);
	expect_eq(f->mode, MCW_FAULT_CELL);
	expect_eq(f->level, MCW_FAULT_WARNING);
	expect_eq(f->doubt, MCW_DOUBT_ONCE);
}

/* Only addresses: the module is named, and no row is guessed. */
static void test_addresses(void)
{
	mcw_diagnosis_begin(d, NULL);
	feed_column(20, KNOWS_NOTHING);
	expect_eq(faults_open(d, &f), 1);
	expect_eq(f->mode, MCW_FAULT_MODULE);
	expect_eq(f->doubt, MCW_DOUBT_ADDRESS_ONLY);
	expect_eq(f->certainty, MCW_FAULT_POSSIBLE);
	expect_eq(f->level, MCW_FAULT_WARNING);
}

/* Not even the module: no part is named, and it takes more to be told. */
static void test_nothing_known(void)
{
	mcw_diagnosis_begin(d, NULL);
	for (unsigned int n = 0; n < 40; n++) {
		struct mcw_sign sign = column_error(n, KNOWS_NOTHING);

		memset(&sign.part, 0, sizeof(sign.part));
		sign.part = (struct mcw_fault_part){ .socket = -1,
						     .mc = -1,
						     .channel = -1,
						     .dimm = -1,
						     .unit = -1,
						     .kind = MCW_SIGN_MEMORY };
		if (n % 2)
			sign.address = MCW_NO_PAGE;
		mcw_diagnosis_feed(d, &sign);
	}
	expect_eq(faults_open(d, &f), 1);
	expect_eq(f->mode, MCW_FAULT_MEMORY);
	expect_eq(f->doubt, MCW_DOUBT_NO_MODULE);
	expect_eq(f->level, MCW_FAULT_WARNING);
	expect_eq(mcw_diagnosis_count(d).unplaced, 40);
}

/* One address again and again, and then no address: a cell, silently; no wider fault. */
static void test_repeated(void)
{
	struct mcw_sign sign = column_error(0, KNOWS_ALL);

	mcw_diagnosis_begin(d, NULL);
	for (unsigned int n = 0; n < 1000; n++) {
		sign.mono_ns += 300 * S;
		sign.wall_ns += 300 * S;
		mcw_diagnosis_feed(d, &sign);
	}
	expect_eq(faults_open(d, &f), 1);
	expect_eq(f->mode, MCW_FAULT_CELL);
	expect_eq(f->cells, 1);
	expect_eq(f->corrected, 1000);
	expect_eq(f->level, MCW_FAULT_OK);
	expect_eq(faults_told(d), 0);
}

/* The admin writes labels: it is the same module, with a new name. */
static void test_label(void)
{
	mcw_diagnosis_begin(d, NULL);
	for (unsigned int n = 0; n < 20; n++) {
		struct mcw_sign sign = column_error(n, KNOWS_ALL);

		if (n >= 2)
			strcpy(sign.part.label, "P0_A1");
		mcw_diagnosis_feed(d, &sign);
	}
	expect_eq(faults_open(d, &f), 1);
	expect_eq(f->corrected, 20);
	expect_eq(strcmp(f->part.label, "P0_A1"), 0);
}

/* A maker who gives all modules the same number: they are told apart by their places. */
static void test_equal_serials(void)
{
	mcw_diagnosis_begin(d, NULL);
	for (unsigned int n = 0; n < 24; n++) {
		struct place p = { .dimm = n % 8, .bank = 1, .row = n, .column = 5 };
		struct mcw_sign sign = sign_at(p, (10 + n * 60) * S, KNOWS_ALL);

		strcpy(sign.part.serial, "00000000");
		mcw_diagnosis_feed(d, &sign);
	}
	for (unsigned int n = 0; n < 4; n++) {
		struct place p = { .dimm = 3, .bank = 1, .row = 100 + n, .column = 5 };
		struct mcw_sign sign = sign_at(p, (9000 + n) * S, KNOWS_ALL);

		strcpy(sign.part.serial, "00000000");
		mcw_diagnosis_feed(d, &sign);
	}
	expect_eq(f ? faults_told(d) : 0, 1);
	for (size_t at = 0; (f = mcw_diagnosis_next(d, &at));)
		if (f->level)
			expect_eq(f->part.dimm + f->part.channel * SLOTS, 3);
}

static void test_replaced(void)
{
	struct mcw_sign sign = column_error(5000, KNOWS_ALL);

	mcw_diagnosis_begin(d, NULL);
	feed_column(20, KNOWS_ALL);
	strcpy(sign.part.serial, "NEW");
	sign.load = 2;
	sign.mono_ns = 3 * S;
	mcw_diagnosis_feed(d, &sign);
	f = mcw_diagnosis_next(d, &(size_t){ 1 });
	expect_eq(f->closed, MCW_FAULT_REPLACED);
	expect_eq(strcmp(f->part.serial, "S0"), 0);
	expect_eq(faults_open(d, &f), 0);
}

/* The clock is in 1970 at boot and set later: times are told by the clock that was set. */
static void test_clock_of_boot(void)
{
	mcw_diagnosis_begin(d, NULL);
	for (unsigned int n = 0; n < 20; n++) {
		struct mcw_sign sign = column_error(n, KNOWS_ALL);

		if (n < 10)
			sign.wall_ns = sign.mono_ns;
		mcw_diagnosis_feed(d, &sign);
		if (n == 9) {
			expect_eq(faults_open(d, &f), 1);
			expect_eq(f->first_ns, 0);
		}
	}
	expect_eq(faults_open(d, &f), 1);
	expect_eq(f->first_ns, WALL + 10 * S);
	expect_eq(f->corrected, 20);
}

/* An error an hour, and a boot after each: it is a column all the same. */
static void test_boots(void)
{
	mcw_diagnosis_begin(d, NULL);
	for (unsigned int n = 0; n < 8; n++) {
		struct mcw_sign sign = column_error(n, KNOWS_ALL);

		sign.load = 100 + n;
		sign.mono_ns = 5 * S;
		sign.wall_ns = WALL + n * HOUR;
		mcw_diagnosis_feed(d, &sign);
	}
	expect_eq(faults_open(d, &f), 1);
	expect_eq(f->mode, MCW_FAULT_COLUMN);
	expect_eq(f->last_ns - f->first_ns, 7 * HOUR);
}

/* No error for long: closed, and not told again. */
static void test_quiet(void)
{
	mcw_diagnosis_begin(d, NULL);
	feed_column(20, KNOWS_ALL);
	mcw_diagnosis_clock(d, 1, 89 * 24 * HOUR, WALL + 89 * 24 * HOUR);
	expect_eq(faults_open(d, &f), 1);
	mcw_diagnosis_clock(d, 1, 91 * 24 * HOUR, WALL + 91 * 24 * HOUR);
	expect_eq(faults_open(d, &f), 0);
	expect_eq(mcw_diagnosis_next(d, &(size_t){ 1 })->closed, MCW_FAULT_QUIET);
}

/* A row that grows into a bank keeps its id, and is told once. */
static void test_grows(void)
{
	__u32 id = 0;

	mcw_diagnosis_begin(d, NULL);
	for (unsigned int n = 0; n < 40; n++) {
		struct place p = { .bank = 2, .row = n < 10 ? 7 : 100 + n * 31, .column = n };
		struct mcw_sign sign = sign_at(p, (10 + n) * S, KNOWS_ALL);

		mcw_diagnosis_feed(d, &sign);
		if (n == 9) {
			expect_eq(faults_open(d, &f), 1);
			expect_eq(f->mode, MCW_FAULT_ROW);
			id = f->id;
		}
	}
	expect_eq(faults_open(d, &f), 1);
	expect_eq(f->mode, MCW_FAULT_BANK);
	expect_eq(f->id, id);
	expect_eq(f->corrected, 40);
	expect_eq(faults_told(d), 1);
}

static void test_outcomes(void)
{
	struct mcw_sign_outcome o = { .offline = true, .victims = 2 };

	mcw_diagnosis_begin(d, NULL);
	feed_column(2, KNOWS_ALL);
	o.page = column_error(0, 0).address & ~0xfffULL;
	mcw_diagnosis_outcome(d, &o);
	feed_column(20, KNOWS_ALL);
	o.page = column_error(19, 0).address & ~0xfffULL;
	mcw_diagnosis_outcome(d, &o);
	o.page = 1ULL << 50;
	mcw_diagnosis_outcome(d, &o);
	o.page = MCW_NO_PAGE;
	mcw_diagnosis_outcome(d, &o);
	expect_eq(faults_open(d, &f), 1);
	expect_eq(f->pages, 2);
	expect_eq(f->victims, 4);
}

static void feed_unit(unsigned int kind, unsigned int count, __u64 gap, bool uncorrected)
{
	struct mcw_sign sign = {
		.part = { .socket = 1, .mc = -1, .channel = -1, .dimm = -1, .unit = 5 },
		.load = 1,
		.address = MCW_NO_PAGE,
		.count = 1,
		.uncorrected = uncorrected,
	};

	sign.part.kind = kind;
	mcw_diagnosis_begin(d, NULL);
	for (unsigned int n = 1; n <= count; n++) {
		sign.mono_ns = n * gap;
		sign.wall_ns = WALL + n * gap;
		mcw_diagnosis_feed(d, &sign);
	}
}

static void test_units(void)
{
	static const struct {
		unsigned int kind, least;
		enum mcw_fault_mode mode;
	} units[] = {
		{ MCW_SIGN_CORE, 3, MCW_FAULT_CORE },
		{ MCW_SIGN_CACHE, 4, MCW_FAULT_CACHE },
		{ MCW_SIGN_LINK, 10, MCW_FAULT_LINK },
		{ MCW_SIGN_FIRMWARE, 2, MCW_FAULT_FIRMWARE },
	};

	for (unsigned int i = 0; i < 4; i++) {
		feed_unit(units[i].kind, units[i].least - 1, HOUR, false);
		expect_eq(faults_open(d, &f), 0);
		feed_unit(units[i].kind, units[i].least, HOUR, false);
		expect_eq(faults_open(d, &f), 1);
		expect_eq(f->mode, units[i].mode);
		expect_eq(f->level, MCW_FAULT_WARNING);
		expect_eq(f->corrected, units[i].least);
		feed_unit(units[i].kind, 100, 100 * HOUR, false);
		expect_eq(faults_open(d, &f), 0);
		feed_unit(units[i].kind, 1, HOUR, true);
		expect_eq(faults_open(d, &f), 1);
		expect_eq(f->level, MCW_FAULT_WARNING);
		feed_unit(units[i].kind, 2, HOUR, true);
		expect_eq(faults_open(d, &f), 1);
		expect_eq(f->level, MCW_FAULT_CRITICAL);
	}
}

/* Stored in the middle and taken up again, it ends as if nothing had been. */
static void test_save(void)
{
	size_t bytes, again;
	char *stored, *end;

	mcw_diagnosis_begin(d, NULL);
	feed_column(2, KNOWS_ALL);
	bytes = mcw_diagnosis_save(d, NULL, 0);
	stored = malloc(bytes);
	expect_eq(mcw_diagnosis_save(d, stored, bytes - 1), bytes);
	expect_eq(mcw_diagnosis_save(d, stored, bytes), bytes);
	feed_column(20, KNOWS_ALL);
	again = mcw_diagnosis_save(d, NULL, 0);
	end = malloc(2 * again);
	mcw_diagnosis_save(d, end, again);

	mcw_diagnosis_begin(d, NULL);
	expect_eq(mcw_diagnosis_restore(d, stored, bytes), true);
	feed_column(20, KNOWS_ALL);
	expect_eq(mcw_diagnosis_save(d, end + again, again), again);
	expect_eq(memcmp(end, end + again, again), 0);
	expect_eq(faults_open(d, &f), 1);
	free(stored);
	free(end);
}

static void test_save_damaged(void)
{
	unsigned int taken = 0;
	size_t bytes;
	char *stored;

	mcw_diagnosis_begin(d, NULL);
	feed_column(6, KNOWS_ALL);
	bytes = mcw_diagnosis_save(d, NULL, 0);
	stored = malloc(bytes);
	mcw_diagnosis_save(d, stored, bytes);
	for (size_t i = 0; i < bytes; i += 3) {
		stored[i] ^= 0x11;
		mcw_diagnosis_begin(d, NULL);
		/* Of the head, what is spare may differ. */
		taken += i >= 80 && mcw_diagnosis_restore(d, stored, bytes);
		mcw_diagnosis_restore(d, stored, bytes);
		stored[i] ^= 0x11;
	}
	expect_eq(taken, 0);
	expect_eq(mcw_diagnosis_restore(d, stored, bytes - 1), false);
	expect_eq(mcw_diagnosis_restore(d, stored, 10), false);
	free(stored);
}

/* More places, modules and faults than there is room for. */
static void test_full(void)
{
	mcw_diagnosis_begin(d, NULL);
	for (unsigned int n = 0; n < 40000; n++) {
		struct place p = random_place(1000);
		struct mcw_sign sign;

		if (n % 8 < 4) {
			p.row = 1;
			p.column = 1;
			p.bank = 1;
		}
		sign = sign_at(p, (10 + n / 4) * S, KNOWS_ALL);
		sign.uncorrected = n % 3 == 0;
		mcw_diagnosis_feed(d, &sign);
	}
	expect_eq(mcw_diagnosis_count(d).signs, 40000);
	expect_eq(mcw_diagnosis_count(d).dropped_parts > 0, true);
	expect_eq(mcw_diagnosis_count(d).dropped_faults > 0, true);
}

static void test_bytes(void)
{
	printf("# %zu bytes\n", mcw_diagnosis_bytes());
	expect_eq(mcw_diagnosis_bytes() < 64 << 20, true);
}

static const struct ktap_case cases[] = {
	{ "a column, as one was seen in the field", test_column },
	{ "an uncorrected error in it", test_uncorrected },
	{ "an uncorrected error alone", test_uncorrected_alone },
	{ "only addresses are known", test_addresses },
	{ "neither module nor address is known", test_nothing_known },
	{ "an error that is read a thousand times", test_repeated },
	{ "a label that changes", test_label },
	{ "equal serial numbers", test_equal_serials },
	{ "a module that was replaced", test_replaced },
	{ "a clock that is in 1970 at boot", test_clock_of_boot },
	{ "a boot after each error", test_boots },
	{ "no error for long", test_quiet },
	{ "a row that becomes a bank", test_grows },
	{ "pages and victims", test_outcomes },
	{ "cores, caches, links and firmware", test_units },
	{ "a state that was stored", test_save },
	{ "a state that is damaged", test_save_damaged },
	{ "more than there is room for", test_full },
	{ "less than 64 megabytes", test_bytes },
};

int main(void)
{
	d = diagnosis_new();
	ktap_begin();
	ktap_run(cases, sizeof(cases) / sizeof(cases[0]));
	free(d);
	return ktap_end();
}

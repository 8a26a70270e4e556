// SPDX-License-Identifier: GPL-2.0
/* LINK: mcwctl */
/*
 * How often the diagnosis finds the right mode: streams of errors with a seed, for each mode and
 * each thing that happens to records on their way. Prints a table, and wants each figure of it to
 * be at least 0.95 from 20 errors on, and the first verdict on a row or column within 10 errors.
 */
#include "ktap.h"
#include "diagnose_stream.h"

#define DIMMS 16
#define ERRORS 20
#define GOAL 0.95
#define FIRST_MOST 10

static unsigned int trials = 200; /* a mode and way; 2000 at full length */

/* What happens to the records. */
enum way {
	PLAIN,
	LOST, /* every third one, by chance */
	DISORDER, /* neighbours change their places */
	JUMPS, /* of the wall clock, by up to a year in both directions */
	REPEATED, /* polls read an error up to 5 times */
	BACKGROUND, /* the module has other errors: one in 10 h */
	NO_DEVICE, /* the source does not know it */

	WAYS
};

static const char *const ways[WAYS] = { "plain",    "lost",	  "disorder", "jumps",
					"repeated", "background", "no device" };

static const enum mcw_fault_mode modes[] = {
	MCW_FAULT_TRANSIENT, MCW_FAULT_CELL,	   MCW_FAULT_ROW,  MCW_FAULT_COLUMN,
	MCW_FAULT_BANK,	     MCW_FAULT_DEVICE,	   MCW_FAULT_RANK, MCW_FAULT_MODULE,
	MCW_FAULT_CHANNEL,   MCW_FAULT_CONTROLLER,
};

#define MODES (sizeof(modes) / sizeof(modes[0]))

static struct {
	unsigned int tried, found, said, first_sum, first_most, firsts;
} score[MCW_FAULT_MODES][WAYS];

static struct mcw_diagnosis *d;

static void feed(struct mcw_sign sign, enum way way)
{
	unsigned int times = way == REPEATED ? 1 + random_below(5) : 1;

	if (way == JUMPS)
		sign.wall_ns += (random_unit() - 0.5) * 2 * 365 * 24 * HOUR;
	for (unsigned int i = 0; i < times; i++) {
		mcw_diagnosis_feed(d, &sign);
		sign.mono_ns += S;
		sign.wall_ns += S;
	}
}

static bool is_found(enum mcw_fault_mode mode, struct place place, const struct mcw_fault *f,
		     unsigned int count)
{
	if (mode == MCW_FAULT_TRANSIENT)
		return !count;
	if (count != 1 || f->mode != mode)
		return false;
	return mode >= MCW_FAULT_CHANNEL || (f->part.dimm == (int)place.dimm % SLOTS &&
					     f->part.mc == (int)place.dimm / (SLOTS * CHANNELS));
}

/* The other errors of the module up to a time. */
static __u64 background(__u64 from, __u64 to, unsigned int dimm, __u32 knows)
{
	while (from < to) {
		struct place p = random_place(DIMMS);

		p.dimm = dimm;
		feed(sign_at(p, from, knows), PLAIN);
		from += random_gap(10 * HOUR);
	}
	return from;
}

/*
 * From error to error: between one second and most, evenly by magnitude. A fault of several modules
 * has to be faster than what single errors of all of them make: the slowest has an error of each
 * module in half an hour.
 */
static double random_mean(enum mcw_fault_mode mode)
{
	double mean = S, most = HOUR;

	if (mode >= MCW_FAULT_RANK)
		most = HOUR / 2;
	if (mode == MCW_FAULT_CHANNEL)
		most /= SLOTS;
	if (mode == MCW_FAULT_CONTROLLER)
		most /= SLOTS * CHANNELS;
	for (unsigned int i = random_below(12); i; i--)
		mean *= 2;
	mean *= 1 + random_unit();
	return mean < most ? mean : S + random_unit() * (most - S);
}

static void trial(enum mcw_fault_mode mode, enum way way)
{
	struct place fault = random_place(DIMMS);
	__u32 knows = way == NO_DEVICE ? KNOWS_ALL & ~(1U << MCW_PLACE_DEVICE) : KNOWS_ALL;
	double mean = mode == MCW_FAULT_TRANSIENT ? 10.0 * HOUR / DIMMS : random_mean(mode);
	__u64 ns = 100 * S, other = ns + random_gap(10 * HOUR);
	struct mcw_sign held;
	unsigned int first = 0, count;
	const struct mcw_fault *f;
	bool holds = false;

	mcw_diagnosis_begin(d, NULL);
	for (unsigned int errors = 1; errors <= ERRORS;) {
		struct place p = mode == MCW_FAULT_TRANSIENT ? random_place(DIMMS) :
							       place_in(mode, fault, DIMMS);
		struct mcw_sign sign;

		ns += random_gap(mean);
		sign = sign_at(p, ns, knows);
		if (way == BACKGROUND)
			other = background(other, ns, fault.dimm, knows);
		if (way == LOST && !random_below(3)) {
			mcw_diagnosis_lose(d, 1);
			continue;
		}
		errors++;
		if (way == DISORDER && !holds && random_below(2)) {
			held = sign;
			holds = true;
			continue;
		}
		feed(sign, way);
		if (holds)
			feed(held, way);
		holds = false;
		count = faults_open(d, &f);
		if (!first && mode > MCW_FAULT_CELL && is_found(mode, fault, f, count))
			first = errors - 1;
	}
	if (holds)
		feed(held, way);
	count = faults_open(d, &f);
	score[mode][way].tried++;
	score[mode][way].found += is_found(mode, fault, f, count);
	if (!count)
		score[MCW_FAULT_TRANSIENT][way].said++;
	for (size_t at = 0; (f = mcw_diagnosis_next(d, &at));)
		if (!f->closed && f->mode != MCW_FAULT_TRANSIENT)
			score[f->mode][way].said++;
	if (first) {
		score[mode][way].first_sum += first;
		score[mode][way].firsts++;
		if (first > score[mode][way].first_most)
			score[mode][way].first_most = first;
	}
}

/* A way in which the mode cannot be told has no figures. */
static bool is_tried(enum mcw_fault_mode mode, enum way way)
{
	/* An error that is read again and again looks like a bad cell, and both are silent. */
	if (way == REPEATED)
		return mode != MCW_FAULT_TRANSIENT && mode != MCW_FAULT_CELL;
	return way != NO_DEVICE || (mode != MCW_FAULT_DEVICE && mode < MCW_FAULT_CHANNEL);
}

static void row_print(enum mcw_fault_mode mode, enum way way)
{
	unsigned int tried = score[mode][way].tried, found = score[mode][way].found;
	double recall = (double)found / tried;
	double precision = score[mode][way].said ? (double)found / score[mode][way].said : 0;
	bool narrow = mode == MCW_FAULT_ROW || mode == MCW_FAULT_COLUMN;
	bool good = recall >= GOAL && precision >= GOAL &&
		    (!narrow || score[mode][way].first_most <= FIRST_MOST);

	printf("# %-10s %-10s %6u %9.3f %9.3f", mcw_fault_mode_name(mode), ways[way], tried,
	       precision, recall);
	if (score[mode][way].firsts)
		printf(" %6.1f %4u", (double)score[mode][way].first_sum / score[mode][way].firsts,
		       score[mode][way].first_most);
	putchar('\n');
	ktap_result_of(good, "%s, %s", mcw_fault_mode_name(mode), ways[way]);
}

static void test_modes(void)
{
	for (unsigned int i = 0; i < MODES; i++)
		for (unsigned int way = 0; way < WAYS; way++)
			for (unsigned int n = 0; n < trials && is_tried(modes[i], way); n++)
				trial(modes[i], way);
	puts("# mode       records    trials precision    recall  first most");
	for (unsigned int i = 0; i < MODES; i++)
		for (unsigned int way = 0; way < WAYS; way++)
			if (is_tried(modes[i], way))
				row_print(modes[i], way);
}

/* Two faults whose errors come at the same time, of one module or of two. */
static bool pair(enum mcw_fault_mode a, enum mcw_fault_mode b, bool one_module)
{
	const enum mcw_fault_mode mode[2] = { a, b };
	struct place fault[2] = { random_place(DIMMS), random_place(DIMMS) };
	unsigned int errors[2] = { 0, 0 }, found[2] = { 0, 0 }, other = 0;
	double mean = random_mean(MCW_FAULT_CELL);
	const struct mcw_fault *f;
	__u64 ns = 100 * S;

	while (fault[1].bank == fault[0].bank)
		fault[1].bank = random_below(BANKS);
	while (!one_module && fault[1].dimm == fault[0].dimm)
		fault[1].dimm = random_below(DIMMS);
	if (one_module)
		fault[1].dimm = fault[0].dimm;
	mcw_diagnosis_begin(d, NULL);
	while (errors[0] < ERRORS || errors[1] < ERRORS) {
		unsigned int which = random_below(2);

		ns += random_gap(mean);
		errors[which]++;
		feed(sign_at(place_in(mode[which], fault[which], DIMMS), ns, KNOWS_ALL), PLAIN);
	}
	for (size_t at = 0; (f = mcw_diagnosis_next(d, &at));) {
		bool known = false;

		if (f->closed || f->mode == MCW_FAULT_TRANSIENT)
			continue;
		for (unsigned int i = 0; i < 2 && !known; i++) {
			known = !found[i] && f->mode == mode[i] &&
				f->part.dimm == (int)fault[i].dimm % SLOTS &&
				f->part.mc == (int)fault[i].dimm / (SLOTS * CHANNELS);
			found[i] += known;
		}
		other += !known;
	}
	return found[0] && found[1] && !other;
}

static void test_pairs(void)
{
	static const enum mcw_fault_mode of_pairs[] = { MCW_FAULT_CELL, MCW_FAULT_ROW,
							MCW_FAULT_COLUMN, MCW_FAULT_BANK };

	for (unsigned int i = 0; i < 4; i++) {
		for (unsigned int j = i; j < 4; j++) {
			for (unsigned int one_module = 0; one_module < 2; one_module++) {
				unsigned int good = 0;

				for (unsigned int n = 0; n < trials; n++)
					good += pair(of_pairs[i], of_pairs[j], one_module);
				printf("# %s and %s of %s: %.3f of %u\n",
				       mcw_fault_mode_name(of_pairs[i]),
				       mcw_fault_mode_name(of_pairs[j]),
				       one_module ? "one module" : "two modules",
				       (double)good / trials, trials);
				ktap_result_of(good >= GOAL * trials, "%s and %s at once, %s",
					       mcw_fault_mode_name(of_pairs[i]),
					       mcw_fault_mode_name(of_pairs[j]),
					       one_module ? "one module" : "two modules");
			}
		}
	}
}

int main(void)
{
	const char *seed = getenv("SEED");

	if (getenv("FULL"))
		trials = 2000;
	if (seed)
		random_state = strtoull(seed, NULL, 0) | 1;
	d = diagnosis_new();
	ktap_begin();
	test_modes();
	test_pairs();
	free(d);
	return ktap_end();
}

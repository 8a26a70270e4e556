// SPDX-License-Identifier: GPL-2.0
/* LINK: mcwctl */
/*
 * Errors that have nothing to do with one another: one in 10 hours in each module, anywhere in it,
 * on machines with 8 and with 64 modules. No part is bad, and none may be told. At full length that
 * is 1,000 years of each machine, else 2; the seeds go on from year to year.
 *
 * And what that costs: faults as slow as these errors are, which are missed.
 */
#include "ktap.h"
#include "diagnose_stream.h"

#define YEAR (8766 * HOUR)
#define MEAN (10 * HOUR)

static struct mcw_diagnosis *d;
static unsigned int years = 2, trials = 20;

static void told_print(const char *what)
{
	const struct mcw_fault *f;

	for (size_t at = 0; (f = mcw_diagnosis_next(d, &at));)
		if (f->told_ns)
			printf("# %s: %s, %u places, from %llu h to %llu h\n", what,
			       mcw_fault_mode_name(f->mode), f->cells, (f->first_ns - WALL) / HOUR,
			       (f->last_ns - WALL) / HOUR);
}

/* The diagnosis goes on for two years, as it does on a machine that boots now and then. */
static void test_uniform(unsigned int dimms)
{
	unsigned int told = 0, errors = 0;

	for (unsigned int year = 0; year < years; year += 2) {
		__u64 ns = S, end = 2 * YEAR;

		mcw_diagnosis_begin(d, NULL);
		for (; ns < end; ns += random_gap((double)MEAN / dimms)) {
			struct mcw_sign sign = sign_at(random_place(dimms), ns, KNOWS_ALL);

			mcw_diagnosis_feed(d, &sign);
			errors++;
		}
		told += faults_told(d);
		told_print("told");
	}
	printf("# %u modules, %u years: %u errors, %u told\n", dimms, years, errors, told);
	ktap_result_of(!told, "unrelated errors of %u modules", dimms);
}

/* How many errors it takes until a fault of this mode is told, if they come in 10 hours each. */
static void test_slow(enum mcw_fault_mode mode)
{
	static const unsigned int steps[] = { 10, 20, 40, 80 };
	unsigned int by[4] = { 0 };

	for (unsigned int n = 0; n < trials; n++) {
		struct place fault = random_place(8);
		__u64 ns = S, other = S;
		unsigned int errors = 0;

		mcw_diagnosis_begin(d, NULL);
		while (errors < 80 && !faults_told(d)) {
			struct mcw_sign sign;

			ns += random_gap(MEAN);
			for (; other < ns; other += random_gap(MEAN / 8.0)) {
				sign = sign_at(random_place(8), other, KNOWS_ALL);
				mcw_diagnosis_feed(d, &sign);
			}
			sign = sign_at(place_in(mode, fault, 8), ns, KNOWS_ALL);
			mcw_diagnosis_feed(d, &sign);
			errors++;
		}
		for (unsigned int i = 0; i < 4; i++)
			by[i] += faults_told(d) && errors <= steps[i];
	}
	printf("# %-8s one error in 10 h, missed after 10, 20, 40, 80 errors:",
	       mcw_fault_mode_name(mode));
	for (unsigned int i = 0; i < 4; i++)
		printf(" %.2f", 1 - (double)by[i] / trials);
	putchar('\n');
	if (mode == MCW_FAULT_ROW || mode == MCW_FAULT_COLUMN)
		ktap_result_of(by[0] == trials, "a slow %s is told after 10 errors",
			       mcw_fault_mode_name(mode));
}

int main(void)
{
	if (getenv("FULL")) {
		years = 1000;
		trials = 400;
	}
	d = diagnosis_new();
	ktap_begin();
	test_uniform(8);
	test_uniform(64);
	for (unsigned int mode = MCW_FAULT_ROW; mode <= MCW_FAULT_MODULE; mode++)
		test_slow(mode);
	free(d);
	return ktap_end();
}

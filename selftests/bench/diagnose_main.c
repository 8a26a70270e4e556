// SPDX-License-Identifier: GPL-2.0
/*
 * diagnose COUNT: feeds that many errors, all over 64 memory modules, to a diagnosis, as a source
 * that knows the whole place has them, and prints the diagnosis' memory in bytes.
 */
#include <stdio.h>
#include <stdlib.h>

#include "../unit/diagnose_stream.h"

#define MODULES		64
#define GAP_NS		10000ULL /* 100,000 errors a second */

int main(int argc, char **argv)
{
	unsigned long count = argc == 2 ? strtoul(argv[1], NULL, 10) : 0;
	struct mcw_diagnosis *d = malloc(mcw_diagnosis_bytes());

	if (!d || !count) {
		fprintf(stderr, "usage: diagnose COUNT\n");
		return 1;
	}
	mcw_diagnosis_begin(d, NULL);
	for (unsigned long n = 0; n < count; n++) {
		struct mcw_sign sign =
			sign_at(random_place(MODULES), 10 * S + n * GAP_NS, KNOWS_ALL);

		mcw_diagnosis_feed(d, &sign);
	}
	if (mcw_diagnosis_count(d).signs != count) {
		fprintf(stderr, "diagnose: it counts %llu errors\n", mcw_diagnosis_count(d).signs);
		return 1;
	}
	printf("%zu\n", mcw_diagnosis_bytes());
	free(d);
	return 0;
}

// SPDX-License-Identifier: GPL-2.0
/* LENGTH: 512 */
/*
 * The writer of logs without names: any line, twice. It stays within its room, the second time
 * gives the same, and no kernel's address is left.
 */
#include "fuzz.h"

#include "klog/anonymize.h"

#define ROOM 600

int fuzz_input(const uint8_t *data, size_t size)
{
	static struct mcw_anonymize a;
	char *copy = malloc(size ? size : 1), *first = malloc(ROOM), *second = malloc(ROOM);
	size_t length, again;

	must(copy && first && second);
	memcpy(copy, data, size);
	a.count = 0;
	length = mcw_anonymize_line(&a, copy, size, first, ROOM);
	again = mcw_anonymize_line(&a, copy, size, second, ROOM);
	must(length <= ROOM && again == length && !memcmp(first, second, length));
	must(a.count <= MCW_ANONYMS);
	free(copy);
	free(first);
	free(second);
	return 0;
}

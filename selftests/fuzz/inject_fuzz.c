// SPDX-License-Identifier: GPL-2.0
/* LENGTH: 512 */
/*
 * Fuzzes the language of injected errors with any bytes. Parsing ends, blocks begin on lines in
 * ascending order, and an error names a line that exists.
 */
#include "fuzz.h"

#include "inject/text.h"

static unsigned int lines_of(const uint8_t *data, size_t size)
{
	unsigned int lines = 1;

	for (size_t i = 0; i < size; i++)
		lines += data[i] == '\n';
	return lines;
}

int fuzz_input(const uint8_t *data, size_t size)
{
	unsigned int lines = lines_of(data, size), last = 1;
	/* a copy of exactly this size, so that AddressSanitizer sees a read past its end */
	char *copy = malloc(size ? size : 1);
	struct mcw_inject_text text;
	struct mcw_injection inj;
	size_t blocks = 0;
	int result;

	must(copy);
	memcpy(copy, data, size);
	mcw_inject_text_begin(&text, copy, size);
	while ((result = mcw_inject_text_next(&text, &inj)) == 1) {
		must(inj.line >= last && inj.line <= lines);
		last = inj.line;
		must(++blocks <= size);
	}
	must(result == 0 || result == -1);
	if (result) {
		must(text.line >= last && text.line <= lines);
		must(text.error[0]);
		must_be_text(text.error, sizeof(text.error));
	}
	free(copy);
	return 0;
}

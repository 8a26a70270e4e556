/* SPDX-License-Identifier: GPL-2.0 */
/* What a fuzz target is, and how it fails. */
#ifndef MCW_FUZZ_H
#define MCW_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Runs one input; libFuzzer calls it by this name. It aborts if anything is wrong. */
int fuzz_input(const uint8_t *data, size_t size) __asm__("LLVMFuzzerTestOneInput");

#define must(condition) \
	do { \
		if (!(condition)) { \
			dprintf(2, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition); \
			abort(); \
		} \
	} while (0)

/* Text for terminals and JSON must be ASCII, and end within its buffer. */
static inline void must_be_text(const char *text, size_t size)
{
	size_t length = strnlen(text, size);

	must(length < size);
	for (size_t i = 0; i < length; i++)
		must(text[i] >= ' ' && text[i] <= '~');
}

#endif /* MCW_FUZZ_H */

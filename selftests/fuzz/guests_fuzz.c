// SPDX-License-Identifier: GPL-2.0
/* LENGTH: 2048 */
/*
 * Fuzzes what reads a monitor's words: messages of QMP, the memory map, and the place of an
 * address. A guest may have taken its QEMU over, so that they can be anything. Ranges have a size
 * and do not wrap.
 */
#include "fuzz.h"

#include "guests/flatview.h"
#include "guests/message.h"

#define RANGES 8

static void map_parse(const char *text)
{
	struct mcw_guest_range ranges[RANGES] = { { 0 } };
	size_t count = mcw_flatview_parse(text, ranges, RANGES);

	for (size_t i = 0; i < count && i < RANGES; i++) {
		must(ranges[i].size && ranges[i].gpa + ranges[i].size > ranges[i].gpa);
		must(!ranges[i].hva);
	}
}

int fuzz_input(const uint8_t *data, size_t size)
{
	struct mcw_message m;
	__u64 hva;
	/* copies of exactly this size, so that AddressSanitizer sees a read past their ends */
	char *text = malloc(size + 1);

	must(text);
	memcpy(text, data, size);
	text[size] = '\0';
	must(mcw_message_parse(&m, text, size, "name"));
	must(m.text);
	if (m.kind == MCW_MESSAGE_RETURN)
		map_parse(m.text);
	must(strlen(m.failure.recipient) < sizeof(m.failure.recipient));
	mcw_message_free(&m);
	map_parse(text);
	mcw_gpa2hva_parse(text, 0x1000, &hva);
	free(text);
	return 0;
}

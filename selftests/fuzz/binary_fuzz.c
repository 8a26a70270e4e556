// SPDX-License-Identifier: GPL-2.0
/* LENGTH: 1024 */
/*
 * The reader of records that are no text: any bytes. What it hands out can be printed, and has a
 * status where it says so.
 */
#include "fuzz.h"

#include "decode/absent.h"
#include "decode/decode.h"
#include "klog/binary.h"

static unsigned int records;

static void record_take(void *arg, const struct mcw_console_record *r)
{
	char text[MCW_TEXT_BYTES];
	enum mcw_fact key;
	const char *fact;

	(void)arg;
	records++;
	must(r->printer == MCW_PRINTER_BINARY || r->printer == MCW_PRINTER_CPER);
	must(r->printer != MCW_PRINTER_BINARY || !mcw_event_lacks(&r->event, MCW_ABSENT_STATUS));
	must_be_text(mcw_sentence_text(&r->event, text, sizeof(text)), sizeof(text));
	for (size_t at = 0; (fact = mcw_facts_next(&r->facts, &at, &key));)
		must_be_text(fact, MCW_FACT_VALUE_BYTES);
}

static void note_take(void *arg, unsigned long line, enum mcw_fact key, const char *text)
{
	(void)arg;
	must(line == 1 && key < MCW_FACT_KEYS);
	must_be_text(text, MCW_NOTE_BYTES);
}

int fuzz_input(const uint8_t *data, size_t size)
{
	struct mcw_event known = { .absent = MCW_ABSENT_ALL };
	static struct mcw_console c;
	/* a copy of its own size, so that a read past its end is seen */
	uint8_t *copy = malloc(size ? size : 1);

	must(copy);
	memcpy(copy, data, size);
	records = 0;
	mcw_console_begin(&c, &known, record_take, note_take, NULL);
	mcw_binary_looks(copy, size);
	must(mcw_binary_read(&c, copy, size) >= records);
	mcw_console_end(&c);
	must(records <= size / 64 + 1);
	free(copy);
	return 0;
}

// SPDX-License-Identifier: GPL-2.0
/* LENGTH: 2048 */
/*
 * Fuzzes the reader of kernel logs with any bytes, in lines. Each line that begins a record gives
 * exactly one record, whatever comes between, and no other line does.
 */
#include "fuzz.h"

#include "decode/decode.h"
#include "klog/records.h"

struct seen {
	unsigned long records;
	unsigned long notes;
	unsigned long lines;
};

static void record_take(void *arg, const struct mcw_console_record *r)
{
	struct seen *seen = arg;
	char text[MCW_TEXT_BYTES];

	seen->records++;
	must(r->line >= 1 && r->line <= seen->lines);
	must(r->said & MCW_SAID_HEAD);
	must_be_text(r->symbol, sizeof(r->symbol));
	must_be_text(r->caller, sizeof(r->caller));
	must_be_text(mcw_sentence_text(&r->event, text, sizeof(text)), sizeof(text));
}

static void note_take(void *arg, unsigned long line, enum mcw_fact key, const char *text)
{
	struct seen *seen = arg;

	seen->notes++;
	must(line == seen->lines);
	must(key < MCW_FACT_KEYS);
	must(text[0]);
	must_be_text(text, MCW_NOTE_BYTES);
}

/* A copy of exactly this size, so that AddressSanitizer sees a read past its end. */
static void line_take(struct mcw_console *c, struct seen *seen, const uint8_t *data, size_t size,
		      unsigned long *heads)
{
	char *line = malloc(size ? size : 1);
	struct mcw_console_line l;

	must(line);
	memcpy(line, data, size);
	mcw_console_line_read(&l, line, size);
	*heads += !!(l.said & MCW_SAID_HEAD);
	seen->lines++;
	mcw_console_line(c, line, size);
	must(c->open <= MCW_CONSOLE_OPEN && c->open + seen->records == *heads);
	free(line);
}

int fuzz_input(const uint8_t *data, size_t size)
{
	struct mcw_event known = { .flags = 0 };
	struct seen seen = { .records = 0 };
	unsigned long heads = 0;
	struct mcw_console c;

	mcw_console_begin(&c, &known, record_take, note_take, &seen);
	while (size) {
		const uint8_t *end = memchr(data, '\n', size);
		size_t length = end ? (size_t)(end - data) : size;

		line_take(&c, &seen, data, length, &heads);
		data += length;
		size -= length;
		if (size) {
			data++;
			size--;
		}
	}
	mcw_console_end(&c);
	must(!c.open && seen.records == heads && c.lines == seen.lines);
	return 0;
}

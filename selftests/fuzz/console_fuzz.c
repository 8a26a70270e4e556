// SPDX-License-Identifier: GPL-2.0
/* LENGTH: 2048 */
/*
 * The reader of logs: any bytes, in lines. What it hands out is of lines that were there, in
 * texts that can be printed; what is held back is bounded, and comes out at the end.
 */
#include "fuzz.h"

#include "decode/absent.h"
#include "decode/decode.h"
#include "klog/events.h"

struct seen {
	unsigned long records; /* out of the reader */
	unsigned long notes;
	unsigned long told; /* out of the window, repeats and what was joined left out */
	unsigned long lines;
	struct mcw_events events;
};

static void facts_check(const struct mcw_facts *facts)
{
	enum mcw_fact key;
	const char *text;

	for (size_t at = 0; (text = mcw_facts_next(facts, &at, &key));) {
		must(key < MCW_FACT_KEYS);
		must(text[0]);
		must_be_text(text, MCW_FACT_VALUE_BYTES);
	}
}

static void event_take(void *arg, const struct mcw_console_record *r)
{
	struct seen *seen = arg;
	char text[MCW_TEXT_BYTES];

	seen->told++;
	must(r->line >= 1 && r->line <= r->last_line && r->last_line <= seen->lines);
	must(r->printer < MCW_PRINTERS);
	must(!r->repeats || (r->repeat_line >= 1 && r->repeat_line <= seen->lines));
	must_be_text(r->symbol, sizeof(r->symbol));
	must_be_text(r->caller, sizeof(r->caller));
	must_be_text(mcw_sentence_text(&r->event, text, sizeof(text)), sizeof(text));
	facts_check(&r->facts);
	/* A status that is torn is none. */
	must(!r->torn || mcw_event_lacks(&r->event, MCW_ABSENT_STATUS));
}

static void record_take(void *arg, const struct mcw_console_record *r)
{
	struct seen *seen = arg;

	seen->records++;
	must(r->told == 1U << r->printer);
	mcw_events_record(&seen->events, r);
	must(seen->events.count <= MCW_EVENTS_WINDOW);
}

static void note_take(void *arg, unsigned long line, enum mcw_fact key, const char *text)
{
	struct seen *seen = arg;

	seen->notes++;
	must(line >= 1 && line <= seen->lines);
	must(key < MCW_FACT_KEYS);
	must(text[0]);
	must_be_text(text, MCW_NOTE_BYTES);
	mcw_events_note(&seen->events, line, key, text);
}

/* A copy of its own size, so that a read past its end is seen. */
static void line_take(struct mcw_console *c, struct seen *seen, const uint8_t *data, size_t size)
{
	char *line = malloc(size ? size : 1);

	must(line);
	memcpy(line, data, size);
	seen->lines++;
	mcw_console_line(c, line, size);
	must(c->open <= MCW_CONSOLE_OPEN && c->ahead <= MCW_CONSOLE_AHEAD);
	free(line);
}

int fuzz_input(const uint8_t *data, size_t size)
{
	struct mcw_event known = { .absent = MCW_ABSENT_ALL };
	static struct seen seen;
	static struct mcw_console c;

	seen.records = 0;
	seen.notes = 0;
	seen.told = 0;
	seen.lines = 0;
	mcw_events_begin(&seen.events, event_take, &seen);
	mcw_console_begin(&c, &known, record_take, note_take, &seen);
	while (size) {
		const uint8_t *end = memchr(data, '\n', size);
		size_t length = end ? (size_t)(end - data) : size;

		line_take(&c, &seen, data, length);
		data += length;
		size -= length;
		if (size) {
			data++;
			size--;
		}
	}
	mcw_console_end(&c);
	mcw_events_end(&seen.events);
	must(!c.open && !c.ahead && !c.blocks_open && c.lines == seen.lines);
	must(!seen.events.count && seen.told <= seen.records + seen.notes);
	must(seen.told || !(seen.records + seen.notes));
	return 0;
}

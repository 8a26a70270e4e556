// SPDX-License-Identifier: GPL-2.0
/* LENGTH: 2305 */
/*
 * Fuzzes the reader of recordings with any file. The input is one byte and the file. Each bit of
 * the byte gives one of the first eight entries its right CRC, so that it is read. All entries read
 * are accounted for, and printed.
 */
#include "fuzz.h"

#include "show/json.h"
#include "show/outcome.h"
#include "show/text.h"
#include "source/dimms.h"
#include "source/file_reader.h"

#define SEALED	8
#define PRINTED_BYTES	16384

static void seal(uint8_t *file, size_t size, unsigned int which)
{
	for (size_t i = 0; i < SEALED && (i + 1) * MCW_ENTRY_BYTES <= size; i++) {
		struct mcw_entry e;

		if (!(which & 1U << i))
			continue;
		memcpy(&e, file + i * MCW_ENTRY_BYTES, sizeof(e));
		mcw_entry_seal(&e, e.kind);
		memcpy(file + i * MCW_ENTRY_BYTES, &e, sizeof(e));
	}
}

static void print(FILE *out, const struct mcw_record *r)
{
	switch (r->head.type) {
	case MCW_EVENT:
		mcw_text_event(out, r);
		mcw_json_event(out, r, NULL, 0);
		break;
	case MCW_OUTCOME:
		mcw_text_outcome(out, r, r->head.pos & 1);
		mcw_json_outcome(out, r, 0);
		break;
	case MCW_STORM:
		mcw_text_storm(out, r);
		mcw_json_storm(out, r, 0);
		break;
	}
}

/* Text must be lines of ASCII, and end with a newline. */
static void print_check(const struct mcw_record *r)
{
	static char text[PRINTED_BYTES];
	FILE *out = fmemopen(text, sizeof(text), "w");

	must(out);
	print(out, r);
	must(!fclose(out));
	for (char *at = text; *at; at++)
		if (*at == '\n')
			*at = ' ';
	must_be_text(text, sizeof(text));
}

static void dimm_check(const struct mcw_dimm_entry *e)
{
	static struct mcw_dimms dimms;
	const struct mcw_dimm *known;

	must(mcw_dimms_take(&dimms, e));
	must(dimms.count && dimms.count <= MCW_MEMORY_DEVICES_MAX);
	known = mcw_dimms_find(&dimms, e->label, e->mc, e->layer);
	must(!known || (known >= dimms.dimms && known < dimms.dimms + dimms.count));
	must(!known || mcw_slot_reason_name(dimms.slots[known - dimms.dimms].reason));
}

static void take(struct mcw_lost *lost, const struct mcw_entry *e)
{
	switch (e->kind) {
	case MCW_ENTRY_SESSION:
		must_be_text(e->session.host, sizeof(e->session.host));
		must_be_text(e->session.release, sizeof(e->session.release));
		mcw_session_begin(&e->session, lost);
		break;
	case MCW_ENTRY_RECORD:
		must(e->record.head.lane < MCW_LANES);
		mcw_lost_record(&lost[e->record.head.lane], &e->record.head);
		print_check(&e->record);
		break;
	case MCW_ENTRY_MISSED:
		for (unsigned int lane = 0; lane < MCW_LANES; lane++)
			mcw_lost_missed(&lost[lane], e->missed.lane[lane]);
		break;
	case MCW_ENTRY_END:
		for (unsigned int lane = 0; lane < MCW_LANES; lane++) {
			const struct mcw_lane_info info = mcw_end_lane(&e->end, lane);

			mcw_lost_end(&lost[lane], &info);
		}
		break;
	case MCW_ENTRY_DIMM:
		dimm_check(&e->dimm);
		break;
	default:
		must(e->kind == MCW_ENTRY_MOVED);
	}
}

/* Discards the reader's complaints, which come a million times. */
static void be_quiet(void)
{
	static FILE *nowhere;

	if (nowhere)
		return;
	nowhere = fopen("/dev/null", "w");
	must(nowhere);
	stderr = nowhere;
}

int fuzz_input(const uint8_t *data, size_t size)
{
	struct mcw_lost lost[MCW_LANES] = { { .based = false } };
	struct mcw_recording f = { .path = "input" };
	size_t bytes = size ? size - 1 : 0, entries = 0;
	struct mcw_entry e;
	uint8_t *file;

	if (!bytes)
		return 0;
	be_quiet();
	file = malloc(bytes);
	must(file);
	memcpy(file, data + 1, bytes);
	seal(file, bytes, data[0]);
	f.file = fmemopen(file, bytes, "r");
	must(f.file);
	while (mcw_recording_next(&f, &e) == MCW_NEXT_ENTRY) {
		/* the reader skips a damaged session like any damaged entry */
		must(entries || f.damaged || e.kind == MCW_ENTRY_SESSION);
		must(++entries + f.damaged == f.offset / MCW_ENTRY_BYTES);
		must(f.good == f.offset && f.offset <= bytes);
		take(lost, &e);
	}
	mcw_recording_close(&f);
	free(file);
	return 0;
}

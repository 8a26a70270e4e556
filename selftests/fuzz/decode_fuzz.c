// SPDX-License-Identifier: GPL-2.0
/* LENGTH: 202 */
/*
 * Fuzzes the decoder with any record of any vendor, and a buffer of any size. The input is two
 * bytes and the record.
 */
#include "fuzz.h"

#include <mcewarden/grading.h>

#include "decode/component.h"
#include "decode/decode.h"
#include "decode/memory_place.h"
#include "show/json.h"

#define JSON_BYTES 16384

static void texts(const struct mcw_event *ev, char *text, size_t size)
{
	char *(*const all[])(const struct mcw_event *, char *, size_t) = {
		mcw_code_text,	   mcw_unit_text,      mcw_address_text,  mcw_status_text,
		mcw_syndrome_text, mcw_fru_text,       mcw_sentence_text, mcw_model_code_text,
		mcw_misc_text,	   mcw_model_gap_text,
	};
	struct mcw_memory_place place;

	for (size_t i = 0; i < ARRAY_SIZE(all); i++) {
		must(all[i](ev, text, size) == text);
		must_be_text(text, size);
		/* A buffer of the documented size holds the whole text. */
		must(size < MCW_TEXT_BYTES || strlen(text) < MCW_TEXT_BYTES - 1);
	}
	mcw_memory_place(ev, &place);
	must_be_text(mcw_place_text(&place, text, size), size);
	must(mcw_component(ev) < MCW_COMPONENTS);
	must_be_text(mcw_mcgstatus_text(ev->regs.mcgstatus, ev->regs.mcgcap, text, size), size);
	must_be_text(mcw_mcgcap_text(ev->regs.mcgcap, text, size), size);
	for (unsigned int n = 0; mcw_remark_text(ev, n, text, size); n++)
		must_be_text(text, size);
}

static void grades(const struct mcw_event *ev, char *text, size_t size)
{
	struct mcw_verdict verdict = mcw_event_grade(ev);

	must(verdict.grade <= MCW_GRADE_PANIC && verdict.rule < MCW_RULES);
	must_be_text(mcw_rule_text(verdict.rule, text, size), size);
}

static void write_json(const struct mcw_event *ev)
{
	static char object[JSON_BYTES];
	FILE *out = fmemopen(object, sizeof(object), "w");
	bool quoted = false;
	struct mcw_json json;
	size_t length;

	must(out);
	mcw_json_begin_line(&json, out);
	mcw_json_event_body(&json, ev, NULL);
	mcw_json_end_line(&json);
	must(!fclose(out));
	/* The text fits. Its only newline is its last character. */
	length = strnlen(object, sizeof(object));
	must(length < sizeof(object) - 1 && length && object[length - 1] == '\n');
	object[length - 1] = '\0';
	must_be_text(object, sizeof(object));
	for (const char *at = object; *at; at++) {
		if (*at == '\\')
			must(*++at);
		else if (*at == '"')
			quoted = !quoted;
	}
	must(!quoted);
}

int fuzz_input(const uint8_t *data, size_t size)
{
	static const __u8 vendors[] = { MCW_VENDOR_INTEL, MCW_VENDOR_AMD, MCW_VENDOR_HYGON, 0xff };
	struct mcw_event ev = { .flags = 0 };
	size_t room;
	char *text;

	if (size < 2)
		return 0;
	memcpy(&ev, data + 2, size - 2 < sizeof(ev) ? size - 2 : sizeof(ev));
	ev.regs.cpuvendor = vendors[data[0] % ARRAY_SIZE(vendors)];
	room = data[1] < 0xc0 ? MCW_TEXT_BYTES : 1 + data[1] % 0x40;
	/* from the heap, where AddressSanitizer guards its end */
	text = malloc(room);
	must(text);
	texts(&ev, text, room);
	grades(&ev, text, room);
	free(text);
	/* it is the slowest by far */
	if (data[0] & 0x80)
		write_json(&ev);
	return 0;
}

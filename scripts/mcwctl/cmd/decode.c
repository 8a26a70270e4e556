// SPDX-License-Identifier: GPL-2.0
/*
 * mcwctl decode: one status register from the command line.
 */
#include "cmd/command.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd/number.h"
#include "decode/absent.h"
#include "decode/advice.h"
#include "decode/decode.h"
#include "error.h"
#include "show/explain.h"
#include "show/json_writer.h"
#include "show/reading.h"
#include "show/registers.h"

static enum mcw_exit mcgcap_run(const struct mcw_options *o)
{
	__u64 mcgcap = o->event.regs.mcgcap;
	char text[MCW_TEXT_BYTES];
	struct mcw_json json;

	mcw_mcgcap_text(mcgcap, text, sizeof(text));
	if (o->json) {
		mcw_json_begin_line(&json, stdout);
		mcw_json_string(&json, "type", "mcgcap");
		mcw_json_register(&json, "mcgcap", mcgcap);
		mcw_json_number(&json, "banks", mcgcap & 0xff);
		mcw_json_string(&json, "text", text);
		mcw_json_end_line(&json);
	} else {
		printf("mcgcap     0x%016llx: %s\n", mcgcap, text);
	}
	return MCW_EXIT_OK;
}

#define STATUS_DIGITS 16

/* What is made of hexadecimal digits alone; more is said of it below. */
static bool looks_like_status(const char *what)
{
	size_t digits = strspn(what, "0123456789abcdefABCDEF");

	if (!strncmp(what, "0x", 2) || !strncmp(what, "0X", 2))
		return true;
	/* A file may have such a name. */
	return digits && !what[digits] && access(what, F_OK);
}

/* Logs print a status without 0x, and always with all of its digits. */
static bool status_parse(const char *what, __u64 *status)
{
	size_t digits = strlen(what);

	if (!strncmp(what, "0x", 2) || !strncmp(what, "0X", 2) || !strcmp(what, "0"))
		return mcw_number_parse("decode", what, ~0ULL, status);
	if (digits == STATUS_DIGITS) {
		*status = strtoull(what, NULL, 16);
		return true;
	}
	mcw_error("decode: '%s' has %zu digits, and a status has all of its 16: it is torn, so "
		  "nothing is decoded from it (with 0x before it, it is taken as it is)",
		  what, digits);
	return false;
}

enum mcw_exit mcw_decode_run(struct mcw_options *o)
{
	const char *what = o->arguments[0];
	struct mcw_subject s = { .ev = o->event };
	bool has_mcgcap = !mcw_event_lacks(&o->event, MCW_ABSENT_MCGCAP);
	struct mcw_json json;

	if (!what && !has_mcgcap) {
		mcw_error("'decode' needs a status, a file or -" MCW_SEE_HELP);
		return MCW_EXIT_USAGE;
	}
	if (!what)
		return mcgcap_run(o);
	if (!looks_like_status(what))
		return mcw_console_run(o, what);
	if (!status_parse(what, &s.ev.regs.status))
		return MCW_EXIT_USAGE;
	mcw_event_has(&s.ev, MCW_ABSENT_STATUS);
	mcw_subject_assume(&s);
	if (o->json) {
		mcw_json_begin_line(&json, stdout);
		mcw_json_string(&json, "type", "decoded");
		mcw_subject_json(&json, &s);
		mcw_json_end_line(&json);
	} else if (o->verbose) {
		mcw_subject_text(stdout, &s);
	} else {
		mcw_subject_reading(stdout, &s);
	}
	if (o->explain) {
		struct mcw_explained explained = { 0 };

		mcw_explained_add(&explained, mcw_advice(&s.ev));
		mcw_explained_print(stdout, &explained, o->json);
	}
	return MCW_EXIT_OK;
}

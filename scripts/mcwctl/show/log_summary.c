// SPDX-License-Identifier: GPL-2.0
/*
 * The errors of a log, counted.
 */
#include "show/log_summary.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "decode/absent.h"
#include "decode/decode.h"
#include "show/json.h"

#define PAGE_SHIFT 12

enum kind {
	BY_PART,
	BY_PAGE,
	BY_BANK,
	BY_DAY
};

static const char *const names[MCW_SUMMARY_KINDS] = { "part", "page", "bank", "day" };

static bool has(const struct mcw_console_record *r, __u32 member)
{
	return !mcw_event_lacks(&r->event, member);
}

static void part_key(const struct mcw_console_record *r, char *key)
{
	const char *part = mcw_facts_find(&r->facts, MCW_FACT_DIMM);

	if (!part)
		part = mcw_facts_find(&r->facts, MCW_FACT_FRU);
	snprintf(key, MCW_SUMMARY_KEY_BYTES, "%s", part ? part : "not named");
}

/* Of a physical address alone: that of EDAC or the firmware, or one that the registers call so. */
static void page_key(const struct mcw_console_record *r, char *key)
{
	const char *page = mcw_facts_find(&r->facts, MCW_FACT_PAGE);
	char text[MCW_TEXT_BYTES];

	if (page && strcmp(page, "0x0"))
		snprintf(key, MCW_SUMMARY_KEY_BYTES, "%s", page);
	else if (has(r, MCW_ABSENT_ADDR) && r->event.regs.addr &&
		 (!has(r, MCW_ABSENT_STATUS) ||
		  strstr(mcw_address_text(&r->event, text, sizeof(text)), "(physical")))
		snprintf(key, MCW_SUMMARY_KEY_BYTES, "0x%llx", r->event.regs.addr >> PAGE_SHIFT);
	else
		snprintf(key, MCW_SUMMARY_KEY_BYTES, "not given");
}

static void bank_key(const struct mcw_console_record *r, char *key)
{
	char socket[24] = "";

	if (has(r, MCW_ABSENT_SOCKET))
		snprintf(socket, sizeof(socket), "socket %u ", r->event.regs.socketid);
	if (has(r, MCW_ABSENT_BANK))
		snprintf(key, MCW_SUMMARY_KEY_BYTES, "%sbank %u", socket,
			 (unsigned int)r->event.regs.bank);
	else
		snprintf(key, MCW_SUMMARY_KEY_BYTES, "not given");
}

static void day_key(const struct mcw_console_record *r, char *key)
{
	time_t seconds = r->event.regs.time;
	struct tm tm;

	if (!seconds || !localtime_r(&seconds, &tm) ||
	    !strftime(key, MCW_SUMMARY_KEY_BYTES, "%F", &tm))
		snprintf(key, MCW_SUMMARY_KEY_BYTES, "not given");
}

static bool is_corrected(const struct mcw_console_record *r)
{
	const char *severity = mcw_facts_find(&r->facts, MCW_FACT_SEVERITY);

	if (has(r, MCW_ABSENT_STATUS))
		return mcw_event_class(&r->event) == MCW_CLASS_CORRECTED;
	return severity && !strcmp(severity, "corrected");
}

/* How many errors one record stands for: the bank's counter, or what EDAC says. */
static unsigned long errors_of(const struct mcw_console_record *r)
{
	const char *count = mcw_facts_find(&r->facts, MCW_FACT_COUNT);
	unsigned long errors = 0;
	bool more;

	if (has(r, MCW_ABSENT_STATUS))
		errors = mcw_event_count(&r->event, &more);
	else if (count)
		errors = strtoul(count, NULL, 10);
	return errors ? errors : 1;
}

static void row_add(struct mcw_log_summary *s, enum kind kind, const char *key,
		    const struct mcw_console_record *r)
{
	unsigned long times = r->repeats + 1;
	unsigned int i;

	for (i = 0; i < s->kinds[kind].count; i++)
		if (!strcmp(s->kinds[kind].rows[i].key, key))
			break;
	if (i == s->kinds[kind].count) {
		if (i == MCW_SUMMARY_ROWS) {
			s->kinds[kind].others += times;
			return;
		}
		memset(&s->kinds[kind].rows[i], 0, sizeof(s->kinds[kind].rows[i]));
		snprintf(s->kinds[kind].rows[i].key, MCW_SUMMARY_KEY_BYTES, "%s", key);
		s->kinds[kind].count++;
	}
	s->kinds[kind].rows[i].records += times;
	if (is_corrected(r))
		s->kinds[kind].rows[i].corrected += times * errors_of(r);
	else
		s->kinds[kind].rows[i].worse += times;
}

void mcw_log_summary_add(struct mcw_log_summary *s, const struct mcw_console_record *r)
{
	static void (*const keys[MCW_SUMMARY_KINDS])(const struct mcw_console_record *, char *) = {
		[BY_PART] = part_key,
		[BY_PAGE] = page_key,
		[BY_BANK] = bank_key,
		[BY_DAY] = day_key,
	};
	char key[MCW_SUMMARY_KEY_BYTES];

	s->records += r->repeats + 1;
	for (unsigned int kind = 0; kind < MCW_SUMMARY_KINDS; kind++) {
		keys[kind](r, key);
		row_add(s, kind, key, r);
	}
}

static __u64 weight(const struct mcw_log_summary *s, unsigned int kind, unsigned int i)
{
	return ((__u64)s->kinds[kind].rows[i].worse << 32) + s->kinds[kind].rows[i].corrected;
}

/* The worst first; days as they came. */
static void rows_sort(struct mcw_log_summary *s, unsigned int kind)
{
	if (kind == BY_DAY)
		return;
	for (unsigned int i = 1; i < s->kinds[kind].count; i++) {
		for (unsigned int k = i; k && weight(s, kind, k) > weight(s, kind, k - 1); k--) {
			__typeof__(s->kinds[0].rows[0]) row = s->kinds[kind].rows[k];

			s->kinds[kind].rows[k] = s->kinds[kind].rows[k - 1];
			s->kinds[kind].rows[k - 1] = row;
		}
	}
}

void mcw_log_summary_text(FILE *out, struct mcw_log_summary *s)
{
	fprintf(out, "%lu record%s\n", s->records, s->records == 1 ? "" : "s");
	for (unsigned int kind = 0; kind < MCW_SUMMARY_KINDS; kind++) {
		rows_sort(s, kind);
		fprintf(out, "\n%-44s %8s %10s %8s\n", names[kind], "records", "corrected",
			"worse");
		for (unsigned int i = 0; i < s->kinds[kind].count; i++)
			fprintf(out, "%-44s %8lu %10lu %8lu\n", s->kinds[kind].rows[i].key,
				s->kinds[kind].rows[i].records, s->kinds[kind].rows[i].corrected,
				s->kinds[kind].rows[i].worse);
		if (s->kinds[kind].others)
			fprintf(out, "%-44s %8lu\n", "others", s->kinds[kind].others);
	}
}

void mcw_log_summary_json(FILE *out, struct mcw_log_summary *s)
{
	struct mcw_json json;

	for (unsigned int kind = 0; kind < MCW_SUMMARY_KINDS; kind++) {
		rows_sort(s, kind);
		for (unsigned int i = 0; i < s->kinds[kind].count; i++) {
			mcw_json_begin_line(&json, out);
			mcw_json_string(&json, "type", "summary");
			mcw_json_string(&json, "by", names[kind]);
			mcw_json_string(&json, "of", s->kinds[kind].rows[i].key);
			mcw_json_number(&json, "records", s->kinds[kind].rows[i].records);
			mcw_json_number(&json, "corrected", s->kinds[kind].rows[i].corrected);
			mcw_json_number(&json, "worse", s->kinds[kind].rows[i].worse);
			mcw_json_end_line(&json);
		}
		if (!s->kinds[kind].others)
			continue;
		mcw_json_begin_line(&json, out);
		mcw_json_string(&json, "type", "summary");
		mcw_json_string(&json, "by", names[kind]);
		mcw_json_null(&json, "of");
		mcw_json_number(&json, "records", s->kinds[kind].others);
		mcw_json_end_line(&json);
	}
}

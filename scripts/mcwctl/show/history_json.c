// SPDX-License-Identifier: GPL-2.0
/*
 * What the store has, as JSON: an object a row.
 */
#include "show/history.h"

#include "decode/decode.h"
#include "show/fault.h"
#include "show/json.h"
#include "store/store.h"

static void text_write(struct mcw_json *json, const char *key, const char *text)
{
	if (text[0])
		mcw_json_string(json, key, text);
	else
		mcw_json_null(json, key);
}

static void time_write(struct mcw_json *json, const char *key, __u64 ns)
{
	if (ns)
		mcw_json_time(json, key, ns);
	else
		mcw_json_null(json, key);
}

static bool is_shown(const struct mcw_store_rows *rows, __u64 id, const char *dimm)
{
	const struct mcw_store_part *part = mcw_store_part_of(rows, id);

	return !dimm || (part && mcw_part_has_name(part, dimm));
}

static void part_write(struct mcw_json *json, const struct mcw_store_rows *rows, __u64 id)
{
	const struct mcw_store_part *part = mcw_store_part_of(rows, id);
	struct mcw_fault f = { .id = 0 };
	char text[MCW_TEXT_BYTES];

	if (!part || part->name.kind == MCW_SIGN_NONE) {
		mcw_json_null(json, "part");
		return;
	}
	f.part = part->name;
	mcw_json_begin_object(json, "part");
	mcw_json_string(json, "text", mcw_fault_part_text(&f, text, sizeof(text)));
	text_write(json, "label", part->name.label);
	text_write(json, "slot", part->name.slot);
	text_write(json, "serial", part->name.serial);
	text_write(json, "part", part->name.number);
	mcw_json_end_object(json);
}

static void counts_write(struct mcw_json *json, __u64 corrected, __u64 uncorrected, __u64 injected)
{
	mcw_json_number(json, "corrected", corrected);
	mcw_json_number(json, "uncorrected", uncorrected);
	mcw_json_number(json, "injected", injected);
}

static void day_json(FILE *out, const struct mcw_store_rows *rows, const struct mcw_store_day *day)
{
	struct mcw_json json;
	char date[16];

	mcw_json_begin_line(&json, out);
	mcw_json_string(&json, "type", "day");
	snprintf(date, sizeof(date), "%04u-%02u-%02u", day->day / 10000 % 10000,
		 day->day / 100 % 100, day->day % 100);
	text_write(&json, "day", day->day == MCW_DAY_UNKNOWN ? "" : date);
	part_write(&json, rows, day->part);
	counts_write(&json, day->corrected, day->uncorrected, day->injected);
	mcw_json_end_line(&json);
}

static void total_json(FILE *out, const struct mcw_store_rows *rows,
		       const struct mcw_store_part *part)
{
	struct mcw_json json;

	mcw_json_begin_line(&json, out);
	mcw_json_string(&json, "type", "total");
	part_write(&json, rows, part->id);
	counts_write(&json, part->corrected, part->uncorrected, part->injected);
	time_write(&json, "first", part->first_ns);
	time_write(&json, "last", part->last_ns);
	mcw_json_end_line(&json);
}

static void fault_json(FILE *out, const struct mcw_store_rows *rows,
		       const struct mcw_store_fault *one)
{
	const struct mcw_fault *f = &one->fault;
	struct mcw_json json;

	mcw_json_begin_line(&json, out);
	mcw_json_string(&json, "type", "fault");
	mcw_json_number(&json, "id", one->id);
	mcw_json_string(&json, "level", mcw_fault_level_name(f->level));
	mcw_json_string(&json, "state", one->closed[0] ? one->closed : "open");
	mcw_json_string(&json, "mode", mcw_fault_mode_name(f->mode));
	part_write(&json, rows, one->part);
	text_write(&json, "place", one->place);
	time_write(&json, "first", f->first_ns);
	time_write(&json, "last", f->last_ns);
	time_write(&json, "told", f->told_ns);
	time_write(&json, "closed", one->closed_ns);
	mcw_json_number(&json, "corrected", f->corrected);
	mcw_json_number(&json, "uncorrected", f->uncorrected);
	mcw_json_bool(&json, "injected", f->injected);
	mcw_json_string(&json, "certainty", mcw_fault_certainty_name(f->certainty));
	mcw_json_number(&json, "pages_offline", f->pages);
	mcw_json_number(&json, "victims", f->victims);
	mcw_json_end_line(&json);
}

static void page_json(FILE *out, const struct mcw_store_rows *rows,
		      const struct mcw_store_page *page)
{
	struct mcw_json json;

	mcw_json_begin_line(&json, out);
	mcw_json_string(&json, "type", "page");
	mcw_json_register(&json, "page", page->page);
	mcw_json_string(&json, "state", page->state);
	part_write(&json, rows, page->part);
	time_write(&json, "first", page->first_ns);
	time_write(&json, "last", page->last_ns);
	mcw_json_number(&json, "victims", page->victims);
	mcw_json_end_line(&json);
}

static void boot_json(FILE *out, const struct mcw_store_boot *b)
{
	static const char *const ends[] = {
		[MCW_BOOT_RUNS] = "",
		[MCW_BOOT_STOPPED] = "stopped",
		[MCW_BOOT_LOST] = "lost",
		[MCW_BOOT_ERROR] = "error",
	};
	struct mcw_json json;

	mcw_json_begin_line(&json, out);
	mcw_json_string(&json, "type", "boot");
	mcw_json_number(&json, "number", b->number);
	mcw_json_string(&json, "boot_id", b->id);
	text_write(&json, "host", b->host);
	text_write(&json, "release", b->release);
	time_write(&json, "first", b->first_ns);
	time_write(&json, "last", b->last_ns);
	text_write(&json, "end", b->end <= MCW_BOOT_ERROR ? ends[b->end] : "");
	text_write(&json, "error", b->error);
	mcw_json_end_line(&json);
}

static void number_write(struct mcw_json *json, const char *key, __s32 number)
{
	if (number < 0)
		mcw_json_null(json, key);
	else
		mcw_json_number(json, key, number);
}

static void crash_json(FILE *out, const struct mcw_store_crash *c)
{
	struct mcw_json json;

	mcw_json_begin_line(&json, out);
	mcw_json_string(&json, "type", "crash");
	number_write(&json, "boot", c->boot ? (__s32)c->boot : -1);
	time_write(&json, "reboot", c->reboot_ns);
	time_write(&json, "time", c->wall_ns);
	mcw_json_string(&json, "source", c->source);
	text_write(&json, "told_by", c->told);
	text_write(&json, "class", c->class);
	if (c->class[0]) {
		number_write(&json, "cpu", c->cpu);
		number_write(&json, "bank", c->bank);
		mcw_json_register(&json, "status", c->status);
		mcw_json_register(&json, "addr", c->addr);
	}
	mcw_json_string(&json, "text", c->text);
	mcw_json_end_line(&json);
}

void mcw_store_json(FILE *out, const struct mcw_store_rows *rows, const char *dimm)
{
	for (size_t i = 0; i < rows->day_count; i++)
		if (is_shown(rows, rows->days[i].part, dimm))
			day_json(out, rows, &rows->days[i]);
	for (size_t i = 0; i < rows->part_count; i++)
		if (is_shown(rows, rows->parts[i].id, dimm))
			total_json(out, rows, &rows->parts[i]);
	for (size_t i = 0; i < rows->fault_count; i++)
		if (is_shown(rows, rows->faults[i].part, dimm))
			fault_json(out, rows, &rows->faults[i]);
	for (size_t i = 0; i < rows->page_count; i++)
		if (is_shown(rows, rows->pages[i].part, dimm))
			page_json(out, rows, &rows->pages[i]);
	for (size_t i = 0; i < rows->boot_count && !dimm; i++)
		boot_json(out, &rows->boots[i]);
	for (size_t i = 0; i < rows->crash_count && !dimm; i++)
		crash_json(out, &rows->crashes[i]);
}

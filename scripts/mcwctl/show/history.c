// SPDX-License-Identifier: GPL-2.0
/*
 * What the store has.
 */
#include "show/history.h"

#include <string.h>
#include <strings.h>
#include <time.h>

#include "decode/decode.h"
#include "show/fault.h"
#include "show/text.h"
#include "store/store.h"

#define NS_PER_S 1000000000ULL

static char *part_name(const struct mcw_store_part *part, char *buf, size_t size)
{
	struct mcw_fault f = { .part = part->name };

	if (part->name.kind == MCW_SIGN_NONE)
		snprintf(buf, size, "errors of no part");
	else
		mcw_fault_part_text(&f, buf, size);
	return buf;
}

bool mcw_part_has_name(const struct mcw_store_part *part, const char *name)
{
	const struct mcw_fault_part *p = &part->name;
	char text[MCW_TEXT_BYTES];

	return !strcasecmp(name, p->label) || !strcasecmp(name, p->slot) ||
	       !strcasecmp(name, p->serial) ||
	       !strcasecmp(name, part_name(part, text, sizeof(text)));
}

/* NULL: it is not to be shown. */
static const struct mcw_store_part *shown(const struct mcw_store_rows *rows, __u64 id,
					  const char *dimm)
{
	static const struct mcw_store_part unknown = {
		.name = { .socket = -1, .mc = -1, .channel = -1, .dimm = -1, .unit = -1 },
	};
	const struct mcw_store_part *part = mcw_store_part_of(rows, id);

	if (!part)
		part = &unknown;
	return !dimm || mcw_part_has_name(part, dimm) ? part : NULL;
}

static void time_put(FILE *out, __u64 ns)
{
	time_t seconds = ns / NS_PER_S;
	char text[40];
	struct tm tm;

	if (ns && localtime_r(&seconds, &tm) && strftime(text, sizeof(text), "%F %T", &tm))
		fputs(text, out);
	else
		fputs("an unknown time", out);
}

static void day_put(FILE *out, __u32 day)
{
	if (day == MCW_DAY_UNKNOWN)
		fputs("no clock  ", out);
	else
		fprintf(out, "%04u-%02u-%02u", day / 10000, day / 100 % 100, day % 100);
}

static void part_put(FILE *out, const struct mcw_store_part *part)
{
	char text[MCW_TEXT_BYTES];

	mcw_text_safely(out, part_name(part, text, sizeof(text)));
}

static void counts_put(FILE *out, __u64 corrected, __u64 uncorrected, __u64 injected)
{
	fprintf(out, "%llu corrected, %llu uncorrected", corrected, uncorrected);
	if (injected)
		fprintf(out, ", %llu of them injected", injected);
	fputc('\n', out);
}

/* The title of a list, before its first line. */
static void title_put(FILE *out, const char *title, unsigned int *lines)
{
	if (!(*lines)++)
		fprintf(out, "%s\n", title);
	fputs("    ", out);
}

static unsigned int days_print(FILE *out, const struct mcw_store_rows *rows, const char *dimm)
{
	unsigned int lines = 0;

	for (size_t i = 0; i < rows->day_count; i++) {
		const struct mcw_store_day *day = &rows->days[i];
		const struct mcw_store_part *part = shown(rows, day->part, dimm);

		if (!part)
			continue;
		title_put(out, "errors a day", &lines);
		day_put(out, day->day);
		fputs("  ", out);
		part_put(out, part);
		fputs(": ", out);
		counts_put(out, day->corrected, day->uncorrected, day->injected);
	}
	return lines;
}

/* All of the store, also of days that it has no more. */
static unsigned int parts_print(FILE *out, const struct mcw_store_rows *rows, const char *dimm)
{
	unsigned int lines = 0;

	for (size_t i = 0; i < rows->part_count; i++) {
		const struct mcw_store_part *part = &rows->parts[i];

		if (!shown(rows, part->id, dimm) || !(part->corrected + part->uncorrected))
			continue;
		title_put(out, "errors in all", &lines);
		part_put(out, part);
		fputs(": ", out);
		counts_put(out, part->corrected, part->uncorrected, part->injected);
	}
	return lines;
}

static void fault_end_put(FILE *out, const struct mcw_store_fault *one)
{
	static const struct {
		const char *name, *text;
	} ends[] = {
		{ "quiet", "it had no error for long" },
		{ "replaced", "another part is in its place" },
		{ "merged", "it is a part of another fault" },
		{ MCW_STORE_REPAIRED, "somebody has said that it was repaired" },
	};

	if (!one->closed[0])
		return;
	fputs("        closed at ", out);
	time_put(out, one->closed_ns);
	for (size_t i = 0; i < ARRAY_SIZE(ends); i++)
		if (!strcmp(one->closed, ends[i].name))
			fprintf(out, ": %s", ends[i].text);
	fputc('\n', out);
}

static void fault_put(FILE *out, const struct mcw_store_fault *one)
{
	const struct mcw_fault *f = &one->fault;

	fprintf(out, "fault %llu, %s: ", one->id,
		one->closed[0] ? "closed" : mcw_fault_level_name(f->level));
	part_put(out, &(struct mcw_store_part){ .name = f->part });
	fprintf(out, ": %s", mcw_fault_mode_text(f->mode));
	if (one->place[0]) {
		fputs(" (", out);
		mcw_text_safely(out, one->place);
		fputc(')', out);
	}
	fputs("\n        since ", out);
	time_put(out, f->first_ns);
	if (f->told_ns) {
		fputs(", told at ", out);
		time_put(out, f->told_ns);
	}
	fputs(", the last error at ", out);
	time_put(out, f->last_ns);
	fputs("\n        ", out);
	fprintf(out, "%llu corrected, %llu uncorrected%s; %u page%s offline, %u task%s signalled\n",
		f->corrected, f->uncorrected, f->injected ? ", all injected" : "", f->pages,
		f->pages == 1 ? "" : "s", f->victims, f->victims == 1 ? "" : "s");
	fault_end_put(out, one);
}

static unsigned int faults_print(FILE *out, const struct mcw_store_rows *rows, const char *dimm)
{
	unsigned int lines = 0;

	for (size_t i = 0; i < rows->fault_count; i++) {
		if (!shown(rows, rows->faults[i].part, dimm))
			continue;
		title_put(out, "faults", &lines);
		fault_put(out, &rows->faults[i]);
	}
	return lines;
}

static unsigned int pages_print(FILE *out, const struct mcw_store_rows *rows, const char *dimm)
{
	unsigned int lines = 0;

	for (size_t i = 0; i < rows->page_count; i++) {
		const struct mcw_store_page *page = &rows->pages[i];
		const struct mcw_store_part *part = shown(rows, page->part, dimm);

		if (!part)
			continue;
		title_put(out, "pages", &lines);
		fprintf(out, "0x%llx  %-7s  ", page->page, page->state);
		time_put(out, page->last_ns);
		if (page->part) {
			fputs("  ", out);
			part_put(out, part);
		}
		fputc('\n', out);
	}
	return lines;
}

static void boot_end_put(FILE *out, const struct mcw_store_boot *b, bool newest)
{
	switch (b->end) {
	case MCW_BOOT_STOPPED:
		fputs("the recorder was stopped in good order", out);
		break;
	case MCW_BOOT_LOST:
		fputs("cut off: it crashed, was reset or lost its power", out);
		break;
	case MCW_BOOT_ERROR:
		fputs("cut off; the next boot found: ", out);
		mcw_text_safely(out, b->error);
		break;
	default:
		fputs(newest ? "it runs, or its end was not seen yet" : "its end was not seen",
		      out);
		break;
	}
}

static void crash_put(FILE *out, const struct mcw_store_crash *c)
{
	if (c->class[0]) {
		time_put(out, c->wall_ns);
		if (c->cpu >= 0)
			fprintf(out, " CPU %d", c->cpu);
		if (c->bank >= 0)
			fprintf(out, " bank %d", c->bank);
		fputs(": ", out);
	}
	mcw_text_safely(out, c->text);
	fprintf(out, " (%s%s", c->source, c->told[0] ? ": " : "");
	mcw_text_safely(out, c->told);
	fputs(")\n", out);
}

/* What its logs say of a boot; 0: of those that are not known. */
static void crashes_print(FILE *out, const struct mcw_store_rows *rows, __u64 boot)
{
	__u64 reboot_ns = 0;

	for (size_t i = 0; i < rows->crash_count; i++) {
		const struct mcw_store_crash *c = &rows->crashes[i];

		if (c->boot != boot)
			continue;
		if (!reboot_ns || c->reboot_ns != reboot_ns) {
			fputs("        before the reboot at ", out);
			time_put(out, c->reboot_ns);
			fputs(":\n", out);
		}
		reboot_ns = c->reboot_ns;
		fputs("            ", out);
		crash_put(out, c);
	}
}

static unsigned int boots_print(FILE *out, const struct mcw_store_rows *rows, const char *dimm)
{
	unsigned int lines = 0;

	for (size_t i = 0; i < rows->boot_count && !dimm; i++) {
		const struct mcw_store_boot *b = &rows->boots[i];

		title_put(out, "boots", &lines);
		time_put(out, b->first_ns);
		fputs(" to ", out);
		time_put(out, b->last_ns);
		fputs(", Linux ", out);
		mcw_text_safely(out, b->release);
		fputs(": ", out);
		boot_end_put(out, b, i + 1 == rows->boot_count);
		fputc('\n', out);
		crashes_print(out, rows, b->number);
	}
	if (!dimm)
		crashes_print(out, rows, 0);
	return lines;
}

void mcw_store_print(FILE *out, const struct mcw_store_rows *rows, const char *dimm)
{
	unsigned int lines = days_print(out, rows, dimm);

	lines += parts_print(out, rows, dimm);
	lines += faults_print(out, rows, dimm);
	lines += pages_print(out, rows, dimm);
	boots_print(out, rows, dimm);
	if (!lines && dimm) {
		fputs("no errors of ", out);
		mcw_text_safely(out, dimm);
		fputc('\n', out);
	} else if (!lines) {
		fputs("no errors\n", out);
	}
}

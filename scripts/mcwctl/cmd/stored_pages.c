// SPDX-License-Identifier: GPL-2.0
/*
 * Which pages of the store are bad at this boot too. A physical address is the same place in the
 * same memory module only while the BIOS and all modules are as they were: otherwise pages that
 * are good would be taken, and bad ones stay.
 */
#include "cmd/stored_pages.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "decode/decode.h"
#include "decode/memory_layout.h"
#include "error.h"
#include "source/dimms.h"

/* Of those that were left nobody said that they are bad enough. */
static bool is_bad(const struct mcw_store_page *page)
{
	return strcmp(page->state, "left");
}

static size_t bad_count(const struct mcw_store_rows *rows, __u64 layout)
{
	size_t count = 0;

	for (size_t i = 0; i < rows->page_count; i++)
		count += is_bad(&rows->pages[i]) && rows->pages[i].layout == layout;
	return count;
}

static void left_out_say(size_t count, const char *why)
{
	mcw_error("%zu stored page%s left out, whose address%s may be %s now: %s", count,
		  count == 1 ? " is" : "s are", count == 1 ? "" : "es",
		  count == 1 ? "another place" : "other places", why);
}

/* The machine's layout now. Return: whether it is known. */
static bool layout_read(const struct mcw_options *o, char *text, char *why, size_t size)
{
	struct mcw_dimms dimms;
	bool good;

	if (!mcw_dimms_read(&dimms, o->edac, o->dmi)) {
		snprintf(why, size, "the machine's memory modules could not be read");
		return false;
	}
	good = !dimms.smbios_error;
	if (good)
		good = mcw_layout_text(dimms.smbios, text, MCW_LAYOUT_BYTES, why, size);
	else
		snprintf(why, size, "cannot read %s: %s", o->dmi, strerror(dimms.smbios_error));
	mcw_dimms_free(&dimms);
	return good;
}

static bool pages_choose(struct mcw_stored_pages *p, const struct mcw_store_rows *rows,
			 const char *now)
{
	size_t unknown = bad_count(rows, 0);
	char why[MCW_TEXT_BYTES];
	__u64 same = 0;

	for (size_t i = 0; i < rows->layout_count; i++) {
		const struct mcw_store_layout *layout = &rows->layouts[i];
		size_t count = bad_count(rows, layout->id);

		mcw_layout_difference(layout->text, now, why, sizeof(why));
		if (!why[0])
			same = layout->id;
		else if (count)
			left_out_say(count, why);
	}
	if (unknown)
		left_out_say(unknown, "which memory the machine had then was not known");
	p->pages = calloc(rows->page_count + 1, sizeof(*p->pages));
	if (!p->pages) {
		mcw_error("no memory for %zu pages", rows->page_count);
		return false;
	}
	for (size_t i = 0; same && i < rows->page_count; i++)
		if (is_bad(&rows->pages[i]) && rows->pages[i].layout == same)
			p->pages[p->count++] = rows->pages[i];
	return true;
}

static bool choose(struct mcw_stored_pages *p, const struct mcw_options *o,
		   const struct mcw_store_rows *rows)
{
	char *now = malloc(MCW_LAYOUT_BYTES), why[MCW_TEXT_BYTES];
	size_t bad = 0;
	bool good = true;

	for (size_t i = 0; i < rows->page_count; i++)
		bad += is_bad(&rows->pages[i]);
	if (!now) {
		mcw_error("no memory for the list of memory modules");
		return false;
	}
	if (bad && !layout_read(o, now, why, sizeof(why))) {
		mcw_error("whether the addresses of the %zu stored page%s are still the same "
			  "places is not known, so nothing is done: %s",
			  bad, bad == 1 ? "" : "s", why);
		good = false;
	} else if (bad) {
		good = pages_choose(p, rows, now);
	}
	free(now);
	return good;
}

bool mcw_stored_pages_read(struct mcw_stored_pages *p, const struct mcw_options *o)
{
	struct mcw_store *s = mcw_store_open(o->store ? o->store : MCW_STORE_FILE, MCW_STORE_READ);
	struct mcw_store_rows rows;
	bool good = s && mcw_store_read(s, 0, &rows);

	mcw_store_close(s);
	if (!good)
		return false;
	good = choose(p, o, &rows);
	mcw_store_rows_free(&rows);
	return good;
}

void mcw_stored_pages_free(struct mcw_stored_pages *p)
{
	free(p->pages);
	memset(p, 0, sizeof(*p));
}

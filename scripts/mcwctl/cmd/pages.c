// SPDX-License-Identifier: GPL-2.0
/*
 * mcwctl pages: each page that had errors, its state, and what was done about it. The sources are
 * the outcomes that the device still holds, and the pages whose corrected errors are counted. With
 * --again or --memmap: the bad pages of the store.
 */
#include "cmd/command.h"

#include <stdio.h>
#include <stdlib.h>

#include "cmd/page_owners.h"
#include "cmd/stored_pages.h"
#include "error.h"
#include "show/page.h"
#include "source/device.h"
#include "source/file_reader.h"
#include "source/located.h"
#include "source/page_counts.h"

#define BUDGET_MOST 1000000U

/* Pages of which nothing happened since then are not of interest. */
static void older_remove(struct mcw_page_counts *counts, struct mcw_outcomes *outcomes,
			 __u64 since_ns)
{
	size_t kept = 0;

	for (size_t i = 0; i < outcomes->count; i++)
		if (outcomes->records[i].head.wall_ns >= since_ns)
			outcomes->records[kept++] = outcomes->records[i];
	outcomes->count = kept;
	kept = 0;
	for (size_t i = 0; i < counts->count; i++)
		if (counts->pages[i].last_ns + counts->wall_minus_mono >= since_ns)
			counts->pages[kept++] = counts->pages[i];
	counts->count = kept;
}

/* The guests of the pages that will be printed. A recording can be of another machine. */
static void owners_find(struct mcw_page_owners *owners, const struct mcw_page_counts *counts,
			const struct mcw_outcomes *outcomes)
{
	__u64 *pages = calloc(counts->count + outcomes->count + 1, sizeof(*pages));
	size_t count = 0;

	for (size_t i = 0; pages && i < counts->count; i++)
		pages[count++] = counts->pages[i].page;
	for (size_t i = 0; pages && i < outcomes->count; i++)
		if (outcomes->records[i].outcome.page != MCW_NO_PAGE)
			pages[count++] = outcomes->records[i].outcome.page;
	mcw_page_owners_find(owners, pages, count);
	free(pages);
}

static bool listed(const struct mcw_options *o)
{
	struct mcw_page_counts counts = { .pages = NULL };
	struct mcw_outcomes outcomes = { .records = NULL };
	struct mcw_located located = { .event = NULL };
	struct mcw_page_owners owners = { .count = 0 };
	bool good;

	if (o->file)
		good = mcw_recording_outcomes(&outcomes, o->file, mcw_outcome_by_page_and_time) &&
		       mcw_located_recording(&located, o->file);
	else /* Counts first: if counting of a page ends in between, its outcome is read. */
		good = mcw_page_counts_read(&counts, o->device) &&
		       mcw_outcomes_read(&outcomes, o->device, mcw_outcome_by_page) &&
		       mcw_located_read(&located, o->device, o->edac, o->dmi);

	older_remove(&counts, &outcomes, o->filter.since_ns);
	if (good && !o->file)
		owners_find(&owners, &counts, &outcomes);
	if (good)
		mcw_history_print(stdout, &counts, &outcomes, &located, &owners.owners, o->json);
	mcw_page_owners_free(&owners);
	free(counts.pages);
	mcw_outcomes_free(&outcomes);
	mcw_located_free(&located);
	return good;
}

static bool stored(const struct mcw_options *o)
{
	static const struct mcw_offline_files files = { MCW_SOFT_OFFLINE_FILE, MCW_IOMEM_FILE };
	struct mcw_stored_pages pages = { .count = 0 };
	bool good = mcw_stored_pages_read(&pages, o);

	if (good && o->memmap)
		mcw_stored_pages_print(stdout, &pages);
	else if (good && o->dry_run)
		for (size_t i = 0; i < pages.count; i++)
			printf("0x%llx\n", pages.pages[i].page);
	else if (good)
		good = mcw_stored_pages_take(stdout, &pages, &files,
					     o->budget ? o->budget : MCW_PAGES_BUDGET);
	mcw_stored_pages_free(&pages);
	return good;
}

/* What only the store can say, and what only the device or a recording can. */
static bool options_check(const struct mcw_options *o)
{
	bool of_store = o->again || o->memmap;

	if (o->again && o->memmap)
		mcw_error("--again and --memmap: give one of them" MCW_SEE_HELP);
	else if (!of_store && (o->store || o->budget || o->dry_run))
		mcw_error("--%s: only with --again%s" MCW_SEE_HELP,
			  o->store  ? "store" :
			  o->budget ? "budget" :
				      "dry-run",
			  o->store ? " or --memmap" : "");
	else if (o->memmap && (o->budget || o->dry_run))
		mcw_error("--%s: only with --again" MCW_SEE_HELP, o->budget ? "budget" : "dry-run");
	else if (of_store && (o->file || o->json || o->since))
		mcw_error("--%s: not with --again or --memmap" MCW_SEE_HELP, o->file ? "file" :
									     o->json ? "json" :
										       "since");
	else if (o->budget > BUDGET_MOST)
		mcw_error("--budget: %llu is out of range: give 1 to %u" MCW_SEE_HELP, o->budget,
			  BUDGET_MOST);
	else
		return true;
	return false;
}

enum mcw_exit mcw_pages_run(struct mcw_options *o)
{
	if (!options_check(o))
		return MCW_EXIT_USAGE;
	return (o->again || o->memmap ? stored(o) : listed(o)) ? MCW_EXIT_OK : MCW_EXIT_FAILED;
}

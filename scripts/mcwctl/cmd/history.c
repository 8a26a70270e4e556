// SPDX-License-Identifier: GPL-2.0
/*
 * mcwctl history: errors a day and part, faults, pages and boots, from the store; or of
 * recordings, from a store in memory that is made of them.
 */
#include "cmd/command.h"

#include "cmd/limits_file.h"
#include "cmd/store_replay.h"
#include "diagnose/limits.h"
#include "error.h"
#include "show/history.h"
#include "store/store.h"

static struct mcw_store *store_of(const struct mcw_options *o)
{
	struct mcw_limits limits;
	struct mcw_store *s;

	if (!o->file)
		return mcw_store_open(o->store ? o->store : MCW_STORE_FILE, MCW_STORE_READ);
	if (!mcw_limits_read(&limits, o->config))
		return NULL;
	s = mcw_store_open(MCW_STORE_MEMORY, MCW_STORE_RECORD);
	if (!s || mcw_store_replay(s, &limits, o->file, o->arguments))
		return s;
	mcw_store_close(s);
	return NULL;
}

enum mcw_exit mcw_history_run(struct mcw_options *o)
{
	struct mcw_store_rows rows;
	struct mcw_store *s;
	bool good;

	if (o->arguments[0] && !o->file) {
		mcw_error("'%s': more files are only read after --file FILE" MCW_SEE_HELP,
			  o->arguments[0]);
		return MCW_EXIT_USAGE;
	}
	s = store_of(o);
	good = s && mcw_store_read(s, o->filter.since_ns, &rows);
	if (good) {
		(o->json ? mcw_store_json : mcw_store_print)(stdout, &rows, o->dimm);
		mcw_store_rows_free(&rows);
	}
	mcw_store_close(s);
	return good ? MCW_EXIT_OK : MCW_EXIT_FAILED;
}

// SPDX-License-Identifier: GPL-2.0
/*
 * mcwctl faults --repaired PART: the admin says that a part was repaired or replaced. Its faults
 * are closed in the store. The recorder sees that before it diagnoses the next error.
 */
#include "cmd/repaired.h"

#include "decode/decode.h"
#include "error.h"
#include "show/fault.h"
#include "show/history.h"
#include "show/text.h"
#include "source/clock.h"
#include "store/store.h"

static bool is_of(const struct mcw_store_rows *rows, const struct mcw_store_fault *f,
		  const char *name)
{
	const struct mcw_store_part *part = mcw_store_part_of(rows, f->part);

	return !f->closed[0] && part && (!name || mcw_part_has_name(part, name));
}

/* Prints the open faults of a part; NULL: of all. Return: how many there are. */
static unsigned int faults_list(FILE *out, const struct mcw_store_rows *rows, const char *name)
{
	char text[MCW_TEXT_BYTES];
	unsigned int count = 0;

	for (size_t i = 0; i < rows->fault_count; i++) {
		const struct mcw_store_fault *f = &rows->faults[i];

		if (!is_of(rows, f, name))
			continue;
		fprintf(out, "%sfault %llu: ", name ? "closed " : "    open ", f->id);
		mcw_text_safely(out, mcw_fault_part_text(&f->fault, text, sizeof(text)));
		fprintf(out, ": %s\n", mcw_fault_mode_text(f->fault.mode));
		count++;
	}
	return count;
}

static bool faults_close(struct mcw_store *s, const struct mcw_store_rows *rows, const char *name)
{
	__u64 now = mcw_now_ns(CLOCK_REALTIME);

	for (size_t i = 0; i < rows->part_count; i++)
		if (mcw_part_has_name(&rows->parts[i], name) &&
		    mcw_store_repaired(s, rows->parts[i].id, now) < 0)
			return false;
	return true;
}

static bool has_fault(const struct mcw_store_rows *rows, const char *name)
{
	for (size_t i = 0; i < rows->fault_count; i++)
		if (is_of(rows, &rows->faults[i], name))
			return true;
	return false;
}

static bool part_repair(FILE *out, struct mcw_store *s, const char *name)
{
	struct mcw_store_rows rows;
	bool good;

	if (!mcw_store_read(s, 0, &rows))
		return false;
	good = has_fault(&rows, name);
	if (good) {
		good = faults_close(s, &rows, name);
		if (good)
			faults_list(out, &rows, name);
	} else {
		mcw_error("--repaired: no part called '%s' has an open fault in the store", name);
		faults_list(stderr, &rows, NULL);
	}
	mcw_store_rows_free(&rows);
	return good;
}

enum mcw_exit mcw_repaired(FILE *out, const struct mcw_options *o)
{
	struct mcw_store *s =
		mcw_store_open(o->store ? o->store : MCW_STORE_FILE, MCW_STORE_CHANGE);
	bool good = s && part_repair(out, s, o->repaired);

	mcw_store_close(s);
	return good ? MCW_EXIT_OK : MCW_EXIT_FAILED;
}

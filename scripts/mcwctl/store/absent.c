// SPDX-License-Identifier: GPL-2.0
/*
 * The store of a tool that was built without SQLite: there is none, and it says so.
 */
#include "store/store.h"

#ifndef MCW_SQLITE

#include <string.h>

#include "error.h"
#include "store/batch.h"
#include "store/crash.h"

static const char absent[] = "this mcwctl was built without SQLite, and so without the store";

struct mcw_store *mcw_store_open(const char *path, enum mcw_store_use use)
{
	(void)use;
	mcw_error("cannot use %s: %s", path, absent);
	return NULL;
}

void mcw_store_close(struct mcw_store *s)
{
	(void)s;
}

bool mcw_store_read(struct mcw_store *s, __u64 since_ns, struct mcw_store_rows *rows)
{
	(void)s;
	(void)since_ns;
	memset(rows, 0, sizeof(*rows));
	return false;
}

int mcw_store_repaired(struct mcw_store *s, __u64 part, __u64 now_ns)
{
	(void)s;
	(void)part;
	(void)now_ns;
	return -1;
}

void mcw_store_rows_free(struct mcw_store_rows *rows)
{
	(void)rows;
}

const struct mcw_store_part *mcw_store_part_of(const struct mcw_store_rows *rows, __u64 id)
{
	(void)rows;
	(void)id;
	return NULL;
}

bool mcw_store_trim(struct mcw_store *s, __u64 now_ns, unsigned int days, __u64 bytes)
{
	(void)s;
	(void)now_ns;
	(void)days;
	(void)bytes;
	return false;
}

const char *mcw_store_why(const struct mcw_store *s)
{
	(void)s;
	return absent;
}

bool mcw_store_is_full(const struct mcw_store *s)
{
	(void)s;
	return false;
}

const char *mcw_store_path(const struct mcw_store *s)
{
	(void)s;
	return "";
}

bool mcw_store_has_boot(struct mcw_store *s, const char *id)
{
	(void)s;
	(void)id;
	return false;
}

bool mcw_store_resume(struct mcw_store *s, const char *boot, __u64 load, __u64 next[MCW_LANES])
{
	(void)s;
	(void)boot;
	(void)load;
	memset(next, 0, MCW_LANES * sizeof(*next));
	return false;
}

void *mcw_store_state(struct mcw_store *s, size_t *bytes, __u64 *engine)
{
	(void)s;
	*bytes = 0;
	*engine = 0;
	return NULL;
}

void mcw_store_repairs(struct mcw_store *s, __u64 engine, void (*take)(void *arg, __u32 number),
		       void *arg)
{
	(void)s;
	(void)engine;
	(void)take;
	(void)arg;
}

__u64 mcw_store_boot_of_load(struct mcw_store *s, __u64 load, char id[33])
{
	(void)s;
	(void)load;
	id[0] = '\0';
	return 0;
}

__u64 mcw_store_boot_before(struct mcw_store *s, __u64 wall_ns, const char *running, char id[33])
{
	(void)s;
	(void)wall_ns;
	(void)running;
	id[0] = '\0';
	return 0;
}

__u64 mcw_store_boot_next_ns(struct mcw_store *s, __u64 number)
{
	(void)s;
	(void)number;
	return 0;
}

bool mcw_store_crashes_add(struct mcw_store *s, const struct mcw_store_crash *crashes,
			   char *const *keys, size_t count)
{
	(void)s;
	(void)crashes;
	(void)keys;
	(void)count;
	return false;
}

bool mcw_store_write(struct mcw_store *s, const struct mcw_store_batch *batch)
{
	(void)s;
	(void)batch;
	return false;
}

#endif

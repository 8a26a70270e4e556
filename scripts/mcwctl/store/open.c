// SPDX-License-Identifier: GPL-2.0
/*
 * Opens the store: whose file it is, of which version, and whether it is whole.
 *
 * A file of somebody else, or of a newer mcwctl, is not touched. A damaged one is renamed by the
 * recorder, which begins a new one: so nothing that could be saved by hand is lost.
 */
#ifdef MCW_SQLITE

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "error.h"
#include "store/internal.h"

/* A commit takes milliseconds; a disk that just wakes up takes a second or two. */
#define BUSY_MS 3000
/* A recorder that waits does not read the device meanwhile; it can write later. */
#define RECORDER_BUSY_MS 300

static bool is_damaged(int said)
{
	return (said & 0xff) == SQLITE_CORRUPT || (said & 0xff) == SQLITE_NOTADB;
}

static bool is_memory(const struct mcw_store *s)
{
	return !strcmp(s->path, MCW_STORE_MEMORY);
}

void mcw_store_close(struct mcw_store *s)
{
	if (!s)
		return;
	sqlite3_close(s->db);
	if (s->lock >= 0)
		close(s->lock);
	free(s->path);
	free(s);
}

/*
 * A file that cannot be read may be anybody's. It is the store if its head says so, or if it has
 * the store's name.
 */
static bool is_store(const char *path)
{
	const char *name = strrchr(path, '/');
	unsigned char id[4] = { 0 };
	FILE *file = fopen(path, "re");
	bool good = file && !fseek(file, 68, SEEK_SET) && fread(id, sizeof(id), 1, file) == 1;

	if (file)
		fclose(file);
	good = good &&
	       ((__u32)id[0] << 24 | id[1] << 16 | id[2] << 8 | id[3]) == MCW_STORE_APPLICATION;
	return good || !strcmp(name ? name + 1 : path, strrchr(MCW_STORE_FILE, '/') + 1);
}

/* What the failure means to the admin. */
static void say_why(const struct mcw_store *s)
{
	if (is_damaged(s->failed) && !is_store(s->path))
		mcw_error("%s is no store of mcewarden, and was not touched", s->path);
	else if (is_damaged(s->failed) && s->use != MCW_STORE_RECORD)
		mcw_error("%s is damaged (%s): the next mcwctl record --store renames it, and "
			  "begins a new one",
			  s->path, s->why);
	else if (s->failed == SQLITE_READONLY_ROLLBACK)
		mcw_error("cannot read %s: its writer was ended in the middle of a write, and it "
			  "cannot be mended without the right to write to it",
			  s->path);
	else if ((s->failed & 0xff) == SQLITE_READONLY)
		mcw_error("cannot write to %s: it, or its disk, is read-only", s->path);
	else if ((s->failed & 0xff) == SQLITE_BUSY)
		mcw_error("cannot use %s: another program has locked it for %d s", s->path,
			  BUSY_MS / 1000);
	else
		mcw_error("cannot use %s: %s", s->path, s->why);
}

/*
 * A lock of its own, since a program that closes the database drops SQLite's locks on it. It ends
 * with the process.
 */
static bool lock_take(struct mcw_store *s)
{
	char *name = NULL;

	if (is_memory(s))
		return true;
	if (asprintf(&name, "%s.lock", s->path) < 0) {
		mcw_error("no memory for the store");
		return false;
	}
	s->lock = open(name, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (s->lock < 0)
		mcw_error("cannot open %s: %s", name, strerror(errno));
	free(name);
	if (s->lock < 0)
		return false;
	if (!flock(s->lock, LOCK_EX | LOCK_NB))
		return true;
	mcw_error("cannot lock %s: %s: does another mcwctl record keep it?", s->path,
		  strerror(errno));
	return false;
}

/* For who may read the recordings, not for everybody: physical addresses are in it. */
static bool file_make(const struct mcw_store *s)
{
	int fd;

	if (is_memory(s))
		return true;
	fd = open(s->path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0640);
	if (fd >= 0) {
		close(fd);
		return true;
	}
	mcw_error("cannot open %s: %s", s->path, strerror(errno));
	return false;
}

static void connect_file(struct mcw_store *s)
{
	static const char settings[] = "PRAGMA journal_mode=TRUNCATE; PRAGMA temp_store=MEMORY;";
	int said = sqlite3_open_v2(s->path, &s->db, SQLITE_OPEN_READWRITE, NULL);

	s->failed = SQLITE_OK;
	if (said != SQLITE_OK) {
		mcw_sql_fail(s, said);
		return;
	}
	sqlite3_extended_result_codes(s->db, 1);
	sqlite3_db_config(s->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	sqlite3_db_config(s->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_db_config(s->db, SQLITE_DBCONFIG_ENABLE_VIEW, 0, NULL);
	sqlite3_db_config(s->db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
	sqlite3_busy_timeout(s->db, BUSY_MS);
	said = sqlite3_exec(s->db, s->use == MCW_STORE_READ ? "PRAGMA query_only=1" : settings,
			    NULL, NULL, NULL);
	if (said != SQLITE_OK)
		mcw_sql_fail(s, said);
}

/* Return: whether it is a store, or may become one. */
static bool owner_check(struct mcw_store *s)
{
	long long id = mcw_sql_number(s, 0, "PRAGMA application_id", "");
	long long tables = mcw_sql_number(s, 0, "SELECT count(*) FROM main.sqlite_schema", "");

	if (s->failed != SQLITE_OK || id == MCW_STORE_APPLICATION ||
	    (!id && !tables && s->use == MCW_STORE_RECORD))
		return true;
	if (!id && !tables)
		mcw_error("%s is empty: no mcwctl record --store has written to it yet", s->path);
	else
		mcw_error("%s is no store of mcewarden, and was not touched", s->path);
	return false;
}

static bool version_check(struct mcw_store *s, long long version)
{
	if (version <= mcw_store_version)
		return true;
	mcw_error("%s has version %lld, and this mcwctl knows versions up to %u: it is of a newer "
		  "mcwctl, and was not touched",
		  s->path, version, mcw_store_version);
	return false;
}

static void step_take(struct mcw_store *s, long long version)
{
	char head[120];
	int said;

	snprintf(head, sizeof(head), "PRAGMA application_id=%d; PRAGMA user_version=%lld",
		 MCW_STORE_APPLICATION, version + 1);
	said = sqlite3_exec(s->db, mcw_store_steps[version], NULL, NULL, NULL);
	if (said == SQLITE_OK)
		said = sqlite3_exec(s->db, head, NULL, NULL, NULL);
	if (said != SQLITE_OK)
		mcw_sql_fail(s, said);
}

/* Each step is one transaction, so a crash leaves the version before or after it. */
static bool migrate(struct mcw_store *s)
{
	long long version = mcw_sql_number(s, 0, "PRAGMA user_version", "");

	if (s->failed != SQLITE_OK || !version_check(s, version))
		return false;
	/* Before the first table: it cannot be changed later. */
	if (!version)
		mcw_sql_run(s, "PRAGMA auto_vacuum=INCREMENTAL", "");
	while (s->failed == SQLITE_OK && version < mcw_store_version && mcw_sql_transaction(s)) {
		/* Another writer may have done it meanwhile. */
		version = mcw_sql_number(s, 0, "PRAGMA user_version", "");
		if (version < mcw_store_version)
			step_take(s, version++);
		mcw_sql_commit(s);
	}
	return s->failed == SQLITE_OK;
}

/* A reader may not migrate. It reads an older file only where that has all that it needs. */
static bool reader_check(struct mcw_store *s)
{
	long long version = mcw_sql_number(s, 0, "PRAGMA user_version", "");

	if (s->failed != SQLITE_OK || !version_check(s, version))
		return false;
	if (version == mcw_store_version)
		return true;
	mcw_error("%s has version %lld, and this mcwctl reads version %u: start mcwctl record "
		  "--store, which brings it up to date",
		  s->path, version, mcw_store_version);
	return false;
}

/* All pages, which are few: the size of the file has a limit. */
static void whole_check(struct mcw_store *s)
{
	sqlite3_stmt *row = mcw_sql_begin(s, "PRAGMA quick_check(1)", "");
	char said[160] = "ok";

	if (mcw_sql_next(s, row)) {
		mcw_sql_text(row, 0, said, sizeof(said));
		sqlite3_finalize(row);
	}
	if (s->failed != SQLITE_OK || !strcmp(said, "ok"))
		return;
	s->failed = SQLITE_CORRUPT;
	snprintf(s->why, sizeof(s->why), "%s", said);
}

/* Return: whether it may be used. What is wrong was printed, or is in s->failed. */
static bool prepare(struct mcw_store *s)
{
	connect_file(s);
	if (!owner_check(s) || s->failed != SQLITE_OK)
		return false;
	if (s->use == MCW_STORE_RECORD)
		whole_check(s);
	return s->failed == SQLITE_OK &&
	       (s->use == MCW_STORE_RECORD ? migrate(s) : reader_check(s));
}

static bool damaged_rename(struct mcw_store *s)
{
	static const char *const beside[] = { "", "-journal" };
	char *from = NULL, *to = NULL;
	bool good = true;

	sqlite3_close(s->db);
	s->db = NULL;
	for (size_t i = 0; good && i < sizeof(beside) / sizeof(beside[0]); i++) {
		if (asprintf(&from, "%s%s", s->path, beside[i]) < 0)
			from = NULL;
		if (asprintf(&to, "%s.damaged-%lld%s", s->path, (long long)time(NULL), beside[i]) <
		    0)
			to = NULL;
		good = from && to && (!rename(from, to) || errno == ENOENT);
		if (!good)
			mcw_error("cannot rename %s, which is damaged: %s", s->path,
				  strerror(errno));
		else if (!i)
			mcw_error("%s is damaged (%s): it is called %s now, and a new one begins",
				  s->path, s->why, to);
		free(from);
		free(to);
	}
	return good;
}

static struct mcw_store *store_new(const char *path, enum mcw_store_use use)
{
	struct mcw_store *s = calloc(1, sizeof(*s));

	if (s) {
		s->use = use;
		s->lock = -1;
		s->path = strdup(path);
	}
	if (s && s->path)
		return s;
	mcw_error("no memory for the store");
	free(s);
	return NULL;
}

/* A file that is not there is no failure of SQLite's: say what makes it. */
static bool is_there(const char *path)
{
	if (!access(path, F_OK))
		return true;
	if (errno == ENOENT)
		mcw_error("there is no %s: mcwctl record --store writes it, as "
			  "mcewarden-record.service does",
			  path);
	else
		mcw_error("cannot open %s: %s%s", path, strerror(errno),
			  mcw_error_who(errno, path));
	return false;
}

struct mcw_store *mcw_store_open(const char *path, enum mcw_store_use use)
{
	struct mcw_store *s = store_new(path, use);
	bool good;

	if (!s)
		return NULL;
	if (use != MCW_STORE_RECORD && !is_there(path)) {
		mcw_store_close(s);
		return NULL;
	}
	good = use != MCW_STORE_RECORD || (lock_take(s) && file_make(s));
	if (good) {
		good = prepare(s);
		if (!good && is_damaged(s->failed) && use == MCW_STORE_RECORD && is_store(path))
			good = damaged_rename(s) && file_make(s) && prepare(s);
		if (!good && s->failed != SQLITE_OK)
			say_why(s);
	}
	if (good && use == MCW_STORE_RECORD)
		sqlite3_busy_timeout(s->db, RECORDER_BUSY_MS);
	if (good)
		return s;
	mcw_store_close(s);
	return NULL;
}

#endif

// SPDX-License-Identifier: GPL-2.0
/* LINK: mcwctl */
/*
 * The store against what can happen to its file: a newer version, an older one, somebody else's
 * file, damage, a full disk, a killed writer, a reader at the same time, and two recorders.
 */
#define _GNU_SOURCE
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "store_file.h"

static bool is_as(const char *name)
{
	struct stat st;

	path_set(name);
	return !stat(path, &st);
}

static void test_whole(void)
{
	struct stat st;

	store_make("whole.db", 3);
	store_make("whole.db", 4);
	expect_eq(errors_read(), 7);
	expect_eq(stat(path, &st), 0);
	expect_eq(st.st_mode & 0777, 0640);
	has_nothing();
}

static void test_missing(void)
{
	path_set("missing.db");
	expect_eq(errors_read(), -1);
	has("mcwctl record --store writes it");
	expect_eq(is_as("missing.db"), false);
}

/* user_version is at byte 60 of the head, and the application's number at 68. */
static void test_newer(void)
{
	store_make("newer.db", 3);
	patch(60, "\0\0\0\x63", 4);
	expect_eq(errors_read(), -1);
	has("has version 99, and this mcwctl knows versions up to");
	expect_eq(!mcw_store_open(path, MCW_STORE_RECORD), true);
	has("was not touched");
	patch(60, "\0\0\0\x04", 4);
	expect_eq(errors_read(), 3);
}

static void test_not_ours(void)
{
	store_make("ours.db", 3);
	patch(68, "abcd", 4);
	expect_eq(!mcw_store_open(path, MCW_STORE_RECORD), true);
	has("is no store of mcewarden, and was not touched");
	path_set("text");
	close(open(path, O_CREAT | O_RDWR, 0600));
	patch(0, "a text of somebody else, which is longer than the head of a database", 68);
	expect_eq(!mcw_store_open(path, MCW_STORE_RECORD), true);
	has("is no store of mcewarden, and was not touched");
	expect_eq(is_as("text"), true);
}

/* A page of the middle is damaged: the recorder keeps the file under another name. */
static void test_damaged(void)
{
	char junk[4096], wild[80], command[160];
	struct mcw_store *s;

	store_make("damaged.db", 3);
	memset(junk, 0x5a, sizeof(junk));
	patch(2 * 4096, junk, sizeof(junk));
	patch(3 * 4096, junk, sizeof(junk));
	s = mcw_store_open(path, MCW_STORE_RECORD);
	has("is damaged");
	expect_eq(errors_of(s), 0);
	expect_eq(s && write_errors(s, 2), true);
	mcw_store_close(s);
	expect_eq(errors_read(), 2);
	snprintf(wild, sizeof(wild), "%s.damaged-*", path);
	snprintf(command, sizeof(command), "ls %s >/dev/null", wild);
	expect_eq(system(command), 0);
	/* With the store's own name also where nothing of its head is left. */
	store_make("mcewarden.db", 3);
	patch(0, junk, 100);
	expect_eq(errors_read(), -1);
	has("is damaged");
	store_make("mcewarden.db", 1);
	has("a new one begins");
	expect_eq(errors_read(), 1);
}

static void test_two(void)
{
	struct mcw_store *s, *reader;

	store_make("two.db", 3);
	s = mcw_store_open(path, MCW_STORE_RECORD);
	expect_eq(!mcw_store_open(path, MCW_STORE_RECORD), true);
	has("does another mcwctl record keep it?");
	/* Readers, and those who change it, are let in. */
	reader = mcw_store_open(path, MCW_STORE_READ);
	expect_eq(errors_of(reader), 3);
	expect_eq(write_errors(s, 2), true);
	expect_eq(errors_of(reader), 5);
	mcw_store_close(reader);
	mcw_store_close(s);
}

/* No write is half done, whenever the writer is killed. */
static void test_killed(void)
{
	long before = 0;

	store_make("killed.db", 1);
	for (unsigned int i = 0; i < 12; i++) {
		pid_t child = fork();
		long now;

		if (!child) {
			struct mcw_store *s = mcw_store_open(path, MCW_STORE_RECORD);

			while (s && write_errors(s, 1))
				;
			_exit(1);
		}
		usleep(20000 + i * 3777);
		kill(child, SIGKILL);
		waitpid(child, NULL, 0);
		now = errors_read();
		if (now < before || now < 1)
			printf("# round %u: %ld after %ld: %s\n", i, now, before, said());
		expect_eq(now >= 1 && now >= before, true);
		before = now;
	}
	expect_eq(before > 1, true);
}

/* A file that may not grow is as a full disk. */
static void test_full(void)
{
	struct rlimit limit, unlimited;
	struct mcw_store *s;
	struct stat st;

	store_make("full.db", 3);
	s = mcw_store_open(path, MCW_STORE_RECORD);
	expect_eq(stat(path, &st), 0);
	getrlimit(RLIMIT_FSIZE, &unlimited);
	limit = unlimited;
	limit.rlim_cur = 512;
	setrlimit(RLIMIT_FSIZE, &limit);
	expect_eq(write_errors(s, 5), false);
	setrlimit(RLIMIT_FSIZE, &unlimited);
	expect_eq(mcw_store_why(s)[0] != '\0', true);
	expect_eq(errors_of(s), 3);
	expect_eq(write_errors(s, 5), true);
	expect_eq(errors_of(s), 8);
	mcw_store_close(s);
}

/* Old rows go, what is bad stays, and so do the totals. */
static void test_trim(void)
{
	struct mcw_store *s;

	store_make("trim.db", 3);
	s = mcw_store_open(path, MCW_STORE_RECORD);
	expect_eq(mcw_store_trim(s, WALL + 86400 * S, 10, 1 << 30), true);
	expect_eq(errors_of(s), 3);
	expect_eq(mcw_store_trim(s, WALL + 20 * 86400 * S, 10, 1 << 30), true);
	if (s) {
		struct mcw_store_rows rows;

		expect_eq(mcw_store_read(s, 0, &rows), true);
		expect_eq(rows.day_count, 0);
		expect_eq(rows.part_count == 1 && rows.parts[0].corrected == 3, true);
		expect_eq(rows.boot_count, 1);
		mcw_store_rows_free(&rows);
	}
	expect_eq(mcw_store_trim(s, 5 * S, 10, 1 << 30), false);
	mcw_store_close(s);
}

#if __has_include("sqlite3.h")

#include <sqlite3.h>

/* A file of version 1 becomes one of this version, and keeps its rows. */
static void test_older(void)
{
	sqlite3 *db;

	store_make("older.db", 3);
	expect_eq(sqlite3_open(path, &db), SQLITE_OK);
	expect_eq(sqlite3_exec(db,
			       "DROP TABLE pages; DROP TABLE modules; DROP TABLE layouts;"
			       " DROP TABLE crashes;"
			       " PRAGMA user_version=1",
			       NULL, NULL, NULL),
		  SQLITE_OK);
	sqlite3_close(db);
	expect_eq(errors_read(), -1);
	has("has version 1, and this mcwctl reads version 4");
	store_make("older.db", 4);
	expect_eq(errors_read(), 7);
}

/* Somebody else holds the lock for longer than anybody waits. */
static void test_locked(void)
{
	struct mcw_store *s;
	sqlite3 *db;

	store_make("locked.db", 3);
	s = mcw_store_open(path, MCW_STORE_RECORD);
	expect_eq(sqlite3_open(path, &db), SQLITE_OK);
	expect_eq(sqlite3_exec(db, "BEGIN EXCLUSIVE", NULL, NULL, NULL), SQLITE_OK);
	expect_eq(write_errors(s, 1), false);
	expect_eq(!strstr(mcw_store_why(s), "locked"), false);
	sqlite3_exec(db, "COMMIT", NULL, NULL, NULL);
	sqlite3_close(db);
	expect_eq(write_errors(s, 1), true);
	expect_eq(errors_of(s), 4);
	mcw_store_close(s);
}

#endif

static const struct ktap_case cases[] = {
	{ "a whole file, which only root may read", test_whole },
	{ "no file", test_missing },
	{ "a newer version", test_newer },
#if __has_include("sqlite3.h")
	{ "an older version", test_older },
	{ "a lock", test_locked },
#endif
	{ "a file of somebody else", test_not_ours },
	{ "a damaged file", test_damaged },
	{ "two recorders, and a reader", test_two },
	{ "a killed writer", test_killed },
	{ "a full disk", test_full },
	{ "what is old", test_trim },
};

int main(void)
{
	if (store_tests_begin())
		ktap_run(cases, sizeof(cases) / sizeof(cases[0]));
	return ktap_end();
}

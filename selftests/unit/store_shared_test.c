// SPDX-License-Identifier: GPL-2.0
/* LINK: mcwctl */
/*
 * Several processes with one store: two that write, one that reads while they commit; and a reader
 * that comes after a writer was killed in the middle of a commit.
 */
#define _GNU_SOURCE
#include <sys/stat.h>
#include <sys/wait.h>

#include "store_file.h"

#define WRITES 100

static pid_t child_begin(bool (*run)(void))
{
	pid_t child = fork();

	if (child)
		return child;
	while (run())
		usleep(2000);
	_exit(1);
}

/* As mcwctl faults --repaired does. */
static bool repair(void)
{
	struct mcw_store *s = mcw_store_open(path, MCW_STORE_CHANGE);
	bool good = s && mcw_store_repaired(s, 1, WALL) >= 0;

	mcw_store_close(s);
	return good;
}

/* What it reads agrees with itself, and never goes back. */
static bool look(void)
{
	static long before;
	long now = errors_read();

	if (now < before || now < 1 || !ktap_good)
		return false;
	before = now;
	return true;
}

/* Ends it. Return: whether all went well until then. */
static bool child_end(pid_t child)
{
	int status = 0;

	kill(child, SIGKILL);
	waitpid(child, &status, 0);
	return WIFSIGNALED(status);
}

/* Nobody fails for the others, and nothing of a writer's is missing. */
static void test_writers(void)
{
	pid_t writer, readers[2];
	struct mcw_store *s;
	long written = 1;

	store_make("writers.db", 1);
	writer = child_begin(repair);
	readers[0] = child_begin(look);
	readers[1] = child_begin(look);
	s = mcw_store_open(path, MCW_STORE_RECORD);
	/* The recorder writes once a second: the others have their turn in between. */
	for (unsigned int i = 0; s && i < WRITES; i++, usleep(5000))
		written += write_errors(s, 1);
	expect_eq(errors_of(s), written);
	mcw_store_close(s);
	expect_eq(child_end(writer), true);
	expect_eq(child_end(readers[0]), true);
	expect_eq(child_end(readers[1]), true);
	/* One that waits too long writes later: here that is left out. */
	expect_eq(written > WRITES / 2, true);
	has_nothing();
}

#if __has_include("sqlite3.h")

#include <sqlite3.h>

static void copy(const char *from, const char *to)
{
	char command[200];

	snprintf(command, sizeof(command), "cp '%s' '%s'", from, to);
	if (system(command))
		exit(2);
}

/* As they stand in a file, without our checks. */
static long long errors_in(const char *file)
{
	sqlite3_stmt *row = NULL;
	long long errors = -1;
	sqlite3 *db;

	if (sqlite3_open(file, &db) == SQLITE_OK &&
	    sqlite3_prepare_v2(db, "SELECT corrected FROM errors", -1, &row, NULL) == SQLITE_OK &&
	    sqlite3_step(row) == SQLITE_ROW)
		errors = sqlite3_column_int64(row, 0);
	sqlite3_finalize(row);
	sqlite3_close(db);
	return errors;
}

/* The files as a machine leaves them that dies in the middle of a commit. */
static void test_cut_off(void)
{
	char whole[64], journal[80], cut_off[80];
	struct stat st;
	sqlite3 *db;

	store_make("cut.db", 3);
	memcpy(whole, path, sizeof(whole));
	expect_eq(sqlite3_open(whole, &db), SQLITE_OK);
	/* A cache of a page has all others written before the commit, and the journal synced. */
	expect_eq(sqlite3_exec(db,
			       "PRAGMA cache_size=1; PRAGMA cache_spill=1; BEGIN IMMEDIATE;"
			       "UPDATE errors SET corrected = 77; UPDATE parts SET corrected = 78;"
			       "CREATE TABLE more (text); INSERT INTO more VALUES (zeroblob(99999))",
			       NULL, NULL, NULL),
		  SQLITE_OK);
	snprintf(journal, sizeof(journal), "%s-journal", whole);
	path_set("after.db");
	snprintf(cut_off, sizeof(cut_off), "%s-journal", path);
	copy(whole, path);
	copy(journal, cut_off);
	sqlite3_close(db);
	expect_eq(stat(cut_off, &st) == 0 && st.st_size > 512, true);
	/* Without its journal the half of it is there. */
	copy(path, whole);
	expect_eq(errors_in(whole), 77);
	expect_eq(errors_read(), 3);
	store_make("after.db", 4);
	expect_eq(errors_read(), 7);
	has_nothing();
}

#endif

static const struct ktap_case cases[] = {
	{ "two that write, and two that read", test_writers },
#if __has_include("sqlite3.h")
	{ "a machine that died in the middle of a commit", test_cut_off },
#endif
};

int main(void)
{
	if (store_tests_begin())
		ktap_run(cases, sizeof(cases) / sizeof(cases[0]));
	return ktap_end();
}

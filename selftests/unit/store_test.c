// SPDX-License-Identifier: GPL-2.0
/* LINK: mcwctl */
/*
 * The store against what can happen to its file: a newer version, an older one, somebody else's
 * file, damage, a full disk, a killed writer, a reader at the same time, and two recorders.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ktap.h"
#include "store/batch.h"
#include "store/store.h"

#define S 1000000000ULL
#define WALL (1800000000 * S)
#define DIRECTORY "/tmp/mcw-store-XXXXXX"

static char directory[sizeof(DIRECTORY)] = DIRECTORY;
static char path[64], said_path[64];

static void path_set(const char *name)
{
	snprintf(path, sizeof(path), "%s/%s", directory, name);
}

/* What was printed to standard error since the last call. */
static const char *said(void)
{
	static char text[2000];
	ssize_t length;
	int fd;

	fflush(stderr);
	fd = open(said_path, O_RDONLY);
	length = read(fd, text, sizeof(text) - 1);
	text[length > 0 ? length : 0] = '\0';
	close(fd);
	if (ftruncate(STDERR_FILENO, 0) || lseek(STDERR_FILENO, 0, SEEK_SET))
		exit(2);
	return text;
}

static void has(const char *wanted)
{
	const char *text = said();

	if (strstr(text, wanted))
		return;
	printf("# no '%s' in '%s'\n", wanted, text);
	ktap_good = false;
}

static void has_nothing(void)
{
	const char *text = said();

	if (!text[0])
		return;
	printf("# '%s' was said\n", text);
	ktap_good = false;
}

static bool write_errors(struct mcw_store *s, unsigned int errors)
{
	struct mcw_batch_part part = {
		.name = { .socket = -1,
			  .mc = 0,
			  .channel = 0,
			  .dimm = 0,
			  .unit = -1,
			  .kind = MCW_SIGN_MEMORY,
			  .label = "A1",
			  .serial = "1" },
		.own_serial = true,
		.first_ns = WALL,
		.last_ns = WALL,
	};
	struct mcw_batch_day day = { .day = 20270115, .corrected = errors };
	struct mcw_store_batch batch = {
		.boot = { .id = "00", .host = "one", .release = "6.1", .last_ns = WALL },
		.parts = &part,
		.part_count = 1,
		.days = &day,
		.day_count = 1,
		.now_ns = WALL,
	};

	return mcw_store_write(s, &batch);
}

/* How many errors the store has; -1: it cannot be read. */
static long errors_of(struct mcw_store *s)
{
	struct mcw_store_rows rows;
	long errors = 0;

	if (!s || !mcw_store_read(s, 0, &rows))
		return -1;
	for (size_t i = 0; i < rows.day_count; i++)
		errors += rows.days[i].corrected;
	for (size_t i = 0; i < rows.part_count; i++)
		expect_eq(rows.parts[i].corrected, errors);
	mcw_store_rows_free(&rows);
	return errors;
}

static long errors_read(void)
{
	struct mcw_store *s = mcw_store_open(path, MCW_STORE_READ);
	long errors = errors_of(s);

	mcw_store_close(s);
	return errors;
}

static void store_make(const char *name, unsigned int errors)
{
	struct mcw_store *s;

	path_set(name);
	s = mcw_store_open(path, MCW_STORE_RECORD);
	if (!s || !write_errors(s, errors))
		printf("# cannot make a store: %s\n", said());
	mcw_store_close(s);
}

/* Overwrites bytes of the file. */
static void patch(off_t at, const void *bytes, size_t length)
{
	int fd = open(path, O_RDWR);

	if (fd < 0 || pwrite(fd, bytes, length, at) != (ssize_t)length)
		exit(2);
	close(fd);
}

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
	expect_eq(st.st_mode & 0777, 0600);
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
	patch(60, "\0\0\0\x02", 4);
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
	expect_eq(sqlite3_exec(db, "DROP TABLE pages; DROP TABLE modules; PRAGMA user_version=1",
			       NULL, NULL, NULL),
		  SQLITE_OK);
	sqlite3_close(db);
	expect_eq(errors_read(), -1);
	has("has version 1, and this mcwctl reads version 2");
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
	struct mcw_store *s;

	ktap_begin();
	if (!mkdtemp(directory))
		exit(2);
	setenv("TZ", "UTC", 1);
	signal(SIGXFSZ, SIG_IGN);
	snprintf(said_path, sizeof(said_path), "%s/said", directory);
	if (!freopen(said_path, "w+", stderr))
		exit(2);
	s = mcw_store_open(MCW_STORE_MEMORY, MCW_STORE_RECORD);
	if (!s) {
		ktap_result(true, "store # SKIP built without SQLite");
		return ktap_end();
	}
	mcw_store_close(s);
	ktap_run(cases, sizeof(cases) / sizeof(cases[0]));
	return ktap_end();
}

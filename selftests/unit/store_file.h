/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A store in a file, for the tests of what can happen to it. They define _GNU_SOURCE.
 */
#ifndef _UNIT_STORE_FILE_H
#define _UNIT_STORE_FILE_H

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ktap.h"
#include "store/batch.h"
#include "store/store.h"

#define S 1000000000ULL
#define WALL (1800000000 * S)
#define DIRECTORY "/tmp/mcw-store-XXXXXX"

static char directory[sizeof(DIRECTORY)] = DIRECTORY;
static char path[64], said_path[64];

static inline void path_set(const char *name)
{
	snprintf(path, sizeof(path), "%s/%s", directory, name);
}

/* What was printed to standard error since the last call. */
static inline const char *said(void)
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

static inline void has(const char *wanted)
{
	const char *text = said();

	if (strstr(text, wanted))
		return;
	printf("# no '%s' in '%s'\n", wanted, text);
	ktap_good = false;
}

static inline void has_nothing(void)
{
	const char *text = said();

	if (!text[0])
		return;
	printf("# '%s' was said\n", text);
	ktap_good = false;
}

static inline bool write_errors(struct mcw_store *s, unsigned int errors)
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
static inline long errors_of(struct mcw_store *s)
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

static inline long errors_read(void)
{
	struct mcw_store *s = mcw_store_open(path, MCW_STORE_READ);
	long errors = errors_of(s);

	mcw_store_close(s);
	return errors;
}

static inline void store_make(const char *name, unsigned int errors)
{
	struct mcw_store *s;

	path_set(name);
	s = mcw_store_open(path, MCW_STORE_RECORD);
	if (!s || !write_errors(s, errors))
		printf("# cannot make a store: %s\n", said());
	mcw_store_close(s);
}

/* Overwrites bytes of the file. */
static inline void patch(off_t at, const void *bytes, size_t length)
{
	int fd = open(path, O_RDWR);

	if (fd < 0 || pwrite(fd, bytes, length, at) != (ssize_t)length)
		exit(2);
	close(fd);
}

/* Return: false: there is no store, which is a skip. */
static inline bool store_tests_begin(void)
{
	struct mcw_store *s;
	bool is_there;

	ktap_begin();
	if (!mkdtemp(directory))
		exit(2);
	setenv("TZ", "UTC", 1);
	signal(SIGXFSZ, SIG_IGN);
	snprintf(said_path, sizeof(said_path), "%s/said", directory);
	if (!freopen(said_path, "w+", stderr))
		exit(2);
	s = mcw_store_open(MCW_STORE_MEMORY, MCW_STORE_RECORD);
	is_there = s;
	if (!is_there)
		ktap_result(true, "store # SKIP built without SQLite");
	mcw_store_close(s);
	return is_there;
}

#endif /* _UNIT_STORE_FILE_H */

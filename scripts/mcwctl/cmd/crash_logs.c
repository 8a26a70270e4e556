// SPDX-License-Identifier: GPL-2.0
/*
 * What a boot left when it crashed.
 *
 * A log is the files of one directory: pstore keeps one in several parts, and the reader puts them
 * in order. Reading does no harm, so nothing here deletes a file.
 */
#define _GNU_SOURCE
#include "cmd/crash_logs.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "klog/binary.h"
#include "klog/events.h"

#define NS_PER_S 1000000000ULL
#define FILES_MOST 256 /* of one kind; the newest names are the last ones, and are kept */
#define BYTES_MOST (1 << 20) /* of a file: its end, where the crash is */

static const struct {
	const char *source;
	const char *pattern;
	bool each; /* each file is a log, not each directory */
} places[] = {
	{ "pstore", "/sys/fs/pstore/dmesg-*", false },
	{ "pstore", "/sys/fs/pstore/mce-*", true },
	{ "systemd-pstore", "/var/lib/systemd/pstore/*/dmesg-*", false },
	{ "systemd-pstore", "/var/lib/systemd/pstore/*/mce-*", true },
	{ "systemd-pstore", "/var/lib/systemd/pstore/dmesg-*", false },
	{ "crash dump", "/var/crash/*/vmcore-dmesg.txt", true },
	{ "crash dump", "/var/crash/*/dmesg.[0-9]*", true },
	{ "BERT", "/sys/firmware/acpi/tables/data/BERT", true },
};

struct reading {
	struct mcw_crash_entry entry; /* the one that is handed out */
	void (*take)(void *arg, const struct mcw_crash_entry *entry);
	void *arg;
	struct mcw_console console;
	struct mcw_events events;
};

static void event_take(void *arg, const struct mcw_console_record *r)
{
	struct reading *reading = arg;
	size_t at = 0;

	reading->entry.record = *r;
	if (r->printer == MCW_PRINTER_NOTE) {
		mcw_facts_next(&r->facts, &at, &reading->entry.about);
		if (reading->entry.about != MCW_FACT_PANIC &&
		    reading->entry.about != MCW_FACT_RESET_REASON)
			return;
	}
	reading->take(reading->arg, &reading->entry);
}

static void record_take(void *arg, const struct mcw_console_record *r)
{
	struct reading *reading = arg;

	mcw_events_record(&reading->events, r);
}

static void note_take(void *arg, unsigned long line, enum mcw_fact key, const char *text)
{
	struct reading *reading = arg;

	mcw_events_note(&reading->events, line, key, text);
}

static void log_begin(struct reading *reading, const char *source)
{
	const struct mcw_event known = { .absent = MCW_ABSENT_ALL };

	reading->entry.log++;
	reading->entry.source = source;
	reading->entry.file_ns = 0;
	mcw_events_begin(&reading->events, event_take, reading);
	mcw_console_begin(&reading->console, &known, record_take, note_take, reading);
}

static void log_end(struct reading *reading)
{
	mcw_console_end(&reading->console);
	mcw_events_end(&reading->events);
}

static void text_take(struct reading *reading, const char *text, size_t length)
{
	while (length) {
		const char *end = memchr(text, '\n', length);
		size_t line = end ? (size_t)(end - text) : length;

		mcw_console_line(&reading->console, text, line);
		text += line + !!end;
		length -= line + !!end;
	}
}

/* Return: the bytes, which the caller frees; NULL: it cannot be read. */
static char *file_read(const char *path, size_t *length, __u64 *file_ns)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	char *bytes = malloc(BYTES_MOST);
	struct stat is;
	ssize_t got = -1;

	*length = 0;
	if (fd >= 0 && bytes && !fstat(fd, &is) && S_ISREG(is.st_mode)) {
		*file_ns = is.st_mtim.tv_sec * NS_PER_S + is.st_mtim.tv_nsec;
		if (is.st_size > BYTES_MOST)
			lseek(fd, is.st_size - BYTES_MOST, SEEK_SET);
		while (*length < BYTES_MOST &&
		       ((got = read(fd, bytes + *length, BYTES_MOST - *length)) > 0 ||
			(got < 0 && errno == EINTR)))
			*length += got > 0 ? got : 0;
	}
	if (fd >= 0)
		close(fd);
	if (got >= 0 || *length)
		return bytes;
	free(bytes);
	return NULL;
}

static void file_take(struct reading *reading, const char *path)
{
	__u64 file_ns;
	size_t length;
	char *bytes = file_read(path, &length, &file_ns);

	if (!bytes)
		return;
	if (file_ns > reading->entry.file_ns)
		reading->entry.file_ns = file_ns;
	if (!mcw_binary_looks(bytes, length) || !mcw_binary_read(&reading->console, bytes, length))
		text_take(reading, bytes, length);
	free(bytes);
}

static bool same_directory(const char *a, const char *b)
{
	size_t length = strrchr(a, '/') - a;

	return (size_t)(strrchr(b, '/') - b) == length && !memcmp(a, b, length);
}

static void place_take(struct reading *reading, const char *root, size_t place)
{
	char pattern[4096];
	glob_t files;

	snprintf(pattern, sizeof(pattern), "%s%s", root, places[place].pattern);
	if (glob(pattern, 0, NULL, &files))
		return;
	for (size_t i = files.gl_pathc > FILES_MOST ? files.gl_pathc - FILES_MOST : 0;
	     i < files.gl_pathc; i++) {
		bool last = places[place].each || i + 1 == files.gl_pathc ||
			    !same_directory(files.gl_pathv[i], files.gl_pathv[i + 1]);

		if (!reading->entry.source)
			log_begin(reading, places[place].source);
		file_take(reading, files.gl_pathv[i]);
		if (!last)
			continue;
		log_end(reading);
		reading->entry.source = NULL;
	}
	globfree(&files);
}

/* Only the reset reason: the rest of this boot's log is about this boot. */
static void reset_reason_take(struct reading *reading, const char *root)
{
	char line[MCW_CARRIER_BYTES], path[4096];
	ssize_t got;
	int fd;

	snprintf(path, sizeof(path), "%s/dev/kmsg", root);
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		return;
	log_begin(reading, "this boot");
	/* A message a read; EPIPE: some were overwritten. */
	while ((got = read(fd, line, sizeof(line))) > 0 || (got < 0 && errno == EPIPE))
		if (got > 0 && memmem(line, got, "Previous system reset reason", 28))
			text_take(reading, line, got);
	log_end(reading);
	reading->entry.source = NULL;
	close(fd);
}

void mcw_crash_logs_read(const char *root,
			 void (*take)(void *arg, const struct mcw_crash_entry *entry), void *arg)
{
	struct reading *reading = calloc(1, sizeof(*reading));

	if (!reading)
		return;
	reading->take = take;
	reading->arg = arg;
	for (size_t place = 0; place < sizeof(places) / sizeof(places[0]); place++)
		place_take(reading, root, place);
	reset_reason_take(reading, root);
	free(reading);
}

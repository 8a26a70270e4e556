// SPDX-License-Identifier: GPL-2.0
/* LINK: mcwctl */
/*
 * The files of a recorder: when a new one begins, which old ones are deleted, and that packed ones
 * are read, in the order of their time.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "ktap.h"
#include "recorded.h"
#include "cmd/recorder.h"
#include "source/file_reader.h"
#include "source/recordings.h"
#include "source/stream.h"

#define DIRECTORY "/tmp/mcw-rotate-XXXXXX"
#define MBYTE (1 << 20)
#define DAY 86400

static char directory[sizeof(DIRECTORY)] = DIRECTORY;
static struct mcw_options options;
static struct mcw_recorder recorder = { .o = &options, .regular = true };

static const char *path_of(const char *name)
{
	static char paths[4][120];
	static unsigned int next;
	char *path = paths[next++ % 4];

	snprintf(path, sizeof(paths[0]), "%s/%s", directory, name);
	return path;
}

/* A file of so many bytes, last changed so many days ago. */
static void make(const char *name, unsigned int bytes, unsigned int days)
{
	const struct timespec times[2] = { { .tv_sec = time(NULL) - days * DAY },
					   { .tv_sec = time(NULL) - days * DAY } };
	int fd = open(path_of(name), O_CREAT | O_RDWR | O_TRUNC, 0600);

	if (fd < 0 || ftruncate(fd, bytes) || futimens(fd, times))
		exit(2);
	close(fd);
}

static bool is_there(const char *name)
{
	return !access(path_of(name), F_OK);
}

static void begin(__u64 days, __u64 mbytes)
{
	static char path[120];
	char command[80];

	snprintf(command, sizeof(command), "rm -rf %s/*", directory);
	expect_eq(system(command), 0);
	options.keep_days = days;
	options.keep_mbytes = mbytes;
	snprintf(path, sizeof(path), "%s/records", directory);
	recorder.path = path;
	recorder.begun_ns = time(NULL) * S;
	recorder.size = MBYTE;
	recorder.stuck = false;
	make("records", MBYTE, 0);
}

static void test_when(void)
{
	begin(0, 0);
	recorder.size = 1ULL << 40;
	recorder.begun_ns = 0;
	expect_eq(mcw_recorder_is_old(&recorder), false);
	begin(0, 8);
	recorder.size = MBYTE - 1;
	expect_eq(mcw_recorder_is_old(&recorder), false);
	recorder.size = MBYTE;
	expect_eq(mcw_recorder_is_old(&recorder), true);
	begin(8, 0);
	recorder.begun_ns -= (DAY - 10) * S;
	expect_eq(mcw_recorder_is_old(&recorder), false);
	recorder.begun_ns -= 10 * S;
	expect_eq(mcw_recorder_is_old(&recorder), true);
	/* A clock that was set back. */
	recorder.begun_ns = (time(NULL) + 100 * DAY) * S;
	expect_eq(mcw_recorder_is_old(&recorder), false);
	recorder.begun_ns = 0;
	recorder.regular = false;
	expect_eq(mcw_recorder_is_old(&recorder), false);
	recorder.regular = true;
}

static void test_days(void)
{
	begin(10, 0);
	make("records.1", 10, 9);
	make("records.2.gz", 10, 11);
	make("records.20260101T000000Z", 10, 12);
	make("records.old", 10, 500);
	make("records2.1", 10, 500);
	make("other", 10, 500);
	expect_eq(mcw_recorder_rename(&recorder), true);
	expect_eq(is_there("records"), false);
	expect_eq(is_there("records.1"), true);
	expect_eq(is_there("records.2.gz"), false);
	expect_eq(is_there("records.20260101T000000Z"), false);
	expect_eq(is_there("records.old"), true);
	expect_eq(is_there("records2.1"), true);
	expect_eq(is_there("other"), true);
}

/* The newest ones stay, and the file that was just renamed is the newest of all. */
static void test_bytes(void)
{
	begin(0, 8);
	recorder.size = 0;
	make("records.1", 3 * MBYTE, 1);
	make("records.2", 4 * MBYTE, 2);
	make("records.3", MBYTE, 3);
	expect_eq(mcw_recorder_rename(&recorder), true);
	expect_eq(is_there("records.1"), true);
	expect_eq(is_there("records.2"), true);
	expect_eq(is_there("records.3"), false);
}

/* Two in one second have different names. */
static void test_names(void)
{
	char command[120];

	begin(10, 0);
	expect_eq(mcw_recorder_rename(&recorder), true);
	make("records", 5, 0);
	expect_eq(mcw_recorder_rename(&recorder), true);
	make("records", 6, 0);
	expect_eq(mcw_recorder_rename(&recorder), true);
	snprintf(command, sizeof(command), "test $(ls %s | wc -l) = 3", directory);
	expect_eq(system(command), 0);
	/* A file that is gone is said once, and it is not tried again. */
	expect_eq(mcw_recorder_rename(&recorder), false);
	recorder.begun_ns = 0;
	expect_eq(mcw_recorder_is_old(&recorder), false);
}

static void record(const char *name, unsigned int day)
{
	FILE *file = fopen(path_of(name), "w");

	if (!file)
		exit(2);
	put_session(file, 100 + day, WALL + day * DAY * S);
	put_event(file, day, day * DAY * S, 0x1000);
	put_end(file, day + 1, 0);
	fclose(file);
}

static void pack(const char *program, const char *name)
{
	char command[160];

	snprintf(command, sizeof(command), "%s -q %s", program, path_of(name));
	expect_eq(system(command), 0);
}

static void test_packed(void)
{
	const struct mcw_recordings *all;
	bool zstd = !system("command -v zstd >/dev/null");

	begin(0, 0);
	unlink(path_of("records"));
	record("records.b", 1);
	record("records.c", 0);
	record("records.a", 2);
	pack("gzip", "records.b");
	if (zstd)
		pack("zstd --rm", "records.c");
	all = mcw_recordings_of(directory);
	expect_eq(all && all->count == 3, true);
	for (size_t i = 0; all && i < all->count; i++) {
		struct mcw_recording f;
		struct mcw_entry e;

		expect_eq(mcw_recording_open(&f, all->files[i].path), true);
		expect_eq(mcw_recording_next(&f, &e), MCW_NEXT_ENTRY);
		expect_eq(e.session.wall_ns, WALL + i * DAY * S);
		expect_eq(mcw_recording_next(&f, &e), MCW_NEXT_ENTRY);
		expect_eq(e.record.head.pos, i);
		expect_eq(mcw_recording_next(&f, &e), MCW_NEXT_ENTRY);
		expect_eq(mcw_recording_next(&f, &e), MCW_NEXT_END);
		expect_eq(f.damaged, 0);
		mcw_recording_close(&f);
	}
}

/* A part of a recording of one load, with the positions from first on. */
static void part(const char *name, unsigned int first, unsigned int count, __u64 wall_ns)
{
	FILE *file = fopen(path_of(name), "w");
	struct mcw_entry e = { .kind = 0 };

	if (!file)
		exit(2);
	/* The clock may be set in between; the other one goes on. */
	e.session = (struct mcw_session){
		.magic = MCW_RECORDING_MAGIC,
		.format = MCW_RECORDING_FORMAT,
		.abi = MCW_ABI_VERSION,
		.record_bytes = MCW_RECORD_BYTES,
		.load = 55,
		.wall_ns = wall_ns,
		.mono_ns = (first + 1) * S,
	};
	put(file, &e, MCW_ENTRY_SESSION);
	for (unsigned int n = first; n < first + count; n++)
		put_event(file, n, n * S, 0x1000 * n);
	memset(&e, 0, sizeof(e));
	put(file, &e, MCW_ENTRY_MOVED);
	fclose(file);
}

static __u64 positions, losses, second_place;
static unsigned int sessions;

static enum mcw_step record_count(struct mcw_stream *s, const struct mcw_record *rec)
{
	expect_eq(rec->head.pos, positions);
	positions++;
	losses += s->lost[rec->head.lane].lost;
	return MCW_STEP_MORE;
}

static enum mcw_step session_count(struct mcw_stream *s, const struct mcw_session *session,
				   bool fresh)
{
	(void)session;
	expect_eq(fresh, !sessions);
	if (++sessions == 2)
		second_place = s->offset;
	return MCW_STEP_MORE;
}

/* Packed or not, the parts are one recording; also if they are renamed meanwhile. */
static void test_one_recording(void)
{
	static const struct mcw_consumer consumer = { .record = record_count,
						      .session = session_count };
	char other[] = "/tmp/mcw-rotate-XXXXXX";
	struct mcw_stream s = { .consumer = &consumer, .path = other, .output = -1 };
	struct mcw_recording f;
	struct mcw_entry e;
	char command[200];

	begin(0, 0);
	unlink(path_of("records"));
	/* By the clock, the first part is the last one. */
	part("records.a", 0, 3, WALL + 99 * S);
	part("records.b", 3, 4, WALL + 10 * S);
	part("records", 7, 2, WALL + 20 * S);
	make("other", 300, 0);
	pack("gzip", "records.a");
	if (!system("command -v zstd >/dev/null"))
		pack("zstd --rm", "records.b");
	/* In a directory that was not looked at yet. */
	expect_eq(!mkdtemp(other), false);
	snprintf(command, sizeof(command), "mv %s/* %s/", directory, other);
	expect_eq(system(command), 0);
	expect_eq(mcw_stream_replay(&s), MCW_STEP_MORE);
	expect_eq(positions, 9);
	expect_eq(losses, 0);
	expect_eq(sessions, 3);
	snprintf(command, sizeof(command), "mv %s/records %s/records.c && gzip %s/records.c", other,
		 other, other);
	expect_eq(system(command), 0);
	expect_eq(mcw_recording_open_at(&f, other, second_place), 1);
	expect_eq(mcw_recording_next(&f, &e), MCW_NEXT_ENTRY);
	expect_eq(e.kind, MCW_ENTRY_SESSION);
	for (unsigned int n = 3; n < 9; n++) {
		do
			expect_eq(mcw_recording_next(&f, &e), MCW_NEXT_ENTRY);
		while (e.kind != MCW_ENTRY_RECORD && ktap_good);
		expect_eq(e.record.head.pos, n);
	}
	mcw_recording_close(&f);
	expect_eq(mcw_recordings_of(other)->skipped, 1);
}

/* What could be unpacked is read, and it is a failure. */
static void test_cut_off(void)
{
	struct mcw_recording f;
	struct stat st;

	begin(0, 0);
	record("records.b", 1);
	pack("gzip", "records.b");
	expect_eq(stat(path_of("records.b.gz"), &st), 0);
	expect_eq(truncate(path_of("records.b.gz"), st.st_size - 6), 0);
	expect_eq(mcw_recording_open(&f, path_of("records.b.gz")), true);
	expect_eq(f.damaged, 1);
	mcw_recording_close(&f);
}

static const struct ktap_case cases[] = {
	{ "when a new file begins", test_when },
	{ "which are too old", test_days },
	{ "which are too large", test_bytes },
	{ "names", test_names },
	{ "packed files in a directory", test_packed },
	{ "a packed file that was cut off", test_cut_off },
	{ "a directory as one recording", test_one_recording },
};

int main(void)
{
	ktap_begin();
	if (!mkdtemp(directory))
		exit(2);
	ktap_run(cases, sizeof(cases) / sizeof(cases[0]));
	return ktap_end();
}

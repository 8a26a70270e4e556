// SPDX-License-Identifier: GPL-2.0
/* LINK: module/reader.c module/ring.c module/ring_read.c module/ring_user.c */
/* LINK: selftests/unit/kernel/vmalloc.c selftests/unit/kernel/uaccess.c */
/* FLAGS: -Iselftests/unit/kernel */
/*
 * A reader of all lanes: the order in which it merges them, what it keeps if the user's buffer
 * faults, and what it says of losses. Records may come at each word that goes to the user.
 */
#include <mcewarden/reader.h>

#include <errno.h>
#include <linux/uio.h>
#include <mcewarden/unread.h>

#include "ring_check.h"

#define MOST 600U /* records of a read */
#define LANE MCW_LANE_OTHER

unsigned long jiffies;
struct mcw_unread_mark mcw_unread_marks[MCW_LANES];

/* The counts of what nobody has read are tested in a machine: cases/losses.py. */
void mcw_unread_account(unsigned int id)
{
	(void)id;
}

void mcw_unread_overrun(unsigned int id, u64 missed)
{
	(void)id;
	(void)missed;
}

static struct mcw_reader reader;
static struct mcw_record recs[MOST];
static u64 words_left, at_word; /* of the user's memory; at which word to call */
static void (*then)(void);

static bool touched(void *unused)
{
	(void)unused;
	if (then && !at_word--)
		then();
	return words_left && words_left--;
}

/* Everything is as if the module was just loaded, and one file open. */
static void begin(unsigned int size)
{
	memset(&reader, 0, sizeof(reader));
	memset(mcw_unread_marks, 0, sizeof(mcw_unread_marks));
	memset(recs, 0, sizeof(recs));
	start(size);
	mcw_reader_seek(&reader, false);
	jiffies = 1000;
	words_left = U64_MAX;
	then = NULL;
	uaccess_touch = touched;
}

static ssize_t read_pieces(const struct iovec *pieces, unsigned int count)
{
	struct iov_iter iter = { .segment = pieces };
	bool busy = false;
	size_t before;
	ssize_t done;

	while (count--)
		iter.count += pieces[count].iov_len;
	before = iter.count;
	done = mcw_reader_read(&reader, &iter, &busy);
	expect_eq(before - iter.count, done > 0 ? (size_t)done : 0);
	return done;
}

/* Returns the number of records, or an error. */
static ssize_t read_some(unsigned int most)
{
	struct iovec piece = { recs, most * sizeof(*recs) };
	ssize_t done = read_pieces(&piece, 1);

	return done > 0 ? done / MCW_RECORD_BYTES : done;
}

static void merges(void)
{
	static const struct {
		unsigned int id;
		u64 ns;
	} puts[] = {
		/* Records of one time are in the order of the lanes; each lane's keep theirs. */
		{ 1, 10 }, { 1, 11 }, { 0, 12 }, { 1, 12 }, { 2, 12 }, { 1, 13 },
		{ 1, 0 }, { 2, 14 }, { 2, 15 }, { 0, 16 }, { 2, 16 }, { 1, U64_MAX },
	};
	const unsigned int count = sizeof(puts) / sizeof(puts[0]);
	unsigned int i;

	begin(EACH);
	for (i = 0; i < count; i++)
		put(puts[i].id, puts[i].ns);
	expect_eq(read_some(MOST), count);
	for (i = 0; i < count; i++) {
		expect_eq(recs[i].head.lane, puts[i].id);
		expect_eq(recs[i].head.mono_ns, puts[i].ns);
	}
	expect_eq(read_some(MOST), 0);
	mcw_ring_exit();
}

static void left_out(void)
{
	begin(EACH);
	reader.left_out = ~(1U << LANE);
	put(MCW_LANE_SEVERE, 1);
	put(LANE, 2);
	put(MCW_LANE_NOTICE, 3);
	expect_eq(read_some(MOST), 1);
	expect_eq(recs[0].head.lane, LANE);
	expect(!mcw_reader_look(&reader).record);
	mcw_ring_exit();
}

/* A severe record at 50, and one behind it in the lane that is being copied. */
static void put_later(void)
{
	then = NULL;
	put(MCW_LANE_SEVERE, 50);
	put(LANE, 60);
}

/* A run does not overtake what comes to another lane. */
static void not_overtaken(void)
{
	unsigned int word;

	for (word = 0; word < 3 * MCW_RECORD_WORDS; word++) {
		begin(EACH);
		put(LANE, 10);
		put(LANE, 20);
		put(LANE, 30);
		at_word = word;
		then = put_later;
		expect_eq(read_some(MOST), 5);
		expect_eq(recs[2].head.mono_ns, 30);
		expect_eq(recs[3].head.mono_ns, 50);
		expect_eq(recs[4].head.mono_ns, 60);
		mcw_ring_exit();
	}
}

static void lap(void)
{
	unsigned int i;

	then = NULL;
	for (i = 0; i < EACH + 2; i++)
		put(LANE, 100 + i);
}

static void check_missed(u64 missed)
{
	expect_eq(reader.said.lane[LANE], missed);
	expect_eq(reader.said.lane[MCW_LANE_SEVERE], 0);
}

/* The slot is overwritten at any word of its copy: only whole records count. */
static void overrun_while_copying(void)
{
	unsigned int word, i, whole;

	for (word = 0; word < 3 * MCW_RECORD_WORDS; word++) {
		begin(EACH);
		for (i = 0; i < 3; i++)
			put(LANE, 10 + i);
		at_word = word;
		then = lap;
		whole = word / MCW_RECORD_WORDS;
		if (!whole)
			expect_eq(read_some(MOST), -EPIPE);
		else
			expect_eq(read_some(MOST), whole);
		for (i = 0; i < whole; i++)
			expect_record(LANE, i, &recs[i], __LINE__);
		expect_eq(atomic64_read(&mcw_unread_marks[LANE].below), whole);
		if (whole) {
			expect(mcw_reader_look(&reader).overrun);
			expect_eq(read_some(MOST), -EPIPE);
		}
		/* All EACH + 5 were put, and EACH are left. */
		check_missed(5 - whole);
		expect_eq(read_some(MOST), EACH);
		expect_record(LANE, 5, &recs[0], __LINE__);
		mcw_ring_exit();
	}
}

/* At any word of the buffer: no record is lost, and none comes twice. */
static void faults(void)
{
	unsigned int word, i, whole, laps;

	for (word = 0; word < 4 * MCW_RECORD_WORDS; word++) {
		laps = word % 2; /* it may be overwritten before the next read */
		begin(EACH);
		for (i = 0; i < 3; i++)
			put(LANE, 10 + i);
		words_left = word;
		whole = word / MCW_RECORD_WORDS;
		expect_eq(read_some(MOST), whole ? (ssize_t)whole : -EFAULT);
		expect_eq(atomic64_read(&mcw_unread_marks[LANE].below), whole);
		for (i = 0; i < whole; i++)
			expect_record(LANE, i, &recs[i], __LINE__);
		if (laps)
			lap();
		/* The same again, as long as it is the first record that faults. */
		words_left = word % MCW_RECORD_WORDS;
		if (whole < 3) {
			expect_eq(read_some(MOST), -EFAULT);
			expect(mcw_reader_look(&reader).record);
			expect(!mcw_reader_look(&reader).overrun);
		}
		words_left = U64_MAX;
		if (laps) {
			if (whole < 3) {
				expect_eq(read_some(MOST), 1);
				expect_record(LANE, whole, &recs[0], __LINE__);
			}
			expect_eq(read_some(MOST), -EPIPE);
			/* All EACH + 5 were put, EACH are left, and "whole" and one were read. */
			check_missed(5 - whole - (whole < 3));
			expect_eq(read_some(MOST), EACH);
		} else {
			expect_eq(read_some(MOST), 3 - whole);
			for (i = 0; i < 3 - whole; i++)
				expect_record(LANE, whole + i, &recs[i], __LINE__);
		}
		expect_eq(read_some(MOST), 0);
		mcw_ring_exit();
	}
}

/* readv(): pieces of any size, also empty ones, give the same bytes as one buffer. */
static void pieces(void)
{
	static const size_t sizes[][6] = {
		{ 1, 247, 248, 249, 495, 3 },	 { 0, 248, 0, 496, 0, 248 },
		{ 100, 100, 100, 100, 100, 1000 }, { 8, 992, 200, 40, 8, 248 },
		{ 247, 1, 247, 1, 247, 249 },
	};
	struct iovec piece[6];
	unsigned int i, k, count;
	size_t total;

	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		begin(EACH);
		for (k = 0; k < 8; k++)
			put(k % MCW_LANES, 10 + k);
		for (k = 0, total = 0; k < 6; total += sizes[i][k++])
			piece[k] = (struct iovec){ (char *)recs + total, sizes[i][k] };
		count = total / MCW_RECORD_BYTES;
		expect_eq(read_pieces(piece, 6), count * MCW_RECORD_BYTES);
		for (k = 0; k < count; k++) {
			expect_record(k % MCW_LANES, k / MCW_LANES, &recs[k], __LINE__);
			expect_eq(recs[k].head.mono_ns, 10 + k);
		}
		expect_eq(read_some(MOST), 8 - count);
		mcw_ring_exit();
	}
}

/* A fault in the second piece, in the middle of a record. */
static void faulting_piece(void)
{
	struct iovec piece[2] = { { recs, 300 }, { (char *)recs + 300, 196 } };
	unsigned int words;

	for (words = 32; words < 62; words++) {
		begin(EACH);
		put(LANE, 1);
		put(LANE, 2);
		words_left = words;
		expect_eq(read_pieces(piece, 2), MCW_RECORD_BYTES);
		words_left = U64_MAX;
		expect_eq(read_some(MOST), 1);
		expect_record(LANE, 1, &recs[0], __LINE__);
		mcw_ring_exit();
	}
}

/* A producer that does not leave its slot holds up its own lane only, and not for ever. */
static void stuck(void)
{
	struct mcw_reservation res;
	struct mcw_reader_seen seen;

	begin(EACH);
	expect(mcw_ring_reserve(LANE, MCW_EVENT, &res));
	put(LANE, 10);
	put(MCW_LANE_SEVERE, 20);
	expect_eq(read_some(MOST), 1);
	expect_eq(recs[0].head.lane, MCW_LANE_SEVERE);
	seen = mcw_reader_look(&reader);
	expect(seen.busy && !seen.record && !seen.overrun);
	jiffies += MCW_STUCK_JIFFIES - 1;
	expect_eq(read_some(MOST), 0);
	jiffies++;
	expect_eq(read_some(MOST), 1);
	expect_record(LANE, 1, &recs[0], __LINE__);
	expect(!mcw_reader_look(&reader).busy);
	mcw_ring_commit(LANE, &res);
	expect_eq(read_some(MOST), 0);
	mcw_ring_exit();
}

/* More than a run holds, of two lanes. */
static void many(void)
{
	unsigned int i;

	begin(512);
	for (i = 0; i < 500; i++)
		put(LANE, 10 + i);
	for (i = 0; i < 80; i++)
		put(MCW_LANE_NOTICE, 400 + i);
	expect_eq(read_some(MOST), 580);
	for (i = 1; i < 580; i++)
		expect(recs[i - 1].head.mono_ns <= recs[i].head.mono_ns);
	expect_eq(atomic64_read(&mcw_unread_marks[LANE].below), 500);
	expect_eq(atomic64_read(&mcw_unread_marks[MCW_LANE_NOTICE].below), 80);
	expect_eq(atomic64_read(&mcw_unread_marks[MCW_LANE_SEVERE].below), 0);
	mcw_ring_exit();
}

/* A seek forgets a kept record and an overrun. */
static void seeks(void)
{
	begin(EACH);
	put(LANE, 1);
	put(LANE, 2);
	words_left = 0;
	expect_eq(read_some(MOST), -EFAULT);
	words_left = U64_MAX;
	mcw_reader_seek(&reader, false);
	expect_eq(read_some(MOST), 2);
	lap();
	lap();
	mcw_reader_seek(&reader, true);
	expect_eq(read_some(MOST), 0);
	expect_eq(atomic64_read(&mcw_unread_marks[LANE].below), 2);
	mcw_ring_exit();
}

int main(void)
{
	static const struct ring_case cases[] = {
		{ "lanes are merged by time", merges },
		{ "lanes that are not wanted are left out", left_out },
		{ "a run does not overtake other lanes", not_overtaken },
		{ "overwritten at any word of a copy", overrun_while_copying },
		{ "a fault at any word loses nothing", faults },
		{ "buffers in pieces", pieces },
		{ "a fault in a piece loses nothing", faulting_piece },
		{ "a stuck producer is passed after its time", stuck },
		{ "more records than a run holds", many },
		{ "a seek forgets", seeks },
	};

	return run_cases(cases, sizeof(cases) / sizeof(cases[0]));
}

// SPDX-License-Identifier: GPL-2.0
/* LINK: mcwctl */
/*
 * The lines that the module leaves in the log at a panic: what it writes is what mcwctl reads back,
 * field by field; a line that is cut off anywhere gives no wrong value; and which records are
 * chosen.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <mcewarden/panic_lines.h>

#include "ktap.h"
#include "decode/decode.h"
#include "klog/panic_lines.h"
#include "klog/records.h"

#define ROUNDS 20000
#define RECORDS 10000

static __u64 seed = 1;

static __u64 next_random(void)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return seed;
}

/* Bytes that are often 0, 0xff, a blank, a quote, a backslash or the end of a line. */
static unsigned char random_byte(void)
{
	static const unsigned char likely[] = { 0, 0, 0, 0xff, ' ', '"', '\\', '\n' };
	__u64 r = next_random();

	return r & 1 ? likely[r >> 8 & 7] : r >> 8;
}

/* All members that a line has. */
static void random_record(struct mcw_record *rec, __u8 type)
{
	unsigned int count;
	const struct mcw_panic_member *members = mcw_panic_members(type, &count);

	memset(rec, 0, sizeof(*rec));
	for (unsigned int i = 0; i < count; i++)
		for (unsigned int byte = 0; byte < members[i].bytes; byte++)
			((unsigned char *)rec)[members[i].offset + byte] = random_byte();
	rec->head.type = type;
}

static bool is_same(const struct mcw_record *a, const struct mcw_record *b,
		    const struct mcw_panic_member *m)
{
	return !memcmp((const char *)a + m->offset, (const char *)b + m->offset, m->bytes);
}

static void says_all(__u8 type)
{
	struct mcw_panic_which which = { .number = 0 };
	struct mcw_panic_said said = { .whole = false };
	char line[MCW_PANIC_LINE_BYTES], name[80];
	struct mcw_record rec;
	unsigned int count, cut = 0;
	const struct mcw_panic_member *members = mcw_panic_members(type, &count);
	bool ok = true;

	for (unsigned int i = 0; i < ROUNDS && ok; i++) {
		unsigned int length;

		random_record(&rec, type);
		which.bank = i & 1;
		which.oldest = i & 2;
		which.number = next_random() >> (i & 63);
		length = mcw_panic_line(line, &which, &rec);
		ok = length == strlen(line) && length < sizeof(line) &&
		     mcw_panic_said_read(&said, line, length) && said.record.head.type == type &&
		     said.which.bank == which.bank && said.which.oldest == which.oldest &&
		     said.which.number == which.number;
		cut += !said.whole;
		for (unsigned int m = 0; m < count && ok && said.whole; m++)
			ok = is_same(&rec, &said.record, &members[m]);
		for (unsigned int at = 0; at < length; at++)
			ok = ok && line[at] >= ' ' && line[at] <= '~';
		if (!ok)
			printf("# %s\n", line);
	}
	snprintf(name, sizeof(name), "%s: all members are read back", mcw_panic_type_name(type));
	ktap_result(ok, name);
	/* Only a text of 152 bytes of which each needs four may find no room. */
	snprintf(name, sizeof(name), "%s: each line is whole", mcw_panic_type_name(type));
	ktap_result(!cut, name);
}

/* Of a line that ends anywhere, a member is right, or it is as if it were not there. */
static void is_cut_off(__u8 type)
{
	const struct mcw_panic_which which = { .number = 1234567 };
	struct mcw_panic_said said;
	char line[MCW_PANIC_LINE_BYTES], name[80];
	struct mcw_record rec, zero;
	unsigned int count, length;
	const struct mcw_panic_member *members = mcw_panic_members(type, &count);
	bool ok = true;

	memset(&zero, 0, sizeof(zero));
	random_record(&rec, type);
	length = mcw_panic_line(line, &which, &rec);
	for (unsigned int at = 0; at < length && ok; at++) {
		if (!mcw_panic_said_read(&said, line, at))
			continue;
		ok = !said.whole;
		for (unsigned int m = 0; m < count && ok; m++) {
			bool same = is_same(&rec, &said.record, &members[m]);

			/* The reader fills this one in. */
			if (!strcmp(members[m].name, "absent"))
				continue;
			ok = same || is_same(&zero, &said.record, &members[m]);
			if (type == MCW_EVENT && members[m].absent &&
			    !(said.absent & members[m].absent))
				ok = ok && (same || members[m].absent == MCW_ABSENT_MACHINE ||
					    members[m].absent == MCW_ABSENT_KFLAGS);
		}
		if (!ok)
			printf("# %.*s\n", at, line);
	}
	snprintf(name, sizeof(name), "%s: a line that is cut off says nothing wrong",
		 mcw_panic_type_name(type));
	ktap_result(ok, name);
}

static void chooses(void)
{
	struct mcw_panic_choice choice = { .count = 0 };
	bool ok = true;

	for (__u64 pos = RECORDS; pos-- > 0;)
		mcw_panic_offer(&choice, pos + 7);
	for (unsigned int i = 0; i < MCW_PANIC_RECORDS; i++)
		ok = ok && choice.newest[i] == RECORDS - 1 - i + 7;
	ktap_result(ok && choice.count == MCW_PANIC_RECORDS, "of many records, the newest");
	ktap_result(choice.oldest == 7 && choice.unread == RECORDS, "and the oldest");
	memset(&choice, 0, sizeof(choice));
	mcw_panic_offer(&choice, 3);
	ktap_result(choice.count == 1 && choice.newest[0] == 3 && choice.oldest == 3,
		    "one record is the newest and the oldest");
}

/* As panic.c prints them: lines while there is room, then those of the oldest. */
static __u64 print_lines(__u64 each, __u64 ns, bool oldest, __u64 bytes, unsigned int *lines)
{
	__u64 used_ns = 0;

	*lines = 0;
	while (mcw_panic_has_room(bytes, used_ns, oldest) && *lines < 1000000) {
		bytes += each;
		used_ns += ns;
		++*lines;
	}
	return bytes;
}

static void is_bounded(void)
{
	unsigned int lines;
	__u64 bytes = print_lines(MCW_PANIC_LINE_BYTES, 1, false, 0, &lines);

	bytes = print_lines(MCW_PANIC_LINE_BYTES, 1, true, bytes, &lines);
	ktap_result(bytes <= MCW_PANIC_BYTES && lines,
		    "the longest lines, and room for the oldest");
	print_lines(1, 100000000, false, 0, &lines);
	ktap_result(lines == 10, "on a console that takes 0.1 s for a line, ten lines");
}

static void record_keep(void *arg, const struct mcw_console_record *r)
{
	*(struct mcw_console_record *)arg = *r;
}

static void note_drop(void *arg, unsigned long line, enum mcw_fact key, const char *text)
{
	(void)arg;
	(void)line;
	(void)key;
	(void)text;
}

/* Through the log's reader: the registers, the load, and where it was in its lane. */
static void is_a_record(void)
{
	static struct mcw_console c;
	static struct mcw_console_record got;
	struct mcw_event known = { .absent = MCW_ABSENT_ALL };
	char line[MCW_PANIC_LINE_BYTES], text[MCW_PANIC_LINE_BYTES + 40];
	struct mcw_record rec;
	bool same;

	random_record(&rec, MCW_EVENT);
	rec.event.absent = 0;
	rec.event.regs.status = 0xbd000000000000c0;
	mcw_panic_line(line, &(struct mcw_panic_which){ .number = 5, .oldest = true }, &rec);
	mcw_console_begin(&c, &known, record_keep, note_drop, &got);
	snprintf(text, sizeof(text),
		 "[   12.3] mcewarden: [Hardware Error]: at panic: load c0ffee: 1");
	mcw_console_line(&c, text, strlen(text));
	snprintf(text, sizeof(text), "<0>[   12.3] mcewarden: %s", line);
	mcw_console_line(&c, text, strlen(text));
	mcw_console_end(&c);
	same = !memcmp(&got.event.regs, &rec.event.regs, sizeof(rec.event.regs)) &&
	       got.event.source == rec.event.source && got.event.flags == rec.event.flags;
	ktap_result(same && !got.event.absent, "the log's reader has the same registers");
	same = got.captured.load == 0xc0ffee && got.captured.head.pos == 5;
	same = same && got.captured.head.mono_ns == rec.head.mono_ns &&
	       got.captured.head.wall_ns == rec.head.wall_ns;
	ktap_result(same, "and knows which record of which load it is");
}

int main(void)
{
	static const __u8 types[] = { MCW_EVENT, MCW_OUTCOME, MCW_VICTIM, MCW_LOCATION };
	unsigned int count;
	bool none;

	ktap_begin();
	for (unsigned int i = 0; i < sizeof(types); i++) {
		says_all(types[i]);
		is_cut_off(types[i]);
	}
	none = !mcw_panic_members(MCW_STORM, &count) && !mcw_panic_type_name(MCW_STORM);
	ktap_result(none && !mcw_panic_type_name(255), "other types have no lines");
	chooses();
	is_bounded();
	is_a_record();
	return ktap_end();
}

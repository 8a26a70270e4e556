// SPDX-License-Identifier: GPL-2.0
/*
 * Which records to show, and how the command line asks for them.
 */
#define _GNU_SOURCE
#include "source/filter.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include <mcewarden/grading.h>

#include "decode/decode.h"

#define NS_PER_S	1000000000ULL
#define WORD_BYTES	16

/* How bad a class is. Grades have no such order. */
static const unsigned char badness[] = {
	[MCW_CLASS_CORRECTED] = 0, [MCW_CLASS_DEFERRED] = 1,	[MCW_CLASS_UCNA] = 1,
	[MCW_CLASS_SRAO] = 2,	   [MCW_CLASS_UNCORRECTED] = 3, [MCW_CLASS_SRAR] = 3,
	[MCW_CLASS_FATAL] = 4,
};

static bool number_take(const char **text, __u32 max, __u32 *number)
{
	unsigned long long value;
	char *end;

	if (!isdigit((unsigned char)**text))
		return false;
	errno = 0;
	value = strtoull(*text, &end, 10);
	*text = end;
	*number = value;
	return !errno && value <= max;
}

bool mcw_ranges_parse(struct mcw_ranges *r, const char *text, __u32 max)
{
	for (;;) {
		__u32 first, last;

		if (r->count == MCW_RANGES_MAX || !number_take(&text, max, &first))
			return false;
		last = first;
		if (*text == '-') {
			text++;
			if (!number_take(&text, max, &last) || last < first)
				return false;
		}
		r->range[r->count].first = first;
		r->range[r->count].last = last;
		r->count++;
		if (!*text)
			return true;
		if (*text != ',')
			return false;
		text++;
	}
}

bool mcw_in_ranges(const struct mcw_ranges *r, __u32 number)
{
	for (unsigned int i = 0; i < r->count; i++)
		if (number >= r->range[i].first && number <= r->range[i].last)
			return true;
	return !r->count;
}

static bool severity_add(struct mcw_filter *f, const char *word)
{
	size_t length = strlen(word);
	bool worse = length && word[length - 1] == '+';
	bool known = false;

	length -= worse;
	for (unsigned int grade = 0; grade <= MCW_GRADE_PANIC && !worse; grade++) {
		const char *name = mcw_grade_name(grade);

		if (strlen(name) != length || strncasecmp(word, name, length))
			continue;
		f->grades |= 1U << grade;
		known = true;
	}
	for (unsigned int one = 0; one < ARRAY_SIZE(badness); one++) {
		const char *name = mcw_class_name(one);

		if (strlen(name) != length || strncasecmp(word, name, length))
			continue;
		f->classes |= 1U << one;
		for (unsigned int c = 0; worse && c < ARRAY_SIZE(badness); c++)
			if (badness[c] >= badness[one])
				f->classes |= 1U << c;
		known = true;
	}
	return known;
}

static bool source_add(struct mcw_filter *f, const char *word)
{
	for (unsigned int source = 0; source <= MCW_SOURCE_PROCESS; source++) {
		if (strcasecmp(word, mcw_source_name(source)))
			continue;
		f->sources |= 1U << source;
		return true;
	}
	return false;
}

static bool list_parse(struct mcw_filter *f, const char *text,
		       bool (*add)(struct mcw_filter *f, const char *word))
{
	for (;;) {
		size_t length = strcspn(text, ",");
		char word[WORD_BYTES] = "";

		if (length >= sizeof(word))
			return false;
		memcpy(word, text, length);
		if (!add(f, word))
			return false;
		if (!text[length])
			return true;
		text += length + 1;
	}
}

bool mcw_filter_severities_parse(struct mcw_filter *f, const char *text)
{
	return list_parse(f, text, severity_add);
}

bool mcw_filter_sources_parse(struct mcw_filter *f, const char *text)
{
	return list_parse(f, text, source_add);
}

/* "h", or " hours ago". */
static bool is_unit(const char *text, char letter, const char *word)
{
	size_t length = strlen(word);

	if (text[0] == letter && !text[1])
		return true;
	if (text[0] != ' ' || strncasecmp(++text, word, length))
		return false;
	text += length;
	text += *text == 's' || *text == 'S';
	return !strcasecmp(text, " ago");
}

static bool ago_parse(const char *text, __u64 now_ns, __u64 *ns)
{
	static const struct {
		char letter;
		const char *word;
		unsigned int seconds;
	} units[] = {
		{ 's', "second", 1 },  { 'm', "minute", 60 },	   { 'h', "hour", 3600 },
		{ 'd', "day", 86400 }, { 'w', "week", 7 * 86400 },
	};
	__u32 number;

	if (!number_take(&text, ~0U, &number))
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(units); i++) {
		if (!is_unit(text, units[i].letter, units[i].word))
			continue;
		if (number > now_ns / NS_PER_S / units[i].seconds)
			*ns = 0;
		else
			*ns = now_ns - number * NS_PER_S * units[i].seconds;
		return true;
	}
	return false;
}

/* The digits behind a decimal point, as nanoseconds. */
static __u64 fraction_take(const char **text)
{
	__u64 ns = 0, unit = NS_PER_S;

	if (**text != '.')
		return 0;
	for ((*text)++; isdigit((unsigned char)**text); (*text)++) {
		unit /= 10;
		ns += unit * (**text - '0');
	}
	return ns;
}

/* Nothing, Z, or an offset such as +01:00, as mcwctl prints it. */
static bool zone_parse(const char *text, bool *given, long *east_s)
{
	static const char form[] = "+00:00";
	int hours, minutes;

	*east_s = 0;
	*given = *text;
	if (!*text || !strcmp(text, "Z"))
		return true;
	for (size_t i = 0; i < sizeof(form); i++)
		if (form[i] == '0' ? !isdigit((unsigned char)text[i]) :
		    i		   ? text[i] != form[i] :
				     !strchr("+-", text[i]))
			return false;
	hours = (text[1] - '0') * 10 + text[2] - '0';
	minutes = (text[4] - '0') * 10 + text[5] - '0';
	*east_s = (hours * 60L + minutes) * 60 * (*text == '-' ? -1 : 1);
	return true;
}

static bool date_parse(const char *text, __u64 *ns)
{
	static const char *const formats[] = {
		"%Y-%m-%d", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M", "%Y-%m-%d %T", "%Y-%m-%dT%T",
	};

	for (size_t i = 0; i < ARRAY_SIZE(formats); i++) {
		struct tm tm = { .tm_isdst = -1 };
		const char *end = strptime(text, formats[i], &tm);
		__u64 fraction = 0;
		bool zone;
		time_t seconds;
		long east_s;

		if (end && strstr(formats[i], "%T"))
			fraction = fraction_take(&end);
		if (!end || (*end && !i) || !zone_parse(end, &zone, &east_s))
			continue;
		seconds = zone ? timegm(&tm) - east_s : mktime(&tm);
		*ns = seconds * NS_PER_S + fraction;
		return seconds >= 0;
	}
	return false;
}

/* The local midnight with which that day began. */
static bool day_parse(const char *text, __u64 now_ns, __u64 *ns)
{
	bool yesterday = !strcasecmp(text, "yesterday");
	time_t seconds = now_ns / NS_PER_S;
	struct tm tm;

	if ((!yesterday && strcasecmp(text, "today")) || !localtime_r(&seconds, &tm))
		return false;
	tm.tm_sec = 0;
	tm.tm_min = 0;
	tm.tm_hour = 0;
	tm.tm_mday -= yesterday;
	tm.tm_isdst = -1;
	seconds = mktime(&tm);
	*ns = seconds * NS_PER_S;
	return seconds >= 0;
}

bool mcw_filter_since_parse(struct mcw_filter *f, const char *text, __u64 now_ns)
{
	__u32 seconds;

	if (*text == '@') {
		text++;
		if (!number_take(&text, ~0U, &seconds) || *text)
			return false;
		f->since_ns = seconds * NS_PER_S;
		return true;
	}
	return ago_parse(text, now_ns, &f->since_ns) || day_parse(text, now_ns, &f->since_ns) ||
	       date_parse(text, &f->since_ns);
}

/* A record from a file may hold any number. */
static unsigned int bit_of(unsigned int n)
{
	return n < 32 ? 1U << n : 0;
}

static bool event_fits(const struct mcw_filter *f, const struct mcw_event *ev)
{
	unsigned int grade = ev->regs.severity;

	if (f->sources && !(f->sources & bit_of(ev->source)))
		return false;
	if (!mcw_in_ranges(&f->cpus, ev->regs.extcpu) || !mcw_in_ranges(&f->banks, ev->regs.bank))
		return false;
	if (!f->grades && !f->classes)
		return true;
	if (f->grades & bit_of(grade) || f->classes & 1U << mcw_event_class(ev))
		return true;
	/* Where the kernel gave no grade, the grade of mcewarden counts. */
	return grade == MCW_GRADE_NO && f->grades & 1U << mcw_event_grade(ev).grade;
}

bool mcw_filter_fits(const struct mcw_filter *f, const struct mcw_record *rec)
{
	if (rec->head.wall_ns < f->since_ns)
		return false;
	if (rec->head.type == MCW_EVENT)
		return event_fits(f, &rec->event);
	if (rec->head.type != MCW_STORM)
		return true;
	return !f->grades && !f->classes && !f->sources &&
	       mcw_in_ranges(&f->cpus, rec->storm.cpu) &&
	       (rec->storm.all_banks || mcw_in_ranges(&f->banks, rec->storm.bank));
}

bool mcw_filter_picks(const struct mcw_filter *f)
{
	return f->grades || f->classes || f->sources || f->cpus.count || f->banks.count;
}

void mcw_shown_set(struct mcw_shown *s, unsigned int lane, __u64 pos, bool shown)
{
	__u64 *word = &s->lane[lane][pos % MCW_SHOWN_BITS / 64];
	__u64 bit = 1ULL << pos % 64;

	*word = shown ? *word | bit : *word & ~bit;
}

bool mcw_shown(const struct mcw_shown *s, unsigned int lane, __u64 pos)
{
	return lane < MCW_LANES && s->lane[lane][pos % MCW_SHOWN_BITS / 64] >> pos % 64 & 1;
}

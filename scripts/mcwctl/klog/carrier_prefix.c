// SPDX-License-Identifier: GPL-2.0
/*
 * What stands before a message: levels, times, CPUs and tasks, hosts, programs.
 *
 * Loggers put them in many orders, and one puts its own before those of another, so they are
 * taken off one by one, until what comes next is none of them.
 */
#include <string.h>

#include "klog/carrier.h"
#include "klog/scan.h"

#define US_PER_S 1000000

static bool take_month(struct mcw_cursor *c)
{
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";

	for (size_t i = 0; i < sizeof(months) - 1; i += 3) {
		if (mcw_left(c) >= 3 && !memcmp(c->at, months + i, 3)) {
			c->at += 3;
			return true;
		}
	}
	return false;
}

static bool take_two(struct mcw_cursor *c, char separator)
{
	__u64 number;

	return mcw_take_number(c, 10, 9999, &number) && c->at < c->end && *c->at == separator &&
	       ++c->at;
}

static bool take_clock(struct mcw_cursor *c)
{
	__u64 number;

	if (!take_two(c, ':') || !take_two(c, ':') || !mcw_take_number(c, 10, 60, &number))
		return false;
	if (c->at < c->end && (*c->at == '.' || *c->at == ',')) {
		c->at++;
		mcw_take_number(c, 10, ~0ULL, &number);
	}
	return true;
}

/* "Jul 20 16:11:50", a year may follow the day. */
static bool take_syslog_time(struct mcw_cursor *c)
{
	struct mcw_cursor year;
	__u64 number;

	if (!take_month(c))
		return false;
	mcw_take_blanks(c);
	if (!mcw_take_number(c, 10, 31, &number) || !mcw_take(c, " "))
		return false;
	year = *c;
	if (mcw_take_number(&year, 10, 9999, &number) && number > 31 && mcw_take(&year, " "))
		*c = year;
	return take_clock(c);
}

/* "2023-04-24T10:21:33.123456+02:00", or with a blank in the middle. */
static bool take_iso_time(struct mcw_cursor *c)
{
	__u64 number;

	if (mcw_left(c) < 19 || c->at[4] != '-' || !take_two(c, '-') || !take_two(c, '-') ||
	    !mcw_take_number(c, 10, 31, &number) || (!mcw_take(c, "T") && !mcw_take(c, " ")) ||
	    !take_clock(c))
		return false;
	if (mcw_take(c, "Z"))
		return true;
	if (mcw_take(c, "+") || mcw_take(c, "-")) {
		mcw_take_number(c, 10, 9999, &number);
		if (mcw_take(c, ":"))
			mcw_take_number(c, 10, 59, &number);
	}
	return true;
}

/* What brackets hold: printk's time, its caller, or another kind of time. */
static bool bracket_take(struct mcw_message *m, const char *begin, const char *end)
{
	struct mcw_cursor in = { begin, end };
	__u64 seconds, us;

	mcw_take_blanks(&in);
	if (in.at == end)
		return false;
	begin = in.at;
	if (mcw_take_number(&in, 10, ~0U, &seconds) && mcw_take(&in, ".") &&
	    mcw_take_number(&in, 10, 999999999, &us) && (in.at == end || mcw_take(&in, " <"))) {
		m->stamped = true;
		m->stamp_us = seconds * US_PER_S + us;
		return true;
	}
	if ((*begin == 'T' || *begin == 'C') && end - begin > 1 && mcw_is_digit(begin[1])) {
		mcw_copy_text(m->caller, sizeof(m->caller), begin, end - begin);
		return true;
	}
	if (*begin == '+')
		return true;
	/* "Mon Oct  3 13:52:42 2022", "May19 19:57" */
	return memchr(begin, ':', end - begin) && mcw_is_letter(*begin) && mcw_is_digit(end[-1]);
}

static bool take_bracket(struct mcw_cursor *c, struct mcw_message *m)
{
	const char *end;

	if (c->at == c->end || *c->at != '[')
		return false;
	end = memchr(c->at, ']', mcw_left(c));
	if (!end || !bracket_take(m, c->at + 1, end))
		return false;
	c->at = end + 1;
	return true;
}

/* "<0>", of syslog and dmesg -r; "<0>1 TIME HOST APP PROCESS ID DATA " of RFC 5424. */
static bool take_level(struct mcw_cursor *c, struct mcw_message *m)
{
	const char *host[4];
	struct mcw_cursor more;
	size_t length = 0;
	__u64 level;

	if (!mcw_take(c, "<") || !mcw_take_number(c, 10, 191, &level) || !mcw_take(c, ">"))
		return false;
	more = *c;
	if (!mcw_take(&more, "1 ") || (!take_iso_time(&more) && !mcw_take(&more, "-")))
		return true;
	/* host, program, process, id of the message */
	for (unsigned int i = 0; i < 4; i++) {
		if (!mcw_take(&more, " "))
			return true;
		host[i] = more.at;
		while (more.at < more.end && *more.at != ' ')
			more.at++;
		if (!i)
			length = more.at - host[i];
	}
	if (!mcw_take(&more, " "))
		return true;
	if (mcw_take(&more, "-") || (mcw_take(&more, "[") && mcw_go_behind(&more, "]")))
		*c = more;
	m->host = host[0];
	m->host_length = length;
	return true;
}

/* "0,900,1879726794,-,caller=T1234;" of /dev/kmsg, and netconsole's alike. */
static bool take_kmsg(struct mcw_cursor *c, struct mcw_message *m)
{
	struct mcw_cursor caller, fragment;
	__u64 number, us;
	const char *end;

	if (!mcw_take_number(c, 10, 1023, &number) || !mcw_take(c, ",") ||
	    !mcw_take_number(c, 10, ~0ULL, &number) || !mcw_take(c, ",") ||
	    !mcw_take_number(c, 10, ~0ULL, &us) || !mcw_take(c, ","))
		return false;
	end = memchr(c->at, ';', mcw_left(c));
	if (!end)
		return false;
	caller = (struct mcw_cursor){ c->at, end };
	fragment = caller;
	m->stamped = true;
	m->stamp_us = us;
	/* "ncfrag=16/33": from its byte 16 on, of 33 */
	m->fragment = mcw_go_behind(&fragment, "ncfrag=") &&
		      mcw_take_number(&fragment, 10, ~0U, &number) && number;
	if (mcw_go_behind(&caller, "caller="))
		mcw_copy_until(m->caller, sizeof(m->caller), &caller, ",");
	c->at = end + 1;
	return true;
}

/* "kern  :emerg : " of dmesg -x. */
static bool take_facility(struct mcw_cursor *c)
{
	static const char *const facilities[] = { "kern", "user", "daemon", "syslog" };

	for (size_t i = 0; i < sizeof(facilities) / sizeof(facilities[0]); i++) {
		struct mcw_cursor at = *c;

		if (!mcw_take(&at, facilities[i]))
			continue;
		mcw_take_blanks(&at);
		if (!mcw_take(&at, ":"))
			return false;
		while (at.at < at.end && mcw_is_letter(*at.at))
			at.at++;
		mcw_take_blanks(&at);
		if (!mcw_take(&at, ":"))
			return false;
		*c = at;
		return true;
	}
	return false;
}

/* "kernel:", "mcelog[2226]:"; another program only with the number of its process. */
static bool take_program(struct mcw_cursor *c, struct mcw_message *m)
{
	static const char *const known[] = { "kernel", "mcelog", "rasdaemon", "vmkernel" };
	struct mcw_cursor name = *c, at = *c;
	bool is_known = false;

	while (at.at < at.end && (mcw_is_letter(*at.at) || mcw_is_digit(*at.at) || *at.at == '-' ||
				  *at.at == '_' || *at.at == '.'))
		at.at++;
	name.end = at.at;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		is_known |= mcw_left(&name) == strlen(known[i]) &&
			    !memcmp(name.at, known[i], mcw_left(&name));
	if (mcw_take(&at, "[")) {
		__u64 process;

		if (!mcw_take_number(&at, 10, ~0U, &process) || !mcw_take(&at, "]"))
			return false;
	} else if (!is_known) {
		return false;
	}
	if (name.at == name.end || !mcw_take(&at, ":"))
		return false;
	mcw_copy_text(m->program, sizeof(m->program), name.at, mcw_left(&name));
	*c = at;
	return true;
}

/* Up to one of stops, or a byte that is 0. */
static void take_word(struct mcw_cursor *c, const char *stops)
{
	while (c->at != c->end && !strchr(stops, *c->at))
		c->at++;
}

/* A host, where a program or printk's time follows; the names of a container's streams alike. */
static bool take_host(struct mcw_cursor *c, struct mcw_message *m)
{
	struct mcw_cursor at = *c, next;
	size_t length;

	take_word(&at, " []{}<>()");
	length = at.at - c->at;
	if (!length || at.at[-1] == ':' || !mcw_take(&at, " "))
		return false;
	mcw_take_blanks(&at);
	next = at;
	if (!take_program(&next, m) && !take_bracket(&next, m))
		return false;
	m->host = c->at;
	m->host_length = length;
	*c = at;
	return true;
}

static bool take_stream(struct mcw_cursor *c)
{
	return mcw_take(c, "stderr F ") || mcw_take(c, "stdout F ") || mcw_take(c, "stderr P ") ||
	       mcw_take(c, "stdout P ");
}

/* A file or the number of a line, as grep puts before what it found. */
static bool take_file(struct mcw_cursor *c)
{
	struct mcw_cursor at = *c, next;
	struct mcw_message unused = { .text = NULL };
	bool found;

	take_word(&at, " :[]{}<>()");
	if (at.at == c->at || !mcw_take(&at, ":"))
		return false;
	next = at;
	found = take_syslog_time(&next);
	if (!found) {
		next = at;
		found = take_iso_time(&next);
	}
	if (!found) {
		next = at;
		found = take_bracket(&next, &unused);
	}
	if (found)
		*c = at;
	return found;
}

/* "1741091252.000001 " of journalctl -o short-unix, only before a host. */
static bool take_unix_time(struct mcw_cursor *c)
{
	__u64 number;

	return mcw_take_number(c, 10, ~0U, &number) && number > 100000000 && mcw_take(c, ".") &&
	       mcw_take_number(c, 10, 999999999, &number) && mcw_take(c, " ");
}

static bool part_take(struct mcw_cursor *c, struct mcw_message *m)
{
	struct mcw_cursor begin = *c;

	switch (*c->at) {
	case '[':
		return take_bracket(c, m);
	case '<':
		if (take_level(c, m))
			return true;
		break;
	case '0' ... '9':
		if (take_iso_time(c))
			return true;
		*c = begin;
		if (take_kmsg(c, m))
			return true;
		*c = begin;
		if (take_unix_time(c))
			return true;
		break;
	default:
		if (take_syslog_time(c))
			return true;
		*c = begin;
		if (take_facility(c) || take_stream(c) || take_program(c, m))
			return true;
		break;
	}
	*c = begin;
	return false;
}

/* What any byte may begin: only where a line begins, or a time was before it. */
static bool name_take(struct mcw_cursor *c, struct mcw_message *m)
{
	struct mcw_cursor begin = *c;

	if (take_host(c, m))
		return true;
	*c = begin;
	return !m->fresh && take_file(c);
}

/* The kernel's own mark, which most lines of a log have: nothing of a carrier's comes behind it. */
static bool is_message(struct mcw_cursor c)
{
	return mcw_take(&c, "mce: [Hardware Error]: ");
}

void mcw_carrier_prefix(struct mcw_message *m)
{
	struct mcw_cursor c = { m->text, m->text + m->length };
	const char *begin = c.at;

	mcw_take_blanks(&c);
	while (c.at < c.end && !is_message(c) && (part_take(&c, m) || name_take(&c, m))) {
		m->fresh = true;
		begin = c.at;
		mcw_take_blanks(&c);
	}
	m->indented = c.at > begin;
	m->text = c.at;
	m->length = c.end - c.at;
}

// SPDX-License-Identifier: GPL-2.0
/*
 * Messages that were folded are put together, and those that were glued are taken apart.
 *
 * A message goes on where the next one has nothing before it that shows a new one, does not
 * begin as a message of its own, and either completes what is open, begins with a word that only
 * stands inside of messages, or would not have fitted on the line.
 */
#define _GNU_SOURCE
#include "klog/unfold.h"

#include <string.h>

#include "klog/scan.h"

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))
#define STATUS_DIGITS 16
/* Nobody folds narrower. */
#define NARROWEST 60
/* Of quoted-printable, with its "=". */
#define PRINTABLE_WIDTH 76

/* What messages about errors have in them, and so may be folded. */
static const char marks[] =
	"[Hardware|Machine|EDAC |mce_record|TSC|RIP |_STATUS[|Memory failure|"
	"Kernel panic|PROCESSOR |MCA: |status=|ERROR_ADDRESS|aer_event|mc_event|(XEN)|"
	" error: |Memory Error |cpu_type=|cpu= |Previous system reset|MISC|ADDR|STATUS";

/* What a message may begin with. */
static const char beginnings[] =
	"mce: |[Hardware Error]|EDAC |CPU |CPU: |RIP |TSC |PROCESSOR |Kernel panic|"
	"Memory failure|Machine check |MCE |HARDWARE ERROR|STATUS |Hardware event|"
	"MCG status|MCi status|MCA: |MCGCAP |MICROCODE |CPUID |This is not a |"
	"Run the above|x86/|MC: |Message from |{1}|{2}|{3}|mce_record: |mc_event: |(XEN)|BERT: |Northbridge Error|"
	"Uncorrected |Corrected |Error enabled|Some CPUs|Disabling lock|Modules linked|"
	"Call Trace|Pid: |LOG: |Processor context|MCi_|Transaction: ";

/* What only stands behind other words of the kernel's message, but begins lines of mcelog's. */
static const char insides[] =
	"Bank |ADDR |MISC |PPIN |SYND |SYND1 |SYND2 |IPID |TIME |SOCKET |APIC |"
	"microcode |Syndrome: ";

/* After those a number is missing. */
static const char open_ends[] =
	"Bank|:|ADDR|MISC|PPIN|SYND|SYND1|SYND2|IPID|TIME|SOCKET|APIC|microcode|TSC|"
	"PROCESSOR|CPU|Machine Check|Exception:|Check:|RIP|!INEXACT!|Error]|at|,|=|"
	"MCGSTATUS|APICID|SOCKETID|Family|Model|Vendor|Step";

static bool begins_with(const char *text, size_t length, const char *words)
{
	struct mcw_cursor c = { text, text + length };

	return mcw_take_one_of(&c, words);
}

static size_t trimmed(const char *text, size_t length)
{
	while (length && text[length - 1] == ' ')
		length--;
	return length;
}

static size_t first_word(const char *text, size_t length)
{
	const char *end = memchr(text, ' ', length);

	return end ? (size_t)(end - text) : length;
}

static size_t last_word(const char *text, size_t length)
{
	size_t begin = length;

	while (begin && text[begin - 1] != ' ')
		begin--;
	return length - begin;
}

static bool all_hex(const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if (mcw_digit_of(text[i]) >= 16)
			return false;
	return length;
}

/* "Bank 3: bd8000": a status always has all its digits. Return: how many there are. */
static size_t torn_status(const char *text, size_t length)
{
	size_t digits = last_word(text, length);
	const char *word = text + length - digits;

	if (!digits || digits >= STATUS_DIGITS + 2 || word < text + 8 || word[-2] != ':' ||
	    !memmem(text, length, " Bank ", 6))
		return 0;
	if (digits > 2 && word[0] == '0' && word[1] == 'x') {
		word += 2;
		digits -= 2;
	}
	return digits < STATUS_DIGITS && all_hex(word, digits) ? digits : 0;
}

static bool ends_with(const char *text, size_t length, const char *word)
{
	size_t bytes = strlen(word);

	return length >= bytes && !memcmp(text + length - bytes, word, bytes);
}

static bool open_ended(const char *text, size_t length)
{
	for (const char *word = open_ends; *word;) {
		size_t bytes = strchrnul(word, '|') - word;

		if (length >= bytes && text[length - 1] == word[bytes - 1] &&
		    !memcmp(text + length - bytes, word, bytes))
			return true;
		word += bytes + (word[bytes] == '|');
	}
	return torn_status(text, length);
}

static bool is_usual_width(unsigned int width)
{
	return width == 80 || width == 100 || width == 120 || width == 132 || width == 160;
}

/* As terminals fold: at the same column each time, and at few that are usual. */
static bool at_usual_width(const struct mcw_unfold *u)
{
	return is_usual_width(u->held.width) || is_usual_width(u->held.inner_width) ||
	       (u->held.width >= NARROWEST && u->held.width == u->width);
}

static bool has(const struct mcw_unfold *u, const char *word)
{
	return memmem(u->text, u->held.length, word, strlen(word));
}

/* Words that need others before them. */
static bool is_inside(const struct mcw_unfold *u, const struct mcw_message *m)
{
	bool marked = has(u, "Error]") || has(u, "EDAC ");

	switch (m->text[0]) {
	case '{':
		return has(u, "RIP");
	case ':':
		return has(u, " Bank ");
	case 'a':
		return has(u, "Bank ") && m->length > 3 && !memcmp(m->text, "at ", 3);
	case 'B':
		return marked && !has(u, " Bank ") && m->length > 5 && !memcmp(m->text, "Bank ", 5);
	case 'M':
		if (has(u, "CPU:") && !has(u, "_STATUS") && m->length > 2 && m->text[1] == 'C')
			return true;
		break;
	}
	return !has(u, " BANK ") && !begins_with(m->text, m->length, "Bank ") &&
	       begins_with(m->text, m->length, insides) &&
	       (marked || has(u, "TSC ") || has(u, "PROCESSOR "));
}

/* Bytes that two messages of one printer have in common, at least, and that end its mark. */
#define ALIKE_BYTES 8

/* It begins as the one before does, with the mark of who prints: "mce_record: ". */
static bool is_alike(const struct mcw_unfold *u, const struct mcw_message *m)
{
	size_t n = 0;
	bool mark = false;

	while (n < m->length && n < u->held.length && m->text[n] == u->text[n]) {
		mark |= m->text[n] == ':' || m->text[n] == ']' || m->text[n] == ')';
		n++;
	}
	return mark && n >= ALIKE_BYTES;
}

static bool goes_on(const struct mcw_unfold *u, const struct mcw_message *m)
{
	unsigned int fits = has(u, "Kernel panic") && !u->widest ? PRINTABLE_WIDTH : NARROWEST + 2;

	if (m->fresh || m->whole || u->held.whole || !trimmed(m->text, m->length))
		return false;
	/* Nothing is a message of this mark alone. */
	if (is_inside(u, m) || ends_with(u->text, trimmed(u->text, u->held.length), "Error]:"))
		return true;
	if (begins_with(m->text, m->length, beginnings) ||
	    begins_with(m->text, m->length, insides) || is_alike(u, m))
		return false;
	return at_usual_width(u) || open_ended(u->text, trimmed(u->text, u->held.length)) ||
	       u->held.width + 1 + first_word(m->text, m->length) > fits;
}

/* Both halves of a word that was cut: "PP" and "IN". */
static bool halves_of_word(const char *text, size_t length, const struct mcw_message *m)
{
	size_t left = last_word(text, length), right = first_word(m->text, m->length);
	char word[16];

	if (!left || !right || left + right >= sizeof(word) - 1)
		return false;
	memcpy(word, text + length - left, left);
	memcpy(word + left, m->text, right);
	word[left + right] = ' ';
	return begins_with(word, left + right + 1, insides);
}

static bool without_blank(const struct mcw_unfold *u, const struct mcw_message *m)
{
	size_t torn = torn_status(u->text, u->held.length);
	size_t digits = first_word(m->text, m->length);

	if (m->indented)
		return false;
	if (torn && all_hex(m->text, digits))
		return torn + digits == STATUS_DIGITS;
	return at_usual_width(u) || halves_of_word(u->text, u->held.length, m);
}

static void append(struct mcw_unfold *u, const struct mcw_message *m, bool blank)
{
	size_t room = sizeof(u->text) - u->held.length, length = m->length;

	if (blank && room) {
		u->text[u->held.length++] = ' ';
		room--;
	}
	if (length > room)
		length = room;
	memcpy(u->text + u->held.length, m->text, length);
	u->held.length += length;
	u->held.width = m->width;
	u->held.inner_width = m->inner_width;
}

/* What the words below begin with. */
static bool may_be_cut(char c)
{
	return c == 'm' || c == 'E' || c == 'T' || c == 'P' || c == 'R' || c == '[';
}

/* Where glued messages are cut: in front of those, past the first word. */
static size_t piece_length(const char *text, size_t length)
{
	static const char *const cuts[] = { "mce: [Hardware Error]: ",
					    "[Hardware Error]: ",
					    "EDAC ",
					    "TSC ",
					    "PROCESSOR ",
					    "RIP " };
	struct mcw_cursor c = { text + (length > 4 ? 4 : length), text + length };

	/* "mce: " belongs to the mark behind it, as "{1}" does */
	if (length > 5 && !memcmp(text, "mce: ", 5))
		c.at = text + 6;
	else if (length > 2 && text[0] == '{' && memchr(text, '}', length))
		c.at = (const char *)memchr(text, '}', length) + 2;
	for (; c.at < c.end; c.at++) {
		if (c.at[-1] != ' ' && c.at[-1] != ']')
			continue;
		if (!may_be_cut(*c.at))
			continue;
		for (size_t i = 0; i < ARRAY_SIZE(cuts); i++) {
			struct mcw_cursor at = c;

			if (mcw_take(&at, cuts[i]))
				return c.at - text;
		}
	}
	return length;
}

/* A message of the kernel about a record, where only such messages are glued to it. */
static bool may_be_glued(const char *text, size_t length)
{
	struct mcw_cursor c = { text, text + length };

	return mcw_take(&c, "mce: [Hardware Error]: ") || mcw_take(&c, "[Hardware Error]: ") ||
	       (mcw_take(&c, "EDAC ") && mcw_go_behind(&c, "EDAC ")) || mcw_take(&c, "TSC ") ||
	       (mcw_take(&c, "CPU ") && mcw_go_behind(&c, ": Machine Check"));
}

static void hand_out(struct mcw_unfold *u, struct mcw_message m)
{
	const char *text = m.text;
	size_t left = m.length;

	if (!may_be_glued(text, left)) {
		u->take(u->arg, &m);
		return;
	}
	while (left) {
		size_t behind_mark = 0;
		struct mcw_cursor c = { text, text + left };

		if (mcw_take(&c, "mce: [Hardware Error]: ") || mcw_take(&c, "[Hardware Error]: "))
			behind_mark = c.at - text;
		m.text = text;
		m.length = behind_mark + piece_length(text + behind_mark, left - behind_mark);
		text += m.length;
		left -= m.length;
		mcw_carrier_prefix(&m);
		u->take(u->arg, &m);
	}
}

static void let_go(struct mcw_unfold *u)
{
	if (!u->holds)
		return;
	u->holds = false;
	u->held.text = u->text;
	hand_out(u, u->held);
}

/* The last line of a record says all, so that nothing waits for the next one. */
static bool is_complete(const struct mcw_unfold *u)
{
	static const char last[] = " microcode ";
	size_t end = trimmed(u->text, u->held.length);
	size_t number = last_word(u->text, end), before = sizeof(last) - 1;

	return end >= number + before && !memcmp(u->text + end - number - before, last, before) &&
	       !at_usual_width(u) && !open_ended(u->text, end);
}

/* "addr=": the value follows on the next line. */
static bool ends_in_name(const struct mcw_message *m)
{
	static const char names[] = "addr=|misc=|status=|synd=|ipid=|cpu=|bank=|mcgcap=|mcgstatus="
				    "|apicid=|socketid=|cpuid=|walltime=|csrow=|channel=|type=";
	size_t length = last_word(m->text, m->length);

	return mcw_has_one_of(m->text + m->length - length, length, names);
}

static bool ends_softly(const struct mcw_unfold *u)
{
	const struct mcw_message m = { .text = u->text, .length = u->held.length };

	return m.length && m.text[m.length - 1] == '=' && u->held.width > 40 &&
	       u->held.width <= PRINTABLE_WIDTH + 8 && (u->printable || !ends_in_name(&m));
}

static void hold(struct mcw_unfold *u, const struct mcw_message *m)
{
	u->held = *m;
	if (u->held.length > sizeof(u->text))
		u->held.length = sizeof(u->text);
	memcpy(u->text, m->text, u->held.length);
	u->holds = true;
}

/* "=3D" and "=20" of quoted-printable, once it was seen. */
static size_t printable_decode(char *text, size_t length)
{
	size_t to = 0;

	for (size_t from = 0; from < length; to++) {
		if (text[from] == '=' && length - from > 2 && all_hex(text + from + 1, 2) &&
		    (text[from + 1] == '2' || text[from + 1] == '3')) {
			text[to] = mcw_digit_of(text[from + 1]) << 4 | mcw_digit_of(text[from + 2]);
			from += 3;
		} else {
			text[to] = text[from++];
		}
	}
	return to;
}

void mcw_unfold_message(void *arg, const struct mcw_message *m)
{
	struct mcw_unfold *u = arg;

	if (u->holds && u->printable && u->held.length && u->text[u->held.length - 1] == '=') {
		u->held.length--;
		append(u, m, false);
	} else if (u->holds && m->fragment) {
		append(u, m, false);
	} else if (u->holds && goes_on(u, m)) {
		bool blank = !without_blank(u, m);

		if (!blank)
			u->width = u->held.width;
		else if (u->held.width > u->widest)
			u->widest = u->held.width;
		append(u, m, blank);
	} else {
		let_go(u);
		if (!begins_with(m->text, m->length, "mce: [Hardware Error]: ") &&
		    !(m->fresh && is_usual_width(m->width)) &&
		    !mcw_has_one_of(m->text, m->length, marks)) {
			u->take(u->arg, m);
			return;
		}
		hold(u, m);
	}
	if (ends_softly(u)) {
		u->printable = true;
		return;
	}
	if (u->printable)
		u->held.length = printable_decode(u->text, u->held.length);
	if (is_complete(u))
		let_go(u);
}

void mcw_unfold_begin(struct mcw_unfold *u, mcw_message_take *take, void *arg)
{
	u->take = take;
	u->arg = arg;
	u->holds = false;
	u->printable = false;
	u->width = 0;
	u->widest = 0;
}

void mcw_unfold_end(struct mcw_unfold *u)
{
	let_go(u);
}

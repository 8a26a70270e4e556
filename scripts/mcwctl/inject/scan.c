// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include "inject/scan.h"

#include <ctype.h>
#include <stdarg.h>
#include <string.h>
#include <strings.h>

#define MARK "[Hardware Error]:"
#define INEXACT "!INEXACT!"

bool mcw_scan_fail(struct mcw_scan *p, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(p->text->error, sizeof(p->text->error), format, args);
	va_end(args);
	p->text->line = p->line;
	return false;
}

void mcw_scan_begin_line(struct mcw_inject_text *text)
{
	size_t left = text->end - text->at;
	const char *newline = memchr(text->at, '\n', left);
	const char *mark;

	if (newline)
		left = newline - text->at;
	mark = memmem(text->at, left, MARK, sizeof(MARK) - 1);
	if (mark)
		text->at = mark + sizeof(MARK) - 1;
}

static void skip_blanks(struct mcw_inject_text *text)
{
	while (text->at < text->end) {
		if (*text->at == '\n') {
			text->at++;
			text->line++;
			mcw_scan_begin_line(text);
		} else if (*text->at == '#') {
			while (text->at < text->end && *text->at != '\n')
				text->at++;
		} else if (isspace((unsigned char)*text->at)) {
			text->at++;
		} else {
			return;
		}
	}
}

static bool is_word_char(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

void mcw_scan_next(struct mcw_scan *p)
{
	struct mcw_inject_text *text = p->text;
	size_t length = 0;

	skip_blanks(text);
	p->begin = text->at;
	p->line = text->line;
	p->kind = MCW_TOKEN_END;
	p->token[0] = '\0';
	if (text->at == text->end)
		return;
	while (text->at + length < text->end && is_word_char(text->at[length]))
		length++;
	p->kind = MCW_TOKEN_WORD;
	if (!length) {
		length = 1;
		p->kind = memchr(":<>{}", *text->at, 5) ? MCW_TOKEN_SIGN : MCW_TOKEN_BAD;
		if (text->end - text->at >= (ptrdiff_t)sizeof(INEXACT) - 1 &&
		    !memcmp(text->at, INEXACT, sizeof(INEXACT) - 1)) {
			text->at += sizeof(INEXACT) - 1;
			mcw_scan_next(p);
			return;
		}
	}
	if (length >= MCW_TOKEN_BYTES) {
		p->kind = MCW_TOKEN_BAD;
		length = MCW_TOKEN_BYTES - 1;
	}
	memcpy(p->token, text->at, length);
	p->token[length] = '\0';
	if (p->kind == MCW_TOKEN_BAD && !isprint((unsigned char)p->token[0]))
		snprintf(p->token, sizeof(p->token), "\\x%02x", (unsigned char)*text->at);
	text->at += length;
}

const char *mcw_scan_shown(struct mcw_scan *p)
{
	if (p->kind == MCW_TOKEN_END)
		return "the end";
	snprintf(p->quoted, sizeof(p->quoted), "'%s'", p->token);
	return p->quoted;
}

bool mcw_scan_is(const struct mcw_scan *p, const char *word)
{
	return p->kind == MCW_TOKEN_WORD && !strcasecmp(p->token, word);
}

bool mcw_scan_word(struct mcw_scan *p, const char *word)
{
	if (!mcw_scan_is(p, word))
		return false;
	mcw_scan_next(p);
	return true;
}

bool mcw_scan_sign(struct mcw_scan *p, char sign)
{
	if (p->kind != MCW_TOKEN_SIGN || p->token[0] != sign)
		return false;
	mcw_scan_next(p);
	return true;
}

bool mcw_scan_need_sign(struct mcw_scan *p, char sign)
{
	return mcw_scan_sign(p, sign) ||
	       mcw_scan_fail(p, "expected '%c', found %s", sign, mcw_scan_shown(p));
}

bool mcw_scan_number_of(const char *text, unsigned int base, __u64 *value)
{
	*value = 0;
	if (text[0] == '0' && (text[1] == 'x' || text[1] == 'X')) {
		base = 16;
		text += 2;
	} else if (text[0] == '0' && text[1] && !base) {
		base = 8;
		text++;
	} else if (!base) {
		base = 10;
	}
	if (!*text)
		return false;
	for (; *text; text++) {
		unsigned char c = *text;
		unsigned int digit = isdigit(c) ? c - '0' : tolower(c) - 'a' + 10;

		if (!isxdigit(c) || digit >= base)
			return false;
		if (__builtin_mul_overflow(*value, base, value) ||
		    __builtin_add_overflow(*value, digit, value))
			return false;
	}
	return true;
}

bool mcw_scan_number(struct mcw_scan *p, bool decimal, __u64 max, __u64 *value)
{
	bool good = p->kind == MCW_TOKEN_WORD &&
		    mcw_scan_number_of(p->token, p->hex ? (decimal ? 10 : 16) : 0, value);

	if (!good)
		return mcw_scan_fail(p, "expected a number, found %s", mcw_scan_shown(p));
	if (*value > max)
		return mcw_scan_fail(p, "%s is too large: the maximum is %llu (0x%llx)", p->token,
				     max, max);
	mcw_scan_next(p);
	return true;
}

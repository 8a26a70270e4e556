// SPDX-License-Identifier: GPL-2.0
/*
 * Writes HTML, with SVG in it.
 */
#include "show/html.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define REPLACEMENT "\xef\xbf\xbd"
#define PRINT_BYTES 2048

void mcw_html_begin(struct mcw_html *h, FILE *out)
{
	h->out = out;
	h->depth = 0;
}

void mcw_html_end(struct mcw_html *h)
{
	while (h->depth)
		mcw_html_close(h);
}

/* Return: the bytes of the character at s, which ends with 0; 0: it is no UTF-8. */
static unsigned int decode(const unsigned char *s, __u32 *c)
{
	static const __u32 least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	unsigned int length;

	if (s[0] < 0x80) {
		*c = s[0];
		return 1;
	}
	if (s[0] >= 0xc0 && s[0] < 0xe0)
		length = 2;
	else if (s[0] >= 0xe0 && s[0] < 0xf0)
		length = 3;
	else if (s[0] >= 0xf0 && s[0] < 0xf8)
		length = 4;
	else
		return 0;
	*c = s[0] & (0x7f >> length);
	for (unsigned int i = 1; i < length; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
		*c = *c << 6 | (s[i] & 0x3f);
	}
	return *c < least[length] || *c > 0x10ffff ? 0 : length;
}

/* Controls, halves of UTF-16, what turns the direction of writing, and what is no character. */
static bool is_harmful(__u32 c)
{
	if (c == '\n' || c == '\t')
		return false;
	return c < 0x20 || (c >= 0x7f && c < 0xa0) || (c >= 0xd800 && c < 0xe000) || c == 0x061c ||
	       c == 0x200e || c == 0x200f || (c >= 0x2028 && c < 0x202f) ||
	       (c >= 0x2066 && c < 0x206a) || (c >= 0xfdd0 && c < 0xfdf0) || c == 0xfeff ||
	       (c & 0xfffe) == 0xfffe;
}

static const char *entity_of(__u32 c)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;";
	default:
		return NULL;
	}
}

static void put_escaped(FILE *out, const char *text)
{
	const unsigned char *s = (const unsigned char *)text;

	while (*s) {
		__u32 c = 0;
		unsigned int length = decode(s, &c);
		const char *entity = length ? entity_of(c) : NULL;

		if (!length || is_harmful(c))
			fputs(REPLACEMENT, out);
		else if (entity)
			fputs(entity, out);
		else
			fwrite(s, 1, length, out);
		s += length ? length : 1;
	}
}

static void put_attributes(struct mcw_html *h, va_list attributes)
{
	const char *name;

	while ((name = va_arg(attributes, const char *))) {
		fprintf(h->out, " %s=\"", name);
		put_escaped(h->out, va_arg(attributes, const char *));
		fputc('"', h->out);
	}
}

void mcw_html_open(struct mcw_html *h, const char *name, ...)
{
	va_list attributes;

	/* The caller's mistake, as all names are. */
	if (h->depth == MCW_HTML_DEPTH)
		abort();
	h->names[h->depth++] = name;
	fprintf(h->out, "<%s", name);
	va_start(attributes, name);
	put_attributes(h, attributes);
	va_end(attributes);
	fputc('>', h->out);
}

/* Blocks end their line, so that the page can be read as text too. */
static bool ends_line(const char *name)
{
	static const char *const blocks[] = {
		"head",	 "title", "style", "body",	   "h1",   "h2",      "h3",	 "p",
		"table", "tr",	  "tbody", MCW_HTML_THEAD, "div",  "section", "li",	 "ul",
		"ol",	 "dl",	  "dd",	   "svg",	   "html", "details", "summary", "header",
	};

	for (size_t i = 0; i < sizeof(blocks) / sizeof(blocks[0]); i++)
		if (!strcmp(blocks[i], name))
			return true;
	return false;
}

void mcw_html_close(struct mcw_html *h)
{
	const char *name;

	if (!h->depth)
		abort();
	name = h->names[--h->depth];
	fprintf(h->out, ends_line(name) ? "</%s>\n" : "</%s>", name);
}

void mcw_html_void(struct mcw_html *h, const char *name, ...)
{
	va_list attributes;

	fprintf(h->out, "<%s", name);
	va_start(attributes, name);
	put_attributes(h, attributes);
	va_end(attributes);
	fputs(">\n", h->out);
}

void mcw_html_element(struct mcw_html *h, const char *name, const char *text)
{
	mcw_html_open(h, name, NULL);
	mcw_html_text(h, text);
	mcw_html_close(h);
}

void mcw_html_text(struct mcw_html *h, const char *text)
{
	put_escaped(h->out, text);
}

void mcw_html_number(struct mcw_html *h, __u64 number)
{
	fprintf(h->out, "%llu", number);
}

void mcw_html_print(struct mcw_html *h, const char *format, ...)
{
	char text[PRINT_BYTES];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	put_escaped(h->out, text);
}

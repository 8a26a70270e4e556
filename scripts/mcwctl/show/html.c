// SPDX-License-Identifier: GPL-2.0
/*
 * Writes HTML, with SVG in it.
 */
#include "show/html.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "decode/utf8.h"

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
	while (*text) {
		__u32 c = 0;
		unsigned int length = mcw_utf8_decode(text, &c);
		const char *entity = length ? entity_of(c) : NULL;

		if (!length || (mcw_utf8_is_harmful(c) && c != '\n' && c != '\t'))
			fputs(REPLACEMENT, out);
		else if (entity)
			fputs(entity, out);
		else
			fwrite(text, 1, length, out);
		text += length ? length : 1;
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

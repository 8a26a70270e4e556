// SPDX-License-Identifier: GPL-2.0
/* LINK: scripts/mcwctl/show/html.c scripts/mcwctl/decode/utf8.c */
/* FLAGS: -Iscripts/mcwctl */
/*
 * Text of others in a page: it stays text, whatever its bytes are.
 */
#include <stdlib.h>
#include <string.h>

#include "ktap.h"
#include "show/html.h"

#define LOST "\xef\xbf\xbd"

static const struct {
	const char *what;
	const char *text;
	const char *written; /* ? stands for U+FFFD */
} rows[] = {
	{ "plain", "DIMM_A1", "DIMM_A1" },
	{ "an element", "<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;" },
	{ "both quotes", "a\" onload='x", "a&quot; onload=&#39;x" },
	{ "an entity", "&lt;&#x3c;", "&amp;lt;&amp;#x3c;" },
	{ "the end of a comment", "--><!--", "--&gt;&lt;!--" },
	{ "tab and line end", "a\tb\nc", "a\tb\nc" },
	{ "an escape sequence", "\033[31mred\033[0m", "?[31mred?[0m" },
	{ "bell, delete, carriage return", "\a\x7f\r", "???" },
	{ "UTF-8", "\xc3\xb6\xc3\x9ft \xe2\x82\xac \xf0\x9f\x98\x80",
	  "\xc3\xb6\xc3\x9ft \xe2\x82\xac \xf0\x9f\x98\x80" },
	{ "a byte that begins nothing", "x\xffy\x80z", "x?y?z" },
	{ "a character that is cut off", "x\xe2\x82", "x??" },
	{ "a second byte that is no second one", "\xc3<", "?&lt;" },
	{ "< in two bytes", "\xc0\xbc", "??" },
	{ "< in three bytes", "\xe0\x80\xbc", "???" },
	{ "half of UTF-16", "\xed\xa0\x80", "???" },
	{ "beyond Unicode", "\xf4\x90\x80\x80", "????" },
	{ "a control of C1", "\xc2\x9bm", "?m" },
	{ "right to left", "x\xe2\x80\xaey\xe2\x81\xa6z", "x?y?z" },
	{ "what is no character", "\xef\xbf\xbf\xef\xb7\x90", "??" },
	{ "empty", "", "" },
};

static const char *wanted(size_t i)
{
	static char all[256];
	size_t used = 0;

	for (const char *c = rows[i].written; *c; c++)
		used += snprintf(all + used, sizeof(all) - used, *c == '?' ? LOST : "%c", *c);
	all[used] = '\0';
	return all;
}

/* The caller frees it. */
static char *written(void (*write)(struct mcw_html *h, const char *text), const char *text)
{
	char *bytes = NULL;
	size_t length;
	FILE *out = open_memstream(&bytes, &length);
	struct mcw_html h;

	mcw_html_begin(&h, out);
	write(&h, text);
	mcw_html_end(&h);
	fclose(out);
	return bytes;
}

static void write_attribute(struct mcw_html *h, const char *text)
{
	mcw_html_open(h, "td", "title", text, NULL);
}

static void write_print(struct mcw_html *h, const char *text)
{
	mcw_html_print(h, "%s", text);
}

static void write_page(struct mcw_html *h, const char *text)
{
	mcw_html_void(h, "meta", "charset", "utf-8", NULL);
	mcw_html_open(h, "table", NULL);
	mcw_html_open(h, "tr", NULL);
	mcw_html_element(h, "td", text);
	mcw_html_open(h, "td", "class", "n", "title", "a<b", NULL);
	mcw_html_number(h, 18446744073709551615ULL);
}

int main(void)
{
	char *page;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char attribute[512], *text = written(mcw_html_text, rows[i].text);

		ktap_result_of(!strcmp(text, wanted(i)), "%s, in text", rows[i].what);
		free(text);
		text = written(write_print, rows[i].text);
		ktap_result_of(!strcmp(text, wanted(i)), "%s, printed", rows[i].what);
		free(text);
		text = written(write_attribute, rows[i].text);
		snprintf(attribute, sizeof(attribute), "<td title=\"%s\"></td>", wanted(i));
		ktap_result_of(!strcmp(text, attribute), "%s, in an attribute", rows[i].what);
		free(text);
	}
	page = written(write_page, "x");
	ktap_result(!strcmp(page,
			    "<meta charset=\"utf-8\">\n<table><tr><td>x</td>"
			    "<td class=\"n\" title=\"a&lt;b\">18446744073709551615</td></tr>\n"
			    "</table>\n"),
		    "what is open is closed, in its order");
	free(page);
	return ktap_end();
}

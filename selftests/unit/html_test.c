// SPDX-License-Identifier: GPL-2.0
/* LINK: scripts/mcwctl/show/html.c */
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
	const char *written;
} rows[] = {
	{ "plain", "DIMM_A1", "DIMM_A1" },
	{ "an element", "<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;" },
	{ "both quotes", "a\" onload='x", "a&quot; onload=&#39;x" },
	{ "an entity", "&lt;&#x3c;", "&amp;lt;&amp;#x3c;" },
	{ "the end of a comment", "--><!--", "--&gt;&lt;!--" },
	{ "tab and line end", "a\tb\nc", "a\tb\nc" },
	{ "an escape sequence", "\033[31mred\033[0m", LOST "[31mred" LOST "[0m" },
	{ "bell, delete, carriage return", "\a\x7f\r", LOST LOST LOST },
	{ "UTF-8",
	  "Gr\xc3\xb6\xc3\x9f"
	  "e \xe2\x82\xac \xf0\x9f\x98\x80",
	  "Gr\xc3\xb6\xc3\x9f"
	  "e \xe2\x82\xac \xf0\x9f\x98\x80" },
	{ "a byte that begins nothing",
	  "a\xff"
	  "b\x80"
	  "c",
	  "a" LOST "b" LOST "c" },
	{ "a character that is cut off", "a\xe2\x82", "a" LOST LOST },
	{ "a second byte that is no second one", "\xc3<", LOST "&lt;" },
	{ "< in two bytes", "\xc0\xbc", LOST LOST },
	{ "< in three bytes", "\xe0\x80\xbc", LOST LOST LOST },
	{ "half of UTF-16", "\xed\xa0\x80", LOST },
	{ "beyond Unicode", "\xf4\x90\x80\x80", LOST LOST LOST LOST },
	{ "a control of C1",
	  "\xc2\x9b"
	  "31m",
	  LOST "31m" },
	{ "right to left",
	  "a\xe2\x80\xae"
	  "b\xe2\x81\xa6"
	  "c",
	  "a" LOST "b" LOST "c" },
	{ "what is no character", "\xef\xbf\xbf\xef\xb7\x90", LOST LOST },
	{ "empty", "", "" },
};

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

		ktap_result_of(!strcmp(text, rows[i].written), "%s, in text", rows[i].what);
		free(text);
		text = written(write_print, rows[i].text);
		ktap_result_of(!strcmp(text, rows[i].written), "%s, printed", rows[i].what);
		free(text);
		text = written(write_attribute, rows[i].text);
		snprintf(attribute, sizeof(attribute), "<td title=\"%s\"></td>", rows[i].written);
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

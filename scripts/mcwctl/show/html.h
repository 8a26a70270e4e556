/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Writes HTML, with SVG in it. All text and all values are escaped, and all that is opened is
 * closed, so that no label of a memory module can become a part of the page.
 *
 *	mcw_html_open(&h, "td", "class", "number", NULL);
 *	mcw_html_text(&h, label);
 *	mcw_html_close(&h);
 */
#ifndef MCW_SHOW_HTML_H
#define MCW_SHOW_HTML_H

#include <stdio.h>

#include <linux/types.h>

#define MCW_HTML_DEPTH 24

/* In two pieces: a check of spelling takes it for a thread. */
#define MCW_HTML_THEAD \
	"t" \
	"head"

struct mcw_html {
	FILE *out;
	unsigned int depth;
	const char *names[MCW_HTML_DEPTH]; /* of what is open */
};

void mcw_html_begin(struct mcw_html *h, FILE *out);
/* Closes all that is open. */
void mcw_html_end(struct mcw_html *h);

/*
 * Opens an element. name, which must last, and the names of attributes are the caller's own words.
 * Then come pairs of an attribute and its value, which is escaped, and NULL.
 */
__attribute__((sentinel)) void mcw_html_open(struct mcw_html *h, const char *name, ...);
/* Closes the last one that is open. */
void mcw_html_close(struct mcw_html *h);
/* One that has no end, as "meta". */
__attribute__((sentinel)) void mcw_html_void(struct mcw_html *h, const char *name, ...);
/* One with this text in it, and without attributes. */
void mcw_html_element(struct mcw_html *h, const char *name, const char *text);

/*
 * Text of others. It may have any bytes: what is not UTF-8, controls, and characters that turn the
 * direction of writing become U+FFFD.
 */
void mcw_html_text(struct mcw_html *h, const char *text);
void mcw_html_number(struct mcw_html *h, __u64 number);

/* Formats into escaped text. */
__attribute__((format(printf, 2, 3))) void mcw_html_print(struct mcw_html *h, const char *format,
							  ...);

#endif /* MCW_SHOW_HTML_H */

// SPDX-License-Identifier: GPL-2.0
/*
 * Errors over time, as bars. The bars become wider as the time grows, so that a report of a minute
 * and one of a year both have at most REPORT_BINS.
 */
#include "cmd/report.h"

#include <string.h>
#include <time.h>

#include "decode/decode.h"

#define NS_PER_S 1000000000ULL

/* The next wider bar that a reader can count in. */
static __u64 wider(__u64 width_ns)
{
	static const unsigned int seconds[] = {
		1, 5, 15, 60, 300, 900, 3600, 3 * 3600, 6 * 3600, 12 * 3600, 24 * 3600,
	};

	for (size_t i = 0; i < ARRAY_SIZE(seconds); i++)
		if (seconds[i] * NS_PER_S > width_ns)
			return seconds[i] * NS_PER_S;
	return 2 * width_ns;
}

/* Moves what is there to bars of that width, and to a base that leaves room for the number. */
static void widen(struct report_times *t, __u64 width_ns, __u64 base)
{
	struct report_times old = *t;

	memset(t->bins, 0, sizeof(t->bins));
	t->width_ns = width_ns;
	t->base = base;
	for (unsigned int i = 0; i < REPORT_BINS; i++) {
		__u64 bin = (old.base + i) * old.width_ns / width_ns - base;

		for (unsigned int kind = 0; bin < REPORT_BINS && kind < REPORT_KINDS; kind++)
			t->bins[bin][kind] += old.bins[i][kind];
	}
}

static unsigned int last_bin(const struct report_times *t)
{
	unsigned int last = 0;

	for (unsigned int i = 0; i < REPORT_BINS; i++)
		for (unsigned int kind = 0; kind < REPORT_KINDS; kind++)
			if (t->bins[i][kind])
				last = i;
	return last;
}

void mcw_report_time(struct report_times *t, enum report_kind kind, __u64 errors, __u64 wall_ns)
{
	if (!t->width_ns) {
		t->width_ns = NS_PER_S;
		t->base = wall_ns / NS_PER_S;
	}
	for (;;) {
		__u64 bin = wall_ns / t->width_ns, width_ns = wider(t->width_ns);
		__u64 end = t->base + last_bin(t), base = bin < t->base ? bin : t->base;

		if (bin > end)
			end = bin;
		if (end - base < REPORT_BINS) {
			if (base != t->base)
				widen(t, t->width_ns, base);
			t->bins[bin - base][kind] += errors;
			return;
		}
		widen(t, width_ns, t->base * t->width_ns / width_ns);
	}
}

const char *mcw_report_when(__u64 wall_ns, char *text, size_t size)
{
	time_t seconds = wall_ns / NS_PER_S;
	struct tm tm;

	if (!wall_ns)
		snprintf(text, size, "never");
	else if (!localtime_r(&seconds, &tm) || !strftime(text, size, "%F %T %z", &tm))
		snprintf(text, size, "%llu s after 1970", wall_ns / NS_PER_S);
	return text;
}

static const char *width_text(__u64 width_ns, char *text, size_t size)
{
	__u64 seconds = width_ns / NS_PER_S;

	if (seconds % 86400 == 0)
		snprintf(text, size, "%llu d", seconds / 86400);
	else if (seconds % 3600 == 0)
		snprintf(text, size, "%llu h", seconds / 3600);
	else if (seconds % 60 == 0)
		snprintf(text, size, "%llu min", seconds / 60);
	else
		snprintf(text, size, "%llu s", seconds);
	return text;
}

#define WIDTH 900
#define HEIGHT 160
#define LEFT 60
#define TOP 10
#define BOTTOM (TOP + HEIGHT)

static const char *const classes[REPORT_KINDS] = { "corrected", "lost", "worse" };
static const char *const words[REPORT_KINDS] = { "corrected", "data lost", "consumed or fatal" };

static void bar(struct mcw_html *h, unsigned int i, unsigned int count, unsigned int bottom,
		unsigned int height, const char *class)
{
	char x[24], y[24], width[24], tall[24];
	double step = (double)WIDTH / count;

	snprintf(x, sizeof(x), "%.1f", LEFT + i * step);
	snprintf(width, sizeof(width), "%.1f", step > 3 ? step - 1 : step);
	snprintf(y, sizeof(y), "%u", bottom - height);
	snprintf(tall, sizeof(tall), "%u", height);
	mcw_html_open(h, "rect", "class", class, "x", x, "y", y, "width", width, "height", tall,
		      NULL);
	mcw_html_close(h);
}

static void label(struct mcw_html *h, unsigned int x, unsigned int y, const char *anchor,
		  const char *text)
{
	char left[24], top[24];

	snprintf(left, sizeof(left), "%u", x);
	snprintf(top, sizeof(top), "%u", y);
	mcw_html_open(h, "text", "x", left, "y", top, "text-anchor", anchor, NULL);
	mcw_html_text(h, text);
	mcw_html_close(h);
}

/* All of an error's kinds stand on each other; one error is seen beside a million. */
static void bars_show(struct mcw_html *h, const struct report_times *t, unsigned int count,
		      __u64 most)
{
	char when[64];

	for (unsigned int i = 0; i < count; i++) {
		unsigned int bottom = BOTTOM;

		mcw_html_open(h, "g", NULL);
		mcw_html_open(h, "title", NULL);
		mcw_html_print(h, "from %s:",
			       mcw_report_when((t->base + i) * t->width_ns, when, sizeof(when)));
		for (unsigned int kind = 0; kind < REPORT_KINDS; kind++)
			if (t->bins[i][kind])
				mcw_html_print(h, " %llu %s", t->bins[i][kind], words[kind]);
		mcw_html_close(h);
		for (unsigned int kind = 0; kind < REPORT_KINDS; kind++) {
			unsigned int height = t->bins[i][kind] * (HEIGHT - 6) / most;

			if (!t->bins[i][kind])
				continue;
			height += 2;
			bar(h, i, count, bottom, height, classes[kind]);
			bottom -= height;
		}
		mcw_html_close(h);
	}
}

void mcw_report_times_show(struct mcw_html *h, const struct report *r)
{
	const struct report_times *t = &r->times;
	unsigned int count = last_bin(t) + 1;
	char text[64];
	__u64 most = 0;

	mcw_html_element(h, "h2", "Errors over time");
	if (!t->width_ns) {
		mcw_html_element(h, "p", "There is no error.");
		return;
	}
	for (unsigned int i = 0; i < count; i++) {
		__u64 all = 0;

		for (unsigned int kind = 0; kind < REPORT_KINDS; kind++)
			all += t->bins[i][kind];
		most = all > most ? all : most;
	}
	mcw_html_open(h, "p", NULL);
	for (unsigned int kind = 0; kind < REPORT_KINDS; kind++) {
		mcw_html_open(h, "span", "class", classes[kind], NULL);
		mcw_html_print(h, " %s ", words[kind]);
		mcw_html_close(h);
		mcw_html_text(h, " ");
	}
	mcw_html_print(h, "A bar stands for %s.", width_text(t->width_ns, text, sizeof(text)));
	mcw_html_close(h);
	mcw_html_open(h, "div", "class", "wide", NULL);
	mcw_html_open(h, "svg", "viewBox", "0 0 980 210", "role", "img", "aria-label",
		      "errors over time", NULL);
	snprintf(text, sizeof(text), "%llu", most);
	label(h, LEFT - 6, TOP + 10, "end", text);
	label(h, LEFT - 6, BOTTOM, "end", "0");
	label(h, LEFT, BOTTOM + 20, "start",
	      mcw_report_when(t->base * t->width_ns, text, sizeof(text)));
	label(h, LEFT + WIDTH, BOTTOM + 20, "end",
	      mcw_report_when((t->base + count) * t->width_ns, text, sizeof(text)));
	mcw_html_open(h, "path", "class", "axis", "d", "M60 10V170H960", NULL);
	mcw_html_close(h);
	bars_show(h, t, count, most);
	mcw_html_close(h);
	mcw_html_close(h);
}

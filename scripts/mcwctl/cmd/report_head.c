// SPDX-License-Identifier: GPL-2.0
/*
 * The head of a report: the machine, and which parts had which errors.
 */
#include "cmd/report.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <mcewarden/version.h>

#include "decode/advice.h"
#include "decode/decode.h"
#include "decode/explain.h"

#define PARTS_SHOWN 100

/* Colours of a light page, and of a dark one. Nothing is fetched from anywhere. */
static const char style[] =
	"\n:root{--page:#fff;--text:#1b1f24;--faint:#59636e;--line:#d1d9e0;--bad:#fff1e5;"
	"--corrected:#2f6fb3;--lost:#c76a00;--worse:#b3261e}\n"
	"@media(prefers-color-scheme:dark){:root{--page:#12161b;--text:#e6e9ec;--faint:#9aa4ae;"
	"--line:#353d46;--bad:#3a2410;--corrected:#6ca8e8;--lost:#f0a04b;--worse:#f2726b}}\n"
	"*{box-sizing:border-box}\n"
	"body{background:var(--page);color:var(--text);font:15px/1.45 sans-serif;margin:0 auto;"
	"max-width:72rem;padding:1rem;print-color-adjust:exact;-webkit-print-color-adjust:exact}\n"
	"h1{font-size:1.6rem;margin:.3rem 0}h2{border-bottom:1px solid var(--line);"
	"font-size:1.2rem;margin:1.8rem 0 .6rem}h3{font-size:1rem;margin:1.2rem 0 .4rem}\n"
	".wide{overflow-x:auto}table{border-collapse:collapse;font-size:.86rem;width:100%}\n"
	"th,td{border-bottom:1px solid var(--line);padding:.25rem .6rem .25rem 0;text-align:left;"
	"vertical-align:top}th{color:var(--faint);font-weight:600}\n"
	"th.number,td.number{font-variant-numeric:tabular-nums;text-align:right}td.time{white-space:nowrap}"
	"td.register{font-family:monospace;font-size:.8rem}tr.bad td{background:var(--bad)}\n"
	"svg{display:block;height:auto;min-width:40rem;width:100%}"
	"svg text{fill:var(--faint);font-size:12px}"
	"svg .axis{fill:none;stroke:var(--line)}rect.corrected{fill:var(--corrected)}"
	"rect.lost{fill:var(--lost)}rect.worse{fill:var(--worse)}\n"
	"span.corrected,span.lost,span.worse{border-left:.8em solid;margin-right:1em;"
	"padding-left:.2em}"
	"span.corrected{border-color:var(--corrected)}span.lost{border-color:var(--lost)}"
	"span.worse{border-color:var(--worse)}\n"
	"dl{display:grid;gap:.15rem 1rem;grid-template-columns:max-content 1fr}"
	"dt{color:var(--faint)}dd{margin:0;overflow-wrap:anywhere}\n"
	"summary{cursor:pointer}.faint{color:var(--faint)}\n"
	"@media print{:root{--page:#fff;--text:#000;--faint:#444;--line:#aaa;--bad:#fff;"
	"--corrected:#2f6fb3;--lost:#c76a00;--worse:#b3261e}body{max-width:none}"
	"tr,svg{break-inside:avoid}h2,h3{break-after:avoid}.wide{overflow:visible}"
	"details::details-content{content-visibility:visible}svg{min-width:0}}\n";

void mcw_report_begin(struct mcw_html *h, const struct report *r)
{
	fputs("<!DOCTYPE html>\n", h->out);
	mcw_html_open(h, "html", "lang", "en", NULL);
	mcw_html_open(h, "head", NULL);
	mcw_html_void(h, "meta", "charset", "utf-8", NULL);
	mcw_html_void(h, "meta", "name", "viewport", "content",
		      "width=device-width, initial-scale=1", NULL);
	/* The page needs nothing from anywhere, so it may fetch nothing. */
	mcw_html_void(h, "meta", "http-equiv", "Content-Security-Policy", "content",
		      "default-src 'none'; style-src 'unsafe-inline'", NULL);
	mcw_html_void(h, "meta", "name", "color-scheme", "content", "light dark", NULL);
	mcw_html_open(h, "title", NULL);
	mcw_html_print(h, "Hardware errors of %s", r->host);
	mcw_html_close(h);
	mcw_html_open(h, "style", NULL);
	fputs(style, h->out);
	mcw_html_close(h);
	mcw_html_close(h);
	mcw_html_open(h, "body", NULL);
}

static void fact(struct mcw_html *h, const char *name, const char *value)
{
	mcw_html_element(h, "dt", name);
	mcw_html_element(h, "dd", value[0] ? value : "not known");
}

static void period_show(struct mcw_html *h, const struct report *r)
{
	char from[64], to[64];

	mcw_html_element(h, "dt", "records");
	mcw_html_open(h, "dd", NULL);
	mcw_html_print(h, "%llu event%s", r->events, r->events == 1 ? "" : "s");
	if (r->events || r->first_ns)
		mcw_html_print(h, ", from %s to %s",
			       mcw_report_when(r->first_ns, from, sizeof(from)),
			       mcw_report_when(r->last_ns, to, sizeof(to)));
	if (r->loads > 1)
		mcw_html_print(h, ", in %u loads of the module", r->loads);
	if (r->storms)
		mcw_html_print(h, ", and %llu beginnings and ends of storms", r->storms);
	if (r->recordings > 1)
		mcw_html_print(h, ", from %u recordings", r->recordings);
	if (r->skipped)
		mcw_html_print(h, "; skipped %u other file%s of the directory", r->skipped,
			       r->skipped == 1 ? "" : "s");
	mcw_html_close(h);
}

void mcw_report_head_show(struct mcw_html *h, const struct report *r)
{
	char now[64];

	mcw_html_open(h, "header", NULL);
	mcw_html_open(h, "h1", NULL);
	mcw_html_print(h, "Hardware errors of %s", r->host);
	mcw_html_close(h);
	mcw_html_open(h, "dl", NULL);
	fact(h, "kernel", r->release);
	fact(h, "CPU", r->cpu);
	fact(h, "microcode", r->microcode);
	fact(h, "mcewarden", r->module);
	period_show(h, r);
	mcw_html_element(h, "dt", "made");
	mcw_html_open(h, "dd", NULL);
	mcw_html_print(h, "%s, by mcwctl " MCW_VERSION,
		       mcw_report_when(time(NULL) * 1000000000ULL, now, sizeof(now)));
	mcw_html_close(h);
	mcw_html_close(h);
	if (r->injected) {
		mcw_html_open(h, "p", "class", "faint", NULL);
		mcw_html_print(h,
			       "%llu of the events %s injected, to test: no hardware had those "
			       "errors.",
			       r->injected, r->injected == 1 ? "was" : "were");
		mcw_html_close(h);
	}
	mcw_html_close(h);
}

static void paragraph(struct mcw_html *h, const char *name, const char *text)
{
	mcw_html_element(h, "dt", name);
	mcw_html_element(h, "dd", text);
}

static void counts_show(struct mcw_html *h, const struct report_count *count)
{
	static const char *const words[REPORT_KINDS] = { "corrected", "with lost data",
							 "consumed or fatal" };
	const char *before = "";

	for (unsigned int kind = 0; kind < REPORT_KINDS; kind++) {
		if (!count->errors[kind])
			continue;
		mcw_html_print(h, "%s%llu %s", before, count->errors[kind], words[kind]);
		before = ", ";
	}
}

/* A family: what it means and what to do stand open, more in what can be opened. */
static void family_show(struct mcw_html *h, const struct mcw_advice *family,
			const struct report_count *count)
{
	const struct mcw_explanation *e = mcw_explain_of(MCW_TOPIC_FAMILY, family->name);

	mcw_html_open(h, "h3", NULL);
	mcw_html_print(h, "%s: ", family->name);
	counts_show(h, count);
	mcw_html_close(h);
	mcw_html_open(h, "p", NULL);
	mcw_html_print(h, "%s %s", family->means, family->action);
	mcw_html_close(h);
	if (!e)
		return;
	/* Open where data was lost. */
	if (count->errors[REPORT_LOST] + count->errors[REPORT_WORSE])
		mcw_html_open(h, "details", "open", "open", NULL);
	else
		mcw_html_open(h, "details", NULL);
	mcw_html_element(h, "summary", "Usual causes, and what to do");
	mcw_html_element(h, "p", e->text);
	mcw_html_open(h, "ol", NULL);
	for (unsigned int i = 0; i < MCW_EXPLAIN_CAUSES && e->causes[i]; i++)
		mcw_html_element(h, "li", e->causes[i]);
	mcw_html_close(h);
	mcw_html_open(h, "dl", NULL);
	paragraph(h, "certain", e->sure);
	paragraph(h, "do now", e->now);
	paragraph(h, "next", e->next);
	paragraph(h, "not", e->not_it);
	mcw_html_close(h);
	mcw_html_close(h);
}

static __u64 weight(const struct report_part *p)
{
	return (p->count.errors[REPORT_WORSE] << 40) + (p->count.errors[REPORT_LOST] << 20) +
	       p->count.errors[REPORT_CORRECTED];
}

static int part_order(const void *a, const void *b)
{
	const struct report_part *x = a, *y = b;

	if (weight(x) != weight(y))
		return weight(x) > weight(y) ? -1 : 1;
	return strcmp(x->name, y->name);
}

static void parts_show(struct mcw_html *h, const struct report *r)
{
	static const char *const columns[] = { "part",	    "#corrected",
					       "#data lost", "#consumed or fatal",
					       "first",	    "last" };

	qsort(r->parts, r->part_count, sizeof(*r->parts), part_order);
	mcw_report_table(h, columns, ARRAY_SIZE(columns));
	for (size_t i = 0; i < r->part_count && i < PARTS_SHOWN; i++) {
		const struct report_part *p = &r->parts[i];

		mcw_html_open(h, "tr", NULL);
		mcw_html_element(h, "td", p->name);
		for (unsigned int kind = 0; kind < REPORT_KINDS; kind++)
			mcw_report_number(h, p->count.errors[kind]);
		mcw_report_time_cell(h, p->count.first_ns);
		mcw_report_time_cell(h, p->count.last_ns);
		mcw_html_close(h);
	}
	mcw_html_close(h);
	mcw_html_close(h);
	if (r->part_count <= PARTS_SHOWN)
		return;
	mcw_html_open(h, "p", NULL);
	mcw_html_print(h, "Left out: %zu further parts with fewer errors.",
		       r->part_count - PARTS_SHOWN);
	mcw_html_close(h);
}

void mcw_report_verdicts_show(struct mcw_html *h, const struct report *r)
{
	const struct mcw_advice *family;

	mcw_html_element(h, "h2", "Errors by part");
	if (!r->part_count) {
		mcw_html_element(h, "p", "No error is recorded.");
		return;
	}
	parts_show(h, r);
	mcw_html_element(h, "p",
			 "Counts do not say by themselves which part is bad: the part that reports "
			 "an error need not be the one that caused it.");
	mcw_html_element(h, "h2", "What the errors mean");
	for (unsigned int n = 0; n < REPORT_FAMILIES && (family = mcw_advice_number(n)); n++)
		if (r->families[n].last_ns)
			family_show(h, family, &r->families[n]);
}

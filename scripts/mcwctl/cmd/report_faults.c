// SPDX-License-Identifier: GPL-2.0
/*
 * The parts that are bad, as the diagnosis finds them: what decides, so it stands first.
 */
#include <string.h>

#include "cmd/report.h"
#include "diagnose/diagnose.h"
#include "show/fault.h"

static void name_show(struct mcw_html *h, const char *name)
{
	mcw_html_element(h, "dt", name);
	mcw_html_open(h, "dd", NULL);
}

static void evidence_show(struct mcw_html *h, const struct mcw_fault *f)
{
	char since[40], last[40];

	name_show(h, "evidence");
	mcw_html_print(h, "errors: %llu corrected, %llu uncorrected", f->corrected, f->uncorrected);
	if (f->part.kind == MCW_SIGN_MEMORY)
		mcw_html_print(h, " at %u different place%s", f->cells, f->cells == 1 ? "" : "s");
	if (f->first_ns)
		mcw_html_print(h, ", from %s to %s",
			       mcw_report_when(f->first_ns, since, sizeof(since)),
			       mcw_report_when(f->last_ns, last, sizeof(last)));
	if (f->injected)
		mcw_html_text(h, "; all were injected");
	mcw_html_close(h);
}

static void fault_show(struct mcw_html *h, const struct mcw_fault *f)
{
	char text[512];

	mcw_html_element(h, "h3", mcw_fault_sentence(f, text, sizeof(text)));
	mcw_html_open(h, "dl", NULL);
	name_show(h, "what to do");
	mcw_html_text(h, mcw_fault_action_text(f));
	mcw_html_close(h);
	name_show(h, "how sure");
	mcw_html_print(h, "%s: %s", mcw_fault_certainty_name(f->certainty),
		       mcw_fault_doubt_text(f));
	mcw_html_close(h);
	evidence_show(h, f);
	name_show(h, "risk");
	mcw_html_text(h, mcw_fault_risk_text(f));
	mcw_html_close(h);
	name_show(h, "done");
	mcw_html_print(h, "pages taken offline: %u; tasks that got a signal: %u", f->pages,
		       f->victims);
	mcw_html_close(h);
	mcw_html_close(h);
}

void mcw_report_faults_show(struct mcw_html *h, const struct report *r)
{
	const struct mcw_fault *f;
	bool found = false;

	mcw_html_element(h, "h2", "Parts that are bad");
	if (r->o->file && !strcmp(r->o->file, "-")) {
		mcw_html_element(h, "p",
				 "Not diagnosed: a recording from standard input is read only "
				 "once. Give its file, to know which parts are bad.");
		return;
	}
	for (unsigned int level = MCW_FAULT_CRITICAL; level > MCW_FAULT_OK; level--) {
		for (size_t at = 0; (f = mcw_diagnosis_next(r->diagnosis, &at));) {
			if (f->closed || f->level != level)
				continue;
			fault_show(h, f);
			found = true;
		}
	}
	if (!found)
		mcw_html_element(h, "p", "By these records, no part is known to be bad.");
}

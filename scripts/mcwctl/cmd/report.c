// SPDX-License-Identifier: GPL-2.0
/*
 * mcwctl report: a page about the machine's errors, in one file, for a ticket or for whoever
 * repairs the machine.
 */
#include "cmd/report.h"

#include <stdio.h>
#include <unistd.h>

#include "error.h"

/* What decides comes first. */
static void page_show(struct report *r)
{
	static void (*const sections[])(struct mcw_html *, const struct report *) = {
		mcw_report_head_show,	 mcw_report_faults_show,  mcw_report_verdicts_show,
		mcw_report_dimms_show,	 mcw_report_times_show,	  mcw_report_maps_show,
		mcw_report_pages_show,	 mcw_report_victims_show, mcw_report_lost_show,
		mcw_report_records_show,
	};
	struct mcw_html h;

	mcw_html_begin(&h, stdout);
	mcw_report_begin(&h, r);
	for (size_t i = 0; i < sizeof(sections) / sizeof(sections[0]); i++)
		sections[i](&h, r);
	mcw_html_end(&h);
}

enum mcw_exit mcw_report_run(struct mcw_options *o)
{
	static struct report r;
	bool good;

	r = (struct report){ .o = o };
	/* A terminal shows no page, and whoever sees one did not mean it. */
	if (isatty(STDOUT_FILENO)) {
		mcw_error("report: writes a page in HTML: send it to a file, as "
			  "mcwctl report > report.html");
		return MCW_EXIT_USAGE;
	}
	good = mcw_report_read(&r);
	if (good)
		page_show(&r);
	mcw_report_free(&r);
	return good ? MCW_EXIT_OK : MCW_EXIT_FAILED;
}

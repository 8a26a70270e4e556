// SPDX-License-Identifier: GPL-2.0
/*
 * mcwctl metrics: what the module has counted, for Prometheus.
 *
 * The numbers are those that the module counts itself: they never go down while it is loaded, and
 * start from 0 with the next load, as a counter of Prometheus may. Numbers counted by a reader of
 * the lanes would depend on when it read. With --file, the events of a recording are counted; a
 * recording only grows.
 */
#include "cmd/command.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd/limits_file.h"
#include "cmd/metrics.h"
#include "cmd/open_faults.h"
#include "cmd/recording_totals.h"
#include "error.h"
#include "show/textfile.h"
#include "source/device.h"

/*
 * What the records say is found out once, for both. With wrong limits there are no faults, rather
 * than no metrics: a finding says it.
 */
static void diagnosis_print(FILE *out, const struct mcw_options *o)
{
	struct mcw_diagnosis *d = NULL;
	struct mcw_limits limits;

	if (mcw_limits_read(&limits, o->config))
		d = mcw_open_faults_read(o, &limits);
	mcw_metrics_findings(out, o, d);
	mcw_metrics_faults(out, d);
	free(d);
}

static bool print_all(FILE *out, const struct mcw_options *o)
{
	struct mcw_event_count_rows all = { .rows = NULL };
	bool good;

	if (o->file)
		return mcw_recorded_metrics(out, o);
	good = mcw_event_counts_read(&all, o->device);
	if (good) {
		mcw_metrics_up(out, true);
		mcw_metrics_events(out, all.rows, all.count);
		good = mcw_metrics_files(out, o) && mcw_metrics_dimms(out, o);
	}
	if (good) {
		diagnosis_print(out, o);
		mcw_metrics_store(out, o);
		mcw_metrics_conditions(out, o);
		mcw_metrics_guests(out, o);
		mcw_metrics_recorder(out, o);
	}
	free(all.rows);
	return good;
}

/* Return: the text, which the caller frees; NULL without memory. *good: the text is complete. */
static char *text_of(const struct mcw_options *o, size_t *length, bool *good)
{
	char *text = NULL;
	FILE *out = open_memstream(&text, length);

	if (!out)
		return NULL;
	*good = print_all(out, o);
	/* Print all or nothing: with a part, the other metrics would look as if they had gone. */
	if (!*good && !o->file) {
		rewind(out);
		mcw_metrics_up(out, false);
	}
	if (fclose(out)) {
		free(text);
		return NULL;
	}
	return text;
}

/* Who may not look does not know whether the module is there. */
static bool is_hidden(const struct mcw_options *o)
{
	if (o->file || !access(o->device, R_OK) || (errno != EACCES && errno != EPERM))
		return false;
	mcw_error("cannot open %s: %s%s", o->device, strerror(errno),
		  mcw_error_who(errno, o->device));
	return true;
}

/* For a timer, that the module is not loaded is no news each minute: the file says it. */
static enum mcw_exit down_write(const struct mcw_options *o)
{
	size_t length = 0;
	char *text = NULL;
	FILE *out = open_memstream(&text, &length);
	bool good = out;

	if (out) {
		mcw_metrics_up(out, false);
		good = !fclose(out) && mcw_textfile_write(o->textfile, text, length);
	}
	free(text);
	return good ? MCW_EXIT_NO_MODULE : MCW_EXIT_FAILED;
}

enum mcw_exit mcw_metrics_run(struct mcw_options *o)
{
	size_t length = 0;
	bool good;
	char *text;

	if (is_hidden(o))
		return MCW_EXIT_FAILED;
	if (o->textfile && !o->file && access(o->device, F_OK) && errno == ENOENT)
		return down_write(o);
	text = text_of(o, &length, &good);

	if (!text) {
		mcw_error("no memory for the metrics");
		return MCW_EXIT_FAILED;
	}
	if (!good && o->file)
		length = 0; /* nothing rather than a part */
	if (!o->textfile)
		fwrite(text, 1, length, stdout);
	else if (good || !o->file)
		good = mcw_textfile_write(o->textfile, text, length) && good;
	free(text);
	return good ? MCW_EXIT_OK : MCW_EXIT_FAILED;
}

// SPDX-License-Identifier: GPL-2.0
/*
 * Which of the open faults are news.
 */
#include "cmd/fault_news.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/colour.h"
#include "cmd/command.h"
#include "cmd/limits_file.h"
#include "cmd/open_faults.h"
#include "show/fault.h"
#include "show/line.h"
#include "source/clock.h"

/*
 * A look reads all records of the device again, some tens of milliseconds. So it waits for what
 * comes together, as an event and its location do; under a flood there is one in that time.
 */
#define LOOK_AFTER_MS	2000
#define NS_PER_MS	1000000ULL

bool mcw_fault_news_begin(struct mcw_fault_news *n, const struct mcw_options *o, bool colour)
{
	memset(n, 0, sizeof(*n));
	n->o = o;
	n->colour = colour;
	return mcw_limits_read(&n->limits, o->config);
}

void mcw_fault_news_expect(struct mcw_fault_news *n)
{
	if (!n->due_ns)
		n->due_ns = mcw_now_ns(CLOCK_MONOTONIC) + LOOK_AFTER_MS * NS_PER_MS;
}

int mcw_fault_news_due(const struct mcw_fault_news *n)
{
	__u64 now = mcw_now_ns(CLOCK_MONOTONIC);

	if (!n->due_ns)
		return -1;
	return n->due_ns > now ? (int)((n->due_ns - now) / NS_PER_MS) + 1 : 0;
}

static bool is_same_part(const struct mcw_fault_part *a, const struct mcw_fault_part *b)
{
	return a->kind == b->kind && a->level == b->level && a->socket == b->socket &&
	       a->mc == b->mc && a->channel == b->channel && a->dimm == b->dimm &&
	       a->unit == b->unit && !strcmp(a->label, b->label) && !strcmp(a->slot, b->slot) &&
	       !strcmp(a->serial, b->serial);
}

bool mcw_fault_is_news(struct mcw_fault_news *n, const struct mcw_fault *f)
{
	unsigned int kept = n->count < MCW_FAULTS_NAMED ? n->count : MCW_FAULTS_NAMED;
	unsigned int at = n->count % MCW_FAULTS_NAMED;

	for (unsigned int i = 0; i < kept; i++)
		if (n->told[i].mode == f->mode && n->told[i].level >= f->level &&
		    is_same_part(&n->told[i].part, &f->part))
			return false;
	n->told[at].part = f->part;
	n->told[at].mode = f->mode;
	n->told[at].level = f->level;
	n->count++;
	return true;
}

static void line_print(const struct mcw_fault_news *n, const struct mcw_fault *f)
{
	const char *colour = f->level == MCW_FAULT_CRITICAL ? MCW_RED : MCW_YELLOW;
	struct mcw_line line;
	FILE *out = mcw_line_begin(&line, n->colour ? colour : "",
				   n->o->verbose ? 0 : MCW_LINE_COLUMNS);

	mcw_fault_line_print(out, f);
	fputc('\n', out);
	mcw_line_end(&line);
}

void mcw_fault_news_tell(struct mcw_fault_news *n)
{
	struct mcw_diagnosis *d = mcw_open_faults_read(n->o, &n->limits);
	const struct mcw_fault *fault;

	n->due_ns = 0;
	if (!d)
		return;
	for (size_t at = 0; (fault = mcw_open_fault_next(d, &at));) {
		if (!mcw_fault_is_news(n, fault))
			continue;
		if (n->o->json)
			mcw_fault_json(stdout, fault);
		else
			line_print(n, fault);
	}
	free(d);
}

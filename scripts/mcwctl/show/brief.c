// SPDX-License-Identifier: GPL-2.0
/*
 * An event in at most MCW_LINE_COLUMNS columns: "2026-11-25 03:42:26.843176+01:00 CPU 0 bank 6:
 * uncorrected (SRAO) at 0x29e8000: memory controller error: scrub, channel 0".
 */
#define _GNU_SOURCE
#include "show/brief.h"

#include <string.h>

#include "decode/component.h"
#include "decode/decode.h"
#include "decode/erratum.h"
#include "decode/text.h"
#include "show/line.h"
#include "show/text.h"

static const char *class_words(enum mcw_class class)
{
	static const char *const words[] = {
		[MCW_CLASS_CORRECTED] = "corrected",
		[MCW_CLASS_DEFERRED] = "deferred",
		[MCW_CLASS_UCNA] = "uncorrected (UCNA)",
		[MCW_CLASS_SRAO] = "uncorrected (SRAO)",
		[MCW_CLASS_SRAR] = "uncorrected (SRAR)",
		[MCW_CLASS_UNCORRECTED] = "uncorrected",
		[MCW_CLASS_FATAL] = "fatal",
	};

	return words[class];
}

static void put_count(struct text *t, const struct mcw_event *ev)
{
	bool more;
	unsigned int count = mcw_event_count(ev, &more);

	if (more)
		text_add(t, "at least %u ", count);
	else if (count > 1)
		text_add(t, "%u ", count);
}

/* What happened. The component is said where the words do not name it. */
static void put_what(struct text *t, const struct mcw_event *ev)
{
	const char *erratum = mcw_erratum(ev), *component = mcw_component_name(mcw_component(ev));
	char words[3 * MCW_TEXT_BYTES];

	mcw_code_brief(ev, words, sizeof(words));
	if (erratum)
		text_put_all(t, erratum, ": ");
	if (mcw_component(ev) != MCW_COMPONENT_UNKNOWN && !strcasestr(words, component))
		text_put_all(t, component, ", ");
	text_put(t, words);
}

/* What makes the event another one than it seems. */
static void put_flags(struct text *t, const struct mcw_event *ev)
{
	if (ev->flags & MCW_FLAG_INJECTED)
		text_put(t, " [injected]");
	if (ev->flags & MCW_FLAG_LEFTOVER)
		text_put(t, " [leftover]");
}

static void put_event(struct text *t, const struct mcw_event *ev)
{
	text_add(t, "CPU %u bank %u: ", ev->regs.extcpu, (unsigned int)ev->regs.bank);
	put_count(t, ev);
	text_put(t, class_words(mcw_event_class(ev)));
	if (ev->regs.status & MCW_STATUS_ADDRV)
		text_add(t, " at 0x%llx", ev->regs.addr);
	text_put(t, ": ");
	put_what(t, ev);
}

char *mcw_brief_text(const struct mcw_event *ev, char *buf, size_t size)
{
	struct text t = text_begin(buf, size);

	put_event(&t, ev);
	put_flags(&t, ev);
	return buf;
}

void mcw_text_brief(FILE *out, const struct mcw_record *r)
{
	char text[5 * MCW_TEXT_BYTES], time[128], flags[64];
	struct text t = text_begin(text, sizeof(text)), f = text_begin(flags, sizeof(flags));

	text_add(&t, "%s ", mcw_time_text(r->head.wall_ns, time, sizeof(time)));
	put_event(&t, &r->event);
	put_flags(&f, &r->event);
	mcw_cut(text, MCW_LINE_COLUMNS - f.used);
	fprintf(out, "%s%s\n", text, flags);
}

// SPDX-License-Identifier: GPL-2.0
/*
 * A record as a line of text.
 */
#include "show/text.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <mcewarden/grading.h>

#include "decode/decode.h"
#include "decode/utf8.h"
#include "source/lost.h"

#define NS_PER_S 1000000000ULL
#define NS_PER_US 1000ULL

/* In buf: the local time up to the seconds, and behind it how far it is from UTC: +01:00. */
static bool time_parts(time_t seconds, char *buf, size_t size, char *offset, size_t offset_size)
{
	long minutes;
	struct tm tm;

	buf[0] = '\0';
	offset[0] = '\0';
	if (!localtime_r(&seconds, &tm) || !strftime(buf, size, "%F %T", &tm))
		return false;
	minutes = labs(tm.tm_gmtoff) / 60;
	snprintf(offset, offset_size, "%c%02ld:%02ld", tm.tm_gmtoff < 0 ? '-' : '+', minutes / 60,
		 minutes % 60);
	return true;
}

char *mcw_time_text(__u64 wall_ns, char *buf, size_t size)
{
	char text[64], offset[32];

	time_parts(wall_ns / NS_PER_S, text, sizeof(text), offset, sizeof(offset));
	snprintf(buf, size, "%s.%06llu%s", text, wall_ns % NS_PER_S / NS_PER_US, offset);
	return buf;
}

void mcw_text_time(FILE *out, __u64 wall_ns)
{
	char text[128];

	fputs(mcw_time_text(wall_ns, text, sizeof(text)), out);
}

char *mcw_seconds_text(__u64 seconds, char *buf, size_t size)
{
	char offset[32];

	if (time_parts(seconds, buf, size, offset, sizeof(offset)))
		snprintf(buf + strlen(buf), size - strlen(buf), "%s", offset);
	return buf;
}

void mcw_text_safely(FILE *out, const char *text)
{
	while (*text) {
		__u32 c = 0;
		unsigned int bytes = mcw_utf8_decode(text, &c);
		bool harmless = bytes && !mcw_utf8_is_harmful(c);

		if (*text == '\\' || *text == '"')
			fputc('\\', out);
		for (bytes = bytes ? bytes : 1; bytes; bytes--, text++)
			fprintf(out, harmless ? "%c" : "\\x%02x", (unsigned char)*text);
	}
}

static void print_flags(FILE *out, __u32 flags)
{
	const char *before = " [";

	for (unsigned int bit = 0; bit < MCW_FLAG_BITS; bit++) {
		const char *name = flags & 1U << bit ? mcw_flag_name(bit) : NULL;

		if (!name)
			continue;
		fprintf(out, "%s%s", before, name);
		before = " ";
	}
	if (before[1] != '[')
		fputc(']', out);
}

static void print_remarks(FILE *out, const struct mcw_event *ev)
{
	char text[MCW_TEXT_BYTES];

	for (unsigned int n = 0; mcw_remark_text(ev, n, text, sizeof(text)); n++)
		fprintf(out, "; %s", text);
}

static void print_why(FILE *out, const struct mcw_event *ev)
{
	struct mcw_verdict verdict = mcw_event_grade(ev);
	char text[MCW_TEXT_BYTES];

	if (!mcw_event_is_gradable(ev)) {
		fputs("; not graded: the record has no MCG_CAP", out);
		return;
	}
	if (verdict.grade == ev->regs.severity)
		fputs("; why", out);
	else if (ev->regs.severity == MCW_GRADE_NO)
		fprintf(out, "; not graded by the kernel, by mcewarden %s",
			mcw_grade_name(verdict.grade));
	else
		fprintf(out, "; differs: %s by the kernel, %s by mcewarden",
			mcw_grade_name(ev->regs.severity), mcw_grade_name(verdict.grade));
	fprintf(out, ": %s", mcw_rule_text(verdict.rule, text, sizeof(text)));
}

void mcw_text_event(FILE *out, const struct mcw_record *r)
{
	const struct mcw_event *ev = &r->event;
	char text[MCW_TEXT_BYTES];

	mcw_text_time(out, r->head.wall_ns);
	fprintf(out, " CPU %u bank %u", ev->regs.extcpu, (unsigned int)ev->regs.bank);
	if (mcw_unit_text(ev, text, sizeof(text))[0])
		fprintf(out, " (%s)", text);
	fprintf(out, " %s %s %s: %s", mcw_source_name(ev->source),
		mcw_grade_name(ev->regs.severity), mcw_class_name(mcw_event_class(ev)),
		mcw_code_text(ev, text, sizeof(text)));
	fprintf(out, "; address %s", mcw_address_text(ev, text, sizeof(text)));
	print_remarks(out, ev);
	print_why(out, ev);
	print_flags(out, ev->flags);
	fputc('\n', out);
}

static const char *plural(__u64 n)
{
	return n == 1 ? "" : "s";
}

void mcw_text_lost(FILE *out, unsigned int lane, const struct mcw_lost *l)
{
	const char *gone = "not finished by their writer";

	if (l->overrun)
		gone = "overwritten before they were read";
	fprintf(out, "*** %llu record%s of lane %s lost here: ", l->lost, plural(l->lost),
		mcw_lane_name(lane));
	if (!l->no_room)
		fprintf(out, "%s\n", gone);
	else if (l->no_room == l->lost)
		fputs("not stored, the lane had no room\n", out);
	else
		fprintf(out, "%llu not stored, the lane had no room; %llu %s\n", l->no_room,
			l->lost - l->no_room, gone);
}

void mcw_text_older(FILE *out, unsigned int lane, __u64 records)
{
	fprintf(out, "%s: %llu older record%s overwritten before this reader came\n",
		mcw_lane_name(lane), records, records == 1 ? " was" : "s were");
}

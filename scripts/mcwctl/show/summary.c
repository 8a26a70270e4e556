// SPDX-License-Identifier: GPL-2.0
/*
 * How many records a reader has seen: the line that it prints at its end.
 */
#include "show/summary.h"

#include "decode/decode.h"

void mcw_summary_add(struct mcw_summary *s, const struct mcw_record *rec)
{
	if (rec->head.type == MCW_OUTCOME) {
		s->outcomes++;
	} else if (rec->head.type == MCW_STORM) {
		s->storms++;
	} else if (rec->head.type == MCW_LOCATION) {
		s->locations++;
	} else if (rec->head.type == MCW_VICTIM) {
		s->victims++;
	} else {
		s->events++;
		if (rec->event.regs.severity <= MCW_GRADE_PANIC)
			s->grades[rec->event.regs.severity]++;
	}
}

void mcw_summary_print(FILE *out, const struct mcw_summary *s)
{
	const char *before = " (";

	fprintf(out, "%llu event%s", s->events, s->events == 1 ? "" : "s");
	for (unsigned int grade = 0; grade <= MCW_GRADE_PANIC; grade++) {
		if (!s->grades[grade])
			continue;
		fprintf(out, "%s%s %llu", before, mcw_grade_name(grade), s->grades[grade]);
		before = ", ";
	}
	fprintf(out, "%s, %llu outcome%s, %llu storm line%s", before[0] == ',' ? ")" : "",
		s->outcomes, s->outcomes == 1 ? "" : "s", s->storms, s->storms == 1 ? "" : "s");
	if (s->locations)
		fprintf(out, ", %llu location%s", s->locations, s->locations == 1 ? "" : "s");
	if (s->victims)
		fprintf(out, ", %llu victim%s", s->victims, s->victims == 1 ? "" : "s");
	if (s->hidden)
		fprintf(out, "; %llu left out by filters", s->hidden);
	fprintf(out, "; %llu lost\n", s->lost);
}

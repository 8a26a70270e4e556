// SPDX-License-Identifier: GPL-2.0
/*
 * Counts the errors of a report: by part of the hardware, by family, over time.
 */
#include "cmd/report.h"

#include <stdlib.h>
#include <string.h>

#include "decode/advice.h"
#include "decode/component.h"
#include "decode/decode.h"
#include "decode/pci.h"
#include "error.h"

#define PARTS 500 /* errors of further ones are counted together */

enum report_kind mcw_report_kind(const struct mcw_event *ev)
{
	switch (mcw_event_class(ev)) {
	case MCW_CLASS_CORRECTED:
		return REPORT_CORRECTED;
	case MCW_CLASS_DEFERRED:
	case MCW_CLASS_UCNA:
	case MCW_CLASS_SRAO:
		return REPORT_LOST;
	default:
		return REPORT_WORSE;
	}
}

void mcw_report_count(struct report_count *count, enum report_kind kind, __u64 errors,
		      __u64 wall_ns)
{
	count->errors[kind] += errors;
	if (!count->first_ns || wall_ns < count->first_ns)
		count->first_ns = wall_ns;
	if (wall_ns > count->last_ns)
		count->last_ns = wall_ns;
}

/* Of memory as much as a DIMM; of a core, which one. */
static void part_name(const struct mcw_event *ev, char *name, size_t size)
{
	enum mcw_component component = mcw_component(ev);
	struct mcw_memory_place place;
	char text[MCW_TEXT_BYTES];

	switch (component) {
	case MCW_COMPONENT_CORE:
	case MCW_COMPONENT_TLB:
	case MCW_COMPONENT_CACHE:
	case MCW_COMPONENT_CACHE_L1:
	case MCW_COMPONENT_CACHE_L2:
		snprintf(name, size, "socket %u, CPU %u: %s", ev->regs.socketid, ev->regs.extcpu,
			 mcw_component_name(component));
		return;
	case MCW_COMPONENT_ROOT_PORT:
		snprintf(name, size, "socket %u: %s %s", ev->regs.socketid,
			 mcw_component_name(component), mcw_pci_text(ev, NULL, text, sizeof(text)));
		return;
	case MCW_COMPONENT_MEMORY:
		if (!mcw_memory_place(ev, &place))
			break;
		/* not rank, bank and row: they belong to the map */
		place.known &= (1U << MCW_PLACE_RANK) - 1;
		place.ecc_mode = NULL;
		place.transient = false;
		if (!place.known)
			break;
		snprintf(name, size, "socket %u: memory, %.100s", ev->regs.socketid,
			 mcw_place_text(&place, text, sizeof(text)));
		return;
	default:
		break;
	}
	snprintf(name, size, "socket %u, bank %u: %s", ev->regs.socketid, ev->regs.bank,
		 mcw_component_name(component));
}

static struct report_part *part_of(struct report *r, const struct mcw_event *ev)
{
	char name[REPORT_NAME];
	struct report_part *parts;

	part_name(ev, name, sizeof(name));
	if (r->part_count >= PARTS)
		snprintf(name, sizeof(name), "other parts");
	for (size_t i = 0; i < r->part_count; i++)
		if (!strcmp(r->parts[i].name, name))
			return &r->parts[i];
	parts = reallocarray(r->parts, r->part_count + 1, sizeof(*parts));
	if (!parts) {
		mcw_error("no memory for %zu parts", r->part_count + 1);
		return NULL;
	}
	r->parts = parts;
	parts[r->part_count] = (struct report_part){ .count.first_ns = 0 };
	memcpy(parts[r->part_count].name, name, sizeof(name));
	return &parts[r->part_count++];
}

static void family_count(struct report *r, const struct mcw_event *ev, __u64 errors, __u64 wall_ns)
{
	const struct mcw_advice *advice = mcw_advice(ev), *family;

	for (unsigned int n = 0; advice && (family = mcw_advice_number(n)); n++)
		if (family == advice && n < REPORT_FAMILIES)
			mcw_report_count(&r->families[n], mcw_report_kind(ev), errors, wall_ns);
}

/* Keeps which event it was, for the locations that follow. */
static bool event_keep(struct report *r, const struct mcw_record *rec)
{
	if (r->known_count == r->known_room) {
		size_t room = r->known_room ? 2 * r->known_room : 1024;
		void *known = reallocarray(r->known, room, sizeof(*r->known));

		if (!known) {
			mcw_error("no memory for %zu events", room);
			return false;
		}
		r->known = known;
		r->known_room = room;
	}
	r->known[r->known_count++] = (struct report_event){
		.pos = rec->head.pos,
		.load = r->loads,
		.lane = rec->head.lane,
		.dimm = -1,
	};
	return true;
}

bool mcw_report_event(struct report *r, const struct mcw_record *rec)
{
	const struct mcw_event *ev = &rec->event;
	enum report_kind kind = mcw_report_kind(ev);
	bool more;
	__u64 errors = mcw_event_count(ev, &more);
	struct report_part *part;

	r->events++;
	r->injected += !!(ev->flags & MCW_FLAG_INJECTED);
	if (!(ev->regs.status & MCW_STATUS_VAL))
		return event_keep(r, rec);
	if (!errors)
		errors = 1;
	mcw_report_count(&r->all, kind, errors, rec->head.wall_ns);
	mcw_report_time(&r->times, kind, errors, rec->head.wall_ns);
	family_count(r, ev, errors, rec->head.wall_ns);
	part = part_of(r, ev);
	if (!part)
		return false;
	mcw_report_count(&part->count, kind, errors, rec->head.wall_ns);
	return event_keep(r, rec);
}

// SPDX-License-Identifier: GPL-2.0
/*
 * What belongs to one event, and why something of that is not there.
 *
 * Locations and outcomes name their event. A victim names its page, which may have had several
 * events. A signal that came while the page was taken belongs to the event whose outcome counts it;
 * any other belongs to the page's last event of the lane severe before it.
 */
#include "decode/follow.h"

#include <stddef.h>

#include "decode/component.h"
#include "decode/decode.h"

#define PAGE_BITS	12
#define PAGE_MASK	(~0ULL << PAGE_BITS)

const char *mcw_follow_name(enum mcw_follow_part part)
{
	static const char *const names[MCW_FOLLOW_PARTS] = { "event", "location", "outcome",
							     "victim" };

	return part < MCW_FOLLOW_PARTS ? names[part] : "unknown";
}

void mcw_follow_event(struct mcw_follow *f, const struct mcw_record *event)
{
	f->event = *event;
	f->count[MCW_FOLLOW_EVENT] = 1;
}

/* The page of the event, or MCW_NO_PAGE. */
static __u64 page_of(const struct mcw_record *event)
{
	__u64 page = event->event.regs.addr & PAGE_MASK;
	unsigned int bits = event->event.phys_bits;

	if (!(event->event.regs.status & MCW_STATUS_ADDRV))
		return MCW_NO_PAGE;
	return bits && bits < 64 ? page & ((1ULL << bits) - 1) : page;
}

static bool is_same_page(const struct mcw_follow *f, __u64 page, unsigned int bits)
{
	__u64 mask = PAGE_MASK, own = page_of(&f->event);

	/* Of a huge page all is lost, and the record may name its begin. */
	if (bits > PAGE_BITS && bits < 64)
		mask = ~0ULL << bits;
	return own != MCW_NO_PAGE && page != MCW_NO_PAGE && !((own ^ page) & mask);
}

static bool is_of(const struct mcw_record *event, unsigned int lane, __u64 pos)
{
	return event->head.lane == lane && event->head.pos == pos;
}

static void add(struct mcw_follow *f, enum mcw_follow_part part, struct mcw_record *records,
		unsigned int room, const struct mcw_record *rec)
{
	if (f->count[part] < room)
		records[f->count[part]++] = *rec;
}

static void location_take(struct mcw_follow *f, const struct mcw_record *rec)
{
	const struct mcw_location *l = &rec->location;

	if (l->source == MCW_LOCATION_ADXL)
		f->adxl = true;
	if (!(l->flags & (MCW_LOCATION_NO_EVENT | MCW_LOCATION_LOST)) &&
	    is_of(&f->event, l->of_lane, l->of_pos))
		add(f, MCW_FOLLOW_LOCATION, f->locations, MCW_FOLLOW_LOCATIONS, rec);
}

static bool is_victim_here(const struct mcw_follow *f, const struct mcw_follow_victim *v)
{
	if (v->counted)
		return v->counted_here;
	return !f->next_ns || v->rec.head.mono_ns < f->next_ns;
}

static void victims_choose(struct mcw_follow *f)
{
	f->count[MCW_FOLLOW_VICTIM] = 0;
	for (unsigned int i = 0; i < f->of_page_count; i++)
		if (is_victim_here(f, &f->of_page[i]))
			add(f, MCW_FOLLOW_VICTIM, f->victims, MCW_VICTIMS_LISTED,
			    &f->of_page[i].rec);
}

/* An outcome is written at the end of the call that sent the signals, so after their records. */
static void victims_count(struct mcw_follow *f, const struct mcw_record *rec, bool here)
{
	for (unsigned int i = 0; rec->outcome.victims && i < f->of_page_count; i++) {
		struct mcw_follow_victim *v = &f->of_page[i];

		if (v->counted || v->rec.victim.cause != MCW_VICTIM_TAKEN ||
		    v->rec.head.pos > rec->head.pos ||
		    v->rec.head.mono_ns < rec->outcome.of_mono_ns ||
		    !is_same_page(f, rec->outcome.page, v->rec.victim.lsb))
			continue;
		v->counted = true;
		v->counted_here = here;
	}
}

static void outcome_take(struct mcw_follow *f, const struct mcw_record *rec)
{
	const struct mcw_outcome *o = &rec->outcome;
	bool here = !(o->flags & MCW_OUTCOME_NO_EVENT) && is_of(&f->event, o->of_lane, o->of_pos);

	if (here)
		add(f, MCW_FOLLOW_OUTCOME, f->outcomes, MCW_FOLLOW_OUTCOMES, rec);
	victims_count(f, rec, here);
}

static void victim_take(struct mcw_follow *f, const struct mcw_record *rec)
{
	if (f->event.head.lane == MCW_LANE_SEVERE && f->of_page_count < MCW_VICTIMS_LISTED &&
	    is_same_page(f, rec->victim.page, rec->victim.lsb) &&
	    rec->head.mono_ns >= f->event.head.mono_ns)
		f->of_page[f->of_page_count++] = (struct mcw_follow_victim){ .rec = *rec };
}

/* Another event. */
static void event_take(struct mcw_follow *f, const struct mcw_record *rec)
{
	__u64 ns = rec->head.mono_ns;

	if (rec->head.lane == MCW_LANE_SEVERE && ns > f->event.head.mono_ns &&
	    is_same_page(f, page_of(rec), PAGE_BITS) && (!f->next_ns || ns < f->next_ns))
		f->next_ns = ns;
}

void mcw_follow_take(struct mcw_follow *f, const struct mcw_record *rec)
{
	if (!f->count[MCW_FOLLOW_EVENT])
		return;
	if (rec->head.type == MCW_EVENT)
		event_take(f, rec);
	else if (rec->head.type == MCW_LOCATION)
		location_take(f, rec);
	else if (rec->head.type == MCW_OUTCOME)
		outcome_take(f, rec);
	else if (rec->head.type == MCW_VICTIM)
		victim_take(f, rec);
	victims_choose(f);
}

/* By the code, which EDAC's drivers look at, or by the bank, where the model is known. */
static bool is_of_memory(const struct mcw_event *ev)
{
	enum mcw_component component = mcw_component(ev);

	return MCW_MCACOD_IS(MCW_MCACOD_UNFILTERED(ev->regs.status), MEMORY) ||
	       component == MCW_COMPONENT_MEMORY || component == MCW_COMPONENT_UNKNOWN;
}

/* Of which errors the module asks the firmware where they are. */
static bool is_asked_about(const struct mcw_event *ev)
{
	return ev->regs.cpuvendor == MCW_VENDOR_INTEL &&
	       MCW_MCACOD_IS(MCW_MCACOD_UNFILTERED(ev->regs.status), MEMORY);
}

static const char *location_missing(const struct mcw_follow *f, bool *due)
{
	const struct mcw_event *ev = &f->event.event;

	if (ev->source == MCW_SOURCE_FIRMWARE)
		return "the firmware reported the error, and names no memory module";
	if (!f->edac && !f->adxl && f->over)
		return "no EDAC driver had a memory controller then";
	if (!f->edac && !f->adxl)
		return "no EDAC driver has a memory controller: mcwctl dimms names the one for"
		       " this CPU";
	if (!(ev->regs.status & MCW_STATUS_ADDRV))
		return "the event has no address, which is what finds a memory module";
	if (f->edac ? !is_of_memory(ev) : !is_asked_about(ev))
		return "only memory modules are named, and this is no error of the memory"
		       " controller";
	*due = true;
	if (!f->edac)
		return "the firmware (ADXL) does not know the address, or has not answered yet";
	return "the EDAC driver does not know the address, or did not see the error: with RAS_CEC"
	       " it sees corrected ones only where edac_sees_cec is 1";
}

static const char *outcome_missing(const struct mcw_follow *f, bool *due)
{
	if (f->event.head.lane != MCW_LANE_SEVERE)
		return "none is due: a corrected error gets one only if its page has had too many"
		       " (page_ce_threshold)";
	*due = true;
	if (f->over)
		return "the records end before it, or it was overwritten";
	return "the module waits for the kernel, at most grace_ms, or tries again; or it was"
	       " overwritten";
}

/* How many signals the outcomes count. */
static unsigned int signals_of(const struct mcw_follow *f)
{
	unsigned int signals = 0;

	for (unsigned int i = 0; i < f->count[MCW_FOLLOW_OUTCOME]; i++)
		signals += f->outcomes[i].outcome.victims;
	return signals < MCW_VICTIMS_LISTED ? signals : MCW_VICTIMS_LISTED;
}

static bool page_is_taken(const struct mcw_follow *f)
{
	for (unsigned int i = 0; i < f->count[MCW_FOLLOW_OUTCOME]; i++) {
		const struct mcw_outcome *o = &f->outcomes[i].outcome;

		if (o->action == MCW_ACTION_OFFLINE && o->actor != MCW_ACTOR_NOBODY)
			return true;
	}
	return false;
}

static const char *victim_missing(const struct mcw_follow *f, bool *due)
{
	if (f->count[MCW_FOLLOW_VICTIM] < signals_of(f)) {
		*due = true;
		return "the outcome counts tasks that got a signal, and not all have a record";
	}
	if (f->count[MCW_FOLLOW_VICTIM])
		return NULL;
	if (page_is_taken(f))
		return "no task got a signal; one that touches the page later gets it then";
	if (f->count[MCW_FOLLOW_OUTCOME])
		return "no page was taken from a task";
	if (f->event.head.lane == MCW_LANE_SEVERE)
		return "no task got a signal so far";
	return "a corrected error harms no task";
}

const char *mcw_follow_missing(const struct mcw_follow *f, enum mcw_follow_part part, bool *due)
{
	*due = false;
	if (part != MCW_FOLLOW_VICTIM && f->count[part])
		return NULL;
	if (!f->count[MCW_FOLLOW_EVENT]) {
		*due = part == MCW_FOLLOW_EVENT;
		return *due ? "none came" : "there is no event";
	}
	if (part == MCW_FOLLOW_LOCATION)
		return location_missing(f, due);
	return part == MCW_FOLLOW_OUTCOME ? outcome_missing(f, due) : victim_missing(f, due);
}

bool mcw_follow_is_complete(const struct mcw_follow *f)
{
	bool due = false;

	for (unsigned int part = 0; part < MCW_FOLLOW_PARTS && !due; part++)
		mcw_follow_missing(f, part, &due);
	return !due;
}

static __u64 newest_of(const struct mcw_record *records, unsigned int count, __u64 newest)
{
	for (unsigned int i = 0; i < count; i++)
		if (records[i].head.mono_ns > newest)
			newest = records[i].head.mono_ns;
	return newest;
}

__u64 mcw_follow_duration(const struct mcw_follow *f)
{
	__u64 newest = f->event.head.mono_ns;

	newest = newest_of(f->locations, f->count[MCW_FOLLOW_LOCATION], newest);
	newest = newest_of(f->outcomes, f->count[MCW_FOLLOW_OUTCOME], newest);
	newest = newest_of(f->victims, f->count[MCW_FOLLOW_VICTIM], newest);
	return newest - f->event.head.mono_ns;
}

// SPDX-License-Identifier: GPL-2.0
/*
 * Counts each record, and has it diagnosed.
 */
#include <stdio.h>
#include <string.h>

#include "decode/decode.h"
#include "store/keeper_state.h"

#define NS_PER_S 1000000000ULL

static void positions_note(struct mcw_keeper *k, const struct mcw_head *head)
{
	if (k->batch.next[head->lane] <= head->pos)
		k->batch.next[head->lane] = head->pos + 1;
	k->changed = true;
}

/* What a boot left in its banks is what ended it, most likely. */
static void error_note(struct mcw_keeper *k, const struct mcw_event *ev)
{
	enum mcw_class class = mcw_event_class(ev);
	char code[MCW_TEXT_BYTES];

	if (!k->new_boot || !(ev->flags & MCW_FLAG_LEFTOVER) || ev->flags & MCW_FLAG_INJECTED ||
	    (class != MCW_CLASS_FATAL && class != MCW_CLASS_UNCORRECTED &&
	     class != MCW_CLASS_SRAR) ||
	    k->error[0])
		return;
	mcw_code_text(ev, code, sizeof(code));
	snprintf(k->error, sizeof(k->error), "%s error in bank %u of CPU %u: %.120s",
		 mcw_class_name(class), ev->regs.bank, ev->regs.extcpu, code);
}

/* By the clock of the machine as it is now, if it was wrong when the record was made. */
static __u64 wall_of(const struct mcw_keeper *k, const struct mcw_head *head)
{
	__u64 boot_ns = k->wall_ns - k->mono_ns;

	if (mcw_store_day_of(head->wall_ns) || k->wall_ns < k->mono_ns)
		return head->wall_ns;
	return mcw_store_day_of(boot_ns) ? boot_ns + head->mono_ns : head->wall_ns;
}

static void event_feed(struct mcw_keeper *k, const struct mcw_joined *e)
{
	const struct mcw_event *ev = &e->rec.event;
	bool uncorrected = mcw_event_class(ev) != MCW_CLASS_CORRECTED;
	__u64 wall = wall_of(k, &e->rec.head);
	struct mcw_sign sign = e->sign;
	__u64 count = sign.count ? sign.count : 1;
	int part;

	if (!e->is_sign)
		sign.part.kind = MCW_SIGN_NONE;
	part = mcw_totals_part(&k->totals, &sign.part, k->dimms, wall);
	mcw_totals_add(&k->totals, part, wall, uncorrected ? 0 : count, uncorrected ? count : 0,
		       ev->flags & MCW_FLAG_INJECTED);
	error_note(k, ev);
	if (!e->is_sign)
		return;
	sign.load = k->batch.load;
	mcw_diagnosis_feed(k->d, &sign);
	k->recent[k->recent_next].pos = e->rec.head.pos;
	k->recent[k->recent_next].lane = e->rec.head.lane;
	k->recent[k->recent_next].part = sign.part;
	k->recent_next = (k->recent_next + 1) % MCW_KEEPER_RECENT;
}

static void report_feed(struct mcw_keeper *k, const struct mcw_joined *e)
{
	struct mcw_sign sign = e->sign;
	__u64 wall = wall_of(k, &e->rec.head), count = sign.count ? sign.count : 1;
	int part;

	if (e->rec.head.pos < k->reports)
		return;
	part = mcw_totals_part(&k->totals, &sign.part, k->dimms, wall);
	mcw_totals_add(&k->totals, part, wall, sign.uncorrected ? 0 : count,
		       sign.uncorrected ? count : 0, false);
	sign.load = k->batch.load;
	mcw_diagnosis_feed(k->d, &sign);
}

static const char *page_state(const struct mcw_outcome *o)
{
	bool taken = o->action == MCW_ACTION_OFFLINE || o->action == MCW_ACTION_SOFT_OFFLINE;

	switch (o->reason) {
	case MCW_REASON_DONE:
	case MCW_REASON_FLAGGED:
		return taken ? "offline" : "left";
	case MCW_REASON_ALREADY:
		return "offline";
	case MCW_REASON_IN_USE:
	case MCW_REASON_GAVE_UP:
		return "failed";
	default:
		return "left";
	}
}

static void page_add(struct mcw_keeper *k, const struct mcw_head *head, int part, __u64 page,
		     const char *state, __u32 victims)
{
	mcw_totals_page(&k->totals, &(struct mcw_batch_page){
					    .page = page & ~4095ULL,
					    .part = part,
					    .state = state,
					    .victims = victims,
					    .wall_ns = wall_of(k, head),
				    });
}

static void outcome_feed(struct mcw_keeper *k, const struct mcw_record *rec)
{
	const struct mcw_outcome *o = &rec->outcome;
	int part = -1;

	if (o->page == MCW_NO_PAGE)
		return;
	for (unsigned int i = 0;
	     i < MCW_KEEPER_RECENT && part < 0 && !(o->flags & MCW_OUTCOME_NO_EVENT); i++)
		if (k->recent[i].pos == o->of_pos && k->recent[i].lane == o->of_lane &&
		    k->recent[i].part.kind != MCW_SIGN_NONE)
			part = mcw_totals_part(&k->totals, &k->recent[i].part, k->dimms, 0);
	page_add(k, &rec->head, part, o->page, page_state(o), o->victims);
	mcw_diagnosis_outcome(k->d, &(struct mcw_sign_outcome){
					    .page = o->page,
					    .offline = o->reason == MCW_REASON_DONE &&
						       (o->action == MCW_ACTION_OFFLINE ||
							o->action == MCW_ACTION_SOFT_OFFLINE),
					    .victims = o->victims,
				    });
}

/* Those that got their signal when the page was taken are in its outcome. */
static void victim_feed(struct mcw_keeper *k, const struct mcw_record *rec)
{
	const struct mcw_victim *v = &rec->victim;

	if (v->cause == MCW_VICTIM_TAKEN || v->page == MCW_NO_PAGE)
		return;
	page_add(k, &rec->head, -1, v->page, v->cause == MCW_VICTIM_TOUCHED ? "offline" : "failed",
		 1);
	mcw_diagnosis_outcome(k->d, &(struct mcw_sign_outcome){ .page = v->page, .victims = 1 });
}

static void repair_take(void *arg, __u32 number)
{
	mcw_diagnosis_repaired(arg, number);
}

/* Before errors are diagnosed: somebody may have repaired their part since. */
static void repairs_look(struct mcw_keeper *k)
{
	if (k->looked_ns && k->mono_ns < k->looked_ns + NS_PER_S)
		return;
	k->looked_ns = k->mono_ns;
	mcw_store_repairs(k->store, k->batch.engine, repair_take, k->d);
}

void mcw_keeper_feed(struct mcw_keeper *k, bool all)
{
	const struct mcw_joined *e;

	if (k->join.count)
		repairs_look(k);
	while ((e = mcw_join_take(&k->join, k->mono_ns, all))) {
		switch (e->rec.head.type) {
		case MCW_EVENT:
			event_feed(k, e);
			break;
		case MCW_LOCATION:
			report_feed(k, e);
			break;
		case MCW_OUTCOME:
			outcome_feed(k, &e->rec);
			break;
		case MCW_VICTIM:
			victim_feed(k, &e->rec);
			break;
		}
		positions_note(k, &e->rec.head);
	}
}

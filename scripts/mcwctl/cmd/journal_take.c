// SPDX-License-Identifier: GPL-2.0
/*
 * Which records the journal is told of, and when.
 *
 * Events and outcomes wait in one queue, in which an event waits for its location (store/join.h).
 * From there a severe event goes to wait for its outcome and victims (store/severe.h), and a
 * corrected one into the sum of its minute. After a restart, records that were told before are fed
 * to the diagnosis again, and nothing is told of them.
 */
#include "cmd/journal.h"

#include <string.h>

#include "cmd/open_faults.h"
#include "diagnose/conditions.h"
#include "show/journal.h"
#include "source/clock.h"
#include "source/stream.h"

#define NS_PER_S 1000000000ULL
#define FAULTS_NS (2 * NS_PER_S)
#define LOST_NS (60 * NS_PER_S)

static bool was_told(const struct mcw_journal *j, const struct mcw_head *head)
{
	return head->pos < j->begin[head->lane].next;
}

static void severe_tell(struct mcw_journal *j, bool all)
{
	struct mcw_severe one;

	while (mcw_severes_done(&j->severes, &one, mcw_journal_now(j), all)) {
		mcw_journal_entry_begin(j);
		mcw_journal_severe(&j->entry, &one, j->o->file ? 0 : mcw_now_ns(CLOCK_REALTIME));
		mcw_journal_entry_end(j);
	}
}

static void severe_add(struct mcw_journal *j, const struct mcw_joined *e)
{
	struct mcw_severe one;

	if (mcw_severes_are_full(&j->severes))
		severe_tell(j, false);
	if (mcw_severes_are_full(&j->severes) &&
	    mcw_severes_done(&j->severes, &one, mcw_journal_now(j), true)) {
		mcw_journal_entry_begin(j);
		mcw_journal_severe(&j->entry, &one, 0);
		mcw_journal_entry_end(j);
	}
	mcw_severes_add(&j->severes, e, mcw_journal_now(j));
}

static void corrected_tell(struct mcw_journal *j)
{
	mcw_journal_entry_begin(j);
	mcw_journal_corrected(&j->entry, &j->corrected);
	mcw_journal_entry_end(j);
	memset(&j->corrected, 0, sizeof(j->corrected));
}

/* Of a recording, the errors' own times make the minutes. */
static void corrected_add(struct mcw_journal *j, const struct mcw_joined *e)
{
	const __u64 now = j->o->file ? e->rec.head.mono_ns : mcw_journal_now(j);

	if (j->corrected.until_ns && now >= j->corrected.until_ns)
		corrected_tell(j);
	mcw_corrected_add(&j->corrected, e, now);
}

/* Tells faults that are news; quiet: only takes them for told. */
static void faults_tell(struct mcw_journal *j, bool quiet)
{
	const struct mcw_fault *fault;

	j->news_ns = 0;
	for (size_t at = 0; (fault = mcw_open_fault_next(j->d, &at));) {
		if (!mcw_fault_is_news(&j->news, fault) || quiet)
			continue;
		mcw_journal_entry_begin(j);
		mcw_journal_fault(&j->entry, fault);
		mcw_journal_entry_end(j);
	}
}

static void sign_feed(struct mcw_journal *j, const struct mcw_joined *e)
{
	struct mcw_sign sign = e->sign;

	if (!was_told(j, &e->rec.head) && !j->caught_up) {
		faults_tell(j, true);
		j->caught_up = true;
	}
	if (!e->is_sign)
		return;
	sign.load = j->session.load ? j->session.load : 1;
	mcw_diagnosis_feed(j->d, &sign);
	if (!j->news_ns)
		j->news_ns = mcw_journal_now(j) + FAULTS_NS;
}

static bool is_of_hardware(const struct mcw_joined *e)
{
	struct mcw_sign sign;

	return e->is_sign || mcw_conditions_sign(&sign, &e->rec);
}

static void event_take(struct mcw_journal *j, const struct mcw_joined *e)
{
	const struct mcw_head *head = &e->rec.head;
	bool severe = head->type == MCW_EVENT ? head->lane == MCW_LANE_SEVERE : e->sign.uncorrected;

	sign_feed(j, e);
	if (was_told(j, head))
		return;
	if (severe)
		severe_add(j, e);
	else if (head->type == MCW_LOCATION || is_of_hardware(e))
		corrected_add(j, e);
}

static void outcome_take(struct mcw_journal *j, const struct mcw_record *rec)
{
	const struct mcw_outcome *o = &rec->outcome;

	mcw_diagnosis_outcome(j->d, &(struct mcw_sign_outcome){
					    .page = o->page,
					    .offline = o->reason == MCW_REASON_DONE &&
						       (o->action == MCW_ACTION_OFFLINE ||
							o->action == MCW_ACTION_SOFT_OFFLINE),
					    .victims = o->victims,
				    });
	if (was_told(j, &rec->head) || mcw_severes_take(&j->severes, rec, mcw_journal_now(j)))
		return;
	mcw_journal_entry_begin(j);
	mcw_journal_outcome(&j->entry, rec);
	mcw_journal_entry_end(j);
}

static void victim_take(struct mcw_journal *j, const struct mcw_record *rec)
{
	if (rec->victim.cause != MCW_VICTIM_TAKEN)
		mcw_diagnosis_outcome(j->d, &(struct mcw_sign_outcome){
						    .page = rec->victim.page,
						    .victims = 1,
					    });
	if (was_told(j, &rec->head) || mcw_severes_take(&j->severes, rec, mcw_journal_now(j)))
		return;
	mcw_journal_entry_begin(j);
	mcw_journal_victim(&j->entry, rec);
	mcw_journal_entry_end(j);
}

static bool is_notice(const struct mcw_head *head)
{
	return head->lane == MCW_LANE_SEVERE || head->lane == MCW_LANE_NOTICE;
}

static void joined_take(struct mcw_journal *j, const struct mcw_joined *e)
{
	j->notices -= is_notice(&e->rec.head);
	if (e->rec.head.type == MCW_OUTCOME)
		outcome_take(j, &e->rec);
	else if (e->rec.head.type == MCW_VICTIM)
		victim_take(j, &e->rec);
	else
		event_take(j, e);
}

static void joined_feed(struct mcw_journal *j, bool all)
{
	const struct mcw_joined *e;

	while ((e = mcw_join_take(&j->join, mcw_journal_now(j), all)))
		joined_take(j, e);
}

static void storm_take(struct mcw_journal *j, const struct mcw_record *rec)
{
	if (was_told(j, &rec->head))
		return;
	mcw_journal_entry_begin(j);
	mcw_journal_storm(&j->entry, rec);
	mcw_journal_entry_end(j);
}

static void joined_add(struct mcw_journal *j, const struct mcw_record *rec)
{
	if (mcw_join_is_full(&j->join)) {
		joined_feed(j, false);
		if (mcw_join_is_full(&j->join))
			joined_feed(j, true);
	}
	j->notices += is_notice(&rec->head);
	mcw_join_add(&j->join, rec, mcw_journal_now(j));
}

/* What was overwritten while no mcwctl journal ran. */
static void gap_take(struct mcw_journal *j, const struct mcw_head *head)
{
	if (!j->read[head->lane].next && j->begin[head->lane].next)
		j->lost[head->lane] += mcw_journal_gap(&j->begin[head->lane], head);
}

void mcw_journal_take(struct mcw_journal *j, const struct mcw_record *rec)
{
	const struct mcw_head *head = &rec->head;

	gap_take(j, head);
	j->read[head->lane] = (struct mcw_journal_lane){ .next = head->pos + 1,
							 .unplaced = head->unplaced,
							 .skipped = head->skipped };
	switch (head->type) {
	case MCW_STORM:
		storm_take(j, rec);
		break;
	case MCW_EVENT:
	case MCW_LOCATION:
	case MCW_OUTCOME:
	case MCW_VICTIM:
		joined_add(j, rec);
		break;
	}
}

static void losses_take(struct mcw_journal *j, const struct mcw_stream *s)
{
	__u64 of_errors = 0;

	for (unsigned int lane = 0; lane < MCW_LANES; lane++) {
		__u64 lost = s->lost[lane].lost;

		if (lost > j->lost_seen[lane]) {
			j->lost[lane] += lost - j->lost_seen[lane];
			of_errors += lane <= MCW_LANE_OTHER ? lost - j->lost_seen[lane] : 0;
		}
		j->lost_seen[lane] = lost;
	}
	if (of_errors)
		mcw_diagnosis_lose(j->d, of_errors);
}

static bool has_lost(const struct mcw_journal *j)
{
	for (unsigned int lane = 0; lane < MCW_LANES; lane++)
		if (j->lost[lane])
			return true;
	return false;
}

static void lost_tell(struct mcw_journal *j)
{
	mcw_journal_entry_begin(j);
	mcw_journal_lost(&j->entry, j->lost);
	mcw_journal_entry_end(j);
	memset(j->lost, 0, sizeof(j->lost));
	j->lost_ns = mcw_journal_now(j) + LOST_NS;
}

void mcw_journal_due(struct mcw_journal *j, const struct mcw_stream *s, bool all)
{
	__u64 now;

	losses_take(j, s);
	if (all)
		mcw_join_end(&j->join);
	joined_feed(j, all);
	severe_tell(j, all);
	now = mcw_journal_now(j);
	if (j->corrected.errors && (all || now >= j->corrected.until_ns))
		corrected_tell(j);
	if (has_lost(j) && (all || now >= j->lost_ns))
		lost_tell(j);
	if (j->news_ns && (all || now >= j->news_ns))
		faults_tell(j, !j->caught_up);
}

static __u64 sooner(__u64 a, __u64 b)
{
	return !a || (b && b < a) ? b : a;
}

__u64 mcw_journal_next(const struct mcw_journal *j)
{
	__u64 next = sooner(mcw_join_due(&j->join), mcw_severes_due(&j->severes));

	next = sooner(next, j->corrected.until_ns);
	next = sooner(next, has_lost(j) ? j->lost_ns : 0);
	return sooner(next, j->news_ns);
}

bool mcw_journal_is_settled(const struct mcw_journal *j)
{
	return !j->notices && !j->severes.count;
}

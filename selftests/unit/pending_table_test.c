// SPDX-License-Identifier: GPL-2.0
/* LINK: module/pending_table.c */
/* FLAGS: -Iselftests/unit/kernel */
/*
 * Errors that wait for the kernel: when each is due, how its wait ends, which decoded record
 * belongs to it, records decoded before their events arrive, the grace and its limit, retries, and
 * room in the table.
 */
#include <stdio.h>
#include <string.h>

#include <mcewarden/chain.h>
#include <mcewarden/mark.h>
#include <mcewarden/pending_table.h>

#include "ktap.h"

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))
#define MS 1000000ULL
#define S (1000 * MS)
#define GRACE (2 * S)
#define SIZE 8
#define STATUS 0xbc00000000000090ULL
#define ADDR 0x12345000ULL

static struct mcw_pending entries[SIZE];
static struct mcw_pending_table table;

static void start(void)
{
	memset(entries, 0x5a, sizeof(entries));
	mcw_pending_table_init(&table, entries, SIZE, MCW_PENDING_DROPPED_NS);
}

/* An error captured at @ns; its registers differ from those of other positions in the TSC. */
static bool add(u64 pos, u64 ns, enum mcw_wait wait)
{
	const struct mcw_pending filled = {
		.out = { .of_pos = pos, .of_lane = MCW_LANE_SEVERE, .of_mono_ns = ns },
		.error = { .status = STATUS },
		.wait = wait,
		.page = ADDR,
		.addr = ADDR,
		.tsc = pos,
	};

	return mcw_pending_table_add(&table, &filled);
}

static struct mcw_decoded decoded_of(u64 pos)
{
	return (struct mcw_decoded){
		.mark = mcw_mark_event(mcw_mark_begin(0x11000000, 4), MCW_LANE_SEVERE, pos),
		.status = STATUS,
		.addr = ADDR,
		.page = MCW_NO_PAGE,
		.tsc = pos,
	};
}

static void done(const struct mcw_decoded *rec, u64 captured, u64 now)
{
	mcw_pending_table_chain_done(&table, rec, captured, false, now);
}

static struct mcw_pending *waiting(u64 pos)
{
	struct mcw_pending *p;

	list_for_each_entry(p, &table.waiting, node) {
		if (p->out.of_pos == pos)
			return p;
	}
	return NULL;
}

static u64 due(u64 pos, u64 now)
{
	return mcw_pending_table_due(&table, waiting(pos), now, GRACE, false, false);
}

static void by_grace(void)
{
	start();
	add(0, 10 * S, MCW_WAIT_CHAIN);
	expect_eq(due(0, 10 * S), 12 * S);
	expect_eq(due(0, 12 * S - 1), 12 * S);
	expect_eq(waiting(0)->out.disposition, MCW_DISPOSITION_NONE);
	expect_eq(due(0, 12 * S), 0);
	expect_eq(waiting(0)->out.disposition, MCW_DISPOSITION_GRACE);
}

static void by_decoding(void)
{
	struct mcw_decoded rec = decoded_of(0);

	start();
	add(0, 10 * S, MCW_WAIT_CHAIN);
	done(&rec, 10 * S, 10 * S + 5);
	expect_eq(due(0, 10 * S + 5), 0);
	expect_eq(waiting(0)->out.disposition, MCW_DISPOSITION_UNHANDLED);
	start();
	add(0, 10 * S, MCW_WAIT_CHAIN);
	rec.handled_uc = true;
	rec.severity_lowered = true;
	mcw_pending_table_chain_done(&table, &rec, 10 * S, true, 10 * S + 5);
	expect_eq(due(0, 10 * S + 5), 0);
	expect_eq(waiting(0)->out.disposition, MCW_DISPOSITION_HANDLED);
	expect_eq(waiting(0)->severity_lowered, true);
	expect_eq(waiting(0)->poisoned_before, true);
}

/*
 * A decoded record captured at least 100 ms later proves a drop; one captured earlier proves
 * nothing.
 */
static void by_proof_of_drop(void)
{
	struct mcw_decoded other = decoded_of(7);

	start();
	add(0, 10 * S, MCW_WAIT_CHAIN);
	other.mark = mcw_mark_event(0x11000000, MCW_LANE_OTHER, 7);
	done(&other, 10 * S + 100 * MS - 1, 10 * S + 200 * MS);
	expect_eq(due(0, 10 * S + 200 * MS), 12 * S + 200 * MS);
	expect_eq(waiting(0)->out.disposition, MCW_DISPOSITION_NONE);
	done(&other, 10 * S + 100 * MS, 10 * S + 300 * MS);
	expect_eq(due(0, 10 * S + 300 * MS), 0);
	expect_eq(waiting(0)->out.disposition, MCW_DISPOSITION_DROPPED);
}

/* A hypervisor may have kept a CPU for long between tap and pool: there only 1 s proves it. */
static void by_proof_of_drop_in_a_guest(void)
{
	struct mcw_decoded other = decoded_of(7);

	mcw_pending_table_init(&table, entries, SIZE, MCW_PENDING_DROPPED_GUEST_NS);
	add(0, 10 * S, MCW_WAIT_CHAIN);
	done(&other, 11 * S - 1, 11 * S);
	expect_eq(due(0, 11 * S), 13 * S);
	expect_eq(waiting(0)->out.disposition, MCW_DISPOSITION_NONE);
	done(&other, 11 * S, 11 * S + 1);
	expect_eq(due(0, 11 * S + 1), 0);
	expect_eq(waiting(0)->out.disposition, MCW_DISPOSITION_DROPPED);
}

/* An older record that is decoded later changes nothing. */
static void newest_decoded_stays(void)
{
	struct mcw_decoded other = decoded_of(7);

	start();
	add(0, 10 * S, MCW_WAIT_CHAIN);
	done(&other, 11 * S, 11 * S);
	done(&other, 9 * S, 11 * S + 1);
	done(&other, 0, 11 * S + 2); /* time of capture unknown */
	expect_eq(due(0, 11 * S + 3), 0);
	expect_eq(waiting(0)->out.disposition, MCW_DISPOSITION_DROPPED);
}

static void activity_puts_grace_off(void)
{
	struct mcw_decoded other = decoded_of(7);

	start();
	add(0, 10 * S, MCW_WAIT_CHAIN);
	mcw_pending_table_chain_begin(&table, 11 * S);
	/* While a record is in the chain, the grace does not begin. */
	expect_eq(due(0, 20 * S), 22 * S);
	expect_eq(due(0, 30 * S), 32 * S);
	done(&other, 0, 31 * S);
	expect_eq(due(0, 32 * S), 33 * S);
	expect_eq(due(0, 33 * S), 0);
	expect_eq(waiting(0)->out.disposition, MCW_DISPOSITION_GRACE);
}

/* A chain that is never quiet delays the decision by at most a minute. */
static void grace_cap(void)
{
	start();
	add(0, 10 * S, MCW_WAIT_CHAIN);
	mcw_pending_table_chain_begin(&table, 11 * S);
	expect_eq(due(0, 69 * S), 71 * S);
	expect_eq(due(0, 71 * S), 72 * S);
	expect_eq(due(0, 72 * S - 1), 72 * S);
	expect_eq(due(0, 72 * S), 0);
	expect_eq(waiting(0)->out.disposition, MCW_DISPOSITION_GRACE);
}

/* Consumed errors: the chain does not see what the kernel does about them. */
static void consumed(void)
{
	struct mcw_decoded rec = decoded_of(0), later = decoded_of(1);

	start();
	add(0, 10 * S, MCW_WAIT_GRACE);
	waiting(0)->poisoned_before = true;
	mcw_pending_table_chain_begin(&table, 11 * S);
	expect_eq(due(0, 11 * S), 12 * S); /* activity of the chain does not matter */
	done(&later, 11 * S, 11 * S + 1);
	expect_eq(due(0, 11 * S + 1), 12 * S); /* and does not prove a drop */
	expect_eq(mcw_pending_table_due(&table, waiting(0), 11 * S, GRACE, true, false), 12 * S);
	done(&rec, 10 * S, 11 * S + 2);
	expect_eq(waiting(0)->poisoned_before, true); /* not in the state that the chain saw */
	expect_eq(due(0, 11 * S + 3), 12 * S);
	/* Decoded, and now poisoned: the kernel took the page. */
	expect_eq(mcw_pending_table_due(&table, waiting(0), 11 * S + 3, GRACE, true, false), 0);
	expect_eq(due(0, 12 * S), 0);
	expect_eq(waiting(0)->out.disposition, MCW_DISPOSITION_UNHANDLED);
}

static u64 due_in_call(u64 pos, u64 now)
{
	return mcw_pending_table_due(&table, waiting(pos), now, GRACE, true, true);
}

/* memory_failure() runs for the page: its end is waited for, for a minute at most. */
static void call_runs(void)
{
	struct mcw_decoded rec = decoded_of(0);

	start();
	add(0, 10 * S, MCW_WAIT_GRACE);
	expect_eq(due_in_call(0, 69 * S), 70 * S);
	expect_eq(waiting(0)->out.disposition, MCW_DISPOSITION_NONE);
	done(&rec, 10 * S, 69 * S);
	expect_eq(due_in_call(0, 70 * S - 1), 70 * S);
	expect_eq(due_in_call(0, 70 * S), 0);
	waiting(0)->out.tries = 1;
	waiting(0)->not_before_ns = 20 * S;
	expect_eq(due_in_call(0, 21 * S), 70 * S);
	expect_eq(due(0, 21 * S), 0);
}

static const struct {
	const char *name;
	u32 mark_xor;
	u64 status_xor, addr_xor, tsc_xor;
	bool same;
} marks[] = {
	{ "the very record", 0, 0, 0, 0, true },
	{ "another bank: the mark's bank is the tap's matter", 0x00010000, 0, 0, 0, true },
	{ "another lane", 0x00004000, 0, 0, 0, false },
	{ "another position", 0x00000001, 0, 0, 0, false },
	{ "another status", 0, 1, 0, 0, false },
	{ "another address", 0, 0, 0x1000, 0, false },
	{ "another time", 0, 0, 0, 1, false },
};

static void matching(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(marks); i++) {
		struct mcw_decoded rec = decoded_of(0);

		start();
		add(0, 10 * S, MCW_WAIT_CHAIN);
		rec.mark ^= marks[i].mark_xor;
		rec.status ^= marks[i].status_xor;
		rec.addr ^= marks[i].addr_xor;
		rec.tsc ^= marks[i].tsc_xor;
		if (!!mcw_pending_table_match(&table, &rec) != marks[i].same) {
			printf("# %s\n", marks[i].name);
			ktap_good = false;
		}
		done(&rec, 0, 10 * S);
		expect_eq(waiting(0)->out.disposition != MCW_DISPOSITION_NONE, marks[i].same);
	}
}

/* If two look alike, 16384 positions apart, the newest is meant. */
static void newest_matches(void)
{
	struct mcw_decoded rec = decoded_of(5);

	start();
	add(5, 10 * S, MCW_WAIT_CHAIN);
	add(5 + 16384, 11 * S, MCW_WAIT_CHAIN);
	waiting(5 + 16384)->tsc = 5;
	expect_eq(mcw_pending_table_match(&table, &rec)->out.of_pos, 5 + 16384);
}

static void decoded_early(void)
{
	struct mcw_decoded rec = decoded_of(3);

	start();
	rec.handled_uc = true;
	rec.severity_lowered = true;
	mcw_pending_table_chain_done(&table, &rec, 0, true, 10 * S);
	add(2, 10 * S, MCW_WAIT_CHAIN);
	expect_eq(waiting(2)->out.disposition, MCW_DISPOSITION_NONE);
	add(3, 10 * S, MCW_WAIT_CHAIN);
	expect_eq(waiting(3)->out.disposition, MCW_DISPOSITION_HANDLED);
	expect_eq(waiting(3)->severity_lowered, true);
	expect_eq(waiting(3)->poisoned_before, true);
	/* It is said once. */
	add(3, 10 * S, MCW_WAIT_CHAIN);
	expect_eq(list_entry(table.waiting.prev, struct mcw_pending, node)->out.disposition,
		  MCW_DISPOSITION_NONE);
}

#define OTHER_PAGE 0x77777000ULL

/* EDAC names the page of a normalized address, and no other. */
static void named_by_edac(void)
{
	struct mcw_decoded rec = decoded_of(0);
	unsigned int early;

	rec.page = OTHER_PAGE;
	rec.severity_lowered = true;
	rec.tolerant = 1;
	for (early = 0; early < 2; early++) {
		start();
		if (early)
			mcw_pending_table_chain_done(&table, &rec, 0, true, 10 * S);
		add(0, 10 * S, MCW_WAIT_CHAIN);
		if (!early) {
			waiting(0)->address = MCW_ADDRESS_NORMALIZED;
			mcw_pending_table_chain_done(&table, &rec, 0, true, 10 * S);
		}
		/* The address of the one that came late is none of that kind. */
		expect_eq(waiting(0)->page, early ? ADDR : OTHER_PAGE);
		expect_eq(waiting(0)->address, early ? MCW_ADDRESS_NONE : MCW_ADDRESS_PAGE);
		expect_eq(waiting(0)->translated, !early);
		expect_eq(waiting(0)->poisoned_before, true);
		expect_eq(waiting(0)->tolerant, 1);
	}
}

/* What the kernel's library said is not changed, unless the kernel took the page at the address. */
static void named_by_library(void)
{
	struct mcw_decoded rec = decoded_of(0);

	rec.page = 0x55555000;
	start();
	add(0, 10 * S, MCW_WAIT_CHAIN);
	waiting(0)->address = MCW_ADDRESS_PAGE;
	waiting(0)->translated = true;
	waiting(0)->page = OTHER_PAGE;
	mcw_pending_table_chain_done(&table, &rec, 0, true, 10 * S);
	expect_eq(waiting(0)->page, OTHER_PAGE);
	expect_eq(waiting(0)->poisoned_before, false); /* of the page at the address */
	rec.page = MCW_NO_PAGE;
	rec.handled_uc = true;
	mcw_pending_table_chain_done(&table, &rec, 0, true, 10 * S);
	expect_eq(waiting(0)->page, ADDR);
	expect_eq(waiting(0)->translated, false);
	expect_eq(waiting(0)->poisoned_before, true);
}

/* Records of other lanes have no waiting error, and must not replace severe ones. */
static void early_of_other_lanes(void)
{
	struct mcw_decoded rec = decoded_of(3), other = decoded_of(4);
	unsigned int i;

	start();
	done(&rec, 0, 10 * S);
	other.mark = mcw_mark_event(0x11000000, MCW_LANE_OTHER, 4);
	for (i = 0; i < MCW_PENDING_EARLY; i++)
		done(&other, 0, 10 * S);
	other.mark = mcw_mark_not_taken(0x11000000);
	for (i = 0; i < MCW_PENDING_EARLY; i++)
		done(&other, 0, 10 * S);
	add(3, 10 * S, MCW_WAIT_CHAIN);
	expect_eq(waiting(3)->out.disposition, MCW_DISPOSITION_UNHANDLED);
}

static void early_is_bounded(void)
{
	struct mcw_decoded rec;
	unsigned int i;

	start();
	for (i = 0; i <= MCW_PENDING_EARLY; i++) {
		rec = decoded_of(i);
		done(&rec, 0, 10 * S);
	}
	add(0, 10 * S, MCW_WAIT_CHAIN);
	add(1, 10 * S, MCW_WAIT_CHAIN);
	expect_eq(waiting(0)->out.disposition, MCW_DISPOSITION_NONE); /* the oldest was replaced */
	expect_eq(waiting(1)->out.disposition, MCW_DISPOSITION_UNHANDLED);
}

static void captured(void)
{
	struct mcw_record rec = { .head.mono_ns = 10 * S };
	struct mcw_decoded decoded = decoded_of(3);

	rec.event.regs = (struct mcw_regs){ .status = STATUS, .addr = ADDR, .tsc = 3 };
	expect_eq(mcw_pending_captured_ns(&rec, &decoded), 10 * S);
	rec.event.flags = MCW_FLAG_LEFTOVER;
	expect_eq(mcw_pending_captured_ns(&rec, &decoded), 10 * S);
	/* A record captured by the chain is late, so it would prove drops that did not happen. */
	rec.event.flags = MCW_FLAG_CHAIN;
	expect_eq(mcw_pending_captured_ns(&rec, &decoded), 0);
	rec.event.flags = 0;
	rec.event.regs.status ^= 1;
	expect_eq(mcw_pending_captured_ns(&rec, &decoded), 0);
	rec.event.regs.status ^= 1;
	rec.event.regs.addr ^= 0x1000;
	expect_eq(mcw_pending_captured_ns(&rec, &decoded), 0);
	rec.event.regs.addr ^= 0x1000;
	rec.event.regs.tsc ^= 1;
	expect_eq(mcw_pending_captured_ns(&rec, &decoded), 0);
}

static void tried_again(void)
{
	struct mcw_pending *p;

	start();
	add(0, 10 * S, MCW_WAIT_CHAIN);
	add(1, 10 * S, MCW_WAIT_CHAIN);
	p = waiting(0);
	mcw_pending_table_take(p);
	expect_eq(!waiting(0), true);
	expect_eq(table.room, SIZE - 2);
	p->out.tries = 1;
	p->not_before_ns = 20 * S;
	mcw_pending_table_retry(&table, p);
	expect_eq(due(0, 20 * S - 1), 20 * S); /* the grace is long over, and does not matter */
	expect_eq(due(0, 20 * S), 0);
	expect_eq(waiting(1)->node.next == &waiting(0)->node, true); /* behind the others */
}

static void decoded_while_decided(void)
{
	struct mcw_decoded rec = decoded_of(0);
	struct mcw_pending *p;

	start();
	add(0, 10 * S, MCW_WAIT_CHAIN);
	p = waiting(0);
	mcw_pending_table_take(p);
	rec.handled_uc = true;
	done(&rec, 10 * S, 13 * S);
	expect_eq(p->out.disposition, MCW_DISPOSITION_NONE);
	mcw_pending_table_retry(&table, p);
	expect_eq(p->out.disposition, MCW_DISPOSITION_HANDLED);
}

static void room(void)
{
	struct mcw_pending *p;
	unsigned int i;

	start();
	for (i = 0; i < SIZE; i++)
		expect_eq(add(i, 10 * S, MCW_WAIT_CHAIN), true);
	expect_eq(table.room, 0);
	expect_eq(add(SIZE, 10 * S, MCW_WAIT_CHAIN), false);
	p = waiting(3);
	mcw_pending_table_take(p);
	expect_eq(add(SIZE, 10 * S, MCW_WAIT_CHAIN), false); /* it is being decided: no room yet */
	mcw_pending_table_free(&table, p);
	expect_eq(table.room, 1);
	expect_eq(add(SIZE, 10 * S, MCW_WAIT_CHAIN), true);
	expect_eq(waiting(SIZE)->out.tries, 0);
}

static const struct ktap_case cases[] = {
	{ "due when the grace is over", by_grace },
	{ "due when the record was decoded", by_decoding },
	{ "due when a later record proves it dropped", by_proof_of_drop },
	{ "in a guest only a much later record proves it", by_proof_of_drop_in_a_guest },
	{ "the newest decoded record counts", newest_decoded_stays },
	{ "an active chain puts the grace off", activity_puts_grace_off },
	{ "a chain that is never quiet: the cap", grace_cap },
	{ "consumed errors wait for the whole grace", consumed },
	{ "memory_failure() runs for the page", call_runs },
	{ "which decoded record is an error's", matching },
	{ "of two that look alike the newest", newest_matches },
	{ "decoded before its event was delivered", decoded_early },
	{ "EDAC names the page of a normalized address", named_by_edac },
	{ "the kernel's library named the page before", named_by_library },
	{ "other lanes' records are not kept", early_of_other_lanes },
	{ "a bounded number is kept", early_is_bounded },
	{ "when a decoded record was captured", captured },
	{ "tried again at its time", tried_again },
	{ "decoded while it was decided", decoded_while_decided },
	{ "room", room },
};

int main(void)
{
	ktap_begin();
	ktap_run(cases, ARRAY_SIZE(cases));
	return ktap_end();
}

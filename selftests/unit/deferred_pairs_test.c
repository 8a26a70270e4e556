// SPDX-License-Identifier: GPL-2.0
/* LINK: module/deferred_pairs.c */
/* FLAGS: -Iselftests/unit/kernel */
/* Two records of one deferred error: which is the second, and which is another error. */
#include <stdio.h>

#include <mcewarden/deferred_pairs.h>
#include <mcewarden/mca.h>

#include "ktap.h"

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))
#define DEFERRED (MCW_STATUS_VAL | MCW_STATUS_DEFERRED | MCW_STATUS_ADDRV | 0x11b)
#define FIRST_POS 7
#define FIRST_NS 1000000000ULL
#define UMC (0x96ULL << 32)

static struct mcw_deferred_pairs pairs;

static struct mcw_record record(unsigned int source, u64 mono_ns)
{
	struct mcw_record rec = {
		.head = { .pos = FIRST_POS, .mono_ns = mono_ns },
		.event = {
			.regs = {
				.status = DEFERRED,
				.addr = 0x234000,
				.synd = 0xd,
				.ipid = UMC,
				.extcpu = 1,
				.bank = 9,
				.cpuvendor = MCW_VENDOR_AMD,
			},
			.cpu_caps = MCW_CAP_SMCA,
			.source = source,
		},
	};

	return rec;
}

static bool feed(const struct mcw_record *rec, u64 *first)
{
	*first = ~0ULL;
	return mcw_deferred_pairs_second(&pairs, rec, first);
}

/* The first record, by a poll. */
static void begin(void)
{
	struct mcw_record rec = record(MCW_SOURCE_POLL, FIRST_NS);
	u64 first;

	pairs = (struct mcw_deferred_pairs){ .next = 0 };
	expect_eq(feed(&rec, &first), false);
}

static void poll_then_interrupt(void)
{
	struct mcw_record rec = record(MCW_SOURCE_CMCI, FIRST_NS + 1);
	u64 first;

	begin();
	expect_eq(feed(&rec, &first), true);
	expect_eq(first, FIRST_POS);
	/* The interrupt has cleared the register. */
	expect_eq(feed(&rec, &first), false);
}

/* What the kernel logs of MCA_DESTAT can differ in bits that say nothing of the error. */
static void other_bits(void)
{
	struct mcw_record rec = record(MCW_SOURCE_CMCI, FIRST_NS + 1);
	u64 first;

	begin();
	rec.event.regs.status |= MCW_STATUS_OVER | MCW_STATUS_EN;
	expect_eq(feed(&rec, &first), true);
}

static void too_late(void)
{
	struct mcw_record rec = record(MCW_SOURCE_CMCI, FIRST_NS + MCW_DEFERRED_PAIR_NS + 1);
	u64 first;

	begin();
	expect_eq(feed(&rec, &first), false);
	rec.head.mono_ns--;
	expect_eq(feed(&rec, &first), true);
}

#define DIFFERS(member, value)						\
	do {								\
		struct mcw_record rec = record(MCW_SOURCE_CMCI, FIRST_NS + 1); \
		u64 first;						\
\
		begin();						\
		rec.event.member = value;				\
		expect_eq(feed(&rec, &first), false);			\
	} while (0)

static void another_error(void)
{
	DIFFERS(regs.addr, 0x235000);
	DIFFERS(regs.synd, 0xe);
	DIFFERS(regs.ipid, UMC | 0x100000);
	DIFFERS(regs.extcpu, 0);
	DIFFERS(regs.bank, 10);
	DIFFERS(regs.status, DEFERRED + 1);
}

static void no_such_kind(void)
{
	DIFFERS(regs.status, DEFERRED | MCW_STATUS_UC);
	DIFFERS(regs.status, DEFERRED & ~MCW_STATUS_DEFERRED);
	DIFFERS(regs.cpuvendor, MCW_VENDOR_INTEL);
	DIFFERS(cpu_caps, 0);
	DIFFERS(source, MCW_SOURCE_EXCEPTION);
	DIFFERS(source, MCW_SOURCE_PROCESS);
}

/* Nothing was left in MCA_DESTAT. */
static void two_interrupts(void)
{
	struct mcw_record rec = record(MCW_SOURCE_CMCI, FIRST_NS);
	u64 first;

	pairs = (struct mcw_deferred_pairs){ .next = 0 };
	expect_eq(feed(&rec, &first), false);
	expect_eq(feed(&rec, &first), false);
}

/* Up to as many as there is room for are remembered. */
static void many(void)
{
	struct mcw_record rec, second;
	u64 first;

	begin();
	for (unsigned int i = 1; i < MCW_DEFERRED_PAIRS; i++) {
		rec = record(MCW_SOURCE_POLL, FIRST_NS);
		rec.head.pos += i;
		rec.event.regs.addr += i;
		expect_eq(feed(&rec, &first), false);
	}
	second = record(MCW_SOURCE_CMCI, FIRST_NS + 1);
	expect_eq(feed(&second, &first), true);
	expect_eq(first, FIRST_POS);
	begin();
	for (unsigned int i = 1; i <= MCW_DEFERRED_PAIRS; i++) {
		rec = record(MCW_SOURCE_POLL, FIRST_NS);
		rec.event.regs.addr += i;
		expect_eq(feed(&rec, &first), false);
	}
	expect_eq(feed(&second, &first), false);
}

static const struct ktap_case cases[] = {
	{ "a poll, then an interrupt: once", poll_then_interrupt },
	{ "other bits of the status do not matter", other_bits },
	{ "within an hour", too_late },
	{ "another address, syndrome, unit, CPU, bank or code is another error", another_error },
	{ "only deferred errors of scalable MCA, found by an interrupt", no_such_kind },
	{ "two interrupts are two errors", two_interrupts },
	{ "as many as there is room for", many },
};

int main(void)
{
	ktap_begin();
	ktap_run(cases, ARRAY_SIZE(cases));
	return ktap_end();
}

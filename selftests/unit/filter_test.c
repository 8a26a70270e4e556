// SPDX-License-Identifier: GPL-2.0
/* LINK: mcwctl */
/* FLAGS: -Wno-missing-field-initializers */
/* Which records a filter shows, the filter's syntax, and the summary line. */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ktap.h"
#include "decode/decode.h"
#include "show/summary.h"
#include "source/filter.h"

#define NS_PER_S	1000000000ULL
#define NOW		(1700000000 * NS_PER_S)	/* 2023-11-14T22:13:20Z */
#define UC		(MCW_STATUS_VAL | MCW_STATUS_UC | MCW_STATUS_EN)

/* The record to filter. */
enum {
	CORRECTED,
	UCNA,
	SRAO,
	SRAR,
	FATAL,
	UNGRADED,
	STORM,
	STORM_OF_ALL,
	RECORDS,
};

static const struct mcw_record records[RECORDS] = {
	[CORRECTED] = { .head.type = MCW_EVENT,
			.event.regs = { .status = MCW_STATUS_VAL,
					.severity = MCW_GRADE_KEEP,
					.bank = 5 },
			.event.source = MCW_SOURCE_CMCI },
	[UCNA] = { .head.type = MCW_EVENT,
		   .event.regs = { .status = UC,
				   .mcgcap = MCW_MCGCAP_SER_P,
				   .severity = MCW_GRADE_DEFERRED,
				   .bank = 7,
				   .extcpu = 3 },
		   .event.source = MCW_SOURCE_POLL },
	[SRAO] = { .head.type = MCW_EVENT,
		   .event.regs = { .status = UC | MCW_STATUS_S,
				   .mcgcap = MCW_MCGCAP_SER_P,
				   .severity = MCW_GRADE_AO,
				   .bank = 6,
				   .extcpu = 3 },
		   .event.source = MCW_SOURCE_EXCEPTION },
	[SRAR] = { .head.type = MCW_EVENT,
		   .event.regs = { .status = UC | MCW_STATUS_S | MCW_STATUS_AR,
				   .mcgcap = MCW_MCGCAP_SER_P,
				   .severity = MCW_GRADE_AR },
		   .event.source = MCW_SOURCE_EXCEPTION },
	[FATAL] = { .head.type = MCW_EVENT,
		    .event.regs = { .status = UC | MCW_STATUS_PCC, .severity = MCW_GRADE_PANIC },
		    .event.source = MCW_SOURCE_EXCEPTION },
	/* A software record: the kernel did not grade it, and our grade is KEEP. */
	[UNGRADED] = { .head.type = MCW_EVENT,
		       .event.regs = { .status = MCW_STATUS_VAL },
		       .event.source = MCW_SOURCE_PROCESS },
	[STORM] = { .head.type = MCW_STORM, .storm = { .cpu = 3, .bank = 5 } },
	[STORM_OF_ALL] = { .head.type = MCW_STORM,
			   .storm = { .cpu = 3, .bank = 2, .all_banks = 1 } },
};

#define BIT(n)	(1U << (n))
#define ALL	(BIT(RECORDS) - 1)
#define STORMS	(BIT(STORM) | BIT(STORM_OF_ALL))

static unsigned int shown(const struct mcw_filter *f)
{
	unsigned int mask = 0;

	for (unsigned int i = 0; i < RECORDS; i++)
		mask |= mcw_filter_fits(f, &records[i]) ? BIT(i) : 0;
	return mask;
}

static void test_severities(void)
{
	static const struct {
		const char *list;
		unsigned int shown;
	} rows[] = {
		{ "PANIC", BIT(FATAL) },
		{ "fatal", BIT(FATAL) },
		{ "srar,srao", BIT(SRAR) | BIT(SRAO) },
		{ "srao+", BIT(SRAO) | BIT(SRAR) | BIT(FATAL) },
		{ "UCNA+", BIT(UCNA) | BIT(SRAO) | BIT(SRAR) | BIT(FATAL) },
		{ "corrected+", ALL & ~STORMS },
		{ "DEFERRED", BIT(UCNA) },
		{ "deferred+", BIT(UCNA) | BIT(SRAO) | BIT(SRAR) | BIT(FATAL) },
		{ "KEEP", BIT(CORRECTED) | BIT(UNGRADED) },
		{ "NO", BIT(UNGRADED) },
		{ "AO,ar", BIT(SRAO) | BIT(SRAR) },
		{ "", 0 },
		{ "AO,", 0 },
		{ "AO+", 0 }, /* no grade is worse */
		{ "+", 0 },
		{ "unknown", 0 },
		{ "correctedcorrected", 0 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct mcw_filter f = { .grades = 0 };
		bool good = mcw_filter_severities_parse(&f, rows[i].list);
		unsigned int mask = good ? shown(&f) : 0;

		if (mask != rows[i].shown)
			printf("# %s: shown 0x%x, wanted 0x%x\n", rows[i].list, mask,
			       rows[i].shown);
		ktap_result(good == !!rows[i].shown && mask == rows[i].shown, rows[i].list);
	}
}

static void test_places(void)
{
	struct mcw_filter cpus = { .grades = 0 }, banks = { .grades = 0 }, both;
	struct mcw_filter sources = { .grades = 0 }, none = { .grades = 0 };

	bool good = mcw_ranges_parse(&cpus.cpus, "1,3-4", ~0U) &&
		    mcw_ranges_parse(&banks.banks, "5-6", 255) &&
		    mcw_filter_sources_parse(&sources, "cmci,POLL");

	ktap_result(good, "lists of places");
	ktap_result(shown(&none) == ALL && !mcw_filter_picks(&none), "no filter");
	ktap_result(shown(&cpus) == (BIT(UCNA) | BIT(SRAO) | STORMS), "CPUs");
	ktap_result(shown(&banks) == (BIT(CORRECTED) | BIT(SRAO) | STORMS), "banks");
	both = cpus;
	both.banks = banks.banks;
	ktap_result(shown(&both) == (BIT(SRAO) | STORMS), "CPUs and banks");
	ktap_result(shown(&sources) == (BIT(CORRECTED) | BIT(UCNA)), "sources");
	ktap_result(mcw_filter_picks(&sources) && mcw_filter_picks(&cpus), "filters that pick");
	ktap_result(!mcw_filter_sources_parse(&sources, "nmi"), "no source");
}

static void test_ranges(void)
{
	static const char *const wrong[] = { "",   "-1",  "3-",	   "5-3",
					     "1,", ",1",  "1 ",	   "0x",
					     "a",  "256", "1-256", "99999999999999999999" };
	char many[4 * MCW_RANGES_MAX] = "1";
	struct mcw_ranges r = { .count = 0 };

	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
		r.count = 0;
		ktap_result(!mcw_ranges_parse(&r, wrong[i], 255), wrong[i]);
	}
	for (unsigned int i = 1; i < MCW_RANGES_MAX; i++)
		strcat(many, ",1");
	r.count = 0;
	ktap_result(mcw_ranges_parse(&r, many, 255), "as many as there is room for");
	ktap_result(!mcw_ranges_parse(&r, "1", 255), "one more");
}

static void test_since(void)
{
	static const struct {
		const char *text;
		__u64 seconds; /* 0: it is wrong */
	} rows[] = {
		{ "20s", 1699999980 },
		{ "10m", 1699999400 },
		{ "2h", 1699992800 },
		{ "7d", 1699395200 },
		{ "2w", 1698790400 },
		{ "2 hours ago", 1699992800 },
		{ "1 Day ago", 1699913600 },
		{ "today", 1699920000 },
		{ "yesterday", 1699833600 },
		{ "@1600000000", 1600000000 },
		{ "2023-11-14", 1699920000 },
		{ "2023-11-14 22:13", 1699999980 },
		{ "2023-11-14T22:13:19", 1699999999 },
		{ "2023-11-14T22:13:19Z", 1699999999 },
		{ "2023-11-14 22:13Z", 1699999980 },
		/* As mcwctl prints it. */
		{ "2023-11-14 22:13:19.000000+00:00", 1699999999 },
		{ "2023-11-14 23:43:19.000000+01:30", 1699999999 },
		{ "2023-11-14 17:13:19-05:00", 1699999999 },
		{ "2023-11-14 22:13:19+1:00", 0 },
		{ "2023-11-14 22:13:19+0100", 0 },
		{ "2023-11-14 22:13:19+01:0x", 0 },
		{ "2023-11-14 22:13:19+-1:00", 0 },
		{ "2023-11-14Z", 0 },
		{ "", 0 },
		{ "10", 0 },
		{ "10y", 0 },
		{ "2 hours", 0 },
		{ "2 hourss ago", 0 },
		{ "2hours ago", 0 },
		{ "tomorrow", 0 },
		{ "10mm", 0 },
		{ "-1s", 0 },
		{ "@", 0 },
		{ "@1x", 0 },
		{ "2023-13-14", 0 },
		{ "2023-11-14 22:13:19 x", 0 },
		{ "99999999999s", 0 },
	};
	struct mcw_filter f = { .since_ns = 0 };
	struct mcw_record outcome = { .head = { .type = MCW_OUTCOME, .wall_ns = NOW } };

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		__u64 wanted = rows[i].seconds * NS_PER_S;
		bool good = mcw_filter_since_parse(&f, rows[i].text, NOW);

		if (good && f.since_ns != wanted)
			printf("# %llu\n", f.since_ns / NS_PER_S);
		ktap_result(good == !!wanted && (!good || f.since_ns == wanted), rows[i].text);
	}
	mcw_filter_since_parse(&f, "2023-11-14 22:13:20.123456+00:00", NOW);
	ktap_result(f.since_ns == NOW + 123456000, "a fraction of a second");
	mcw_filter_since_parse(&f, "999999999s", NOW);
	ktap_result(f.since_ns == NOW - 999999999 * NS_PER_S, "long ago");
	mcw_filter_since_parse(&f, "4000000000s", NOW);
	ktap_result(!f.since_ns, "before 1970");
	f.since_ns = NOW;
	ktap_result(!mcw_filter_picks(&f) && mcw_filter_fits(&f, &outcome), "not before, so shown");
	f.since_ns++;
	ktap_result(!mcw_filter_fits(&f, &outcome) && !shown(&f), "before, so not shown");
}

static void test_shown(void)
{
	static struct mcw_shown s;
	bool good;

	mcw_shown_set(&s, 1, 64, true);
	good = mcw_shown(&s, 1, 64) && !mcw_shown(&s, 0, 64) && !mcw_shown(&s, 1, 65);
	mcw_shown_set(&s, 1, 64 + MCW_SHOWN_BITS, false);
	ktap_result(good && !mcw_shown(&s, 1, 64) && !mcw_shown(&s, MCW_LANES, 0),
		    "what was shown");
}

static void test_summary(void)
{
	struct mcw_summary s = { .lost = 7 };
	struct mcw_record outcome = { .head.type = MCW_OUTCOME };
	char *text;
	size_t length;
	FILE *out = open_memstream(&text, &length);

	mcw_summary_print(out, &s);
	for (unsigned int i = 0; i < RECORDS; i++)
		mcw_summary_add(&s, &records[i]);
	mcw_summary_add(&s, &records[UCNA]);
	mcw_summary_add(&s, &outcome);
	s.hidden = 2;
	mcw_summary_print(out, &s);
	fclose(out);
	ktap_result(!strcmp(text,
			    "0 events, 0 outcomes, 0 storm lines; 7 lost\n"
			    "7 events (NO 1, DEFERRED 2, KEEP 1, AO 1, AR 1, PANIC 1), 1 outcome, "
			    "2 storm lines; 2 left out by filters; 7 lost\n"),
		    "the line at the end");
	free(text);
}

int main(void)
{
	ktap_begin();
	setenv("TZ", "UTC", 1);
	test_severities();
	test_places();
	test_ranges();
	test_since();
	test_shown();
	test_summary();
	return ktap_end();
}

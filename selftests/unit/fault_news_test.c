// SPDX-License-Identifier: GPL-2.0
/* LINK: mcwctl */
/*
 * Which faults mcwctl monitor tells: each once, and again when it is wider or worse. When it looks.
 */
#include <string.h>
#include <unistd.h>

#include "ktap.h"
#include "cmd/command.h"
#include "cmd/fault_news.h"

static struct mcw_fault_news news;

static struct mcw_fault fault_of(const char *label, unsigned int mode, unsigned int level)
{
	struct mcw_fault f = { .mode = mode, .level = level };

	f.part.kind = MCW_SIGN_MEMORY;
	snprintf(f.part.label, sizeof(f.part.label), "%s", label);
	return f;
}

static bool is_news(const char *label, unsigned int mode, unsigned int level)
{
	const struct mcw_fault f = fault_of(label, mode, level);

	return mcw_fault_is_news(&news, &f);
}

static void begin(void)
{
	static const struct mcw_options o = { .config = "/dev/null" };

	if (!mcw_fault_news_begin(&news, &o, false))
		ktap_result(false, "limits of an empty file");
}

static void test_told_once(void)
{
	begin();
	ktap_result(is_news("A1", MCW_FAULT_ROW, MCW_FAULT_WARNING), "the first one is news");
	ktap_result(!is_news("A1", MCW_FAULT_ROW, MCW_FAULT_WARNING), "the same is none");
	ktap_result(is_news("A2", MCW_FAULT_ROW, MCW_FAULT_WARNING), "another part is");
	ktap_result(is_news("A1", MCW_FAULT_ROW, MCW_FAULT_CRITICAL), "a worse level is");
	ktap_result(!is_news("A1", MCW_FAULT_ROW, MCW_FAULT_WARNING), "a better level is none");
	ktap_result(is_news("A1", MCW_FAULT_BANK, MCW_FAULT_CRITICAL), "a wider mode is");
	ktap_result(!is_news("A2", MCW_FAULT_ROW, MCW_FAULT_WARNING), "the other part is none");
}

/* What a fault counts changes with each error, and is no news. */
static void test_counts(void)
{
	struct mcw_fault f = fault_of("A1", MCW_FAULT_COLUMN, MCW_FAULT_CRITICAL);

	begin();
	ktap_result(mcw_fault_is_news(&news, &f), "a column is news");
	f.corrected = 100;
	f.cells = 99;
	f.last_ns = 5;
	f.id = 7;
	ktap_result(!mcw_fault_is_news(&news, &f), "more errors of it are none");
	strcpy(f.part.serial, "4711");
	ktap_result(mcw_fault_is_news(&news, &f), "another module in its slot is");
}

static void test_many(void)
{
	char label[16];
	unsigned int told = 0;

	begin();
	for (unsigned int i = 0; i < 3 * MCW_FAULTS_NAMED; i++) {
		snprintf(label, sizeof(label), "A%u", i);
		told += is_news(label, MCW_FAULT_ROW, MCW_FAULT_WARNING);
	}
	ktap_result(told == 3 * MCW_FAULTS_NAMED, "each of many is told");
	ktap_result(!is_news(label, MCW_FAULT_ROW, MCW_FAULT_WARNING), "the newest is known");
	ktap_result(is_news("A0", MCW_FAULT_ROW, MCW_FAULT_WARNING), "the oldest made room");
}

/* One look for all that comes within the time, and one in that time under a flood. */
static void test_when(void)
{
	int first, second;

	begin();
	ktap_result(mcw_fault_news_due(&news) == -1, "nothing is due before a record comes");
	mcw_fault_news_expect(&news);
	first = mcw_fault_news_due(&news);
	usleep(20000);
	mcw_fault_news_expect(&news);
	second = mcw_fault_news_due(&news);
	ktap_result(first > 0 && first <= 2001, "a look is due 2 s after a record");
	ktap_result(second <= first - 20, "the next record does not put it off");
	news.due_ns = 1;
	ktap_result(!mcw_fault_news_due(&news), "it is due at once when its time has come");
}

int main(void)
{
	ktap_begin();
	test_told_once();
	test_counts();
	test_many();
	test_when();
	return ktap_end();
}

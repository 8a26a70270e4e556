// SPDX-License-Identifier: GPL-2.0
/* LINK: mcwctl */
/*
 * What the journal is told of conditions: those on which the recorder has acted, as its file has
 * them, each once, also over a restart; with the fields that the catalog's text names.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cmd/command.h"
#include "cmd/conditions_file.h"
#include "cmd/journal_conditions.h"
#include "ktap.h"
#include "show/journal.h"
#include "source/boot_id.h"
#include "source/clock.h"

#define CATALOG "scripts/host/mcewarden.catalog"
#define DIRECTORY "/tmp/mcw-journal-conditions-XXXXXX"
#define NS_PER_S 1000000000ULL

static char directory[sizeof(DIRECTORY)] = DIRECTORY, state[64];
static struct mcw_options options = { .conditions = state, .config = "/dev/null" };
static struct mcw_conditions recorder;
static struct mcw_journal_conditions journal;
static struct mcw_journal_entry entry;
static unsigned int told;

static __u64 now_ns(void)
{
	return mcw_now_ns(CLOCK_REALTIME);
}

/* A recorder that has just started, and a journal too. */
static void begin(void)
{
	struct mcw_conditions_conf conf;

	mcw_conditions_default(&conf);
	mcw_conditions_begin(&recorder, &conf);
	mcw_journal_conditions_free(&journal);
	unlink(state);
}

/* An error that stands for so many in a memory module, at a page of its own. */
static void put(const char *label, __u32 count)
{
	static __u64 page = 0x1000000;
	struct mcw_sign sign = {
		.part = { .socket = 0,
			  .mc = -1,
			  .channel = -1,
			  .dimm = -1,
			  .unit = -1,
			  .kind = MCW_SIGN_MEMORY,
			  .slot = "DIMM_A1",
			  .serial = "4711",
			  .number = "M393" },
		.record = { .lane = MCW_LANE_OTHER, .pos = 12 },
		.address = page += 0x1000,
		.mono_ns = mcw_now_ns(CLOCK_MONOTONIC),
		.wall_ns = now_ns(),
		.count = count,
		.injected = true,
	};

	snprintf(sign.part.label, sizeof(sign.part.label), "%s", label);
	mcw_conditions_error(&recorder, &sign);
}

/* The recorder acts, and stores what it knows. */
static void act(void)
{
	struct mcw_conditions_origin origin = { .wall_ns = now_ns(),
						.mono_ns = mcw_now_ns(CLOCK_MONOTONIC) };

	mcw_conditions_clock(&recorder, origin.mono_ns);
	while (mcw_conditions_fires(&recorder))
		;
	if (!mcw_boot_id_read(origin.boot_id) ||
	    mcw_conditions_state_write(&recorder, &origin, state))
		exit(2);
}

static void take(void *self, const struct mcw_condition_bucket *b,
		 const struct mcw_conditions_conf *conf)
{
	(void)self;
	told++;
	mcw_journal_begin(&entry);
	mcw_journal_condition(&entry, b, conf);
	mcw_journal_text(&entry, "END", "");
}

/* Return: of how many the journal is told. */
static unsigned int look(__u64 since_ns)
{
	told = 0;
	mcw_journal_conditions_look(&journal, &options, since_ns, take, NULL);
	return told;
}

/* The value of a field of the last entry; "". None here has a newline. */
static const char *field(const char *name)
{
	static char text[1000];
	const char *at = entry.bytes, *end = at + entry.length;
	const size_t size = strlen(name);

	for (const char *line; at < end; at = line + 1) {
		line = memchr(at, '\n', end - at);
		if (!line)
			break;
		if (strncmp(at, name, size) || at[size] != '=')
			continue;
		snprintf(text, sizeof(text), "%.*s", (int)(line - at - size - 1), at + size + 1);
		return text;
	}
	return "";
}

static void expect_field_at(int line, const char *name, const char *wanted)
{
	if (!strcmp(field(name), wanted))
		return;
	printf("# line %d: %s is '%s', not '%s'\n", line, name, field(name), wanted);
	ktap_good = false;
}

#define expect_field(name, wanted) expect_field_at(__LINE__, name, wanted)

/* What journalctl -x fills into the text of this entry is there. */
static void expect_catalog(void)
{
	const char *id = mcw_journal_kind_id(MCW_JOURNAL_CONDITION);
	FILE *catalog = fopen(CATALOG, "re");
	unsigned int names = 0;
	char line[200], name[64];
	bool is_ours = false;

	if (!catalog)
		exit(2);
	while (fgets(line, sizeof(line), catalog)) {
		if (!strncmp(line, "-- ", 3))
			is_ours = !strncmp(line + 3, id, 32);
		for (char *at = line; is_ours && (at = strchr(at, '@')); at++) {
			if (sscanf(at, "@%63[A-Z_]@", name) != 1)
				continue;
			names++;
			at += strlen(name) + 1;
			expect_eq(field(name)[0] != '\0', true);
		}
	}
	fclose(catalog);
	expect_eq(names > 0, true);
}

static void test_fields(void)
{
	begin();
	put("P0_A1", 15);
	act();
	expect_eq(look(0), 1);
	expect_field("MESSAGE_ID", mcw_journal_kind_id(MCW_JOURNAL_CONDITION));
	expect_field("PRIORITY", "4");
	expect_field("MESSAGE", "condition dimm: memory module P0_A1, slot DIMM_A1, part M393, "
				"serial 4711: 15 corrected errors (injected); the threshold is 10 "
				"within 24h");
	expect_field("MCEWARDEN_KIND", "condition");
	expect_field("MCEWARDEN_CONDITION", "dimm");
	expect_field("MCEWARDEN_COUNT", "15");
	expect_field("MCEWARDEN_DIMM", "P0_A1");
	expect_field("MCEWARDEN_SLOT", "DIMM_A1");
	expect_field("MCEWARDEN_SERIAL", "4711");
	expect_field("MCEWARDEN_EVENT", "other:12");
	expect_field("MCEWARDEN_INJECTED", "1");
	expect_field("MCEWARDEN_PAGE", "");
	expect_catalog();
	/* Lost records are no part's, and worse. */
	begin();
	mcw_conditions_lost(&recorder, 5, mcw_now_ns(CLOCK_MONOTONIC), now_ns());
	act();
	expect_eq(look(0), 1);
	expect_field("PRIORITY", "3");
	expect_field("MCEWARDEN_CONDITION", "lost");
	expect_field("MCEWARDEN_EVENT", "");
	expect_catalog();
}

static void test_once(void)
{
	begin();
	put("P0_A1", 9);
	act();
	expect_eq(look(0), 0);
	put("P0_A1", 1);
	act();
	expect_eq(look(0), 1);
	put("P0_A1", 1);
	act();
	expect_eq(look(0), 0);
	put("P0_B1", 10);
	act();
	expect_eq(look(0), 1);
	expect_field("MCEWARDEN_DIMM", "P0_B1");
}

/* The recorder fires again once the bucket was below its threshold, and so does the journal. */
static void test_again(void)
{
	struct mcw_conditions_conf conf;

	begin();
	put("P0_A1", 10);
	act();
	expect_eq(look(0), 1);
	conf = recorder.conf;
	conf.of[MCW_CONDITION_DIMM].limit.threshold = 20;
	mcw_conditions_configure(&recorder, &conf);
	act();
	expect_eq(look(0), 0);
	put("P0_A1", 10);
	act();
	expect_eq(look(0), 1);
	expect_field("MCEWARDEN_COUNT", "20");
}

/* A journal that was not there is told of what came since, and not of what was told before. */
static void test_restart(void)
{
	__u64 between;

	begin();
	put("P0_A1", 10);
	between = now_ns();
	put("P0_B1", 10);
	act();
	expect_eq(look(between), 1);
	expect_field("MCEWARDEN_DIMM", "P0_B1");
	mcw_journal_conditions_free(&journal);
	expect_eq(look(now_ns()), 0);
	/* From then on its own memory counts, and no clock that somebody set back. */
	put("P0_C1", 10);
	act();
	expect_eq(look(now_ns()), 1);
	expect_field("MCEWARDEN_DIMM", "P0_C1");
}

static void test_files(void)
{
	begin();
	expect_eq(look(0), 0);
	put("P0_A1", 10);
	act();
	expect_eq(truncate(state, 100), 0);
	expect_eq(look(0), 0);
	/* It is whole again. */
	act();
	expect_eq(look(0), 1);
}

static void test_due(void)
{
	int due;

	begin();
	expect_eq(mcw_journal_conditions_due(&journal), -1);
	mcw_journal_conditions_expect(&journal);
	due = mcw_journal_conditions_due(&journal);
	expect_eq(due > 0 && due <= 2001, true);
	/* The recorder may have stored it just after: there is another look, and no third. */
	look(0);
	due = mcw_journal_conditions_due(&journal);
	expect_eq(due > 0 && due <= 2001, true);
	look(0);
	expect_eq(mcw_journal_conditions_due(&journal), -1);
}

static const struct ktap_case cases[] = {
	{ "the fields of a condition, and those of its text", test_fields },
	{ "each condition is told once", test_once },
	{ "one that fires again is told again", test_again },
	{ "a restart tells what came since", test_restart },
	{ "files that are missing or damaged tell nothing", test_files },
	{ "when it looks at the file", test_due },
};

int main(void)
{
	if (!mkdtemp(directory))
		return 2;
	snprintf(state, sizeof(state), "%s/conditions", directory);
	ktap_begin();
	ktap_run(cases, sizeof(cases) / sizeof(cases[0]));
	mcw_journal_conditions_free(&journal);
	mcw_journal_free(&entry);
	unlink(state);
	rmdir(directory);
	return ktap_end();
}

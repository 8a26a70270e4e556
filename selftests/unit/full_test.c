// SPDX-License-Identifier: GPL-2.0
/* LINK: mcwctl */
/*
 * A full disk, which is met in several files: what is said, how often, and what others are told.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ktap.h"
#include "source/full.h"

#define TEMPLATE "/tmp/mcw-full-XXXXXX"
#define STATE "/tmp/mcw-full-state"

static char said_path[] = TEMPLATE;
static int said;

/* What was said on standard error since the last call. */
static const char *heard(void)
{
	static char text[1024];
	ssize_t length;

	fflush(stderr);
	length = pread(said, text, sizeof(text) - 1, 0);
	text[length > 0 ? length : 0] = '\0';
	if (ftruncate(said, 0))
		exit(2);
	lseek(said, 0, SEEK_SET);
	return text;
}

static size_t lines(const char *text)
{
	size_t count = 0;

	for (; *text; text++)
		count += *text == '\n';
	return count;
}

static void test_errors(void)
{
	expect_eq(mcw_full_is(ENOSPC), true);
	expect_eq(mcw_full_is(EDQUOT), true);
	expect_eq(mcw_full_is(EIO), false);
	expect_eq(mcw_full_is(0), false);
}

static void test_nobody(void)
{
	struct mcw_full f;

	unlink(STATE);
	expect_eq(mcw_full_read(&f, STATE), ENOENT);
	expect_eq(f.full, false);
}

static void test_once(void)
{
	struct mcw_full f;
	const char *text;

	mcw_full_state(STATE);
	expect_eq(mcw_full_read(&f, STATE), 0);
	expect_eq(f.full, false);
	heard();
	mcw_full_begin(MCW_FULL_STORE, "/var/lib/a b", ENOSPC);
	text = heard();
	expect_eq(lines(text), 1);
	expect_eq(!strstr(text, "cannot write to /var/lib/a b: No space left on device"), 0);
	mcw_full_begin(MCW_FULL_RECORDS, "/var/log/x", ENOSPC);
	mcw_full_begin(MCW_FULL_RECORDS, "/var/log/x", EDQUOT);
	mcw_full_end(MCW_FULL_CONDITIONS);
	expect_eq(lines(heard()), 0);
	expect_eq(mcw_full_read(&f, STATE), 0);
	expect_eq(f.full, true);
	expect_eq(f.since_s > 1600000000, true);
	expect_eq(strcmp(f.path, "/var/lib/a b"), 0);
	expect_eq(strcmp(f.why, "No space left on device"), 0);
	mcw_full_end(MCW_FULL_STORE);
	expect_eq(lines(heard()), 0);
	expect_eq(mcw_full_read(&f, STATE) || !f.full, 0);
	mcw_full_end(MCW_FULL_RECORDS);
	text = heard();
	expect_eq(lines(text), 1);
	expect_eq(!strstr(text, "there is room"), 0);
	mcw_full_end(MCW_FULL_RECORDS);
	expect_eq(lines(heard()), 0);
	expect_eq(mcw_full_read(&f, STATE), 0);
	expect_eq(f.full, false);
	unlink(STATE);
}

/* Another program may have written anything. */
static void test_foreign(void)
{
	static const char *const texts[] = { "",
					     "\n",
					     "full",
					     "full ",
					     "full x\n",
					     "full 9",
					     "full 99999999999999999999999\n\n",
					     "x\nfull 1 y\n" };
	char longest[4096];
	struct mcw_full f;

	for (size_t i = 0; i <= sizeof(texts) / sizeof(texts[0]); i++) {
		FILE *file = fopen(STATE, "w");

		memset(longest, 'x', sizeof(longest) - 1);
		longest[sizeof(longest) - 1] = '\0';
		memcpy(longest, "full 7 ", 7);
		fputs(i < sizeof(texts) / sizeof(texts[0]) ? texts[i] : longest, file);
		fclose(file);
		expect_eq(mcw_full_read(&f, STATE), 0);
		expect_eq(strlen(f.path) < MCW_FULL_TEXT, true);
	}
	expect_eq(f.full, true);
	unlink(STATE);
}

static const struct ktap_case cases[] = {
	{ "which errors mean a full disk", test_errors },
	{ "no recorder tells", test_nobody },
	{ "it is said once when it begins and once when it ends", test_once },
	{ "a state that is none", test_foreign },
};

int main(void)
{
	int kept = dup(STDERR_FILENO);

	said = mkstemp(said_path);
	if (said < 0 || dup2(said, STDERR_FILENO) < 0)
		return 2;
	ktap_begin();
	ktap_run(cases, sizeof(cases) / sizeof(cases[0]));
	dup2(kept, STDERR_FILENO);
	unlink(said_path);
	return ktap_end();
}

// SPDX-License-Identifier: GPL-2.0
/* LINK: mcwctl */
/* FLAGS: -Wno-missing-field-initializers */
/*
 * Grading, against a list of records with the grade and the rule that they must get. The list is
 * tested too: it must notice each rule that is left out, and each condition of a rule that is. In
 * the virtual machines the kernel itself is asked about the grades of many more records.
 *
 * The file under test is included, not linked, so that a rule or a condition can be left out.
 */
#include <stdio.h>
#include <string.h>

#include <mcewarden/grading.h>

#include "ktap.h"
#include "module/severity.c"
#include "decode/decode.h"
#include "severity_rows.h"

/* The grade by the tables with another rule in the place of one. NULL: without that rule. */
static struct mcw_verdict grade_with(const struct mcw_severity_input *in, unsigned int place,
				     const struct mcw_rule *other)
{
	unsigned int rule = in->vendor == MCW_VENDOR_AMD ? ARRAY_SIZE(intel_rules) : 0;
	__u32 found = conditions_of(in);

	for (; rule < MCW_RULES; rule++) {
		const struct mcw_rule *here = rule == place ? other : mcw_severity_rule(rule);

		if (here && rule_fits(here, found))
			break;
	}
	if (rule >= MCW_RULES)
		return (struct mcw_verdict){ .grade = 0xff, .rule = rule };
	return (struct mcw_verdict){ .grade = mcw_severity_rule(rule)->grade, .rule = rule };
}

static bool row_holds(const struct row *row, struct mcw_verdict v)
{
	const char *name = mcw_severity_rule_name(v.rule);

	return v.grade == row->grade && name && !strcmp(name, row->rule);
}

static void test_rows(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct mcw_severity_input in = input_of(&rows[i]);
		struct mcw_verdict v = mcw_severity_grade(&in);
		char name[80];

		snprintf(name, sizeof(name), "row %zu: %s", i, rows[i].rule);
		if (!row_holds(&rows[i], v))
			printf("# got grade %u by rule %u, %s\n", v.grade, v.rule,
			       mcw_severity_rule(v.rule)->name);
		ktap_result(row_holds(&rows[i], v), name);
	}
}

static bool rows_notice(unsigned int place, const struct mcw_rule *other)
{
	bool noticed = false;

	for (size_t i = 0; i < ARRAY_SIZE(rows) && !noticed; i++) {
		struct mcw_severity_input in = input_of(&rows[i]);

		noticed = !row_holds(&rows[i], grade_with(&in, place, other));
	}
	return noticed;
}

/* A row goes wrong without the rule: each rule is needed where it stands. */
static void test_each_rule_needed(void)
{
	for (unsigned int rule = 0; rule < MCW_RULES; rule++) {
		char name[80];

		snprintf(name, sizeof(name), "a row needs rule %s", mcw_severity_rule_name(rule));
		ktap_result(rows_notice(rule, NULL), name);
	}
}

/* What the rules before it imply, so that it changes nothing: it is there for the reader. */
static __u32 implied_conditions(unsigned int rule)
{
	static const struct {
		const char *rule;
		__u32 conditions;
	} list[] = {
		{ "ao-patrol-scrub", SER },
		{ "ar-not-signaled", AR },
		{ "ar-overflow", S },
		{ "ar-other-thread", S },
		{ "ar-load-recoverable", S },
		{ "ar-load-user", S },
		{ "ar-fetch-user", S },
		{ "ar-load-guest", S | USER | RECOVERABLE },
		{ "ar-fetch-guest", S | USER },
		{ "ar-load-kernel", S | USER | RECOVERABLE },
		{ "ar-fetch-kernel", S | USER },
		{ "ar-unknown", S },
		{ "ao-unknown", S | AR },
		{ "ao-overflow", OVER | S | AR },
		{ "amd-deferred-uc", UC },
		{ "amd-overflow", UC },
		{ "amd-no-succor", UC },
		{ "amd-no-succor-smca", UC },
		{ "amd-kernel", UC },
		{ "amd-required", UC },
		{ "amd-required-recov", UC },
	};

	for (size_t i = 0; i < ARRAY_SIZE(list); i++)
		if (!strcmp(list[i].rule, mcw_severity_rule_name(rule)))
			return list[i].conditions;
	return 0;
}

/* A row goes wrong without the condition: each condition of a rule is needed, or is implied. */
static void test_each_condition_needed(void)
{
	for (unsigned int rule = 0; rule < MCW_RULES; rule++) {
		const __u32 implied = implied_conditions(rule);
		bool noticed = true;
		char name[80];

		for (size_t i = 0; i < MCW_RULE_CONDITIONS; i++) {
			const __u32 condition = mcw_rule_conditions[i].condition;
			struct mcw_rule other = *mcw_severity_rule(rule);

			if (!((other.all | other.none) & condition))
				continue;
			other.all &= ~condition;
			other.none &= ~condition;
			if (rows_notice(rule, &other) == !!(implied & condition)) {
				printf("# %s: %s\n", mcw_rule_conditions[i].name,
				       implied & condition ? "is not implied" : "no row needs it");
				noticed = false;
			}
		}
		snprintf(name, sizeof(name), "rows need each condition of rule %s",
			 mcw_severity_rule_name(rule));
		ktap_result(noticed, name);
	}
}

static bool name_is_good(const char *name)
{
	size_t length = strspn(name, "abcdefghijklmnopqrstuvwxyz-");

	return length && !name[length] && length < 24 && name[0] != '-' && name[length - 1] != '-';
}

static void test_names(void)
{
	bool good = true, conditions_good = true, unique = true;
	__u32 named = 0;

	for (unsigned int i = 0; i < MCW_RULE_CONDITIONS; i++)
		if (mcw_rule_conditions[i].name)
			named |= mcw_rule_conditions[i].condition;

	for (unsigned int rule = 0; rule < MCW_RULES; rule++) {
		const char *name = mcw_severity_rule_name(rule);
		const struct mcw_rule *r = mcw_severity_rule(rule);

		good &= name_is_good(name) && strstr(r->manual, " vol. ");
		for (unsigned int other = 0; other < rule; other++)
			unique &= !!strcmp(name, mcw_severity_rule_name(other));
		conditions_good &= !((r->all | r->none) & ~named);
		conditions_good &= !(r->all & r->none);
	}
	ktap_result(good, "names fit for files, and a manual for each");
	ktap_result(unique, "no name twice");
	ktap_result(conditions_good, "every condition of a rule has its words");
	good = !mcw_severity_rule(MCW_RULES) && !mcw_severity_rule(~0U);
	good &= !mcw_severity_rule_name(MCW_RULES) && !mcw_severity_rule_name(~0U);
	ktap_result(good, "nothing past the last");
}

static bool text_is(unsigned int rule, const char *wanted)
{
	char text[MCW_TEXT_BYTES];

	if (!strcmp(mcw_rule_text(rule, text, sizeof(text)), wanted))
		return true;
	printf("# got '%s'\n", text);
	return false;
}

static void test_texts(void)
{
	char text[MCW_TEXT_BYTES], small[12];
	bool fits = true;

	for (unsigned int rule = 0; rule < MCW_RULES; rule++) {
		mcw_rule_text(rule, text, sizeof(text));
		fits &= strlen(text) < sizeof(text) - 1 && text[strlen(text) - 1] == ')';
	}
	ktap_result(fits, "the text of each rule fits");
	ktap_result(text_is(10, "UC=1 S=0 AR=0 SER_P=1 (rule ucna, Intel SDM vol. 3B 16.6.3)"),
		    "text: bits");
	ktap_result(text_is(5, "RIPV=0, exception, not user mode (rule no-restart,"
			       " Intel SDM vol. 3B 16.3.1.2)"),
		    "text: bits and words");
	ktap_result(text_is(28, "no other rule fits (rule other, Intel SDM vol. 3B 16.6.2)"),
		    "text: the last rule");
	ktap_result(!strcmp(mcw_rule_text(10, small, sizeof(small)), "UC=1 S=0 AR"),
		    "text: cut off");
	ktap_result(mcw_severity_rule(10)->grade == DEF, "grade of a rule");
}

static bool event_grade_is(const struct mcw_event *ev, __u8 grade, const char *rule)
{
	struct mcw_verdict v = mcw_event_grade(ev);

	return v.grade == grade && !strcmp(mcw_severity_rule_name(v.rule), rule);
}

/* Each member of a record that grading reads, by a record that is graded by it alone. */
static void test_event(void)
{
	struct mcw_event ev = {
		.regs = { .status = R_SRAR | R_LOCATED | 0x134,
			  .mcgstatus = 7,
			  .mcgcap = R_SER,
			  .cs = CS_USER },
		.source = MCW_SOURCE_EXCEPTION,
		.generation = MCW_KERNEL_5_10,
		.kernel_caps = MCW_KCAP_MEMORY_FAILURE,
	};
	struct mcw_event amd = {
		.regs = { .status = R_VAL | R_UC, .cpuvendor = MCW_VENDOR_HYGON, .cs = CS_USER },
		.cpu_caps = MCW_CAP_SUCCOR,
	};

	ktap_result(event_grade_is(&ev, ARG, "ar-load-user"), "event: cs");
	ev.regs.cs = CS_KERNEL;
	ktap_result(event_grade_is(&ev, PANIC, "ar-load-kernel"), "event: cs of the kernel");
	ev.regs.kflags = KFLAG_RECOV;
	ktap_result(event_grade_is(&ev, ARG, "ar-load-recoverable"), "event: kflags");
	ev.kernel_caps = 0;
	ktap_result(event_grade_is(&ev, PANIC, "ar-unknown"), "event: kernel_caps");
	ev.generation = MCW_KERNEL_UNKNOWN;
	ktap_result(event_grade_is(&ev, ARG, "ar-load-recoverable"),
		    "event: an ABI without kernel_caps");
	ev.regs.mcgcap = 0;
	ktap_result(event_grade_is(&ev, UCG, "uncorrected"), "event: mcgcap");
	ev.regs.kflags = 0;
	ktap_result(event_grade_is(&ev, PANIC, "kernel"), "event: an ABI without generation");
	ev.generation = MCW_KERNEL_5_10;
	ktap_result(event_grade_is(&ev, UCG, "uncorrected"), "event: generation");
	ev.generation = 200;
	ktap_result(event_grade_is(&ev, PANIC, "kernel"), "event: a generation to come");
	ev.regs.mcgstatus = 0;
	ktap_result(event_grade_is(&ev, PANIC, "no-mcip"), "event: mcgstatus");
	ev.source = MCW_SOURCE_POLL;
	ev.regs.status = R_VAL | R_LOCATED | R_PATROL;
	ev.regs.mcgcap = R_SER;
	ev.regs.cpuid = SKYLAKE_4;
	ev.regs.bank = 18;
	ktap_result(event_grade_is(&ev, AO, "ao-patrol-scrub"), "event: source, cpuid, bank");
	ev.regs.cpuvendor = MCW_VENDOR_ZHAOXIN;
	ktap_result(event_grade_is(&ev, KEEP, "not-signaled"), "event: a vendor like Intel");
	ktap_result(event_grade_is(&amd, ARG, "amd-required"), "event: cpuvendor and cpu_caps");
}

int main(void)
{
	ktap_begin();
	test_rows();
	test_each_rule_needed();
	test_each_condition_needed();
	test_names();
	test_texts();
	test_event();
	return ktap_end();
}

// SPDX-License-Identifier: GPL-2.0
/* LINK: mcwctl */
/* FLAGS: -Wno-missing-field-initializers */
/*
 * Grading, against the list of what the kernels' own grading amounts to: each row of the list
 * once by hand, and all of it as a second, plain way of saying the same, over every combination
 * of what the rules look at.
 *
 * The file under test is included, not linked: so that rules can be left out, one at a time.
 */
#include <stdio.h>
#include <string.h>

#include <mcewarden/grading.h>

#include "ktap.h"
#include "module/severity.c"
#include "decode/decode.h"
#include "severity_rows.h"
#include "severity_plain.h"

static bool same(const struct mcw_severity_input *in)
{
	struct mcw_verdict v = mcw_severity_grade(in);
	static unsigned int shown;

	if (v.grade == plain(in))
		return true;
	if (shown++ < 10)
		printf("# status 0x%llx mcgstatus 0x%llx mcgcap 0x%llx vendor %u cs %u kflags %u"
		       " generation %u exception %d: %u by rule %s, not %u\n",
		       in->status, in->mcgstatus, in->mcgcap, in->vendor, in->cs, in->kflags,
		       in->generation, in->exception, v.grade, mcw_severity_rule_name(v.rule),
		       plain(in));
	return false;
}

/* The grade by the tables without one rule. */
static struct mcw_verdict grade_without(const struct mcw_severity_input *in, unsigned int left_out)
{
	unsigned int rule = in->vendor == MCW_VENDOR_AMD ? ARRAY_SIZE(intel_rules) : 0;
	__u32 found = conditions_of(in);

	while (rule < MCW_RULES && (rule == left_out || !rule_fits(rule_of(rule), found)))
		rule++;
	return (struct mcw_verdict){ .grade = rule < MCW_RULES ? rule_of(rule)->grade : 0xff,
				     .rule = rule };
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
			       rule_of(v.rule)->name);
		ktap_result(row_holds(&rows[i], v) && same(&in), name);
	}
}

/* A row that goes wrong without the rule: each rule is needed where it stands. */
static void test_each_rule_needed(void)
{
	for (unsigned int rule = 0; rule < MCW_RULES; rule++) {
		bool noticed = false;
		char name[80];

		for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
			struct mcw_severity_input in = input_of(&rows[i]);

			noticed |= !row_holds(&rows[i], grade_without(&in, rule));
		}
		snprintf(name, sizeof(name), "a row needs rule %s", mcw_severity_rule_name(rule));
		ktap_result(noticed, name);
	}
}

static const unsigned int codes[] = {
	0,     0x90,  0xbf,   0xc0,  0xcf,   0x10c3, 0xd0,   0x134,  0x1134,
	0x135, 0x150, 0x1150, 0x17a, 0x117a, 0x17b,  0x20c0, 0x80c0,
};

static const __u64 status_bits[] = {
	R_VAL, R_OVER, R_UC, R_EN, R_MISCV, R_ADDRV, R_PCC, R_S, R_AR, R_DEFERRED,
};

static const __u64 mcgstatus_bits[] = { 1, 2, 4, R_SEAM };
static const __u8 vendors[] = { MCW_VENDOR_INTEL, MCW_VENDOR_AMD, MCW_VENDOR_HYGON,
				MCW_VENDOR_ZHAOXIN };

static __u64 spread(unsigned int n, const __u64 *bits, size_t count)
{
	__u64 value = 0;

	for (size_t i = 0; i < count; i++)
		if (n >> i & 1)
			value |= bits[i];
	return value;
}

/* Whatever kernel, place and capabilities, for one status. */
static unsigned long sweep(__u64 status, __u8 vendor, unsigned long *wrong)
{
	unsigned long done = 0;

	for (unsigned int n = 0; n < 1 << 10; n++) {
		enum where where = n >> 4 & 3;
		bool amd = vendor == MCW_VENDOR_AMD || vendor == MCW_VENDOR_HYGON;
		struct mcw_severity_input in = {
			.status = status,
			.mcgstatus = spread(n & 15, mcgstatus_bits, 4),
			.mcgcap = n & 1 << 8 ? R_SER : 0,
			.cpuid = SKYLAKE_4,
			.kflags = where == IN_COPY ? KFLAG_RECOV : 0,
			.cpu_caps = amd ? (n & 3) | (n << 1 & 8) : 0,
			.vendor = vendor,
			.cs = where == IN_USER ? CS_USER : CS_KERNEL,
			.bank = 13,
			.generation = MCW_KERNEL_5_10 + (n >> 6 & 3),
			.kernel_caps = n >> 9,
			.exception = where != POLLED,
		};

		*wrong += !same(&in);
		done++;
	}
	return done;
}

static void test_every_combination(void)
{
	unsigned long done = 0, wrong = 0;

	for (size_t v = 0; v < ARRAY_SIZE(vendors); v++)
		for (size_t c = 0; c < (v ? 5 : ARRAY_SIZE(codes)); c++) /* all for Intel */
			for (unsigned int n = 0; n < 1 << ARRAY_SIZE(status_bits); n++)
				done += sweep(spread(n, status_bits, ARRAY_SIZE(status_bits)) |
						      codes[c] | (n & 3 ? 0x100000 : 0),
					      vendors[v], &wrong);
	printf("# %lu combinations, %lu wrong\n", done, wrong);
	ktap_result(!wrong, "every combination of what the rules look at");
}

static __u64 random_state = 20261124;

static __u64 random64(void)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return random_state;
}

static void test_random(void)
{
	unsigned long wrong = 0;

	printf("# seed %llu\n", random_state);
	for (unsigned int i = 0; i < 1000000; i++) {
		struct mcw_severity_input in = {
			.status = random64(),
			.mcgstatus = random64(),
			.mcgcap = random64(),
			.cpuid = random64(),
			.kflags = random64(),
			.cpu_caps = random64(),
			.vendor = vendors[random64() >> 62],
			.cs = random64(),
			.bank = random64(),
			.generation = MCW_KERNEL_5_10 + (random64() >> 62),
			.kernel_caps = random64(),
			.exception = random64() >> 63,
		};

		if (i % 2)
			in.status = (in.status & ~0xffffULL) | codes[i / 2 % ARRAY_SIZE(codes)];
		wrong += !same(&in);
	}
	ktap_result(!wrong, "random records");
}

static bool name_is_good(const char *name)
{
	size_t length = strspn(name, "abcdefghijklmnopqrstuvwxyz-");

	return length && !name[length] && length < 24 && name[0] != '-' && name[length - 1] != '-';
}

static void test_names(void)
{
	bool good = true, conditions_good = true, unique = true, holds;

	for (unsigned int rule = 0; rule < MCW_RULES; rule++) {
		const char *name = mcw_severity_rule_name(rule);
		unsigned int n = 0;

		good &= name_is_good(name) && strstr(mcw_severity_rule_manual(rule), " vol. ");
		for (unsigned int other = 0; other < rule; other++)
			unique &= !!strcmp(name, mcw_severity_rule_name(other));
		while (mcw_severity_rule_condition(rule, n, &holds))
			n++;
		conditions_good &= n == (unsigned int)__builtin_popcount(rule_of(rule)->all) +
						__builtin_popcount(rule_of(rule)->none);
		conditions_good &= !(rule_of(rule)->all & rule_of(rule)->none);
	}
	ktap_result(good, "names fit for files, and a manual for each");
	ktap_result(unique, "no name twice");
	ktap_result(conditions_good, "every condition of a rule has its words");
	good = !mcw_severity_rule_name(MCW_RULES) && !mcw_severity_rule_manual(MCW_RULES);
	good &= !mcw_severity_rule_condition(MCW_RULES, 0, &holds) && !mcw_severity_rule_name(~0U);
	ktap_result(good, "nothing past the last");
	good = !strcmp(mcw_severity_rule_condition(10, 0, &holds), "UC") && holds;
	good &= !strcmp(mcw_severity_rule_condition(10, 2, &holds), "AR") && !holds;
	ktap_result(good, "ucna asks for UC=1 and AR=0");
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
	ktap_result(mcw_severity_rule_grade(10) == DEF && mcw_severity_rule_grade(MCW_RULES) == NO,
		    "grade of a rule");
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
	ktap_result(event_grade_is(&amd, ARG, "amd-required"), "event: cpuvendor and cpu_caps");
}

int main(void)
{
	ktap_begin();
	test_rows();
	test_each_rule_needed();
	test_every_combination();
	test_random();
	test_names();
	test_texts();
	test_event();
	return ktap_end();
}

// SPDX-License-Identifier: GPL-2.0
/*
 * The command line: one table of options, each with the commands that take it.
 *
 * getopt_long() is not used. It accepts any unambiguous beginning of a name, so each new option
 * could turn a short form that scripts use into an error.
 */
#include "options.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cmd/nearest.h"
#include "cmd/number.h"
#include "cmd/option_values.h"
#include "decode/absent.h"
#include "decode/decode.h"
#include "error.h"

#define RECORDS		(MCW_COMMAND_MONITOR | MCW_COMMAND_READ)
#define RECORD		MCW_COMMAND_RECORD
#define PAGES		MCW_COMMAND_PAGES
#define FOLLOWING (RECORDS | RECORD | MCW_COMMAND_JOURNAL)
#define DIMMS		MCW_COMMAND_DIMMS
#define FOLLOW		MCW_COMMAND_FOLLOW
#define FAULTS		MCW_COMMAND_FAULTS
#define FILTERS		(RECORDS | FOLLOW)
#define REPORT		MCW_COMMAND_REPORT
#define HISTORY		MCW_COMMAND_HISTORY
#define CONF		MCW_COMMAND_CONF
#define GUESTS		MCW_COMMAND_GUESTS
#define TOP		MCW_COMMAND_TOP
#define JOURNAL		MCW_COMMAND_JOURNAL
#define DEVICE		(FOLLOWING | PAGES | DIMMS | FOLLOW | REPORT | FAULTS | GUESTS | TOP)
#define COUNTERS	(MCW_COMMAND_STATUS | MCW_COMMAND_RULES)
#define METRICS		MCW_COMMAND_METRICS
/* Without --file these print counters of the module or of EDAC. */
#define COUNTED		(COUNTERS | METRICS | DIMMS)
#define NAMES_DIMMS	(DIMMS | METRICS | FOLLOWING | PAGES | FOLLOW | REPORT | FAULTS | TOP)
#define FILES (DIMMS | RECORDS | PAGES | COUNTERS | METRICS | FOLLOW | FAULTS | HISTORY | JOURNAL)
#define INJECT		MCW_COMMAND_INJECT
#define EINJ		MCW_COMMAND_EINJ
#define CHECK		MCW_COMMAND_CHECK
#define FINDINGS	(CHECK | MCW_COMMAND_DOCTOR)
#define SETUP		MCW_COMMAND_SETUP
#define KNOBS		(INJECT | MCW_COMMAND_TOLERANT)
#define EXPLAIN		MCW_COMMAND_EXPLAIN
#define TIMES \
	(DIMMS | RECORDS | FOLLOW | FAULTS | REPORT | PAGES | MCW_COMMAND_DECODE | \
	 MCW_COMMAND_STATUS | HISTORY | GUESTS | TOP | JOURNAL)
#define EVERY \
	(METRICS | DEVICE | COUNTERS | MCW_COMMAND_DECODE | KNOBS | EINJ | EXPLAIN | FINDINGS | \
	 HISTORY | CONF | SETUP)

/* Where the words begin in --help. */
#define OPTION_WIDTH	20

struct option {
	const char *name;
	const char *value;	/* what its value is called; NULL: it takes none */
	unsigned int commands;
	const char *help;
	char letter;		/* -v is --verbose; 0: it has no such form */
	/* Exactly one of these is set: offsets of a bool, a number or a text; or a function. */
	size_t flag;
	size_t number;
	size_t text;
	bool (*set)(struct mcw_options *o, const char *value);
	__u32 gives;		/* MCW_ABSENT_*: what of a record to decode it says */
};

#define FLAG(member)	.flag = offsetof(struct mcw_options, member)
#define NUMBER(member)	.number = offsetof(struct mcw_options, member)
#define TEXT(member)	.text = offsetof(struct mcw_options, member)

/*
 * --help shows them in this order. Offset 0 means that the member is not set: there stands "help",
 * which this table does not have.
 */
static const struct option options[] = {
	{ "--timeout", "SECONDS", FOLLOW, "wait so long for it, then for the rest; default 10",
	  TEXT(timeout) },
	{ "--json", NULL,
	  RECORDS | PAGES | DIMMS | COUNTERS | MCW_COMMAND_DECODE | FOLLOW | EXPLAIN |
		  MCW_COMMAND_DOCTOR | FAULTS | HISTORY | GUESTS,
	  "print a JSON object on each line", FLAG(json) },
	{ "--verbose", NULL, RECORDS | MCW_COMMAND_DECODE, "the registers, and why it is so graded",
	  FLAG(verbose), .letter = 'v' },
	{ "--verbose", NULL, MCW_COMMAND_STATUS, "also the counters, by lane, CPU and bank",
	  FLAG(verbose), .letter = 'v' },
	{ "--qmp", "PATH", GUESTS, "a monitor's socket, or a directory of them; repeatable",
	  .set = mcw_option_qmp },
	{ "--virsh", NULL, GUESTS, "ask by virsh, which taints the domains (custom-monitor)",
	  FLAG(guests.virsh) },
	{ "--forward", NULL, GUESTS, "put new errors into the guests' banks, until a signal",
	  FLAG(guests.forward) },
	{ "--dry-run", NULL, GUESTS, "with --forward: only print what would be put",
	  FLAG(dry_run) },
	{ "--allow", "LIST", GUESTS, "forward to these guests only: names or UUIDs",
	  TEXT(guests.allow) },
	{ "--deny", "LIST", GUESTS, "forward to all but these guests", TEXT(guests.deny) },
	{ "--rate", "N", GUESTS, "so many a second, default 10; the rest is summed up",
	  TEXT(guests.rate) },
	{ "--state", "FILE", GUESTS | METRICS, "what guests --forward knows, for others",
	  TEXT(guests.state) },
	{ "--state", "FILE", RECORD, "tell others in FILE whether the disk is full",
	  TEXT(guests.state) },
	{ "--state", "FILE", JOURNAL, "keeps up to where all was told, over a restart",
	  TEXT(guests.state) },
	{ "--export", NULL, JOURNAL, "print the entries in the journal's export format",
	  FLAG(export_format) },
	{ "--socket", "PATH", JOURNAL, "send to this socket instead of journald's", TEXT(socket) },
	{ "--all", NULL, GUESTS, "also guests without errors", FLAG(all) },
	{ "--all", NULL, FAULTS, "also what needs no action, and what is over", FLAG(all) },
	{ "--config", "FILE", FAULTS | HISTORY | RECORD | CONF | TOP | JOURNAL,
	  "read this file instead of mcewarden.conf", TEXT(config) },
	{ "--check", "FILE", CONF, "say what is wrong in FILE, and where", TEXT(check) },
	{ "--from-mcelog", "FILE", CONF, "print the same of a configuration of mcelog's",
	  TEXT(from_mcelog) },
	{ "--repaired", "PART", FAULTS, "close the faults of PART in the store", TEXT(repaired) },
	{ "--dimm", "PART", HISTORY, "only of this label, slot, serial or part", TEXT(dimm) },
	{ "--again", NULL, PAGES, "take the store's bad pages offline again, as at boot",
	  FLAG(again) },
	{ "--budget", "N", PAGES, "with --again: at most N pages, default 1024", NUMBER(budget) },
	{ "--memmap", NULL, PAGES, "the store's bad pages, for the kernel's command line or GRUB",
	  FLAG(memmap) },
	{ "--store", "FILE", FAULTS | HISTORY | METRICS | PAGES, "use this store, not mcewarden.db",
	  TEXT(store) },
	{ "--store", "FILE", RECORD, "also keep counts, faults, pages and boots in FILE",
	  TEXT(store) },
	{ "--conditions", "FILE", RECORD, "act on conditions; FILE keeps what was done",
	  TEXT(conditions) },
	{ "--conditions", "FILE", METRICS | JOURNAL,
	  "the conditions of this file, not of the service", TEXT(conditions) },
	{ "--new", NULL, MCW_COMMAND_MONITOR | JOURNAL, "only records that come from now on",
	  FLAG(from_now) },
	{ "--lane", "LANE", RECORDS, "only this lane: severe, other, notice, location; repeatable",
	  .set = mcw_option_lane },
	{ "--severity", "LIST", FILTERS, "only these grades or classes: AO,fatal; SRAO+ adds worse",
	  .set = mcw_option_severity },
	{ "--cpu", "LIST", FILTERS, "only from these CPUs, such as 0,2-5", .set = mcw_option_cpus },
	{ "--bank", "LIST", FILTERS, "only from these banks", .set = mcw_option_banks },
	{ "--source", "LIST", FILTERS, "only from these sources: exception, cmci, poll, ...",
	  .set = mcw_option_source },
	{ "--since", "WHEN", RECORDS | HISTORY | FAULTS | REPORT | PAGES | COUNTED,
	  "only since this time: 10m, today, '2026-11-24 20:15'", TEXT(since) },
	{ "--utc", NULL, TIMES, "times in UTC, also that of --since", FLAG(utc) },
	{ "--color", "WHEN", RECORDS | MCW_COMMAND_STATUS | TOP,
	  "auto (on terminals, unless NO_COLOR is set), always, never", .set = mcw_option_colour },
	{ "--interval", "N", TOP, "seconds between two screens, 1 to 3600, default 2",
	  TEXT(interval) },
	{ "--batch", NULL, TOP, "print the screens one after another, without codes", FLAG(batch) },
	{ "--count", "N", TOP, "end after N screens", .set = mcw_option_count },
	{ "--count", "N", RECORDS, "end after N records", .set = mcw_option_count },
	{ "--follow", NULL, FOLLOWING, "wait for new records at the end", FLAG(follow) },
	{ "--no-follow", NULL, FOLLOWING, "end when no record is left", FLAG(no_follow) },
	{ "--sync", "WHEN", RECORD, "sync the file: each (after each read, default), end",
	  .set = mcw_option_sync },
	{ "--keep-days", "N", RECORD, "begin new files, delete older ones", NUMBER(keep_days) },
	{ "--keep-mbytes", "N", RECORD, "keep so many MB of these files", NUMBER(keep_mbytes) },
	{ "--file", "PATH", FILES | REPORT,
	  "read a file of mcwctl record, a directory of them, or -", TEXT(file) },
	{ "--device", "PATH", DEVICE | METRICS, "read this device instead of /dev/" MCW_DEVICE,
	  TEXT(device) },
	{ "--sysfs", "DIR", COUNTERS | METRICS | KNOBS | REPORT | TOP,
	  "read this directory instead of the module's own", TEXT(sysfs) },
	{ "--edac", "DIR", NAMES_DIMMS, "read this directory instead of EDAC's own", TEXT(edac) },
	{ "--dmi", "FILE", NAMES_DIMMS, "read this table instead of the firmware's own",
	  TEXT(dmi) },
	{ "--labels", "FILE", DIMMS, "write the labels of this file or directory to EDAC",
	  TEXT(labels) },
	{ "--dry-run", NULL, DIMMS, "with --labels: only print what would be written",
	  FLAG(dry_run) },
	{ "--dry-run", NULL, PAGES, "with --again: only print which pages", FLAG(dry_run) },
	{ "--ignore", "LIST", CHECK, "do not count these findings, such as edac,firmware",
	  TEXT(ignore) },
	{ "--apply", NULL, SETUP, "do it, instead of only saying what would be done",
	  FLAG(setup.apply) },
	{ "--remove", NULL, SETUP, "take back what an earlier --apply did", FLAG(setup.remove) },
	{ "--parts", "LIST", SETUP, "only these: load, early, record, rotate, journal, ...",
	  TEXT(setup.parts) },
	{ "--without", "LIST", SETUP, "all but these", TEXT(setup.without) },
	{ "--root", "DIR", SETUP, "write below this directory, as that of an image", TEXT(root) },
	{ "--root", "DIR", FINDINGS, "read /proc, /sys and /lib below this directory", TEXT(root) },
	{ "--textfile", "FILE", METRICS, "replace this file instead of printing", TEXT(textfile) },
	{ "--format", "NAME", MCW_COMMAND_DECODE, "kernel, mcelog, rasdaemon, ...: else recognised",
	  .set = mcw_option_format },
	{ "--summary", NULL, MCW_COMMAND_DECODE, "count a log's errors by part, page, bank, day",
	  FLAG(summary) },
	{ "--faults", NULL, MCW_COMMAND_DECODE,
	  "which parts a log's errors come from, as faults does", FLAG(faults) },
	{ "--explain", NULL, MCW_COMMAND_DECODE, "at the end, more about each family of errors",
	  FLAG(explain) },
	{ "--anonymize", NULL, MCW_COMMAND_DECODE, "print the log without names, to post it",
	  FLAG(anonymize) },
	{ "--vendor", "MAKE", MCW_COMMAND_DECODE, "intel (default), amd, hygon, centaur or zhaoxin",
	  .set = mcw_option_vendor, .gives = MCW_ABSENT_VENDOR },
	{ "--mcgcap", "N", MCW_COMMAND_DECODE, "MCG_CAP; may stand alone",
	  NUMBER(event.regs.mcgcap), .gives = MCW_ABSENT_MCGCAP },
	{ "--mcgstatus", "N", MCW_COMMAND_DECODE, "MCG_STATUS", NUMBER(event.regs.mcgstatus),
	  .gives = MCW_ABSENT_MCGSTATUS },
	{ "--misc", "N", MCW_COMMAND_DECODE, "MCi_MISC", NUMBER(event.regs.misc),
	  .gives = MCW_ABSENT_MISC },
	{ "--addr", "N", MCW_COMMAND_DECODE, "MCi_ADDR", NUMBER(event.regs.addr),
	  .gives = MCW_ABSENT_ADDR },
	{ "--synd", "N", MCW_COMMAND_DECODE, "MCA_SYND", NUMBER(event.regs.synd),
	  .gives = MCW_ABSENT_SYND },
	{ "--synd1", "N", MCW_COMMAND_DECODE, "MCA_SYND1; --synd2 N is MCA_SYND2",
	  NUMBER(event.synd1), .gives = MCW_ABSENT_SYND1 },
	{ "--synd2", "N", MCW_COMMAND_DECODE, NULL, NUMBER(event.synd2),
	  .gives = MCW_ABSENT_SYND2 },
	{ "--ipid", "N", MCW_COMMAND_DECODE, "MCA_IPID: the bank is one of scalable MCA",
	  NUMBER(event.regs.ipid), .gives = MCW_ABSENT_IPID },
	{ "--cs", "N", MCW_COMMAND_DECODE, "code segment that was interrupted, for the grade",
	  .set = mcw_option_cs, .gives = MCW_ABSENT_CS },
	{ "--bank", "N", MCW_COMMAND_DECODE, "number of the bank, for the grade",
	  .set = mcw_option_bank, .gives = MCW_ABSENT_BANK },
	{ "--cpuid", "N", MCW_COMMAND_DECODE, "EAX of CPUID 1, for the grade",
	  .set = mcw_option_cpuid, .gives = MCW_ABSENT_CPUID },
	{ "--cpu", "N", INJECT, "raise it on this CPU, default the one mcwctl runs on",
	  TEXT(inject.cpu) },
	{ "--bank", "N", INJECT, "in this bank, default 1", TEXT(inject.bank) },
	{ "--einj", "TYPE", INJECT, "have the firmware raise it; see inject --einj x --help",
	  TEXT(inject.einj) },
	{ "--einj", "TYPE", EINJ, "memory-corrected, pcie-fatal ..., or the number by ACPI",
	  TEXT(inject.einj) },
	{ "--addr", "N", INJECT, "physical address, default a page of mcwctl itself",
	  TEXT(inject.addr) },
	{ "--addr", "N", EINJ, "physical address, for errors of memory", TEXT(inject.addr) },
	{ "--pid", "PID", INJECT | EINJ, "with --vaddr: an address of this process",
	  TEXT(inject.pid) },
	{ "--vaddr", "N", INJECT | EINJ, "with --pid: its virtual address", TEXT(inject.vaddr) },
	{ "--mask", "N", EINJ, "bits of the address that count, default all of its page",
	  TEXT(inject.mask) },
	{ "--no-trigger", NULL, EINJ, "let the next use of that place find it",
	  FLAG(inject.no_trigger) },
	{ "--dry-run", NULL, EINJ, "check all, and print what would be written", FLAG(dry_run) },
	{ "--einj-dir", "DIR", EINJ, "instead of /sys/kernel/debug/apei/einj",
	  TEXT(inject.einj_directory) },
	{ "--status", "N", INJECT, "MCi_STATUS, instead of that of the kind", TEXT(inject.status) },
	{ "--misc", "N", INJECT, "MCi_MISC", TEXT(inject.misc) },
	{ "--mcgstatus", "N", INJECT, "MCG_STATUS", TEXT(inject.mcgstatus) },
	{ "--mcgcap", "N", INJECT, "MCG_CAP, of which only bit 11 (TES_P) counts",
	  TEXT(inject.mcgcap) },
	{ "--cs", "N", INJECT, "code segment that the error interrupts", TEXT(inject.cs) },
	{ "--ip", "N", INJECT, "instruction pointer that the error interrupts", TEXT(inject.ip) },
	{ "--poll", NULL, INJECT, "let a poll find it", FLAG(inject.poll) },
	{ "--exception", NULL, INJECT, "raise a machine-check exception", FLAG(inject.exception) },
	{ "--irq", NULL, INJECT, "raise it inside an interrupt", FLAG(inject.in_irq) },
	{ "--broadcast", "WAY", INJECT, "raise it on all CPUs, by nmi or irq",
	  TEXT(inject.broadcast) },
	{ "--yes", NULL, INJECT | EINJ, "raise it even if the kernel will panic",
	  FLAG(inject.yes) },
	{ "--fake-panic", NULL, MCW_COMMAND_TOLERANT, "let the kernel only log that it would panic",
	  FLAG(fake_panic) },
	{ "--no-fake-panic", NULL, MCW_COMMAND_TOLERANT, "let the kernel panic again",
	  FLAG(no_fake_panic) },
	{ "--version", NULL, EVERY, "print the version, and end", FLAG(version) },
};

void mcw_options_print(FILE *out, unsigned int command)
{
	for (size_t i = 0; i < ARRAY_SIZE(options); i++) {
		const struct option *opt = &options[i];
		int width;

		/* Without help it is in another one's. */
		if (!(opt->commands & command) || !opt->help)
			continue;
		width = fprintf(out, "  %s%s%s", opt->name, opt->value ? " " : "",
				opt->value ? opt->value : "");
		if (opt->letter)
			width += fprintf(out, ", -%c", opt->letter);
		fprintf(out, "%*s%s\n", width < OPTION_WIDTH ? OPTION_WIDTH - width : 1, "",
			opt->help);
	}
}

static bool has_name(const struct option *opt, const char *name, size_t length)
{
	if (length == 2 && name[1] != '-')
		return opt->letter == name[1];
	return strlen(opt->name) == length && !memcmp(opt->name, name, length);
}

/* Several commands may have an option of this name: that of this command is found first. */
static const struct option *option_find(const char *name, size_t length, unsigned int command)
{
	const struct option *found = NULL;

	for (size_t i = 0; i < ARRAY_SIZE(options); i++) {
		const struct option *opt = &options[i];

		if (has_name(opt, name, length) && (!found || opt->commands & command))
			found = opt;
	}
	return found;
}

static bool value_take(struct mcw_options *o, const struct option *opt, const char *value)
{
	if (opt->set)
		return opt->set(o, value);
	if (opt->text) {
		*(const char **)((char *)o + opt->text) = value;
		return true;
	}
	return mcw_number_parse(opt->name, value, ~0ULL, (__u64 *)((char *)o + opt->number));
}

static bool value_set(struct mcw_options *o, const struct option *opt, const char *value)
{
	mcw_event_has(&o->event, opt->gives);
	return value_take(o, opt, value);
}

static void option_unknown(const char *name, size_t length, unsigned int command)
{
	struct mcw_nearest near = { .word = name, .length = length };

	for (size_t i = 0; i < ARRAY_SIZE(options); i++)
		if (options[i].commands & command)
			mcw_nearest_try(&near, options[i].name);
	mcw_error("unknown option '%.*s'%s" MCW_SEE_HELP, (int)length, name,
		  mcw_nearest_text(&near));
}

/* Return: the number of arguments used, or 0 after an error. */
static int option_take(struct mcw_options *o, const char *command_name, unsigned int command,
		       const char *argument, const char *next)
{
	size_t length = strcspn(argument, "=");
	const struct option *opt = option_find(argument, length, command);
	const char *value = argument[length] ? argument + length + 1 : NULL;
	int used = 1;

	if (!opt) {
		option_unknown(argument, length, command);
		return 0;
	}
	if (!(opt->commands & command)) {
		mcw_error("'%s' takes no option %s" MCW_SEE_HELP, command_name, opt->name);
		return 0;
	}
	if (opt->flag) {
		if (value) {
			mcw_error("option %s takes no value" MCW_SEE_HELP, opt->name);
			return 0;
		}
		*(bool *)((char *)o + opt->flag) = true;
		return used;
	}
	if (!value) {
		value = next;
		used = 2;
	}
	if (!value || !*value) {
		mcw_error("option %s needs a value" MCW_SEE_HELP, opt->name);
		return 0;
	}
	return value_set(o, opt, value) ? used : 0;
}

enum mcw_exit mcw_options_parse(struct mcw_options *o, const char *command_name,
				unsigned int command, int *argc, char **argv)
{
	int kept = 1;

	o->event.absent = MCW_ABSENT_ALL;
	for (int i = 1; i < *argc;) {
		int used;

		if (!strcmp(argv[i], "--help") || !strcmp(argv[i], "-h")) {
			o->help = true;
			i++;
			continue;
		}
		/* A lone - is an argument, as in other programs. */
		if (argv[i][0] != '-' || !argv[i][1]) {
			argv[kept++] = argv[i++];
			continue;
		}
		used = option_take(o, command_name, command, argv[i], argv[i + 1]);
		if (!used)
			return MCW_EXIT_USAGE;
		i += used;
	}
	*argc = kept;
	argv[kept] = NULL;
	o->arguments = argv + 1;
	if (!o->lanes)
		o->lanes = ~0U;
	if (o->no_follow)
		o->follow = false;
	/* Only now is it known in which time --since is. */
	if (o->utc) {
		setenv("TZ", "UTC0", 1);
		tzset();
	}
	if (o->since && !mcw_option_since(o, o->since))
		return MCW_EXIT_USAGE;
	if (o->since && !o->file && command & COUNTED) {
		mcw_error("--since: %s prints what was counted since the load; give a recording"
			  " with --file" MCW_SEE_HELP,
			  command_name);
		return MCW_EXIT_USAGE;
	}
	return MCW_EXIT_OK;
}

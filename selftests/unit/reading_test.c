// SPDX-License-Identifier: GPL-2.0
/* LINK: scripts/mcwctl/options.c mcwctl */
/* FLAGS: -Wno-missing-field-initializers */
/*
 * What mcwctl read and mcwctl decode print for people without -v: a line of at most 120 columns for
 * each record, and no registers. The records come from a recording that is written here.
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ktap.h"
#include "decode/decode.h"
#include "options.h"
#include "show/brief.h"
#include "source/file_format.h"

#define NS_PER_S 1000000000ULL
#define BEGIN_NS (1764000000 * NS_PER_S + 123456789) /* 2025-11-24 16:00:00 UTC */
#define OUTPUT_BYTES 65536
#define CORRECTED 0x8c00014000010091ULL /* 5 times */
#define FEW 0x8c00004000010091ULL
#define SRAR 0xbd80000000000134ULL
#define SRAO 0xbd000000000000c0ULL
#define AMD_DEFERRED 0xdc2031000000011bULL
#define LONG_LABEL \
	"CPU_SrcID#0_M\303\234#0_Chan#1_DIMM#0 of the upper riser of the left row of the room"

#define PATH "/tmp/mcw-reading-XXXXXX"

static char path[sizeof(PATH)] = PATH;
static FILE *recording;
static char output[OUTPUT_BYTES];

static void entry_put(struct mcw_entry e, unsigned int kind)
{
	mcw_entry_seal(&e, kind);
	fwrite(&e, sizeof(e), 1, recording);
}

static struct mcw_entry entry(unsigned int type, unsigned int lane, __u64 pos, __u64 n)
{
	return (struct mcw_entry){ .record.head = { .type = type,
						    .lane = lane,
						    .pos = pos,
						    .wall_ns = BEGIN_NS + n * NS_PER_S,
						    .mono_ns = n * NS_PER_S } };
}

static void event_put(unsigned int lane, __u64 pos, __u64 n, __u64 status, unsigned int bank)
{
	struct mcw_entry e = entry(MCW_EVENT, lane, pos, n);
	struct mcw_event *ev = &e.record.event;

	ev->source = MCW_SOURCE_POLL;
	ev->regs.status = status;
	ev->regs.addr = 0x123456000;
	ev->regs.misc = 0x8c;
	ev->regs.cpuid = status == FEW || status == CORRECTED ? 0x606a6 : 0;
	ev->regs.mcgcap = MCW_MCGCAP_SER_P | MCW_MCGCAP_CMCI_P;
	ev->regs.bank = bank;
	ev->regs.extcpu = 178;
	if (status == AMD_DEFERRED) {
		ev->regs.cpuvendor = MCW_VENDOR_AMD;
		ev->regs.ipid = 0x0000009600050f00;
		ev->regs.mcgcap = 0;
		ev->cpu_caps = MCW_CAP_SMCA;
		ev->flags = MCW_FLAG_INJECTED | MCW_FLAG_LEFTOVER;
	}
	entry_put(e, MCW_ENTRY_RECORD);
}

static void location_put(__u64 of_pos, __u64 n)
{
	static const char text[] = LONG_LABEL "\0memory read error\0rank:0 row:0x400";
	struct mcw_entry e = entry(MCW_LOCATION, MCW_LANE_LOCATION, 0, n);
	struct mcw_location *l = &e.record.location;

	*l = (struct mcw_location){ .of_pos = of_pos,
				    .id = 1,
				    .count = 1,
				    .of_lane = MCW_LANE_OTHER,
				    .source = MCW_LOCATION_EDAC,
				    .part = 1,
				    .parts = 1,
				    .layer = { 1, 0, -1 } };
	memcpy(l->text, text, sizeof(text));
	entry_put(e, MCW_ENTRY_RECORD);
}

static void outcome_put(__u64 of_pos, __u64 n)
{
	struct mcw_entry e = entry(MCW_OUTCOME, MCW_LANE_NOTICE, 0, n);

	e.record.outcome = (struct mcw_outcome){ .of_pos = of_pos,
						 .of_lane = MCW_LANE_SEVERE,
						 .page = 0x123456000,
						 .actor = MCW_ACTOR_KERNEL,
						 .action = MCW_ACTION_OFFLINE,
						 .reason = MCW_REASON_DONE,
						 .victims = 1,
						 .result = MCW_RESULT_RECOVERED,
						 .page_type = "dirty mlocked LRU page" };
	entry_put(e, MCW_ENTRY_RECORD);
}

static void victim_put(__u64 n)
{
	struct mcw_entry e = entry(MCW_VICTIM, MCW_LANE_NOTICE, 1, n);

	e.record.victim = (struct mcw_victim){ .page = 0x123456000,
					       .address = 0x7f63bfbe8000,
					       .pid = 4242,
					       .tid = 4242,
					       .signal = 7,
					       .code = 4,
					       .lsb = 12,
					       .cause = MCW_VICTIM_CONSUMED,
					       .comm = "a-long-process" };
	entry_put(e, MCW_ENTRY_RECORD);
}

static void end_put(void)
{
	static const unsigned int committed[MCW_LANES] = {
		[MCW_LANE_SEVERE] = 3,
		[MCW_LANE_OTHER] = 2,
		[MCW_LANE_NOTICE] = 2,
		[MCW_LANE_LOCATION] = 1,
	};
	struct mcw_entry e = { .end.wall_ns = BEGIN_NS + 5 * NS_PER_S };
	struct mcw_lanes lanes = { 0 };

	for (unsigned int lane = 0; lane < MCW_LANES; lane++)
		lanes.lane[lane] = (struct mcw_lane_info){ .head = committed[lane],
							   .committed = committed[lane] };
	mcw_end_set(&e.end, &lanes);
	entry_put(e, MCW_ENTRY_END);
}

static void recording_make(void)
{
	struct mcw_entry session = { .session = { .magic = MCW_RECORDING_MAGIC,
						  .format = MCW_RECORDING_FORMAT,
						  .abi = MCW_ABI_VERSION,
						  .record_bytes = MCW_RECORD_BYTES,
						  .load = 7,
						  .wall_ns = BEGIN_NS } };

	recording = fdopen(mkstemp(path), "wb");
	entry_put(session, MCW_ENTRY_SESSION);
	event_put(MCW_LANE_OTHER, 0, 0, CORRECTED, 13);
	location_put(0, 0);
	event_put(MCW_LANE_SEVERE, 0, 1, SRAR, 1);
	outcome_put(0, 1);
	victim_put(1);
	event_put(MCW_LANE_SEVERE, 1, 2, AMD_DEFERRED, 17);
	event_put(MCW_LANE_SEVERE, 2, 3, SRAO, 7);
	event_put(MCW_LANE_OTHER, 1, 4, FEW, 13);
	end_put();
	fclose(recording);
}

/* Runs a command in a child. Return: its exit status; output has what it printed. */
static int run(unsigned int command, enum mcw_exit (*function)(struct mcw_options *),
	       const char *arguments)
{
	int ends[2], status, argc = 1;
	char words[1000], *argv[32] = { "mcwctl" };
	size_t length = 0;
	ssize_t got;
	pid_t child;

	if (pipe(ends))
		exit(1);
	fflush(stdout);
	child = fork();
	if (!child) {
		struct mcw_options o = { .device = "/nowhere" };

		dup2(ends[1], 1);
		dup2(ends[1], 2);
		close(ends[0]);
		close(ends[1]);
		snprintf(words, sizeof(words), "%s", arguments);
		for (char *word = strtok(words, " "); word; word = strtok(NULL, " "))
			argv[argc++] = word;
		status = mcw_options_parse(&o, "test", command, &argc, argv);
		if (!status)
			status = function(&o);
		fflush(stdout);
		_exit(status);
	}
	close(ends[1]);
	while ((got = read(ends[0], output + length, OUTPUT_BYTES - 1 - length)) > 0)
		length += got;
	output[length] = '\0';
	close(ends[0]);
	return waitpid(child, &status, 0) == child && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static int read_with(const char *more)
{
	char arguments[500];

	snprintf(arguments, sizeof(arguments), "--file %s %s", path, more);
	return run(MCW_COMMAND_READ, mcw_records_run, arguments);
}

/* A character of UTF-8 is one column. Colours have none. */
static unsigned int columns_of(const char *line)
{
	unsigned int columns = 0;

	for (; *line && *line != '\n'; line++) {
		if (*line == '\033')
			line += strcspn(line, "m");
		else
			columns += (*line & 0xc0) != 0x80;
	}
	return columns;
}

static unsigned int widest(unsigned int *lines)
{
	unsigned int most = 0;

	*lines = 0;
	for (const char *line = output; *line; line += strcspn(line, "\n") + 1, ++*lines)
		if (columns_of(line) > most)
			most = columns_of(line);
	return most;
}

static void says(const char *text, const char *name)
{
	bool said = strstr(output, text);

	if (!said)
		printf("# no '%s' in: %s\n", text, output);
	ktap_result(said, name);
}

static void lacks(const char *text, const char *name)
{
	if (strstr(output, text))
		printf("# '%s' in: %s\n", text, output);
	ktap_result(!strstr(output, text), name);
}

static void test_read(void)
{
	unsigned int lines;

	ktap_result(!read_with("") && widest(&lines) <= 120 && lines == 8,
		    "a line of at most 120 columns for each of 8 records");
	says("2025-11-24 17:30:00.123456+01:30 CPU 178 bank 13: 5 corrected at 0x123456000: "
	     "address parity, iMC memory controller, ...\n",
	     "a count, an address, the model's words, and that there is more");
	says("+01:30 CPU 178 bank 1: uncorrected (SRAR) at 0x123456000: L1 cache, cache hierarchy "
	     "error: ...\n",
	     "the component");
	says("+01:30 CPU 178 bank 7: uncorrected (SRAO) at 0x123456000: memory controller error: "
	     "scrub, ...\n",
	     "the component is not said twice");
	says("DRAM ECC error, UMC ... [injected] [leftover]\n",
	     "what makes it another event than it seems is not cut");
	says("    page 0x123456000: taken offline by the kernel; "
	     "dirty mlocked LRU page: recovered; 1 task got a signal\n",
	     "what was done");
	says("    location: \"CPU_SrcID#0_M\303\234#0_", "where");
	lacks("why", "no reason of a grade");
	ktap_result(!read_with("--color always") && widest(&lines) <= 120 && lines == 8,
		    "as long in colour");
	says("\033[1;31m2025-11-24 17:30:01", "a colour begins with the line");
	says("...\033[0m\n", "and ends with it");
}

static void test_verbose(void)
{
	unsigned int lines;

	ktap_result(!read_with("--verbose") && widest(&lines) > 120 && lines == 8,
		    "--verbose cuts nothing");
	says("by mcewarden PANIC: UC=1 S=1 AR=1 SER_P=1", "--verbose has the reason");
	says("address 0x0000000123456000 (physical, 4 KiB)", "and the whole address");
	says("row:0x400", "and the end of a location");
	ktap_result(!read_with("-v") && strstr(output, "(rule ar-load-kernel, "),
		    "-v is --verbose");
	ktap_result(run(MCW_COMMAND_RULES, mcw_records_run, "-v") == MCW_EXIT_USAGE,
		    "a command that has no -v");
	says("takes no option --verbose", "and says so");
	ktap_result(read_with("-x") == MCW_EXIT_USAGE && strstr(output, "unknown option '-x'"),
		    "an unknown letter");
}

static void test_time(void)
{
	unsigned int lines;

	ktap_result(!read_with("--utc --count 1"), "--utc");
	says("2025-11-24 16:00:00.123456+00:00 CPU", "times in UTC");
	read_with("--since 2025-11-24T17:30:03.123456+01:30 --lane severe --severity SRAO");
	widest(&lines);
	ktap_result(lines == 1, "--since takes a time as it is printed");
	read_with("--since 2025-11-24T16:00:04 --utc");
	widest(&lines);
	ktap_result(lines == 1, "--since is in UTC where --utc comes later");
	read_with("--since 2025-11-24T17:30:04");
	widest(&lines);
	ktap_result(lines == 1, "and else in local time");
	ktap_result(read_with("--since 2025-11-24T17:30:04+1") == MCW_EXIT_USAGE,
		    "an offset of one digit is none");
}

static int decode(const char *arguments)
{
	return run(MCW_COMMAND_DECODE, mcw_decode_run, arguments);
}

static void test_decode(void)
{
	unsigned int lines;

	ktap_result(!decode("0x8c00014000800091 --cpuid 0x606a6 --bank 13 --misc 0x8c "
			    "--addr 0x1000"),
		    "decode");
	ktap_result(widest(&lines) <= 100 && lines > 5, "at most 100 columns");
	says("Corrected error: iMC memory controller, memory controller error: read, channel 1 (",
	     "a sentence first");
	says("\ncomponent  memory controller\n", "the component");
	says("\ncount      5 corrected errors\n", "how many");
	says("\nadvice     A few are normal.", "what to do");
	says("\nstatus     0x8c00014000800091\n", "the status, and no bits");
	lacks("grade ", "no grade");
	lacks("\nmisc ", "no registers");
	lacks("\n           5 corrected errors", "the count is not said twice");
	decode("0x8c00014000800091 --cpuid 0x606a6 --bank 13 --misc 0x8c -v");
	says("\n           5 corrected errors\n", "-v has all remarks");
	says("\nstatus     0x8c00014000800091: VAL", "bits");
	says("\nmisc       0x000000000000008c", "registers");
	says("\ngrade      KEEP if found by a poll", "and grades");
	decode("0xbd80000000000134");
	says("\nassumed    the CPU tells whether software may act (SER), as servers do\n",
	     "what is assumed of an unknown CPU");
	decode("0xbd80000000000134 --mcgcap 0x1000c14");
	lacks("assumed", "nothing, where it is known");
	decode("0x8c00004000010091");
	says("\nmodel code 0x0001: not decoded, the CPU's model is not given\n",
	     "that the model is unknown");
	says("\ncount      1 corrected error\n", "one error");
}

#define ANY 20000

static __u64 next_random(void)
{
	static __u64 state = 88172645463325252ULL;

	state ^= state << 13;
	state ^= state >> 7;
	return state ^= state << 17;
}

/* Any record of many models: no line is too long, and none is cut before what happened. */
static void test_any(void)
{
	static const __u32 cpuids[] = { 0x606a6, 0x806f8, 0xa06d1, 0x50657, 0x306f2, 0xa10f11 };
	unsigned int wide = 0, torn = 0, most = 0;

	for (unsigned int n = 0; n < ANY; n++) {
		struct mcw_record r = { .head.wall_ns = next_random() };
		FILE *out = fmemopen(output, sizeof(output), "w");
		unsigned int columns;

		r.event.regs.status = next_random() | MCW_STATUS_VAL;
		r.event.regs.addr = next_random();
		r.event.regs.misc = next_random();
		r.event.regs.ipid = next_random() & 0x000000ff00000000 ?: 0x9600000000;
		r.event.regs.cpuid = cpuids[n % ARRAY_SIZE(cpuids)];
		r.event.regs.cpuvendor = n % ARRAY_SIZE(cpuids) == 5 ? MCW_VENDOR_AMD : 0;
		r.event.regs.mcgcap = MCW_MCGCAP_SER_P | MCW_MCGCAP_CMCI_P;
		r.event.regs.bank = next_random() % 32;
		r.event.regs.extcpu = next_random() % 8192;
		r.event.flags = next_random();
		mcw_text_brief(out, &r);
		fclose(out);
		columns = columns_of(output);
		wide += columns > 120;
		torn += output[strcspn(output, "\n")] != '\n' || !strstr(output, ": ");
		most = columns > most ? columns : most;
	}
	ktap_result_of(!wide && most > 100, "at most 120 columns in %u lines of any record", ANY);
	ktap_result(!torn, "each ends in a newline");
}

int main(void)
{
	setenv("TZ", "XYZ-1:30", 1);
	ktap_begin();
	recording_make();
	test_read();
	test_verbose();
	test_time();
	test_decode();
	test_any();
	unlink(path);
	return ktap_end();
}

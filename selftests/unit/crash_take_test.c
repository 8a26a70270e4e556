// SPDX-License-Identifier: GPL-2.0
/* LINK: mcwctl */
/*
 * What a boot left when it crashed, taken into the store: from pstore, from its copies, and twice.
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

#include "ktap.h"
#include "recorded.h"
#include "cmd/crash_take.h"
#include "show/history.h"
#include "source/file_format.h"
#include "store/keeper.h"
#include "store/store.h"

#define DIRECTORY "/tmp/mcw-crash-XXXXXX"
#define LOAD 0xc0ffee
#define BEGIN_S 1764520000ULL /* when the boot that crashed began */
#define CRASH_S (BEGIN_S + 400)

static char directory[sizeof(DIRECTORY)] = DIRECTORY;

static void file_put(const char *below, const char *name, const char *text)
{
	const struct timeval times[2] = { { .tv_sec = CRASH_S }, { .tv_sec = CRASH_S } };
	char path[256], command[300];
	FILE *file;

	snprintf(command, sizeof(command), "mkdir -p %s/%s", directory, below);
	if (system(command))
		exit(2);
	snprintf(path, sizeof(path), "%s/%s/%s", directory, below, name);
	file = fopen(path, "w");
	if (!file)
		exit(2);
	fputs(text, file);
	fclose(file);
	utimes(path, times);
}

#define EVENT(pos, s, addr) \
	"<0>[  400.2] mcewarden: at panic: severe " pos ": event cpu=1 bank=7" \
	" status=bd000000000000c0 addr=" addr " misc=8c mcgstatus=d severity=4 source=1 tsc=33aa" \
	" time=" s " cpuid=606a6 mcgcap=9000c0a mono=" pos "00000000000 wall=" s "000000000" \
	" phys_bits=46 generation=3 kernel_caps=1 end\n"

#define HW "mce: [Hardware Error]: "
#define AT "mcewarden: at panic: "

static const char part_2[] =
	"Panic#1 Part2\n"
	"<0>[  400.0] " HW "CPU 3: Machine Check Exception: f Bank 1: be00000000010090\n"
	"<0>[  400.0] " HW "TSC 44aa00 ADDR 1c77d40c0 MISC 8c\n"
	"<0>[  400.0] " HW "PROCESSOR 0:606a6 TIME 1764520400 SOCKET 0 APIC 10 microcode d\n"
	"<0>[  400.1] Kernel panic - not syncing: Fatal local machine check\n"
	"<0>[  400.2] " AT "load c0ffee: 3 severe records that nobody has read\n";
static const char part_1[] = "Panic#1 Part1\n" EVENT("3", "1764520303", "33000")
	EVENT("2", "1764520302", "22000")
		EVENT("1", "1764520301",
		      "11000") "<0>[  400.2] " AT
			       "end: 0 more are left out, and 0 that were being written\n";

static void session_make(struct mcw_session *session, __u8 boot, __u64 load, __u64 begin_s,
			 __u64 mono_s)
{
	memset(session, 0, sizeof(*session));
	session->load = load;
	session->mono_ns = mono_s * S;
	session->wall_ns = (begin_s + mono_s) * S;
	memset(session->boot_id, boot, sizeof(session->boot_id));
	strcpy(session->host, "host");
	strcpy(session->release, "6.1");
}

/* The recorder of a boot: it takes what is there, and gets so many records of its own. */
static void boot(struct mcw_store *s, __u8 number, __u64 load, __u64 begin_s, unsigned int records)
{
	struct mcw_keeper *k = mcw_keeper_new(s, NULL);
	struct mcw_session session;

	session_make(&session, number, load, begin_s, 20);
	if (!k)
		exit(2);
	mcw_crash_take(s, k, &session, directory);
	for (unsigned int pos = 1; pos <= records; pos++) {
		struct mcw_record rec = {
			.head = { .pos = pos,
				  .type = MCW_EVENT,
				  .lane = MCW_LANE_SEVERE,
				  .mono_ns = 100 * pos * S,
				  .wall_ns = (begin_s + 100 * pos) * S },
			.event = { .regs = { .status = 0xbd000000000000c0, .addr = 0x11000 } },
		};

		mcw_keeper_record(k, &rec);
	}
	mcw_keeper_due(k, (1000 + number) * S, (begin_s + 1000) * S);
	mcw_keeper_end(k, MCW_BOOT_RUNS);
	mcw_keeper_free(k);
}

static char *said_of(struct mcw_store *s, bool json)
{
	static char *text;
	struct mcw_store_rows rows;
	size_t size;
	FILE *out;

	free(text);
	out = open_memstream(&text, &size);
	if (!out || !mcw_store_read(s, 0, &rows))
		exit(2);
	(json ? mcw_store_json : mcw_store_print)(out, &rows, NULL);
	mcw_store_rows_free(&rows);
	fclose(out);
	return text;
}

static void has(const char *text, const char *wanted, const char *name)
{
	bool ok = strstr(text, wanted);

	if (!ok)
		printf("# no '%s' in:\n# %s\n", wanted, text);
	ktap_result(ok, name);
}

static unsigned int times(const char *text, const char *word)
{
	unsigned int n = 0;

	for (const char *at = text; (at = strstr(at, word)); at++)
		n++;
	return n;
}

static void counts_are(struct mcw_store *s, unsigned int uncorrected, const char *name)
{
	struct mcw_store_rows rows;
	__u64 sum = 0;

	if (!mcw_store_read(s, 0, &rows))
		exit(2);
	for (size_t i = 0; i < rows.part_count; i++)
		sum += rows.parts[i].uncorrected;
	mcw_store_rows_free(&rows);
	if (sum != uncorrected)
		printf("# %llu uncorrected, not %u\n", sum, uncorrected);
	ktap_result(sum == uncorrected, name);
}

int main(void)
{
	struct mcw_store *s = mcw_store_open(MCW_STORE_MEMORY, MCW_STORE_RECORD);
	struct mcw_store *fresh = mcw_store_open(MCW_STORE_MEMORY, MCW_STORE_RECORD);
	char command[64];
	const char *text;
	unsigned int all;

	setenv("TZ", "UTC", 1);
	ktap_begin();
	if (!s || !fresh || !mkdtemp(directory))
		exit(2);
	boot(s, 1, LOAD, BEGIN_S, 1);
	counts_are(s, 1, "the recorder came to the first record");
	file_put("sys/fs/pstore", "dmesg-ramoops-0", part_1);
	file_put("sys/fs/pstore", "dmesg-ramoops-1", part_2);
	boot(s, 2, 0xbeef, BEGIN_S + 500, 0);
	counts_are(s, 3, "the other two are counted after the crash");
	text = said_of(s, false);
	has(text, "before the reboot at 2025-11-30 16:35:00:", "when the next boot began");
	has(text, "Kernel panic - not syncing: Fatal local machine check (pstore)",
	    "why it crashed");
	has(text, "CPU 3 bank 1: Fatal error", "the fatal error");
	has(text, "2025-11-30 16:31:43 CPU 1 bank 7: Uncorrected error, software may act (SRAO)",
	    "an error that nobody had read");
	ktap_result(times(text, "before the reboot") == 1 && times(text, "bank 7") == 3,
		    "each is there once");
	file_put("var/lib/systemd/pstore/1764520400", "dmesg-ramoops-0", part_1);
	file_put("var/lib/systemd/pstore/1764520400", "dmesg-ramoops-1", part_2);
	boot(s, 2, 0xbeef, BEGIN_S + 500, 0);
	boot(s, 3, 0xfeed, BEGIN_S + 9000, 0);
	counts_are(s, 3, "nothing is counted twice");
	text = said_of(s, true);
	all = times(text, "\"type\":\"crash\"");
	ktap_result(times(text, "\"boot\":1,\"reboot\":\"2025-11-30T16:35") == all,
		    "all are of the boot that crashed");
	ktap_result(times(text, "\"class\":\"SRAO\"") == 3, "no record came twice, from the copy");
	ktap_result(times(text, "\"class\":\"fatal\"") == 1, "nor did the fatal one");
	boot(fresh, 3, 0xfeed, BEGIN_S + 500, 0);
	counts_are(fresh, 3, "without a recorder before, all are counted");
	text = said_of(fresh, false);
	has(text, "before the reboot at 2025-11-30 16:35:00:", "of a boot that no recorder saw");
	mcw_store_close(s);
	mcw_store_close(fresh);
	snprintf(command, sizeof(command), "rm -r %s", directory);
	ktap_result(!system(command), "cleaned up");
	return ktap_end();
}

// SPDX-License-Identifier: GPL-2.0
/* LINK: mcwctl */
/* FLAGS: -Wno-missing-field-initializers */
/* SLOW: writes a recording of 10,000 errors, and has tidy and Chromium read the page */
/*
 * mcwctl report: the page of a recording. Texts of others stay text, what is left out is said, and
 * 10,000 records make no large page. tidy must find nothing in it, and with FULL in the environment
 * Chromium must show it without a message. PAGE names a file to keep the page in.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "ktap.h"
#include "cmd/command.h"
#include "decode/decode.h"
#include "source/file_format.h"

#define NS_PER_S 1000000000ULL
#define BEGIN_NS (1764000000 * NS_PER_S)
#define STEP_NS (37 * NS_PER_S)
#define PLAIN "CPU_SrcID#0_MC#0_Chan#1_DIMM#0"
#define HOSTILE "<script>alert(1)</script>\"'&\033[2J\xff"

static char directory[32];
static char *page;
static FILE *recording;

static void entry_put(struct mcw_entry e, unsigned int kind)
{
	mcw_entry_seal(&e, kind);
	fwrite(&e, sizeof(e), 1, recording);
}

static void session_put(void)
{
	struct mcw_entry e = { .session = { .magic = MCW_RECORDING_MAGIC,
					    .format = MCW_RECORDING_FORMAT,
					    .abi = MCW_ABI_VERSION,
					    .record_bytes = MCW_RECORD_BYTES,
					    .load = 7,
					    .wall_ns = BEGIN_NS,
					    .host = "<b>server</b>",
					    .release = "6.1.0" } };

	entry_put(e, MCW_ENTRY_SESSION);
}

static void dimm_put(unsigned int number, const char *label, const char *slot)
{
	struct mcw_entry e = { .dimm = { .mc = 0,
					 .number = number,
					 .count = 2,
					 .layer = { 0, number, -1 },
					 .memory = 26,
					 .mbytes = 32768,
					 .part = "M393A4K40",
					 .serial = "3F2A" } };

	snprintf(e.dimm.label, sizeof(e.dimm.label), "%s", label);
	snprintf(e.dimm.slot, sizeof(e.dimm.slot), "%s", slot);
	entry_put(e, MCW_ENTRY_DIMM);
}

static struct mcw_head head_of(unsigned int type, unsigned int lane, __u64 pos, __u64 n)
{
	return (struct mcw_head){ .type = type,
				  .lane = lane,
				  .pos = pos,
				  .wall_ns = BEGIN_NS + n * STEP_NS,
				  .mono_ns = n * STEP_NS };
}

static void event_put(unsigned int lane, __u64 pos, __u64 n, __u64 status, unsigned int bank)
{
	struct mcw_entry e = { .record.head = head_of(MCW_EVENT, lane, pos, n) };
	struct mcw_event *ev = &e.record.event;

	ev->source = MCW_SOURCE_CMCI;
	ev->regs.status = status;
	ev->regs.addr = 0x123456000 + n * 64;
	ev->regs.misc = 0x00af0b0000;
	ev->regs.cpuid = 0x606a6;
	ev->regs.microcode = 0xd000363;
	ev->regs.mcgcap = MCW_MCGCAP_SER_P;
	ev->regs.bank = bank;
	ev->regs.extcpu = n % 8;
	ev->flags = n == 3 ? MCW_FLAG_INJECTED : 0;
	entry_put(e, MCW_ENTRY_RECORD);
}

static void location_put(unsigned int lane, __u64 of_pos, __u64 pos, __u64 n, const char *label,
			 unsigned int error_type)
{
	struct mcw_entry e = { .record.head = head_of(MCW_LOCATION, MCW_LANE_LOCATION, pos, n) };
	struct mcw_location *l = &e.record.location;

	*l = (struct mcw_location){ .of_pos = of_pos,
				    .id = pos + 1,
				    .count = 1,
				    .of_lane = lane,
				    .source = MCW_LOCATION_EDAC,
				    .part = 1,
				    .parts = 1,
				    .error_type = error_type,
				    .mc = 0,
				    .layer = { 0, -1, -1 } };
	l->layer[1] = !strcmp(label, PLAIN);
	snprintf(l->text, sizeof(l->text), "%s%cerror%crank:0 bank_group:%u bank:%u row:%llu",
		 label, 0, 0, (unsigned int)(n % 3), (unsigned int)(n % 2),
		 n % 5 ? n * 7919 % 65536 : 4711);
	entry_put(e, MCW_ENTRY_RECORD);
}

static void outcome_put(__u64 of_pos, __u64 pos, __u64 n)
{
	struct mcw_entry e = { .record.head = head_of(MCW_OUTCOME, MCW_LANE_NOTICE, pos, n) };

	e.record.outcome = (struct mcw_outcome){ .of_pos = of_pos,
						 .of_lane = MCW_LANE_SEVERE,
						 .page = 0x123456000,
						 .actor = MCW_ACTOR_KERNEL,
						 .action = MCW_ACTION_OFFLINE,
						 .reason = MCW_REASON_DONE,
						 .victims = 1,
						 .result = MCW_RESULT_RECOVERED,
						 .page_type = "<i>dirty" };
	entry_put(e, MCW_ENTRY_RECORD);
}

static void victim_put(__u64 pos, __u64 n)
{
	struct mcw_entry e = { .record.head = head_of(MCW_VICTIM, MCW_LANE_NOTICE, pos, n) };

	e.record.victim.pid = 4242;
	e.record.victim.signal = 7;
	e.record.victim.cause = MCW_VICTIM_TAKEN;
	memcpy(e.record.victim.comm, "<img src=x>", 11);
	entry_put(e, MCW_ENTRY_RECORD);
}

static void recording_make(const char *path, unsigned int errors)
{
	__u64 location = 0;

	recording = fopen(path, "wb");
	session_put();
	dimm_put(0, HOSTILE, "DIMM_<A1>");
	dimm_put(1, PLAIN, "DIMM_B1");
	for (unsigned int n = 0; n < errors; n++) {
		event_put(MCW_LANE_OTHER, n, n, 0x8c00004000800091, 13);
		location_put(MCW_LANE_OTHER, n, location++, n, n % 4 ? PLAIN : HOSTILE, 0);
	}
	event_put(MCW_LANE_SEVERE, 0, errors, 0xac00000000a00091, 13);
	location_put(MCW_LANE_SEVERE, 0, location++, errors, PLAIN, 1);
	outcome_put(0, 5, errors);
	victim_put(6, errors);
	event_put(MCW_LANE_SEVERE, 1, errors + 1, 0xbd80000000100134, 1);
	event_put(MCW_LANE_SEVERE, 2, errors + 2, 0xba00000000000e0b, 6);
	/* Positions 3 to 9 are lost. */
	event_put(MCW_LANE_SEVERE, 10, errors + 3, 0xbe00000000000400, 3);
	entry_put((struct mcw_entry){ .kind = 0 }, MCW_ENTRY_MOVED);
	fclose(recording);
}

/* Standard output is the page meanwhile. Return: how the command ended. */
static enum mcw_exit report_run(const char *file, const char *to, double *seconds)
{
	struct mcw_options o = { .file = file, .arguments = (char *[]){ NULL } };
	int fd = open(to, O_WRONLY | O_CREAT | O_TRUNC, 0600), kept = dup(STDOUT_FILENO);
	struct timespec begin, end;
	enum mcw_exit result;

	fflush(stdout);
	dup2(fd, STDOUT_FILENO);
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &begin);
	result = mcw_report_run(&o);
	fflush(stdout);
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &end);
	dup2(kept, STDOUT_FILENO);
	close(kept);
	close(fd);
	*seconds = (end.tv_sec - begin.tv_sec) + (end.tv_nsec - begin.tv_nsec) / 1e9;
	return result;
}

static char *read_all(const char *path)
{
	FILE *file = fopen(path, "rb");
	struct stat st;
	char *all;

	if (!file || fstat(fileno(file), &st))
		return NULL;
	all = calloc(st.st_size + 1, 1);
	if (fread(all, 1, st.st_size, file) != (size_t)st.st_size)
		all[0] = '\0';
	fclose(file);
	return all;
}

static void has(const char *text, const char *name)
{
	ktap_result(strstr(page, text), name);
}

static void has_not(const char *text, const char *name)
{
	ktap_result(!strstr(page, text), name);
}

static void test_content(unsigned int errors)
{
	char text[128];

	has("Hardware errors of &lt;b&gt;server&lt;/b&gt;", "the host's name stays text");
	has("&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&amp;", "a label stays text");
	has("DIMM_&lt;A1&gt;", "a slot stays text");
	has("&lt;img src=x&gt;", "a victim's name stays text");
	has("&lt;i&gt;dirty", "the kernel's words stay text");
	has("several banks of one memory device (chip) are failing", "the part that is bad");
	has("replace it at the next maintenance", "what to do about it");
	has_not("<script", "no script");
	has_not("<img", "no image");
	has_not("http:", "no address of the network");
	has_not("https:", "no address of the network, by TLS");
	has_not("url(", "no style from elsewhere");
	has_not("\033", "no escape sequence");
	has("Intel family 0x6 model 0x6a stepping 6", "the CPU");
	has("0xd000363", "its microcode");
	has("1 of the events was injected", "an injected error is told");
	has("PCI Express root port 0000:af:01.3", "a part by its name");
	has("CPU 3: core", "a core by its number");
	has("memory_lost: 1 with lost data", "a family with its count");
	has("Rows and banks of CPU_SrcID#0", "a map of rows");
	has("rank 0, bank group", "a place in the map");
	has("recovered", "what became of a page");
	has("records of the lane severe, unread</td><td class=\"number\">7</td>", "what was lost");
	has("records of the lane notice, too old to be kept</td><td class=\"number\">5</td>",
	    "what was too old");
	snprintf(text, sizeof(text), "Left out: %u older records.", errors - 500);
	has(text, "which records are left out");
	snprintf(text, sizeof(text), "%u events", errors + 4);
	has(text, "all events count");
	has("<th class=\"number\">data lost</th>", "numbers stand below the end of their name");
	has("prefers-color-scheme:dark", "a dark page too");
}

/* The outcome of each, and what it said. */
static void program_check(const char *name, const char *command, const char *bad)
{
	char *said = NULL, *shell;
	size_t length;
	FILE *program, *out;
	bool good;
	int c;

	if (asprintf(&shell, "command -v %.*s >/dev/null", (int)strcspn(command, " "), command) < 0)
		return;
	if (system(shell)) {
		ktap_results++;
		printf("ok %u - %s # SKIP no %.*s on this machine\n", ktap_results, name,
		       (int)strcspn(command, " "), command);
		free(shell);
		return;
	}
	free(shell);
	program = popen(command, "r");
	out = open_memstream(&said, &length);
	while (program && (c = fgetc(program)) != EOF)
		fputc(c, out);
	fclose(out);
	good = program && !pclose(program) && !(bad && strstr(said, bad));
	if (!good)
		printf("# %.2000s\n", said);
	ktap_result(good, name);
	free(said);
}

static void test_programs(const char *html)
{
	static const char *const sizes[] = { "1280,1600", "400,1600" };
	char command[512], name[80];

	snprintf(command, sizeof(command), "tidy -q -e --drop-empty-elements no '%s' 2>&1", html);
	program_check("tidy finds no error and warns of nothing", command, NULL);
	if (!getenv("FULL"))
		return;
	for (unsigned int i = 0; i < 2; i++) {
		snprintf(command, sizeof(command),
			 "chromium --headless --no-sandbox --disable-gpu --hide-scrollbars"
			 " --user-data-dir='%s/profile' --enable-logging=stderr --window-size=%s"
			 " --screenshot='%s/%u.png' 'file://%s' 2>&1",
			 directory, sizes[i], directory, i, html);
		snprintf(name, sizeof(name), "Chromium shows it without a message, at %s",
			 sizes[i]);
		program_check(name, command, "CONSOLE");
	}
}

static void test_others(const char *to)
{
	char path[128], other[160];
	double seconds;

	snprintf(path, sizeof(path), "%s/r", directory);
	mkdir(path, 0700);
	ktap_result(report_run(path, to, &seconds) == MCW_EXIT_FAILED, "a directory without any");
	strcat(path, "/records.1");
	recording_make(path, 20);
	*strrchr(path, '/') = '\0';
	strcat(path, "/records");
	recording_make(path, 10);
	*strrchr(path, '/') = '\0';
	snprintf(other, sizeof(other), "%s/records.2.gz", path);
	if (symlink("/bin/sh", other))
		ktap_result(false, "a link");
	free(page);
	ktap_result(report_run(path, to, &seconds) == MCW_EXIT_OK, "a directory of recordings");
	page = read_all(to);
	has("skipped 1 other file of the directory", "a file that is skipped");
	has("38 events", "all of its events count");
	has("from 2 recordings", "the number of recordings");
	snprintf(path, sizeof(path), "%s/none", directory);
	ktap_result(report_run(path, to, &seconds) == MCW_EXIT_FAILED, "no such file");
}

int main(void)
{
	const unsigned int errors = 10000;
	char path[64], html[64], command[256];
	double seconds;

	strcpy(directory, "/tmp/mcw-report-XXXXXX");
	if (!mkdtemp(directory))
		return 1;
	snprintf(path, sizeof(path), "%s/records.rec", directory);
	snprintf(html, sizeof(html), "%s/page.html", directory);
	recording_make(path, errors);
	ktap_result(report_run(path, html, &seconds) == MCW_EXIT_OK, "a recording has a page");
	page = read_all(html);
	printf("# %zu bytes, %.2f s\n", strlen(page), seconds);
	ktap_result(strlen(page) < 1000000, "10,000 records make less than 1 MB");
	ktap_result(seconds < 2, "10,000 records take less than 2 s");
	test_content(errors);
	test_programs(html);
	if (getenv("PAGE")) {
		snprintf(command, sizeof(command), "cp '%s' '%.80s'", html, getenv("PAGE"));
		ktap_result(!system(command), "the page is kept");
	}
	test_others(html);
	snprintf(command, sizeof(command), "rm -rf '%s'", directory);
	ktap_result(!system(command), "all is removed");
	free(page);
	return ktap_end();
}

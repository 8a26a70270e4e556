// SPDX-License-Identifier: GPL-2.0
/* LINK: mcwctl */
/*
 * Texts of others, with all that a terminal, a log, JSON, Prometheus or SQL could take for its own:
 * whatever prints them, no byte of them does anything, and no line of the output is theirs.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ktap.h"
#include "recorded.h"
#include "cmd/command.h"
#include "cmd/metrics.h"
#include "cmd/store_replay.h"
#include "decode/dimm.h"
#include "decode/utf8.h"
#include "store/store.h"

/* An escape; a control of 8 bits, and the same in UTF-8; a line of its own; quotes; no UTF-8. */
#define EVIL "\033[2J\x9bm\xc2\x9b\r\nEVIL \"'\\;{}=\xe2\x80\xae\xff"
#define EVIL_LINE "EVIL"
/* For places with room for few bytes. */
#define SHORT "\033[m\n\"'\\\x9b\xff"
#define DIRECTORY "/tmp/mcw-hostile-XXXXXX"

typedef enum mcw_exit (*command_run)(struct mcw_options *o);

static char directory[sizeof(DIRECTORY)] = DIRECTORY;
static char *no_more[] = { NULL };

static const char *path_of(const char *name)
{
	static char paths[8][256];
	static unsigned int next;
	char *path = paths[next++ % 8];

	snprintf(path, sizeof(paths[0]), "%s/%s", directory, name);
	return path;
}

static const char *path_of_removal(void)
{
	static char command[sizeof(directory) + 16];

	snprintf(command, sizeof(command), "rm -rf '%s'", directory);
	return command;
}

static void file_make(const char *name, const char *content)
{
	char path[512];
	FILE *file;

	snprintf(path, sizeof(path), "%s", path_of(name));
	for (char *at = path + strlen(directory) + 1; (at = strchr(at, '/')); at++) {
		*at = '\0';
		mkdir(path, 0700);
		*at = '/';
	}
	file = fopen(path, "w");
	if (!file || fputs(content, file) < 0 || fclose(file))
		exit(2);
}

/* Return: what is bad about a text for a terminal, or NULL. In HTML an end of a line is nothing. */
static const char *bad_in(const char *text, bool html)
{
	for (const char *at = text; *at;) {
		__u32 c;
		unsigned int bytes = mcw_utf8_decode(at, &c);

		if (!bytes)
			return "a byte that is no UTF-8";
		if (mcw_utf8_is_harmful(c) && c != '\n')
			return "a control character";
		at += bytes;
	}
	if (html)
		return NULL;
	if (!strncmp(text, EVIL_LINE, strlen(EVIL_LINE)) || strstr(text, "\n" EVIL_LINE))
		return "a line of others";
	return NULL;
}

/* Standard output and standard error of a command, one after the other. The caller frees it. */
static char *printed(enum mcw_exit (*run)(struct mcw_options *o), struct mcw_options o,
		     enum mcw_exit *status)
{
	int kept[2], fd = open(path_of("output"), O_RDWR | O_CREAT | O_TRUNC | O_APPEND, 0600);
	struct stat st;
	char *text;

	if (!o.arguments)
		o.arguments = no_more;
	fflush(stdout);
	for (int i = 0; i < 2; i++) {
		kept[i] = dup(i + 1);
		if (fd < 0 || kept[i] < 0 || dup2(fd, i + 1) < 0)
			exit(2);
	}
	*status = run(&o);
	fflush(stdout);
	for (int i = 0; i < 2; i++) {
		if (dup2(kept[i], i + 1) < 0)
			exit(2);
		close(kept[i]);
	}
	if (fstat(fd, &st))
		exit(2);
	text = calloc(st.st_size + 1, 1);
	if (!text || pread(fd, text, st.st_size, 0) != st.st_size)
		exit(2);
	close(fd);
	return text;
}

/* Return: where the JSON value at text ends, or NULL. Strings are ASCII: so the tool has them. */
static const char *json_end(const char *at)
{
	static const char *const words[] = { "true", "false", "null" };
	char close;

	if (*at == '"') {
		for (at++; *at != '"'; at++) {
			if (*at < ' ' || *at > '~')
				return NULL;
			at += *at == '\\';
		}
		return at + 1;
	}
	for (unsigned int i = 0; i < 3; i++)
		if (!strncmp(at, words[i], strlen(words[i])))
			return at + strlen(words[i]);
	if (*at != '{' && *at != '[') {
		const char *end = at + strspn(at, "-+.eE0123456789");

		return end > at ? end : NULL;
	}
	close = *at == '{' ? '}' : ']';
	for (at++; *at != close; at += *at == ',') {
		if (close == '}') {
			at = *at == '"' ? json_end(at) : NULL;
			if (!at || *at++ != ':')
				return NULL;
		}
		at = json_end(at);
		if (!at || (*at != ',' && *at != close))
			return NULL;
	}
	return at + 1;
}

static const char *bad_json(const char *text)
{
	while (*text) {
		const char *end = *text == '{' ? json_end(text) : NULL;

		if (!end || *end != '\n')
			return "a line that is no JSON";
		text = end + 1;
	}
	return NULL;
}

/* name{label="...",...} number, or a comment. */
static const char *bad_metrics(const char *text)
{
	for (; *text; text++) {
		if (*text == '#') {
			text += strcspn(text, "\n");
			continue;
		}
		text += strspn(text, "abcdefghijklmnopqrstuvwxyz_:0123456789");
		while (*text == '{' || *text == ',') {
			text += 1 + strspn(text + 1, "abcdefghijklmnopqrstuvwxyz_0123456789");
			if (text[0] != '=' || text[1] != '"')
				return "a label without a value";
			for (text += 2; *text && *text != '"'; text++)
				if (*text == '\n' || (*text == '\\' && !strchr("\\\"n", *++text)))
					return "a label that Prometheus does not take";
			text += *text == '"';
		}
		text += *text == '}';
		if (*text != ' ' || text[1 + strspn(text + 1, "-+.eE0123456789NaInf")] != '\n')
			return "a line without a number";
		text += strcspn(text, "\n");
	}
	return NULL;
}

/* The metrics of what is stored, and of EDAC's DIMMs. */
static enum mcw_exit print_metrics(struct mcw_options *o)
{
	mcw_metrics_store(stdout, o);
	return mcw_metrics_dimms(stdout, o) ? MCW_EXIT_OK : MCW_EXIT_FAILED;
}

/* wanted: something that is printed, or the command did not get to the text. */
static void check(const char *name, enum mcw_exit (*run)(struct mcw_options *o),
		  struct mcw_options o, const char *wanted)
{
	enum mcw_exit status;
	char *text = printed(run, o, &status);
	const char *bad = bad_in(text, run == mcw_report_run);

	if (!bad && o.json)
		bad = bad_json(text);
	if (!bad && (run == mcw_metrics_run || run == print_metrics) && !status)
		bad = bad_metrics(text);
	if (!bad && !strstr(text, wanted))
		bad = "not what was looked for";
	if (bad) {
		printf("# %s; exit status %d\n# ", bad, status);
		for (const char *at = text; *at && at < text + 1500; at++)
			printf(*at == '\n'	      ? "\n# " :
			       *at < ' ' || *at > '~' ? "<%02x>" :
							"%c",
			       (unsigned char)*at);
		putchar('\n');
	}
	ktap_result_of(!bad, "%s%s: %s", name, o.json ? " --json" : "", wanted);
	free(text);
}

static void put_hostile_dimm(FILE *file)
{
	struct mcw_entry e = {
		.dimm = {
			.count = 1, .layer = { 0, 1, -1 }, .memory = 26, .mbytes = 16384,
			.label = EVIL, .location = SHORT, .slot = EVIL, .bank = SHORT,
			.maker = SHORT, .serial = SHORT, .part = SHORT,
			.reason = MCW_SLOT_LOCATOR,
		},
	};

	put(file, &e, MCW_ENTRY_DIMM);
}

/* Parts of the detail are understood: its errors are of one column. */
static void put_hostile_location(FILE *file, __u64 pos, __u64 ns)
{
	char text[MCW_LOCATION_TEXT] = "";

	snprintf(text, sizeof(text),
		 EVIL "%c" EVIL
		      "%crank:0 bank_group:1 bank:2 row:0x%llx column:0x3f8 device:5 \033\x9b",
		 0, 0, 100 + pos);
	put_location_text(file, pos, ns, text, sizeof(text));
}

static void put_hostile_notices(FILE *file)
{
	struct mcw_entry outcome = {
		.record = {
			.head = { .pos = 0, .mono_ns = 90 * S, .wall_ns = WALL + 90 * S,
				  .type = MCW_OUTCOME, .lane = MCW_LANE_NOTICE },
			.outcome = { .page = 0x100000000, .of_lane = MCW_LANE_OTHER,
				     .action = MCW_ACTION_OFFLINE, .reason = MCW_REASON_DONE,
				     .victims = 2, .page_type = SHORT },
		},
	};
	struct mcw_entry victim = {
		.record = {
			.head = { .pos = 1, .mono_ns = 91 * S, .wall_ns = WALL + 91 * S,
				  .type = MCW_VICTIM, .lane = MCW_LANE_NOTICE },
			.victim = { .page = 0x100000000, .pid = 4242, .tid = 4242, .signal = 7,
				    .code = 4, .lsb = 12, .cause = MCW_VICTIM_TAKEN },
		},
	};

	put(file, &outcome, MCW_ENTRY_RECORD);
	memcpy(victim.record.victim.comm, SHORT, sizeof(SHORT) - 1);
	put(file, &victim, MCW_ENTRY_RECORD);
}

static void recording_make(const char *name)
{
	FILE *file = fopen(path_of(name), "w");
	struct mcw_entry session = {
		.session = {
			.magic = MCW_RECORDING_MAGIC, .format = MCW_RECORDING_FORMAT,
			.abi = MCW_ABI_VERSION, .record_bytes = MCW_RECORD_BYTES, .load = 7,
			.wall_ns = WALL, .boot_id = { 1 }, .host = EVIL, .release = EVIL,
		},
	};

	if (!file)
		exit(2);
	put(file, &session, MCW_ENTRY_SESSION);
	put_hostile_dimm(file);
	for (unsigned int n = 0; n < 40; n++) {
		put_event(file, n, n * S, 0x100000000ULL + n * 0x4000);
		put_hostile_location(file, n, n * S + 1);
	}
	put_hostile_notices(file);
	put_end(file, 40, 40);
	fclose(file);
}

static void test_recording(void)
{
	static const struct {
		const char *name;
		enum mcw_exit (*run)(struct mcw_options *o);
		const char *wanted, *wanted_json;
	} commands[] = {
		{ "read", mcw_records_run, "\\x1b[2J\\x9bm\\xc2\\x9b\\x0d\\x0aEVIL",
		  "\\u001b[2J\\u009bm\\u009b\\u000d\\u000aEVIL" },
		{ "faults --all", mcw_faults_run, "EVIL", "EVIL" },
		{ "history", mcw_history_run, "EVIL", "EVIL" },
		{ "dimms", mcw_dimms_run, "EVIL", "EVIL" },
		{ "pages", mcw_pages_run, "0x100000000", "0x0000000100000000" },
	};
	char *file = strdup(path_of("records"));
	struct mcw_options o = { .file = file,
				 .lanes = 0xf,
				 .device = "/nowhere",
				 .edac = "/nowhere",
				 .dmi = "",
				 .count = 0,
				 .no_follow = true };

	recording_make("records");
	for (unsigned int i = 0; i < sizeof(commands) / sizeof(*commands); i++)
		for (unsigned int json = 0; json < 2; json++) {
			o.json = json;
			check(commands[i].name, commands[i].run, o,
			      json ? commands[i].wanted_json : commands[i].wanted);
		}
	o.json = false;
	o.verbose = true;
	check("read --verbose", mcw_records_run, o, "EVIL");
	o.verbose = false;
	check("report", mcw_report_run, o, "EVIL");
	check("metrics", mcw_metrics_run, o, "mcewarden_");
	free(file);
}

/* What the recorder keeps, and what is asked of it. */
static void test_store(void)
{
	char *store = strdup(path_of("store.db")), *file = strdup(path_of("records"));
	char *edac = strdup(path_of("edac"));
	struct mcw_store *s = mcw_store_open(store, MCW_STORE_RECORD);
	struct mcw_options o = { .store = store, .all = true, .edac = edac, .dmi = "" };

	if (!s) {
		ktap_result(true, "a store # SKIP built without SQLite");
	} else {
		if (!mcw_store_replay(s, NULL, file, no_more))
			puts("# the store was not fed");
		mcw_store_close(s);
		check("history of a store", mcw_history_run, o, "EVIL");
		o.json = true;
		check("history of a store", mcw_history_run, o, "EVIL");
		o.json = false;
		o.dimm = EVIL;
		check("history of such a part", mcw_history_run, o, "EVIL");
		o.dimm = NULL;
		o.repaired = "'; DROP TABLE part; --" EVIL;
		check("a part that nobody has", mcw_faults_run, o, "DROP TABLE");
		o.repaired = EVIL;
		check("such a part is repaired", mcw_faults_run, o, "EVIL");
		o.repaired = NULL;
	}
	file_make("edac/mc0/dimm0/size", "1024\n");
	file_make("edac/mc0/dimm0/dimm_label", EVIL "\n");
	file_make("edac/mc0/dimm0/dimm_location", SHORT "\n");
	file_make("edac/mc0/mc_name", EVIL "\n");
	check("metrics of a store and of EDAC", print_metrics, o, "mcewarden_dimm_errors_total");
	free(store);
	free(file);
	free(edac);
}

/* Names of files in messages, with the characters that a name can have. */
static void test_names(void)
{
	static const command_run runs[] = {
		mcw_records_run, mcw_faults_run, mcw_history_run, mcw_dimms_run,
		mcw_report_run,	 mcw_pages_run,	 mcw_metrics_run,
	};
	static const char *const evil = "/nowhere/" EVIL;
	struct mcw_options o = { .file = evil,
				 .lanes = 0xf,
				 .device = "/nowhere",
				 .edac = "/nowhere",
				 .dmi = "",
				 .no_follow = true };

	for (unsigned int i = 0; i < sizeof(runs) / sizeof(*runs); i++)
		check("--file with such a name", runs[i], o,
		      "\\x1b[2J\\x9bm\\xc2\\x9b\\x0d\\x0aEVIL");
	o.file = NULL;
	o.device = evil;
	check("--device with such a name", mcw_records_run, o, "\\x1b[2J");
	o.device = NULL;
	o.check = evil;
	check("conf --check with such a name", mcw_conf_run, o, "\\x1b[2J");
}

/* A directory in which other users' recordings have such names. */
static void test_directory(void)
{
	struct mcw_options o = {
		.lanes = 0xf, .device = "/nowhere", .edac = "/nowhere", .dmi = "", .no_follow = true
	};

	file_make("dir/x", "");
	recording_make("dir/records." EVIL);
	recording_make("dir/records");
	file_make("dir/records.1" SHORT, "no recording");
	o.file = strdup(path_of("dir"));
	for (unsigned int json = 0; json < 2; json++) {
		o.json = json;
		check("faults of a directory", mcw_faults_run, o, "EVIL");
	}
	o.json = false;
	check("report of a directory", mcw_report_run, o, "EVIL");
	free((void *)o.file);
}

static void test_log(void)
{
	static const char log[] =
		"[    1.000000] mce: [Hardware Error]: Machine check events logged\n"
		"[    1.000001] EDAC MC0: 1 CE \033[2Jmemory read error\x9b on \"'\\CPU_SrcID#0\xff"
		" _Ha#0_Chan#0_DIMM#0 (channel:0 slot:0 page:0x12345 offset:0x0 grain:32 syndrome:0x0"
		" - \xc2\x9b  area:DRAM err_code:0001:0091 socket:0 ha:0 channel_mask:1 rank:0)\n"
		"[    2.000000] {1}[Hardware Error]: Hardware error from APEI Generic Hardware Error"
		" Source: 1\n"
		"[    2.000001] {1}[Hardware Error]: event severity: corrected\n"
		"[    2.000002] {1}[Hardware Error]:  Error 0, type: corrected\n"
		"[    2.000003] {1}[Hardware Error]:  fru_text: \033]0;\007B1 \"'\\ \x9b\n"
		"[    2.000004] {1}[Hardware Error]:   section_type: memory error\n"
		"[    2.000005] {1}[Hardware Error]:   physical_address: 0x0000000012345000\n"
		"[    3.000000] Memory failure: 0x12345: Killing \033[1mqemu\x9b:42 due to hardware memory"
		" corruption\n";
	static const struct {
		const char *name;
		struct mcw_options o;
	} ways[] = {
		{ "decode", { .json = false } },
		{ "decode", { .json = true } },
		{ "decode --verbose", { .verbose = true } },
		{ "decode --summary", { .summary = true } },
		{ "decode --faults", { .faults = true } },
		{ "decode --faults", { .faults = true, .json = true } },
		{ "decode --summary", { .summary = true, .json = true } },
	};
	char *path = strdup(path_of("log")), *arguments[2] = { path };

	file_make("log", log);
	for (unsigned int i = 0; i < sizeof(ways) / sizeof(*ways); i++) {
		struct mcw_options o = ways[i].o;

		o.arguments = arguments;
		check(ways[i].name, mcw_decode_run, o, "");
	}
	free(path);
}

int main(void)
{
	ktap_begin();
	setenv("TZ", "UTC", 1);
	if (!mkdtemp(directory))
		return 2;
	test_recording();
	test_store();
	test_names();
	test_directory();
	test_log();
	if (system(path_of_removal()))
		puts("# the directory was not removed");
	return ktap_end();
}

// SPDX-License-Identifier: GPL-2.0
/*
 * rasdaemon's database: rows of all versions, in order; values as the columns have them; and files
 * that somebody made on purpose, or that were cut off.
 */
/* LINK: mcwctl */
#include "source/rasdaemon_db.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "decode/absent.h"
#include "decode/decode.h"
#include "klog/records.h"
#include "ktap.h"

#define RECORDS_OLD \
	"CREATE TABLE mce_record (id INTEGER PRIMARY KEY, timestamp TEXT, mcgcap INTEGER," \
	" mcgstatus INTEGER, status INTEGER, addr INTEGER, misc INTEGER, ip INTEGER, tsc INTEGER," \
	" walltime INTEGER, cpu INTEGER, cpuid INTEGER, apicid INTEGER, socketid INTEGER," \
	" cs INTEGER, bank INTEGER, cpuvendor INTEGER, bank_name TEXT, error_msg TEXT," \
	" mcgstatus_msg TEXT, mcistatus_msg TEXT, mcastatus_msg TEXT, user_action TEXT," \
	" mc_location TEXT);"
#define RECORD_OLD(id, time, status, words) \
	"INSERT INTO mce_record VALUES(" #id ",'" time "',251661844,5," status \
	",2351764032,140,0,77,1706933107,3,394918,6,1,0,13,0,'','" words "','','','',''," \
	"'memory_channel=1');"
#define MEMORY \
	"CREATE TABLE mc_event (id INTEGER PRIMARY KEY, timestamp TEXT, err_count INTEGER," \
	" err_type TEXT, err_msg TEXT, label TEXT, mc INTEGER, top_layer INTEGER," \
	" middle_layer INTEGER, lower_layer INTEGER, address INTEGER, grain INTEGER," \
	" syndrome INTEGER, driver_detail TEXT);" \
	"INSERT INTO mc_event VALUES(1,'2024-02-03 04:05:06 +0000',2,'Corrected'," \
	"'memory read error','DIMM_A1',1,0,1,-1,2351764032,32,0,'Row:0x1b5f7 Column:0x3e8');"
#define PAGES \
	"CREATE TABLE memory_failure_event (id INTEGER PRIMARY KEY, timestamp TEXT, pfn TEXT," \
	" page_type TEXT, action_result TEXT);" \
	"INSERT INTO memory_failure_event VALUES(1,'2024-02-03 04:06:07 +0000','0x8c2d1'," \
	"'dirty LRU page','Recovered');"
#define STATUS "-8358680908399640432" /* 0x8c00000000000090 */

#define PATH "/tmp/rasdaemon_db_test.XXXXXX"

static char path[sizeof(PATH)] = PATH;
static char lines[20][4096];
static size_t line_count;
static struct mcw_rasdaemon_db db;

static void keep_line(void *arg, const char *text, size_t length)
{
	(void)arg;
	if (line_count < ARRAY_SIZE(lines))
		snprintf(lines[line_count], sizeof(lines[0]), "%.*s", (int)length, text);
	line_count++;
}

static void expect_true(int line, bool good)
{
	expect_at(line, good, true);
}

static void expect_text(int line, const char *got, const char *wanted, size_t length)
{
	expect_at(line, got && !strncmp(got, wanted, length), true);
}

#define expect(good) expect_true(__LINE__, good)
#define expect_same(got, wanted) expect_text(__LINE__, got, wanted, sizeof(wanted))
#define expect_begins(got, wanted) expect_text(__LINE__, got, wanted, sizeof(wanted) - 1)

static int read_file(void)
{
	line_count = 0;
	db = (struct mcw_rasdaemon_db){ .line = keep_line };
	return mcw_rasdaemon_db_read(&db, path);
}

#if __has_include("sqlite3.h")

#include <sqlite3.h>

static void make_file(const char *statements)
{
	char *why = NULL;
	sqlite3 *file;

	unlink(path);
	if (sqlite3_open(path, &file) || sqlite3_exec(file, statements, NULL, NULL, &why)) {
		fprintf(stderr, "cannot make the database: %s\n", why ? why : sqlite3_errmsg(file));
		exit(1);
	}
	sqlite3_close(file);
}

static void looks(void)
{
	char bytes[20] = "";
	FILE *file;

	make_file(PAGES);
	file = fopen(path, "r");
	expect(file && fread(bytes, sizeof(bytes), 1, file) == 1);
	if (file)
		fclose(file);
	expect(mcw_rasdaemon_db_looks(bytes, sizeof(bytes)));
	expect(!mcw_rasdaemon_db_looks(bytes, 15));
	expect(!mcw_rasdaemon_db_looks("SQLite format 3 is what", 20));
}

/* Rows of several tables come by their time, whatever their numbers. */
static void in_order(void)
{
	make_file(RECORDS_OLD RECORD_OLD(1, "2024-02-03 04:05:07 +0000", STATUS, "read")
			  RECORD_OLD(2, "2024-02-03 04:06:08 +0000", STATUS, "read") MEMORY PAGES);
	expect_eq(read_file(), 0);
	expect_eq(line_count, 4);
	expect_begins(lines[0], "mc_event: 2024-02-03 04:05:06 +0000 2 Corrected");
	expect_begins(lines[1], "2024-02-03 04:05:07 +0000 error: status=0x8c");
	expect_same(lines[2],
		    "Memory failure: 0x8c2d1: recovery action for dirty LRU page: Recovered");
	expect_begins(lines[3], "2024-02-03 04:06:08 +0000 error: status=0x8c");
	expect(!db.others[0]);
}

static struct mcw_console_record records[4];
static size_t record_count;

static void keep_record(void *arg, const struct mcw_console_record *r)
{
	(void)arg;
	if (record_count < ARRAY_SIZE(records))
		records[record_count++] = *r;
}

static void keep_note(void *arg, unsigned long line, enum mcw_fact key, const char *text)
{
	(void)arg;
	(void)line;
	(void)key;
	(void)text;
}

/* What the lines say is what the columns have. */
static void decode_lines(void)
{
	static struct mcw_console console;
	static const struct mcw_event nothing = { .absent = ~0U };

	record_count = 0;
	mcw_console_begin(&console, &nothing, keep_record, keep_note, NULL);
	for (size_t i = 0; i < line_count; i++)
		mcw_console_line(&console, lines[i], strlen(lines[i]));
	mcw_console_end(&console);
}

static void registers(void)
{
	const struct mcw_event *ev = &records[0].event;

	make_file(RECORDS_OLD RECORD_OLD(1, "2024-02-03 04:05:07 +0000", STATUS, "read"));
	expect_eq(read_file(), 0);
	decode_lines();
	expect_eq(record_count, 1);
	expect_eq(ev->regs.status, 0x8c00000000000090);
	expect_eq(ev->regs.addr, 2351764032);
	expect_eq(ev->regs.misc, 140);
	expect_eq(ev->regs.mcgcap, 251661844);
	expect_eq(ev->regs.mcgstatus, 5);
	expect_eq(ev->regs.tsc, 77);
	expect_eq(ev->regs.extcpu, 3);
	expect_eq(ev->regs.cpuid, 394918);
	expect_eq(ev->regs.apicid, 6);
	expect_eq(ev->regs.socketid, 1);
	expect_eq(ev->regs.bank, 13);
	expect_eq(ev->regs.cpuvendor, 0);
	expect_eq(ev->regs.time, 1706933107);
	/* That version had no columns for these: they are not known, which is not 0. */
	expect(ev->absent & MCW_ABSENT_IPID);
	expect(ev->absent & MCW_ABSENT_PPIN);
}

/* Columns of later versions, in another order, and some that nobody knows. */
static void new_columns(void)
{
	const struct mcw_event *ev = &records[0].event;

	make_file("CREATE TABLE mce_record (future BLOB, bank INTEGER, synd INTEGER, ipid INTEGER,"
		  " microcode INTEGER, status INTEGER, timestamp TEXT, cpuvendor INTEGER,"
		  " cpuid INTEGER, addr INTEGER);"
		  "INSERT INTO mce_record VALUES(x'00ff',17,4660,644245094400,167776681," STATUS
		  ",'2024-02-03 04:05:07 +0000',2,10489857,NULL);");
	expect_eq(read_file(), 0);
	decode_lines();
	expect_eq(record_count, 1);
	expect_eq(ev->regs.bank, 17);
	expect_eq(ev->regs.synd, 4660);
	expect_eq(ev->regs.ipid, 644245094400);
	expect_eq(ev->regs.microcode, 167776681);
	expect_eq(ev->regs.cpuvendor, 2);
	expect(ev->absent & MCW_ABSENT_ADDR);
	expect(ev->absent & MCW_ABSENT_CPU);
}

static void memory_events(void)
{
	make_file(MEMORY);
	expect_eq(read_file(), 0);
	decode_lines();
	expect_eq(record_count, 1);
	expect_eq(records[0].event.regs.addr, 2351764032);
	expect_eq(records[0].event.regs.time, 1706933106);
	expect_same(mcw_facts_find(&records[0].facts, MCW_FACT_COUNT), "2");
	expect_same(mcw_facts_find(&records[0].facts, MCW_FACT_DIMM), "DIMM_A1");
	expect_same(mcw_facts_find(&records[0].facts, MCW_FACT_ROW), "0x1b5f7");
	expect_same(mcw_facts_find(&records[0].facts, MCW_FACT_GRAIN), "32");
}

static void firmware_events(void)
{
	make_file("CREATE TABLE extlog_event (id INTEGER PRIMARY KEY, timestamp TEXT,"
		  " etype INTEGER, error_count INTEGER, severity INTEGER, address INTEGER, fru_id BLOB,"
		  " fru_text TEXT, cper_data BLOB);"
		  "INSERT INTO extlog_event VALUES(7,'2024-02-03 04:05:07 +0000',3,1,0,4096,NULL,"
		  "'DIMM_B2',NULL);");
	expect_eq(read_file(), 0);
	decode_lines();
	expect_eq(record_count, 1);
	expect_eq(records[0].event.regs.addr, 4096);
	expect_same(mcw_facts_find(&records[0].facts, MCW_FACT_ERROR), "multi-bit ECC");
	expect_same(mcw_facts_find(&records[0].facts, MCW_FACT_FRU), "DIMM_B2");
}

static void other_tables(void)
{
	make_file("CREATE TABLE aer_event (id INTEGER); INSERT INTO aer_event VALUES(1),(2);"
		  "CREATE TABLE disk_errors (id INTEGER); CREATE TABLE mine (id INTEGER);");
	expect_eq(read_file(), 0);
	expect_eq(line_count, 0);
	expect_same(db.others, "aer_event (2)");
}

/* A text cannot begin another line, and cannot cut off the registers. */
static void hostile_texts(void)
{
	make_file(RECORDS_OLD RECORD_OLD(1, "2024-02-03 04:05:07 +0000", STATUS,
					 "' || char(10) || 'mce: CPU 9' || char(27) || '")
			  RECORD_OLD(2, "2024-02-03 04:05:08 +0000", STATUS,
				     "' || printf('%.*c', 100000, 'x') || '")
				  RECORD_OLD(3, "2024-02-03 04:05:09 +0000", "'0x8c'",
					     "a status that is a text"));
	expect_eq(read_file(), 0);
	expect_eq(line_count, 3);
	expect(!strchr(lines[0], '\n') && !strchr(lines[0], 27));
	expect(strlen(lines[1]) < 1000);
	expect(strstr(lines[1], "status=0x8c00000000000090"));
	expect(!strstr(lines[2], ",status=") && !strstr(lines[2], " status="));
}

/* A view could run for ever. */
static void views(void)
{
	make_file("CREATE VIEW mce_record AS WITH RECURSIVE n(id) AS (SELECT 1 UNION ALL SELECT"
		  " id + 1 FROM n) SELECT id, id AS status FROM n;");
	expect_eq(read_file() ? 1 : line_count == 0, 1);
	expect_eq(line_count, 0);
}

static void names(void)
{
	char odd[80];

	snprintf(odd, sizeof(odd), "%s?mode=rwc#%%41", path);
	make_file(PAGES);
	expect_eq(rename(path, odd), 0);
	line_count = 0;
	expect_eq(mcw_rasdaemon_db_read(&db, odd), 0);
	expect_eq(line_count, 1);
	unlink(odd);
	expect_eq(mcw_rasdaemon_db_read(&db, odd), -1);
	expect(db.why[0]);
	expect(access(odd, F_OK));
}

/* rasdaemon holds the file for longer than we wait. */
static void held(void)
{
	sqlite3 *file;

	make_file(PAGES);
	expect_eq(sqlite3_open(path, &file), SQLITE_OK);
	expect_eq(sqlite3_exec(file, "BEGIN EXCLUSIVE", NULL, NULL, NULL), SQLITE_OK);
	expect_eq(read_file(), -1);
	expect(strstr(db.why, "locked"));
	sqlite3_exec(file, "COMMIT", NULL, NULL, NULL);
	expect_eq(read_file(), 0);
	expect_eq(line_count, 1);
	sqlite3_close(file);
}

/* A log of changes beside the file, as a copied one may have, or one that is written just now. */
static void changes_beside(void)
{
	sqlite3 *file;

	make_file("PRAGMA journal_mode=WAL;" PAGES);
	expect_eq(sqlite3_open(path, &file), SQLITE_OK);
	expect_eq(sqlite3_exec(file,
			       "INSERT INTO memory_failure_event VALUES(2,"
			       "'2024-02-03 04:06:08 +0000','0x8c2d2','page','Failed')",
			       NULL, NULL, NULL),
		  SQLITE_OK);
	expect_eq(read_file(), 0);
	expect_eq(line_count, 2);
	sqlite3_close(file);
}

/* Cut off anywhere, and with wrong bytes anywhere: said or without effect, and never a crash. */
static void damaged(void)
{
	static char bytes[65536], damage[65536];
	unsigned int seed = 1, said = 0;
	size_t length;
	FILE *file;

	make_file(RECORDS_OLD RECORD_OLD(1, "2024-02-03 04:05:07 +0000", STATUS, "read")
			  MEMORY PAGES);
	file = fopen(path, "r");
	length = file ? fread(bytes, 1, sizeof(bytes), file) : 0;
	if (file)
		fclose(file);
	expect(length > 8192 && length < sizeof(bytes));
	for (unsigned int i = 0; i < 400; i++) {
		size_t left = i < 100 ? length * i / 100 : length;

		memcpy(damage, bytes, length);
		for (unsigned int n = 0; i >= 100 && n < 1 + i % 16; n++)
			damage[rand_r(&seed) % length] = rand_r(&seed);
		file = fopen(path, "w");
		if (file) {
			fwrite(damage, 1, left, file);
			fclose(file);
		}
		said += read_file() && db.why[0];
	}
	/* All that are cut off inside a page; an empty file is a database without tables. */
	expect(said >= 50);
}

static const struct ktap_case cases[] = {
	{ "what begins a database", looks },
	{ "rows of all tables in order", in_order },
	{ "registers", registers },
	{ "columns of later versions", new_columns },
	{ "errors of memory modules", memory_events },
	{ "the firmware's errors", firmware_events },
	{ "tables that are not ours", other_tables },
	{ "hostile texts", hostile_texts },
	{ "views are not run", views },
	{ "odd names", names },
	{ "a file that somebody holds", held },
	{ "changes beside the file", changes_beside },
	{ "damaged files", damaged },
};

int main(void)
{
	int fd = mkstemp(path);

	if (fd < 0)
		return 1;
	close(fd);
	ktap_begin();
	ktap_run(cases, ARRAY_SIZE(cases));
	unlink(path);
	return ktap_end();
}

#else

static void no_sqlite(void)
{
	expect_eq(read_file(), -1);
	expect(strstr(db.why, "built without SQLite"));
}

static const struct ktap_case cases[] = {
	{ "without SQLite the tool says so", no_sqlite },
};

int main(void)
{
	ktap_begin();
	ktap_run(cases, 1);
	return ktap_end();
}

#endif

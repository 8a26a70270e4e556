// SPDX-License-Identifier: GPL-2.0
/*
 * rasdaemon's database, ras-mc_event.db: its rows as lines, oldest first.
 *
 * The file may be anybody's: its schema is not trusted, its views are not run, and no extension is
 * loaded.
 */
#include "source/rasdaemon_db.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define MAGIC "SQLite format 3" /* and the 0 byte behind it */

bool mcw_rasdaemon_db_looks(const void *bytes, size_t length)
{
	return length >= sizeof(MAGIC) && !memcmp(bytes, MAGIC, sizeof(MAGIC));
}

#ifdef MCW_SQLITE

#include <sqlite3.h>

#define BUSY_MS 2000
#define LINE_BYTES 4096
#define TEXT_BYTES 300 /* of one column */
#define URI_BYTES 4096

/* What the Makefile has SQLite call instead of the dynamic loader: a static program has none. */
void *mcw_no_dlopen(const char *path, int flags)
{
	(void)path;
	(void)flags;
	return NULL;
}

void *mcw_no_dlsym(void *handle, const char *name)
{
	(void)handle;
	(void)name;
	return NULL;
}

int mcw_no_dlclose(void *handle)
{
	(void)handle;
	return -1;
}

char *mcw_no_dlerror(void)
{
	static char no[26] = "extensions are not loaded";

	return no;
}

struct line {
	size_t length;
	char text[LINE_BYTES];
};

__attribute__((format(printf, 2, 3))) static void add(struct line *line, const char *format, ...)
{
	size_t room = sizeof(line->text) - line->length;
	va_list args;
	int wanted;

	va_start(args, format);
	wanted = vsnprintf(line->text + line->length, room, format, args);
	va_end(args);
	if (wanted > 0)
		line->length += (size_t)wanted < room ? (size_t)wanted : room - 1;
}

/* The number of the column of that name; -1: this version of rasdaemon has none. */
static int column_of(sqlite3_stmt *row, const char *name)
{
	for (int i = 0; i < sqlite3_column_count(row); i++) {
		const char *is = sqlite3_column_name(row, i);

		if (is && !strcmp(is, name))
			return i;
	}
	return -1;
}

static bool number_of(sqlite3_stmt *row, const char *name, long long *value)
{
	int i = column_of(row, name);

	if (i < 0 || sqlite3_column_type(row, i) != SQLITE_INTEGER)
		return false;
	*value = sqlite3_column_int64(row, i);
	return true;
}

/* "": there is none. Ends of lines and the like become blanks. */
static const char *text_of(sqlite3_stmt *row, const char *name, char *text)
{
	int i = column_of(row, name);
	const char *is = i < 0 ? NULL : (const char *)sqlite3_column_text(row, i);

	snprintf(text, TEXT_BYTES, "%s", is ? is : "");
	for (char *at = text; *at; at++)
		if ((unsigned char)*at < ' ')
			*at = ' ';
	return text;
}

/* The line of ras-mc-ctl --errors. The registers come first, so that no long text cuts them off. */
static void record_line(struct line *line, sqlite3_stmt *row)
{
	static const char *const hex[] = { "status", "addr",	  "misc",  "synd",   "synd1",
					   "synd2",  "ipid",	  "ip",	   "tsc",    "ppin",
					   "cpuid",  "microcode", "apicid", "mcgcap", "mcgstatus" };
	static const char *const decimal[] = { "walltime", "cpu", "socketid", "cs", "bank" };
	static const char *const words[] = { "bank_name", "error_msg", "mcistatus_msg" };
	char text[TEXT_BYTES];
	long long value;

	add(line, "%s error: ", text_of(row, "timestamp", text));
	for (size_t i = 0; i < sizeof(hex) / sizeof(hex[0]); i++)
		if (number_of(row, hex[i], &value))
			add(line, "%s%s=0x%llx", i ? "," : "", hex[i], value);
	for (size_t i = 0; i < sizeof(decimal) / sizeof(decimal[0]); i++)
		if (number_of(row, decimal[i], &value))
			add(line, ",%s=%lld", decimal[i], value);
	if (number_of(row, "cpuvendor", &value))
		add(line, ", vendor: %lld", value);
	if (*text_of(row, "mc_location", text))
		add(line, ", %s", text);
	if (*text_of(row, "mcastatus_msg", text))
		add(line, ", mca=%s", text);
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (*text_of(row, words[i], text))
			add(line, ", %s", text);
}

/* The line of the tracepoint ras:mc_event, with the time of the row. */
static void memory_line(struct line *line, sqlite3_stmt *row)
{
	static const char *const layers[] = { "top_layer", "middle_layer", "lower_layer" };
	char text[TEXT_BYTES];
	long long value;

	add(line, "mc_event: %s ", text_of(row, "timestamp", text));
	add(line, "%lld ", number_of(row, "err_count", &value) ? value : 1);
	add(line, "%s error:", text_of(row, "err_type", text));
	add(line, " %s", text_of(row, "err_msg", text));
	add(line, " on %s (", text_of(row, "label", text));
	if (number_of(row, "mc", &value))
		add(line, "mc:%lld ", value);
	for (size_t i = 0; i < sizeof(layers) / sizeof(layers[0]); i++)
		if (number_of(row, layers[i], &value))
			add(line, "%s%lld", i ? ":" : "location:", value);
	if (number_of(row, "address", &value))
		add(line, " address:0x%llx", value);
	if (number_of(row, "grain", &value))
		add(line, " grain:%lld", value);
	if (number_of(row, "syndrome", &value))
		add(line, " syndrome:0x%llx", value);
	add(line, " %s)", text_of(row, "driver_detail", text));
}

/* The kernel's line of a page that it took. */
static void page_line(struct line *line, sqlite3_stmt *row)
{
	char pfn[TEXT_BYTES], text[TEXT_BYTES];

	text_of(row, "pfn", pfn);
	add(line, "Memory failure: %s%s: ", strncmp(pfn, "0x", 2) ? "0x" : "", pfn);
	add(line, "recovery action for %s: ", text_of(row, "page_type", text));
	add(line, "%s", text_of(row, "action_result", text));
}

/* The kernel's lines of a record of the firmware's about memory. */
static void firmware_line(struct line *line, sqlite3_stmt *row)
{
	static const char *const severities[] = { "recoverable", "fatal", "corrected", "info" };
	char text[TEXT_BYTES];
	long long id = 0, value;

	number_of(row, "id", &id);
	add(line, "{%lld}[Hardware Error]: event severity: %s\n", id,
	    number_of(row, "severity", &value) && value >= 0 && value <= 3 ? severities[value] :
									     "unknown");
	add(line, "{%lld}[Hardware Error]: section_type: memory error\n", id);
	if (number_of(row, "address", &value))
		add(line, "{%lld}[Hardware Error]: physical_address: 0x%016llx\n", id, value);
	if (number_of(row, "etype", &value))
		add(line, "{%lld}[Hardware Error]: error_type: %lld\n", id, value);
	if (*text_of(row, "fru_text", text))
		add(line, "{%lld}[Hardware Error]: fru_text: %s\n", id, text);
}

/* Of one table, the row that comes next. */
struct table {
	const char *name;
	void (*line)(struct line *line, sqlite3_stmt *row);
	sqlite3_stmt *row;	/* NULL: none is left */
	char time[TEXT_BYTES];
};

static int table_step(struct table *t)
{
	int said = sqlite3_step(t->row);

	if (said == SQLITE_ROW) {
		text_of(t->row, "timestamp", t->time);
		return SQLITE_OK;
	}
	sqlite3_finalize(t->row);
	t->row = NULL;
	return said == SQLITE_DONE ? SQLITE_OK : said;
}

/* Return: SQLITE_OK: there is such a table; SQLITE_ERROR: none; else a fault of the file. */
static int table_find(sqlite3 *file, const char *name)
{
	return sqlite3_table_column_metadata(file, "main", name, NULL, NULL, NULL, NULL, NULL,
					     NULL);
}

static int table_begin(sqlite3 *file, struct table *t)
{
	char query[120];
	int said;

	said = table_find(file, t->name);
	if (said != SQLITE_OK)
		return said == SQLITE_ERROR ? SQLITE_OK : said;
	snprintf(query, sizeof(query), "SELECT * FROM main.%s ORDER BY rowid", t->name);
	said = sqlite3_prepare_v2(file, query, -1, &t->row, NULL);
	return said == SQLITE_OK ? table_step(t) : said;
}

/* A date sorts as text; where two are alike, the registers come first. */
static struct table *earliest_of(struct table *tables, size_t count)
{
	struct table *found = NULL;

	for (size_t i = 0; i < count; i++)
		if (tables[i].row && (!found || strcmp(tables[i].time, found->time) < 0))
			found = &tables[i];
	return found;
}

/* A row is one line, or several that have an end each. */
static void lines_out(struct mcw_rasdaemon_db *db, const struct line *line)
{
	const char *at = line->text, *end = at + line->length;

	while (at < end) {
		const char *stop = memchr(at, '\n', end - at);

		db->line(db->arg, at, (stop ? stop : end) - at);
		at = stop ? stop + 1 : end;
	}
}

static int rows_read(struct mcw_rasdaemon_db *db, sqlite3 *file)
{
	struct table tables[] = {
		{ .name = "mce_record", .line = record_line },
		{ .name = "mc_event", .line = memory_line },
		{ .name = "extlog_event", .line = firmware_line },
		{ .name = "memory_failure_event", .line = page_line },
	}, *t;
	const size_t count = sizeof(tables) / sizeof(tables[0]);
	int said = SQLITE_OK;

	for (size_t i = 0; i < count && said == SQLITE_OK; i++)
		said = table_begin(file, &tables[i]);
	while (said == SQLITE_OK && (t = earliest_of(tables, count))) {
		struct line line = { 0 };

		t->line(&line, t->row);
		lines_out(db, &line);
		said = table_step(t);
	}
	for (size_t i = 0; i < count; i++)
		sqlite3_finalize(tables[i].row);
	return said;
}

/* Tables of rasdaemon's whose events are not the processor's. */
static void others_count(struct mcw_rasdaemon_db *db, sqlite3 *file)
{
	static const char *const names[] = {
		"aer_event",   "non_standard_event", "devlink_event",
		"disk_errors", "cxl_aer_ue_event",   "cxl_aer_ce_event"
	};
	size_t used = 0;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		char query[80];
		sqlite3_stmt *row;

		if (table_find(file, names[i]) != SQLITE_OK)
			continue;
		snprintf(query, sizeof(query), "SELECT count(*) FROM main.%s", names[i]);
		if (sqlite3_prepare_v2(file, query, -1, &row, NULL) != SQLITE_OK)
			continue;
		if (sqlite3_step(row) == SQLITE_ROW && sqlite3_column_int64(row, 0) &&
		    used < sizeof(db->others))
			used += snprintf(db->others + used, sizeof(db->others) - used,
					 "%s%s (%lld)", used ? ", " : "", names[i],
					 sqlite3_column_int64(row, 0));
		sqlite3_finalize(row);
	}
}

/* Return: false: the path is too long. */
static bool uri_make(char *uri, size_t size, const char *path, const char *options)
{
	size_t used = snprintf(uri, size, "file:");

	for (; *path; path++) {
		if (used + 4 > size)
			return false;
		used += snprintf(uri + used, size - used, strchr("%?#", *path) ? "%%%02x" : "%c",
				 (unsigned char)*path);
	}
	return used + snprintf(uri + used, size - used, "?%s", options) < size;
}

static int file_read(struct mcw_rasdaemon_db *db, const char *path, const char *options)
{
	char uri[URI_BYTES];
	sqlite3 *file;
	int said;

	if (!uri_make(uri, sizeof(uri), path, options)) {
		snprintf(db->why, sizeof(db->why), "its name is too long");
		return SQLITE_ERROR;
	}
	said = sqlite3_open_v2(uri, &file, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, NULL);
	if (said == SQLITE_OK) {
		sqlite3_db_config(file, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
		sqlite3_db_config(file, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
		sqlite3_db_config(file, SQLITE_DBCONFIG_ENABLE_VIEW, 0, NULL);
		sqlite3_busy_timeout(file, BUSY_MS);
		said = rows_read(db, file);
	}
	if (said == SQLITE_OK)
		others_count(db, file);
	else
		snprintf(db->why, sizeof(db->why), "%s", sqlite3_errmsg(file));
	sqlite3_close(file);
	return said;
}

int mcw_rasdaemon_db_read(struct mcw_rasdaemon_db *db, const char *path)
{
	int said;

	db->others[0] = '\0';
	db->why[0] = '\0';
	said = file_read(db, path, "mode=ro");
	/* A log of changes stands beside it, and its directory is not ours to write to. */
	if ((said & 0xff) == SQLITE_CANTOPEN || (said & 0xff) == SQLITE_READONLY)
		said = file_read(db, path, "mode=ro&immutable=1");
	return said == SQLITE_OK ? 0 : -1;
}

#else /* !MCW_SQLITE */

int mcw_rasdaemon_db_read(struct mcw_rasdaemon_db *db, const char *path)
{
	(void)path;
	db->others[0] = '\0';
	snprintf(db->why, sizeof(db->why),
		 "this mcwctl was built without SQLite; ras-mc-ctl --errors prints what the "
		 "database has");
	return -1;
}

#endif

// SPDX-License-Identifier: GPL-2.0
/*
 * The tables of the store. Step n makes version n of version n - 1; a released step never changes.
 *
 * Times are nanoseconds since 1970, 0 where the clock was not set. Days are local: 20261130.
 */
#ifdef MCW_SQLITE

#include "store/internal.h"

static const char step_1[] =
	/* In the order in which they came: clocks may go backwards. end: enum mcw_boot_end */
	"CREATE TABLE boots (number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, host TEXT,"
	" release TEXT, first_ns INTEGER, last_ns INTEGER, end INTEGER NOT NULL, error TEXT);"
	/* Up to which position the records of each lane are in the tables. */
	"CREATE TABLE loads (boot TEXT NOT NULL, load INTEGER NOT NULL, severe INTEGER,"
	" other INTEGER, notice INTEGER, location INTEGER, lost INTEGER NOT NULL,"
	" PRIMARY KEY (boot, load));"
	/* The totals stay when days are deleted. kind: enum mcw_sign_kind; -1: not known */
	"CREATE TABLE parts (id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE,"
	" kind INTEGER NOT NULL, label TEXT, slot TEXT, serial TEXT, number TEXT,"
	" socket INTEGER, controller INTEGER, channel INTEGER, dimm INTEGER, unit INTEGER,"
	" level INTEGER, modules INTEGER, first_ns INTEGER, last_ns INTEGER,"
	" corrected INTEGER NOT NULL, uncorrected INTEGER NOT NULL, injected INTEGER NOT NULL);"
	"CREATE TABLE errors (part INTEGER NOT NULL, day INTEGER NOT NULL,"
	" corrected INTEGER NOT NULL, uncorrected INTEGER NOT NULL, injected INTEGER NOT NULL,"
	" PRIMARY KEY (part, day)) WITHOUT ROWID;"
	/* number: the diagnosis' own, which begins anew when its state could not be read. */
	"CREATE TABLE faults (id INTEGER PRIMARY KEY, engine INTEGER NOT NULL,"
	" number INTEGER NOT NULL, part INTEGER NOT NULL, modules INTEGER, mode TEXT NOT NULL,"
	" level TEXT NOT NULL, certainty TEXT NOT NULL, place TEXT, first_ns INTEGER,"
	" last_ns INTEGER, told_ns INTEGER, closed TEXT, closed_ns INTEGER,"
	" corrected INTEGER NOT NULL, uncorrected INTEGER NOT NULL, pages INTEGER NOT NULL,"
	" victims INTEGER NOT NULL, injected INTEGER NOT NULL, UNIQUE (engine, number));"
	"CREATE TABLE state (name TEXT PRIMARY KEY, value) WITHOUT ROWID;";

static const char step_2[] =
	"CREATE TABLE pages (page INTEGER PRIMARY KEY, part INTEGER NOT NULL, state TEXT NOT NULL,"
	" victims INTEGER NOT NULL, first_ns INTEGER, last_ns INTEGER, boot TEXT NOT NULL);"
	/* What was in the slots when the machine was looked at last. */
	"CREATE TABLE modules (label TEXT NOT NULL, slot TEXT NOT NULL, serial TEXT NOT NULL,"
	" number TEXT NOT NULL, mbytes INTEGER NOT NULL, seen_ns INTEGER NOT NULL);";

static const char step_3[] =
	/* What the addresses of pages depend on: see decode/memory_layout.h. */
	"CREATE TABLE layouts (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE,"
	" first_ns INTEGER, last_ns INTEGER);"
	/* 0: not known, as before this version. */
	"ALTER TABLE pages ADD COLUMN layout INTEGER NOT NULL DEFAULT 0;";

static const char step_4[] =
	/* What the logs of crashes say. key: what makes each the same; boot: its number, or 0 */
	"CREATE TABLE crashes (id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE,"
	" boot INTEGER NOT NULL, reboot_ns INTEGER, wall_ns INTEGER, source TEXT NOT NULL,"
	" told TEXT, class TEXT, cpu INTEGER, bank INTEGER, status INTEGER, addr INTEGER,"
	" text TEXT NOT NULL);";

const char *const mcw_store_steps[] = { step_1, step_2, step_3, step_4 };
const unsigned int mcw_store_version = sizeof(mcw_store_steps) / sizeof(mcw_store_steps[0]);

#endif

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * From errors to faults: which part of the machine is bad, in what way, and how sure that is.
 *
 * Pure: it is fed with errors in the order in which they came, live or from a recording, and knows
 * no other clock than theirs. Its memory is mcw_diagnosis_bytes(), whatever is fed. If more errors
 * come than it can keep, it drops the oldest evidence, and counts that.
 *
 *	struct mcw_diagnosis *d = malloc(mcw_diagnosis_bytes());
 *	const struct mcw_fault *f;
 *
 *	mcw_diagnosis_begin(d, NULL);
 *	while (an error comes)
 *		mcw_diagnosis_feed(d, &sign);
 *	for (size_t at = 0; (f = mcw_diagnosis_next(d, &at));)
 *		if (f->level >= MCW_FAULT_WARNING && !f->closed)
 *			... tell it ...
 *	free(d);
 *
 * A fault keeps its id while more evidence makes its mode wider. Faults of single cells and single
 * errors without a pattern have the level "ok": nobody needs to be told.
 */
#ifndef MCW_DIAGNOSE_DIAGNOSE_H
#define MCW_DIAGNOSE_DIAGNOSE_H

#include <stdbool.h>
#include <stddef.h>

#include <linux/types.h>

#include "decode/dimm.h"
#include "diagnose/limits.h"

/* What the error is of. */
enum mcw_sign_kind {
	MCW_SIGN_NONE,		/* says nothing about a part: poison that a core consumed ... */
	MCW_SIGN_MEMORY,
	MCW_SIGN_CORE,
	MCW_SIGN_CACHE,
	MCW_SIGN_LINK,
	MCW_SIGN_FIRMWARE,	/* the firmware reported it, and not what it is of */
};

/* Names what is bad; as much of it as is known. Texts are empty where they are not known. */
struct mcw_fault_part {
	__s32 socket, mc, channel, dimm;	/* of the hardware or EDAC; -1: not known */
	__s32 unit;		/* a core, or a bank of registers for caches and links; -1 */
	__u8 kind;		/* enum mcw_sign_kind */
	__u8 level;		/* of a cache: 1 to 3; 0: not known */
	char label[64];		/* of a memory module, as EDAC has it */
	char slot[32];
	char serial[24];
	char number[24];	/* the maker's part number */
};

/* Where a record is, for those who want to read it. */
struct mcw_sign_record {
	__u64 pos;
	__u8 lane;		/* MCW_LANE_*, or */
#define MCW_SIGN_LINE	0xff	/* pos is the number of a line in a log */
};

/* One error. Zeroed with -1 in the numbers of its part is one of which nothing is known. */
struct mcw_sign {
	struct mcw_fault_part part;
	struct mcw_memory_place place;	/* as much as is known */
	enum mcw_dimm_source source;	/* who says the place */
	struct mcw_sign_record record;
	__u64 load;		/* a load of the module or a boot: mono_ns starts again with it */
	__u64 mono_ns;		/* orders errors of the same load; 0: not known */
	__u64 wall_ns;		/* since 1970; may be wrong, or jump */
	__u64 address;		/* physical; MCW_NO_PAGE: not known */
	__u32 count;		/* errors that the record stands for; 0 counts as 1 */
	bool uncorrected;	/* data were lost, or are poisoned */
	bool fatal;
	bool many;		/* the hardware itself says that there were too many: "yellow" */
	bool transient;		/* a second read was good */
	bool injected;		/* a test */
};

/* What was done because of an error; see mcw_diagnosis_outcome(). */
struct mcw_sign_outcome {
	const struct mcw_sign *sign;	/* the place of its event; NULL: only the page is known */
	__u64 page;
	bool offline;
	__u32 victims;
};

enum mcw_fault_mode {
	MCW_FAULT_TRANSIENT,	/* errors without a pattern */
	MCW_FAULT_CELL,
	MCW_FAULT_ROW,
	MCW_FAULT_COLUMN,
	MCW_FAULT_BANK,
	MCW_FAULT_DEVICE,	/* several banks of one memory device (chip) */
	MCW_FAULT_RANK,
	MCW_FAULT_MODULE,	/* several ranks, or it is not known where in the module */
	MCW_FAULT_CHANNEL,	/* several modules of a channel */
	MCW_FAULT_CONTROLLER,	/* several channels of a memory controller */
	MCW_FAULT_MEMORY,	/* many errors, and it is not known of which module */
	MCW_FAULT_CORE,
	MCW_FAULT_CACHE,
	MCW_FAULT_LINK,
	MCW_FAULT_FIRMWARE,

	MCW_FAULT_MODES
};

enum mcw_fault_level {
	MCW_FAULT_OK,		/* nothing to do */
	MCW_FAULT_WARNING,
	MCW_FAULT_CRITICAL,
};

enum mcw_fault_certainty {
	MCW_FAULT_POSSIBLE,
	MCW_FAULT_LIKELY,
	MCW_FAULT_CERTAIN,
};

/* Why it is no surer. */
enum mcw_fault_doubt {
	MCW_DOUBT_NONE,
	MCW_DOUBT_FEW,		/* errors */
	MCW_DOUBT_ADDRESS_ONLY,	/* no row, column or device is known */
	MCW_DOUBT_NO_ROW,	/* row or column is not known */
	MCW_DOUBT_NO_DEVICE,	/* the device is not known */
	MCW_DOUBT_NO_MODULE,
	MCW_DOUBT_ONCE,		/* one uncorrected error */
	MCW_DOUBT_FIRMWARE,	/* what the firmware says is all there is */
};

/* Why a fault is closed. */
enum mcw_fault_closed {
	MCW_FAULT_OPEN,
	MCW_FAULT_QUIET,	/* no error for limit close_days */
	MCW_FAULT_REPLACED,	/* another part is in its place */
	MCW_FAULT_MERGED,	/* it turned out to be a part of the fault into */
	MCW_FAULT_REPAIRED,	/* somebody has said so */
};

#define MCW_FAULT_RECORDS	4	/* the first ones, and */
#define MCW_FAULT_DEVICES	32

struct mcw_fault {
	__u32 id;		/* from 1, never used twice */
	__u32 into;		/* MCW_FAULT_MERGED: the other's id */
	__u8 mode;		/* enum mcw_fault_mode, and so on */
	__u8 level;
	__u8 certainty;
	__u8 doubt;
	__u8 closed;
	__u8 source;		/* enum mcw_dimm_source: of its places */
	__u8 injected;		/* all its errors were injected */
	struct mcw_fault_part part;
	/* What all its errors have in common, as far as it is known; see mcw_place_has(). */
	__u32 known;
	__u32 value[MCW_PLACE_PARTS];
	__u64 address;		/* of the last error that has one; MCW_NO_PAGE */
	__u64 first_ns, last_ns;	/* wall clock, by the newest offset of that load */
	__u64 told_ns;		/* when its level first rose above ok; 0: never */
	__u64 corrected, uncorrected;	/* errors */
	__u32 cells;		/* different places; one is counted again if it was dropped */
	__u32 devices;		/* a bit for each device below 32 that had one */
	__u32 modules;		/* MCW_FAULT_CHANNEL and up: how many modules have errors */
	__u32 pages;		/* offline because of it */
	__u32 victims;
	struct mcw_sign_record first[MCW_FAULT_RECORDS], last;
	__u32 firsts;		/* how many of first are known */
	__u32 records;		/* how many there are */
};

struct mcw_diagnosis;

size_t mcw_diagnosis_bytes(void);
/* limits: NULL for the defaults. */
void mcw_diagnosis_begin(struct mcw_diagnosis *d, const struct mcw_limits *limits);

void mcw_diagnosis_feed(struct mcw_diagnosis *d, const struct mcw_sign *sign);
void mcw_diagnosis_outcome(struct mcw_diagnosis *d, const struct mcw_sign_outcome *outcome);
/* That many records were lost before the next one. */
void mcw_diagnosis_lose(struct mcw_diagnosis *d, __u64 records);

/* The time now, by the same clocks as the errors': faults without an error for long are closed. */
void mcw_diagnosis_clock(struct mcw_diagnosis *d, __u64 load, __u64 mono_ns, __u64 wall_ns);

/*
 * This memory module is in its place now. If another one was there, its faults are closed and
 * this one starts without a history, as it does when its first error comes.
 */
void mcw_diagnosis_installed(struct mcw_diagnosis *d, const struct mcw_fault_part *part);
/*
 * Closes an open fault, since somebody has repaired the part, which then starts without a history.
 * Return: false: there is no such fault.
 */
bool mcw_diagnosis_repaired(struct mcw_diagnosis *d, __u32 id);

/* In the order of their ids, closed ones too. *at: 0 for the first. Return: NULL past the last. */
const struct mcw_fault *mcw_diagnosis_next(const struct mcw_diagnosis *d, size_t *at);

struct mcw_diagnosis_counts {
	__u64 signs;		/* that were fed */
	__u64 errors;
	__u64 lost;
	__u64 dropped;		/* places that made room for newer ones */
	__u64 dropped_parts;	/* parts that made room */
	__u64 dropped_faults;
	__u64 unplaced;		/* errors of memory of which no module is known */
};

struct mcw_diagnosis_counts mcw_diagnosis_count(const struct mcw_diagnosis *d);

/*
 * Stores what it knows, without the limits, as bytes for the same version of mcwctl and kind of
 * machine. Return: how many; more than size: nothing was stored.
 */
size_t mcw_diagnosis_save(const struct mcw_diagnosis *d, void *to, size_t size);
/* Into one that has begun. Return: false if the bytes are damaged or of another version. */
bool mcw_diagnosis_restore(struct mcw_diagnosis *d, const void *from, size_t size);

/* "column"; and for people: "a column of one bank" */
const char *mcw_fault_mode_name(unsigned int mode);
const char *mcw_fault_mode_text(unsigned int mode);
const char *mcw_fault_level_name(unsigned int level);
const char *mcw_fault_certainty_name(unsigned int certainty);
/* Sentences: why it is so sure, what can happen, and what to do. */
const char *mcw_fault_doubt_text(const struct mcw_fault *f);
const char *mcw_fault_risk_text(const struct mcw_fault *f);
const char *mcw_fault_action_text(const struct mcw_fault *f);
/* "replace", "watch" ...: the action as a word for programs. */
const char *mcw_fault_action_name(const struct mcw_fault *f);

struct mcw_record;

/*
 * What a record of an event says, with its memory module and place if they are known. known may be
 * NULL. Return: false if it is not about a part: software, an erratum, consumed poison.
 */
bool mcw_sign_of_event(struct mcw_sign *sign, const struct mcw_record *rec,
		       const struct mcw_dimm_known *known);

/* An error of memory of which nothing else is known. */
struct mcw_sign mcw_sign_of_memory(void);

/* The firmware's own report, without an event of the module's. */
struct mcw_sign mcw_sign_of_report(const struct mcw_record *first,
				   const struct mcw_dimm_known *known);

/* Fills in the part and the place of a memory module. */
void mcw_sign_place(struct mcw_sign *sign, const struct mcw_dimm_known *known);

#endif /* MCW_DIAGNOSE_DIAGNOSE_H */

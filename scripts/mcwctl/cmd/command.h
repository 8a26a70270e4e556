/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What main() passes to a command.
 */
#ifndef MCW_CMD_COMMAND_H
#define MCW_CMD_COMMAND_H

#include <stdbool.h>

#include <uapi/mcewarden.h>

#include "source/filter.h"

enum mcw_exit {
	MCW_EXIT_OK,
	MCW_EXIT_FAILED,
	MCW_EXIT_USAGE,
	MCW_EXIT_NO_MODULE,
	MCW_EXIT_UNKNOWN = 3,	/* check, whose 0 to 2 are ok, warning and critical */
};

/* Bits, so that an option can belong to several commands. */
enum mcw_command {
	MCW_COMMAND_STATUS = 0x1,
	MCW_COMMAND_MONITOR = 0x2,
	MCW_COMMAND_READ = 0x4,
	MCW_COMMAND_DECODE = 0x8,
	MCW_COMMAND_RULES = 0x10,
	MCW_COMMAND_PAGES = 0x20,
	MCW_COMMAND_INJECT = 0x40,
	MCW_COMMAND_TOLERANT = 0x80,
	MCW_COMMAND_RECORD = 0x100,
	MCW_COMMAND_METRICS = 0x800,
	MCW_COMMAND_DIMMS = 0x1000,
	MCW_COMMAND_FOLLOW = 0x2000,
	MCW_COMMAND_EINJ = 0x4000,	/* inject --einj */
	MCW_COMMAND_EXPLAIN = 0x8000,
	MCW_COMMAND_REPORT = 0x10000,
	MCW_COMMAND_CHECK = 0x20000,
	MCW_COMMAND_DOCTOR = 0x40000,
	MCW_COMMAND_FAULTS = 0x80000,
	MCW_COMMAND_HISTORY = 0x100000,
	MCW_COMMAND_CONF = 0x200000,
	MCW_COMMAND_GUESTS = 0x400000,
	MCW_COMMAND_TOP = 0x10000000,
	MCW_COMMAND_SETUP = 0x8000000,
	MCW_COMMAND_JOURNAL = 0x800000,
};

/* The options as given; NULL or false where an option was not given. */
struct mcw_inject_options {
	bool yes;
	bool exception;
	bool poll;
	bool in_irq;
	const char *broadcast;
	const char *cpu;
	const char *bank;
	const char *addr;
	const char *pid;
	const char *vaddr;
	const char *status;
	const char *misc;
	const char *mcgstatus;
	const char *mcgcap;
	const char *cs;
	const char *ip;

	/* By the firmware, which takes of the above: yes, addr, pid, vaddr. */
	const char *einj;	/* the type of the error */
	const char *einj_directory;
	const char *mask;
	bool no_trigger;
};

#define MCW_QMP_PATHS	64

/* guests, and what else names guests. */
struct mcw_guests_options {
	const char *qmp[MCW_QMP_PATHS + 1];	/* sockets, or directories of them */
	unsigned int qmp_count;
	bool forward;
	bool virsh;
	const char *allow, *deny;	/* lists of guests; NULL: none */
	const char *rate;		/* a second */
	const char *state;		/* the service's file; record: its own */
};

struct mcw_setup_options {
	bool apply, remove;		/* neither: only say what would be done */
	const char *parts, *without;	/* lists of parts; NULL: the usual ones, none */
};

enum mcw_colour {
	MCW_COLOUR_AUTO,	/* on a terminal, and NO_COLOR is not set */
	MCW_COLOUR_ALWAYS,
	MCW_COLOUR_NEVER,
};

struct mcw_options {
	bool help;
	bool version;
	bool json;
	bool verbose;		/* registers, and the reasons of grades */
	bool utc;		/* times are in UTC, not local */
	const char *since;	/* as given; the filter has the time */
	bool from_now;		/* monitor: skip the records that exist already */
	bool follow;		/* wait for more when all is read */
	bool no_follow;
	__u64 keep_days, keep_mbytes;	/* record: limits of its files; 0: none */
	bool sync_at_end;	/* record: fsync() only at the end */
	unsigned int lanes;	/* a bit for each lane */
	struct mcw_filter filter;
	enum mcw_colour colour;
	__u64 count;		/* end after this many records; 0: no limit */
	const char *device;
	const char *sysfs;
	const char *edac;	/* dimms: EDAC's directory of memory controllers */
	const char *dmi;	/* dimms: the firmware's table */
	const char *labels;	/* dimms: a file or a directory of labels */
	bool dry_run;		/* only say what would be written */
	const char *root;	/* check, doctor, setup: stands before all paths; NULL: none */
	const char *ignore;	/* check: ids of findings, as a,b; NULL: none */
	bool all;		/* faults: also those that need no action, and closed ones */
	const char *config;	/* faults: a file of limits; NULL: the default one, if there */
	const char *store;	/* NULL: the default one; record: none */
	const char *conditions;	/* the file of their state; NULL: the default one; record: none */
	const char *check;	/* conf: the file to check */
	const char *from_mcelog;	/* conf: a file of mcelog's */
	const char *dimm;	/* history: only of this part; NULL: of all */
	bool again;		/* pages: take those of the store offline again */
	bool memmap;		/* pages: print those of the store for the kernel's command line */
	__u64 budget;		/* pages: at most so many; 0: the default */
	const char *repaired;	/* faults: the part that somebody has repaired; or NULL */
	const char *file;	/* a recording, instead of the device; or NULL */
	char **arguments;	/* all that are no options; NULL at the end */
	const char *timeout;	/* follow: in seconds; NULL: the default */
	const char *interval;	/* top: in seconds; NULL: the default */
	bool batch;		/* top: print screens one after another */
	const char *textfile;	/* metrics: the file to replace; NULL: standard output */
	bool export_format;	/* journal: print its entries, in the journal's export format */
	const char *socket;	/* journal: of journald; NULL: the usual one */

	/* decode */
	struct mcw_event event;	/* what the options do not give is marked as absent */
	unsigned int forms;	/* bits of printers whose records are read; 0: all */
	bool summary;		/* counts instead of records */
	bool anonymize;		/* print the log itself, without names */
	bool faults;		/* which parts are bad, instead of records */
	bool explain;		/* more about each family of errors that there was */

	struct mcw_guests_options guests;
	struct mcw_setup_options setup;
	struct mcw_inject_options inject;
	bool fake_panic;	/* tolerant: also switch on the kernel's fake_panic */
	bool no_fake_panic;	/* or off */
};

enum mcw_exit mcw_status_run(struct mcw_options *o);
enum mcw_exit mcw_top_run(struct mcw_options *o);
enum mcw_exit mcw_records_run(struct mcw_options *o);
enum mcw_exit mcw_record_run(struct mcw_options *o);
enum mcw_exit mcw_journal_run(struct mcw_options *o);
enum mcw_exit mcw_rules_run(struct mcw_options *o);
enum mcw_exit mcw_pages_run(struct mcw_options *o);
enum mcw_exit mcw_guests_run(struct mcw_options *o);
enum mcw_exit mcw_dimms_run(struct mcw_options *o);
enum mcw_exit mcw_faults_run(struct mcw_options *o);
enum mcw_exit mcw_history_run(struct mcw_options *o);
enum mcw_exit mcw_metrics_run(struct mcw_options *o);
enum mcw_exit mcw_conf_run(struct mcw_options *o);
enum mcw_exit mcw_decode_run(struct mcw_options *o);
/* decode, where what is given is a file, or "-". */
enum mcw_exit mcw_console_run(const struct mcw_options *o, const char *path);
enum mcw_exit mcw_follow_run(struct mcw_options *o);
enum mcw_exit mcw_explain_run(struct mcw_options *o);
enum mcw_exit mcw_inject_run(struct mcw_options *o);
enum mcw_exit mcw_einj_run(struct mcw_options *o);
enum mcw_exit mcw_report_run(struct mcw_options *o);
enum mcw_exit mcw_tolerant_run(struct mcw_options *o);
enum mcw_exit mcw_check_run(struct mcw_options *o);
enum mcw_exit mcw_doctor_run(struct mcw_options *o);
enum mcw_exit mcw_setup_run(struct mcw_options *o);

#endif /* MCW_CMD_COMMAND_H */

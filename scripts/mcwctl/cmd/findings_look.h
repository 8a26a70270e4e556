/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the rows of findings are made with: files, and what they say.
 */
#ifndef MCW_CMD_FINDINGS_LOOK_H
#define MCW_CMD_FINDINGS_LOOK_H

#include "cmd/command.h"
#include "cmd/findings.h"
#include "source/sysfs.h"

#define MCW_PATH_BYTES	512

/* loaded: the module is there. Rows that need it are left out otherwise. */
struct mcw_look {
	const struct mcw_options *o;
	const struct mcw_diagnosis *diagnosis; /* NULL: not there yet */
	bool loaded;
	struct mcw_finding_counts counts;
	bool counts_failed;
};

/*
 * name: from the root if it begins with a slash, else below the module's directory. The option
 * --root stands before both.
 */
void mcw_look_path(const struct mcw_look *l, const char *name, char *path);

/* The first line of a file. Return: 0, or what errno says. */
int mcw_look_line(const struct mcw_look *l, const char *name, char *value);

/* A file that holds a number; EINVAL if it does not. */
int mcw_look_number(const struct mcw_look *l, const char *name, __u64 *number);

/* Sets all of a finding but its id. command: NULL for none. */
__attribute__((format(printf, 4, 5))) void mcw_found(struct mcw_finding *f, enum mcw_level level,
						     const char *command, const char *format, ...);

/* More of the sentence. */
__attribute__((format(printf, 2, 3))) void mcw_found_more(struct mcw_finding *f, const char *format,
							  ...);

/* More of the command, where it needs a value. */
__attribute__((format(printf, 2, 3))) void mcw_found_command(struct mcw_finding *f,
							     const char *format, ...);

/* The finding is unknown, because this file cannot be read. */
void mcw_found_unreadable(struct mcw_finding *f, const struct mcw_look *l, const char *name,
			  int err);

/*
 * A row. It sets the finding; where it sets nothing, the row does not apply to this machine, and
 * is left out.
 */
typedef void (*mcw_look_fn)(struct mcw_look *l, struct mcw_finding *f);

/* Of the kernel: findings_kernel.c. */
void mcw_look_mce_off(struct mcw_look *l, struct mcw_finding *f);
void mcw_look_ignore_ce(struct mcw_look *l, struct mcw_finding *f);
void mcw_look_dont_log_ce(struct mcw_look *l, struct mcw_finding *f);
void mcw_look_no_cmci(struct mcw_look *l, struct mcw_finding *f);
void mcw_look_fake_panic(struct mcw_look *l, struct mcw_finding *f);
void mcw_look_memory_failure(struct mcw_look *l, struct mcw_finding *f);
void mcw_look_edac(struct mcw_look *l, struct mcw_finding *f);
void mcw_look_rasdaemon(struct mcw_look *l, struct mcw_finding *f);

/* Of the module: findings_module.c. */
void mcw_look_module(struct mcw_look *l, struct mcw_finding *f);
void mcw_look_capture(struct mcw_look *l, struct mcw_finding *f);
void mcw_look_missing(struct mcw_look *l, struct mcw_finding *f);
void mcw_look_recovery(struct mcw_look *l, struct mcw_finding *f);
void mcw_look_tolerant(struct mcw_look *l, struct mcw_finding *f);
void mcw_look_soft_offline(struct mcw_look *l, struct mcw_finding *f);
void mcw_look_ras_cec(struct mcw_look *l, struct mcw_finding *f);
void mcw_look_firmware(struct mcw_look *l, struct mcw_finding *f);

/* What it has counted: findings_counts.c. */
void mcw_look_lost(struct mcw_look *l, struct mcw_finding *f);
void mcw_look_pages(struct mcw_look *l, struct mcw_finding *f);
void mcw_look_uncorrected(struct mcw_look *l, struct mcw_finding *f);

/* Parts that are bad: findings_faults.c. */
void mcw_look_faults(struct mcw_look *l, struct mcw_finding *f);

/* The service that records: findings_recorder.c. */
void mcw_look_recorder(struct mcw_look *l, struct mcw_finding *f);

/* Its file for this kernel: findings_installed.c. */
void mcw_look_installed(struct mcw_look *l, struct mcw_finding *f);

#endif /* MCW_CMD_FINDINGS_LOOK_H */

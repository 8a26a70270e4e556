/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What mcwctl setup writes, and how it remembers that.
 */
#ifndef MCW_CMD_SETUP_H
#define MCW_CMD_SETUP_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include <linux/types.h>

#define MCW_SETUP_PATH	512
#define MCW_SETUP_FILES	3
#define MCW_SETUP_WRITTEN 32

struct mcw_setup_file {
	const char *path;
	mode_t mode;
	const char *text;
};

struct mcw_setup_part {
	const char *name;
	const char *what;	/* it does */
	bool asked;		/* only if it is named */
	const char *needs;	/* a path that must be there; NULL: none */
	const char *install;	/* what brings that */
	struct mcw_setup_file files[MCW_SETUP_FILES];
	const char *unit;	/* to enable; NULL: none */
	const char *wants;	/* the directory of systemd that then has a link to it */
	const char *program;	/* to run after the files changed; NULL: none */
	const char *arguments[4];
};

/* In the order in which they are done. */
extern const struct mcw_setup_part mcw_setup_parts[];
extern const size_t mcw_setup_part_count;

/* What an earlier setup wrote. */
struct mcw_setup_written {
	struct {
		bool is_unit;
		__u64 sum;			/* of a file */
		char name[MCW_SETUP_PATH];	/* of a unit, or a path */
	} row[MCW_SETUP_WRITTEN];
	size_t count;
};

/* The path below the root; empty if it is too long. */
void mcw_setup_path(const char *root, const char *name, char *path);
__u64 mcw_setup_sum(const char *text, size_t length);

enum mcw_setup_state {
	MCW_SETUP_MISSING,
	MCW_SETUP_SAME,		/* as this setup writes it */
	MCW_SETUP_OLD,		/* as an earlier setup wrote it */
	MCW_SETUP_FOREIGN,	/* somebody else wrote or changed it */
};

enum mcw_setup_state mcw_setup_file_state(const char *root, const struct mcw_setup_file *f,
					  const struct mcw_setup_written *w);
/* Makes its directories too. Prints what is wrong. */
bool mcw_setup_file_write(const char *root, const struct mcw_setup_file *f);
bool mcw_setup_unit_exists(const char *root, const char *unit);
bool mcw_setup_unit_is_enabled(const char *root, const struct mcw_setup_part *p);

/* None is there: then it is empty. Prints what is wrong. */
bool mcw_setup_written_read(const char *root, struct mcw_setup_written *w);
bool mcw_setup_written_save(const char *root, const struct mcw_setup_written *w);
void mcw_setup_written_add(struct mcw_setup_written *w, bool is_unit, const char *name, __u64 sum);
/* Return: its row, or the count where it has none. */
size_t mcw_setup_written_find(const struct mcw_setup_written *w, const char *name);

#endif /* MCW_CMD_SETUP_H */

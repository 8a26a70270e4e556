/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Rasdaemon's label files: what they say of this machine's memory modules.
 */
#ifndef MCW_SOURCE_LABEL_FILES_H
#define MCW_SOURCE_LABEL_FILES_H

#include <stdbool.h>
#include <stddef.h>

#include "decode/dimm_labels.h"

/* Where rasdaemon has them, and where the admin can put more. */
#define MCW_LABELS_OF_RASDAEMON	"/etc/ras/dimm_labels.d"
#define MCW_LABELS_OF_ADMIN	"/etc/mcewarden/dimm_labels.d"

/* Zeroed is empty. */
struct mcw_label_files {
	struct mcw_dimm_label *label;
	size_t count;
	bool any_fits;		/* a section is about this machine */
};

/*
 * Adds the labels of a file, or of all files of a directory.
 * quiet: a path that is not there is empty, and a file with a mistake too.
 * Return: false after printing what is wrong.
 */
bool mcw_label_files_read(struct mcw_label_files *l, const char *path,
			  const struct mcw_smbios *machine, bool quiet);
void mcw_label_files_free(struct mcw_label_files *l);

#endif /* MCW_SOURCE_LABEL_FILES_H */

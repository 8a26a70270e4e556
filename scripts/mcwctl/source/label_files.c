// SPDX-License-Identifier: GPL-2.0
/*
 * Rasdaemon's label files.
 */
#define _GNU_SOURCE
#include "source/label_files.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "error.h"

#define FILE_BYTES_MAX	(1 << 20)
#define PATH_BYTES	1024

/* What is read, and for what machine. */
struct reading {
	struct mcw_label_files *l;
	const struct mcw_smbios *machine;
	bool quiet;
};

static bool label_add(struct mcw_label_files *l, const struct mcw_dimm_label *label)
{
	void *more = reallocarray(l->label, l->count + 1, sizeof(*l->label));

	if (!more) {
		mcw_error("no memory for %zu labels", l->count + 1);
		return false;
	}
	l->label = more;
	l->label[l->count++] = *label;
	return true;
}

/* All labels of a text, or none if it has a mistake. */
static bool text_parse(struct reading *r, const char *path, const char *text, size_t bytes)
{
	struct mcw_dimm_labels reader;
	struct mcw_dimm_label label;
	size_t before = r->l->count;
	int result;

	mcw_dimm_labels_begin(&reader, text, bytes, r->machine);
	while ((result = mcw_dimm_labels_next(&reader, &label)) > 0)
		if (!label_add(r->l, &label))
			return false;
	if (result < 0) {
		r->l->count = before;
		if (!r->quiet)
			mcw_error("%s:%u: %s", path, reader.line, reader.error);
		return r->quiet;
	}
	r->l->any_fits |= reader.any_fits;
	return true;
}

static bool cannot_read(const struct reading *r, const char *path)
{
	if (!r->quiet)
		mcw_error("cannot read %s: %s", path, strerror(errno));
	return r->quiet;
}

static bool file_take(struct reading *r, const char *path)
{
	char *text = malloc(FILE_BYTES_MAX);
	FILE *file = text ? fopen(path, "re") : NULL;
	size_t bytes = 0;
	bool good;

	if (file)
		bytes = fread(text, 1, FILE_BYTES_MAX, file);
	if (!file || ferror(file)) {
		good = cannot_read(r, path);
	} else if (bytes == FILE_BYTES_MAX) {
		good = r->quiet;
		if (!good)
			mcw_error("%s is too large for a file of labels", path);
	} else {
		good = text_parse(r, path, text, bytes);
	}
	if (file)
		fclose(file);
	free(text);
	return good;
}

static int is_visible(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static bool directory_take(struct reading *r, const char *directory)
{
	struct dirent **entries = NULL;
	int n = scandir(directory, &entries, is_visible, alphasort);
	bool good = n >= 0 || cannot_read(r, directory);

	for (int i = 0; i < n; i++) {
		char path[PATH_BYTES];

		snprintf(path, sizeof(path), "%s/%s", directory, entries[i]->d_name);
		good = good && file_take(r, path);
		free(entries[i]);
	}
	free(entries);
	return good;
}

bool mcw_label_files_read(struct mcw_label_files *l, const char *path,
			  const struct mcw_smbios *machine, bool quiet)
{
	struct reading r = { l, machine, quiet };
	struct stat st;

	if (stat(path, &st))
		return cannot_read(&r, path);
	return S_ISDIR(st.st_mode) ? directory_take(&r, path) : file_take(&r, path);
}

void mcw_label_files_free(struct mcw_label_files *l)
{
	free(l->label);
	*l = (struct mcw_label_files){ .label = NULL };
}

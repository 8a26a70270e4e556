// SPDX-License-Identifier: GPL-2.0
/*
 * mcwctl dimms --labels: gives DIMMs the names that are printed on the mainboard. They come from
 * rasdaemon's label files. Nothing is written if a file has a mistake, or no labels for this
 * machine: a wrong label has somebody pull out the wrong DIMM.
 */
#define _GNU_SOURCE
#include "cmd/dimm_labels.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "decode/dimm_labels.h"
#include "error.h"
#include "show/text.h"
#include "source/dimms.h"

#define FILE_BYTES_MAX	(1 << 20)
#define PATH_BYTES	1024

struct labels {
	const struct mcw_options *o;
	struct mcw_dimms machine;
	struct mcw_dimm_label *label;
	size_t count;
	size_t empty;		/* labels of places without a DIMM */
	bool any_fits;
};

static bool label_add(struct labels *l, const struct mcw_dimm_label *label)
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

static bool text_parse(struct labels *l, const char *path, const char *text, size_t bytes)
{
	struct mcw_dimm_labels reader;
	struct mcw_dimm_label label;
	int result;

	mcw_dimm_labels_begin(&reader, text, bytes, l->machine.smbios);
	while ((result = mcw_dimm_labels_next(&reader, &label)) > 0)
		if (!label_add(l, &label))
			return false;
	if (result < 0)
		mcw_error("%s:%u: %s", path, reader.line, reader.error);
	l->any_fits |= reader.any_fits;
	return !result;
}

static bool file_take(struct labels *l, const char *path)
{
	char *text = malloc(FILE_BYTES_MAX);
	FILE *file = text ? fopen(path, "re") : NULL;
	bool good = false;
	size_t bytes = 0;

	if (file)
		bytes = fread(text, 1, FILE_BYTES_MAX, file);
	if (!file || ferror(file))
		mcw_error("cannot read %s: %s", path, strerror(errno));
	else if (bytes == FILE_BYTES_MAX)
		mcw_error("%s is too large for a file of labels", path);
	else
		good = text_parse(l, path, text, bytes);
	if (file)
		fclose(file);
	free(text);
	return good;
}

static int is_visible(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static bool directory_take(struct labels *l, const char *directory)
{
	struct dirent **entries = NULL;
	int n = scandir(directory, &entries, is_visible, alphasort);
	bool good = n >= 0;

	if (!good)
		mcw_error("cannot read %s: %s", directory, strerror(errno));
	for (int i = 0; i < n; i++) {
		char path[PATH_BYTES];

		snprintf(path, sizeof(path), "%s/%s", directory, entries[i]->d_name);
		good = good && file_take(l, path);
		free(entries[i]);
	}
	free(entries);
	return good;
}

static bool label_write(const struct mcw_options *o, const struct mcw_dimm *dimm, const char *label)
{
	char path[PATH_BYTES];
	size_t bytes = strlen(label);
	ssize_t written = -1;
	int fd;

	snprintf(path, sizeof(path), "%s/mc%u/%s/dimm_label", o->edac, dimm->mc, dimm->name);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd >= 0)
		written = write(fd, label, bytes);
	if (written != (ssize_t)bytes)
		mcw_error("cannot write '%s' to %s: %s", label, path,
			  written < 0 ? strerror(errno) : "it was cut off");
	if (fd >= 0)
		close(fd);
	return written == (ssize_t)bytes;
}

static bool label_apply(struct labels *l, const struct mcw_dimm_label *label)
{
	const struct mcw_dimm *dimm =
		mcw_dimm_find(l->machine.dimms, l->machine.count, "", label->mc, label->layer);
	bool same;

	if (!dimm) {
		l->empty++;
		return true;
	}
	same = !strcmp(dimm->label, label->label);
	printf("mc %u %s: ", dimm->mc, dimm->location);
	mcw_text_safely(stdout, label->label);
	if (!same) {
		fputs(dimm->label[0] ? ", was " : ", had none", stdout);
		mcw_text_safely(stdout, dimm->label);
	}
	putchar('\n');
	return same || l->o->dry_run || label_write(l->o, dimm, label->label);
}

static bool files_take(struct labels *l)
{
	const char *path = l->o->labels;
	struct stat st;

	if (stat(path, &st)) {
		mcw_error("cannot read %s: %s", path, strerror(errno));
		return false;
	}
	return S_ISDIR(st.st_mode) ? directory_take(l, path) : file_take(l, path);
}

static bool machine_is_known(const struct labels *l)
{
	const struct mcw_smbios *s = l->machine.smbios;

	if (l->machine.smbios_error)
		mcw_error("cannot tell which mainboard this is: cannot read %s: %s", l->o->dmi,
			  strerror(l->machine.smbios_error));
	else if (!s->board[0] && !s->system[0])
		mcw_error("cannot tell which mainboard this is: %s does not name it", l->o->dmi);
	else if (!l->machine.count)
		mcw_error("no EDAC driver has a memory module: there is nothing to label");
	else
		return true;
	return false;
}

static bool labels_apply(struct labels *l)
{
	const struct mcw_smbios *s = l->machine.smbios;
	bool good = true;

	if (!l->any_fits) {
		mcw_error("%s has no labels for this machine: board '%s' of '%s', "
			  "product '%s' of '%s'",
			  l->o->labels, s->board, s->board_maker, s->system, s->system_maker);
		return false;
	}
	for (size_t i = 0; i < l->count; i++)
		good = label_apply(l, &l->label[i]) && good;
	if (l->empty)
		printf("%zu label%s of places without a memory module\n", l->empty,
		       l->empty == 1 ? "" : "s");
	if (l->o->dry_run)
		puts("nothing was written");
	return good;
}

enum mcw_exit mcw_dimm_labels_run(const struct mcw_options *o)
{
	struct labels l = { .o = o };
	bool good;

	good = mcw_dimms_read(&l.machine, o->edac, o->dmi) && machine_is_known(&l) &&
	       files_take(&l) && labels_apply(&l);
	mcw_dimms_free(&l.machine);
	free(l.label);
	return good ? MCW_EXIT_OK : MCW_EXIT_FAILED;
}

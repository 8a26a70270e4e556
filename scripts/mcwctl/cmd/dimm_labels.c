// SPDX-License-Identifier: GPL-2.0
/*
 * mcwctl dimms --labels: gives DIMMs the names that are printed on the mainboard. They come from
 * rasdaemon's label files. Nothing is written if a file has a mistake, or no labels for this
 * machine: a wrong label has somebody pull out the wrong DIMM.
 */
#define _GNU_SOURCE
#include "cmd/dimm_labels.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "error.h"
#include "show/text.h"
#include "source/dimms.h"
#include "source/label_files.h"

#define PATH_BYTES	1024

struct labels {
	const struct mcw_options *o;
	struct mcw_dimms machine;
	struct mcw_label_files files;
	size_t empty;		/* labels of places without a DIMM */
};

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

	if (!l->files.any_fits) {
		mcw_error("%s has no labels for this machine: board '%s' of '%s', "
			  "product '%s' of '%s'",
			  l->o->labels, s->board, s->board_maker, s->system, s->system_maker);
		return false;
	}
	for (size_t i = 0; i < l->files.count; i++)
		good = label_apply(l, &l->files.label[i]) && good;
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
	       mcw_label_files_read(&l.files, o->labels, l.machine.smbios, false) &&
	       labels_apply(&l);
	mcw_dimms_free(&l.machine);
	mcw_label_files_free(&l.files);
	return good ? MCW_EXIT_OK : MCW_EXIT_FAILED;
}

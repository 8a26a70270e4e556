// SPDX-License-Identifier: GPL-2.0
/*
 * A disk without room.
 */
#include "source/full.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "error.h"

/* Without what is secret: everybody may read it. */
#define MODE 0644

static struct {
	const char *path; /* of the state */
	unsigned int files; /* a bit for each that cannot be written */
} now_full;

bool mcw_full_is(int err)
{
	return err == ENOSPC || err == EDQUOT;
}

/* It is in memory, as /run is, and small: a reader gets all of it or none. */
static void state_write(const char *path, int err)
{
	int fd = now_full.path ?
			 open(now_full.path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, MODE) :
			 -1;

	if (fd < 0)
		return;
	if (path)
		dprintf(fd, "full %lld %s\n%s\n", (long long)time(NULL), path, strerror(err));
	else
		dprintf(fd, "room\n");
	close(fd);
}

void mcw_full_state(const char *path)
{
	now_full.path = path;
	state_write(NULL, 0);
}

void mcw_full_begin(enum mcw_full_file file, const char *path, int err)
{
	bool known = now_full.files;

	now_full.files |= 1U << file;
	if (known)
		return;
	mcw_error("cannot write to %s: %s: records wait in the module, and what is counted in "
		  "memory, until there is room",
		  path, strerror(err));
	state_write(path, err);
}

void mcw_full_end(enum mcw_full_file file)
{
	bool known = now_full.files;

	now_full.files &= ~(1U << file);
	if (!known || now_full.files)
		return;
	mcw_error("there is room on the disk again: everything is written");
	state_write(NULL, 0);
}

int mcw_full_read(struct mcw_full *f, const char *path)
{
	FILE *file = fopen(path, "re");
	char line[2 * MCW_FULL_TEXT], *end;

	memset(f, 0, sizeof(*f));
	if (!file)
		return errno;
	if (fgets(line, sizeof(line), file) && !strncmp(line, "full ", 5)) {
		f->full = true;
		f->since_s = strtoull(line + 5, &end, 10);
		end += strspn(end, " ");
		end[strcspn(end, "\n")] = '\0';
		snprintf(f->path, sizeof(f->path), "%.*s", MCW_FULL_TEXT - 1, end);
		if (fgets(f->why, sizeof(f->why), file))
			f->why[strcspn(f->why, "\n")] = '\0';
	}
	fclose(file);
	return 0;
}

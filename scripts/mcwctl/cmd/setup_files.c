// SPDX-License-Identifier: GPL-2.0
/*
 * mcwctl setup: its files, and the list of what it wrote.
 *
 * The list has a sum of each file. What somebody has changed since is neither replaced nor removed.
 */
#define _GNU_SOURCE
#include "cmd/setup.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "error.h"
#include "show/textfile.h"

#define LIST "/var/lib/mcewarden/setup"
#define LIST_MODE 0640
#define FILE_BYTES_MOST 65536

void mcw_setup_path(const char *root, const char *name, char *path)
{
	if (snprintf(path, MCW_SETUP_PATH, "%s%s", root ? root : "", name) >= MCW_SETUP_PATH)
		path[0] = '\0';
}

/* FNV-1a: it only has to notice a change. */
__u64 mcw_setup_sum(const char *text, size_t length)
{
	__u64 sum = 0xcbf29ce484222325ULL;

	for (size_t i = 0; i < length; i++)
		sum = (sum ^ (unsigned char)text[i]) * 0x100000001b3ULL;
	return sum;
}

/* Return: 0, or what errno says. */
static int file_sum(const char *path, __u64 *sum)
{
	char *text = malloc(FILE_BYTES_MOST);
	FILE *file = text ? fopen(path, "re") : NULL;
	int err = file ? 0 : errno;

	if (file) {
		*sum = mcw_setup_sum(text, fread(text, 1, FILE_BYTES_MOST, file));
		err = ferror(file) ? EIO : 0;
		fclose(file);
	}
	free(text);
	return err;
}

enum mcw_setup_state mcw_setup_file_state(const char *root, const struct mcw_setup_file *f,
					  const struct mcw_setup_written *w)
{
	size_t row = mcw_setup_written_find(w, f->path);
	char path[MCW_SETUP_PATH];
	__u64 sum = 0;
	int err;

	mcw_setup_path(root, f->path, path);
	err = file_sum(path, &sum);
	if (err)
		return err == ENOENT ? MCW_SETUP_MISSING : MCW_SETUP_FOREIGN;
	if (sum == mcw_setup_sum(f->text, strlen(f->text)))
		return MCW_SETUP_SAME;
	return row < w->count && w->row[row].sum == sum ? MCW_SETUP_OLD : MCW_SETUP_FOREIGN;
}

static bool directories_make(char *path)
{
	for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		if (mkdir(path, 0755) && errno != EEXIST) {
			mcw_error("cannot make the directory %s: %s", path, strerror(errno));
			return false;
		}
		*slash = '/';
	}
	return true;
}

bool mcw_setup_file_write(const char *root, const struct mcw_setup_file *f)
{
	char path[MCW_SETUP_PATH];

	mcw_setup_path(root, f->path, path);
	if (!path[0]) {
		mcw_error("the path %s%s is too long", root, f->path);
		return false;
	}
	if (!directories_make(path))
		return false;
	if (mcw_file_replace(path, f->text, strlen(f->text), f->mode))
		return true;
	mcw_error("cannot write %s: %s", path, strerror(errno));
	return false;
}

bool mcw_setup_unit_exists(const char *root, const char *unit)
{
	static const char *const directories[] = { "/etc", "/run", "/usr/local/lib", "/usr/lib",
						   "/lib" };
	char name[MCW_SETUP_PATH], path[MCW_SETUP_PATH];

	for (size_t i = 0; i < sizeof(directories) / sizeof(directories[0]); i++) {
		snprintf(name, sizeof(name), "%s/systemd/system/%s", directories[i], unit);
		mcw_setup_path(root, name, path);
		if (!access(path, F_OK))
			return true;
	}
	return false;
}

bool mcw_setup_unit_is_enabled(const char *root, const struct mcw_setup_part *p)
{
	char name[MCW_SETUP_PATH], path[MCW_SETUP_PATH];
	struct stat st;

	snprintf(name, sizeof(name), "/etc/systemd/system/%s/%s", p->wants, p->unit);
	mcw_setup_path(root, name, path);
	return !lstat(path, &st);
}

size_t mcw_setup_written_find(const struct mcw_setup_written *w, const char *name)
{
	size_t i = 0;

	while (i < w->count && strcmp(w->row[i].name, name))
		i++;
	return i;
}

void mcw_setup_written_add(struct mcw_setup_written *w, bool is_unit, const char *name, __u64 sum)
{
	size_t row = mcw_setup_written_find(w, name);

	if (row == MCW_SETUP_WRITTEN)
		return;
	w->count += row == w->count;
	w->row[row].is_unit = is_unit;
	w->row[row].sum = sum;
	snprintf(w->row[row].name, sizeof(w->row[row].name), "%s", name);
}

/* A line: "unit NAME", or "file SUM PATH". Others are of a newer setup. */
static void line_take(struct mcw_setup_written *w, char *line)
{
	char *end;
	__u64 sum;

	line[strcspn(line, "\n")] = '\0';
	if (!strncmp(line, "unit ", 5)) {
		mcw_setup_written_add(w, true, line + 5, 0);
	} else if (!strncmp(line, "file ", 5)) {
		sum = strtoull(line + 5, &end, 16);
		if (*end == ' ')
			mcw_setup_written_add(w, false, end + 1, sum);
	}
}

bool mcw_setup_written_read(const char *root, struct mcw_setup_written *w)
{
	char path[MCW_SETUP_PATH], *line = NULL;
	size_t room = 0;
	bool good;
	FILE *file;

	memset(w, 0, sizeof(*w));
	mcw_setup_path(root, LIST, path);
	file = fopen(path, "re");
	if (!file && errno == ENOENT)
		return true;
	if (file) {
		while (getline(&line, &room, file) > 0)
			line_take(w, line);
		good = !ferror(file);
		fclose(file);
		free(line);
		if (good)
			return true;
	}
	mcw_error("cannot read %s: %s%s", path, strerror(errno), mcw_error_who(errno, path));
	return false;
}

/* Without anything in it, the list goes. */
bool mcw_setup_written_save(const char *root, const struct mcw_setup_written *w)
{
	char path[MCW_SETUP_PATH], *text = NULL;
	size_t length;
	bool good;
	FILE *out;

	mcw_setup_path(root, LIST, path);
	if (!w->count) {
		good = !unlink(path) || errno == ENOENT;
	} else {
		out = open_memstream(&text, &length);
		for (size_t i = 0; out && i < w->count; i++) {
			if (w->row[i].is_unit)
				fprintf(out, "unit %s\n", w->row[i].name);
			else
				fprintf(out, "file %016llx %s\n", w->row[i].sum, w->row[i].name);
		}
		good = out && !fclose(out) && directories_make(path) &&
		       mcw_file_replace(path, text, length, LIST_MODE);
		free(text);
	}
	if (!good)
		mcw_error("cannot write %s: %s", path, strerror(errno));
	return good;
}

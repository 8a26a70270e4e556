// SPDX-License-Identifier: GPL-2.0
/*
 * mcwctl setup: has the module loaded at boot, and its services started.
 *
 * Services are enabled before the module is loaded, because they start with it. Those that cannot
 * wait for the next boot are started once the module is there. The initramfs comes last, because it
 * takes minutes and contains the files that were written.
 */
#define _GNU_SOURCE
#include "cmd/setup.h"

#include <errno.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cmd/command.h"
#include "decode/decode.h"
#include "error.h"

#define PROGRAMS "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

struct setup {
	const struct mcw_options *o;
	struct mcw_setup_written written;
	bool files_changed[16]; /* of a part, by its number */
	bool is_ours[16]; /* the part is done, or would be */
	bool failed;
};

static bool list_has(const char *list, const char *name)
{
	size_t length = strlen(name);

	for (const char *at = list; at && *at; at += strcspn(at, ","), at += *at == ',')
		if (strcspn(at, ",") == length && !memcmp(at, name, length))
			return true;
	return false;
}

/* A list with a wrong name would leave out something that nobody notices. */
static bool list_check(const char *option, const char *list)
{
	for (const char *at = list; at && *at; at += strcspn(at, ","), at += *at == ',') {
		size_t length = strcspn(at, ","), i = 0;

		while (i < mcw_setup_part_count && (strlen(mcw_setup_parts[i].name) != length ||
						    memcmp(mcw_setup_parts[i].name, at, length)))
			i++;
		if (i < mcw_setup_part_count)
			continue;
		mcw_error("%s: there is no part '%.*s': give load, early, record, rotate, journal, "
			  "metrics or pages" MCW_SEE_HELP,
			  option, (int)length, at);
		return false;
	}
	return true;
}

static bool is_wanted(const struct setup *s, const struct mcw_setup_part *p)
{
	const struct mcw_setup_options *o = &s->o->setup;

	if (list_has(o->without, p->name))
		return false;
	return o->parts ? list_has(o->parts, p->name) : !p->asked;
}

static void say(const struct mcw_setup_part *p, const char *verb, const char *what)
{
	printf("%-9s %s %s\n", p->name, verb, what);
}

/* What it needs is not there. Another row of the same part may have it. */
static bool is_possible(const struct setup *s, const struct mcw_setup_part *p)
{
	char path[MCW_SETUP_PATH];

	if (p->needs) {
		mcw_setup_path(s->o->root, p->needs, path);
		return !access(path, F_OK);
	}
	return !p->unit || mcw_setup_unit_exists(s->o->root, p->unit);
}

static void say_left_out(struct setup *s, const struct mcw_setup_part *p)
{
	if (p->needs)
		printf("%-9s left out: it needs %s, and there is no %s\n", p->name, p->install,
		       p->needs);
	else
		printf("%-9s left out: there is no %s\n", p->name, p->unit);
	/* Who names a part wants it. */
	s->failed |= !!s->o->setup.parts;
}

static void text_print(const char *text)
{
	while (*text) {
		int length = strcspn(text, "\n");

		printf("          | %.*s\n", length, text);
		text += length + (text[length] == '\n');
	}
}

static void file_do(struct setup *s, size_t i, const struct mcw_setup_file *f)
{
	const struct mcw_setup_part *p = &mcw_setup_parts[i];
	enum mcw_setup_state state = mcw_setup_file_state(s->o->root, f, &s->written);

	if (state == MCW_SETUP_SAME) {
		say(p, "has", f->path);
	} else if (state == MCW_SETUP_FOREIGN) {
		printf("%-9s leaves %s, which somebody else wrote or changed\n", p->name, f->path);
		s->failed = true;
	} else if (!s->o->setup.apply) {
		say(p, "would write", f->path);
		text_print(f->text);
		s->files_changed[i] = true;
	} else if (mcw_setup_file_write(s->o->root, f)) {
		say(p, "wrote", f->path);
		s->files_changed[i] = true;
		mcw_setup_written_add(&s->written, false, f->path,
				      mcw_setup_sum(f->text, strlen(f->text)));
	} else {
		s->failed = true;
	}
}

/* In the order of systemctl, dracut and others: their output is not ours. */
static bool program_run(const char *const *arguments)
{
	int err, status = 0;
	pid_t pid;

	fflush(stdout);
	err = posix_spawnp(&pid, arguments[0], NULL, NULL, (char *const *)arguments, environ);
	if (!err)
		while (waitpid(pid, &status, 0) < 0)
			if (errno != EINTR)
				break;
	if (err)
		mcw_error("cannot run %s: %s", arguments[0], strerror(err));
	else if (status)
		mcw_error("%s failed", arguments[0]);
	return !err && !status;
}

static void program_do(struct setup *s, const char *const *arguments)
{
	printf("%-9s", s->o->setup.apply || s->o->setup.remove ? "runs" : "would run");
	for (size_t i = 0; arguments[i]; i++)
		printf(" %s", arguments[i]);
	putchar('\n');
	if ((s->o->setup.apply || s->o->setup.remove) && !program_run(arguments))
		s->failed = true;
}

static void unit_do(struct setup *s, const struct mcw_setup_part *p)
{
	char root[MCW_SETUP_PATH + 8];
	const char *const here[] = { "systemctl", "--quiet", "enable", p->unit, NULL };
	const char *const there[] = { "systemctl", "--quiet", root, "enable", p->unit, NULL };
	bool good;

	snprintf(root, sizeof(root), "--root=%s", s->o->root ? s->o->root : "");
	if (mcw_setup_unit_is_enabled(s->o->root, p)) {
		say(p, "has enabled", p->unit);
		return;
	}
	if (!s->o->setup.apply) {
		say(p, "would enable", p->unit);
		return;
	}
	good = program_run(s->o->root ? there : here);
	s->failed |= !good;
	if (!good)
		return;
	say(p, "enabled", p->unit);
	mcw_setup_written_add(&s->written, true, p->unit, 0);
}

/* Whether a row of the same name does it, or one that says so comes later. */
static bool is_other_row(const struct setup *s, size_t i)
{
	for (size_t j = 0; j < mcw_setup_part_count; j++)
		if (j != i && !strcmp(mcw_setup_parts[j].name, mcw_setup_parts[i].name) &&
		    (j > i || is_possible(s, &mcw_setup_parts[j])))
			return true;
	return false;
}

static void parts_do(struct setup *s)
{
	for (size_t i = 0; i < mcw_setup_part_count; i++) {
		const struct mcw_setup_part *p = &mcw_setup_parts[i];

		if (!is_wanted(s, p))
			continue;
		if (!is_possible(s, p)) {
			if (!is_other_row(s, i))
				say_left_out(s, p);
			continue;
		}
		s->is_ours[i] = true;
		for (size_t f = 0; f < MCW_SETUP_FILES && p->files[f].path; f++)
			file_do(s, i, &p->files[f]);
		if (p->unit)
			unit_do(s, p);
	}
}

static void parts_programs(struct setup *s, const bool *changed)
{
	for (size_t i = 0; i < mcw_setup_part_count; i++) {
		const struct mcw_setup_part *p = &mcw_setup_parts[i];
		const char *run[6] = { p->program };

		if (!p->program || !changed[i])
			continue;
		memcpy(&run[1], p->arguments, sizeof(p->arguments));
		if (s->o->root)
			printf("then run %s in %s\n", p->program, s->o->root);
		else
			program_do(s, run);
	}
}

/* Of this machine, not of an image: now, instead of from the next boot on. */
static void begin_now(struct setup *s)
{
	static const char *const load[] = { "modprobe", "-b", "mcewarden", NULL };
	static const char *const rules[] = { "udevadm", "control", "--reload", NULL };
	static const char *const rule[] = { "udevadm", "trigger", "--settle",
					    "--sysname-match=mcewarden", NULL };

	if (!s->is_ours[0])
		return;
	program_do(s, load);
	/* The device may have been there before the rule. */
	program_do(s, rules);
	program_do(s, rule);
}

static void units_start(struct setup *s)
{
	bool loaded = !s->o->setup.apply || !access(s->o->device, F_OK);

	for (size_t i = 0; i < mcw_setup_part_count; i++) {
		const struct mcw_setup_part *p = &mcw_setup_parts[i];
		const char *const start[] = { "systemctl", "start", p->unit, NULL };
		bool waits = p->wants && !strncmp(p->wants, "mcewarden.", 10);

		if (!s->is_ours[i] || !p->unit)
			continue;
		if (loaded || !waits)
			program_do(s, start);
		else
			printf("%-9s starts when mcewarden is loaded, which it is not\n", p->name);
	}
}

static void do_or_say(struct setup *s)
{
	parts_do(s);
	if (s->o->setup.apply && !mcw_setup_written_save(s->o->root, &s->written))
		s->failed = true;
	if (!s->o->root) {
		begin_now(s);
		units_start(s);
	}
	parts_programs(s, s->files_changed);
	if (!s->o->setup.apply)
		puts("Nothing was changed: mcwctl setup --apply does it, --remove takes it back.");
}

static const struct mcw_setup_file *file_find(const char *path, size_t *part)
{
	for (*part = 0; *part < mcw_setup_part_count; ++*part)
		for (size_t f = 0; f < MCW_SETUP_FILES; f++) {
			const struct mcw_setup_file *file = &mcw_setup_parts[*part].files[f];

			if (file->path && !strcmp(file->path, path))
				return file;
		}
	return NULL;
}

/* Return: whether it is gone. */
static bool file_remove(struct setup *s, const char *path)
{
	char whole[MCW_SETUP_PATH];
	const struct mcw_setup_file *f;
	size_t part;

	f = file_find(path, &part);
	if (f && mcw_setup_file_state(s->o->root, f, &s->written) == MCW_SETUP_FOREIGN) {
		printf("left %s, which somebody has changed\n", path);
		return true;
	}
	mcw_setup_path(s->o->root, path, whole);
	if (unlink(whole) && errno != ENOENT) {
		mcw_error("cannot remove %s: %s", whole, strerror(errno));
		s->failed = true;
		return false;
	}
	printf("removed %s\n", path);
	if (f)
		s->files_changed[part] = true;
	return true;
}

static bool unit_remove(struct setup *s, const char *unit)
{
	char root[MCW_SETUP_PATH + 8];
	const char *const here[] = { "systemctl", "--quiet", "--now", "disable", unit, NULL };
	const char *const there[] = { "systemctl", "--quiet", root, "disable", unit, NULL };

	snprintf(root, sizeof(root), "--root=%s", s->o->root ? s->o->root : "");
	if (!program_run(s->o->root ? there : here)) {
		s->failed = true;
		return false;
	}
	printf("disabled %s\n", unit);
	return true;
}

/* What cannot be taken back stays in the list, for the next time. */
static void take_back(struct setup *s)
{
	struct mcw_setup_written left = { .count = 0 };

	for (size_t i = s->written.count; i--;) {
		const char *name = s->written.row[i].name;
		bool is_unit = s->written.row[i].is_unit;

		if (!(is_unit ? unit_remove(s, name) : file_remove(s, name)))
			mcw_setup_written_add(&left, is_unit, name, s->written.row[i].sum);
	}
	if (!s->written.count)
		puts("mcwctl setup has written nothing here.");
	if (!mcw_setup_written_save(s->o->root, &left))
		s->failed = true;
	parts_programs(s, s->files_changed);
}

enum mcw_exit mcw_setup_run(struct mcw_options *o)
{
	static struct setup s;

	memset(&s, 0, sizeof(s));
	s.o = o;
	if (!list_check("--parts", o->setup.parts) || !list_check("--without", o->setup.without))
		return MCW_EXIT_USAGE;
	if (o->setup.apply && o->setup.remove) {
		mcw_error("--apply and --remove: give only one" MCW_SEE_HELP);
		return MCW_EXIT_USAGE;
	}
	/* The PATH of a user who became root by su has no sbin. */
	setenv("PATH", PROGRAMS, 1);
	if (!mcw_setup_written_read(o->root, &s.written))
		return MCW_EXIT_FAILED;
	if (o->setup.remove)
		take_back(&s);
	else
		do_or_say(&s);
	return s.failed ? MCW_EXIT_FAILED : MCW_EXIT_OK;
}

// SPDX-License-Identifier: GPL-2.0
/* LINK: mcwctl */
/*
 * mcwctl setup in the tree of an image: what it writes, leaves, and takes back.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ktap.h"
#include "cmd/command.h"
#include "cmd/setup.h"
#include "decode/decode.h"

#define TEMPLATE "/tmp/mcw-setup-XXXXXX"
#define LOAD "/etc/modules-load.d/mcewarden.conf"
#define HOOK "/etc/initramfs-tools/hooks/mcewarden"
#define EARLY "/etc/initramfs-tools/scripts/init-top/mcewarden"
#define ROTATE "/etc/logrotate.d/mcewarden-record"
#define DRACUT "/etc/dracut.conf.d/mcewarden.conf"
#define LIST "/var/lib/mcewarden/setup"

static char root[] = TEMPLATE;

static const char *path_of(const char *name)
{
	static char path[256];

	snprintf(path, sizeof(path), "%s%s", root, name);
	return path;
}

static void make(const char *name, const char *text)
{
	char path[256];
	FILE *file;

	snprintf(path, sizeof(path), "%s", path_of(name));
	for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		mkdir(path, 0755);
		*slash = '/';
	}
	file = fopen(path, "w");
	if (!file)
		exit(2);
	fputs(text, file);
	fclose(file);
}

static bool is_there(const char *name)
{
	return !access(path_of(name), F_OK);
}

static bool has(const char *name, const char *words)
{
	char text[4096] = "";
	FILE *file = fopen(path_of(name), "r");
	size_t length = file ? fread(text, 1, sizeof(text) - 1, file) : 0;

	if (file)
		fclose(file);
	text[length] = '\0';
	return strstr(text, words);
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *at)
{
	(void)st;
	(void)type;
	return at->level ? remove(path) : 0;
}

/* An image with initramfs-tools and logrotate, without units. */
static void begin(void)
{
	nftw(root, remove_one, 8, FTW_DEPTH | FTW_PHYS);
	make("/usr/sbin/update-initramfs", "");
	make("/etc/logrotate.d/others", "");
}

static char said[16384];

static enum mcw_exit setup(bool apply, bool take_back, const char *parts, const char *without)
{
	struct mcw_options o = {
		.root = root,
		.setup = { .apply = apply, .remove = take_back, .parts = parts, .without = without }
	};
	int kept = dup(STDOUT_FILENO), err = dup(STDERR_FILENO), to;
	enum mcw_exit result;
	ssize_t length;

	fflush(stdout);
	to = open("/tmp", O_TMPFILE | O_RDWR, 0600);
	dup2(to, STDOUT_FILENO);
	dup2(to, STDERR_FILENO);
	result = mcw_setup_run(&o);
	fflush(stdout);
	dup2(kept, STDOUT_FILENO);
	dup2(err, STDERR_FILENO);
	length = pread(to, said, sizeof(said) - 1, 0);
	said[length > 0 ? length : 0] = '\0';
	close(to);
	close(kept);
	close(err);
	return result;
}

static void test_dry(void)
{
	begin();
	expect_eq(setup(false, false, NULL, NULL), MCW_EXIT_OK);
	expect_eq(is_there("/etc/modules-load.d") || is_there(HOOK), false);
	expect_eq(is_there(ROTATE) || is_there("/var"), false);
	expect_eq(!strstr(said, "load      would write " LOAD "\n          | # Written by mcwctl"),
		  0);
	expect_eq(!strstr(said, "          | modprobe -b -q mcewarden || true\n"), 0);
	expect_eq(!strstr(said, "Nothing was changed"), 0);
	expect_eq(!strstr(said, "record    left out: there is no mcewarden-record.service\n"), 0);
	expect_eq(!strstr(said, "metrics   left out: it needs prometheus-node-exporter, and there"),
		  0);
	expect_eq(!strstr(said, "dracut"), 1);
	expect_eq(!strstr(said, "pages"), 1);
}

static void test_apply(void)
{
	struct stat st = { .st_mode = 0 };

	begin();
	expect_eq(setup(true, false, NULL, NULL), MCW_EXIT_OK);
	expect_eq(has(LOAD, "\nmcewarden\n"), true);
	expect_eq(has(HOOK, "\nmanual_add_modules mcewarden\n"), true);
	expect_eq(has(EARLY, "\nmodprobe -b -q mcewarden || true\n"), true);
	expect_eq(has(ROTATE, "/var/log/mcewarden/records {\n"), true);
	expect_eq(stat(path_of(EARLY), &st), 0);
	expect_eq(st.st_mode & 0777, 0755);
	expect_eq(stat(path_of(LOAD), &st), 0);
	expect_eq(st.st_mode & 0777, 0644);
	expect_eq(has(LIST, LOAD "\n") && has(LIST, EARLY "\n"), true);
	expect_eq(!strstr(said, "then run update-initramfs in "), 0);
	expect_eq(setup(true, false, NULL, NULL), MCW_EXIT_OK);
	expect_eq(!strstr(said, "load      has " LOAD "\n"), 0);
	expect_eq(!strstr(said, "wrote") && !strstr(said, "then run"), true);
}

static void test_take_back(void)
{
	begin();
	setup(true, false, NULL, NULL);
	make(ROTATE, "# mine\n");
	make(LOAD "2", "others\n");
	expect_eq(setup(false, true, NULL, NULL), MCW_EXIT_OK);
	expect_eq(is_there(LOAD) || is_there(HOOK) || is_there(EARLY) || is_there(LIST), false);
	expect_eq(has(ROTATE, "# mine\n"), true);
	expect_eq(is_there(LOAD "2") && is_there("/etc/logrotate.d/others"), true);
	expect_eq(!strstr(said, "left " ROTATE ", which somebody has changed\n"), 0);
	expect_eq(!strstr(said, "then run update-initramfs in "), 0);
	expect_eq(setup(false, true, NULL, NULL), MCW_EXIT_OK);
	expect_eq(!strstr(said, "has written nothing here"), 0);
}

/* What was there before is neither replaced nor taken back, whatever is in it. */
static void test_foreign(void)
{
	begin();
	make(LOAD, "mcewarden\n");
	expect_eq(setup(true, false, "load,rotate", NULL), MCW_EXIT_FAILED);
	expect_eq(!strstr(said, "leaves " LOAD), 0);
	expect_eq(has(LOAD, "# Written"), false);
	expect_eq(is_there(ROTATE), true);
	setup(false, true, NULL, NULL);
	expect_eq(has(LOAD, "mcewarden\n"), true);
	expect_eq(is_there(ROTATE), false);
}

/* A file of an earlier mcwctl's setup, which nobody has changed, is replaced. */
static void test_older(void)
{
	static const char old[] = "# of an older setup\nmcewarden\n";
	char list[120];

	begin();
	make(LOAD, old);
	snprintf(list, sizeof(list), "later rows are skipped\nfile %016llx " LOAD "\n",
		 mcw_setup_sum(old, strlen(old)));
	make(LIST, list);
	expect_eq(setup(true, false, "load", NULL), MCW_EXIT_OK);
	expect_eq(has(LOAD, "# Written by mcwctl setup"), true);
	make(LOAD, old);
	make(LIST, list);
	expect_eq(setup(false, true, NULL, NULL), MCW_EXIT_OK);
	expect_eq(is_there(LOAD), false);
}

static void test_parts(void)
{
	begin();
	expect_eq(setup(true, false, "load", NULL), MCW_EXIT_OK);
	expect_eq(is_there(LOAD) && !is_there(HOOK) && !is_there(ROTATE), true);
	begin();
	expect_eq(setup(true, false, NULL, "early,load"), MCW_EXIT_OK);
	expect_eq(!is_there(LOAD) && !is_there(HOOK) && is_there(ROTATE), true);
	expect_eq(setup(true, false, "record", NULL), MCW_EXIT_FAILED);
	expect_eq(setup(true, false, "loads", NULL), MCW_EXIT_USAGE);
	expect_eq(!strstr(said, "--parts: there is no part 'loads': give load, early,"), 0);
	expect_eq(setup(true, false, NULL, "x"), MCW_EXIT_USAGE);
	expect_eq(setup(true, true, NULL, NULL), MCW_EXIT_USAGE);
}

static void test_dracut(void)
{
	begin();
	make("/usr/lib/dracut/dracut-functions.sh", "");
	unlink(path_of("/usr/sbin/update-initramfs"));
	expect_eq(setup(true, false, "early", NULL), MCW_EXIT_OK);
	expect_eq(has(DRACUT, "add_drivers+=\" mcewarden \"\n"), true);
	expect_eq(has(DRACUT, "force_drivers+="), false);
	expect_eq(has(LOAD, "\nmcewarden\n"), true);
	expect_eq(is_there(HOOK), false);
	unlink(path_of("/usr/lib/dracut/dracut-functions.sh"));
	expect_eq(setup(false, false, NULL, NULL), MCW_EXIT_OK);
	expect_eq(!strstr(said, "early     left out: it needs initramfs-tools or dracut, and"), 0);
}

/* systemctl makes the links. */
static void test_units(void)
{
	static const char link[] =
		"/etc/systemd/system/mcewarden.target.wants/mcewarden-record.service";
	struct stat st;

	begin();
	make("/lib/systemd/system/mcewarden-record.service",
	     "[Service]\nExecStart=/bin/true\n[Install]\nWantedBy=mcewarden.target\n");
	expect_eq(setup(false, false, "record", NULL), MCW_EXIT_OK);
	expect_eq(!strstr(said, "record    would enable mcewarden-record.service\n"), 0);
	if (access("/usr/bin/systemctl", X_OK) && access("/bin/systemctl", X_OK))
		return;
	expect_eq(setup(true, false, "record", NULL), MCW_EXIT_OK);
	expect_eq(lstat(path_of(link), &st), 0);
	expect_eq(has(LIST, "unit mcewarden-record.service\n"), true);
	expect_eq(setup(true, false, "record", NULL), MCW_EXIT_OK);
	expect_eq(!strstr(said, "record    has enabled mcewarden-record.service\n"), 0);
	expect_eq(setup(false, true, NULL, NULL), MCW_EXIT_OK);
	expect_eq(lstat(path_of(link), &st), -1ULL);
	/* The admin's own stays. */
	unlink(path_of(LIST));
	if (mkdir(path_of("/etc/systemd/system/mcewarden.target.wants"), 0755) && errno != EEXIST)
		exit(2);
	expect_eq(symlink("/lib/systemd/system/mcewarden-record.service", path_of(link)), 0);
	setup(true, false, "record", NULL);
	setup(false, true, NULL, NULL);
	expect_eq(lstat(path_of(link), &st), 0);
}

/* Nothing that is written loads the module against modprobe.blacklist=. */
static void test_blacklist(void)
{
	for (size_t i = 0; i < mcw_setup_part_count; i++)
		for (size_t f = 0; f < MCW_SETUP_FILES; f++) {
			const struct mcw_setup_file *file = &mcw_setup_parts[i].files[f];
			const char *at = file->path ? file->text : "";

			expect_eq(!strstr(at, "insmod"), 1);
			while ((at = strstr(at, "\nmodprobe"))) {
				expect_eq(strncmp(at, "\nmodprobe -b ", 13), 0);
				at++;
			}
		}
}

static const struct ktap_case cases[] = {
	{ "without an option it only says what it would do", test_dry },
	{ "--apply writes, and a second time finds all done", test_apply },
	{ "--remove takes back what nobody has changed", test_take_back },
	{ "what others wrote stays", test_foreign },
	{ "what an earlier setup wrote is replaced", test_older },
	{ "parts are chosen", test_parts },
	{ "dracut", test_dracut },
	{ "units are enabled, and those of the admin stay so", test_units },
	{ "all that loads the module obeys the kernel's command line", test_blacklist },
};

int main(void)
{
	if (!mkdtemp(root))
		return 2;
	ktap_begin();
	ktap_run(cases, sizeof(cases) / sizeof(cases[0]));
	nftw(root, remove_one, 8, FTW_DEPTH | FTW_PHYS);
	rmdir(root);
	return ktap_end();
}

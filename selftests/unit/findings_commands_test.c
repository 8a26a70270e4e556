// SPDX-License-Identifier: GPL-2.0
/* LINK: mcwctl */
/*
 * What check, doctor and metrics make of findings; and the finding that compares the module that
 * runs with the installed one, by real module files.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <linux/elf.h>

#include "ktap.h"
#include "findings_home.h"
#include "cmd/metrics.h"

#define OUTPUT "output"
#define JSON_BEGIN "{\"type\":\"finding\",\"id\":\"fake_panic\",\"level\":\"critical\","

static enum mcw_exit status;

/* What a command prints to standard output. */
static const char *printed(enum mcw_exit (*run)(struct mcw_options *o), struct mcw_options o)
{
	static char text[32768];
	int saved, fd = open(path_of(OUTPUT), O_RDWR | O_CREAT | O_TRUNC, 0600);
	ssize_t length;

	fflush(stdout);
	saved = dup(STDOUT_FILENO);
	if (fd < 0 || saved < 0 || dup2(fd, STDOUT_FILENO) < 0)
		exit(1);
	status = run(&o);
	fflush(stdout);
	if (dup2(saved, STDOUT_FILENO) < 0)
		exit(1);
	close(saved);
	length = pread(fd, text, sizeof(text) - 1, 0);
	text[length < 0 ? 0 : length] = '\0';
	close(fd);
	return text;
}

static void line_is(const char *ignore, enum mcw_exit wanted, const char *line, const char *name)
{
	struct mcw_options o = options;
	const char *text;
	bool good;

	o.ignore = ignore;
	text = printed(mcw_check_run, o);
	good = status == wanted && !strncmp(text, line, strlen(line)) &&
	       strchr(text, '\n') == text + strlen(text) - 1;
	ktap_result_of(good, "check: %s", name);
	if (!good)
		printf("# %d: %s", status, text);
}

static size_t rows_count(void)
{
	size_t rows = 0;

	/* but for the one about faults, which needs the device */
	while (mcw_finding_id(rows + 1))
		rows++;
	return rows;
}

/* The line where so many findings are ignored, and all others ok. */
static const char *of_all(size_t ignored, const char *rest)
{
	static char line[256];

	snprintf(line, sizeof(line), "mcewarden OK: %zu of %zu findings are ok%s",
		 rows_count() - ignored, rows_count(), rest);
	return line;
}

static void test_check(void)
{
	const char *text;

	line_is(NULL, MCW_EXIT_OK,
		of_all(0, " | lost=0c uncorrected=0c pages_taken=0c pages_kept=0c\n"),
		"all is well");
	put(MODULE "tolerant", "3");
	line_is(NULL, 1, "mcewarden WARNING: tolerant: tolerant is 3: ", "a warning");
	put(MODULE "capture", "a|b");
	line_is(NULL, 1,
		"mcewarden WARNING: capture: capture is a b: ", "no bar but that of counts");
	put(MODULE "capture", "tap");
	put(MACHINECHECK "ignore_ce", "x");
	line_is("tolerant", 3, "mcewarden UNKNOWN: ignore_ce: cannot read ", "not known");
	put(DEBUGFS "mce/fake_panic", "1");
	line_is(NULL, 2,
		"mcewarden CRITICAL: fake_panic: fake_panic is on: the kernel goes on where it must "
		"panic; also tolerant, ignore_ce (unknown) | lost=0c",
		"the worst first, then the ids of the others");
	line_is("fake_panic", 1, "mcewarden WARNING: tolerant: ", "the worst is ignored");
	line_is("ignore_ce,tolerant,fake_panic", MCW_EXIT_OK,
		of_all(3, "; ignored: fake_panic, tolerant, ignore_ce | "), "all are ignored");
	line_is("tolerant,lst", MCW_EXIT_UNKNOWN, "mcewarden UNKNOWN: --ignore: ", "a wrong id");
	line_is("tolerantx", MCW_EXIT_UNKNOWN, "mcewarden UNKNOWN: --ignore: ", "a longer id");
	put(MODULE "stats/lost/reader", "7");
	put(MODULE "stats/severe/committed", "2");
	put(MODULE "stats/recovery/kernel", "1");
	put(MODULE "stats/recovery/failed", "3");
	text = printed(mcw_check_run, options);
	ktap_result(strstr(text, " | lost=7c uncorrected=2c pages_taken=1c pages_kept=3c\n"),
		    "check: the counts");
	put(MODULE "stats/lost/reader", "x");
	ktap_result(!strchr(printed(mcw_check_run, options), '|'), "check: no count if one fails");
	drop(MODULE);
	line_is(NULL, 2, "mcewarden CRITICAL: module: ", "not loaded");
	ktap_result(!strchr(printed(mcw_check_run, options), '|'), "check: no counts, not loaded");
	put_good();
}

static void test_doctor(void)
{
	struct mcw_options o = options;
	const char *text = printed(mcw_doctor_run, o);
	bool good;

	good = status == MCW_EXIT_OK && !strncmp(text, "ok        mce_off: ", 19);
	ktap_result(good && !strchr(text, '#'), "doctor: all is well");
	put(MODULE "tolerant", "3");
	put(DEBUGFS "mce/fake_panic", "1");
	text = printed(mcw_doctor_run, o);
	good = status == MCW_EXIT_FAILED && !strncmp(text, "critical  fake_panic: ", 22);
	good = good && strstr(text, "\n          # mcwctl tolerant --no-fake-panic\nwarning   tol");
	ktap_result(good, "doctor: the worst first, each with its command");
	o.json = true;
	text = printed(mcw_doctor_run, o);
	good = !strncmp(text, JSON_BEGIN, strlen(JSON_BEGIN)) &&
	       strstr(text, ",\"command\":\"mcwctl tolerant --no-fake-panic\"}\n{") &&
	       strstr(text, " machine checks\",\"command\":null}\n");
	ktap_result(good, "doctor: as JSON");
	put_good();
}

static void test_metrics(void)
{
	unsigned int set = 0, lines = 0;
	char *text = NULL;
	size_t length;
	FILE *out = open_memstream(&text, &length);

	put(MODULE "tolerant", "3");
	mcw_metrics_findings(out, &options, NULL);
	fclose(out);
	ktap_result(strstr(text, "\nmcewarden_finding{id=\"tolerant\",level=\"ok\"} 0\n"
				 "mcewarden_finding{id=\"tolerant\",level=\"warning\"} 1\n"
				 "mcewarden_finding{id=\"tolerant\",level=\"critical\"} 0\n"
				 "mcewarden_finding{id=\"tolerant\",level=\"unknown\"} 0\n"),
		    "metrics: a series for each level");
	for (const char *at = text; (at = strstr(at, "\nmcewarden_finding{")); lines++)
		set += strchr(++at, '}')[2] == '1';
	ktap_result(set == rows_count() && lines == 4 * set, "metrics: one of four is set");
	free(text);
	put_good();
}

/* A file in the form of a module, with only the section that modinfo reads. */
static void put_module(const char *name, const char *version, const char *srcversion)
{
	static const char names[] = "\0.modinfo\0.shstrtab";
	char info[128];
	struct {
		struct elf64_hdr head;
		struct elf64_shdr section[3];
		char names[32];
		char info[sizeof(info)];
	} file = {
		.head = {
			.e_ident = { ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64, ELFDATA2LSB,
				     EV_CURRENT },
			.e_type = ET_REL,
			.e_machine = EM_X86_64,
			.e_version = EV_CURRENT,
			.e_shoff = sizeof(struct elf64_hdr),
			.e_ehsize = sizeof(struct elf64_hdr),
			.e_shentsize = sizeof(struct elf64_shdr),
			.e_shnum = 3,
			.e_shstrndx = 2,
		},
	};
	int length =
		snprintf(info, sizeof(info), "version=%s%csrcversion=%s", version, 0, srcversion) +
		1;
	FILE *out;

	memcpy(file.names, names, sizeof(names));
	memcpy(file.info, info, sizeof(info));
	file.section[1].sh_name = 1;
	file.section[1].sh_type = SHT_PROGBITS;
	file.section[1].sh_offset = (char *)file.info - (char *)&file;
	file.section[1].sh_size = length;
	file.section[1].sh_addralign = 1;
	file.section[2].sh_name = 10;
	file.section[2].sh_type = SHT_STRTAB;
	file.section[2].sh_offset = (char *)file.names - (char *)&file;
	file.section[2].sh_size = sizeof(names);
	file.section[2].sh_addralign = 1;
	put(name, "%s", "");
	out = fopen(path_of(name), "w");
	if (!out || fwrite(&file, sizeof(file), 1, out) != 1 || fclose(out))
		exit(1);
}

static void installed_is(enum mcw_level level, const char *sentence, const char *name)
{
	static struct mcw_findings all;
	const struct mcw_finding *f = NULL;
	bool good;

	mcw_findings_read(&options, NULL, &all);
	for (size_t i = 0; i < all.count && !f; i++)
		if (!strcmp(all.row[i].id, "installed"))
			f = &all.row[i];
	good = f && f->level == level && strstr(f->sentence, sentence) &&
	       (level == MCW_LEVEL_OK) == !f->command[0];
	ktap_result_of(good, "installed: %s", name);
	if (!good && f)
		printf("# %s: '%s', '%s'\n", mcw_level_name(f->level), f->sentence, f->command);
}

static void test_installed(void)
{
	installed_is(MCW_LEVEL_OK, "no module is installed for kernel 6.1.0", "no modules.dep");
	put(MODULES "modules.dep", "kernel/a/mcewarden_inject.ko:\nkernel/xmcewarden.ko:");
	installed_is(MCW_LEVEL_OK, "no module is installed", "other modules only");
	put(MODULES "modules.dep", "kernel/a.ko.xz:\nupdates/dkms/mcewarden.ko: kernel/a.ko.xz\n");
	put("sys/module/mcewarden/version", "0.1.0");
	put("sys/module/mcewarden/srcversion", "ABC");
	installed_is(MCW_LEVEL_UNKNOWN, "modinfo finds no version in ", "no such file");
	put_module(MODULES "updates/dkms/mcewarden.ko", "0.1.0", "ABC");
	installed_is(MCW_LEVEL_OK, "is the installed one", "the same");
	put_module(MODULES "updates/dkms/mcewarden.ko", "0.2.0", "DEF");
	installed_is(MCW_LEVEL_WARNING, "its version is 0.1.0, that of ", "another version");
	put_module(MODULES "updates/dkms/mcewarden.ko", "0.1.0", "DEF");
	installed_is(MCW_LEVEL_WARNING, "its srcversion is ABC, that of ", "another source");
	put(MODULES "modules.dep", "/" MODULES "updates/dkms/mcewarden.ko:\n");
	installed_is(MCW_LEVEL_WARNING, "its srcversion is ABC", "a whole path");
	put(MODULES "updates/dkms/mcewarden.ko", "no module");
	installed_is(MCW_LEVEL_UNKNOWN, "modinfo finds no version", "a file that is no module");
	put_module(MODULES "updates/dkms/mcewarden.ko", "0.1.0", "ABC");
	unlink(path_of("sys/module/mcewarden/srcversion"));
	installed_is(MCW_LEVEL_UNKNOWN, "sys/module/mcewarden/srcversion: No such file",
		     "not known of the module that runs");
	unlink(path_of(MODULES "modules.dep"));
	mkdir(path_of(MODULES "modules.dep"), 0700);
	installed_is(MCW_LEVEL_UNKNOWN, "modules.dep: Is a directory",
		     "a list that cannot be read");
	drop("lib");
}

int main(void)
{
	ktap_begin();
	if (!mkdtemp(home)) {
		printf("# cannot make %s\n", home);
		return 1;
	}
	put_good();
	test_check();
	test_doctor();
	test_metrics();
	test_installed();
	nftw(home, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	return ktap_end();
}

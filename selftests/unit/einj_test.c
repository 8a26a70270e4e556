// SPDX-License-Identifier: GPL-2.0
/* LINK: mcwctl */
/* FLAGS: -Wno-missing-field-initializers */
/*
 * mcwctl inject --einj, with a directory in place of debugfs: what it writes, and each refusal.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ktap.h"
#include "cmd/einj.h"
#include "error.h"

#define OFFERED \
	"0x00000001\tProcessor Correctable\n0x00000008\tMemory Correctable\n" \
	"0x00000010\tMemory Uncorrectable non-fatal\n" \
	"0x00000020\tMemory Uncorrectable fatal\nV2_0x00000002\tEINJV2 Memory Error\n"
#define IOMEM \
	"00000000-00000fff : Reserved\n00001000-0009fbff : System RAM\n" \
	"0009fc00-000fffff : Reserved\n  000a0000-000bffff : PCI Bus 0000:00\n" \
	"00100000-3ffdffff : System RAM\n  01000000-01ffffff : Kernel code\n" \
	"fee00000-fee00fff : Local APIC\n100000000-1ffffffff : Persistent Memory\n" \
	"  100000000-13fffffff : namespace0.0\n"

static char top[32] = "/tmp/mcw-einj-XXXXXX";
static char directory[64], table[64], iomem[64];
static const struct mcw_einj_paths paths = { directory, table, iomem };

static const char *const files[] = { "error_type", "error_inject", "flags",
				     "param1",	   "param2",	   "notrigger" };

static void put(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");

	if (!file || fputs(text, file) < 0 || fclose(file)) {
		perror(path);
		exit(1);
	}
}

static const char *path_of(const char *name)
{
	static char path[128];

	snprintf(path, sizeof(path), "%s/%s", directory, name);
	return path;
}

static void put_file(const char *name, const char *text)
{
	put(path_of(name), text);
}

static void remove_file(const char *name)
{
	unlink(path_of(name));
}

/* As a kernel and a firmware that can do all. */
static void all_put(void)
{
	char path[64];

	snprintf(path, sizeof(path), "%s/apei", top);
	mkdir(path, 0700);
	mkdir(directory, 0700);
	put_file("available_error_type", OFFERED);
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		put_file(files[i], "");
	put(table, "");
	put(iomem, IOMEM);
}

static void all_remove(void)
{
	char path[64];

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		remove_file(files[i]);
	remove_file("available_error_type");
	remove_file("vendor");
	rmdir(directory);
	snprintf(path, sizeof(path), "%s/apei", top);
	rmdir(path);
	unlink(table);
	unlink(iomem);
}

/* What was written, as "error_type=0x8 ...", in the order of files[]. */
static const char *written(void)
{
	static char said[512];

	said[0] = '\0';
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		char text[64] = "";
		int fd = open(path_of(files[i]), O_RDONLY);
		ssize_t n = fd < 0 ? 0 : read(fd, text, sizeof(text) - 1);

		if (n > 0)
			snprintf(said + strlen(said), sizeof(said) - strlen(said), "%s=%.*s ",
				 files[i], (int)strcspn(text, "\n"), text);
		if (fd >= 0)
			close(fd);
	}
	return said;
}

static char *out_text, *err_text;

static enum mcw_exit inject(struct mcw_options o)
{
	FILE *out = stdout, *err = stderr;
	size_t out_length, err_length;
	enum mcw_exit result;

	free(out_text);
	free(err_text);
	o.device = "/nonexistent";
	stdout = open_memstream(&out_text, &out_length);
	stderr = open_memstream(&err_text, &err_length);
	result = mcw_einj_inject(&o, &paths);
	fclose(stdout);
	fclose(stderr);
	stdout = out;
	stderr = err;
	return result;
}

#define OPTIONS(...) ((struct mcw_options){ .inject = { __VA_ARGS__ } })

static void shown(bool good, const char *name)
{
	if (!good)
		printf("# stdout '%s'\n# stderr '%s'\n# written '%s'\n", out_text, err_text,
		       written());
	ktap_result(good, name);
}

/* It is refused with those words, and nothing is written. */
static void refused(struct mcw_options o, enum mcw_exit status, const char *words, const char *name)
{
	enum mcw_exit result = inject(o);

	shown(result == status && strstr(err_text, words) && !written()[0] && !out_text[0], name);
}

static void writes(struct mcw_options o, const char *wanted, const char *name)
{
	enum mcw_exit result;

	all_remove();
	all_put();
	put_file("param1", "0x77000\n");
	put_file("flags", "0x2\n");
	result = inject(o);
	shown(result == MCW_EXIT_OK && !strcmp(written(), wanted) && !err_text[0], name);
}

static bool injected(struct mcw_options o, const char *wanted)
{
	return inject(o) == MCW_EXIT_OK && !strcmp(written(), wanted);
}

static void test_writes(void)
{
	bool good;

	writes(OPTIONS(.einj = "memory-corrected", .addr = "0x200040"),
	       "error_type=0x8 error_inject=0x1 flags=0x2 param1=0x200040 "
	       "param2=0xfffffffffffff000 notrigger=0x0 ",
	       "a corrected error of memory");
	shown(strstr(out_text, "injected memory-corrected at 0x200040\nmcewarden is not loaded"),
	      "what it says then");
	writes(OPTIONS(.einj = "16", .addr = "0x140000000", .mask = "0xffffffffffffffc0",
		       .no_trigger = true),
	       "error_type=0x10 error_inject=0x1 flags=0x2 param1=0x140000000 "
	       "param2=0xffffffffffffffc0 notrigger=0x1 ",
	       "by number, in persistent memory, with a mask, and not triggered");
	writes(OPTIONS(.einj = "memory-fatal", .addr = "0x200000", .yes = true),
	       "error_type=0x20 error_inject=0x1 flags=0x2 param1=0x200000 "
	       "param2=0xfffffffffffff000 notrigger=0x0 ",
	       "a fatal one with --yes");
	writes(OPTIONS(.einj = "processor-corrected"),
	       "error_type=0x1 error_inject=0x1 flags=0x0 param1=0x0 param2=0x0 notrigger=0x0 ",
	       "an error of a processor, without the last address");
	all_put();
	put_file("vendor", "0:0.0 vendor_id=8086 device_id=0 rev_id=0\n");
	good = injected(OPTIONS(.einj = "0x80000001", .yes = true),
			"error_type=0x80000001 error_inject=0x1 notrigger=0x0 ");
	shown(good, "an error of the vendor's");
	all_remove();
	all_put();
	remove_file("flags");
	remove_file("param1");
	remove_file("param2");
	remove_file("notrigger");
	good = injected(OPTIONS(.einj = "memory-corrected"), "error_type=0x8 error_inject=0x1 ");
	shown(good, "a firmware that chooses the address");
	put_file("error_type", "");
	put_file("error_inject", "");
	refused(OPTIONS(.einj = "memory-fatal", .addr = "0x200000"), MCW_EXIT_FAILED,
		"has no SET_ERROR_TYPE_WITH_ADDRESS", "such a firmware, and an address");
	refused(OPTIONS(.einj = "memory-corrected", .no_trigger = true), MCW_EXIT_FAILED,
		"there is no", "such a firmware, and --no-trigger");
}

static void test_dry_run(void)
{
	struct mcw_options o = OPTIONS(.einj = "memory-fatal", .addr = "0x200000");
	char wanted[1024];
	enum mcw_exit result;

	all_remove();
	all_put();
	o.dry_run = true;
	result = inject(o);
	snprintf(wanted, sizeof(wanted),
		 "0x2 to %s/flags\n0x200000 to %s/param1\n0xfffffffffffff000 to %s/param2\n"
		 "0x0 to %s/notrigger\n0x20 to %s/error_type\n0x1 to %s/error_inject\n"
		 "nothing was written\n",
		 directory, directory, directory, directory, directory, directory);
	shown(result == MCW_EXIT_OK && !written()[0] && !strcmp(out_text, wanted), "a dry run");
	o.inject.addr = "0xfee00000";
	refused(o, MCW_EXIT_FAILED, "is no memory", "a dry run checks, too");
}

static void test_usage(void)
{
	all_remove();
	all_put();
	refused(OPTIONS(.einj = "memory-corected", .addr = "0x200000"), MCW_EXIT_USAGE,
		"did you mean 'memory-corrected'?", "a type mistyped");
	refused(OPTIONS(.einj = "x"), MCW_EXIT_USAGE, "there are processor-corrected,",
		"no type at all");
	refused(OPTIONS(.einj = "0x18", .addr = "0x200000"), MCW_EXIT_USAGE, "is not one type",
		"two types");
	refused(OPTIONS(.einj = "0"), MCW_EXIT_USAGE, "is not one type", "no bit");
	refused(OPTIONS(.einj = "0x100000000"), MCW_EXIT_USAGE, "is not a number from 0 to",
		"too large a type");
	refused(OPTIONS(.einj = "processor-corrected", .addr = "0x200000"), MCW_EXIT_USAGE,
		"only errors of memory have an address", "a processor's address");
	refused(OPTIONS(.einj = "memory-corrected", .addr = "0x200000", .pid = "1", .vaddr = "1"),
		MCW_EXIT_USAGE, "give the address by --addr, or", "two addresses");
	refused(OPTIONS(.einj = "memory-corrected", .pid = "1"), MCW_EXIT_USAGE,
		"give the address by --addr, or", "half an address");
	refused(OPTIONS(.einj = "memory-corrected", .addr = "y"), MCW_EXIT_USAGE,
		"--addr: 'y' is not a number", "no number");
	refused(OPTIONS(.einj = "memory-corrected", .addr = "0x200000",
			.mask = "0xffffffffffff0000"),
		MCW_EXIT_USAGE, "leaves the page open", "a mask of 64 KiB");
	refused(OPTIONS(.einj = "memory-corrected", .mask = "0xfffffffffffff000"), MCW_EXIT_USAGE,
		"--mask: only with --addr", "a mask alone");
}

static void test_machine(void)
{
	refused(OPTIONS(.einj = "memory-corrected"), MCW_EXIT_FAILED, "need an address",
		"memory without an address");
	refused(OPTIONS(.einj = "pcie-corrected"), MCW_EXIT_FAILED,
		"does not offer pcie-corrected; it offers: processor-corrected, memory-corrected,"
		" memory-uncorrected, memory-fatal (",
		"a type that is not offered");
	refused(OPTIONS(.einj = "2"), MCW_EXIT_FAILED, "does not offer processor-uncorrected",
		"one that only EINJ's second version offers");
	refused(OPTIONS(.einj = "0x80000001", .yes = true), MCW_EXIT_FAILED,
		"no errors of its vendor", "no vendor");
	refused(OPTIONS(.einj = "memory-fatal", .addr = "0x200000"), MCW_EXIT_FAILED,
		"may stop the machine (a fatal error): give --yes", "a fatal one");
	put_file("vendor", "");
	refused(OPTIONS(.einj = "0x80000001"), MCW_EXIT_FAILED, "nobody but the firmware knows",
		"the vendor's without --yes");
	remove_file("vendor");
	refused(OPTIONS(.einj = "memory-corrected", .addr = "0xfee00040"), MCW_EXIT_FAILED,
		"0xfee00040 is no memory: ", "a device's address");
	shown(strstr(err_text, "calls it \"Local APIC\""), "its name");
	refused(OPTIONS(.einj = "memory-corrected", .addr = "0x9f000"), MCW_EXIT_FAILED,
		"does not have its page", "a page of which a part is memory");
	refused(OPTIONS(.einj = "memory-corrected", .addr = "0x40000000"), MCW_EXIT_FAILED,
		"does not have its page", "no memory");
	put(iomem, "00000000-00000000 : Reserved\n00000000-00000000 : System RAM\n");
	refused(OPTIONS(.einj = "memory-corrected", .addr = "0x200000"), MCW_EXIT_FAILED,
		"shows addresses only to root", "a list for others than root");
	unlink(iomem);
	refused(OPTIONS(.einj = "memory-corrected", .addr = "0x200000"), MCW_EXIT_FAILED,
		"cannot read", "no list");
	put(iomem, IOMEM);
	put_file("available_error_type", "");
	refused(OPTIONS(.einj = "memory-corrected", .addr = "0x200000"), MCW_EXIT_FAILED,
		"it offers: none", "a firmware that offers nothing");
}

/* The kernel refuses to write to what these links lead to. */
static void test_errno(void)
{
	static const struct {
		const char *file;
		const char *target;
		const char *words;
	} rows[] = {
		{ "flags", "/dev/full", "No space left on device; see the kernel's log" },
		{ "error_inject", "/proc/self/mem", "the firmware did not answer in time" },
		{ "param1", "/proc/self/oom_score_adj", "the kernel or the firmware refuses this" },
		{ "error_type", "/nonexistent/file", "or the firmware's table lacks a step" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		all_remove();
		all_put();
		remove_file(rows[i].file);
		if (symlink(rows[i].target, path_of(rows[i].file)))
			perror("# symlink");
		shown(inject(OPTIONS(.einj = "memory-corrected", .addr = "0x200000")) ==
				      MCW_EXIT_FAILED &&
			      strstr(err_text, ": cannot write /") &&
			      strstr(err_text, rows[i].words) && !out_text[0],
		      rows[i].words);
	}
}

static void test_missing(void)
{
	const struct mcw_options o = OPTIONS(.einj = "memory-corrected", .addr = "0x200000");
	char path[64];

	all_remove();
	refused(o, MCW_EXIT_FAILED, "debugfs is not mounted: mount -t debugfs none ", "no debugfs");
	snprintf(path, sizeof(path), "%s/x86", top);
	mkdir(path, 0700);
	refused(o, MCW_EXIT_FAILED, "the firmware has no EINJ table", "no table");
	shown(strstr(err_text, "WHEA error injection"), "what the setup calls it");
	put(table, "");
	refused(o, MCW_EXIT_FAILED, "modprobe einj", "no module");
	rmdir(path);
	unlink(table);
}

int main(void)
{
	ktap_begin();
	if (!mkdtemp(top)) {
		perror("mkdtemp");
		return 1;
	}
	snprintf(directory, sizeof(directory), "%s/apei/einj", top);
	snprintf(table, sizeof(table), "%s.table", top);
	snprintf(iomem, sizeof(iomem), "%s.iomem", top);
	test_writes();
	test_dry_run();
	test_usage();
	test_machine();
	test_errno();
	test_missing();
	all_remove();
	rmdir(top);
	free(out_text);
	free(err_text);
	return ktap_end();
}

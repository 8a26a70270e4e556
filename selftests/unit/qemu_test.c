// SPDX-License-Identifier: GPL-2.0
/* LINK: mcwctl */
/*
 * Which virtual machine a process is: by its command line; and whether it is the process that a
 * victim's record names, in a directory that looks like /proc.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ktap.h"
#include "decode/qemu.h"
#include "show/victim.h"
#include "source/qemu.h"

#define UUID "f31e6c50-0a1b-4c2d-8e3f-0123456789ab"
#define INITIAL "pid:[4026531836]"
#define QEMU "/usr/bin/qemu-system-x86_64"
#define LINE "qemu\0-name\0guest=web1,debug-threads=on\0-uuid\0" UUID
#define NS_PER_S 1000000000ULL

static struct mcw_vm vm;

static void vm_is(const char *name, const char *uuid, const char *title)
{
	bool good = !strcmp(vm.name, name) && !strcmp(vm.uuid, uuid);

	if (!good)
		printf("# name '%s' uuid '%s'\n", vm.name, vm.uuid);
	ktap_result(good, title);
}

/* Parses a copy of exactly this size, so that AddressSanitizer sees a read past its end. */
static void bytes_are(const char *line, size_t bytes, const char *name, const char *uuid,
		      const char *title)
{
	char *copy = malloc(bytes ? bytes : 1);

	memcpy(copy, line, bytes);
	memset(&vm, 'x', sizeof(vm));
	mcw_qemu_parse(&vm, copy, bytes);
	free(copy);
	vm_is(name, uuid, title);
}

/* Literals end with a zero of their own, which is the last argument's. */
#define are(line, name, uuid, title) bytes_are(line, sizeof(line), name, uuid, title)

static void test_names(void)
{
	are("q\0-name\0web1", "web1", "", "a name alone");
	are("q\0-name\0guest=web1,debug-threads=on\0-S", "web1", "", "as libvirt writes it");
	are("q\0-name\0web1,debug-threads=on", "web1", "", "as Proxmox writes it");
	are("q\0-name\0debug-threads=on,guest=web1", "web1", "", "not at the beginning");
	are("q\0-name\0process=p,guest=web1", "web1", "", "behind the name of the process");
	are("q\0-name\0debug-threads=on", "", "", "no name of the guest");
	are("q\0-name\0debug-threads=on,web1", "", "", "only the first value needs no key");
	are("q\0-name\0guests=a,gues=b,Guest=c", "", "", "other keys");
	are("q\0-name\0a,,b,debug-threads=on", "a,b", "", "two commas are one");
	are("q\0-name\0guest=a,,b,,,,c,process=x", "a,b,,c", "", "and again");
	are("q\0-name\0guest=a,,guest=b", "a,guest=b", "", "a comma in front of what looks a key");
	are("q\0-name\0guest=a=b", "a=b", "", "a name with an equals sign");
	are("q\0-name\0a,guest=b,guest=c", "c", "", "the last of several");
	are("q\0-name\0a\0-m\0max\0-name\0b", "b", "", "the last of several options");
	are("q\0-name\0a\0-name\0debug-threads=on", "a", "", "an option that leaves the name");
	are("q\0-name\0a\0-name\0guest=", "", "", "an option that takes the name away");
	are("q\0--name\0web1\0--uuid\0" UUID, "web1", UUID, "two dashes");
	are("q\0---name\0web1\0-names\0a\0-nam\0b\0name\0c", "", "", "what is no option");
	are("q\0-name=web1", "", "", "QEMU has no such form");
	are("q\0-name\0-uuid\0-uuid\0" UUID, "-uuid", UUID, "a value may look like an option");
	are("q\0-name\0a\0\0\0-name\0b", "b", "", "empty arguments");
	are("q\0-name\0,", "", "", "a comma");
	are("q\0-name\0=", "", "", "an equals sign");
	are("q\0-name\0\001\xff\"\\ \xc3\xa4", "\001\xff\"\\ \xc3\xa4", "", "any bytes");
	are("-name\0web1", "", "", "the first argument is the program");
}

static void test_uuids(void)
{
	are("q\0-uuid\0" UUID, "", UUID, "a UUID");
	are("q\0-uuid\0F31E6C50-0A1B-4C2D-8E3F-0123456789AB", "", UUID, "in upper case");
	are("q\0-uuid\0" UUID "\0-uuid\0ffffffff-0000-0000-0000-000000000000", "",
	    "ffffffff-0000-0000-0000-000000000000", "the last one");
	are("q\0-uuid\0f31e6c500a1b4c2d8e3f0123456789ab0000", "", "", "without dashes");
	are("q\0-uuid\0" UUID "0", "", "", "too long");
	are("q\0-uuid\0f31e6c50-0a1b-4c2d-8e3f-0123456789a", "", "", "too short");
	are("q\0-uuid\0f31e6c50-0a1b-4c2d-8e3f-0123456789ag", "", "", "no digit");
}

static void test_cut(void)
{
	static const char line[] = LINE "\0-S";
	static char long_line[4096];
	size_t bad = 0;

	bytes_are("", 0, "", "", "nothing");
	bytes_are("q", 1, "", "", "a program whose end is missing");
	are("", "", "", "an empty program");
	are("q\0-name", "", "", "no value");
	bytes_are("q\0-name\0web", 11, "", "", "a value that was cut off");
	bytes_are("q\0-name\0web\0-name\0other", 23, "web", "", "and one in front of it");
	/* Wherever it is cut, there is all of the name or nothing. */
	for (size_t bytes = 0; bytes <= sizeof(line); bytes++) {
		char *copy = malloc(bytes ? bytes : 1);

		memcpy(copy, line, bytes);
		mcw_qemu_parse(&vm, copy, bytes);
		bad += (vm.name[0] && strcmp(vm.name, "web1")) ||
		       (vm.uuid[0] && strcmp(vm.uuid, UUID));
		free(copy);
	}
	ktap_result_of(!bad, "cut at any byte: %zu wrong", bad);
	/* 4096 bytes, as older kernels gave them: the end of the name is not there. */
	memset(long_line, 'a', sizeof(long_line));
	long_line[1] = '\0';
	memcpy(long_line + 4080, "\0-name\0web1-prod", 16);
	bytes_are(long_line, sizeof(long_line), "", "", "4096 bytes");
	memset(long_line, 'a', sizeof(long_line));
	memcpy(long_line, "q\0-name", 8);
	long_line[8 + 255] = '\0';
	mcw_qemu_parse(&vm, long_line, sizeof(long_line));
	ktap_result(strlen(vm.name) == 255, "the longest name");
	long_line[8 + 255] = 'a';
	long_line[8 + 256] = '\0';
	bytes_are(long_line, sizeof(long_line), "", "", "a name that is too long is not cut");
}

static void test_programs(void)
{
	static const char *const good[] = { "qemu-system-x86_64", QEMU, "/usr/libexec/qemu-kvm",
					    "/usr/bin/kvm", "./qemu-system-aarch64" };
	static const char *const bad[] = {
		"qemu-img", "/usr/bin/qemu-x86_64",	"qemu-system-",
		"",	    "/qemu-system-x86_64/bash", "qemu-nbd",
		"kvm-ok",   "qemu-aarch64-static",	"myqemu-system-x86_64",
		"/"
	};

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		ktap_result_of(mcw_qemu_is_system(good[i]), "a QEMU: %s", good[i]);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		ktap_result_of(!mcw_qemu_is_system(bad[i]), "none: '%s'", bad[i]);
}

/* A directory like /proc, with one process. */

static char proc[64];

static const char *path_of(const char *name)
{
	static char path[256];

	snprintf(path, sizeof(path), "%s/%s", proc, name);
	return path;
}

static void file_put(const char *name, const char *text, size_t bytes)
{
	int fd = open(path_of(name), O_WRONLY | O_CREAT | O_TRUNC, 0600);

	if (fd < 0 || write(fd, text, bytes) != (ssize_t)bytes)
		exit(2);
	close(fd);
}

static void link_put(const char *name, const char *target)
{
	unlink(path_of(name));
	if (symlink(target, path_of(name)))
		exit(2);
}

static void stat_put(const char *comm, const char *start)
{
	char text[256];
	int bytes = snprintf(text, sizeof(text),
			     "77 (%s) S 1 77 77 0 -1 4194304 1 2 3 4 5 6 7 8 20 0 9 0 %s 1 2 3\n",
			     comm, start);

	file_put("77/stat", text, bytes);
}

static void process_put(void)
{
	link_put("self/ns/pid", INITIAL);
	link_put("77/exe", QEMU);
	file_put("77/cmdline", LINE, sizeof(LINE));
	stat_put("a) S (b", "500"); /* 5 s after the boot */
	file_put("77/task/78/comm", "CPU 0/KVM\n", 10);
}

/* A vCPU's thread got the signal so long after the boot. */
static struct mcw_record victim_at(__u64 mono_ns)
{
	return (struct mcw_record){
		.head = { .type = MCW_VICTIM, .lane = MCW_LANE_NOTICE, .mono_ns = mono_ns },
		.victim = { .page = 0x1000,
			    .pid = 77,
			    .tid = 78,
			    .signal = 7,
			    .code = 4,
			    .lsb = 12,
			    .address = 0x7000,
			    .cause = MCW_VICTIM_TAKEN,
			    .comm = "CPU 0/KVM" },
	};
}

static bool found_at(__u64 mono_ns)
{
	const struct mcw_record victim = victim_at(mono_ns);

	return mcw_qemu_of_victim(&vm, proc, &victim);
}

static void test_process(void)
{
	static const char *const directories[] = { "self", "self/ns", "77", "77/task",
						   "77/task/78" };
	struct mcw_record other;

	strcpy(proc, "/tmp/mcw-qemu-test.XXXXXX");
	if (!mkdtemp(proc))
		exit(2);
	for (size_t i = 0; i < sizeof(directories) / sizeof(directories[0]); i++)
		if (mkdir(path_of(directories[i]), 0700))
			exit(2);
	process_put();
	ktap_result(found_at(6 * NS_PER_S), "a QEMU that was there");
	vm_is("web1", UUID, "its name and UUID");
	ktap_result(mcw_qemu_read(&vm, proc, 77), "the same by its number");
	ktap_result(!mcw_qemu_read(&vm, proc, 76), "no such process");
	ktap_result(found_at(5010000000ULL), "it started in the tick before");
	ktap_result(!found_at(5009999999ULL), "perhaps it started later");
	ktap_result(!found_at(0), "before it started");
	other = victim_at(6 * NS_PER_S);
	other.victim.tid = 79;
	ktap_result(!mcw_qemu_of_victim(&vm, proc, &other), "the thread has gone");
	other = victim_at(6 * NS_PER_S);
	strcpy(other.victim.comm, "CPU 0/KV");
	ktap_result(!mcw_qemu_of_victim(&vm, proc, &other), "the thread has another name");
	memset(other.victim.comm, 'x', sizeof(other.victim.comm));
	ktap_result(!mcw_qemu_of_victim(&vm, proc, &other), "a name without an end");
}

static void test_doubt(void)
{
	link_put("77/exe", QEMU " (deleted)");
	ktap_result(found_at(6 * NS_PER_S), "its program was replaced");
	link_put("77/exe", "/usr/bin/qemu-img");
	ktap_result(!found_at(6 * NS_PER_S), "another program");
	link_put("77/exe", " (deleted)");
	ktap_result(!found_at(6 * NS_PER_S), "a program without a name");
	unlink(path_of("77/exe"));
	ktap_result(!found_at(6 * NS_PER_S), "no program: it is ending");
	link_put("77/exe", QEMU);
	link_put("self/ns/pid", "pid:[4026532299]");
	ktap_result(!found_at(6 * NS_PER_S) && !mcw_qemu_read(&vm, proc, 77),
		    "numbers of a container");
	link_put("self/ns/pid", INITIAL);
	file_put("77/cmdline", "", 0);
	ktap_result(!found_at(6 * NS_PER_S), "no command line: it is ending");
	file_put("77/cmdline", "q", 2);
	ktap_result(found_at(6 * NS_PER_S), "a QEMU without a name");
	vm_is("", "", "its name and UUID");
	stat_put("q", "");
	ktap_result(!found_at(6 * NS_PER_S), "no start");
	stat_put("q", "99999999999999999999");
	ktap_result(!found_at(~0ULL), "a start that is no number of 64 bits");
	file_put("77/stat", "77 (q", 5);
	ktap_result(!found_at(6 * NS_PER_S), "a torn stat");
}

static void test_end(void)
{
	static const char *const files[] = { "self/ns/pid", "77/exe", "77/cmdline", "77/stat",
					     "77/task/78/comm" };
	static const char *const directories[] = { "77/task/78", "77/task", "77", "self/ns",
						   "self" };

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		unlink(path_of(files[i]));
	for (size_t i = 0; i < sizeof(directories) / sizeof(directories[0]); i++)
		rmdir(path_of(directories[i]));
	rmdir(proc);
}

/* What is printed. */

static void prints(const struct mcw_vm *known, bool under, bool json, const char *part,
		   const char *title)
{
	const struct mcw_record victim = victim_at(6 * NS_PER_S);
	size_t length;
	char *text;
	FILE *out = open_memstream(&text, &length);

	if (json)
		mcw_json_victim(out, &victim, known, 0);
	else
		mcw_text_victim(out, &victim, known, under);
	fclose(out);
	if (!strstr(text, part))
		printf("# %s", text);
	ktap_result(strstr(text, part), title);
	free(text);
}

static void test_text(void)
{
	struct mcw_vm known = { .name = "a\"\033b", .uuid = UUID };

	prints(&known, true, false,
	       "    victim of page 0x1000: \"CPU 0/KVM\" pid 77 thread 78"
	       " (VM \"a\\\"\\x1bb\", UUID " UUID ") got SIGBUS (BUS_MCEERR_AR) at address 0x7000,"
	       " 4096 bytes: the page was taken from it\n",
	       "name and UUID");
	prints(&known, false, true, "\"vm\":{\"name\":\"a\\\"\\u001bb\",\"uuid\":\"" UUID "\"}",
	       "as JSON");
	known.uuid[0] = '\0';
	prints(&known, false, false, " (VM \"a\\\"\\x1bb\") got ", "a name");
	prints(&known, false, true, ",\"uuid\":null}", "as JSON");
	known = (struct mcw_vm){ .uuid = UUID };
	prints(&known, false, false, " (VM UUID " UUID ") got ", "a UUID");
	prints(&known, false, true, "\"vm\":{\"name\":null,", "as JSON");
	known.uuid[0] = '\0';
	prints(&known, false, false, " (VM without a name) got ", "neither");
	prints(NULL, false, false, " thread 78 got ", "no virtual machine");
	prints(NULL, false, true, "\"vm\":null,", "as JSON");
}

int main(void)
{
	ktap_begin();
	test_names();
	test_uuids();
	test_cut();
	test_programs();
	test_process();
	test_doubt();
	test_end();
	test_text();
	return ktap_end();
}

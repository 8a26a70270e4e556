// SPDX-License-Identifier: GPL-2.0
/*
 * mcwctl inject --einj: has the firmware raise an error of the hardware, by the kernel's files for
 * ACPI's error injection. All is checked before the first write.
 */
#include "cmd/einj.h"

#include <ctype.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cmd/inject.h"
#include "cmd/nearest.h"
#include "cmd/number.h"
#include "error.h"

#define PAGE_BYTES	4096ULL
#define FLAG_MEMORY	2	/* in flags: param1 and param2 are address and mask */
#define NAMES_BYTES	512
#define WRITES_MAX	6

struct einj {
	const struct mcw_options *o;
	const struct mcw_einj_paths *paths;
	struct mcw_einj kernel;
	__u32 type;
	bool is_memory;
	bool has_address;
	__u64 address;
	__u64 mask;
};

/* What is written to the kernel's files, in order. */
struct plan {
	struct {
		const char *file;
		__u64 value;
	} writes[WRITES_MAX];
	unsigned int count;
};

static bool type_parse(struct einj *e)
{
	const char *text = e->o->inject.einj;
	struct mcw_nearest near = { .word = text };
	const struct mcw_einj_type *type;
	char names[NAMES_BYTES];
	__u64 number;

	if (isdigit((unsigned char)text[0])) {
		__u64 bits;

		if (!mcw_number_parse("--einj", text, ~0U, &number))
			return false;
		bits = number & ~MCW_EINJ_VENDOR;
		e->type = number;
		if (number && !(bits & (bits - 1)))
			return true;
		mcw_error("--einj: %s is not one type: give a number with one bit" MCW_SEE_HELP,
			  text);
		return false;
	}
	for (size_t i = 0; (type = mcw_einj_type(i)); i++) {
		if (!strcmp(text, type->name)) {
			e->type = type->number;
			return true;
		}
		mcw_nearest_try(&near, type->name);
	}
	if (mcw_nearest_text(&near)[0])
		mcw_error("--einj: there is no type '%s'%s", text, mcw_nearest_text(&near));
	else
		mcw_error("--einj: there is no type '%s'; there are %s, and numbers", text,
			  mcw_einj_names(0xfff, names, sizeof(names)));
	return false;
}

static enum mcw_exit address_parse(struct einj *e)
{
	const struct mcw_inject_options *io = &e->o->inject;
	__u64 pid, vaddr;

	if (!io->pid != !io->vaddr || (io->addr && io->pid)) {
		mcw_error("give the address by --addr, or by --pid and --vaddr" MCW_SEE_HELP);
		return MCW_EXIT_USAGE;
	}
	e->has_address = io->addr || io->pid;
	e->mask = MCW_EINJ_MASK;
	if (e->has_address && !e->is_memory) {
		mcw_error("--einj %s: only errors of memory have an address" MCW_SEE_HELP,
			  io->einj);
		return MCW_EXIT_USAGE;
	}
	if (io->mask && !e->has_address) {
		mcw_error("--mask: only with --addr, or with --pid and --vaddr" MCW_SEE_HELP);
		return MCW_EXIT_USAGE;
	}
	if (io->mask && !mcw_number_parse("--mask", io->mask, ~0ULL, &e->mask))
		return MCW_EXIT_USAGE;
	if ((e->mask & MCW_EINJ_MASK) != MCW_EINJ_MASK) {
		mcw_error("--mask: 0x%llx leaves the page open: give 0x%llx or more" MCW_SEE_HELP,
			  e->mask, MCW_EINJ_MASK);
		return MCW_EXIT_USAGE;
	}
	if (io->addr)
		return mcw_number_parse("--addr", io->addr, ~0ULL, &e->address) ? MCW_EXIT_OK :
										  MCW_EXIT_USAGE;
	if (!io->pid)
		return MCW_EXIT_OK;
	if (!mcw_number_parse("--pid", io->pid, INT32_MAX, &pid) ||
	    !mcw_number_parse("--vaddr", io->vaddr, ~0ULL, &vaddr))
		return MCW_EXIT_USAGE;
	e->address = mcw_inject_page_of(pid, vaddr);
	return e->address == MCW_NO_PAGE ? MCW_EXIT_FAILED : MCW_EXIT_OK;
}

static bool type_is_offered(const struct einj *e)
{
	char names[NAMES_BYTES], name[32];

	/* Kernels do not list the vendor's types: only the firmware knows which there are. */
	if (e->type & MCW_EINJ_VENDOR) {
		if (e->kernel.has_vendor)
			return true;
		mcw_error("0x%x: the firmware has no errors of its vendor: no %s/vendor", e->type,
			  e->paths->directory);
		return false;
	}
	if (e->type & e->kernel.available)
		return true;
	mcw_error("the firmware does not offer %s; it offers: %s (%s/available_error_type)",
		  mcw_einj_name(e->type, name, sizeof(name)),
		  mcw_einj_names(e->kernel.available, names, sizeof(names)), e->paths->directory);
	return false;
}

/* The kernel refuses all but memory, and so do the firmwares that look. */
static bool address_is_memory(const struct einj *e)
{
	__u64 first = e->address & MCW_EINJ_MASK;
	enum mcw_iomem found;
	char name[80];

	if (!mcw_einj_memory(e->paths, first, first + PAGE_BYTES - 1, &found, name, sizeof(name)))
		return false;
	if (found == MCW_IOMEM_RAM)
		return true;
	if (found == MCW_IOMEM_HIDDEN)
		mcw_error("%s shows addresses only to root", e->paths->iomem);
	else if (name[0])
		mcw_error("0x%llx is no memory: %s calls it \"%s\"", e->address, e->paths->iomem,
			  name);
	else
		mcw_error("0x%llx is no memory: %s does not have its page", e->address,
			  e->paths->iomem);
	return false;
}

static bool parameters_fit(const struct einj *e)
{
	const char *directory = e->paths->directory;

	if (e->has_address && !e->kernel.takes_address) {
		mcw_error("the firmware chooses the address itself: it has no"
			  " SET_ERROR_TYPE_WITH_ADDRESS, so there is no %s/param1",
			  directory);
		return false;
	}
	if (e->is_memory && e->kernel.takes_address && !e->has_address) {
		mcw_error("errors of memory need an address: give --addr, or --pid and --vaddr");
		return false;
	}
	if (e->o->inject.no_trigger && !e->kernel.takes_notrigger) {
		mcw_error("--no-trigger: the kernel triggers each error: there is no %s/notrigger",
			  directory);
		return false;
	}
	return !e->has_address || address_is_memory(e);
}

static bool is_allowed(const struct einj *e)
{
	const struct mcw_einj_type *type = mcw_einj_type_of(e->type);
	const char *danger = "a fatal error";

	if (!type)
		danger = "nobody but the firmware knows what it does";
	else if (!type->is_fatal)
		return true;
	if (e->o->inject.yes || e->o->dry_run)
		return true;
	mcw_error("this error may stop the machine (%s): give --yes to raise it", danger);
	return false;
}

static void say_why(const struct einj *e, const char *file, int err)
{
	static const struct {
		int err;
		const char *why;
	} reasons[] = {
		{ EPERM, "the kernel is locked down, as with Secure Boot" },
		{ EACCES, "needs root" },
		{ ENOENT, "no such file, or the firmware's table lacks a step" },
		{ EINVAL, "the kernel or the firmware refuses this type, address or mask" },
		{ EBUSY, "the firmware failed, or a driver holds a register that it needs" },
		{ EIO, "the firmware did not answer in time, or its table is wrong" },
		{ EADDRINUSE, "it is the kernel's page of zeros" },
		{ ENXIO, "the kernel has no such device" },
	};
	const char *why = NULL;

	for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++)
		if (reasons[i].err == err)
			why = reasons[i].why;
	/* A trigger that fails comes after the error is planted. */
	mcw_error("%s: cannot write %s/%s: %s%s%s%s",
		  strcmp(file, "error_inject") ? "nothing was injected" : "the injection failed",
		  e->paths->directory, file, strerror(err), why ? ": " : "", why ? why : "",
		  err == EPERM || err == EACCES ? "" : "; see the kernel's log");
}

static void plan_add(struct plan *p, const char *file, __u64 value)
{
	p->writes[p->count].file = file;
	p->writes[p->count++].value = value;
}

/* Values of the last injection stay in the files: all that count are written. */
static void plan_make(const struct einj *e, struct plan *p)
{
	if (e->kernel.takes_address && !(e->type & MCW_EINJ_VENDOR)) {
		plan_add(p, "flags", e->has_address ? FLAG_MEMORY : 0);
		plan_add(p, "param1", e->address);
		plan_add(p, "param2", e->has_address ? e->mask : 0);
	}
	if (e->kernel.takes_notrigger)
		plan_add(p, "notrigger", e->o->inject.no_trigger);
	plan_add(p, "error_type", e->type);
	plan_add(p, "error_inject", 1);
}

static bool plan_do(const struct einj *e, const struct plan *p)
{
	for (unsigned int i = 0; i < p->count; i++) {
		const char *file = p->writes[i].file;
		__u64 value = p->writes[i].value;
		int err;

		if (e->o->dry_run) {
			printf("0x%llx to %s/%s\n", value, e->paths->directory, file);
			continue;
		}
		err = mcw_einj_write(e->paths, file, value);
		if (err) {
			say_why(e, file, err);
			return false;
		}
	}
	return true;
}

static void say_what(const struct einj *e)
{
	char name[32];

	if (e->o->dry_run) {
		puts("nothing was written");
		return;
	}
	printf("the firmware injected %s", mcw_einj_name(e->type, name, sizeof(name)));
	if (e->has_address)
		printf(" at 0x%llx", e->address);
	puts(e->o->inject.no_trigger ? ": it is found when something reads that place" : "");
	if (access(e->o->device, F_OK))
		puts("mcewarden is not loaded: it has no record of it");
	else
		puts("mcwctl follow last shows what comes of it");
}

enum mcw_exit mcw_einj_inject(const struct mcw_options *o, const struct mcw_einj_paths *paths)
{
	struct einj e = { .o = o, .paths = paths };
	struct plan plan = { .count = 0 };
	const struct mcw_einj_type *type;
	enum mcw_exit result;

	if (!type_parse(&e))
		return MCW_EXIT_USAGE;
	type = mcw_einj_type_of(e.type);
	e.is_memory = type && type->is_memory;
	result = address_parse(&e);
	if (result != MCW_EXIT_OK)
		return result;
	if (!mcw_einj_read(&e.kernel, paths) || !type_is_offered(&e) || !parameters_fit(&e) ||
	    !is_allowed(&e))
		return MCW_EXIT_FAILED;
	plan_make(&e, &plan);
	if (!plan_do(&e, &plan))
		return MCW_EXIT_FAILED;
	say_what(&e);
	return MCW_EXIT_OK;
}

enum mcw_exit mcw_einj_run(struct mcw_options *o)
{
	const struct mcw_einj_paths paths = {
		.directory = o->inject.einj_directory ? o->inject.einj_directory :
							MCW_EINJ_DIRECTORY,
		.table = "/sys/firmware/acpi/tables/EINJ",
		.iomem = "/proc/iomem",
	};

	return mcw_einj_inject(o, &paths);
}

// SPDX-License-Identifier: GPL-2.0
/*
 * Tasks that got a signal because of a bad page, as lines and as JSON.
 */
#define _GNU_SOURCE
#include "show/victim.h"

#include <signal.h>
#include <string.h>

#include "decode/qemu.h"
#include "show/json.h"
#include "show/text.h"

#ifndef BUS_MCEERR_AR
#define BUS_MCEERR_AR	4
#define BUS_MCEERR_AO	5
#endif
#ifndef SI_KERNEL
#define SI_KERNEL	0x80
#endif

const char *mcw_victim_cause_name(unsigned int cause)
{
	switch (cause) {
	case MCW_VICTIM_TAKEN:
		return "taken";
	case MCW_VICTIM_TOUCHED:
		return "touched";
	case MCW_VICTIM_CONSUMED:
		return "consumed";
	default:
		return "unknown";
	}
}

static const char *cause_text(unsigned int cause)
{
	switch (cause) {
	case MCW_VICTIM_TAKEN:
		return "the page was taken from it";
	case MCW_VICTIM_TOUCHED:
		return "it touched a page that was taken before";
	case MCW_VICTIM_CONSUMED:
		return "it consumed the error, and cannot go on";
	default:
		return "the cause is not known";
	}
}

static const char *code_name(int code)
{
	switch (code) {
	case BUS_MCEERR_AR:
		return "BUS_MCEERR_AR";
	case BUS_MCEERR_AO:
		return "BUS_MCEERR_AO";
	case SI_KERNEL:
		return "SI_KERNEL";
	default:
		return "unknown";
	}
}

static const char *signal_name(unsigned int signal)
{
	const char *name = sigabbrev_np(signal);

	return name ? name : "unknown";
}

static void comm_copy(const struct mcw_victim *v, char comm[MCW_VICTIM_COMM + 1])
{
	memcpy(comm, v->comm, MCW_VICTIM_COMM);
	comm[MCW_VICTIM_COMM] = '\0';
}

void mcw_victim_print(FILE *out, const struct mcw_victim *v)
{
	char comm[MCW_VICTIM_COMM + 1];

	comm_copy(v, comm);
	fputc('"', out);
	mcw_text_safely(out, comm);
	fprintf(out, "\" pid %u got SIG%s: %s", v->pid, signal_name(v->signal),
		cause_text(v->cause));
}

static void cause_print(FILE *out, const struct mcw_record *r, bool under)
{
	const unsigned int cause = r->victim.cause;

	/* That can be hours after the event. */
	if (under && cause == MCW_VICTIM_TOUCHED) {
		fputs("it touched the page later, at ", out);
		mcw_text_time(out, r->head.wall_ns);
	} else {
		fputs(cause_text(cause), out);
	}
}

static void vm_print(FILE *out, const struct mcw_vm *vm)
{
	fputs(" (VM", out);
	if (vm->name[0]) {
		fputs(" \"", out);
		mcw_text_safely(out, vm->name);
		fputc('"', out);
	}
	if (vm->uuid[0])
		fprintf(out, "%s UUID %s", vm->name[0] ? "," : "", vm->uuid);
	if (!vm->name[0] && !vm->uuid[0])
		fputs(" without a name", out);
	fputc(')', out);
}

void mcw_text_victim(FILE *out, const struct mcw_record *r, const struct mcw_vm *vm, bool under)
{
	const struct mcw_victim *v = &r->victim;
	char comm[MCW_VICTIM_COMM + 1];

	comm_copy(v, comm);
	if (under)
		fputs("   ", out);
	else
		mcw_text_time(out, r->head.wall_ns);
	fputs(" victim of ", out);
	if (v->page == MCW_NO_PAGE)
		fputs("an unknown page", out);
	else
		fprintf(out, "page 0x%llx", v->page);
	fputs(": \"", out);
	mcw_text_safely(out, comm);
	fprintf(out, "\" pid %u", v->pid);
	if (v->tid != v->pid)
		fprintf(out, " thread %u", v->tid);
	if (vm)
		vm_print(out, vm);
	fprintf(out, " got SIG%s (%s)", signal_name(v->signal), code_name(v->code));
	if (v->lsb)
		fprintf(out, " at address 0x%llx, %llu bytes", v->address, 1ULL << (v->lsb & 63));
	fputs(": ", out);
	cause_print(out, r, under);
	fputc('\n', out);
}

static void vm_write(struct mcw_json *json, const struct mcw_vm *vm)
{
	if (!vm) {
		mcw_json_null(json, "vm");
		return;
	}
	mcw_json_begin_object(json, "vm");
	if (vm->name[0])
		mcw_json_string(json, "name", vm->name);
	else
		mcw_json_null(json, "name");
	if (vm->uuid[0])
		mcw_json_string(json, "uuid", vm->uuid);
	else
		mcw_json_null(json, "uuid");
	mcw_json_end_object(json);
}

void mcw_json_victim(FILE *out, const struct mcw_record *r, const struct mcw_vm *vm, __u64 lost)
{
	const struct mcw_victim *v = &r->victim;
	char comm[MCW_VICTIM_COMM + 1], name[32];
	struct mcw_json json;

	comm_copy(v, comm);
	snprintf(name, sizeof(name), "SIG%s", signal_name(v->signal));
	mcw_json_begin_line(&json, out);
	mcw_json_head(&json, "victim", &r->head, lost);
	if (v->page == MCW_NO_PAGE)
		mcw_json_null(&json, "page");
	else
		mcw_json_register(&json, "page", v->page);
	mcw_json_number(&json, "pid", v->pid);
	mcw_json_number(&json, "tid", v->tid);
	mcw_json_string(&json, "comm", comm);
	vm_write(&json, vm);
	mcw_json_string(&json, "signal", name);
	mcw_json_string(&json, "code", code_name(v->code));
	if (v->lsb) {
		mcw_json_register(&json, "address", v->address);
		mcw_json_number(&json, "bytes", 1ULL << (v->lsb & 63));
	} else {
		mcw_json_null(&json, "address");
		mcw_json_null(&json, "bytes");
	}
	mcw_json_string(&json, "cause", mcw_victim_cause_name(v->cause));
	mcw_json_end_line(&json);
}

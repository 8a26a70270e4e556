// SPDX-License-Identifier: GPL-2.0
/*
 * Guests and the errors of their pages, as lines.
 */
#include "show/guest.h"

#include "decode/decode.h"
#include "guests/failures.h"
#include "guests/forward.h"
#include "guests/track.h"
#include "show/text.h"

#define MIB (1024 * 1024ULL)

static void name_print(FILE *out, const struct mcw_guest *guest)
{
	char buffer[MCW_GUEST_NAME_BYTES];

	fputs("guest \"", out);
	mcw_text_safely(out, mcw_guest_name(guest, buffer, sizeof(buffer)));
	fputc('"', out);
}

static void number_print(FILE *out, __u64 number, const char *what)
{
	if (number)
		fprintf(out, ", %llu %s", number, what);
}

static void counts_print(FILE *out, const struct mcw_guest_counts *c)
{
	__u64 errors = c->corrected + c->deferred + c->uncorrected;

	fprintf(out, "%llu error%s", errors, errors == 1 ? "" : "s");
	number_print(out, c->corrected, "corrected");
	number_print(out, c->deferred, "deferred");
	number_print(out, c->uncorrected, "uncorrected");
	number_print(out, c->own, "in its program's own memory");
	number_print(out, c->victims, c->victims == 1 ? "signal" : "signals");
	number_print(out, c->forwarded, "forwarded");
	number_print(out, c->refused, "could not be forwarded");
	number_print(out, c->left, "left to the kernel or not allowed");
	number_print(out, c->memory_failures, "MEMORY_FAILURE events");
}

static void monitor_print(FILE *out, const struct mcw_guest *guest)
{
	const struct mcw_monitor *m = &guest->monitor;

	fputs("    ", out);
	if (!guest->is_qemu) {
		fputs("no QEMU: the guest's addresses are not known", out);
	} else if (m->way == MCW_MONITOR_NONE) {
		fputs("no monitor: see --qmp and --virsh in mcwctl-guests(8)", out);
	} else {
		fputs(m->way == MCW_MONITOR_VIRSH ? "monitor by virsh" : "monitor ", out);
		if (m->way == MCW_MONITOR_NOTED)
			fputs("of the service", out);
		else if (m->way == MCW_MONITOR_QMP)
			mcw_text_safely(out, m->name);
		if (m->qmp.error[0]) {
			fputs(": ", out);
			mcw_text_safely(out, m->qmp.error);
		}
		if (guest->memory.count)
			fprintf(out, "; memory %llu MiB in %zu ranges",
				mcw_guest_memory_bytes(&guest->memory) / MIB, guest->memory.count);
	}
	fputc('\n', out);
	if (mcw_pagemap_missing(guest->pages) && !guest->gone)
		fprintf(out, "    %s\n", mcw_pagemap_missing(guest->pages));
}

static void guest_print(FILE *out, const struct mcw_guest *guest)
{
	name_print(out, guest);
	fputs(" (", out);
	mcw_text_safely(out, guest->program);
	fprintf(out, ", pid %u%s", guest->pid, guest->gone ? ", ended" : "");
	if (guest->vm.uuid[0] && guest->vm.name[0])
		fprintf(out, ", UUID %s", guest->vm.uuid);
	fputs("): ", out);
	counts_print(out, &guest->counts);
	fputc('\n', out);
	monitor_print(out, guest);
}

static void page_print(FILE *out, const struct mcw_guest_page *p)
{
	fprintf(out, "    page 0x%llx ", p->owner.page);
	if (p->owner.gap == MCW_OWNER_KNOWN)
		fprintf(out, "at guest address 0x%llx", p->owner.gpa);
	else
		fprintf(out, "(%s)", mcw_owner_gap_text(p->owner.gap));
	fprintf(out, ": %llu corrected", p->corrected);
	number_print(out, p->deferred, "deferred");
	number_print(out, p->uncorrected, "uncorrected");
	number_print(out, p->victims, p->victims == 1 ? "signal" : "signals");
	if (p->last_ns) {
		fputs(", the last at ", out);
		mcw_text_time(out, p->last_ns);
	}
	fputc('\n', out);
}

static bool had_any(const struct mcw_guest_counts *c)
{
	return c->corrected + c->deferred + c->uncorrected + c->victims + c->memory_failures;
}

void mcw_text_guests(FILE *out, const struct mcw_track *t, bool all)
{
	size_t quiet = 0, i;

	for (i = 0; i < t->guests.count; i++) {
		const struct mcw_guest *guest = t->guests.guest[i];

		if (!all && !had_any(&guest->counts)) {
			quiet++;
			continue;
		}
		guest_print(out, guest);
		for (size_t n = 0; n < t->page_count; n++)
			if (t->page[n].owner.guest == guest)
				page_print(out, &t->page[n]);
	}
	for (i = 0; i < t->guests.socket_count; i++) {
		const struct mcw_socket *s = &t->guests.socket[i];

		if (s->used || !s->error[0])
			continue;
		mcw_text_safely(out, s->path);
		fputs(": ", out);
		mcw_text_safely(out, s->error);
		fputc('\n', out);
	}
	fprintf(out,
		"%zu guest%s without errors; %llu error%s in pages of no guest, %llu without a usable address\n",
		quiet, quiet == 1 ? "" : "s", t->no_guest, t->no_guest == 1 ? "" : "s",
		t->no_address);
}

static void error_print(FILE *out, const struct mcw_guest_error *e, bool has_address)
{
	fprintf(out, ": %s error", mcw_class_name(e->class));
	if (has_address)
		fprintf(out, " at its address 0x%llx", e->gpa);
	fprintf(out, ", page 0x%llx", e->host_page);
	if (e->count > 1)
		fprintf(out, ", %llu errors", e->count);
}

void mcw_text_forward(FILE *out, const struct mcw_forward_report *r, __u64 wall_ns)
{
	mcw_text_time(out, wall_ns);
	fputc(' ', out);
	name_print(out, r->guest);
	error_print(out, &r->error, r->gap == MCW_OWNER_KNOWN);
	fprintf(out, ": %s", mcw_forward_result_text(r->result));
	if (r->result == MCW_FORWARDED || r->result == MCW_FORWARD_DRY)
		fprintf(out, " bank %u of its CPU %u", r->content.bank, r->cpu);
	else if (r->result == MCW_FORWARD_NO_ADDRESS)
		fprintf(out, ": %s", mcw_owner_gap_text(r->gap));
	if (r->text && r->text[0]) {
		fputs(": ", out);
		mcw_text_safely(out, r->text);
	}
	fputc('\n', out);
}

void mcw_text_failure(FILE *out, const struct mcw_failure_told *told)
{
	mcw_text_time(out, told->said.wall_ns);
	fputc(' ', out);
	name_print(out, told->guest);
	fputs(": MEMORY_FAILURE: ", out);
	mcw_text_safely(out, told->said.recipient);
	fputs(", ", out);
	mcw_text_safely(out, told->said.action);
	if (told->said.action_required)
		fputs(", action required", out);
	if (told->said.recursive)
		fputs(", in the middle of another", out);
	if (told->page != MCW_NO_PAGE)
		fprintf(out, "; page 0x%llx", told->page);
	else if (told->ambiguous)
		fprintf(out, "; ambiguous: %u events and %u signals at about that time",
			told->events, told->signals);
	else
		fputs("; of no known signal", out);
	fputc('\n', out);
}

void mcw_text_owner(FILE *out, const struct mcw_owner *owner)
{
	name_print(out, owner->guest);
	if (owner->gap == MCW_OWNER_KNOWN)
		fprintf(out, " at its address 0x%llx", owner->gpa);
	else
		fprintf(out, ", pid %u: %s", owner->guest->pid, mcw_owner_gap_text(owner->gap));
}

void mcw_text_owner_under(FILE *out, const struct mcw_owner *owner)
{
	fputs("    ", out);
	mcw_text_owner(out, owner);
	fputc('\n', out);
}

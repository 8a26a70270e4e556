// SPDX-License-Identifier: GPL-2.0
/*
 * Guests and the errors of their pages, as JSON. The service's file is in the same form, and is
 * read by guests/noted.c.
 */
#include "show/guest.h"

#include "decode/decode.h"
#include "guests/failures.h"
#include "guests/forward.h"
#include "guests/track.h"
#include "show/json.h"

static void text_or_null(struct mcw_json *json, const char *key, const char *text)
{
	if (text && text[0])
		mcw_json_string(json, key, text);
	else
		mcw_json_null(json, key);
}

static void name_write(struct mcw_json *json, const struct mcw_guest *guest)
{
	char buffer[MCW_GUEST_NAME_BYTES];

	mcw_json_string(json, "guest", mcw_guest_name(guest, buffer, sizeof(buffer)));
	text_or_null(json, "uuid", guest->vm.uuid);
	mcw_json_number(json, "pid", guest->pid);
}

static void counts_write(struct mcw_json *json, const struct mcw_guest_counts *c)
{
	mcw_json_number(json, "corrected", c->corrected);
	mcw_json_number(json, "deferred", c->deferred);
	mcw_json_number(json, "uncorrected", c->uncorrected);
	mcw_json_number(json, "own_memory", c->own);
	mcw_json_number(json, "forwarded", c->forwarded);
	mcw_json_number(json, "injections", c->injections);
	mcw_json_number(json, "summed", c->summed);
	mcw_json_number(json, "refused", c->refused);
	mcw_json_number(json, "left", c->left);
	mcw_json_number(json, "victims", c->victims);
	mcw_json_number(json, "memory_failures", c->memory_failures);
	mcw_json_number(json, "ambiguous", c->ambiguous);
}

static void memory_write(struct mcw_json *json, const struct mcw_guest_memory *memory)
{
	mcw_json_begin_array(json, "memory");
	for (size_t i = 0; i < memory->count; i++) {
		mcw_json_begin_object(json, NULL);
		mcw_json_register(json, "guest_address", memory->ranges[i].gpa);
		mcw_json_register(json, "bytes", memory->ranges[i].size);
		mcw_json_register(json, "address", memory->ranges[i].hva);
		mcw_json_end_object(json);
	}
	mcw_json_end_array(json);
}

static const char *way_name(enum mcw_monitor_way way)
{
	static const char *const names[] = {
		[MCW_MONITOR_NONE] = "none",
		[MCW_MONITOR_QMP] = "qmp",
		[MCW_MONITOR_VIRSH] = "virsh",
		[MCW_MONITOR_NOTED] = "service",
	};

	return names[way];
}

static void guest_write(FILE *out, const struct mcw_guest *guest)
{
	struct mcw_json json;

	mcw_json_begin_line(&json, out);
	mcw_json_string(&json, "type", "guest");
	name_write(&json, guest);
	mcw_json_number(&json, "start", guest->start);
	mcw_json_string(&json, "program", guest->program);
	mcw_json_bool(&json, "qemu", guest->is_qemu);
	mcw_json_bool(&json, "ended", guest->gone);
	mcw_json_string(&json, "monitor", way_name(guest->monitor.way));
	text_or_null(&json, "socket", guest->monitor.name);
	text_or_null(&json, "error", guest->monitor.qmp.error);
	text_or_null(&json, "missing", mcw_pagemap_missing(guest->pages));
	counts_write(&json, &guest->counts);
	memory_write(&json, &guest->memory);
	mcw_json_end_line(&json);
}

static void address_write(struct mcw_json *json, const struct mcw_owner *owner)
{
	if (owner->gap == MCW_OWNER_KNOWN) {
		mcw_json_register(json, "guest_address", owner->gpa);
		mcw_json_null(json, "why");
	} else {
		mcw_json_null(json, "guest_address");
		mcw_json_string(json, "why", mcw_owner_gap_text(owner->gap));
	}
}

static void page_write(FILE *out, const struct mcw_guest_page *p)
{
	struct mcw_json json;

	mcw_json_begin_line(&json, out);
	mcw_json_string(&json, "type", "guest_page");
	mcw_json_register(&json, "page", p->owner.page);
	name_write(&json, p->owner.guest);
	address_write(&json, &p->owner);
	mcw_json_register(&json, "address", p->owner.hva);
	mcw_json_number(&json, "corrected", p->corrected);
	mcw_json_number(&json, "deferred", p->deferred);
	mcw_json_number(&json, "uncorrected", p->uncorrected);
	mcw_json_number(&json, "victims", p->victims);
	if (p->first_ns) {
		mcw_json_time(&json, "first", p->first_ns);
		mcw_json_time(&json, "last", p->last_ns);
	}
	mcw_json_end_line(&json);
}

void mcw_json_guests(FILE *out, const struct mcw_track *t)
{
	for (size_t i = 0; i < t->guests.count; i++)
		guest_write(out, t->guests.guest[i]);
	for (size_t i = 0; i < t->page_count; i++)
		page_write(out, &t->page[i]);
}

void mcw_json_forward(FILE *out, const struct mcw_forward_report *r, __u64 wall_ns)
{
	struct mcw_json json;

	mcw_json_begin_line(&json, out);
	mcw_json_string(&json, "type", "forward");
	mcw_json_time(&json, "time", wall_ns);
	name_write(&json, r->guest);
	mcw_json_string(&json, "class", mcw_class_name(r->error.class));
	mcw_json_number(&json, "count", r->error.count);
	mcw_json_register(&json, "page", r->error.host_page);
	if (r->gap == MCW_OWNER_KNOWN)
		mcw_json_register(&json, "guest_address", r->error.gpa);
	else
		mcw_json_null(&json, "guest_address");
	mcw_json_string(&json, "result", mcw_forward_result_name(r->result));
	if (r->result == MCW_FORWARD_NO_ADDRESS)
		mcw_json_string(&json, "why", mcw_owner_gap_text(r->gap));
	else
		text_or_null(&json, "why", r->text);
	if (r->content.status) {
		mcw_json_number(&json, "cpu", r->cpu);
		mcw_json_number(&json, "bank", r->content.bank);
		mcw_json_register(&json, "status", r->content.status);
		mcw_json_register(&json, "addr", r->content.addr);
		mcw_json_register(&json, "misc", r->content.misc);
	}
	mcw_json_end_line(&json);
}

void mcw_json_failure(FILE *out, const struct mcw_failure_told *told)
{
	struct mcw_json json;

	mcw_json_begin_line(&json, out);
	mcw_json_string(&json, "type", "memory_failure");
	mcw_json_time(&json, "time", told->said.wall_ns);
	name_write(&json, told->guest);
	mcw_json_string(&json, "recipient", told->said.recipient);
	mcw_json_string(&json, "action", told->said.action);
	mcw_json_bool(&json, "action_required", told->said.action_required);
	mcw_json_bool(&json, "recursive", told->said.recursive);
	if (told->page == MCW_NO_PAGE)
		mcw_json_null(&json, "page");
	else
		mcw_json_register(&json, "page", told->page);
	mcw_json_bool(&json, "ambiguous", told->ambiguous);
	mcw_json_number(&json, "events", told->events);
	mcw_json_number(&json, "signals", told->signals);
	mcw_json_end_line(&json);
}

void mcw_json_owners(struct mcw_json *json, const struct mcw_owner *owner, size_t count)
{
	mcw_json_begin_array(json, "guests");
	for (size_t i = 0; i < count; i++) {
		mcw_json_begin_object(json, NULL);
		name_write(json, owner[i].guest);
		address_write(json, &owner[i]);
		mcw_json_end_object(json);
	}
	mcw_json_end_array(json);
}

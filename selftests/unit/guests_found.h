/* SPDX-License-Identifier: GPL-2.0 */
/* The guests that the tool finds, and what it forwards to them, as tests ask for them. */
#ifndef _UNIT_GUESTS_FOUND_H
#define _UNIT_GUESTS_FOUND_H

#include "guests_qemu.h"
#include "ktap.h"
#include "guests/address.h"
#include "guests/forward.h"
#include "guests/guests.h"

/* A marker, and its guest-physical address. */
#define LOW 0x2003000ULL
#define MARK_LOW 0x6c6f77206d61726bULL
#define LOADER(address, marker) "loader,addr=" #address ",data=" #marker ",data-len=8"

static struct mcw_guests guests;
static struct mcw_owners owners;

static void guests_end(void)
{
	mcw_owners_free(&owners);
	mcw_guests_free(&guests);
}

/* The one owner of a page. */
static const struct mcw_owner *owner_of(__u64 page)
{
	expect_eq(mcw_guests_find(&guests, &page, 1, &owners), true);
	expect_eq(owners.count, 1);
	return owners.count == 1 ? &owners.owner[0] : NULL;
}

/* The page with the marker belongs to this machine, at this guest-physical address. */
static void marker_is_at(const struct machine *m, __u64 marker, __u64 gpa)
{
	__u64 hva = 0, page = page_of_marker(m->pid, marker, &hva);
	const struct mcw_owner *owner = owner_of(page);

	expect_eq(page != 0, true);
	if (!owner)
		return;
	expect_eq(owner->guest->pid, m->pid);
	expect_eq(owner->gap, MCW_OWNER_KNOWN);
	expect_eq(owner->gpa, gpa);
	expect_eq(owner->hva, hva);
}

static void small_begin(struct machine *m, const char *name, const char *socket)
{
	machine_begin(m, name, socket);
	machine_add(m, "-m", "64M");
	machine_add(m, "-device", LOADER(0x2003000, 0x6c6f77206d61726b));
	expect_eq(machine_start(m), true);
}

static struct mcw_forward_report reported;
static char words[192];

static void report_keep(struct mcw_forwarding *f, const struct mcw_forward_report *report)
{
	(void)f;
	reported = *report;
	snprintf(words, sizeof(words), "%s", report->text ? report->text : "");
}

/* An error at this page; what became of it is in reported. */
static void forward(struct mcw_forwarding *f, const struct mcw_owner *owner, enum mcw_class class)
{
	static const struct mcw_track track;
	struct mcw_tracked event = {
		.at = { .address = owner->page | 0x40, .lsb = 6 },
		.class = class,
		.status = 0x9400000000000090,
		.count = 3,
	};

	memset(&reported, 0, sizeof(reported));
	reported.result = MCW_FORWARD_REFUSED;
	mcw_forward_error(f, &track, &event, owner);
	mcw_forward_due(f, &guests);
}

#endif /* _UNIT_GUESTS_FOUND_H */

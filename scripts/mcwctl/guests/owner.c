// SPDX-License-Identifier: GPL-2.0
/*
 * Which guest has a physical page, and at which guest-physical address.
 *
 * A page can have several owners, as where KSM has merged equal pages. The answer is of now: a page
 * that the kernel has moved since its error is not found, or is another guest's.
 */
#include "guests/guests.h"

#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "guests/address.h"
#include "guests/sockets.h"
#include "source/clock.h"

#define NS_PER_S 1000000000ULL
/* A map is read again for an address that it does not have, at most so often. */
#define MAP_NS NS_PER_S

const char *mcw_owner_gap_text(enum mcw_owner_gap gap)
{
	switch (gap) {
	case MCW_OWNER_NOT_QEMU:
		return "it is no QEMU, so nobody can be asked for the guest's address";
	case MCW_OWNER_NO_MONITOR:
		return "its monitor cannot be asked for the guest's address";
	case MCW_OWNER_OWN_MEMORY:
		return "memory of the program itself, not of its guest";
	case MCW_OWNER_UNSURE:
		return "its monitor contradicts itself about the guest's address";
	default:
		return "";
	}
}

void mcw_guest_close(struct mcw_guest *guest)
{
	mcw_qmp_close(&guest->monitor.qmp);
	guest->again_ns = mcw_now_ns(CLOCK_MONOTONIC) + mcw_monitor_pause(++guest->failures);
}

static bool map_read(struct mcw_guest *guest)
{
	guest->memory_ns = mcw_now_ns(CLOCK_MONOTONIC);
	if (mcw_guest_memory_read(&guest->memory, &guest->monitor) &&
	    (guest->cpu.known || mcw_monitor_cpu(&guest->monitor, &guest->cpu))) {
		guest->failures = 0;
		return true;
	}
	mcw_guest_close(guest);
	return false;
}

bool mcw_guest_is_open(struct mcw_guest *guest)
{
	struct mcw_monitor *monitor = &guest->monitor;
	struct mcw_qmp fresh;

	if (monitor->way == MCW_MONITOR_NOTED)
		return !guest->gone;
	if (guest->gone || monitor->way == MCW_MONITOR_NONE ||
	    mcw_now_ns(CLOCK_MONOTONIC) < guest->again_ns)
		return false;
	if (monitor->way == MCW_MONITOR_QMP && monitor->qmp.fd < 0) {
		bool good = mcw_qmp_open(&fresh, monitor->name);

		/* Another guest may have the socket's name by now. */
		if (good && fresh.pid != guest->pid) {
			mcw_qmp_close(&fresh);
			strcpy(fresh.error, "its socket is another process's now");
			good = false;
		}
		monitor->qmp = fresh;
		if (!good) {
			mcw_guest_close(guest);
			return false;
		}
	}
	return guest->memory.count || map_read(guest);
}

static bool map_is_old(const struct mcw_guest *guest)
{
	return mcw_now_ns(CLOCK_MONOTONIC) - guest->memory_ns >= MAP_NS;
}

/* Whether the monitor says of the address in the map what the map says. */
static bool map_is_right(struct mcw_owner *owner)
{
	struct mcw_guest *guest = owner->guest;
	__u64 hva;

	if (guest->monitor.way == MCW_MONITOR_NOTED)
		return true;
	if (mcw_guest_memory_ask(&guest->monitor, owner->gpa, &hva))
		return hva == owner->hva;
	if (guest->monitor.way == MCW_MONITOR_QMP && guest->monitor.qmp.fd < 0) {
		mcw_guest_close(guest);
		owner->gap = MCW_OWNER_NO_MONITOR;
	}
	return false;
}

void mcw_owner_translate(struct mcw_owner *owner)
{
	struct mcw_guest *guest = owner->guest;

	if (!guest->is_qemu) {
		owner->gap = MCW_OWNER_NOT_QEMU;
		return;
	}
	for (unsigned int tries = 0; tries < 2; tries++) {
		owner->gap = MCW_OWNER_NO_MONITOR;
		if (!mcw_guest_is_open(guest) || (tries && !map_read(guest)))
			return;
		owner->gap = MCW_OWNER_OWN_MEMORY;
		if (mcw_guest_memory_find(&guest->memory, owner->hva, &owner->gpa)) {
			owner->gap = MCW_OWNER_UNSURE;
			if (map_is_right(owner)) {
				owner->gap = MCW_OWNER_KNOWN;
				return;
			}
		}
		/* The guest may have got memory, or another map of it. */
		if (owner->gap == MCW_OWNER_NO_MONITOR || guest->monitor.way == MCW_MONITOR_NOTED ||
		    !map_is_old(guest))
			return;
	}
}

static bool owner_add(struct mcw_owners *owners, struct mcw_guest *guest,
		      const struct mcw_page_place *place)
{
	if (owners->count == owners->room) {
		size_t room = owners->room ? owners->room * 2 : 16;
		struct mcw_owner *more = realloc(owners->owner, room * sizeof(*more));

		if (!more) {
			mcw_error("no memory for the owners of pages");
			return false;
		}
		owners->owner = more;
		owners->room = room;
	}
	owners->owner[owners->count] = (struct mcw_owner){
		.page = place->page,
		.guest = guest,
		.hva = place->hva,
	};
	mcw_owner_translate(&owners->owner[owners->count++]);
	return true;
}

static int order(const void *left, const void *right)
{
	const struct mcw_page_place *a = left, *b = right;

	return (a->page > b->page) - (a->page < b->page);
}

/* Sorted, each page once. Return: how many. */
static size_t places_fill(struct mcw_page_place *places, const __u64 *pages, size_t count)
{
	size_t kept = 0;

	for (size_t i = 0; i < count; i++)
		places[i] = (struct mcw_page_place){ .page = mcw_page_of(pages[i]) };
	qsort(places, count, sizeof(*places), order);
	for (size_t i = 0; i < count; i++)
		if (!kept || places[kept - 1].page != places[i].page)
			places[kept++] = places[i];
	return kept;
}

static int owner_order(const void *left, const void *right)
{
	const struct mcw_owner *a = left, *b = right;

	if (a->page != b->page)
		return a->page < b->page ? -1 : 1;
	return (a->guest->pid > b->guest->pid) - (a->guest->pid < b->guest->pid);
}

bool mcw_guests_find(struct mcw_guests *g, const __u64 *pages, size_t count,
		     struct mcw_owners *owners)
{
	struct mcw_page_place *places = calloc(count ? count : 1, sizeof(*places));
	bool good = places;

	owners->count = 0;
	if (places)
		count = places_fill(places, pages, count);
	else
		mcw_error("no memory for the owners of pages");
	for (size_t i = 0; good && count && i < g->count; i++) {
		struct mcw_guest *guest = g->guest[i];

		if (guest->gone)
			continue;
		for (size_t n = 0; n < count; n++)
			places[n].hva = 0;
		guest->pages = mcw_pagemap_search(guest->process, places, count);
		for (size_t n = 0; good && n < count; n++)
			if (places[n].hva)
				good = owner_add(owners, guest, &places[n]);
	}
	if (owners->count)
		qsort(owners->owner, owners->count, sizeof(*owners->owner), owner_order);
	free(places);
	return good;
}

void mcw_owners_free(struct mcw_owners *owners)
{
	free(owners->owner);
	*owners = (struct mcw_owners){ .count = 0 };
}

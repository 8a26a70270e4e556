// SPDX-License-Identifier: GPL-2.0
/*
 * What a record says about a part of the machine.
 */
#include <stdio.h>
#include <string.h>

#include <mcewarden/mca.h>

#include "decode/absent.h"
#include "decode/advice.h"
#include "decode/component.h"
#include "decode/decode.h"
#include "decode/erratum.h"
#include "decode/location.h"
#include "diagnose/diagnose.h"

static const struct mcw_fault_part nothing = {
	.socket = -1,
	.mc = -1,
	.channel = -1,
	.dimm = -1,
	.unit = -1,
};

/* Texts of others, cut where they do not fit. */
static void text_copy(char *to, size_t size, const char *from)
{
	size_t length = strlen(from);

	if (length >= size)
		length = size - 1;
	memcpy(to, from, length);
	memset(to + length, 0, size - length);
}

static __s32 place_number(const struct mcw_memory_place *place, enum mcw_place_part part)
{
	return mcw_place_has(place, part) ? (__s32)place->value[part] : -1;
}

/* EDAC's number of one of its layers, by its word: "channel 0 slot 1". */
static __s32 layer_number(const struct mcw_dimm *dimm, const char *word)
{
	const char *at = dimm->location;
	size_t length = strlen(word);

	for (unsigned int i = 0; i < MCW_DIMM_LAYERS && *at; i++) {
		if (!strncmp(at, word, length) && at[length] == ' ')
			return dimm->layer[i];
		at += strcspn(at, " ");
		at += strspn(at, " ");
		at += strcspn(at, " ");
		at += strspn(at, " ");
	}
	return -1;
}

/*
 * Of a DIMM of EDAC's, its numbers there: they are the same for all errors of that DIMM. Where
 * layers have other words, as csrow or memory, they still tell DIMMs apart.
 */
static void dimm_place(struct mcw_fault_part *p, const struct mcw_dimm *dimm)
{
	__s32 slot = layer_number(dimm, "slot");

	p->socket = -1;
	p->mc = dimm->mc;
	p->channel = layer_number(dimm, "channel");
	if (slot < 0)
		slot = layer_number(dimm, "csrow");
	if (slot < 0)
		for (unsigned int i = 0; i < MCW_DIMM_LAYERS; i++)
			slot = slot * 256 + (dimm->layer[i] >= 0 ? dimm->layer[i] : 0);
	p->dimm = slot < 0 ? 0 : slot;
}

void mcw_sign_place(struct mcw_sign *sign, const struct mcw_dimm_known *known)
{
	struct mcw_fault_part *p = &sign->part;

	sign->place = known->place;
	sign->source = known->source;
	sign->transient = known->place.transient;
	if (mcw_place_has(&known->place, MCW_PLACE_SOCKET))
		p->socket = place_number(&known->place, MCW_PLACE_SOCKET);
	p->mc = place_number(&known->place, MCW_PLACE_CONTROLLER);
	p->channel = place_number(&known->place, MCW_PLACE_CHANNEL);
	p->dimm = place_number(&known->place, MCW_PLACE_DIMM);
	if (known->dimm) {
		text_copy(p->label, sizeof(p->label), known->dimm->label);
		if (known->dimm->mc != MCW_DIMM_NO_MC)
			dimm_place(p, known->dimm);
	}
	if (known->slot.device) {
		text_copy(p->slot, sizeof(p->slot), known->slot.device->locator);
		text_copy(p->serial, sizeof(p->serial), known->slot.device->serial);
		text_copy(p->number, sizeof(p->number), known->slot.device->part);
	}
}

struct mcw_sign mcw_sign_of_memory(void)
{
	struct mcw_sign sign = { .part = nothing, .address = MCW_NO_PAGE };

	sign.part.kind = MCW_SIGN_MEMORY;
	return sign;
}

struct mcw_sign mcw_sign_of_report(const struct mcw_record *first,
				   const struct mcw_dimm_known *known)
{
	const struct mcw_location *l = &first->location;
	struct mcw_sign sign = mcw_sign_of_memory();

	sign.record = (struct mcw_sign_record){ .pos = first->head.pos, .lane = first->head.lane };
	sign.mono_ns = first->head.mono_ns;
	sign.wall_ns = first->head.wall_ns;
	if (l->address)
		sign.address = l->address;
	sign.count = l->count;
	sign.uncorrected = !mcw_location_is_corrected(l->error_type);
	mcw_sign_place(&sign, known);
	return sign;
}

/* A core that consumed poison, and one that waited for too long, are not what is bad. */
static bool is_bystander(const struct mcw_event *ev)
{
	const struct mcw_advice *advice = mcw_advice(ev);

	return advice &&
	       (!strcmp(advice->name, "poison_consumed") || !strcmp(advice->name, "watchdog"));
}

/*
 * Intel's code for errors of memory. The bank can be that of the mesh in front of the memory
 * controller, which reports them on some models.
 */
static bool is_memory_code(const struct mcw_event *ev)
{
	return !mcw_vendor_is_amd(ev->regs.cpuvendor) &&
	       MCW_MCACOD_IS(MCW_MCACOD_UNFILTERED(ev->regs.status), MEMORY);
}

static enum mcw_sign_kind kind_of(const struct mcw_event *ev, const struct mcw_dimm_known *known,
				  __u8 *level)
{
	enum mcw_component component = mcw_component(ev);

	*level = 0;
	if ((known && (known->dimm || known->place.known)) || is_memory_code(ev))
		return MCW_SIGN_MEMORY;
	switch (component) {
	case MCW_COMPONENT_MEMORY:
		return MCW_SIGN_MEMORY;
	case MCW_COMPONENT_CORE:
	case MCW_COMPONENT_TLB:
		return MCW_SIGN_CORE;
	case MCW_COMPONENT_CACHE:
	case MCW_COMPONENT_CACHE_L1:
	case MCW_COMPONENT_CACHE_L2:
	case MCW_COMPONENT_CACHE_L3:
		*level = component - MCW_COMPONENT_CACHE;
		return MCW_SIGN_CACHE;
	case MCW_COMPONENT_INTERCONNECT:
	case MCW_COMPONENT_LINK:
	case MCW_COMPONENT_PCIE:
	case MCW_COMPONENT_IO:
		return MCW_SIGN_LINK;
	case MCW_COMPONENT_FIRMWARE:
		return MCW_SIGN_FIRMWARE;
	default:
		return MCW_SIGN_NONE;
	}
}

static void unit_set(struct mcw_fault_part *p, const struct mcw_event *ev)
{
	bool of_core = p->kind == MCW_SIGN_CORE ||
		       (p->kind == MCW_SIGN_CACHE && p->level && p->level < 3);

	if (of_core && !mcw_event_lacks(ev, MCW_ABSENT_CPU))
		p->unit = ev->regs.extcpu;
	else if (p->kind != MCW_SIGN_FIRMWARE && !mcw_event_lacks(ev, MCW_ABSENT_BANK))
		p->unit = ev->regs.bank;
}

static bool has_address(const struct mcw_event *ev)
{
	return ev->regs.status & MCW_STATUS_ADDRV && !mcw_event_lacks(ev, MCW_ABSENT_ADDR);
}

bool mcw_sign_of_event(struct mcw_sign *sign, const struct mcw_record *rec,
		       const struct mcw_dimm_known *known)
{
	const struct mcw_event *ev = &rec->event;
	enum mcw_class class = mcw_event_class(ev);
	struct mcw_dimm_known place = { .slot.reason = MCW_SLOT_NO_DIMM };
	const char *threshold = mcw_event_threshold(ev);
	bool more;

	*sign = (struct mcw_sign){ .part = nothing, .address = MCW_NO_PAGE };
	if (mcw_event_lacks(ev, MCW_ABSENT_STATUS) || ev->source == MCW_SOURCE_PROCESS ||
	    mcw_erratum(ev) || is_bystander(ev))
		return false;
	if (known)
		place = *known;
	mcw_dimm_add_event(&place, ev);
	sign->part.kind = kind_of(ev, known, &sign->part.level);
	if (sign->part.kind == MCW_SIGN_NONE)
		return false;
	if (!mcw_event_lacks(ev, MCW_ABSENT_SOCKET))
		sign->part.socket = ev->regs.socketid;
	if (sign->part.kind == MCW_SIGN_MEMORY)
		mcw_sign_place(sign, &place);
	else
		unit_set(&sign->part, ev);
	sign->record = (struct mcw_sign_record){ .pos = rec->head.pos, .lane = rec->head.lane };
	sign->mono_ns = rec->head.mono_ns;
	sign->wall_ns = rec->head.wall_ns;
	if (has_address(ev))
		sign->address = ev->regs.addr;
	sign->uncorrected = class != MCW_CLASS_CORRECTED;
	sign->fatal = class == MCW_CLASS_FATAL;
	sign->count = sign->uncorrected ? 1 : mcw_event_count(ev, &more);
	sign->many = threshold && !strcmp(threshold, "yellow");
	sign->injected = ev->flags & MCW_FLAG_INJECTED;
	return true;
}

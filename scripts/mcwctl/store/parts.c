// SPDX-License-Identifier: GPL-2.0
/*
 * Which part of the machine a row is of.
 *
 * A memory module is known by its serial number and its maker's part number, so it keeps its
 * counts in another slot. Where several modules have the same serial number, or none, its place
 * is all there is.
 */
#ifdef MCW_SQLITE

#include <stdio.h>

#include "store/internal.h"

#define KEY_BYTES 320

static void key_make(const struct mcw_fault_part *p, bool own_serial, char *key)
{
	if (p->kind == MCW_SIGN_MEMORY && p->serial[0] && own_serial)
		snprintf(key, KEY_BYTES, "module %s %s", p->serial, p->number);
	else if (p->kind == MCW_SIGN_MEMORY && (p->slot[0] || p->label[0]))
		snprintf(key, KEY_BYTES, "slot %s %s %s", p->slot, p->label, p->serial);
	else
		snprintf(key, KEY_BYTES, "place %u %u %d %d %d %d %d", p->kind, p->level, p->socket,
			 p->mc, p->channel, p->dimm, p->unit);
}

long long mcw_store_part_id(struct mcw_store *s, const struct mcw_fault_part *p,
			    unsigned int modules, bool own_serial)
{
	char key[KEY_BYTES];

	key_make(p, own_serial, key);
	mcw_sql_run(s,
		    "INSERT INTO parts (key, kind, label, slot, serial, number, socket,"
		    " controller, channel, dimm, unit, level, modules, first_ns, last_ns,"
		    " corrected, uncorrected, injected)"
		    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0, 0, 0, 0)"
		    " ON CONFLICT (key) DO UPDATE SET label = excluded.label,"
		    " slot = excluded.slot, number = excluded.number, socket = excluded.socket,"
		    " controller = excluded.controller, channel = excluded.channel,"
		    " dimm = excluded.dimm, modules = max(modules, excluded.modules)",
		    "tittttiiiiiii", key, (long long)p->kind, p->label, p->slot, p->serial,
		    p->number, (long long)p->socket, (long long)p->mc, (long long)p->channel,
		    (long long)p->dimm, (long long)p->unit, (long long)p->level,
		    (long long)modules);
	return mcw_sql_number(s, 0, "SELECT id FROM parts WHERE key = ?", "t", key);
}

#endif

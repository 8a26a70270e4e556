/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Recordings for the unit tests: a machine with one memory module, of which a column is failing.
 */
#ifndef _UNIT_RECORDED_H
#define _UNIT_RECORDED_H

#include <stdio.h>
#include <string.h>

#include <mcewarden/mca.h>

#include "source/file_format.h"

#define S 1000000000ULL
#define WALL (1800000000 * S)

static __u8 recorded_boot;
static const char *recorded_serial = "4711";

static inline void put(FILE *file, struct mcw_entry *e, unsigned int kind)
{
	mcw_entry_seal(e, kind);
	fwrite(e, sizeof(*e), 1, file);
}

static inline void put_session(FILE *file, __u64 load, __u64 wall_ns)
{
	struct mcw_entry e = {
		.session = {
			.magic = MCW_RECORDING_MAGIC,
			.format = MCW_RECORDING_FORMAT,
			.abi = MCW_ABI_VERSION,
			.record_bytes = MCW_RECORD_BYTES,
			.load = load,
			.wall_ns = wall_ns,
			.mono_ns = wall_ns > WALL ? wall_ns - WALL : 0,
			.boot_id = { recorded_boot },
			.host = "one",
			.release = "6.1.0",
		},
	};

	put(file, &e, MCW_ENTRY_SESSION);
}

static inline void put_dimm(FILE *file)
{
	struct mcw_entry e = {
		.dimm = {
			.count = 1, .layer = { 0, 1, -1 }, .memory = 26, .mbytes = 16384,
			.label = "P0_A1", .location = "channel 0 slot 1", .slot = "DIMM_A1",
			.part = "M393", .reason = MCW_SLOT_LOCATOR,
		},
	};

	snprintf(e.dimm.serial, sizeof(e.dimm.serial), "%s", recorded_serial);
	put(file, &e, MCW_ENTRY_DIMM);
}

static inline void put_event(FILE *file, __u64 pos, __u64 ns, __u64 address)
{
	struct mcw_entry e = {
		.record = {
			.head = { .pos = pos, .mono_ns = ns, .wall_ns = WALL + ns,
				  .type = MCW_EVENT, .lane = MCW_LANE_OTHER },
			.event = {
				.regs = { .status = 0x8c00004000010090, .addr = address,
					  .misc = 0x86, .bank = 7, .cpuid = 0x50657,
					  .mcgcap = 0xf000c14 },
				.source = MCW_SOURCE_CMCI,
			},
		},
	};

	put(file, &e, MCW_ENTRY_RECORD);
}

/* The text has three parts, each with its zero: label, message, place. */
static inline void put_location_text(FILE *file, __u64 pos, __u64 ns, const char *text,
				     size_t length)
{
	struct mcw_entry e = {
		.record = {
			.head = { .pos = pos, .mono_ns = ns, .wall_ns = WALL + ns,
				  .type = MCW_LOCATION, .lane = MCW_LANE_LOCATION },
			.location = { .of_pos = pos, .of_lane = MCW_LANE_OTHER, .id = pos + 1,
				      .count = 1, .source = MCW_LOCATION_EDAC, .part = 1,
				      .parts = 1, .layer = { 0, 1, -1 } },
		},
	};

	memcpy(e.record.location.text, text, length);
	put(file, &e, MCW_ENTRY_RECORD);
}

static inline void put_location(FILE *file, __u64 pos, __u64 ns, unsigned int row)
{
	char text[MCW_LOCATION_TEXT];
	int length = snprintf(text, sizeof(text),
			      "P0_A1%cmemory read error%crank:0 bank_group:1 "
			      "bank:2 row:0x%x column:0x3f8 device:5",
			      0, 0, row);

	put_location_text(file, pos, ns, text, length);
}

static inline void put_outcome(FILE *file, __u64 ns, __u64 page)
{
	struct mcw_entry e = {
		.record = {
			.head = { .mono_ns = ns, .wall_ns = WALL + ns, .type = MCW_OUTCOME,
				  .lane = MCW_LANE_NOTICE },
			.outcome = { .page = page, .of_lane = MCW_LANE_OTHER,
				     .action = MCW_ACTION_SOFT_OFFLINE,
				     .reason = MCW_REASON_DONE, .victims = 1 },
		},
	};

	put(file, &e, MCW_ENTRY_RECORD);
}

static inline void put_end(FILE *file, __u64 events, __u64 locations)
{
	struct mcw_entry e = {
		.end = {
			.lane = {
				[MCW_LANE_OTHER] = { .head = events },
				[MCW_LANE_NOTICE] = { .head = 1 },
				[MCW_LANE_LOCATION] = { .head = locations },
			},
		},
	};

	put(file, &e, MCW_ENTRY_END);
}

#endif /* _UNIT_RECORDED_H */

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The files of mcwctl record. Pure: nothing here reads or writes anything but its arguments.
 *
 *	file	:= entry*
 *	entry	:= what kind crc	always MCW_ENTRY_BYTES (256) bytes
 *	what	:= SESSION		a recorder began to write here; the first entry is one
 *		 | RECORD		as the device gave it
 *		 | MISSED		the device said EPIPE, and this of MCW_IOC_MISSED
 *		 | END			the recorder ended, with the counters of that moment
 *		 | MOVED		the recorder went on with another file
 *		 | DIMM			one of the machine's memory modules
 *
 * Numbers are those of x86-64. Files may be concatenated. A write that was cut off leaves
 * a part of an entry, or an entry of zeros, at the end; the next recorder removes it. How many
 * records were lost between two records follows from these two alone, as at the device.
 */
#ifndef MCW_SOURCE_FILE_FORMAT_H
#define MCW_SOURCE_FILE_FORMAT_H

#include <stdbool.h>
#include <stddef.h>

#include <uapi/mcewarden.h>

#include "decode/dimm.h"
#include "source/lost.h"

#define MCW_RECORDING_MAGIC	"mcwrec\r\n"
#define MCW_RECORDING_FORMAT	2
#define MCW_ENTRY_BYTES		256

#define MCW_ENTRY_SESSION	1
#define MCW_ENTRY_RECORD	2
#define MCW_ENTRY_MISSED	3
#define MCW_ENTRY_END		4
#define MCW_ENTRY_MOVED		5
#define MCW_ENTRY_DIMM		6

/* 248 bytes. */
struct mcw_session {
	__u8 magic[8];
	__u32 format;
	__u32 abi;		/* MCW_ABI_VERSION */
	__u32 record_bytes;
	__u32 based;		/* a bit for each lane whose base is valid */
	struct {
		__u64 next;	/* as in struct mcw_lost */
		__u64 unplaced;
		__u64 skipped;
	} base[MCW_LANES];
	__u32 debt[MCW_LANES];	/* as in struct mcw_lost; no debt is as large as that */
	__u64 load;		/* MCW_IOC_LOAD */
	__u64 wall_ns;
	__u64 mono_ns;
	__u8 boot_id[16];
	char host[40];		/* ends with 0, as does the next */
	char release[32];
};

/* The counters when a recorder ended: what losses follow from. */
struct mcw_end {
	struct {
		__u64 head;	/* as in struct mcw_lane_info, as are those below */
		__u64 unplaced;	/* refused + dropped */
		__u64 skipped;
	} lane[MCW_LANES];
	__u64 wall_ns;
	__u64 mono_ns;
};

/*
 * A memory module, 248 bytes. The table of all of them follows each session, and again when it
 * changes: its first one has number 0. Texts end with 0, and are cut if they are too long.
 */
struct mcw_dimm_entry {
	__u32 mc;
	__u16 number;
	__u16 count;		/* of the table */
	__s8 layer[3];
	__u8 reason;		/* enum mcw_slot_reason; the members from memory on: its slot */
	__u8 memory;
	__u8 ranks;
	__u16 speed;
	__u64 mbytes;
	char label[64];
	char location[32];
	char slot[32];		/* empty: not known which */
	char bank[32];
	char maker[16];
	char serial[24];
	char part[24];
};

struct mcw_entry {
	union {
		struct mcw_session session;
		struct mcw_record record;
		struct mcw_missed missed;
		struct mcw_end end;
		struct mcw_dimm_entry dimm;
		__u8 body[MCW_RECORD_BYTES];
	};
	__u32 kind;
	__u32 crc;		/* CRC-32 of all that stands before it */
};

_Static_assert(sizeof(struct mcw_session) == MCW_RECORD_BYTES, "struct mcw_session");
_Static_assert(sizeof(struct mcw_dimm_entry) == MCW_RECORD_BYTES, "struct mcw_dimm_entry");
_Static_assert(sizeof(struct mcw_entry) == MCW_ENTRY_BYTES, "struct mcw_entry");

/* What was found in the place of an entry. */
enum mcw_found {
	MCW_FOUND_ENTRY,
	MCW_FOUND_ZEROS,	/* as a crash leaves them after a write */
	MCW_FOUND_DAMAGED,
	MCW_FOUND_NO_RECORDING,
	MCW_FOUND_OTHER_ORDER,	/* of another byte order */
	MCW_FOUND_OTHER_FORMAT,
	MCW_FOUND_OTHER_ABI,
};

/* first: the file begins here, so it must be a session. Makes its texts printable. */
enum mcw_found mcw_entry_check(struct mcw_entry *e, bool first);
const char *mcw_found_text(enum mcw_found found);

/* Fills in the rest of an entry whose body is there. */
void mcw_entry_seal(struct mcw_entry *e, unsigned int kind);

/* Stores what a reader accounted for in a session; and starts a reader from there. */
void mcw_session_base(struct mcw_session *session, const struct mcw_lost lost[MCW_LANES]);
void mcw_session_begin(const struct mcw_session *session, struct mcw_lost lost[MCW_LANES]);

void mcw_end_set(struct mcw_end *end, const struct mcw_lanes *lanes);
struct mcw_lane_info mcw_end_lane(const struct mcw_end *end, unsigned int lane);

/* From and to what the tool has; a reason that is not known reads as "not found". */
void mcw_dimm_entry_set(struct mcw_dimm_entry *e, const struct mcw_dimm_known *known);
void mcw_dimm_entry_get(const struct mcw_dimm_entry *e, struct mcw_dimm *dimm,
			struct mcw_memory_device *device, enum mcw_slot_reason *reason);

/* Whether both are of the same load, so that their positions can be compared. */
bool mcw_session_same_load(const struct mcw_session *a, const struct mcw_session *b);

#endif /* MCW_SOURCE_FILE_FORMAT_H */

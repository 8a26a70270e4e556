/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * The ABI of /dev/mcewarden, version 3.
 *
 *	stream  := record*
 *	record  := head body		always MCW_RECORD_BYTES (248) bytes
 *	head	:= type lane ... pos	struct mcw_head, the same for all types
 *	body    := EVENT		struct mcw_event, where type is MCW_EVENT
 *		 | OUTCOME		struct mcw_outcome, where type is MCW_OUTCOME
 *		 | STORM		struct mcw_storm, where type is MCW_STORM
 *		 | LOCATION		struct mcw_location, where type is MCW_LOCATION
 *		 | VICTIM		struct mcw_victim, where type is MCW_VICTIM
 *		 | 200 bytes		of a type that this header does not know
 *
 * read(), readv() and io_uring give as many whole records as fit. Records of one
 * lane come in order; lanes are merged by mono_ns, as far as their next records
 * are known by then.
 *
 *	read	n * 248	that many bytes were read; the rest of the buffer may have changed
 *		EINVAL	the buffer is smaller than one record
 *		EAGAIN	nothing to read, and the file is O_NONBLOCK, or the call RWF_NOWAIT
 *		EPIPE	records were overwritten before this file read them; given
 *			once for a loss, MCW_IOC_MISSED has the number; the next read
 *			goes on with the oldest records that are left
 *		EFAULT	the buffer cannot be written; no record is lost
 *		EINTR	a signal came while waiting
 *	lseek	(0, SEEK_SET)	go to the oldest record of each lane
 *		(0, SEEK_END)	go past the newest record of each lane
 *		else		EINVAL. Both drop an EPIPE that was not given yet
 *	poll	POLLIN | POLLRDNORM	there is something to read
 *		POLLERR | POLLPRI	the next read will give EPIPE
 *	mmap	the lanes, read-only, see MCW_MAP_PAGE below and mcewarden_ring.h
 *		EPERM	for writing
 *		EINVAL	private, not from offset 0, or neither the first page nor all
 *
 * Every record has a 64-bit position in its lane, counted from 0 and never used
 * twice. The number of records lost between two records a and b of one lane is
 *
 *	(b.pos - a.pos - 1) - (b.skipped - a.skipped) + (b.unplaced - a.unplaced)
 *
 * One such number may be off by the records that other CPUs were just writing;
 * the sum over all records is exact. The same holds for MCW_IOC_MISSED. For losses
 * after the last record use the counters of MCW_IOC_LANES; refused + dropped there
 * is unplaced in a record.
 *
 * A reader must skip types and ignore flags that it does not know, and ignore
 * spare members. A type, a flag or a member in spare room may be added without
 * a new version; nothing else changes within a version.
 */
#ifndef _UAPI_MCEWARDEN_H
#define _UAPI_MCEWARDEN_H

#include <linux/types.h>
#include <linux/ioctl.h>

#include "mcewarden_records.h"

#define MCW_ABI_VERSION		3
#define MCW_DEVICE		"mcewarden"

/*
 * State and counts of one lane, since the module was loaded.
 *
 *	offered = committed + refused + dropped
 *
 * head - committed - skipped positions are being written at this moment. Only the newest 4096
 * are looked at for that; a writer that has been inside an older one counts as done.
 */
struct mcw_lane_info {
	__u64 size;		/* records that the lane holds */
	__u64 head;		/* the next position */
	__u64 taken;		/* severe lane: the worker has taken lower positions; else 0 */
	__u64 committed;
	__u64 refused;		/* severe lane: it was full of untaken records */
	__u64 dropped;		/* every slot that was tried had a producer inside */
	__u64 overwritten;	/* committed records replaced by newer ones, read or not */
	__u64 skipped;		/* positions that never hold a record */
};

struct mcw_lanes {
	struct mcw_lane_info lane[MCW_LANES];
};

/* The losses that this file's last EPIPE reported, in records of each lane. */
struct mcw_missed {
	__u64 lane[MCW_LANES];
};

/*
 * A mapping of the lanes: mmap() of MCW_MAP_PAGE bytes gives the first page: a struct mcw_map_lane
 * for each lane, and at its end the header, which says how many bytes give all. PROT_READ and
 * MAP_SHARED only, at offset 0. mcewarden_ring.h reads records from a mapping, and explains the
 * states of slots. Programs use it, since only the place of the header, its magic number and
 * its version stay as they are in another version of the mapping.
 */
#define MCW_MAP_MAGIC		0x676e69727763ULL
#define MCW_MAP_VERSION		1
#define MCW_MAP_PAGE		4096
#define MCW_MAP_HEADER		(MCW_MAP_PAGE - sizeof(struct mcw_map_header))
#define MCW_SLOT_BYTES		256	/* __u64 of state, then the record */

/* 256 bytes */
struct mcw_map_header {
	__u64 magic;		/* MCW_MAP_MAGIC */
	__u32 version;		/* MCW_MAP_VERSION */
	__u32 abi;		/* MCW_ABI_VERSION */
	__u64 bytes;		/* of the mapping of all */
	__u64 load;		/* as MCW_IOC_LOAD */
	__u32 record_bytes;	/* MCW_RECORD_BYTES */
	__u32 slot_bytes;	/* MCW_SLOT_BYTES */
	__u32 lanes;		/* how many there are */
	__u32 lane_bytes;	/* of struct mcw_map_lane */
	__u64 lanes_offset;	/* of the first struct mcw_map_lane */
	__u64 spare[25];
};

/* 256 bytes, of which the last three quarters change, each in a cache line of its own. */
struct mcw_map_lane {
	__u64 offset;		/* of slot 0, from the begin of the mapping */
	__u64 size;		/* records, a power of two */
	__u64 lap;
	__u64 mask;
	__u64 spare[4];
	__u64 head;		/* all positions below are decided; may lag */
	__u64 spare2[7];
	__u64 refused;
	__u64 dropped;
	__u64 unplaced;
	__u64 skipped;
	__u64 spare3[4];
	__u64 limit;		/* positions from here on are refused */
	__u64 spare4[7];
};

/* Positions of lanes: all records below are read. */
struct mcw_positions {
	__u64 lane[MCW_LANES];
};

/* mcw_ce_page.state */
#define MCW_CE_PAGE_COUNTING	1	/* its corrected errors are counted */
#define MCW_CE_PAGE_TAKING	2	/* it had too many errors and is being soft-offlined */
#define MCW_CE_PAGE_TAKEN	3	/* it is poisoned, whoever did it */
#define MCW_CE_PAGE_FAILED	4	/* it could not be, and is left alone for its window */

/* 32 bytes: a page that shows corrected errors. Times as mcw_head.mono_ns. */
struct mcw_ce_page {
	__u64 page;		/* its physical address */
	__u64 begin_ns;		/* the first error that counts */
	__u64 last_ns;		/* the last one that counts */
	__u32 count;		/* errors that count, within page_ce_window */
	__u8 state;		/* MCW_CE_PAGE_* */
	__u8 spare[3];
};

#define MCW_CE_PAGES_AT_ONCE	16

/* Pages that show corrected errors: begin with slot 0, go on with slot, until count is 0. */
struct mcw_ce_pages {
	__u32 slot;		/* in: where to begin; out: the next slot */
	__u32 count;		/* out: pages filled in */
	struct mcw_ce_page page[MCW_CE_PAGES_AT_ONCE];
};

/*
 * 32 bytes: how many events have the same CPU, bank, grade of the kernel, grade of the module and
 * source, and are all injected or all not. A count never goes down while the module is loaded.
 */
struct mcw_event_count {
	__u64 events;		/* those that the module's worker has taken */
	__u64 last_wall_ns;	/* the last event, as mcw_head.wall_ns */
	__u32 cpu;		/* Linux's number of the CPU */
	__u8 bank;
	__u8 severity;		/* the kernel's grade: MCW_GRADE_* */
	__u8 grade;		/* the module's grade */
	__u8 source;		/* MCW_SOURCE_* */
	__u32 flags;		/* MCW_FLAG_INJECTED or 0 */
	__u32 spare;
};

#define MCW_EVENT_COUNTS_AT_ONCE	16

/* The counts of all events: begin with row 0, then use the returned row, until count is 0. */
struct mcw_event_counts {
	__u32 row;		/* in: where to begin; out: the next row */
	__u32 count;		/* out: rows filled in */
	struct mcw_event_count rows[MCW_EVENT_COUNTS_AT_ONCE];
};

/* All give EFAULT if the argument cannot be accessed; any other request gives ENOTTY. */
#define MCW_IOC_MAGIC		0xBE
#define MCW_IOC_VERSION		_IOR(MCW_IOC_MAGIC, 0, __u32)
#define MCW_IOC_RECORD_BYTES	_IOR(MCW_IOC_MAGIC, 1, __u32)
#define MCW_IOC_LANES		_IOR(MCW_IOC_MAGIC, 2, struct mcw_lanes)
#define MCW_IOC_MISSED		_IOR(MCW_IOC_MAGIC, 3, struct mcw_missed)
#define MCW_IOC_CE_PAGES	_IOWR(MCW_IOC_MAGIC, 4, struct mcw_ce_pages)
#define MCW_IOC_EVENT_COUNTS	_IOWR(MCW_IOC_MAGIC, 5, struct mcw_event_counts)
/* A random number other than 0 for this load of the module: each load counts positions from 0. */
#define MCW_IOC_LOAD		_IOR(MCW_IOC_MAGIC, 6, __u64)
/*
 * Selects the lanes that this file reads from now on, 1 << MCW_LANE_* each; all by default. It goes
 * to the oldest record of each lane, like lseek. EINVAL: no lane, or one that does not exist.
 */
#define MCW_IOC_WANT		_IOW(MCW_IOC_MAGIC, 7, __u32)
/*
 * The reader of a mapping has read the records below these positions. This file goes there, so that
 * poll() waits for the next ones. Positions that do not exist yet, or no more, become the
 * nearest ones that do.
 */
#define MCW_IOC_READ_TO		_IOW(MCW_IOC_MAGIC, 8, struct mcw_positions)

#ifndef __cplusplus
_Static_assert(sizeof(struct mcw_ce_page) == 32, "struct mcw_ce_page");
_Static_assert(sizeof(struct mcw_ce_pages) == 520, "struct mcw_ce_pages");
_Static_assert(sizeof(struct mcw_event_count) == 32, "struct mcw_event_count");
_Static_assert(sizeof(struct mcw_event_counts) == 520, "struct mcw_event_counts");
_Static_assert(sizeof(struct mcw_map_header) == 256, "struct mcw_map_header");
_Static_assert(sizeof(struct mcw_map_lane) == 256, "struct mcw_map_lane");
#endif

#endif /* _UAPI_MCEWARDEN_H */

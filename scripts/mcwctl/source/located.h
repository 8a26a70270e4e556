/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which DIMM each event is about, from the LOCATION records that are there already.
 */
#ifndef MCW_SOURCE_LOCATED_H
#define MCW_SOURCE_LOCATED_H

#include <stdbool.h>
#include <stddef.h>

#include "decode/location.h"
#include "source/dimms.h"

struct mcw_located_event {
	__u64 pos;
	__u32 load;	/* of a recording: see mcw_recorded_load() */
	__u32 lane;
	__s32 dimm;	/* its number in the list; -1: it is not known which */
	struct mcw_memory_place place;
	enum mcw_dimm_source source;
};

/* Zeroed is empty. */
struct mcw_located {
	struct mcw_dimms dimms;		/* that the next locations name */
	struct mcw_location_join join;
	struct mcw_dimm_entry *dimm;	/* each that was named */
	size_t dimm_count;
	struct mcw_located_event *event;	/* sorted by lane and position */
	size_t event_count;
	size_t event_room;
	unsigned int load;	/* of the locations that come now */
};

/* Of the device. dimms are those of this machine, and freed with it. Prints what is wrong. */
bool mcw_located_read(struct mcw_located *l, const char *path, const char *edac, const char *dmi);

/* Of all of a recording; none if it is no regular file. */
bool mcw_located_recording(struct mcw_located *l, const char *path);

/* Of a recording, from the session at offset up to the next load; none if it is no regular file. */
bool mcw_located_from(struct mcw_located *l, const char *path, __u64 offset);

void mcw_located_free(struct mcw_located *l);

/* What is known of an event's DIMM, valid until the next call; its dimm may be NULL. */
struct mcw_dimm_known mcw_located_find(const struct mcw_located *l, unsigned int load,
				       unsigned int lane, __u64 pos);

#endif /* MCW_SOURCE_LOCATED_H */

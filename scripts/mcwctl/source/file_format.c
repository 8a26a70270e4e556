// SPDX-License-Identifier: GPL-2.0
/*
 * The files of mcwctl record: checks and completes entries.
 */
#include "source/file_format.h"

#include <string.h>

#define CRC32_REVERSED	0xedb88320U
#define FORMAT_SWAPPED	(MCW_RECORDING_FORMAT << 24)

#define CRC_1(c)	((c) >> 1 ^ (1U & (c) ? CRC32_REVERSED : 0))
#define CRC_4(c)	CRC_1(CRC_1(CRC_1(CRC_1(c))))

/* The CRC-32 of zip and Ethernet, four bits at a time: it is computed for each record. */
static __u32 crc32(const void *data, size_t bytes)
{
	static const __u32 of[16] = {
		CRC_4(0U),  CRC_4(1U),	CRC_4(2U),  CRC_4(3U),	CRC_4(4U),  CRC_4(5U),
		CRC_4(6U),  CRC_4(7U),	CRC_4(8U),  CRC_4(9U),	CRC_4(10U), CRC_4(11U),
		CRC_4(12U), CRC_4(13U), CRC_4(14U), CRC_4(15U),
	};
	const __u8 *byte = data;
	__u32 crc = ~0U;

	while (bytes--) {
		crc ^= *byte++;
		crc = crc >> 4 ^ of[crc & 15];
		crc = crc >> 4 ^ of[crc & 15];
	}
	return ~crc;
}

void mcw_entry_seal(struct mcw_entry *e, unsigned int kind)
{
	e->kind = kind;
	e->crc = crc32(e, offsetof(struct mcw_entry, crc));
}

static bool all_zero(const struct mcw_entry *e)
{
	static const struct mcw_entry zero;

	return !memcmp(e, &zero, sizeof(zero));
}

/* The text may come from anywhere, and is printed to terminals. */
static void make_printable(char *text, size_t size)
{
	text[size - 1] = '\0';
	for (; *text; text++)
		if (*text < ' ' || *text > '~')
			*text = '?';
}

static enum mcw_found session_check(struct mcw_session *session)
{
	make_printable(session->host, sizeof(session->host));
	make_printable(session->release, sizeof(session->release));
	if (session->abi != MCW_ABI_VERSION || session->record_bytes != MCW_RECORD_BYTES)
		return MCW_FOUND_OTHER_ABI;
	return MCW_FOUND_ENTRY;
}

/* Checked before the CRC, as another format may have another checksum. */
static enum mcw_found format_check(const struct mcw_entry *e)
{
	if (memcmp(e->session.magic, MCW_RECORDING_MAGIC, sizeof(e->session.magic)))
		return MCW_FOUND_NO_RECORDING;
	if (e->session.format == FORMAT_SWAPPED)
		return MCW_FOUND_OTHER_ORDER;
	if (e->session.format != MCW_RECORDING_FORMAT)
		return MCW_FOUND_OTHER_FORMAT;
	return e->kind == MCW_ENTRY_SESSION ? MCW_FOUND_ENTRY : MCW_FOUND_DAMAGED;
}

/* They are printed with care, but they must end. */
static enum mcw_found dimm_check(struct mcw_dimm_entry *e)
{
	e->label[sizeof(e->label) - 1] = '\0';
	e->location[sizeof(e->location) - 1] = '\0';
	e->slot[sizeof(e->slot) - 1] = '\0';
	e->bank[sizeof(e->bank) - 1] = '\0';
	e->maker[sizeof(e->maker) - 1] = '\0';
	e->serial[sizeof(e->serial) - 1] = '\0';
	e->part[sizeof(e->part) - 1] = '\0';
	return e->number < e->count ? MCW_FOUND_ENTRY : MCW_FOUND_DAMAGED;
}

enum mcw_found mcw_entry_check(struct mcw_entry *e, bool first)
{
	enum mcw_found found = MCW_FOUND_ENTRY;

	if (all_zero(e))
		return first ? MCW_FOUND_NO_RECORDING : MCW_FOUND_ZEROS;
	if (first)
		found = format_check(e);
	if (found != MCW_FOUND_ENTRY)
		return found;
	if (e->crc != crc32(e, offsetof(struct mcw_entry, crc)))
		return MCW_FOUND_DAMAGED;
	switch (e->kind) {
	case MCW_ENTRY_SESSION:
		found = format_check(e);
		return found == MCW_FOUND_ENTRY ? session_check(&e->session) : found;
	case MCW_ENTRY_RECORD:
		return e->record.head.lane < MCW_LANES ? MCW_FOUND_ENTRY : MCW_FOUND_DAMAGED;
	case MCW_ENTRY_DIMM:
		return dimm_check(&e->dimm);
	case MCW_ENTRY_MISSED:
	case MCW_ENTRY_END:
	case MCW_ENTRY_MOVED:
		return MCW_FOUND_ENTRY;
	default:
		return MCW_FOUND_DAMAGED;
	}
}

const char *mcw_found_text(enum mcw_found found)
{
	switch (found) {
	case MCW_FOUND_ENTRY:
		return "an entry";
	case MCW_FOUND_ZEROS:
		return "zeros, as a crash leaves them";
	case MCW_FOUND_DAMAGED:
		return "damaged";
	case MCW_FOUND_NO_RECORDING:
		return "not a file of mcwctl record";
	case MCW_FOUND_OTHER_ORDER:
		return "a recording of another byte order";
	case MCW_FOUND_OTHER_FORMAT:
		return "a recording in a format that this mcwctl does not know";
	case MCW_FOUND_OTHER_ABI:
		return "a recording of another version of the ABI";
	}
	return "unknown";
}

void mcw_session_base(struct mcw_session *session, const struct mcw_lost lost[MCW_LANES])
{
	session->based = 0;
	for (unsigned int lane = 0; lane < MCW_LANES; lane++) {
		if (!lost[lane].based)
			continue;
		session->based |= 1U << lane;
		session->base[lane].next = lost[lane].next;
		session->base[lane].unplaced = lost[lane].unplaced;
		session->base[lane].skipped = lost[lane].skipped;
		session->debt[lane] = lost[lane].debt;
	}
}

void mcw_session_begin(const struct mcw_session *session, struct mcw_lost lost[MCW_LANES])
{
	for (unsigned int lane = 0; lane < MCW_LANES; lane++) {
		const struct mcw_lane_info info = {
			.head = session->base[lane].next,
			.refused = session->base[lane].unplaced,
			.skipped = session->base[lane].skipped,
		};

		lost[lane] = (struct mcw_lost){ .based = false };
		if (!(session->based & 1U << lane))
			continue;
		mcw_lost_base(&lost[lane], &info);
		lost[lane].debt = session->debt[lane];
	}
}

void mcw_end_set(struct mcw_end *end, const struct mcw_lanes *lanes)
{
	for (unsigned int lane = 0; lane < MCW_LANES; lane++) {
		const struct mcw_lane_info *info = &lanes->lane[lane];

		end->lane[lane].head = info->head;
		end->lane[lane].unplaced = info->refused + info->dropped;
		end->lane[lane].skipped = info->skipped;
	}
}

struct mcw_lane_info mcw_end_lane(const struct mcw_end *end, unsigned int lane)
{
	return (struct mcw_lane_info){
		.head = end->lane[lane].head,
		.refused = end->lane[lane].unplaced,
		.skipped = end->lane[lane].skipped,
	};
}

/* As much as there is room for. */
static void copy_text(char *to, size_t size, const char *from)
{
	size_t length = strlen(from);

	if (length >= size)
		length = size - 1;
	memcpy(to, from, length);
	to[length] = '\0';
}

#define COPY_TEXT(to, from) copy_text(to, sizeof(to), from)

void mcw_dimm_entry_set(struct mcw_dimm_entry *e, const struct mcw_dimm_known *known)
{
	const struct mcw_memory_device *d = known->slot.device;
	const struct mcw_dimm *dimm = known->dimm;

	memset(e, 0, sizeof(*e));
	e->mc = dimm->mc;
	for (unsigned int i = 0; i < MCW_DIMM_LAYERS; i++)
		e->layer[i] = dimm->layer[i];
	e->mbytes = dimm->mbytes;
	e->reason = known->slot.reason;
	COPY_TEXT(e->label, dimm->label);
	COPY_TEXT(e->location, dimm->location);
	if (!d)
		return;
	e->memory = d->type;
	e->ranks = d->ranks;
	e->speed = d->speed;
	COPY_TEXT(e->slot, d->locator);
	COPY_TEXT(e->bank, d->bank);
	COPY_TEXT(e->maker, d->maker);
	COPY_TEXT(e->serial, d->serial);
	COPY_TEXT(e->part, d->part);
}

void mcw_dimm_entry_get(const struct mcw_dimm_entry *e, struct mcw_dimm *dimm,
			struct mcw_memory_device *device, enum mcw_slot_reason *reason)
{
	memset(dimm, 0, sizeof(*dimm));
	memset(device, 0, sizeof(*device));
	dimm->mc = e->mc;
	for (unsigned int i = 0; i < MCW_DIMM_LAYERS; i++)
		dimm->layer[i] = e->layer[i];
	dimm->mbytes = e->mbytes;
	COPY_TEXT(dimm->label, e->label);
	COPY_TEXT(dimm->location, e->location);
	device->populated = e->slot[0];
	device->mbytes = e->mbytes;
	device->type = e->memory;
	device->ranks = e->ranks;
	device->speed = e->speed;
	COPY_TEXT(device->locator, e->slot);
	COPY_TEXT(device->bank, e->bank);
	COPY_TEXT(device->maker, e->maker);
	COPY_TEXT(device->serial, e->serial);
	COPY_TEXT(device->part, e->part);
	*reason = e->reason < MCW_SLOT_REASONS ? e->reason : MCW_SLOT_NOT_FOUND;
}

bool mcw_session_same_load(const struct mcw_session *a, const struct mcw_session *b)
{
	return a->load && a->load == b->load && !memcmp(a->boot_id, b->boot_id, sizeof(a->boot_id));
}

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The memory devices of a machine, from the table that its firmware has in memory. Pure.
 *
 * DMTF DSP0134, System Management BIOS (SMBIOS): section 6.1 (structures and their strings), 7.1
 * (type 0: the BIOS), 7.2 and 7.3 (types 1 and 2: the machine and its board), 7.18 (type 17: memory
 * devices).
 */
#ifndef MCW_DECODE_SMBIOS_H
#define MCW_DECODE_SMBIOS_H

#include <stdbool.h>
#include <stddef.h>

#include <linux/types.h>

#define MCW_MEMORY_DEVICES_MAX	512
#define MCW_SMBIOS_TEXT		64

/* A slot. Texts are empty where the firmware has none, or a word such as "Unknown". */
struct mcw_memory_device {
	__u16 handle;
	__u64 mbytes;		/* 0: nothing is in the slot, or the size is not known */
	bool populated;
	__u8 type;
	__u32 speed;		/* in MT/s, as it runs if that is known; 0: not known */
	__u8 ranks;		/* 0: not known */
	char locator[MCW_SMBIOS_TEXT];	/* as it is printed on the board: "DIMM_A1" */
	char bank[MCW_SMBIOS_TEXT];
	char maker[MCW_SMBIOS_TEXT];
	char serial[MCW_SMBIOS_TEXT];
	char part[MCW_SMBIOS_TEXT];
};

struct mcw_smbios {
	char bios_version[MCW_SMBIOS_TEXT];
	char system_maker[MCW_SMBIOS_TEXT];
	char system[MCW_SMBIOS_TEXT];
	char board_maker[MCW_SMBIOS_TEXT];
	char board[MCW_SMBIOS_TEXT];
	size_t count;
	struct mcw_memory_device devices[MCW_MEMORY_DEVICES_MAX];
	bool truncated;		/* the table ends in the middle of a structure */
	bool more;		/* than MCW_MEMORY_DEVICES_MAX */
};

/* Reads a table of any content. s: overwritten. */
void mcw_smbios_parse(struct mcw_smbios *s, const void *table, size_t bytes);

/* "DDR4", or "memory" of a type that has no name here. */
const char *mcw_memory_type(__u8 type);

#endif /* MCW_DECODE_SMBIOS_H */

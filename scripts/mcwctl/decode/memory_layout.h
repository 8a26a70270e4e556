/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the meaning of physical addresses depends on: the version of the BIOS, and which memory
 * module is in which slot. Only while all of that is the same is an address the same place in the
 * same module. Pure.
 */
#ifndef MCW_DECODE_MEMORY_LAYOUT_H
#define MCW_DECODE_MEMORY_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>

#include "decode/smbios.h"

/* Room for the text of any machine. */
#define MCW_LAYOUT_BYTES ((MCW_MEMORY_DEVICES_MAX + 1) * (4 * MCW_SMBIOS_TEXT + 24))

/*
 * A text to compare and to store: a line for the BIOS and one for each module. Return: false: the
 * table says too little to tell this machine from another one, and why says what is missing.
 */
bool mcw_layout_text(const struct mcw_smbios *s, char *text, size_t size, char *why,
		     size_t why_size);

/* The first difference, in words; empty: there is none. */
void mcw_layout_difference(const char *then, const char *now, char *why, size_t size);

#endif /* MCW_DECODE_MEMORY_LAYOUT_H */

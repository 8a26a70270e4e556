/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Label files of rasdaemon: how the memory modules of a mainboard are called, by the numbers of
 * memory controller and layers that EDAC gives them. Pure.
 *
 *	file	:= (line newline)*
 *	line	:= part (";" part)*		# begins a comment
 *	part	:= "Vendor:" name		labels up to the next one are of this maker's
 *		 | "Product:" names		machines of this name, or
 *		 | "Model:" names		mainboards of this name ("Board:" is the same)
 *		 | label ":" place ("," place)*
 *	names	:= name ("," name)*
 *	place	:= mc "." number ("." number ("." number)?)?
 *
 * Keywords and names are compared without regard to case.
 */
#ifndef MCW_DECODE_DIMM_LABELS_H
#define MCW_DECODE_DIMM_LABELS_H

#include <stdbool.h>
#include <stddef.h>

#include "decode/dimm.h"

/* A label that the file has for this machine. */
struct mcw_dimm_label {
	char label[MCW_DIMM_LABEL];
	unsigned int mc;
	__s8 layer[MCW_DIMM_LAYERS];	/* -1: no such layer */
	unsigned int line;
};

/* Where reading stands. */
struct mcw_dimm_labels {
	const char *text, *end;		/* what is left */
	const struct mcw_smbios *machine;
	unsigned int line;		/* of the part that was read last */
	bool vendor_fits, fits;		/* the section is about this machine */
	bool any_fits;			/* as one of those before */
	const char *part, *part_end;	/* what is left of the line */
	char label[MCW_DIMM_LABEL];	/* whose places are being read */
	const char *places, *places_end;
	char error[96];			/* what is wrong with that line */
};

void mcw_dimm_labels_begin(struct mcw_dimm_labels *l, const char *text, size_t bytes,
			   const struct mcw_smbios *machine);

/* Return: 1 with the next label for this machine, 0 at the end, -1 with an error. */
int mcw_dimm_labels_next(struct mcw_dimm_labels *l, struct mcw_dimm_label *label);

#endif /* MCW_DECODE_DIMM_LABELS_H */

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a source says of an error beside its registers: the DIMM, a row, who was killed.
 *
 * Pure, and of a fixed size: what finds no room is counted. A fact is a key and a text of
 * printable ASCII; other bytes become question marks.
 *
 *	struct mcw_facts f = { 0 };
 *
 *	mcw_facts_add(&f, MCW_FACT_DIMM, text, length);
 *	for (size_t at = 0; (value = mcw_facts_next(&f, &at, &key));)
 *		printf("%s %s\n", mcw_fact_text(key), value);
 */
#ifndef MCW_DECODE_FACTS_H
#define MCW_DECODE_FACTS_H

#include <stdbool.h>
#include <stddef.h>

/* Facts of a record show in this order of keys within the same source; numbers may change. */
enum mcw_fact {
	MCW_FACT_SOURCE,	/* who says it: "EDAC skx_edac", "mcelog", "GHES" */
	MCW_FACT_ERROR,		/* what that source calls the error */
	MCW_FACT_SEVERITY,	/* the firmware's or the source's own word for how bad it is */
	MCW_FACT_COUNT,		/* of errors that one line stands for */
	/* where: the memory module and what is inside */
	MCW_FACT_DIMM,		/* its label */
	MCW_FACT_PART,		/* manufacturer, part number, serial number */
	MCW_FACT_SOCKET,
	MCW_FACT_CONTROLLER,	/* memory controller */
	MCW_FACT_CHANNEL,
	MCW_FACT_SLOT,
	MCW_FACT_CSROW,		/* also "chip select" */
	MCW_FACT_NODE,
	MCW_FACT_CARD,
	MCW_FACT_MODULE,
	MCW_FACT_RANK,
	MCW_FACT_DEVICE,	/* the memory device (chip) */
	MCW_FACT_BANK_GROUP,
	MCW_FACT_BANK,		/* the bank inside the device */
	MCW_FACT_ROW,
	MCW_FACT_COLUMN,
	MCW_FACT_BIT,
	/* at which address */
	MCW_FACT_ADDRESS,	/* physical, as that source has it */
	MCW_FACT_PAGE,		/* page number (address divided by 4096) */
	MCW_FACT_OFFSET,	/* inside the page */
	MCW_FACT_GRAIN,		/* bytes that the address may be wrong by, or its mask */
	MCW_FACT_SYNDROME,
	/* others */
	MCW_FACT_PCI,		/* segment:bus:device.function */
	MCW_FACT_PCI_ID,	/* vendor:device */
	MCW_FACT_FRU,
	MCW_FACT_CPU_MODEL,	/* as text */
	MCW_FACT_SYMBOL,	/* the function that ip is in */
	MCW_FACT_DETAIL,	/* anything else of that source's words */
	/* what happened then */
	MCW_FACT_RESET_REASON,	/* of the previous boot */
	MCW_FACT_PANIC,
	MCW_FACT_PROCESS,	/* killed, or sent a signal */
	MCW_FACT_PAGE_OFFLINED,
	MCW_FACT_ACTION,	/* anything else that the kernel or a daemon did */

	MCW_FACT_KEYS,
};

#define MCW_FACTS_BYTES		1000
#define MCW_FACT_VALUE_BYTES	200	/* a longer text is cut off */

struct mcw_facts {
	unsigned short used;
	unsigned short missed;	/* that found no room */
	char bytes[MCW_FACTS_BYTES];
};

/* Blanks around the text are left out; a fact that is there already is not added twice. */
void mcw_facts_add(struct mcw_facts *f, enum mcw_fact key, const char *text, size_t length);
/* *at: 0 for the first one. Return: the text; NULL: no more. */
const char *mcw_facts_next(const struct mcw_facts *f, size_t *at, enum mcw_fact *key);
/* The first one of that key; NULL: there is none. */
const char *mcw_facts_find(const struct mcw_facts *f, enum mcw_fact key);
/* Adds all that from has. */
void mcw_facts_merge(struct mcw_facts *to, const struct mcw_facts *from);

/* A key's name in JSON, and its words in text. */
const char *mcw_fact_name(enum mcw_fact key);
const char *mcw_fact_text(enum mcw_fact key);

#endif /* MCW_DECODE_FACTS_H */

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The PCI Express device that a record names.
 */
#ifndef MCW_DECODE_PCI_H
#define MCW_DECODE_PCI_H

#include <stdbool.h>
#include <stddef.h>

struct mcw_event;
struct mcw_facts;

struct mcw_pci {
	unsigned int segment, bus, device, function;
};

/* By the registers. Return: false where they name none. */
bool mcw_event_pci(const struct mcw_event *ev, struct mcw_pci *pci);

/* By what was said: the name as it stands there. facts: or NULL. Return: NULL: none. */
const char *mcw_pci_told(const struct mcw_facts *facts);

/*
 * The name as lspci and the kernel write it, "0000:af:01.3", by the registers or by what was said
 * beside them. Empty where neither names one.
 */
char *mcw_pci_text(const struct mcw_event *ev, const struct mcw_facts *facts, char *buf,
		   size_t size);

#endif /* MCW_DECODE_PCI_H */

// SPDX-License-Identifier: GPL-2.0
/*
 * The PCI Express device that a record names.
 *
 * Intel's I/O banks put the requester's number into MCi_MISC (Intel SDM vol. 3B ch. 16). It is
 * the root port that found the error, or a device behind it. Other banks name none.
 */
#include "decode/pci.h"

#include "decode/absent.h"
#include "decode/facts.h"
#include "decode/internal.h"

bool mcw_event_pci(const struct mcw_event *ev, struct mcw_pci *pci)
{
	__u64 misc = ev->regs.misc;

	if (is_amd(ev) || mcw_event_lacks(ev, MCW_ABSENT_STATUS | MCW_ABSENT_MISC) ||
	    field(ev->regs.status, 15, 0) != INTEL_CODE_IO || !(ev->regs.status & MCW_STATUS_MISCV))
		return false;
	*pci = (struct mcw_pci){
		.segment = field(misc, 39, 32),
		.bus = field(misc, 31, 24),
		.device = field(misc, 23, 19),
		.function = field(misc, 18, 16),
	};
	return true;
}

/* A requester of the firmware's memory errors is a plain number. */
const char *mcw_pci_told(const struct mcw_facts *facts)
{
	enum mcw_fact key;
	const char *text;

	for (size_t at = 0; facts && (text = mcw_facts_next(facts, &at, &key));)
		if (key == MCW_FACT_PCI && strchr(text, ':') && strchr(text, '.'))
			return text;
	return NULL;
}

char *mcw_pci_text(const struct mcw_event *ev, const struct mcw_facts *facts, char *buf,
		   size_t size)
{
	struct text t = text_begin(buf, size);
	const char *told = mcw_pci_told(facts);
	struct mcw_pci pci;

	if (mcw_event_pci(ev, &pci))
		text_add(&t, "%04x:%02x:%02x.%u", pci.segment, pci.bus, pci.device, pci.function);
	else if (told)
		text_put(&t, told);
	return buf;
}

// SPDX-License-Identifier: GPL-2.0
/*
 * mcwctl decode: one status register, given by hand.
 */
#include "mcwctl.h"

#include "decode.h"

/* What every server of the last years has; without these bits little can be said. */
#define USUAL_INTEL_MCGCAP	(MCW_MCGCAP_CMCI_P | MCW_MCGCAP_TES_P | MCW_MCGCAP_SER_P)

static void print_rest(const struct mcw_options *o)
{
	const struct mcw_event *ev = &o->event;
	const char *threshold = mcw_event_threshold(ev);
	char text[MCW_TEXT_BYTES];
	unsigned int count;
	bool more;

	count = mcw_event_count(ev, &more);
	if (count || more)
		printf("count      %s%u corrected errors\n", more ? "at least " : "", count);
	if (threshold)
		printf("threshold  %s\n", threshold);
	if (ev->regs.mcgstatus)
		printf("mcgstatus  0x%016llx: %s\n", ev->regs.mcgstatus,
		       mcw_mcgstatus_text(ev->regs.mcgstatus, text, sizeof(text)));
	if (o->mcgcap_given)
		printf("mcgcap     0x%016llx: %s\n", ev->regs.mcgcap,
		       mcw_mcgcap_text(ev->regs.mcgcap, text, sizeof(text)));
	else if (!mcw_vendor_is_amd(ev->regs.cpuvendor))
		printf("mcgcap     not given: a CPU with SER, CMCI and TES assumed\n");
}

enum mcw_exit mcw_decode_run(struct mcw_options *o, const char *status)
{
	struct mcw_event *ev = &o->event;
	char text[MCW_TEXT_BYTES];

	if (!mcw_number_parse("decode", status, ~0ULL, &ev->regs.status))
		return MCW_EXIT_USAGE;
	if (!o->mcgcap_given && !mcw_vendor_is_amd(ev->regs.cpuvendor))
		ev->regs.mcgcap = USUAL_INTEL_MCGCAP;
	printf("status     0x%016llx: %s\n", ev->regs.status,
	       mcw_status_text(ev, text, sizeof(text)));
	printf("class      %s\n", mcw_class_name(mcw_event_class(ev)));
	printf("code       0x%04llx: %s\n", ev->regs.status & 0xffff,
	       mcw_code_text(ev, text, sizeof(text)));
	printf("model code 0x%04llx\n", ev->regs.status >> 16 & 0xffff);
	if (ev->regs.ipid)
		printf("bank       %s\n", mcw_unit_text(ev, text, sizeof(text)));
	printf("address    %s\n", mcw_address_text(ev, text, sizeof(text)));
	print_rest(o);
	return MCW_EXIT_OK;
}

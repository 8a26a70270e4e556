// SPDX-License-Identifier: GPL-2.0
/*
 * AMD's scalable MCA can have a deferred error in two registers at once, MCA_STATUS and MCA_DESTAT.
 * Up to Linux 6.18 a poll takes it from MCA_STATUS and leaves MCA_DESTAT as it is. The next
 * deferred-error interrupt of that CPU, of whichever bank, then finds it there and logs it again.
 *
 * So a record of such an interrupt is the second of a pair if a poll logged the same error within
 * the hour before: on the same CPU, in the same bank, with the same error code, address, syndrome
 * and unit. Another error that is equal in all of these would be about the same page, for which
 * everything was decided with the first one.
 *
 * A first record has one second record, as the interrupt clears MCA_DESTAT.
 */
#include <mcewarden/deferred_pairs.h>

#include <mcewarden/mca.h>

static bool is_deferred_of_smca(const struct mcw_event *ev)
{
	return (ev->regs.cpuvendor == MCW_VENDOR_AMD || ev->regs.cpuvendor == MCW_VENDOR_HYGON) &&
	       ev->cpu_caps & MCW_CAP_SMCA && ev->regs.status & MCW_STATUS_DEFERRED &&
	       !(ev->regs.status & MCW_STATUS_UC);
}

static struct mcw_deferred_first first_of(const struct mcw_record *rec)
{
	const struct mcw_regs *regs = &rec->event.regs;

	return (struct mcw_deferred_first){
		.pos = rec->head.pos,
		.mono_ns = rec->head.mono_ns,
		.addr = regs->addr,
		.synd = regs->synd,
		.ipid = regs->ipid,
		.cpu = regs->extcpu,
		.code = (u16)regs->status,
		.bank = regs->bank,
		.valid = true,
	};
}

static bool is_same_error(const struct mcw_deferred_first *a, const struct mcw_deferred_first *b)
{
	return a->valid && a->cpu == b->cpu && a->bank == b->bank && a->code == b->code &&
	       a->addr == b->addr && a->synd == b->synd && a->ipid == b->ipid;
}

/**
 * mcw_deferred_pairs_second() - whether a record is the second one of the same deferred error
 * @pairs: what is known of earlier records; 0 at first
 * @rec: an event; it is noted where it may be a first one
 * @first: set to the position of the first record in the lane severe, if there is one
 *
 * Context: any; one call at a time, events in the order of their lane.
 * Return: true for a second one.
 */
bool mcw_deferred_pairs_second(struct mcw_deferred_pairs *pairs, const struct mcw_record *rec,
			       u64 *first)
{
	const struct mcw_deferred_first here = first_of(rec);
	unsigned int i;

	if (!is_deferred_of_smca(&rec->event))
		return false;
	if (rec->event.source == MCW_SOURCE_POLL) {
		pairs->first[pairs->next] = here;
		pairs->next = (pairs->next + 1) % MCW_DEFERRED_PAIRS;
		return false;
	}
	for (i = 0; rec->event.source == MCW_SOURCE_CMCI && i < MCW_DEFERRED_PAIRS; i++) {
		struct mcw_deferred_first *earlier = &pairs->first[i];

		if (!is_same_error(earlier, &here) ||
		    here.mono_ns - earlier->mono_ns > MCW_DEFERRED_PAIR_NS)
			continue;
		*first = earlier->pos;
		earlier->valid = false;
		return true;
	}
	return false;
}

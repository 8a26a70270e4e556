// SPDX-License-Identifier: GPL-2.0
/*
 * What a guest's bank shows of an error of the host.
 *
 * The registers are made new, and not copied: the host's bank number, model-specific code and
 * syndrome mean nothing on the guest's CPU. What stays is the class of the error, its architectural
 * code if both CPUs are of one kind, the address and how exact it is, and how many errors there
 * were.
 *
 * No status has UC. QEMU's monitor raises an exception for each one that has, and the guest has
 * consumed nothing. That is also why no UCNA of Intel's is put in: the manual has it with UC, QEMU
 * offers no guest CMCI, and by a bank alone it cannot be told.
 *
 * Banks: on Intel 1 to 8, one after the other; QEMU itself uses 9 for what the kernel tells it by
 * SIGBUS, and Linux leaves bank 0 alone on some models. On AMD without scalable MCA, as all guests
 * of QEMU are, Linux takes only bank 4 with the extended code 8 for an error of memory.
 */
#include "guests/bank.h"

#include <mcewarden/mca.h>

#define INTEL_FIRST 1
#define INTEL_BANKS 8
#define AMD_NORTHBRIDGE 4
#define AMD_XEC_ECC (8ULL << 16)

#define INTEL_MEMORY 0x9fULL /* memory controller, channel not known */
#define AMD_MEMORY 0x813ULL /* bus error, read of memory */

#define INTEL_COUNT_SHIFT 38
#define INTEL_COUNT_MAX 0x3fffULL
#define INTEL_COUNT_OVER MCW_BIT(52)
#define INTEL_PHYSICAL (2ULL << 6)
#define PAGE_BITS 12

/* MCi_MISC of AMD's: LOCKED says that the counter is not the guest's to write to. */
#define AMD_COUNTER (MCW_BIT(63) | MCW_BIT(62) | MCW_BIT(61))
#define AMD_COUNT_SHIFT 32
#define AMD_COUNT_MAX 0xfffULL
#define AMD_COUNT_OVER MCW_BIT(48)

enum mcw_forwardable mcw_bank_may(enum mcw_class class, bool amd_guest)
{
	switch (class) {
	case MCW_CLASS_CORRECTED:
		return MCW_FORWARD_YES;
	case MCW_CLASS_DEFERRED:
		return amd_guest ? MCW_FORWARD_YES : MCW_FORWARD_NO_DEFERRED;
	case MCW_CLASS_UCNA:
		return MCW_FORWARD_UCNA;
	default:
		return MCW_FORWARD_KERNEL;
	}
}

static __u64 code_of(const struct mcw_guest_error *e, bool amd_guest)
{
	if (e->amd == amd_guest && !e->firmware)
		return amd_guest ? e->status & MCW_MCACOD : MCW_MCACOD_UNFILTERED(e->status);
	return amd_guest ? AMD_MEMORY : INTEL_MEMORY;
}

static void intel_fill(struct mcw_bank_content *b, const struct mcw_guest_error *e,
		       unsigned int turn)
{
	__u64 count = e->count < INTEL_COUNT_MAX ? e->count : INTEL_COUNT_MAX;

	b->bank = INTEL_FIRST + turn % INTEL_BANKS;
	b->status |= MCW_STATUS_MISCV | count << INTEL_COUNT_SHIFT;
	if (e->count > INTEL_COUNT_MAX)
		b->status |= INTEL_COUNT_OVER;
	b->misc = INTEL_PHYSICAL | (e->lsb ? e->lsb : PAGE_BITS);
}

static void amd_fill(struct mcw_bank_content *b, const struct mcw_guest_error *e)
{
	__u64 count = e->count < AMD_COUNT_MAX ? e->count : AMD_COUNT_MAX;

	b->bank = AMD_NORTHBRIDGE;
	b->status |= AMD_XEC_ECC;
	b->status |= e->class == MCW_CLASS_DEFERRED ? MCW_STATUS_DEFERRED : MCW_STATUS_CECC;
	if (e->count <= 1)
		return;
	b->status |= MCW_STATUS_MISCV;
	b->misc = AMD_COUNTER | count << AMD_COUNT_SHIFT;
	if (e->count > AMD_COUNT_MAX)
		b->misc |= AMD_COUNT_OVER;
}

void mcw_bank_fill(struct mcw_bank_content *b, const struct mcw_guest_error *e, bool amd_guest,
		   unsigned int turn)
{
	b->addr = e->gpa;
	b->misc = 0;
	b->status = MCW_STATUS_VAL | MCW_STATUS_EN | MCW_STATUS_ADDRV | code_of(e, amd_guest);
	if (amd_guest)
		amd_fill(b, e);
	else
		intel_fill(b, e, turn);
}

// SPDX-License-Identifier: GPL-2.0
/* LINK: mcwctl */
/* FLAGS: -Wno-missing-field-initializers */
/*
 * Faults from the registers alone: what MCi_MISC of the memory controllers says is the place of an
 * error, where neither an EDAC driver nor the firmware names one.
 */

#include "ktap.h"
#include "decode/decode.h"
#include "decode/memory_place.h"
#include "diagnose_stream.h"

/* Where the fields are that change from error to error, and what stays; after the manuals. */
static const struct layout {
	const char *name;
	__u32 cpuid;
	unsigned int bank;
	__u64 status; /* beside those of a corrected error */
	__u64 misc;
	unsigned int row_at, column_at, bank_at, group_at, device_at;
	int mc, channel, dimm;
} layouts[] = {
	{ "Ice Lake", 0x606a6, 18, 0x00800000, 0x0d00000000000086, 19, 9, 42, 40, 46, 1, 1, 1 },
	{ "Ice Lake-D", 0x606c1, 13, 0x00800000, 0x0800000000000086, 19, 9, 42, 40, 46, 0, 0, 0 },
	{ "Tremont-D", 0x80665, 15, 0x00800000, 0x0f00000000000086, 19, 9, 42, 40, 46, 0, 2, 1 },
	{ "Sapphire Rapids", 0x806f8, 20, 0x00800000, 0x0e00000000000086, 19, 9, 39, 37, 43, 3, 1,
	  1 },
	{ "Emerald Rapids", 0xc06f2, 13, 0x00800000, 0x0800000000000086, 19, 9, 39, 37, 43, 0, 0,
	  0 },
	{ "HBM", 0x806f8, 31, 0x00800000, 0x0800000000000086, 19, 9, 39, 37, 51, -1, 1, -1 },
	{ "Granite Rapids", 0xa06d1, 24, 0x200800000, 0x0500000000000086, 19, 9, 37, 39, 43, -1, 11,
	  -1 },
	{ "Sierra Forest", 0xa06f3, 13, 0x200800000, 0x0400000000000086, 19, 9, 37, 39, 43, -1, 0,
	  -1 },
	{ "Diamond Rapids", 0x400f10, 19, 0x200800000, 0x0482040000000086, 19, 9, 37, 39, 44, 1, 0,
	  -1 },
};

#define CORRECTED 0x8c00004000000090 /* read, channel 0; one error */

static struct mcw_diagnosis *d;
static const struct mcw_fault *f;

static void feed(const struct layout *l, struct place p, unsigned int n)
{
	struct mcw_record rec = { .head = { .type = MCW_EVENT,
					    .lane = MCW_LANE_OTHER,
					    .pos = n,
					    .mono_ns = (10 + n * 60) * S,
					    .wall_ns = WALL + (10 + n * 60) * S } };
	struct mcw_event *ev = &rec.event;
	struct mcw_sign sign;

	ev->source = MCW_SOURCE_CMCI;
	ev->regs.cpuid = l->cpuid;
	ev->regs.bank = l->bank;
	ev->regs.apicid = 4;
	ev->regs.mcgcap = MCW_MCGCAP_CMCI_P | MCW_MCGCAP_SER_P;
	ev->regs.addr = address_of(p);
	ev->regs.status = CORRECTED | l->status;
	ev->regs.misc = l->misc | (__u64)p.row << l->row_at | (__u64)p.column << l->column_at |
			(__u64)p.bank << l->bank_at | (__u64)p.group << l->group_at |
			(__u64)p.device << l->device_at;
	if (!mcw_sign_of_event(&sign, &rec, NULL))
		printf("# %s: the record is about no part\n", l->name);
	else
		mcw_diagnosis_feed(d, &sign);
}

static bool is_part(const struct layout *l)
{
	return f->part.kind == MCW_SIGN_MEMORY && f->part.mc == l->mc &&
	       f->part.channel == l->channel && f->part.dimm == l->dimm &&
	       f->source == MCW_DIMM_BY_RECORD;
}

/* Where the registers do not say which DIMM of the channel it is, a fault is no surer than that. */
static void test_fault(const struct layout *l, enum mcw_fault_mode mode, unsigned int errors)
{
	const struct place at = { .group = 2, .bank = 1, .row = 0x1234, .column = 77, .device = 7 };
	bool good;

	mcw_diagnosis_begin(d, NULL);
	for (unsigned int n = 0; n < errors; n++)
		feed(l, place_in(mode, at, 1), n);
	good = faults_open(d, &f) == 1 && f->mode == mode && is_part(l) && f->corrected == errors &&
	       f->certainty == (l->dimm < 0 ? MCW_FAULT_POSSIBLE : MCW_FAULT_CERTAIN) &&
	       f->devices == 1U << at.device;
	if (mode == MCW_FAULT_ROW)
		good = good && f->value[MCW_PLACE_ROW] == at.row &&
		       f->value[MCW_PLACE_BANK] == at.bank &&
		       f->value[MCW_PLACE_BANK_GROUP] == at.group;
	if (!good && f)
		printf("# %s of mc %d channel %d DIMM %d, %llu errors, certainty %u\n",
		       mcw_fault_mode_name(f->mode), f->part.mc, f->part.channel, f->part.dimm,
		       (unsigned long long)f->corrected, f->certainty);
	ktap_result_of(good, "%s: a %s that fails", l->name, mcw_fault_mode_name(mode));
}

/* Two DIMMs of a channel are two parts. */
static void test_neighbour(void)
{
	struct layout other = layouts[0];
	unsigned int n;

	other.misc &= ~(1ULL << 58);
	mcw_diagnosis_begin(d, NULL);
	for (n = 0; n < 20; n++)
		feed(n % 2 ? &layouts[0] : &other,
		     (struct place){ .row = 0x1234, .column = n / 2, .device = 7 }, n);
	ktap_result(faults_open(d, &f) == 2 && f->corrected == 10,
		    "the same row of two DIMMs is two faults");
}

int main(void)
{
	d = diagnosis_new();
	for (size_t i = 0; i < sizeof(layouts) / sizeof(layouts[0]); i++) {
		test_fault(&layouts[i], MCW_FAULT_ROW, 20);
		test_fault(&layouts[i], MCW_FAULT_COLUMN, 20);
		test_fault(&layouts[i], MCW_FAULT_BANK, 60);
		test_fault(&layouts[i], MCW_FAULT_DEVICE, 120);
	}
	test_neighbour();
	free(d);
	return ktap_end();
}

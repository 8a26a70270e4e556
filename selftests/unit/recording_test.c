// SPDX-License-Identifier: GPL-2.0
/* LINK: mcwctl */
/* The entries of a recording: which are valid, and where a reader begins. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ktap.h"
#include "source/file_format.h"

static struct mcw_entry session(void)
{
	struct mcw_entry e = {
		.session = {
			.magic = MCW_RECORDING_MAGIC,
			.format = MCW_RECORDING_FORMAT,
			.abi = MCW_ABI_VERSION,
			.record_bytes = MCW_RECORD_BYTES,
			.load = 7,
			.host = "one",
			.release = "6.1",
		},
	};

	mcw_entry_seal(&e, MCW_ENTRY_SESSION);
	return e;
}

static void is(struct mcw_entry e, bool first, enum mcw_found wanted, const char *name)
{
	enum mcw_found found = mcw_entry_check(&e, first);

	if (found != wanted)
		printf("# found %s, wanted %s\n", mcw_found_text(found), mcw_found_text(wanted));
	ktap_result(found == wanted, name);
}

static void test_entries(void)
{
	struct mcw_entry e = session(), zero = { .kind = 0 };

	is(e, true, MCW_FOUND_ENTRY, "a session begins a file");
	is(e, false, MCW_FOUND_ENTRY, "a session in the middle");
	is(zero, true, MCW_FOUND_NO_RECORDING, "zeros at the beginning");
	is(zero, false, MCW_FOUND_ZEROS, "zeros after it");
	e.session.format = MCW_RECORDING_FORMAT + 1;
	mcw_entry_seal(&e, MCW_ENTRY_SESSION);
	is(e, true, MCW_FOUND_OTHER_FORMAT, "another format");
	e.session.format = __builtin_bswap32(MCW_RECORDING_FORMAT);
	is(e, true, MCW_FOUND_OTHER_ORDER, "another order of bytes, whose CRC cannot be known");
	e = session();
	e.session.abi++;
	mcw_entry_seal(&e, MCW_ENTRY_SESSION);
	is(e, false, MCW_FOUND_OTHER_ABI, "another version of the records");
	e = session();
	e.session.record_bytes++;
	mcw_entry_seal(&e, MCW_ENTRY_SESSION);
	is(e, true, MCW_FOUND_OTHER_ABI, "another size of the records");
	e = session();
	e.session.magic[6] = '\n';
	is(e, true, MCW_FOUND_NO_RECORDING, "line ends that a transfer changed");
	e = (struct mcw_entry){ .record.head.lane = MCW_LANE_NOTICE };
	mcw_entry_seal(&e, MCW_ENTRY_RECORD);
	is(e, true, MCW_FOUND_NO_RECORDING, "a record begins no file");
	is(e, false, MCW_FOUND_ENTRY, "a record");
	e.record.head.lane = MCW_LANES;
	mcw_entry_seal(&e, MCW_ENTRY_RECORD);
	is(e, false, MCW_FOUND_DAMAGED, "a record of no lane");
	mcw_entry_seal(&e, 99);
	is(e, false, MCW_FOUND_DAMAGED, "of no kind");
}

/* A change of any single bit is noticed. */
static void test_bits(void)
{
	unsigned int missed = 0;

	for (size_t bit = 0; bit < 8 * MCW_ENTRY_BYTES; bit++) {
		struct mcw_entry e = session();

		((__u8 *)&e)[bit / 8] ^= 1 << bit % 8;
		missed += mcw_entry_check(&e, false) == MCW_FOUND_ENTRY;
	}
	if (missed)
		printf("# %u bits\n", missed);
	ktap_result(!missed, "every bit counts");
}

static void test_text(void)
{
	struct mcw_entry e = session();

	memset(e.session.host, 'x', sizeof(e.session.host));
	memcpy(e.session.release, "6\033[2J", 6);
	mcw_entry_seal(&e, MCW_ENTRY_SESSION);
	ktap_result(mcw_entry_check(&e, true) == MCW_FOUND_ENTRY, "odd text is no damage");
	ktap_result(strlen(e.session.host) == sizeof(e.session.host) - 1, "text without an end");
	ktap_result(!strcmp(e.session.release, "6?[2J"), "a terminal's escape");
}

/* A file that continues another one: only the records between them are lost. */
static void test_base(void)
{
	struct mcw_lost before[MCW_LANES] = { { .based = false } }, after[MCW_LANES];
	struct mcw_session s = { .load = 0 };
	struct mcw_head head = { .pos = 9, .unplaced = 1, .skipped = 1 };

	mcw_lost_record(&before[1], &(struct mcw_head){ .pos = 5 });
	before[1].debt = 1;
	mcw_session_base(&s, before);
	memset(after, 0xff, sizeof(after));
	mcw_session_begin(&s, after);
	ktap_result(!after[0].based && after[1].based && !after[0].lost, "bases of the lanes");
	mcw_lost_record(&after[1], &head);
	/* 6, 7, 8 and the refused one, without the skipped one and the one reported before */
	ktap_result(after[1].lost == 2 && !after[1].older, "what is lost between two files");
}

static void test_load(void)
{
	struct mcw_session a = { .load = 3, .boot_id = "boot" }, b = a;

	ktap_result(mcw_session_same_load(&a, &b), "the same load");
	b.boot_id[0]++;
	ktap_result(!mcw_session_same_load(&a, &b), "another boot");
	b = a;
	b.load++;
	ktap_result(!mcw_session_same_load(&a, &b), "another load");
	a.load = 0;
	b.load = 0;
	ktap_result(!mcw_session_same_load(&a, &b), "a load that is not known");
}

/* A DIMM and its slot come back as they were, long texts cut; damaged texts end, too. */
static void test_dimms(void)
{
	struct mcw_memory_device slot = { .mbytes = 1024,
					  .type = 0x1a,
					  .speed = 2933,
					  .ranks = 2,
					  .populated = true,
					  .locator = "DIMM_A1",
					  .serial = "1A2B" };
	struct mcw_dimm dimm = { .mc = 3, .layer = { 1, 0, -1 }, .mbytes = 1024 };
	struct mcw_dimm_known known = { .dimm = &dimm, .slot = { &slot, MCW_SLOT_LOCATOR } };
	enum mcw_slot_reason reason;
	struct mcw_dimm dimm_back;
	struct mcw_memory_device slot_back;
	struct mcw_entry e = { .kind = 0 };

	memset(dimm.label, 'x', sizeof(dimm.label) - 1);
	memset(slot.part, 'y', sizeof(slot.part) - 1);
	mcw_dimm_entry_set(&e.dimm, &known);
	e.dimm.count = 1;
	mcw_entry_seal(&e, MCW_ENTRY_DIMM);
	is(e, false, MCW_FOUND_ENTRY, "a DIMM");
	mcw_dimm_entry_get(&e.dimm, &dimm_back, &slot_back, &reason);
	ktap_result(strlen(dimm_back.label) == 63 && strlen(slot_back.part) == 23, "texts are cut");
	memcpy(dimm.label, dimm_back.label, sizeof(dimm.label));
	memcpy(slot.part, slot_back.part, sizeof(slot.part));
	ktap_result(!memcmp(&dimm, &dimm_back, sizeof(dimm)), "it comes back as it was");
	ktap_result(reason == MCW_SLOT_LOCATOR && !memcmp(&slot, &slot_back, sizeof(slot)),
		    "and its slot");
	known.slot = (struct mcw_slot){ NULL, MCW_SLOT_AMBIGUOUS };
	mcw_dimm_entry_set(&e.dimm, &known);
	mcw_dimm_entry_get(&e.dimm, &dimm_back, &slot_back, &reason);
	ktap_result(reason == MCW_SLOT_AMBIGUOUS && !slot_back.populated,
		    "a slot that is not known");
	memset(&e.dimm, 0xff, sizeof(e.dimm));
	e.dimm.number = 0;
	mcw_entry_seal(&e, MCW_ENTRY_DIMM);
	mcw_entry_check(&e, false);
	mcw_dimm_entry_get(&e.dimm, &dimm_back, &slot_back, &reason);
	ktap_result(reason == MCW_SLOT_NOT_FOUND && strlen(slot_back.serial) == 23,
		    "texts without an end, and a reason that is not known");
	e.dimm.count = 0;
	mcw_entry_seal(&e, MCW_ENTRY_DIMM);
	is(e, false, MCW_FOUND_DAMAGED, "number 0 of none");
}

int main(void)
{
	ktap_begin();
	test_entries();
	test_bits();
	test_text();
	test_base();
	test_load();
	test_dimms();
	return ktap_end();
}

// SPDX-License-Identifier: GPL-2.0
/*
 * When the kernel panics, some of the severe records that nobody has read go to the firmware's
 * storage for errors, ACPI's ERST: as struct mce in a CPER record of pstore's, the form that the
 * kernel itself uses for the fatal error. So after the reboot each is a file mce-erst-* in pstore,
 * which mcelog, rasdaemon and mcwctl decode read.
 *
 * The text of the log says more, and has room in ERST first: a dumper of the kernel's log that
 * comes behind pstore's writes these records, into what is left. A record can take kilobytes of
 * ERST, whatever is in it, and there may be room for a dozen: so there are few.
 *
 * erst_write() only tries to take its lock, and polls the firmware for a bounded time, so it may be
 * called in NMI and #MC, as the kernel does. If the lock is taken, its owner was stopped: then this
 * gives up. The dumper runs on the CPU that panics, after panic.c has chosen the records there. It
 * is called once, and erst_record has no other user.
 *
 * EFI variables are left to pstore: no kernel exports a function that sets one in NMI.
 */
#include <mcewarden/panic_erst.h>

#include <linux/build_bug.h>
#include <linux/cper.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/kmsg_dump.h>
#include <linux/module.h>
#include <linux/string.h>
#include <linux/types.h>
#include <linux/uuid.h>
#include <mcewarden/missing.h>
#include <mcewarden/panic.h>
#include <uapi/mcewarden.h>

#define WRITTEN 4 /* records: the oldest, and the newest */

/* pstore shows records of this creator, and this section as a struct mce. */
#define CREATOR_PSTORE \
	GUID_INIT(0x75a574e3, 0x5052, 0x4b29, 0x8a, 0x8e, 0xbe, 0x2c, 0x64, 0x90, 0xb8, 0x9d)
#define SECTION_MCE \
	GUID_INIT(0xfe08ffbe, 0x95e4, 0x4be7, 0xbc, 0x73, 0x40, 0x96, 0x04, 0x4a, 0x38, 0xfc)

typedef int (*erst_write_fn)(const struct cper_record_header *record);
typedef u64 (*next_id_fn)(void);

static erst_write_fn erst_write_record; /* NULL: this kernel does not export it */
static next_id_fn next_record_id;

static struct {
	struct cper_record_header head;
	struct cper_section_descriptor section;
	struct mcw_regs regs; /* struct mce as it has been since Linux 5.8 */
} __packed erst_record = {
	.head = {
		.signature = { 'C', 'P', 'E', 'R' },
		.revision = CPER_RECORD_REV,
		.signature_end = CPER_SIG_END,
		.section_count = 1,
		.error_severity = CPER_SEV_FATAL,
		.record_length = sizeof(erst_record),
		.creator_id = CREATOR_PSTORE,
		.notification_type = CPER_NOTIFY_MCE,
		.flags = CPER_HW_ERROR_FLAGS_PREVERR,
	},
	.section = {
		.section_offset = sizeof(erst_record.head) + sizeof(erst_record.section),
		.section_length = sizeof(erst_record.regs),
		.revision = CPER_SEC_REV,
		.flags = CPER_SEC_PRIMARY,
		.section_type = SECTION_MCE,
		.section_severity = CPER_SEV_FATAL,
	},
};

static struct mcw_record panic_record;

static KMSG_DUMP_FUNCTION(write_records)
{
	unsigned int n;

	for (n = 0; n < WRITTEN && mcw_panic_record(n, &panic_record); n++) {
		erst_record.head.record_id = next_record_id();
		erst_record.regs = panic_record.event.regs;
		if (erst_write_record(&erst_record.head))
			return;
	}
}

static struct kmsg_dumper erst_dumper = {
	.dump = write_records,
	.max_reason = KMSG_DUMP_PANIC,
};

/**
 * mcw_panic_erst_init() - be called when the kernel has panicked and pstore has the log
 *
 * If the kernel does not export what it needs, nothing is written to ERST.
 *
 * Context: process, may sleep.
 * Return: 0.
 */
int mcw_panic_erst_init(void)
{
	int err;

	BUILD_BUG_ON(sizeof(struct mcw_regs) != 128);
	erst_write_record = (erst_write_fn)__symbol_get("erst_write");
	next_record_id = (next_id_fn)__symbol_get("cper_next_record_id");
	if (!erst_write_record || !next_record_id)
		return 0;
	err = kmsg_dump_register(&erst_dumper);
	if (err) {
		pr_warn("cannot write severe records to ERST after a panic: error %d\n", err);
		mcw_missing_note(MCW_MISSING_ERST);
	}
	return 0;
}

/**
 * mcw_panic_erst_exit() - not be called any more
 *
 * Context: process, sleeps.
 */
void mcw_panic_erst_exit(void)
{
	if (erst_dumper.registered)
		kmsg_dump_unregister(&erst_dumper);
	if (next_record_id)
		__symbol_put("cper_next_record_id");
	if (erst_write_record)
		__symbol_put("erst_write");
}

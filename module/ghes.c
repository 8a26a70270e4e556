// SPDX-License-Identifier: GPL-2.0
/*
 * Says which part of the machine an error is about where the firmware reports errors first: a
 * block on the report chain of APEI's GHES gets each memory section of a report (CPER), and writes
 * a LOCATION record with what the section says.
 *
 * Kernels up to v6.1 do not have the chain, and later ones only with CONFIG_ACPI_APEI_GHES: it is
 * looked up by name.
 *
 * Pairing
 * -------
 * For a memory section with a physical address the kernel also makes a machine-check record, with
 * bank 255 and the section's address. It does so directly after it has called the block, in the
 * same context. The tap notes the last record of bank 255 on each CPU. So the block only keeps the
 * section, in a slot of this CPU, and settle() looks later whether a new record with the section's
 * address has been noted. It runs when the next section comes on this CPU, and else in an irq_work,
 * which the block queues: the kernel handles reports with interrupts off, or in an irq_work of its
 * own, and so ours runs after that. On PREEMPT_RT interrupts are on, and ours may be early: then
 * the location has no event, like one whose section has no address, and one whose record only the
 * decode chain captured. It is never paired with the event of another address.
 *
 * Who may interrupt whom
 * ----------------------
 * The slot belongs to its CPU, and is used with interrupts off. The block is never called in NMI:
 * the kernel puts the reports of an NMI off to an irq_work.
 *
 * Load and unload
 * ---------------
 * Unregistering waits until no block runs. After that irq_work_sync() waits for the last sections.
 */
#include <mcewarden/ghes.h>

#include <linux/bitops.h>
#include <linux/cper.h>
#include <linux/cpumask.h>
#include <linux/dmi.h>
#include <linux/irq_work.h>
#include <linux/irqflags.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/notifier.h>
#include <linux/percpu.h>
#include <linux/printk.h>
#include <acpi/ghes.h>
#include <mcewarden/location.h>
#include <mcewarden/tap.h>
#include <uapi/mcewarden.h>

#define REGISTER "ghes_register_report_chain"
#define UNREGISTER "ghes_unregister_report_chain"
#define DETAIL_BYTES 200
#define MC_UNKNOWN 255

typedef void (*register_fn)(struct notifier_block *nb);

static bool ghes_watched;

struct ghes_slot {
	struct irq_work work;
	struct cper_sec_mem_err section;
	u8 error_type; /* as in struct mcw_location */
	bool waits;
};

static DEFINE_PER_CPU(struct ghes_slot, ghes_slot);

/* UEFI specification, Common Platform Error Record, memory error section: "memory error type". */
static const char *const type_names[] = {
	"unknown error",
	"no error",
	"single-bit ECC error",
	"multi-bit ECC error",
	"single-symbol chipkill ECC error",
	"multi-symbol chipkill ECC error",
	"master abort",
	"target abort",
	"parity error",
	"watchdog timeout",
	"invalid address",
	"mirror broken",
	"memory sparing",
	"scrub corrected error",
	"scrub uncorrected error",
	"physical memory map-out event",
};

static const char *type_name(const struct cper_sec_mem_err *section)
{
	if (!(section->validation_bits & CPER_MEM_VALID_ERROR_TYPE) ||
	    section->error_type >= ARRAY_SIZE(type_names))
		return type_names[0];
	return type_names[section->error_type];
}

/* What the section says of the place, in words that are separated by blanks. */
static void write_detail(const struct cper_sec_mem_err *section, char *text, size_t size)
{
	u64 valid = section->validation_bits;
	const struct {
		const char *name;
		u64 bit;
		unsigned int value;
	} places[] = {
		{ "node", CPER_MEM_VALID_NODE, section->node },
		{ "card", CPER_MEM_VALID_CARD, section->card },
		{ "module", CPER_MEM_VALID_MODULE, section->module },
		{ "rank", CPER_MEM_VALID_RANK_NUMBER, section->rank },
		{ "bank", CPER_MEM_VALID_BANK, section->bank },
		{ "bank_group", CPER_MEM_VALID_BANK_GROUP, section->bank >> 8 },
		{ "bank_address", CPER_MEM_VALID_BANK_ADDRESS, section->bank & 0xff },
		{ "device", CPER_MEM_VALID_DEVICE, section->device },
		{ "row", CPER_MEM_VALID_ROW | CPER_MEM_VALID_ROW_EXT,
		  section->row | cper_get_mem_extension(valid, section->extended) },
		{ "column", CPER_MEM_VALID_COLUMN, section->column },
		{ "bit_position", CPER_MEM_VALID_BIT_POSITION, section->bit_pos },
	};
	size_t used = 0;
	unsigned int i;

	text[0] = '\0';
	for (i = 0; i < ARRAY_SIZE(places); i++)
		if (valid & places[i].bit)
			used += scnprintf(text + used, size - used, "%s%s:%u", used ? " " : "",
					  places[i].name, places[i].value);
}

/* Returns the name of the memory module's socket in SMBIOS, or NULL. */
static const char *socket_name(const struct cper_sec_mem_err *section)
{
	const char *bank = NULL, *device = NULL;

	if (section->validation_bits & CPER_MEM_VALID_MODULE_HANDLE)
		dmi_memdev_name(section->mem_dev_handle, &bank, &device);
	return device;
}

/* Writes the location that waits on this CPU. Interrupts are off. */
static void settle(struct ghes_slot *slot)
{
	const struct cper_sec_mem_err *section = &slot->section;
	u64 valid = section->validation_bits;
	struct mcw_location loc = {
		.count = 1,
		.source = MCW_LOCATION_GHES,
		.error_type = slot->error_type,
		.mc = MC_UNKNOWN,
		.layer = { -1, -1, -1 },
	};
	char detail[DETAIL_BYTES];

	if (!slot->waits)
		return;
	slot->waits = false;
	if (valid & CPER_MEM_VALID_PA)
		loc.address = section->physical_addr;
	if (valid & CPER_MEM_VALID_PA_MASK && section->physical_addr_mask)
		loc.grain_bits = __ffs64(section->physical_addr_mask);
	if (valid & CPER_MEM_VALID_PA && this_cpu_read(mcw_tap_firmware.is_new) &&
	    this_cpu_read(mcw_tap_firmware.addr) == section->physical_addr)
		mcw_location_set_event(&loc, this_cpu_read(mcw_tap_firmware.mark), NULL);
	else
		loc.flags = MCW_LOCATION_NO_EVENT;
	write_detail(section, detail, sizeof(detail));
	mcw_location_put(&loc, socket_name(section), type_name(section), detail);
}

static void settle_work(struct irq_work *work)
{
	unsigned long flags;

	local_irq_save(flags);
	settle(this_cpu_ptr(&ghes_slot));
	local_irq_restore(flags);
}

static u8 error_type_of(unsigned long severity)
{
	switch (severity) {
	case GHES_SEV_CORRECTED:
		return 0;
	case GHES_SEV_RECOVERABLE:
		return 1;
	case GHES_SEV_PANIC:
		return 3;
	default:
		return 4;
	}
}

static int take_section(struct notifier_block *nb, unsigned long severity, void *data)
{
	const struct cper_sec_mem_err *section = data;
	struct ghes_slot *slot;
	unsigned long flags;

	local_irq_save(flags);
	slot = this_cpu_ptr(&ghes_slot);
	settle(slot);
	slot->section = *section;
	slot->error_type = error_type_of(severity);
	slot->waits = true;
	this_cpu_write(mcw_tap_firmware.is_new, false);
	irq_work_queue(&slot->work);
	local_irq_restore(flags);
	return NOTIFY_DONE;
}

static struct notifier_block section_block = { .notifier_call = take_section };

/* Calls one of the kernel's functions by its name. Returns false if the kernel lacks it. */
static bool call_by_name(const char *name)
{
	register_fn function = (register_fn)__symbol_get(name);

	if (!function)
		return false;
	function(&section_block);
	__symbol_put(name);
	return true;
}

/**
 * mcw_ghes_init() - watch for what the firmware says
 *
 * A kernel without the report chain does not pass it on, and the file location_sources says so.
 *
 * Context: process, may sleep. The tap is armed, if it can be.
 * Return: 0.
 */
int mcw_ghes_init(void)
{
	int cpu;

	for_each_possible_cpu(cpu)
		init_irq_work(&per_cpu_ptr(&ghes_slot, cpu)->work, settle_work);
	ghes_watched = call_by_name(REGISTER);
	mcw_location_set_source(MCW_LOCATION_GHES, ghes_watched);
	return 0;
}

/**
 * mcw_ghes_exit() - stop watching
 *
 * Context: process, sleeps. The tap is still armed. No block runs when it returns.
 */
void mcw_ghes_exit(void)
{
	int cpu;

	if (!ghes_watched)
		return;
	call_by_name(UNREGISTER);
	ghes_watched = false;
	mcw_location_set_source(MCW_LOCATION_GHES, false);
	for_each_possible_cpu(cpu)
		irq_work_sync(&per_cpu_ptr(&ghes_slot, cpu)->work);
}

// SPDX-License-Identifier: GPL-2.0
/*
 * When the kernel panics, the severe records that nobody has read go to its log, as the lines of
 * panic_lines.h, so that whatever keeps the log over the reboot keeps them: pstore (ramoops, ERST,
 * EFI), netconsole, a serial console, or the dump of a crash kernel.
 *
 * When
 * ----
 * Without a crash kernel, from the panic notifiers, which run before kmsg_dump() gives the log to
 * pstore. With one, the notifiers do not run unless crash_kexec_post_notifiers says so: then from
 * the entry of __crash_kexec(), by ftrace. That function runs at each panic, and at an oops that
 * becomes one; it goes into the crash kernel only if one is loaded, and only then the hook prints.
 * If both are called, the first one prints.
 *
 * Who interrupts whom
 * -------------------
 * The kernel lets one CPU panic: panic_cpu is taken before either place is reached, and every other
 * CPU that panics stops itself there. That CPU may come from any context, also NMI and #MC, and may
 * have been interrupted anywhere: inside the tap, a reader, the chain's block, printk. The other
 * CPUs were stopped wherever they were, or run on (in the hook of __crash_kexec(), or if they did
 * not answer). So nothing here takes a lock, waits, or allocates, and all that others may
 * have left half done is read as the lanes allow it:
 *
 *	A producer was stopped inside a slot. mcw_ring_get_late() says that it is busy, and it is
 *	counted and left out. If it goes on meanwhile, the state of the slot says so, as to every
 *	reader: MCW(look:A) pairs with MCW(commit:A), MCW(get:B) with MCW(reserve:A).
 *	A producer decided a position and did not move head. mcw_ring_seek_newest() goes past it.
 *	A reader holds its file's lock, or unread_lock. mcw_unread_is_read() takes neither, and
 *	says "not read" where it cannot know.
 *	The worker was stopped anywhere: what it has taken is no matter here.
 *
 * If the code below panics or is interrupted by another panic on the same CPU (an NMI), panic()
 * begins again on that CPU and comes here a second time: panic_began sends it back at once.
 * So panic_work has one user ever, and needs no lock either.
 *
 * How long
 * --------
 * Each loop has a bound: positions that are looked at, records, lines about one record. The text is
 * at most MCW_PANIC_BYTES, and a second after the first line only the oldest record follows, since
 * a slow serial console may need a tenth of a second for a line. With 5.10 a panic in NMI or #MC
 * prints to a buffer of 8 KiB, which the kernel empties before the notifiers and after them.
 *
 * The error itself
 * ----------------
 * An exception that all CPUs take together has each bank scanned before the panic, and so captured
 * by the tap. One that only this CPU takes (LMCE, AMD) panics before the scan. So this CPU's banks
 * are read here, as the kernel's handler reads them, and none is written. What the tap captured a
 * moment ago from the same bank is not printed twice. Banks that only other CPUs can read are out
 * of reach.
 */
#include <mcewarden/panic.h>

#include <linux/atomic.h>
#include <linux/bits.h>
#include <linux/compiler.h>
#include <linux/ftrace.h>
#include <linux/kernel.h>
#include <linux/kexec.h>
#include <linux/ktime.h>
#include <linux/minmax.h>
#include <linux/notifier.h>
#include <linux/panic_notifier.h>
#include <linux/printk.h>
#include <linux/smp.h>
#include <linux/string.h>
#include <asm/cpufeature.h>
#include <asm/cpuid/api.h>
#include <asm/mce.h>
#include <asm/msr.h>
#include <asm/processor.h>
#include <mcewarden/ftrace_hook.h>
#include <mcewarden/missing.h>
#include <mcewarden/page_address.h>
#include <mcewarden/panic_lines.h>
#include <mcewarden/plural.h>
#include <mcewarden/ring.h>
#include <mcewarden/unread.h>

#define LOOKED_AT 65536 /* positions of the lane severe: 20 ms at most */
#define RELATED_LOOKED_AT 2048 /* newest positions of another lane, for each record */
#define OUTCOMES 2 /* lines about one event */
#define VICTIMS 4
#define LOCATIONS (2 * MCW_LOCATION_PARTS)
#define BANKS_PRINTED 4
/* A reader may not have written yet what it has just read; and so long a bank is the same error. */
#define JUST_NOW_NS (10ULL * NSEC_PER_SEC)

static atomic_t panic_began;

static struct {
	struct mcw_panic_choice choice;
	struct mcw_record rec, related;
	char line[MCW_PANIC_LINE_BYTES];
	u64 begin_ns;
	u64 bytes;
	u64 busy; /* slots that a producer is inside */
	u64 printed; /* records */
	unsigned int lines_of[MCW_VICTIM + 1]; /* about the record that is printed, by type */
} panic_work; /* of the CPU that set panic_began */

static void print_line(const struct mcw_panic_which *which, const struct mcw_record *rec)
{
	panic_work.bytes +=
		mcw_panic_line(panic_work.line, which, rec) + sizeof(KBUILD_MODNAME ": ");
	pr_emerg("%s\n", panic_work.line);
}

static bool has_room(bool oldest)
{
	return mcw_panic_has_room(panic_work.bytes, ktime_get_mono_fast_ns() - panic_work.begin_ns,
				  oldest);
}

static bool is_just_captured(const struct mcw_record *rec)
{
	return rec->head.mono_ns + JUST_NOW_NS > panic_work.begin_ns;
}

static u64 lane_end(unsigned int id)
{
	struct mcw_cursor cur;

	mcw_ring_seek_newest(id, &cur);
	return mcw_cursor_pos(&cur);
}

/* The oldest position that is still in the lane, and at most so many below its end. */
static u64 lane_begin(unsigned int id, u64 end, u64 most)
{
	most = min(most, mcw_ring.lanes[id].size);
	return end > most ? end - most : 0;
}

static void choose_records(void)
{
	u64 end = lane_end(MCW_LANE_SEVERE);
	u64 begin = lane_begin(MCW_LANE_SEVERE, end, LOOKED_AT);

	while (end-- > begin) {
		enum mcw_look seen = mcw_ring_get_late(MCW_LANE_SEVERE, end, &panic_work.rec);

		if (seen == MCW_LOOK_BUSY)
			panic_work.busy++;
		if (seen == MCW_LOOK_GOT && (!mcw_unread_is_read(MCW_LANE_SEVERE, end) ||
					     is_just_captured(&panic_work.rec)))
			mcw_panic_offer(&panic_work.choice, end);
	}
}

static bool is_about(const struct mcw_record *rec, u64 page)
{
	const struct mcw_head *event = &panic_work.rec.head;

	switch (rec->head.type) {
	case MCW_OUTCOME:
		return rec->outcome.of_lane == event->lane && rec->outcome.of_pos == event->pos &&
		       !(rec->outcome.flags & MCW_OUTCOME_NO_EVENT) &&
		       panic_work.lines_of[MCW_OUTCOME] < OUTCOMES;
	case MCW_VICTIM:
		return page != MCW_NO_PAGE && rec->victim.page == page &&
		       rec->head.mono_ns >= event->mono_ns &&
		       panic_work.lines_of[MCW_VICTIM] < VICTIMS;
	case MCW_LOCATION:
		return rec->location.of_lane == event->lane && rec->location.of_pos == event->pos &&
		       !(rec->location.flags & (MCW_LOCATION_NO_EVENT | MCW_LOCATION_LOST)) &&
		       panic_work.lines_of[MCW_LOCATION] < LOCATIONS;
	default:
		return false;
	}
}

/* What a lane has about the record in panic_work.rec. */
static void print_related(unsigned int id, const struct mcw_panic_which *which)
{
	u64 end = lane_end(id), pos = lane_begin(id, end, RELATED_LOOKED_AT), page;

	mcw_page_address(&panic_work.rec.event, &page);
	for (; pos < end && has_room(which->oldest); pos++) {
		if (mcw_ring_get_late(id, pos, &panic_work.related) != MCW_LOOK_GOT ||
		    !is_about(&panic_work.related, page))
			continue;
		panic_work.lines_of[panic_work.related.head.type]++;
		print_line(which, &panic_work.related);
	}
}

static void print_record(u64 pos, bool oldest)
{
	const struct mcw_panic_which which = { .number = pos, .oldest = oldest };

	/* Where other CPUs run on, it may have been overwritten since it was chosen. */
	if (mcw_ring_get_late(MCW_LANE_SEVERE, pos, &panic_work.rec) != MCW_LOOK_GOT)
		return;
	memset(panic_work.lines_of, 0, sizeof(panic_work.lines_of));
	print_line(&which, &panic_work.rec);
	print_related(MCW_LANE_LOCATION, &which);
	print_related(MCW_LANE_NOTICE, &which);
	panic_work.printed++;
}

static void print_records(void)
{
	const struct mcw_panic_choice *choice = &panic_work.choice;
	unsigned int i;

	for (i = 0; i < choice->count && choice->newest[i] != choice->oldest && has_room(false);
	     i++)
		print_record(choice->newest[i], false);
	if (choice->unread)
		print_record(choice->oldest, true);
}

enum bank_reg {
	STATUS,
	ADDR,
	MISC,
	SYND,
	IPID,
};

static u32 bank_msr(enum bank_reg reg, unsigned int bank)
{
	const bool smca = boot_cpu_has(X86_FEATURE_SMCA);

	switch (reg) {
	case STATUS:
		return smca ? MSR_AMD64_SMCA_MCx_STATUS(bank) : MSR_IA32_MCx_STATUS(bank);
	case ADDR:
		return smca ? MSR_AMD64_SMCA_MCx_ADDR(bank) : MSR_IA32_MCx_ADDR(bank);
	case MISC:
		return smca ? MSR_AMD64_SMCA_MCx_MISC(bank) : MSR_IA32_MCx_MISC(bank);
	case SYND:
		return MSR_AMD64_SMCA_MCx_SYND(bank);
	default:
		return MSR_AMD64_SMCA_MCx_IPID(bank);
	}
}

static u64 read_msr(u32 msr)
{
	u64 value;

	return rdmsrq_safe(msr, &value) ? 0 : value;
}

static u64 read_bank(enum bank_reg reg, unsigned int bank)
{
	return read_msr(bank_msr(reg, bank));
}

static bool is_severe_status(u64 status)
{
	if (!(status & MCI_STATUS_VAL))
		return false;
	return status & MCI_STATUS_UC ||
	       (status & MCI_STATUS_DEFERRED && (boot_cpu_data.x86_vendor == X86_VENDOR_AMD ||
						 boot_cpu_data.x86_vendor == X86_VENDOR_HYGON));
}

/* As the kernel does: without the bits that are not valid. */
static u64 valid_address(const struct mcw_regs *regs, u64 addr)
{
	if (boot_cpu_has(X86_FEATURE_SMCA))
		return addr & GENMASK_ULL(55, min_t(u64, addr >> 56 & 0x3f, 55));
	if (regs->mcgcap & MCG_SER_P && regs->status & MCI_STATUS_MISCV)
		return addr & ~(BIT_ULL(MCI_MISC_ADDR_LSB(regs->misc)) - 1);
	return addr;
}

/* What is not known here is marked as absent. */
static void fill_record(unsigned int bank, u64 status, u64 mcgcap, u64 mcgstatus)
{
	struct mcw_event *ev = &panic_work.rec.event;

	memset(&panic_work.rec, 0, sizeof(panic_work.rec));
	panic_work.rec.head.type = MCW_EVENT;
	panic_work.rec.head.lane = MCW_LANE_SEVERE;
	panic_work.rec.head.mono_ns = ktime_get_mono_fast_ns();
	panic_work.rec.head.wall_ns = ktime_get_real_fast_ns();
	ev->regs.status = status;
	ev->regs.mcgcap = mcgcap;
	ev->regs.mcgstatus = mcgstatus;
	ev->regs.bank = bank;
	ev->regs.extcpu = raw_smp_processor_id();
	ev->regs.cpuvendor = boot_cpu_data.x86_vendor;
	ev->regs.cpuid = cpuid_eax(1);
	ev->regs.microcode = boot_cpu_data.microcode;
	ev->regs.time = panic_work.rec.head.wall_ns / NSEC_PER_SEC;
	if (status & MCI_STATUS_MISCV)
		ev->regs.misc = read_bank(MISC, bank);
	if (status & MCI_STATUS_ADDRV)
		ev->regs.addr = valid_address(&ev->regs, read_bank(ADDR, bank));
	if (boot_cpu_has(X86_FEATURE_SMCA)) {
		ev->cpu_caps = MCW_CAP_SMCA;
		ev->regs.ipid = read_bank(IPID, bank);
		if (status & MCI_STATUS_SYNDV)
			ev->regs.synd = read_bank(SYND, bank);
	}
	ev->source = mcgstatus & MCG_STATUS_MCIP ? MCW_SOURCE_EXCEPTION : MCW_SOURCE_UNKNOWN;
	ev->phys_bits = boot_cpu_data.x86_phys_bits;
	ev->absent = MCW_ABSENT_IP | MCW_ABSENT_CS | MCW_ABSENT_TSC | MCW_ABSENT_SOCKET |
		     MCW_ABSENT_APIC | MCW_ABSENT_PPIN | MCW_ABSENT_SEVERITY | MCW_ABSENT_KFLAGS |
		     MCW_ABSENT_SYND1 | MCW_ABSENT_SYND2;
}

/* Whether the tap has captured just now what panic_work.rec has. */
static bool is_captured(void)
{
	const struct mcw_regs *is = &panic_work.rec.event.regs;
	u64 end = lane_end(MCW_LANE_SEVERE);
	u64 begin = lane_begin(MCW_LANE_SEVERE, end, RELATED_LOOKED_AT);

	while (end-- > begin) {
		const struct mcw_regs *was = &panic_work.related.event.regs;

		if (mcw_ring_get_late(MCW_LANE_SEVERE, end, &panic_work.related) != MCW_LOOK_GOT)
			continue;
		if (!is_just_captured(&panic_work.related))
			break;
		if (was->bank == is->bank && was->status == is->status && was->addr == is->addr)
			return true;
	}
	return false;
}

/* This CPU's banks. */
static void print_banks(void)
{
	u64 mcgcap = read_msr(MSR_IA32_MCG_CAP), mcgstatus = read_msr(MSR_IA32_MCG_STATUS);
	unsigned int bank, banks = min_t(u64, mcgcap & MCG_BANKCNT_MASK, MAX_NR_BANKS);
	unsigned int printed = 0;

	for (bank = 0; bank < banks && printed < BANKS_PRINTED; bank++) {
		const struct mcw_panic_which which = { .bank = true, .number = bank };
		u64 status = read_bank(STATUS, bank);

		if (!is_severe_status(status))
			continue;
		fill_record(bank, status, mcgcap, mcgstatus);
		if (is_captured())
			continue;
		print_line(&which, &panic_work.rec);
		printed++;
	}
}

/* Context: any, NMI and #MC included; the CPU that panics. */
static void print_unread(void)
{
	const struct mcw_panic_choice *choice = &panic_work.choice;

	if (atomic_xchg(&panic_began, 1))
		return;
	panic_work.begin_ns = ktime_get_mono_fast_ns();
	choose_records();
	pr_emerg(HW_ERR MCW_PANIC_MARK "load %llx: %llu severe record%s that nobody has read\n",
		 mcw_ring.header.load, choice->unread, mcw_plural(choice->unread));
	print_banks();
	print_records();
	pr_emerg(MCW_PANIC_MARK "end: %llu more are left out, and %llu that were being written\n",
		 choice->unread - min(panic_work.printed, choice->unread), panic_work.busy);
}

static int panic_notify(struct notifier_block *block, unsigned long unused, void *message)
{
	print_unread();
	return NOTIFY_DONE;
}

/* Before notifiers that do not return, as those of hypervisors. */
static struct notifier_block panic_block = {
	.notifier_call = panic_notify,
	.priority = INT_MAX,
};

static void notrace crash_kexec_entry(unsigned long ip, unsigned long parent_ip,
				      struct ftrace_ops *ops, struct ftrace_regs *fregs)
{
	if (kexec_crash_loaded())
		print_unread();
}

static struct ftrace_ops crash_kexec_ops = {
	.func = crash_kexec_entry,
	.flags = FTRACE_OPS_FL_PERMANENT,
};

static bool crash_kexec_hooked;

/**
 * mcw_panic_record() - one of the records that were chosen to be printed
 * @n: 0: the oldest one; then the others, the newest first
 * @rec: filled
 *
 * Context: any, NMI and #MC included; the CPU that panics, after the panic notifiers.
 * Return: whether there is such a record.
 */
bool mcw_panic_record(unsigned int n, struct mcw_record *rec)
{
	const struct mcw_panic_choice *choice = &panic_work.choice;
	u64 pos;

	if (!choice->unread ||
	    (n && (n > choice->count || choice->newest[n - 1] == choice->oldest)))
		return false;
	pos = n ? choice->newest[n - 1] : choice->oldest;
	return mcw_ring_get_late(MCW_LANE_SEVERE, pos, rec) == MCW_LOOK_GOT;
}

/**
 * mcw_panic_init() - be called when the kernel panics
 *
 * If __crash_kexec() cannot be hooked, the log says so, and a dump by a crash kernel has no lines.
 *
 * Context: process, may sleep. The ring is initialised.
 * Return: 0.
 */
int mcw_panic_init(void)
{
	if (IS_ENABLED(CONFIG_KEXEC_CORE)) {
		crash_kexec_hooked = !mcw_ftrace_hook(&crash_kexec_ops, "__crash_kexec");
		if (!crash_kexec_hooked)
			mcw_missing_note(MCW_MISSING_CRASH_KERNEL);
	}
	atomic_notifier_chain_register(&panic_notifier_list, &panic_block);
	return 0;
}

/**
 * mcw_panic_exit() - not be called any more
 *
 * Context: process, sleeps.
 */
void mcw_panic_exit(void)
{
	atomic_notifier_chain_unregister(&panic_notifier_list, &panic_block);
	if (crash_kexec_hooked)
		mcw_ftrace_unhook(&crash_kexec_ops);
}

// SPDX-License-Identifier: GPL-2.0
/*
 * Says which part of the machine an error is about where no EDAC driver does: on some of Intel's
 * servers the firmware translates a physical address into socket, channel, DIMM and so on (ACPI's
 * \_SB.ADXL, which the kernel's acpi_adxl asks). Each answer becomes a LOCATION record.
 *
 * Kernels without CONFIG_ACPI_ADXL do not have the functions: they are looked up by name.
 *
 * What is asked
 * -------------
 * Events of a memory controller that have a physical address, as EDAC's drivers do. An EDAC driver
 * that is loaded names the part itself, so the firmware is not asked then; but ghes_edac names only
 * what the firmware reports.
 *
 * Bounds
 * ------
 * The firmware's method runs in the kernel's ACPI interpreter and takes as long as it likes, so the
 * worker only puts the question into a queue, and a work item of its own asks. If the queue is
 * full, the event gets no location, which is counted. A firmware that is slow, or that answers
 * nothing several times in a row (the kernel logs each time), is not asked again before the module
 * is loaded again. An address that comes twice in a row is asked once.
 *
 * Who may interrupt whom
 * ----------------------
 * The queue has one writer, the worker, and one reader, the work item: a kfifo needs no lock then.
 * The worker queues the work item after it has written. If the work item is idle or pending, it
 * starts; if it runs, it runs again: no question is missed.
 *
 * Load and unload
 * ---------------
 * It is set up before the worker and goes after it: at unload nobody writes questions any more, and
 * cancel_work_sync() waits for the one that the firmware has.
 */
#include <mcewarden/adxl.h>

#include <linux/adxl.h>
#include <linux/atomic.h>
#include <linux/bits.h>
#include <linux/errno.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/kfifo.h>
#include <linux/module.h>
#include <linux/printk.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/workqueue.h>
#include <mcewarden/location.h>
#include <mcewarden/mca.h>
#include <mcewarden/missing.h>
#include <mcewarden/page_address.h>
#include <uapi/mcewarden.h>

#define QUESTIONS 256
#define MAX_COMPONENTS 64 /* there are some 20 */
#define DETAIL_BYTES 640
#define SLOW_MS 1000
#define MOST_FAILURES 8
#define NO_VALUE (~0ULL)
#define MC_UNKNOWN 255
#define MISC_LOWEST_BIT 0x3f /* MCi_MISC 5:0: the lowest bit of the address that is valid */

typedef const char *const *(*names_fn)(void);
typedef const char *(*owner_fn)(void);

struct question {
	u64 pos;
	u64 addr;
	u8 lane;
	u8 grain_bits;
	bool uncorrected;
};

static DEFINE_KFIFO(questions, struct question, QUESTIONS);
static atomic64_t not_asked;

static int (*decode)(u64 addr, u64 values[]); /* NULL: the kernel or the firmware has none */
static const char *const *names;
static unsigned int components;
static bool stopped; /* the firmware is not asked again */

/* Of the work item. */
static u64 *values;
static u64 answered_addr;
static bool answered;
static unsigned int failures; /* in a row */

/* Whether a driver of EDAC's names the part. */
static bool edac_answers(void)
{
	owner_fn owner = (owner_fn)__symbol_get("edac_get_owner");
	const char *name;
	bool answers;

	if (!owner)
		return false;
	name = owner();
	answers = name && !strstarts(name, "ghes_edac");
	__symbol_put("edac_get_owner");
	return answers;
}

static void stop_asking(void)
{
	WRITE_ONCE(stopped, true);
	mcw_location_set_source(MCW_LOCATION_ADXL, false);
}

/* Returns whether values[] is the place of an address. */
static bool translate(u64 addr)
{
	unsigned long begun = jiffies;
	unsigned int took;
	int err;

	if (answered && addr == answered_addr)
		return true;
	answered_addr = addr;
	err = decode(addr, values);
	answered = !err;
	failures = err ? failures + 1 : 0;
	took = jiffies_to_msecs(jiffies - begun);
	if (took > SLOW_MS) {
		pr_warn("the firmware's address translation (ADXL) took %u ms, more than %u: not asking it again\n",
			took, SLOW_MS);
		stop_asking();
	} else if (failures == MOST_FAILURES) {
		pr_warn("the firmware's address translation (ADXL) gave no answer %u times in a row: not asking it again\n",
			failures);
		stop_asking();
	}
	return answered;
}

static void write_detail(char *text, size_t size)
{
	size_t used = 0;
	unsigned int i;

	text[0] = '\0';
	for (i = 0; i < components; i++)
		if (names[i] && values[i] != NO_VALUE)
			used += scnprintf(text + used, size - used, "%s%s:0x%llx", used ? " " : "",
					  names[i], values[i]);
}

static void answer(const struct question *q)
{
	struct mcw_location loc = {
		.of_pos = q->pos,
		.of_lane = q->lane,
		.address = q->addr,
		.grain_bits = q->grain_bits,
		.count = 1,
		.source = MCW_LOCATION_ADXL,
		.error_type = q->uncorrected,
		.mc = MC_UNKNOWN,
		.layer = { -1, -1, -1 },
	};
	char detail[DETAIL_BYTES];

	if (READ_ONCE(stopped) || edac_answers() || !translate(q->addr))
		return;
	write_detail(detail, sizeof(detail));
	mcw_location_put(&loc, NULL, "translated by the firmware", detail);
}

static void answer_all(struct work_struct *unused)
{
	struct question q;

	while (kfifo_get(&questions, &q))
		answer(&q);
}

static DECLARE_WORK(answer_work, answer_all);

/* Whether a memory controller of Intel's gave a physical address. */
static bool is_translatable(const struct mcw_event *ev)
{
	u64 page;

	return ev->regs.cpuvendor == MCW_VENDOR_INTEL &&
	       MCW_MCACOD_IS(MCW_MCACOD_UNFILTERED(ev->regs.status), MEMORY) &&
	       mcw_page_address(ev, &page) != MCW_ADDRESS_NONE;
}

/**
 * mcw_adxl_take() - ask the firmware for the place of an event
 * @rec: the event
 *
 * Context: the worker. Does not wait.
 */
void mcw_adxl_take(const struct mcw_record *rec)
{
	const struct mcw_regs *regs = &rec->event.regs;
	struct question q = {
		.pos = rec->head.pos,
		.lane = rec->head.lane,
		.grain_bits = regs->misc & MISC_LOWEST_BIT,
		.uncorrected = regs->status & MCW_STATUS_UC,
	};

	if (!decode || READ_ONCE(stopped) || !is_translatable(&rec->event))
		return;
	q.addr = regs->addr & (BIT_ULL(rec->event.phys_bits) - 1);
	if (!kfifo_put(&questions, q))
		atomic64_inc(&not_asked);
	queue_work(system_unbound_wq, &answer_work);
}

/**
 * mcw_adxl_lost() - how many events were not translated as the queue was full
 *
 * Context: any.
 * Return: the number since the load.
 */
u64 mcw_adxl_lost(void)
{
	return atomic64_read(&not_asked);
}

static const char *const *component_names(void)
{
	names_fn get = (names_fn)__symbol_get("adxl_get_component_names");
	const char *const *found;

	if (!get)
		return NULL;
	found = get();
	__symbol_put("adxl_get_component_names");
	return found;
}

/**
 * mcw_adxl_init() - find out whether the firmware translates addresses
 *
 * Without it, or without memory, no event is translated, and the file location_sources says so; in
 * the latter case the log, too.
 *
 * Context: process, may sleep. The location lane is there.
 * Return: 0.
 */
int mcw_adxl_init(void)
{
	names = component_names();
	while (names && names[components] && components < MAX_COMPONENTS)
		components++;
	/* The kernel writes as many values as there are names. */
	if (!components || names[components])
		return 0;
	values = kcalloc(components, sizeof(*values), GFP_KERNEL);
	if (!values) {
		pr_warn("cannot ask the firmware for the places of addresses (ADXL): error %d\n",
			-ENOMEM);
		mcw_missing_note(MCW_MISSING_LOCATIONS);
		return 0;
	}
	decode = (void *)__symbol_get("adxl_decode");
	mcw_location_set_source(MCW_LOCATION_ADXL, decode);
	return 0;
}

/**
 * mcw_adxl_exit() - stop asking
 *
 * Context: process, sleeps. The worker has ended.
 */
void mcw_adxl_exit(void)
{
	cancel_work_sync(&answer_work);
	if (decode)
		__symbol_put("adxl_decode");
	mcw_location_set_source(MCW_LOCATION_ADXL, false);
	kfree(values);
}

// SPDX-License-Identifier: GPL-2.0
/*
 * Says which part of the machine an event is about: a probe on EDAC's tracepoint ras:mc_event
 * writes LOCATION records into a lane of their own, so that many of them push nothing else out.
 *
 * Pairing
 * -------
 * EDAC's drivers stand on the decode chain between our first and our last block, and fire the
 * tracepoint from there, synchronously. So a call of the probe in the task that runs the chain,
 * while a record is between the two, is about that record: nothing is matched by address. chain.c
 * knows both; its mark and its registers tell which position it has. The same tracepoint also
 * fires elsewhere: firmware's errors (ghes_edac) and other
 * controllers' come from timers and interrupts, which may interrupt the chain's task, and from
 * other tasks. They have no event: in_task() or the task tells them apart.
 *
 * If another block ends the chain early (NOTIFY_STOP), our last block is not called, and the record
 * counts as being in the chain until the next one begins. The kernel's kworker could meanwhile run
 * an EDAC driver's own poll, whose location would then be taken for that record's. No block of the
 * kernel's ends the chain for a record that an EDAC driver decodes.
 *
 * Who may interrupt whom
 * ----------------------
 * The probe runs in process, softirq and hard interrupt context, on any CPU at once and nested. It
 * allocates nothing, takes no lock and shares only the lane, which is built for that, and an
 * atomic counter. It never runs in NMI: EDAC prints and takes locks before it fires.
 *
 * Load and unload
 * ---------------
 * The probe comes after the chain's blocks and goes before them, so it never asks chain.c when the
 * blocks are not there. main.c's wait_for_probes() waits for those inside.
 */
#include <mcewarden/location.h>

#include <linux/atomic.h>
#include <linux/bits.h>
#include <linux/kernel.h>
#include <linux/minmax.h>
#include <linux/printk.h>
#include <linux/string.h>
#include <linux/sysfs.h>
#include <linux/tracepoint.h>
#include <asm/mce.h>
#include <ras/ras_event.h>
#include <mcewarden/chain.h>
#include <mcewarden/mark.h>
#include <mcewarden/missing.h>
#include <mcewarden/notice.h>
#include <mcewarden/ring.h>

enum {
	LABEL,
	MESSAGE,
	DETAIL,
	TEXTS
};

#define ALL_TEXT (MCW_LOCATION_TEXT * MCW_LOCATION_PARTS)

/* If the texts are too long together, label and message keep so much, and the detail the rest. */
#define LABEL_KEEPS 300
#define MESSAGE_KEEPS 200

static_assert(LABEL_KEEPS + MESSAGE_KEEPS + TEXTS < ALL_TEXT);

static atomic_t last_id;
static struct tracepoint *mc_event_tracepoint;
static atomic_t sources; /* BIT(MCW_LOCATION_EDAC) ... */

struct texts {
	const char *text[TEXTS];
	size_t bytes[TEXTS]; /* without the zero */
	size_t all; /* with the zeros */
};

/* Returns whether they had to be cut. */
static bool fit_texts(struct texts *t)
{
	int i;

	t->all = TEXTS;
	for (i = 0; i < TEXTS; i++) {
		t->bytes[i] = t->text[i] ? strnlen(t->text[i], ALL_TEXT) : 0;
		t->all += t->bytes[i];
	}
	if (t->all <= ALL_TEXT)
		return false;
	t->bytes[LABEL] = min_t(size_t, t->bytes[LABEL], LABEL_KEEPS);
	t->bytes[MESSAGE] = min_t(size_t, t->bytes[MESSAGE], MESSAGE_KEEPS);
	t->bytes[DETAIL] =
		min(t->bytes[DETAIL], ALL_TEXT - TEXTS - t->bytes[LABEL] - t->bytes[MESSAGE]);
	t->all = TEXTS + t->bytes[LABEL] + t->bytes[MESSAGE] + t->bytes[DETAIL];
	return true;
}

/* Writes the location in as many records as its texts need. */
static void put_records(struct mcw_location *loc, const struct texts *t)
{
	size_t used = 0, done;
	int i;

	loc->id = atomic_inc_return(&last_id) ?: atomic_inc_return(&last_id);
	loc->parts = DIV_ROUND_UP(t->all, MCW_LOCATION_TEXT);
	loc->part = 1;
	for (i = 0; i < TEXTS; i++) {
		for (done = 0; done <= t->bytes[i]; done++) {
			if (used == MCW_LOCATION_TEXT) {
				mcw_notice_location(loc);
				loc->part++;
				used = 0;
			}
			loc->text[used++] = done < t->bytes[i] ? t->text[i][done] : '\0';
		}
	}
	memset(loc->text + used, 0, MCW_LOCATION_TEXT - used);
	mcw_notice_location(loc);
}

static bool is_record_of(const struct mcw_record *rec, const struct mce *m)
{
	const struct mcw_regs *regs = &rec->event.regs;

	return rec->head.type == MCW_EVENT && regs->tsc == m->tsc && regs->status == m->status &&
	       regs->addr == m->addr && regs->bank == m->bank && regs->extcpu == m->extcpu;
}

/*
 * Goes back from the newest position that the mark fits to that of the record. A chain that is
 * starved, as in a storm on PREEMPT_RT, is more records behind than a mark can tell apart.
 */
static u64 find_event(unsigned int lane, u64 pos, const struct mce *m, u8 *flags)
{
	struct mcw_record rec;
	enum mcw_look seen;

	for (;;) {
		seen = mcw_ring_get_late(lane, pos, &rec);
		if (seen == MCW_LOOK_GOT && (!m || is_record_of(&rec, m)))
			return pos;
		if (seen == MCW_LOOK_OVERRUN || pos <= MCW_MARK_POS) {
			*flags |= MCW_LOCATION_UNSURE;
			return pos;
		}
		pos -= MCW_MARK_POS + 1;
	}
}

/**
 * mcw_location_set_event() - name a location's event
 * @loc: gets lane, position and flags of the event
 * @mark: what the tap has put into the event's record
 * @m: the record; NULL if it was captured just now
 *
 * Context: any but NMI and #MC.
 */
void mcw_location_set_event(struct mcw_location *loc, u32 mark, const struct mce *m)
{
	struct mcw_cursor end;
	u64 head;

	loc->of_lane = mcw_mark_lane(mark);
	if (loc->of_lane == MCW_MARK_NO_LANE) {
		loc->of_lane = 0;
		loc->flags = MCW_LOCATION_LOST;
		return;
	}
	mcw_ring_seek_newest(loc->of_lane, &end);
	head = mcw_cursor_pos(&end);
	loc->of_pos = find_event(loc->of_lane, mcw_mark_pos_below(mark, head), m, &loc->flags);
}

/**
 * mcw_location_put() - write a location, in as many records as its texts need
 * @loc: all but id, part, parts and text; spare members zero
 * @label: of the part; NULL: none
 * @message: what happened; NULL: nothing to say
 * @detail: what there is to say besides; NULL: nothing
 *
 * Context: any but NMI and #MC.
 */
void mcw_location_put(struct mcw_location *loc, const char *label, const char *message,
		      const char *detail)
{
	struct texts texts = { .text = { label, message, detail } };

	if (fit_texts(&texts))
		loc->flags |= MCW_LOCATION_CUT;
	put_records(loc, &texts);
}

static void mc_event_probe(void *data, const unsigned int err_type, const char *error_msg,
			   const char *label, const int error_count, const u8 mc_index,
			   const s8 top_layer, const s8 mid_layer, const s8 low_layer,
			   unsigned long address, const u8 grain_bits, unsigned long syndrome,
			   const char *driver_detail)
{
	struct mcw_location loc = {
		.address = address,
		.syndrome = syndrome,
		.count = error_count,
		.source = MCW_LOCATION_EDAC,
		.error_type = err_type,
		.mc = mc_index,
		.grain_bits = grain_bits,
		.layer = { top_layer, mid_layer, low_layer },
	};
	const struct mce *m;
	u32 mark;

	if (mcw_chain_runs_here(&mark, &m)) {
		mcw_chain_note_address(address);
		mcw_location_set_event(&loc, mark, m);
	} else {
		loc.flags = MCW_LOCATION_NO_EVENT;
	}
	mcw_location_put(&loc, label, error_msg, driver_detail);
}

/**
 * mcw_location_set_source() - say whether somebody names the parts of the machine
 * @source: MCW_LOCATION_EDAC ...
 * @there: whether it does
 *
 * Context: any.
 */
void mcw_location_set_source(unsigned int source, bool there)
{
	if (there)
		atomic_or(BIT(source), &sources);
	else
		atomic_andnot(BIT(source), &sources);
}

static ssize_t location_sources_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	static const char *const names[] = {
		[MCW_LOCATION_EDAC] = "edac",
		[MCW_LOCATION_GHES] = "ghes",
		[MCW_LOCATION_ADXL] = "adxl",
	};
	unsigned int i, there = atomic_read(&sources);
	int len = 0;

	for (i = MCW_LOCATION_EDAC; i < ARRAY_SIZE(names); i++)
		if (there & BIT(i))
			len += sysfs_emit_at(buf, len, "%s%s", len ? " " : "", names[i]);
	return len + sysfs_emit_at(buf, len, "%s", len ? "\n" : "none\n");
}

static struct kobj_attribute location_sources_attr =
	__ATTR(location_sources, 0444, location_sources_show, NULL);

static struct attribute *location_attrs[] = { &location_sources_attr.attr, NULL };

const struct attribute_group mcw_location_files = { .attrs = location_attrs };

static void find_tracepoint(struct tracepoint *tp, void *data)
{
	if (!strcmp(tp->name, "mc_event"))
		mc_event_tracepoint = tp;
}

/**
 * mcw_location_init() - watch for what EDAC's drivers say
 *
 * A kernel without EDAC does not have the tracepoint. Then no event has a location, and the file
 * location_sources says so.
 *
 * Context: process, may sleep. The chain's blocks are registered.
 * Return: 0.
 */
int mcw_location_init(void)
{
	int err;

	/* Fails to compile where the kernel's tracepoint has other arguments. */
	check_trace_callback_type_mc_event(mc_event_probe);
	for_each_kernel_tracepoint(find_tracepoint, NULL);
	if (!mc_event_tracepoint)
		return 0;
	err = tracepoint_probe_register(mc_event_tracepoint, mc_event_probe, NULL);
	if (err) {
		pr_warn("cannot watch tracepoint ras:mc_event: error %d; no record will name a memory module\n",
			err);
		mcw_missing_note(MCW_MISSING_LOCATIONS);
	}
	mcw_location_set_source(MCW_LOCATION_EDAC, !err);
	return 0;
}

/**
 * mcw_location_exit() - stop watching
 *
 * Context: process, sleeps. The chain's blocks are still registered. A probe may still run until
 * main.c has waited for all probes.
 */
void mcw_location_exit(void)
{
	if (!(atomic_read(&sources) & BIT(MCW_LOCATION_EDAC)))
		return;
	tracepoint_probe_unregister(mc_event_tracepoint, mc_event_probe, NULL);
	mcw_location_set_source(MCW_LOCATION_EDAC, false);
}

// SPDX-License-Identifier: GPL-2.0
/*
 * Takes into the store what earlier boots left when they crashed.
 *
 * Which boot
 * ----------
 * The lines of the module name the load, and the store knows the boot of each load that a recorder
 * has seen. All that the same log says is of that boot. Without such a line it is the last boot
 * that had begun when the log was written.
 *
 * Counted once
 * ------------
 * A record of the module has its position in the lane, so the keeper counts it if the recorder had
 * not come so far, and never twice. What only the kernel or the firmware tells of is listed, and
 * not counted: mostly it is still in the banks, where this boot's first poll finds it.
 */
#include "cmd/crash_take.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/crash_logs.h"
#include "decode/absent.h"
#include "decode/decode.h"
#include "error.h"
#include "show/log_event.h"
#include "source/file_format.h"
#include "store/crash.h"
#include "store/keeper.h"

#define NS_PER_S 1000000000ULL

struct found {
	struct mcw_crash_entry entry;
	struct mcw_store_crash crash;
	char key[400];
};

struct taking {
	struct found *found;
	size_t count;
	struct mcw_store *store;
	const struct mcw_session *running;
	char running_id[33];
};

static void entry_take(void *arg, const struct mcw_crash_entry *entry)
{
	struct taking *t = arg;
	struct found *more = t->found;

	if (!(t->count & (t->count - 1)))
		more = reallocarray(more, t->count ? 2 * t->count : 1, sizeof(*more));
	if (!more)
		return;
	t->found = more;
	memset(&more[t->count], 0, sizeof(*more));
	more[t->count++].entry = *entry;
}

static bool is_note(const struct found *f)
{
	return f->entry.record.printer == MCW_PRINTER_NOTE;
}

static __u64 time_of(const struct found *f)
{
	const struct mcw_console_record *r = &f->entry.record;

	if (is_note(f))
		return f->entry.file_ns;
	if (r->captured.head.wall_ns)
		return r->captured.head.wall_ns;
	if (!mcw_event_lacks(&r->event, MCW_ABSENT_TIME) && r->event.regs.time < ~0ULL / NS_PER_S)
		return r->event.regs.time * NS_PER_S;
	return 0;
}

static void told_text(const struct mcw_console_record *r, char *text, size_t size)
{
	text[0] = '\0';
	for (unsigned int printer = 0; printer < MCW_PRINTER_NOTE; printer++)
		if (r->told & 1U << printer)
			snprintf(text + strlen(text), size - strlen(text), "%s%s",
				 text[0] ? ", " : "", mcw_printer_name(printer));
}

static void error_fill(struct mcw_store_crash *c, const struct mcw_console_record *r)
{
	const struct mcw_event *ev = &r->event;
	char text[MCW_TEXT_BYTES];

	told_text(r, c->told, sizeof(c->told));
	c->cpu = mcw_event_lacks(ev, MCW_ABSENT_CPU) ? -1 : (__s32)ev->regs.extcpu;
	c->bank = mcw_event_lacks(ev, MCW_ABSENT_BANK) ? -1 : ev->regs.bank;
	c->status = ev->regs.status;
	c->addr = ev->regs.addr;
	if (mcw_event_lacks(ev, MCW_ABSENT_STATUS)) {
		const char *error = mcw_facts_find(&r->facts, MCW_FACT_ERROR);

		snprintf(c->class, sizeof(c->class), "unknown");
		snprintf(c->text, sizeof(c->text), "%s",
			 error ? error : "an error without registers");
		return;
	}
	snprintf(c->class, sizeof(c->class), "%s", mcw_class_name(mcw_event_class(ev)));
	snprintf(c->text, sizeof(c->text), "%.299s", mcw_sentence_text(ev, text, sizeof(text)));
}

/* The same in a copy of the log, and in the log of another keeper. */
static void key_make(struct found *f)
{
	const struct mcw_console_record *r = &f->entry.record;
	const struct mcw_regs *regs = &r->event.regs;

	if (is_note(f))
		snprintf(f->key, sizeof(f->key), "note %llu %s",
			 r->stamped ? r->stamp_us : f->entry.file_ns / NS_PER_S, f->crash.text);
	else if (r->captured.load && !r->captured.at_panic)
		snprintf(f->key, sizeof(f->key), "record %llx %u %llu", r->captured.load,
			 r->captured.head.lane, r->captured.head.pos);
	else
		snprintf(f->key, sizeof(f->key), "error %llx %llx %u %u %llu %s", regs->status,
			 regs->addr, regs->extcpu, regs->bank, regs->time,
			 mcw_event_lacks(&r->event, MCW_ABSENT_STATUS) ? f->crash.text : "");
}

/* The load that the lines of the same log name; 0: none does. */
static __u64 load_of(const struct taking *t, const struct found *f)
{
	for (size_t i = 0; i < t->count; i++)
		if (t->found[i].entry.log == f->entry.log && t->found[i].entry.record.captured.load)
			return t->found[i].entry.record.captured.load;
	return 0;
}

static __u64 boot_of(struct taking *t, const struct found *f, char id[33])
{
	__u64 load = load_of(t, f), number = 0, when = f->entry.file_ns;

	if (load)
		number = mcw_store_boot_of_load(t->store, load, id);
	/* The files of BERT and of this boot's log are of now. */
	if (!strcmp(f->entry.source, "BERT") || !strcmp(f->entry.source, "this boot"))
		when = t->running->wall_ns;
	if (!number)
		number = mcw_store_boot_before(t->store, when, t->running_id, id);
	return number;
}

static void found_fill(struct taking *t, struct found *f)
{
	const struct mcw_session *now = t->running;
	struct mcw_store_crash *c = &f->crash;
	char id[33];
	size_t at = 0;

	c->boot = boot_of(t, f, id);
	c->reboot_ns = c->boot ? mcw_store_boot_next_ns(t->store, c->boot) : 0;
	if (!c->reboot_ns && mcw_store_day_of(now->wall_ns) && now->wall_ns > now->mono_ns)
		c->reboot_ns = now->wall_ns - now->mono_ns;
	c->wall_ns = time_of(f);
	c->cpu = -1;
	c->bank = -1;
	snprintf(c->source, sizeof(c->source), "%s", f->entry.source);
	if (is_note(f))
		snprintf(c->text, sizeof(c->text), "%.299s",
			 mcw_facts_next(&f->entry.record.facts, &at, &f->entry.about));
	else
		error_fill(c, &f->entry.record);
	key_make(f);
}

static int by_position(const void *one, const void *other)
{
	const struct mcw_console_record *a = &((const struct found *)one)->entry.record;
	const struct mcw_console_record *b = &((const struct found *)other)->entry.record;

	if (a->captured.load != b->captured.load)
		return a->captured.load < b->captured.load ? -1 : 1;
	if (a->captured.head.pos != b->captured.head.pos)
		return a->captured.head.pos < b->captured.head.pos ? -1 : 1;
	return a->line < b->line ? -1 : a->line > b->line;
}

/* "0123..." */
static void id_bytes(const char *text, __u8 id[16])
{
	unsigned int byte;

	for (unsigned int i = 0; i < 16 && sscanf(text + 2 * i, "%2x", &byte) == 1; i++)
		id[i] = byte;
}

/* A load that no recorder has seen is a boot of its own, named after the load. */
static void session_begin(struct taking *t, struct mcw_keeper *k, const struct found *f)
{
	const struct mcw_head *head = &f->entry.record.captured.head;
	struct mcw_session session = {
		.load = f->entry.record.captured.load,
		.mono_ns = head->mono_ns,
		.wall_ns = head->wall_ns,
	};
	char id[33];

	memcpy(session.host, t->running->host, sizeof(session.host));
	if (boot_of(t, f, id))
		id_bytes(id, session.boot_id);
	else
		memcpy(session.boot_id, &session.load, sizeof(session.load));
	mcw_keeper_session(k, &session);
}

/* Those that are of the module, in the order of their positions. */
static void count(struct taking *t, struct mcw_keeper *k)
{
	__u64 load = 0;

	if (t->count)
		qsort(t->found, t->count, sizeof(*t->found), by_position);
	for (size_t i = 0; i < t->count; i++) {
		const struct mcw_console_record *r = &t->found[i].entry.record;
		struct mcw_record rec = { .head = r->captured.head };

		if (is_note(&t->found[i]) || !r->captured.load || r->captured.at_panic ||
		    mcw_event_lacks(&r->event, MCW_ABSENT_STATUS))
			continue;
		if (r->captured.load != load)
			session_begin(t, k, &t->found[i]);
		load = r->captured.load;
		rec.event = r->event;
		mcw_keeper_record(k, &rec);
	}
}

static void store_add(struct taking *t)
{
	struct mcw_store_crash *crashes = calloc(t->count, sizeof(*crashes));
	char **keys = calloc(t->count, sizeof(*keys));

	for (size_t i = 0; crashes && keys && i < t->count; i++) {
		crashes[i] = t->found[i].crash;
		keys[i] = t->found[i].key;
	}
	if (!crashes || !keys || !mcw_store_crashes_add(t->store, crashes, keys, t->count))
		mcw_error("what the boot before left when it crashed is not in the store");
	free(crashes);
	free(keys);
}

void mcw_crash_take(struct mcw_store *s, struct mcw_keeper *k, const struct mcw_session *running,
		    const char *root)
{
	struct taking t = { .store = s, .running = running };

	for (unsigned int i = 0; i < sizeof(running->boot_id); i++)
		snprintf(t.running_id + 2 * i, 3, "%02x", running->boot_id[i]);
	mcw_crash_logs_read(root, entry_take, &t);
	/* That writes the boots which the others then belong to. */
	count(&t, k);
	mcw_keeper_session(k, running);
	for (size_t i = 0; i < t.count; i++)
		found_fill(&t, &t.found[i]);
	if (t.count)
		store_add(&t);
	free(t.found);
}

// SPDX-License-Identifier: GPL-2.0
/* Readers of /dev/mcewarden, which print records as lines, or sums of events. */
#define _GNU_SOURCE
#include "mcwtest.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "../../include/uapi/mcewarden.h"

#define DEVICE "/dev/" MCW_DEVICE
#define BATCH 64
#define MAX_GROUPS 64

/* Events that differ only in address, position and time. */
struct group {
	__u8 type, lane, source, bank, severity;
	__u32 flags, cpu;
	__u64 status;
	unsigned long long n, first, last, unordered;
};

struct sums {
	struct group groups[MAX_GROUPS];
	unsigned int used;
	unsigned long long records, overruns, disorder;
	__u64 next[MCW_LANES]; /* the lowest position that may come */
	__u64 missed[MCW_LANES];
	long long gaps[MCW_LANES]; /* lost, by the formula of the ABI */
	struct mcw_head before[MCW_LANES];
	bool any[MCW_LANES];
};

static struct sums sums;

enum print {
	PRINT_NOTHING,
	PRINT_EVENTS,
	PRINT_OWN
};

static void print_head(const struct mcw_record *r)
{
	printf("type=%u lane=%u pos=%llu unplaced=%llu skipped=%llu mono=%llu wall=%llu",
	       r->head.type, r->head.lane, r->head.pos, r->head.unplaced, r->head.skipped,
	       r->head.mono_ns, r->head.wall_ns);
}

static void print_outcome(const struct mcw_record *r)
{
	const struct mcw_outcome *o = &r->outcome;

	print_head(r);
	printf(" of_lane=%u of_pos=%llu of_mono=%llu page=0x%llx err=%u tries=%u count=%u",
	       o->of_lane, o->of_pos, o->of_mono_ns, o->page, o->err, o->tries, o->count);
	printf(" grade=%u actor=%u action=%u reason=%u disposition=%u tolerant=%u rule=%.24s",
	       o->grade, o->actor, o->action, o->reason, o->disposition, o->tolerant,
	       (const char *)o->rule);
	printf(" result=%u no_event=%u victims=%u page_type=", o->result, o->flags, o->victims);
	for (size_t i = 0; i < sizeof(o->page_type) && o->page_type[i]; i++)
		putchar(o->page_type[i] == ' ' ? '_' : o->page_type[i]);
	putchar('\n');
}

static void print_storm(const struct mcw_record *r)
{
	const struct mcw_storm *s = &r->storm;

	print_head(r);
	printf(" phase=%u cpu=%u bank=%u count=%llu duration=%llu throttled=%u", s->phase, s->cpu,
	       s->bank, s->count, s->duration_ns, s->throttled);
	printf(" declared=%u all_banks=%u\n", s->declared, s->all_banks);
}

static void print_victim(const struct mcw_record *r)
{
	const struct mcw_victim *v = &r->victim;

	print_head(r);
	printf(" page=0x%llx address=0x%llx pid=%u tid=%u signal=%u code=%d lsb=%u", v->page,
	       v->address, v->pid, v->tid, v->signal, v->code, v->lsb);
	printf(" cause=%u comm=%s\n", v->cause, v->comm);
}

static void print_event(const struct mcw_record *r)
{
	const struct mcw_regs *regs = &r->event.regs;

	print_head(r);
	printf(" source=%u flags=%u bank=%u cpu=%u severity=%u cs=%u tsc=%llu time=%llu",
	       r->event.source, r->event.flags, regs->bank, regs->extcpu, regs->severity, regs->cs,
	       regs->tsc, regs->time);
	printf(" status=0x%llx addr=0x%llx misc=0x%llx mcgstatus=0x%llx mcgcap=0x%llx ip=0x%llx",
	       regs->status, regs->addr, regs->misc, regs->mcgstatus, regs->mcgcap, regs->ip);
	printf(" vendor=%u cpuid=0x%x kflags=0x%llx phys_bits=%u\n", regs->cpuvendor, regs->cpuid,
	       regs->kflags, r->event.phys_bits);
}

static struct group *group_of(const struct mcw_record *r)
{
	const struct mcw_regs *regs = &r->event.regs;
	struct group g = {
		.type = r->head.type,
		.lane = r->head.lane,
		.source = r->event.source,
		.bank = regs->bank,
		.severity = regs->severity,
		.flags = r->event.flags,
		.cpu = regs->extcpu,
		.status = regs->status,
		.first = regs->addr,
	};
	unsigned int i;

	for (i = 0; i < sums.used; i++) {
		const struct group *o = &sums.groups[i];

		if (o->type == g.type && o->lane == g.lane && o->source == g.source &&
		    o->bank == g.bank && o->severity == g.severity && o->flags == g.flags &&
		    o->cpu == g.cpu && o->status == g.status)
			return &sums.groups[i];
	}
	if (sums.used == MAX_GROUPS) {
		fprintf(stderr, "mcwtest: too many kinds of records\n");
		exit(1);
	}
	sums.groups[sums.used] = g;
	return &sums.groups[sums.used++];
}

static void sum_lane(const struct mcw_head *h)
{
	struct mcw_head *b = &sums.before[h->lane];

	if (h->pos < sums.next[h->lane])
		sums.disorder++;
	sums.next[h->lane] = h->pos + 1;
	if (sums.any[h->lane])
		sums.gaps[h->lane] += (h->pos - b->pos - 1) - (h->skipped - b->skipped) +
				      (h->unplaced - b->unplaced);
	sums.any[h->lane] = true;
	*b = *h;
}

static void sum_record(const struct mcw_record *r)
{
	struct group *g;

	if (r->head.lane >= MCW_LANES) {
		sums.disorder++;
		return;
	}
	sum_lane(&r->head);
	if (r->head.type != MCW_EVENT)
		return;
	sums.records++;
	g = group_of(r);
	if (g->n && r->event.regs.addr <= g->last)
		g->unordered++;
	g->last = r->event.regs.addr;
	g->n++;
}

static void print_sums(void)
{
	unsigned int i;

	for (i = 0; i < sums.used; i++) {
		const struct group *g = &sums.groups[i];

		printf("group type=%u lane=%u source=%u flags=%u bank=%u cpu=%u severity=%u",
		       g->type, g->lane, g->source, g->flags, g->bank, g->cpu, g->severity);
		printf(" status=0x%llx n=%llu first=0x%llx last=0x%llx unordered=%llu\n", g->status,
		       g->n, g->first, g->last, g->unordered);
	}
}

static void print_end(void)
{
	unsigned int lane;

	printf("end records=%llu overruns=%llu disorder=%llu", sums.records, sums.overruns,
	       sums.disorder);
	for (lane = 0; lane < MCW_LANES; lane++)
		printf(" missed%u=%llu gaps%u=%lld", lane, sums.missed[lane], lane,
		       sums.gaps[lane]);
	putchar('\n');
}

static void note_overrun(int fd)
{
	struct mcw_missed missed;
	unsigned int lane;

	if (ioctl(fd, MCW_IOC_MISSED, &missed))
		fatal("MCW_IOC_MISSED");
	sums.overruns++;
	for (lane = 0; lane < MCW_LANES; lane++)
		sums.missed[lane] += missed.lane[lane];
}

static void print_record(const struct mcw_record *r, enum print what)
{
	if (what == PRINT_EVENTS && r->head.type == MCW_EVENT)
		print_event(r);
	else if (what == PRINT_OWN && r->head.type == MCW_OUTCOME)
		print_outcome(r);
	else if (what == PRINT_OWN && r->head.type == MCW_VICTIM)
		print_victim(r);
	else if (what == PRINT_OWN && r->head.type == MCW_STORM)
		print_storm(r);
}

/* Reads until there is no record, or count events, or (blocking) for ever. */
static void read_all(int fd, enum print what, unsigned long long count)
{
	static struct mcw_record batch[BATCH];
	ssize_t n, i;

	while (!count || sums.records < count) {
		n = read(fd, batch, sizeof(batch));
		if (n < 0 && errno == EPIPE) {
			note_overrun(fd);
			continue;
		}
		if (n < 0 && errno == EAGAIN)
			return;
		if (n <= 0 || n % MCW_RECORD_BYTES)
			fatal("read");
		for (i = 0; i < n / MCW_RECORD_BYTES; i++) {
			sum_record(&batch[i]);
			print_record(&batch[i], what);
		}
	}
}

void records_print(int fd)
{
	read_all(fd, PRINT_NOTHING, 0);
	print_sums();
	print_end();
}

static int open_device(int flags)
{
	int fd = open(DEVICE, O_RDONLY | flags);

	if (fd < 0)
		fatal(DEVICE);
	return fd;
}

/*
 * records [COUNT [new]]: events as lines; without COUNT those in the lanes, else waits for COUNT.
 */
static int run_records(int argc, char **argv)
{
	unsigned long long count = argc > 1 ? strtoull(argv[1], NULL, 0) : 0;
	int fd = open_device(count ? 0 : O_NONBLOCK);

	if (argc > 2 && lseek(fd, 0, SEEK_END))
		fatal("lseek");
	setvbuf(stdout, NULL, _IOLBF, 0);
	if (count) {
		puts("reading");
		alarm(120);
	}
	read_all(fd, PRINT_EVENTS, count);
	print_end();
	return 0;
}

/* notices: the module's own records, outcomes and storms. */
static int run_notices(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	read_all(open_device(O_NONBLOCK), PRINT_OWN, 0);
	print_end();
	return 0;
}

/* sums [COUNT]: the events, summed up. */
static int run_sums(int argc, char **argv)
{
	unsigned long long count = argc > 1 ? strtoull(argv[1], NULL, 0) : 0;
	int fd = open_device(count ? 0 : O_NONBLOCK);

	if (count) {
		puts("reading");
		fflush(stdout);
		alarm(120);
	}
	read_all(fd, PRINT_NOTHING, count);
	print_sums();
	print_end();
	return 0;
}

/* late CPU COMMAND [TIMES]: opens the device, runs the command, and reads afterwards. */
static int run_late(int argc, char **argv)
{
	int fd, times;

	if (argc < 3)
		return 2;
	fd = open_device(O_NONBLOCK);
	if (lseek(fd, 0, SEEK_END))
		fatal("lseek");
	for (times = argc > 3 ? atoi(argv[3]) : 1; times > 0; times--) {
		command_kernel(atoi(argv[1]), argv[2]);
		usleep(100000); /* time for the module's worker */
	}
	records_print(fd);
	return 0;
}

/* lanes: the counters by ioctl. */
static int run_lanes(int argc, char **argv)
{
	struct mcw_lanes lanes;
	unsigned int i;
	int fd = open_device(O_NONBLOCK);

	(void)argc;
	(void)argv;
	if (ioctl(fd, MCW_IOC_LANES, &lanes))
		fatal("MCW_IOC_LANES");
	for (i = 0; i < MCW_LANES; i++) {
		const struct mcw_lane_info *l = &lanes.lane[i];

		printf("lane=%u size=%llu head=%llu taken=%llu committed=%llu refused=%llu", i,
		       l->size, l->head, l->taken, l->committed, l->refused);
		printf(" dropped=%llu overwritten=%llu skipped=%llu\n", l->dropped, l->overwritten,
		       l->skipped);
	}
	return 0;
}

const struct command record_commands[] = {
	{ "records", run_records, "[COUNT [new]]" },
	{ "notices", run_notices, "" },
	{ "sums", run_sums, "[COUNT]" },
	{ "late", run_late, "CPU COMMAND [TIMES]" },
	{ "lanes", run_lanes, "" },
	{ NULL, NULL, NULL },
};

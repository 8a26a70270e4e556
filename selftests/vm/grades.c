// SPDX-License-Identifier: GPL-2.0
/*
 * Has the kernel grade errors, one after the other, and compares its grade with what
 * module/severity.c says of the record that came of it.
 *
 * A record belongs to the next error of the same status and MCG_STATUS; the ones in between
 * are those that the kernel did not log.
 */
#define _GNU_SOURCE
#include "mcwtest.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <mcewarden/grading.h>
#include <mcewarden/mca.h>

#include "mcw_grades.h"

#define ERRORS "/sys/kernel/debug/mcw_grades"
#define BATCH 100
#define BANK 4
#define NOWHERE 0x8000000000ULL /* outside of this machine's memory */
#define CS_USER 0x33
#define CS_KERNEL 0x10
#define SHOWN 10

/*
 * One or more codes of each class in the manuals, codes with rules of their own, and their
 * neighbours.
 */
static const unsigned int codes[] = {
	0x0000, 0x0001, 0x0002, 0x0003, 0x0004, 0x0005, 0x0400, 0x0401, 0x0e0b, 0x000c,
	0x100d, 0x0012, 0x0019, 0x0090, 0x109f, 0x00bf, 0x00c0, 0x00c7, 0x10cf, 0x00d0,
	0x20c0, 0x80c0, 0x0134, 0x1134, 0x0135, 0x2134, 0x0150, 0x1150, 0x0151, 0x017a,
	0x117a, 0x017b, 0x0280, 0x0800, 0x0c0f, 0x0e35, 0x1fff,
};

static const unsigned int few_codes[] = {
	0x0000, 0x0090, 0x10c3, 0x0134, 0x1134, 0x0150, 0x017a, 0x0c0f,
};

/* OVER, UC, EN, MISCV, ADDRV, PCC, S, AR; AMD's DEFERRED. */
static const unsigned int status_bits[] = { 62, 61, 60, 59, 58, 57, 56, 55, 44 };

static struct {
	struct mcw_grades_error batch[BATCH];
	unsigned int used;
	unsigned int next; /* the first of the batch whose record may still come */
	unsigned char how;
	bool beside;
	int device;
	unsigned long long planted, graded, skipped, beside_graded, differ, strange;
	unsigned long long rules[MCW_RULES];
} all;

static void show_difference(const struct mcw_event *ev, struct mcw_verdict v)
{
	const struct mcw_regs *r = &ev->regs;

	if (all.differ + all.strange > SHOWN)
		return;
	printf("kernel=%u ours=%u rule=%s status=0x%llx mcgstatus=0x%llx mcgcap=0x%llx",
	       r->severity, v.grade, mcw_severity_rule_name(v.rule), r->status, r->mcgstatus,
	       r->mcgcap);
	printf(" cs=%u kflags=0x%llx bank=%u source=%u vendor=%u caps=%u generation=%u\n", r->cs,
	       r->kflags, r->bank, ev->source, r->cpuvendor, ev->cpu_caps, ev->generation);
}

static void compare(const struct mcw_event *ev)
{
	struct mcw_verdict v = mcw_event_grade(ev);

	all.rules[v.rule]++;
	if (v.grade == ev->regs.severity)
		return;
	all.differ++;
	show_difference(ev, v);
}

static bool belongs(const struct mcw_event *ev, const struct mcw_grades_error *v)
{
	return ev->regs.status == v->status && ev->regs.mcgstatus == v->mcgstatus &&
	       ev->regs.bank == v->bank;
}

static void take(const struct mcw_record *r)
{
	const struct mcw_event *ev = &r->event;

	if (r->head.type != MCW_EVENT)
		return;
	if (all.beside && ev->regs.bank == MCW_GRADES_BESIDE_BANK) {
		all.beside_graded++;
		compare(ev);
		return;
	}
	while (all.next < all.used && !belongs(ev, &all.batch[all.next]))
		all.next++, all.skipped++;
	if (all.next == all.used) {
		all.strange++;
		show_difference(ev, mcw_event_grade(ev));
		return;
	}
	all.next++;
	all.graded++;
	compare(ev);
}

/* The module's own records may be lost, events may not. */
static void note_missed(void)
{
	struct mcw_missed missed;

	if (ioctl(all.device, MCW_IOC_MISSED, &missed))
		fatal("MCW_IOC_MISSED");
	all.strange += missed.lane[MCW_LANE_SEVERE] + missed.lane[MCW_LANE_OTHER];
}

static void take_all(void)
{
	static struct mcw_record records[64];
	ssize_t n;

	for (;;) {
		n = read(all.device, records, sizeof(records));
		if (n < 0 && errno == EPIPE) {
			note_missed();
			continue;
		}
		if (n < 0 && errno == EAGAIN)
			return;
		if (n <= 0)
			fatal("read");
		for (ssize_t i = 0; i < n / MCW_RECORD_BYTES; i++)
			take(&records[i]);
	}
}

/* An exception in user mode kills the process, so a child meets it. */
static void put_all(void)
{
	size_t bytes = all.used * sizeof(all.batch[0]);
	int status;
	pid_t child = fork();

	if (!child) {
		int fd = open(ERRORS, O_WRONLY);

		pin(0);
		_exit(fd < 0 || write(fd, all.batch, bytes) != (ssize_t)bytes);
	}
	if (child < 0 || waitpid(child, &status, 0) != child)
		fatal("fork");
	if (WIFEXITED(status) && WEXITSTATUS(status)) {
		fprintf(stderr, "mcwtest: the test module took no errors\n");
		exit(1);
	}
}

static void flush(void)
{
	put_all();
	all.next = 0;
	take_all();
	all.planted += all.used;
	all.skipped += all.used - all.next;
	all.used = 0;
}

static void add(__u64 status, __u64 mcgstatus, unsigned char cs, bool recoverable)
{
	struct mcw_grades_error *v = &all.batch[all.used++];

	*v = (struct mcw_grades_error){
		.status = status,
		.addr = NOWHERE + ((all.planted + all.used) << 12),
		.mcgstatus = mcgstatus,
		.bank = BANK,
		.how = all.how,
		.cs = cs,
		.recoverable = recoverable,
		.beside = all.beside,
	};
	if (all.used == BATCH)
		flush();
}

static __u64 spread(unsigned int n)
{
	__u64 status = MCW_STATUS_VAL;

	for (unsigned int i = 0; i < ARRAY_SIZE(status_bits); i++)
		if (n >> i & 1)
			status |= 1ULL << status_bits[i];
	return status;
}

/* Every combination of the status bits with every code; MCG_STATUS as a poll finds it. */
static void polls(void)
{
	static const __u64 mcgstatus[] = { MCW_MCGSTATUS_RIPV, MCW_MCGSTATUS_EIPV,
					   MCW_MCGSTATUS_RIPV | MCW_MCGSTATUS_EIPV,
					   MCW_MCGSTATUS_RIPV | MCW_MCGSTATUS_EIPV |
						   MCW_MCGSTATUS_SEAM_NR };

	for (unsigned int n = 0; n < 1U << ARRAY_SIZE(status_bits); n++)
		for (unsigned int c = 0; c < ARRAY_SIZE(codes); c++)
			add(spread(n) | codes[c], 0, 0, false);
	for (unsigned int n = 0; n < 1U << ARRAY_SIZE(status_bits); n++)
		for (unsigned int c = 0; c < ARRAY_SIZE(few_codes); c++)
			add(spread(n) | few_codes[c], mcgstatus[(n + c) % 4], 0, false);
}

/* Where an exception can come from: user mode, the kernel, the kernel with a way out. */
static void add_place(__u64 status, __u64 mcgstatus, unsigned int place)
{
	add(status, mcgstatus | MCW_MCGSTATUS_MCIP | MCW_MCGSTATUS_LMCE,
	    place == 0 ? CS_USER : CS_KERNEL, place == 2);
}

static void exceptions(void)
{
	for (unsigned int n = 0; n < 1U << ARRAY_SIZE(status_bits); n++)
		for (unsigned int c = 0; c < ARRAY_SIZE(few_codes); c++)
			for (unsigned int place = 0; place < 3; place++)
				add_place(spread(n) | few_codes[c],
					  MCW_MCGSTATUS_RIPV | MCW_MCGSTATUS_EIPV, place);
	/* MCG_STATUS matters for all errors alike, or only for errors that need action. */
	for (unsigned int n = 0; n < 1U << ARRAY_SIZE(status_bits); n++)
		for (unsigned int mcg = 0; mcg < 8; mcg++)
			add_place(spread(n) | few_codes[(n >> 3) % ARRAY_SIZE(few_codes)],
				  (mcg & 3) | (mcg & 4 ? MCW_MCGSTATUS_SEAM_NR : 0), (n + mcg) % 3);
}

static __u64 random_state;

static __u64 random64(void)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return random_state;
}

static void randoms(unsigned long count)
{
	for (unsigned long i = 0; i < count; i++) {
		__u64 status = MCW_STATUS_VAL | random64(), mcg = random64() & 3;

		if (i % 4)
			status = (status & ~0xffffULL) | codes[random64() % ARRAY_SIZE(codes)];
		if (i % 3 == 0)
			status |= 7ULL << 58; /* without them hardly any status gets a grade */
		if (random64() & 1)
			mcg |= MCW_MCGSTATUS_SEAM_NR;
		if (all.how == MCW_GRADES_EXCEPTION)
			add_place(status, mcg, random64() % 3);
		else
			add(status, mcg, 0, false);
	}
}

static void report(void)
{
	for (unsigned int rule = 0; rule < MCW_RULES; rule++)
		if (all.rules[rule])
			printf("rule=%s n=%llu\n", mcw_severity_rule_name(rule), all.rules[rule]);
	printf("end planted=%llu graded=%llu skipped=%llu beside=%llu differ=%llu strange=%llu\n",
	       all.planted, all.graded, all.skipped, all.beside_graded, all.differ, all.strange);
}

/*
 * grades poll|all|exception|fatal every|COUNT SEED: fatal is an exception that cannot be survived.
 */
static int run_grades(int argc, char **argv)
{
	if (argc < 3 || (strcmp(argv[2], "every") && argc < 4))
		return 2;
	all.how = !strcmp(argv[1], "poll") ? MCW_GRADES_POLL :
		  !strcmp(argv[1], "all")  ? MCW_GRADES_POLL_ALL :
					     MCW_GRADES_EXCEPTION;
	all.beside = !strcmp(argv[1], "fatal");
	all.device = open("/dev/" MCW_DEVICE, O_RDONLY | O_NONBLOCK);
	if (all.device < 0 || lseek(all.device, 0, SEEK_END))
		fatal(MCW_DEVICE);
	if (argc > 3) {
		random_state = strtoull(argv[3], NULL, 0) | 1;
		randoms(strtoul(argv[2], NULL, 0));
	} else if (all.how == MCW_GRADES_EXCEPTION) {
		exceptions();
	} else {
		polls();
	}
	if (all.used)
		flush();
	report();
	return 0;
}

const struct command grade_commands[] = {
	{ "grades", run_grades, "poll|all|exception|fatal every|(COUNT SEED)" },
	{ NULL, NULL, NULL },
};

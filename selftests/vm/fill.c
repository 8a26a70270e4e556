// SPDX-License-Identifier: GPL-2.0
/* Reads the records of mcw_fill, checks every word, and counts them. */
#define _GNU_SOURCE
#include "mcwtest.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "../../include/uapi/mcewarden.h"
#include "mcw_fill.h"

#define BATCH 64
#define POLL_MS 100
#define MAX_COMPLAINTS 10
#define SRAO 0xbd000000000000c0ULL
#define MISC_PAGE 0x8c

static unsigned long long got[MCW_LANES], kinds[FILL_KINDS][FILL_CPUS][MCW_LANES];
static unsigned long long next[FILL_KINDS][FILL_CPUS][MCW_LANES]; /* least number to come */
static unsigned long long torn, disorder, overruns, missed[MCW_LANES];
static long long gaps[MCW_LANES]; /* lost, by the formula of the ABI */
static struct mcw_head last[MCW_LANES];
static bool any[MCW_LANES];

static void complain(const char *what, const struct mcw_record *r)
{
	static unsigned int complaints;
	const struct mcw_regs *regs = &r->event.regs;

	if (complaints++ < MAX_COMPLAINTS)
		printf("%s: lane=%u pos=%llu source=%u cpu=%u status=%#llx addr=%#llx misc=%#llx\n",
		       what, r->head.lane, r->head.pos, r->event.source, regs->extcpu, regs->status,
		       regs->addr, regs->misc);
}

/* Checks every word that the address determines. */
static bool is_whole(const struct mcw_record *r, unsigned int kind, __u64 number)
{
	const struct mcw_regs *regs = &r->event.regs;
	const __u64 status = kind == FILL_EXCEPTION ? SRAO : fill_status(number);
	const __u64 misc = kind == FILL_EXCEPTION ? MISC_PAGE : fill_check(regs->addr);
	const __u8 source = kind == FILL_POLLED	   ? MCW_SOURCE_POLL :
			    kind == FILL_LOGGED	   ? MCW_SOURCE_PROCESS :
			    kind == FILL_EXCEPTION ? MCW_SOURCE_EXCEPTION :
						     MCW_SOURCE_CMCI;
	/* With CMCI the hardware counts errors in a field of the status. */
	const __u64 count = 0x7fffULL << 38;

	if ((regs->status & ~count) != status || regs->misc != misc || r->event.source != source)
		return false;
	if (r->head.lane != (status & 1ULL << 61 ? MCW_LANE_SEVERE : MCW_LANE_OTHER))
		return false;
	if (kind != FILL_LOGGED)
		return true;
	return regs->ip == fill_check(regs->misc) && regs->synd == fill_check(regs->ip) &&
	       regs->ppin == fill_check(regs->synd);
}

static void note_event(const struct mcw_record *r)
{
	const struct mcw_regs *regs = &r->event.regs;
	unsigned int kind = 0, cpu = regs->addr >> 35 & 1, lane = r->head.lane;
	__u64 number = regs->addr & ((1ULL << 35) - 1);

	if (regs->addr & FILL_NO_MEMORY)
		kind = regs->addr >> 36 & 7;
	if (kind == FILL_OTHERS || kind >= FILL_KINDS) {
		kinds[FILL_OTHERS][0][lane]++;
		return;
	}
	if (kind == FILL_EXCEPTION)
		number >>= FILL_PAGE_SHIFT;
	if (regs->extcpu != cpu || !is_whole(r, kind, number)) {
		complain("torn", r);
		torn++;
	}
	if (number < next[kind][cpu][lane]) {
		complain("again", r);
		disorder++;
	}
	next[kind][cpu][lane] = number + 1;
	kinds[kind][cpu][lane]++;
}

static void note(const struct mcw_record *r)
{
	const struct mcw_head *h = &r->head, *l;
	bool notice = h->lane == MCW_LANE_NOTICE, event = h->type == MCW_EVENT;

	if (h->lane >= MCW_LANES || notice == event) {
		complain("no lane", r);
		torn++;
		return;
	}
	l = &last[h->lane];
	if (any[h->lane] && h->pos <= l->pos)
		disorder++;
	if (any[h->lane])
		gaps[h->lane] += (h->pos - l->pos - 1) - (h->skipped - l->skipped) +
				 (h->unplaced - l->unplaced);
	else
		gaps[h->lane] = h->pos - h->skipped + h->unplaced;
	any[h->lane] = true;
	last[h->lane] = *h;
	got[h->lane]++;
	if (h->type == MCW_EVENT)
		note_event(r);
}

static void note_overrun(int fd)
{
	struct mcw_missed m;
	unsigned int lane;

	if (ioctl(fd, MCW_IOC_MISSED, &m))
		fatal("MCW_IOC_MISSED");
	overruns++;
	for (lane = 0; lane < MCW_LANES; lane++)
		missed[lane] += m.lane[lane];
}

/* All that is there. */
static void read_on(int fd)
{
	static struct mcw_record batch[BATCH];
	ssize_t n, i;

	for (;;) {
		n = read(fd, batch, sizeof(batch));
		if (n < 0 && errno == EPIPE) {
			note_overrun(fd);
			continue;
		}
		if (n < 0 && errno == EAGAIN)
			return;
		if (n <= 0 || n % MCW_RECORD_BYTES)
			fatal("read");
		for (i = 0; i < n / MCW_RECORD_BYTES; i++)
			note(&batch[i]);
	}
}

static void print_books(int fd)
{
	struct mcw_lanes lanes;
	unsigned int kind, cpu, lane;

	if (ioctl(fd, MCW_IOC_LANES, &lanes))
		fatal("MCW_IOC_LANES");
	for (kind = 0; kind < FILL_KINDS; kind++)
		for (cpu = 0; cpu < FILL_CPUS; cpu++)
			printf("kind=%u cpu=%u severe=%llu other=%llu\n", kind, cpu,
			       kinds[kind][cpu][MCW_LANE_SEVERE], kinds[kind][cpu][MCW_LANE_OTHER]);
	for (lane = 0; lane < MCW_LANES; lane++) {
		const struct mcw_lane_info *l = &lanes.lane[lane];

		/* The losses after the last record. */
		if (any[lane])
			gaps[lane] += (l->head - last[lane].pos - 1) -
				      (l->skipped - last[lane].skipped) +
				      (l->refused + l->dropped - last[lane].unplaced);
		printf("lane=%u got=%llu lost=%lld missed=%llu committed=%llu refused=%llu", lane,
		       got[lane], gaps[lane], missed[lane], l->committed, l->refused);
		printf(" dropped=%llu skipped=%llu head=%llu\n", l->dropped, l->skipped, l->head);
	}
	printf("end torn=%llu disorder=%llu overruns=%llu\n", torn, disorder, overruns);
}

/*
 * filled PAUSE: reads records as they come. While a file PAUSE exists it does not read; when the
 * file is gone, it reads what is there and ends.
 */
static int run_filled(int argc, char **argv)
{
	struct pollfd wait = { .events = POLLIN };

	if (argc != 2)
		return 2;
	wait.fd = open("/dev/" MCW_DEVICE, O_RDONLY | O_NONBLOCK);
	if (wait.fd < 0)
		fatal("/dev/" MCW_DEVICE);
	puts("reading");
	fflush(stdout);
	while (access(argv[1], F_OK)) {
		poll(&wait, 1, POLL_MS);
		read_on(wait.fd);
	}
	puts("pausing");
	fflush(stdout);
	while (!access(argv[1], F_OK))
		usleep(POLL_MS * 1000);
	read_on(wait.fd);
	print_books(wait.fd);
	return 0;
}

const struct command fill_commands[] = {
	{ "filled", run_filled, "PAUSE" },
	{ NULL, NULL, NULL },
};

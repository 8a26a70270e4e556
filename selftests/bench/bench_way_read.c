// SPDX-License-Identifier: GPL-2.0
/*
 * Runs in the guest: counts the instructions from the first write of a burst by one process until
 * another, which slept, has read all of it. bench_way.c writes.
 *
 *	bench_way_read WAY...
 *
 * A way is WRITER-READER: a writer of bench_way.c, and one of these readers:
 *
 *	read	one read() of /dev/mcewarden, which sleeps
 *	map	poll(), then the records from a mapping
 *	flat	the limit: one read() that sleeps, one copy_to_user()
 *	trace	trace_pipe_raw, as rasdaemon reads it: pages, of mce:mce_record
 *	mcelog	/dev/mcelog: poll(), then read()
 *
 * The reader preempts the writer (SCHED_IDLE) when it is woken, but no kworker (it is SCHED_BATCH),
 * so it is woken once and finds the whole burst: this is the cheapest for all ways.
 *
 * A reader that may find a part of the burst reads again until it has all; to tell how much it has
 * is not counted. A line is "way_WRITER_READER_BURST MINIMUM MEDIAN".
 */
#define _GNU_SOURCE /* SCHED_BATCH, SCHED_IDLE */
#include <poll.h>
#include <sched.h>
#include <unistd.h>
#include <sys/ioctl.h>

#include "../../include/uapi/mcewarden_ring.h"
#include "bench_guest.h"

#define MOST		200
#define MCELOG_BYTES	128
#define MCELOG_LOG_LEN	0x80044d02 /* MCE_GET_LOG_LEN */
#define PAGE		4096
#define ORDER_BYTES	24
#define SLEEPS_US	2000 /* then the reader sleeps */
#define TRACING		"/sys/kernel/tracing/"

static struct mcw_record records[MOST];
static unsigned char mcelog_records[MOST * MCELOG_BYTES];
static struct mcw_map_reader map;
static const char *writer;
static int started, fd, orders;
static unsigned int mcelog_length;
static int by_module; /* the module itself also writes records, of what was done about an error */

/* Has the other process write the burst, once this one sleeps. */
static void write_later(unsigned int burst)
{
	char text[ORDER_BYTES] = "";

	snprintf(text, sizeof(text), "%s %u", writer, burst);
	if (write(orders, text, sizeof(text)) != sizeof(text))
		fatal("the pipe to the writer");
}

static void be(int policy)
{
	struct sched_param param = {};

	if (sched_setscheduler(0, policy, &param))
		fatal("sched_setscheduler");
}

/* The other process. */
static void write_bursts(int from)
{
	int burst = open_or_die(FILES "burst", O_WRONLY);
	char text[ORDER_BYTES];

	be(SCHED_IDLE);
	while (read(from, text, sizeof(text)) == sizeof(text)) {
		usleep(SLEEPS_US);
		if (write(burst, text, strlen(text)) < 0)
			fatal(FILES "burst");
	}
	exit(0);
}

static uint32_t cost_until(uint32_t end)
{
	uint32_t start;

	if (read(started, &start, sizeof(start)) != sizeof(start))
		fatal(FILES "started");
	return end - start;
}

/* Waits: what the kernel still does about the records does not belong to the next round. */
static void settle(void)
{
	usleep(20000);
}

static uint32_t one_read(unsigned int burst)
{
	ssize_t bytes = burst * sizeof(*records);
	uint32_t end;

	write_later(burst);
	if (read(fd, records, bytes) != bytes)
		fatal("a read gave less than what was written");
	end = count();
	settle();
	return cost_until(end);
}

/* How many of the records are events. */
static unsigned int events(const struct mcw_record *from, unsigned int count)
{
	unsigned int found = 0, i;

	for (i = 0; i < count; i++)
		found += from[i].head.type == MCW_EVENT;
	return found;
}

static uint32_t poll_and_map(unsigned int burst)
{
	unsigned int done = 0;
	uint32_t end;
	int n;

	write_later(burst);
	while (done < burst) {
		if (mcw_map_wait(&map, -1) < 0)
			fatal("waiting for the mapping");
		n = mcw_map_read(&map, records + done, burst - done);
		if (n < 0)
			fatal("the mapping was overrun");
		done += by_module ? events(records + done, n) : (unsigned int)n;
	}
	end = count();
	settle();
	return cost_until(end);
}

static uint32_t poll_and_mcelog(unsigned int burst)
{
	struct pollfd ready = { .fd = fd, .events = POLLIN };
	unsigned int done = 0;
	uint32_t end;
	ssize_t n;

	write_later(burst);
	while (done < burst) {
		if (poll(&ready, 1, -1) != 1)
			fatal("poll of /dev/mcelog");
		n = read(fd, mcelog_records, mcelog_length * MCELOG_BYTES);
		if (n < 0)
			fatal("/dev/mcelog");
		done += n / MCELOG_BYTES;
	}
	end = count();
	settle();
	if (done != burst)
		fatal("/dev/mcelog gave more than what was written");
	return cost_until(end);
}

/* Counts the records of a page of the trace: see header_page and header_event in tracefs. */
static unsigned int trace_records(const unsigned char *page)
{
	uint64_t commit = *(const uint64_t *)(page + 8) & 0xfffff, at = 0;
	const unsigned char *data = page + 16;
	unsigned int found = 0;

	while (at < commit) {
		const uint32_t *event = (const uint32_t *)(data + at);
		uint32_t kind = event[0] & 0x1f;

		if (kind == 29 && !(event[0] >> 5)) /* the rest of the page is empty */
			break;
		if (kind == 0 || kind == 29)
			at += 4 + event[1];
		else if (kind >= 30)
			at += 8;
		else
			at += 4 + kind * 4;
		found += kind < 29;
	}
	return found;
}

static uint32_t read_trace(unsigned int burst)
{
	static unsigned char page[PAGE] __attribute__((aligned(8)));
	uint32_t end, apart = 0, before;
	unsigned int done = 0;

	write_later(burst);
	for (;;) {
		ssize_t n = read(fd, page, sizeof(page));

		end = count();
		if (n <= 0)
			fatal("trace_pipe_raw");
		before = end;
		done += trace_records(page);
		if (done >= burst)
			break;
		apart += count() - before;
	}
	settle();
	if (done != burst)
		fatal("trace_pipe_raw gave more than what was written");
	return cost_until(end) - apart;
}

static void write_file(const char *path, const char *text)
{
	int file = open_or_die(path, O_WRONLY);

	if (write(file, text, strlen(text)) < 0)
		fatal(path);
	close(file);
}

static void open_read(void)
{
	uint32_t lanes = 1U << MCW_LANE_SEVERE | 1U << MCW_LANE_OTHER;

	fd = open_or_die("/dev/" MCW_DEVICE, O_RDONLY);
	if (by_module && ioctl(fd, MCW_IOC_WANT, &lanes))
		fatal("MCW_IOC_WANT");
	if (lseek(fd, 0, SEEK_END))
		fatal("lseek");
}

static void open_map(void)
{
	fd = open_or_die("/dev/" MCW_DEVICE, O_RDONLY | O_NONBLOCK);
	if (mcw_map_open(&map, fd))
		fatal("mapping the device");
	while (mcw_map_read(&map, records, MOST))
		;
}

static void open_flat(void)
{
	fd = open_or_die("/dev/mcw_bench_flat", O_RDONLY);
}

static void open_trace(void)
{
	write_file(TRACING "buffer_percent", "0");
	write_file(TRACING "events/mce/mce_record/enable", "1");
	fd = open_or_die(TRACING "per_cpu/cpu0/trace_pipe_raw", O_RDONLY);
}

static void close_trace(void)
{
	write_file(TRACING "events/mce/mce_record/enable", "0");
}

static void open_mcelog(void)
{
	fd = open_or_die("/dev/mcelog", O_RDONLY | O_NONBLOCK);
	if (ioctl(fd, MCELOG_LOG_LEN, &mcelog_length) || mcelog_length > MOST)
		fatal("the length of /dev/mcelog");
	if (read(fd, mcelog_records, mcelog_length * MCELOG_BYTES) < 0)
		fatal("/dev/mcelog");
}

static void nothing(void)
{
}

static const struct reader {
	const char *name;
	void (*open)(void);
	uint32_t (*once)(unsigned int burst);
	void (*close)(void);
} readers[] = {
	{ "read", open_read, one_read, nothing },
	{ "map", open_map, poll_and_map, nothing },
	{ "flat", open_flat, one_read, nothing },
	{ "trace", open_trace, read_trace, close_trace },
	{ "mcelog", open_mcelog, poll_and_mcelog, nothing },
};

/* An exception is a burst of its own: no second one comes before the first was handled. */
static void measure(char *way)
{
	char *name = strchr(way, '-');
	char figure[64];
	unsigned int i;

	if (!name)
		fatal(way);
	*name++ = '\0';
	writer = way;
	by_module = !strcmp(writer, "poll") || !strcmp(writer, "mc");
	snprintf(figure, sizeof(figure), "way_%s_%s", writer, name);
	for (i = 0; i < sizeof(readers) / sizeof(*readers); i++) {
		if (strcmp(readers[i].name, name))
			continue;
		readers[i].open();
		run(figure, 1, readers[i].once);
		if (strcmp(writer, "mc"))
			run(figure, 32, readers[i].once);
		readers[i].close();
		close(fd);
		return;
	}
	fatal(name);
}

int main(int argc, char **argv)
{
	int ends[2], i;

	if (pipe(ends))
		fatal("pipe");
	switch (fork()) {
	case -1:
		fatal("fork");
		break;
	case 0:
		close(ends[1]);
		write_bursts(ends[0]);
	}
	close(ends[0]);
	be(SCHED_BATCH);
	orders = ends[1];
	started = open_or_die(FILES "started", O_RDONLY);
	for (i = 1; i < argc; i++)
		measure(argv[i]);
	return 0;
}

// SPDX-License-Identifier: GPL-2.0
/*
 * Runs in the guest: counts the instructions of one read() that returns a waiting burst of records
 * from /dev/mcewarden, of the same from a mapping of it, and of as many bytes from a device that
 * only copies.
 *
 * A line is "NAME MINIMUM MEDIAN", of the whole call, with an empty pair of counter reads.
 */
#include <unistd.h>

#include "../../include/uapi/mcewarden_ring.h"
#include "bench_guest.h"

#define MAX_BURST	200
#define DRAIN_US	20000 /* of the guest's time, in which the kernel handles the records */
#define PAGE_BITS	12 /* the kernel clears the bits below */
#define NO_MEMORY	0x8000000000ULL /* the same that mcw_bench adds */
#define PLANT		FILES "plant"

static struct mcw_record records[MAX_BURST];
static struct mcw_map_reader map;
static int ours, flat, plant;

static uint32_t read_once(int fd, size_t bytes)
{
	uint32_t start, end;
	ssize_t n;

	start = count();
	n = read(fd, records, bytes);
	end = count();
	if (n != (ssize_t)bytes)
		fatal("a read gave less than what was put");
	return end - start;
}

static uint32_t map_once(unsigned int burst)
{
	uint32_t start, end;
	int n;

	start = count();
	n = mcw_map_read(&map, records, burst);
	end = count();
	if (n != (int)burst)
		fatal("the mapping gave less than what was put");
	return end - start;
}

/* The address of each record of a burst is in a page of its own, which numbers it. */
static uint32_t put_and_read(unsigned int burst, int mapped)
{
	char text[16];
	uint32_t cost;
	unsigned int i;

	snprintf(text, sizeof(text), "%u", burst);
	if (write(plant, text, strlen(text)) < 0)
		fatal(PLANT);
	usleep(DRAIN_US);
	cost = mapped ? map_once(burst) : read_once(ours, burst * sizeof(*records));
	for (i = 0; i < burst; i++)
		if (records[i].event.regs.addr != NO_MEMORY + ((uint64_t)i << PAGE_BITS))
			fatal("a read gave other records than were put");
	return cost;
}

static uint32_t read_burst(unsigned int burst)
{
	return put_and_read(burst, 0);
}

static uint32_t map_burst(unsigned int burst)
{
	return put_and_read(burst, 1);
}

static uint32_t read_flat(unsigned int burst)
{
	return read_once(flat, burst * sizeof(*records));
}

int main(void)
{
	static const unsigned int bursts[] = { 1, 32, MAX_BURST };
	unsigned int i;

	ours = open_or_die("/dev/" MCW_DEVICE, O_RDONLY | O_NONBLOCK);
	flat = open_or_die("/dev/mcw_bench", O_RDONLY);
	plant = open_or_die(PLANT, O_WRONLY);
	if (lseek(ours, 0, SEEK_END))
		fatal("lseek");
	for (i = 0; i < sizeof(bursts) / sizeof(*bursts); i++) {
		run("read", bursts[i], read_burst);
		run("read_flat", bursts[i], read_flat);
	}
	if (mcw_map_open(&map, ours))
		fatal("mapping the device");
	for (i = 0; i < sizeof(bursts) / sizeof(*bursts); i++) {
		while (mcw_map_read(&map, records, MAX_BURST))
			;
		run("map", bursts[i], map_burst);
	}
	return 0;
}

// SPDX-License-Identifier: GPL-2.0
/* Opens /dev/mcelog, makes errors for it, and reads it. */
#define _GNU_SOURCE
#include "mcelog_device.h"
#include "mcwtest.h"

#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define DELIVERED "/sys/kernel/debug/mcw_test/delivered"
#define WAIT_US 10000
#define WAITS 3000

struct mce records[2 * LENGTH];

bool mcelog_is_ours(void)
{
	return !access("/sys/module/mcewarden", F_OK);
}

unsigned long long number_in(const char *path)
{
	unsigned long long value;
	FILE *file = fopen(path, "r");

	if (!file || fscanf(file, "%llu", &value) != 1)
		fatal(path);
	fclose(file);
	return value;
}

/* Returns how many records the device has been offered. */
unsigned long long offered(void)
{
	if (mcelog_is_ours())
		return number_in(MCELOG_STATS "logged") + number_in(MCELOG_STATS "dropped");
	return number_in(DELIVERED);
}

void wait_for(unsigned long long count)
{
	int i;

	for (i = 0; offered() < count; i++) {
		if (i == WAITS) {
			fprintf(stderr, "mcwtest: %llu records, not %llu\n", offered(), count);
			exit(1);
		}
		usleep(WAIT_US);
	}
}

/*
 * Makes count errors on the CPU, with addresses from addr up; if mixed, every second one is severe.
 */
void start_raising(int cpu, unsigned int count, unsigned long long addr, bool mixed)
{
	char command[100];

	snprintf(command, sizeof(command), "burst 4 %u %#llx %#llx 0 %d %#llx", count, CORRECTED,
		 addr, mixed ? 2 : 0, SEVERE);
	command_kernel(cpu, command);
}

void raise_errors(int cpu, unsigned int count, unsigned long long addr, bool mixed)
{
	unsigned long long before = offered();

	start_raising(cpu, count, addr, mixed);
	wait_for(before + count);
}

int mcelog_open(int flags)
{
	int fd = open(MCELOG, O_RDWR | flags);

	if (fd < 0)
		fatal(MCELOG);
	return fd;
}

/* Reads all records, whose addresses must count up from addr. Returns their number. */
long long mcelog_read(int fd, unsigned long long addr)
{
	ssize_t n = read(fd, records, ALL);
	size_t i;

	if (n < 0 || n % BYTES)
		return -1;
	for (i = 0; i < n / BYTES; i++)
		if (records[i].addr != addr + i) {
			printf("# record %zu has address %#llx, not %#llx\n", i, records[i].addr,
			       addr + i);
			return -2;
		}
	return i;
}

int mcelog_ready(int fd, int events, int timeout)
{
	struct pollfd p = { .fd = fd, .events = events };
	int n = poll(&p, 1, timeout);

	return n < 0 ? -1 : n ? p.revents : 0;
}

// SPDX-License-Identifier: GPL-2.0
/*
 * Runs in the guest: loads or unloads a module, and counts.
 *
 *	bench_load load FILE [PARAMETERS]
 *	bench_load unload NAME
 *
 * Prints "ELAPSED CPU": microseconds of the guest until it is done, and those in which this process
 * had the CPU. One microsecond is 1,000 instructions; what is elapsed beyond them was waited for.
 */
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "bench_guest.h"

static unsigned long long now_us(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return t.tv_sec * 1000000ULL + t.tv_nsec / 1000;
}

int main(int argc, char **argv)
{
	unsigned long long elapsed, cpu;
	int file = -1, load = argc > 2 && !strcmp(argv[1], "load");
	long failed;

	if (argc < 3)
		return 2;
	if (load)
		file = open_or_die(argv[2], O_RDONLY);
	elapsed = now_us(CLOCK_MONOTONIC);
	cpu = now_us(CLOCK_PROCESS_CPUTIME_ID);
	if (load)
		failed = syscall(SYS_finit_module, file, argc > 3 ? argv[3] : "", 0);
	else
		failed = syscall(SYS_delete_module, argv[2], O_NONBLOCK);
	cpu = now_us(CLOCK_PROCESS_CPUTIME_ID) - cpu;
	elapsed = now_us(CLOCK_MONOTONIC) - elapsed;
	if (failed)
		fatal(argv[2]);
	printf("%llu %llu\n", elapsed, cpu);
	return 0;
}

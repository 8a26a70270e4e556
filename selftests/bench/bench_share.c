// SPDX-License-Identifier: GPL-2.0
/*
 * Runs in the guest: counts what a consumer of records costs.
 *
 *	bench_share rate PER_SECOND RECORDS COMMAND...
 *	bench_share once COMMAND...
 *	bench_share beat PER_SECOND RECORDS
 *
 * The first runs the command, which goes on until it is killed, and has the kernel find so many
 * records, so many a second. It prints "RECORDS MICROSECONDS" of the CPU that the command took for
 * them. The second prints the microseconds of one run of the command. The third runs nothing, and
 * prints the longest nanoseconds between two beats of a real-time thread that sleeps for a
 * millisecond each. Output goes to /dev/null. One microsecond is 1,000 instructions.
 */
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "bench_guest.h"

#define START_US	500000 /* the command waits for records by then */
#define END_US		200000 /* it has read the last one by then */
#define BEAT_NS		1000000
#define BEAT_PRIORITY	50
#define NS_PER_S	1000000000LL

static pid_t start_command(char **command)
{
	pid_t child = fork();

	if (child < 0)
		fatal("fork");
	if (child)
		return child;
	dup2(open_or_die("/dev/null", O_WRONLY), STDOUT_FILENO);
	execvp(command[0], command);
	fatal(command[0]);
	return 0;
}

static unsigned long long cpu_us(pid_t child)
{
	struct timespec t;
	clockid_t clock;

	if (clock_getcpuclockid(child, &clock) || clock_gettime(clock, &t))
		fatal("the command's clock");
	return t.tv_sec * 1000000ULL + t.tv_nsec / 1000;
}

static void plant(unsigned int per_second, unsigned int records)
{
	int file = open_or_die(FILES "rate", O_WRONLY);
	char text[32];

	snprintf(text, sizeof(text), "%u %u", 1000000000 / per_second, records);
	if (write(file, text, strlen(text)) < 0)
		fatal(FILES "rate");
	close(file);
}

static long long now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * NS_PER_S + t.tv_nsec;
}

static void beat(unsigned int per_second, unsigned int records)
{
	const struct sched_param param = { .sched_priority = BEAT_PRIORITY };
	const struct timespec period = { .tv_nsec = BEAT_NS };
	long long end, last, now, longest = 0;

	if (mlockall(MCL_CURRENT | MCL_FUTURE) || sched_setscheduler(0, SCHED_FIFO, &param))
		fatal("a real-time thread");
	plant(per_second, records);
	last = now_ns();
	end = last + records * NS_PER_S / per_second;
	for (; last < end; last = now) {
		clock_nanosleep(CLOCK_MONOTONIC, 0, &period, NULL);
		now = now_ns();
		if (now - last > longest)
			longest = now - last;
	}
	printf("%lld\n", longest);
}

static void rate(unsigned int per_second, unsigned int records, char **command)
{
	pid_t child = start_command(command);
	unsigned long long before;
	int status;

	usleep(START_US);
	before = cpu_us(child);
	plant(per_second, records);
	usleep(records * 1000000ULL / per_second + END_US);
	printf("%u %llu\n", records, cpu_us(child) - before);
	if (waitpid(child, &status, WNOHANG))
		fatal("the command ended");
	kill(child, SIGTERM);
	waitpid(child, &status, 0);
}

static void once(char **command)
{
	pid_t child = start_command(command);
	siginfo_t how;

	if (waitid(P_PID, child, &how, WEXITED | WNOWAIT) || how.si_status)
		fatal("the command failed");
	printf("%llu\n", cpu_us(child));
}

int main(int argc, char **argv)
{
	if (argc > 4 && !strcmp(argv[1], "rate"))
		rate(atoi(argv[2]), atoi(argv[3]), argv + 4);
	else if (argc > 2 && !strcmp(argv[1], "once"))
		once(argv + 2);
	else if (argc > 3 && !strcmp(argv[1], "beat"))
		beat(atoi(argv[2]), atoi(argv[3]));
	else
		return 2;
	return 0;
}

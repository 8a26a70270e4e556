// SPDX-License-Identifier: GPL-2.0
/*
 * Runs in the guest: counts what a consumer of records costs.
 *
 *	bench_share rate PER_SECOND RECORDS COMMAND...
 *	bench_share once COMMAND...
 *
 * The first runs the command, which goes on until it is killed, and has the kernel find so many
 * records, so many a second. It prints "RECORDS MICROSECONDS" of the CPU that the command took for
 * them. The second prints the microseconds of one run of the command. Output goes to /dev/null.
 * One microsecond is 1,000 instructions.
 */
#include <signal.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "bench_guest.h"

#define START_US	500000 /* the command waits for records by then */
#define END_US		200000 /* it has read the last one by then */

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

static void rate(unsigned int per_second, unsigned int records, char **command)
{
	int plant = open_or_die(FILES "rate", O_WRONLY), status;
	pid_t child = start_command(command);
	unsigned long long before;
	char text[32];

	usleep(START_US);
	before = cpu_us(child);
	snprintf(text, sizeof(text), "%u %u", 1000000000 / per_second, records);
	if (write(plant, text, strlen(text)) < 0)
		fatal(FILES "rate");
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
	else
		return 2;
	return 0;
}

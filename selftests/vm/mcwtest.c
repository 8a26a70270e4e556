// SPDX-License-Identifier: GPL-2.0
/*
 * mcwtest: does inside the guest what busybox cannot. This file sends answers and tokens through
 * I/O ports of the emulator, which is much faster than a serial line and needs no driver.
 */
#define _GNU_SOURCE
#include "mcwtest.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/io.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#define REPLY_PORT 0xe9
#define TOKEN_PORT 0xea
#define COMMAND_FILE "/sys/kernel/debug/mcw_test/command"
#define VECTORS_FILE "/sys/kernel/debug/mcw_test/vectors"
#define MAX_VECTORS 16384
#define KMSG_FD 4
#define KMSG_RECORD 8192

void fatal(const char *what)
{
	fprintf(stderr, "mcwtest: %s: %s\n", what, strerror(errno));
	exit(2);
}

void pin(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	if (sched_setaffinity(0, sizeof(set), &set))
		fatal("sched_setaffinity");
}

static void port_open(int port)
{
	if (ioperm(port, 1, 1))
		fatal("ioperm");
}

static void port_write(int port, const char *data, size_t count)
{
	outsb(port, data, count);
}

/* reply ID STATUS FILE: one answer to the driver. */
static int run_reply(int argc, char **argv)
{
	static char buf[65536];
	struct stat st;
	char header[64];
	ssize_t n;
	off_t left;
	int fd;

	if (argc != 4)
		return 2;
	port_open(REPLY_PORT);
	fd = open(argv[3], O_RDONLY);
	if (fd < 0 || fstat(fd, &st))
		fatal(argv[3]);
	n = snprintf(header, sizeof(header), "@%s %s %lld\n", argv[1], argv[2],
		     (long long)st.st_size);
	port_write(REPLY_PORT, header, n);
	/* A background process may still write: send only as many bytes as announced. */
	for (left = st.st_size; left > 0; left -= n) {
		n = read(fd, buf, left < (off_t)sizeof(buf) ? (size_t)left : sizeof(buf));
		if (n <= 0)
			fatal(argv[3]);
		port_write(REPLY_PORT, buf, n);
	}
	return 0;
}

/* token TEXT: writes to the channel of the verdict. */
static int run_token(int argc, char **argv)
{
	if (argc != 2)
		return 2;
	port_open(TOKEN_PORT);
	port_write(TOKEN_PORT, argv[1], strlen(argv[1]));
	port_write(TOKEN_PORT, "\n", 1);
	return 0;
}

/* klog: new lines of the kernel's log, from the agent's open /dev/kmsg. */
static int run_klog(int argc, char **argv)
{
	char buf[KMSG_RECORD + 1];
	ssize_t n;

	(void)argc;
	(void)argv;
	if (fcntl(KMSG_FD, F_SETFL, O_NONBLOCK))
		fatal("/dev/kmsg");
	for (;;) {
		n = read(KMSG_FD, buf, KMSG_RECORD);
		if (n < 0 && errno == EPIPE) {
			puts("0,0,0,-;mcwtest: BUG: messages were lost from the log");
			continue;
		}
		if (n <= 0)
			break;
		buf[n] = 0;
		fputs(buf, stdout);
	}
	return errno == EAGAIN ? 0 : 1;
}

void command_kernel(int cpu, const char *command)
{
	int fd = open(COMMAND_FILE, O_WRONLY);

	if (fd < 0)
		fatal(COMMAND_FILE);
	pin(cpu);
	if (write(fd, command, strlen(command)) != (ssize_t)strlen(command))
		fatal(command);
	close(fd);
}

/* kernel CPU COMMAND: runs a command of the test module on the CPU. */
static int run_kernel(int argc, char **argv)
{
	if (argc != 3)
		return 2;
	command_kernel(atoi(argv[1]), argv[2]);
	return 0;
}

/*
 * volley CPU FLAGS IRQS_OFF FILE: plants and polls an error on the CPU for each line of the file:
 * BANK STATUS ADDR MISC, hexadecimal.
 */
static int run_volley(int argc, char **argv)
{
	static unsigned long long vectors[MAX_VECTORS][4];
	char command[64];
	size_t count = 0;
	FILE *file;
	int fd, n;

	if (argc != 5)
		return 2;
	file = fopen(argv[4], "r");
	if (!file)
		fatal(argv[4]);
	while (count < MAX_VECTORS) {
		unsigned long long *v = vectors[count];

		n = fscanf(file, "%llx %llx %llx %llx", &v[0], &v[1], &v[2], &v[3]);
		if (n != 4)
			break;
		count++;
	}
	if (!feof(file) || n > 0) {
		fprintf(stderr, "mcwtest: %s: not understood after line %zu\n", argv[4], count);
		return 1;
	}
	fd = open(VECTORS_FILE, O_WRONLY);
	if (fd < 0 || write(fd, vectors, count * sizeof(vectors[0])) < 0)
		fatal(VECTORS_FILE);
	snprintf(command, sizeof(command), "volley %s %s", argv[2], argv[3]);
	command_kernel(atoi(argv[1]), command);
	return 0;
}

const struct command channel_commands[] = {
	{ "reply", run_reply, "ID STATUS FILE" },
	{ "token", run_token, "TEXT" },
	{ "klog", run_klog, "" },
	{ "kernel", run_kernel, "CPU COMMAND" },
	{ "volley", run_volley, "CPU FLAGS IRQS_OFF FILE" },
	{ "heartbeat", run_heartbeat, "CPU" },
	{ NULL, NULL, NULL },
};

static const struct command *const groups[] = {
	channel_commands,	memory_commands,   record_commands,
	location_commands,	device_commands,   device_iter_commands,
	device_map_commands,	failing_commands,  mcelog_commands,
	mcelog_reader_commands, cycle_commands,	   clean_commands,
	fill_commands,		grade_commands,	   soak_commands,
	terminal_commands,	journald_commands, privilege_commands,
	crash_kernel_commands,	fuzz_commands,	   NULL,
};

int main(int argc, char **argv)
{
	size_t i;

	for (i = 0; argc > 1 && groups[i]; i++) {
		const struct command *c;

		for (c = groups[i]; c->name; c++) {
			int status;

			if (strcmp(c->name, argv[1]))
				continue;
			status = c->run(argc - 1, argv + 1);
			if (status == 2)
				fprintf(stderr, "usage: mcwtest %s %s\n", c->name, c->usage);
			return status;
		}
	}
	fprintf(stderr, "mcwtest: no such command\n");
	return 2;
}

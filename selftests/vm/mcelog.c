// SPDX-License-Identifier: GPL-2.0
/*
 * Checks what programs written for the kernel's own /dev/mcelog rely on, one check a line. It also
 * runs on the device of a kernel with CONFIG_X86_MCELOG_LEGACY. If the module's device is better on
 * purpose, the check has the word "ours", and another check tests what the kernel's device does.
 */
#define _GNU_SOURCE
#include "checks.h"
#include "mcelog_device.h"
#include "mcwtest.h"

#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <asm/mce.h>

#define PAGE 4096
#define OLD_BYTES 88 /* of struct mce up to Linux 4.8 */

static bool ours; /* the module's device, not the kernel's own */

static void check_node(void)
{
	struct stat st;

	GIVES("stat", stat(MCELOG, &st), 0);
	GIVES("a character device, 0600", st.st_mode, S_IFCHR | 0600);
	GIVES("of root", st.st_uid, 0);
	GIVES("major 10", major(st.st_rdev), 10);
	GIVES("minor 227", minor(st.st_rdev), 227);
}

static void check_open(void)
{
	int first = mcelog_open(0), second = open(MCELOG, O_RDONLY), third = open(MCELOG, O_WRONLY);

	GIVES("opened thrice", first >= 0 && second >= 0 && third >= 0, 1);
	FAILS("O_EXCL while it is open", open(MCELOG, O_RDONLY | O_EXCL), EBUSY);
	close(second);
	close(third);
	FAILS("O_EXCL while one is left", open(MCELOG, O_RDWR | O_EXCL), EBUSY);
	close(first);
	first = mcelog_open(O_EXCL);
	FAILS("open while it is exclusive", open(MCELOG, O_RDONLY), EBUSY);
	FAILS("O_EXCL while it is exclusive", open(MCELOG, O_RDONLY | O_EXCL), EBUSY);
	close(first);
	first = open(MCELOG, O_RDONLY);
	GIVES("open after the exclusive one", first >= 0, 1);
	second = open(MCELOG, O_RDONLY);
	GIVES("and it is not exclusive any more", second >= 0, 1);
	close(first);
	close(second);
}

static void check_ioctls(void)
{
	int fd = open(MCELOG, O_RDONLY), word = -1;

	GIVES("MCE_GET_RECORD_LEN", ioctl(fd, MCE_GET_RECORD_LEN, &word), 0);
	GIVES("the size of struct mce", word, BYTES);
	GIVES("MCE_GET_LOG_LEN", ioctl(fd, MCE_GET_LOG_LEN, &word), 0);
	GIVES("the log's length", word, LENGTH);
	GIVES("MCE_GETCLEAR_FLAGS", ioctl(fd, MCE_GETCLEAR_FLAGS, &word), 0);
	GIVES("no flags", word, 0);
	GIVES("their numbers",
	      MCE_GET_RECORD_LEN == 0x80044d01 && MCE_GET_LOG_LEN == 0x80044d02 &&
		      MCE_GETCLEAR_FLAGS == 0x80044d03,
	      1);
	FAILS("unknown number", ioctl(fd, _IOR('M', 4, int), &word), ENOTTY);
	FAILS("another size", ioctl(fd, _IOR('M', 1, long long), &word), ENOTTY);
	FAILS("TCGETS", ioctl(fd, 0x5401, &word), ENOTTY);
	FAILS("record length to nowhere", ioctl(fd, MCE_GET_RECORD_LEN, NULL), EFAULT);
	FAILS("flags to nowhere", ioctl(fd, MCE_GETCLEAR_FLAGS, NULL), EFAULT);
	close(fd);
}

static void check_record(const struct mce *m, int cpu)
{
	GIVES("status", m->status, CORRECTED);
	GIVES("bank", m->bank, 4);
	GIVES("extcpu", m->extcpu, cpu);
	GIVES("cpu, the old field", m->cpu, cpu);
	GIVES("finished", m->finished, 1);
	GIVES("kflags", m->kflags, 0);
	GIVES("severity: KEEP", m->severity, 2);
	GIVES("vendor and signature", m->cpuvendor == 0 && m->cpuid, 1);
	GIVES("mcgcap", (m->mcgcap & 0xff) >= 9, 1);
	GIVES("time", llabs((long long)m->time - time(NULL)) < 60, 1);
	GIVES("misc, mcgstatus, synd", m->misc | m->mcgstatus | m->synd, 0);
}

static void check_reads(void)
{
	int fd = mcelog_open(0);

	GIVES("empty: 0, and it does not block", read(fd, records, ALL), 0);
	GIVES("poll: nothing", mcelog_ready(fd, POLLIN | POLLRDNORM | POLLOUT | POLLPRI, 50), 0);
	FAILS("empty, one byte short", read(fd, records, ALL - 1), EINVAL);
	raise_errors(1, 1, 0x10, false);
	FAILS("room for one record", read(fd, records, BYTES), EINVAL);
	FAILS("one byte short", read(fd, records, ALL - 1), EINVAL);
	FAILS("0 bytes", read(fd, records, 0), EINVAL);
	FAILS("lseek", lseek(fd, 0, SEEK_SET), ESPIPE);
	FAILS("lseek to the end", lseek(fd, 0, SEEK_END), ESPIPE);
	FAILS("pread at 0", pread(fd, records, ALL, 0), ESPIPE);
	FAILS("pread at 1", pread(fd, records, ALL, 1), ESPIPE);
	GIVES("poll: something", mcelog_ready(fd, POLLIN | POLLRDNORM | POLLOUT | POLLPRI, 0),
	      POLLIN | POLLRDNORM);
	GIVES("it is there, in more room than needed", read(fd, records, sizeof(records)), BYTES);
	check_record(&records[0], 1);
	GIVES("and not any more", read(fd, records, ALL), 0);
	GIVES("poll: nothing any more", mcelog_ready(fd, POLLIN | POLLRDNORM, 50), 0);
	raise_errors(0, 12, 0x20, true);
	GIVES("severe and corrected ones, in order", mcelog_read(fd, 0x20), 12);
	GIVES("a severe one", records[11].status, SEVERE);
	close(fd);
}

static void check_overflow(void)
{
	int fd = mcelog_open(0), word = -1, part;

	for (part = 0; part < 4; part++)
		raise_errors(part % 2, 10, 0x100 + 10 * part, false);
	FAILS("overflow: flags to nowhere", ioctl(fd, MCE_GETCLEAR_FLAGS, NULL), EFAULT);
	ioctl(fd, MCE_GETCLEAR_FLAGS, &word);
	GIVES(ours ? "ours: the flag is still there" : "the flag is gone", word, ours);
	GIVES("40 into 32: the first 32", mcelog_read(fd, 0x100), LENGTH);
	GIVES("and no more", mcelog_read(fd, 0), 0);
	GIVES("the flag was cleared", ioctl(fd, MCE_GETCLEAR_FLAGS, &word) || word, 0);
	raise_errors(0, 2, 0x200, false);
	GIVES("new ones after that", mcelog_read(fd, 0x200), 2);
	for (part = 0; part < 4; part++)
		raise_errors(0, 10, 0x300 + 10 * part, false);
	GIVES("the flag again", ioctl(fd, MCE_GETCLEAR_FLAGS, &word) || word != 1, 0);
	GIVES("told once", ioctl(fd, MCE_GETCLEAR_FLAGS, &word) || word, 0);
	GIVES("the first 32 again", mcelog_read(fd, 0x300), LENGTH);
	close(fd);
}

/*
 * A buffer with unmapped memory in the middle or at the start: the kernel's own device loses
 * records.
 */
static void check_faults(void)
{
	const int anonymous = MAP_PRIVATE | MAP_ANONYMOUS;
	char *map = mmap(NULL, 3 * PAGE, PROT_READ | PROT_WRITE, anonymous, -1, 0);
	int fd = mcelog_open(0), word, part;

	if (map == MAP_FAILED || mprotect(map + PAGE, 2 * PAGE, PROT_NONE))
		fatal("mmap");
	raise_errors(0, 3, 0x400, false);
	FAILS("a page without access", read(fd, map + PAGE, ALL), EFAULT);
	GIVES("poll after it", mcelog_ready(fd, POLLIN, 0), ours ? POLLIN : 0);
	GIVES("the second record crosses into it", read(fd, map + PAGE - BYTES * 3 / 2, ALL),
	      ours ? -1 : 0);
	raise_errors(0, 3, 0x403, false);
	if (ours)
		GIVES("ours: nothing was lost, new ones follow", mcelog_read(fd, 0x400), 6);
	else
		GIVES("only the new ones are there", mcelog_read(fd, 0x403), 3);
	for (part = 0; part < 3; part++)
		raise_errors(0, 10, 0x500 + 10 * part, false);
	FAILS("a fault with 30 records", read(fd, map + PAGE, ALL), EFAULT);
	raise_errors(0, 10, 0x51e, false);
	GIVES("the flag", ioctl(fd, MCE_GETCLEAR_FLAGS, &word) || word != ours, 0);
	if (ours)
		GIVES("ours: what a fault left fills the log", mcelog_read(fd, 0x500), LENGTH);
	else
		GIVES("only the new ones again", mcelog_read(fd, 0x51e), 10);
	munmap(map, 3 * PAGE);
	close(fd);
}

/* Without CAP_SYS_ADMIN, on a file that was opened with it. */
static void check_rights(void)
{
	int fd = mcelog_open(0), word = 0, status;
	unsigned int before = wrong;
	pid_t child;

	fflush(stdout);
	child = fork();
	if (!child) {
		if (setgid(65534) || setuid(65534))
			fatal("setuid");
		FAILS("ioctl without rights", ioctl(fd, MCE_GET_LOG_LEN, &word), EPERM);
		FAILS("unknown ioctl without rights", ioctl(fd, 0x5401, &word), EPERM);
		FAILS("write without rights", write(fd, records, BYTES), EPERM);
		GIVES("read without rights", read(fd, records, ALL), 0);
		FAILS("open without rights", open(MCELOG, O_RDONLY), EACCES);
		fflush(stdout);
		_exit(wrong - before);
	}
	waitpid(child, &status, 0);
	wrong += WEXITSTATUS(status);
	close(fd);
}

/* A record of an injecting program: a poll on CPU 1 finds it. */
static struct mce to_write(unsigned long long addr)
{
	const struct mce m = {
		.status = CORRECTED,
		.addr = addr,
		.inject_flags = 1, /* in process context */
		.bank = 4,
		.extcpu = 1,
	};

	return m;
}

/* Without an injector the kernel's own device still accepts the write. */
static void check_write(int fd, const char *what, size_t bytes, size_t taken)
{
	struct {
		struct mce m;
		char more[100];
	} given = { .m = to_write(0) };

	if (ours)
		FAILS(what, write(fd, &given, bytes), ENODEV);
	else
		GIVES(what, write(fd, &given, bytes), taken);
}

static void check_writes(void)
{
	const void *nowhere = (void *)-PAGE;
	struct mce m = to_write(0);
	int fd = mcelog_open(0);

	FAILS("write from nowhere", write(fd, nowhere, BYTES), EFAULT);
	m.extcpu = 4095;
	FAILS("write for a CPU that is none", write(fd, &m, BYTES), EINVAL);
	m.extcpu = ~0;
	FAILS("write for CPU -1", write(fd, &m, BYTES), EINVAL);
	check_write(fd, "write of a struct mce", BYTES, BYTES);
	check_write(fd, "write of more", BYTES + 72, BYTES);
	check_write(fd, "write of an old one", OLD_BYTES, OLD_BYTES);
	check_write(fd, "write of 10 bytes", 10, 10);
	GIVES("write of nothing", write(fd, &m, 0), 0);
	GIVES("no records by that", mcelog_read(fd, 0), 0);
	close(fd);
}

/* Returns the CPU that the process is pinned to; -1: more than one. */
static int pinned_to(void)
{
	cpu_set_t set;
	int cpu = 0;

	if (sched_getaffinity(0, sizeof(set), &set))
		fatal("sched_getaffinity");
	if (CPU_COUNT(&set) != 1)
		return -1;
	while (!CPU_ISSET(cpu, &set))
		cpu++;
	return cpu;
}

/* The kernel's own injector raises the error on the writer's CPU. */
static void check_injected(int fd, size_t bytes, long long taken, unsigned long long addr)
{
	struct {
		struct mce m;
		char more[100];
	} given = { .m = to_write(addr) };
	unsigned long long before = offered();
	int cpu = mcelog_is_ours() ? 0 : 1;

	pin(cpu);
	GIVES("write", write(fd, &given, bytes), taken);
	GIVES("the writer may run where it might", pinned_to(), cpu);
	wait_for(before + 1);
	GIVES("its record", mcelog_read(fd, addr), 1);
	GIVES("its status", records[0].status, given.m.status);
	GIVES("its bank", records[0].bank, given.m.bank);
	GIVES("its CPU", records[0].extcpu, given.m.extcpu);
	GIVES("finished", records[0].finished, 1);
}

/* mcelog-inject: with an injector. */
static int run_mcelog_inject(int argc, char **argv)
{
	int fd = mcelog_open(0);

	(void)argc;
	(void)argv;
	check_injected(fd, BYTES, BYTES, 0x610);
	check_injected(fd, OLD_BYTES, OLD_BYTES, 0x620);
	check_injected(fd, BYTES + 72, BYTES, 0x630);
	close(fd);
	printf("wrong=%u\n", wrong);
	return wrong ? 1 : 0;
}

/* mcelog: the whole list. */
static int run_mcelog(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	setvbuf(stdout, NULL, _IOLBF, 0);
	ours = mcelog_is_ours();
	printf("# %s\n", ours ? "the module's device" : "the kernel's own device");
	check_node();
	check_open();
	check_ioctls();
	check_rights();
	check_reads();
	check_overflow();
	check_faults();
	check_writes();
	printf("wrong=%u\n", wrong);
	return wrong ? 1 : 0;
}

/* mcelog-inject-one: a memory error on CPU 1. */
static int run_mcelog_inject_one(int argc, char **argv)
{
	const struct mce m = to_write(0x610000);

	(void)argc;
	(void)argv;
	if (write(mcelog_open(0), &m, BYTES) != BYTES)
		fatal(MCELOG);
	return 0;
}

/* mcelog-read: prints the records, one a line. */
static int run_mcelog_read(int argc, char **argv)
{
	ssize_t n = read(mcelog_open(0), records, ALL);
	ssize_t i;

	(void)argc;
	(void)argv;
	if (n < 0)
		fatal(MCELOG);
	for (i = 0; i < n / (ssize_t)BYTES; i++)
		printf("bank=%u cpu=%u status=0x%llx addr=0x%llx\n", records[i].bank,
		       records[i].extcpu, records[i].status, records[i].addr);
	return 0;
}

/* mcelog-open [SECONDS]: keeps the device open. */
static int run_mcelog_open(int argc, char **argv)
{
	mcelog_open(0);
	puts("open");
	fflush(stdout);
	sleep(argc > 1 ? atoi(argv[1]) : 60);
	return 0;
}

const struct command mcelog_commands[] = {
	{ "mcelog", run_mcelog, "" },
	{ "mcelog-inject", run_mcelog_inject, "" },
	{ "mcelog-inject-one", run_mcelog_inject_one, "" },
	{ "mcelog-read", run_mcelog_read, "" },
	{ "mcelog-open", run_mcelog_open, "[SECONDS]" },
	{ NULL, NULL, NULL },
};

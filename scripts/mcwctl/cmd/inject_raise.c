// SPDX-License-Identifier: GPL-2.0
/*
 * mcwctl inject: the write that raises an error. A child process does the write. The kernel may
 * kill the task that meets the error, and this must not be mcwctl itself.
 */
#include "cmd/inject.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "decode/decode.h"
#include "error.h"
#include "source/fake_panic.h"
#include "source/sysfs.h"

#define MCELOG "/dev/mcelog"

static void open_failed(int err)
{
	if (err == ENOENT || err == ENODEV || err == ENXIO)
		mcw_error_no_module(MCELOG, err);
	else if (err == EBUSY)
		mcw_error("cannot open " MCELOG
			  ": another program has it open exclusively (O_EXCL)");
	else if (err == EACCES || err == EPERM)
		mcw_error("cannot open " MCELOG ": %s: needs root", strerror(err));
	else
		mcw_error("cannot open " MCELOG ": %s", strerror(err));
}

static void write_failed(const struct mcw_injection *inj, int err)
{
	static const struct {
		int err;
		const char *why;
	} reasons[] = {
		{ ENODEV, "the injector is not loaded: modprobe mcewarden_inject" },
		{ EBUSY, "the kernel's own mce-inject is loaded: rmmod mce-inject" },
		{ EPERM, "needs CAP_SYS_ADMIN, and a kernel that is not locked down" },
		{ EINVAL, "no such CPU is online" },
		{ EAGAIN, "this task was moved to another CPU: try again" },
		{ ETIMEDOUT, "not all CPUs took part, see the kernel's log" },
	};
	const char *why = strerror(err);

	for (size_t i = 0; i < ARRAY_SIZE(reasons); i++)
		if (reasons[i].err == err)
			why = reasons[i].why;
	mcw_error("nothing was injected on CPU %u: %s", inj->regs.extcpu, why);
}

static int child(int fd, struct mcw_injection inj, enum mcw_inject_page page)
{
	struct rlimit none = { 0, 0 };

	setrlimit(RLIMIT_CORE, &none);
	signal(SIGBUS, SIG_DFL);
	if (page == MCW_INJECT_OWN_PAGE) {
		inj.regs.addr = mcw_inject_page_make();
		if (inj.regs.addr == MCW_NO_PAGE)
			return MCW_EXIT_FAILED;
	}
	if (write(fd, &inj.regs, sizeof(inj.regs)) == sizeof(inj.regs))
		return MCW_EXIT_OK;
	write_failed(&inj, errno);
	return MCW_EXIT_FAILED;
}

/* Return: the status of the child from waitpid(), or -1 after printing what is wrong. */
static int write_it(int fd, const struct mcw_injection *inj, enum mcw_inject_page page)
{
	int status;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (pid < 0) {
		mcw_error("cannot fork: %s", strerror(errno));
		return -1;
	}
	if (!pid)
		_exit(child(fd, *inj, page));
	while (waitpid(pid, &status, 0) < 0) {
		if (errno != EINTR) {
			mcw_error("cannot wait for the child: %s", strerror(errno));
			return -1;
		}
	}
	return status;
}

static void say_what(const struct mcw_injection *inj, enum mcw_inject_page page)
{
	const struct mcw_regs *regs = &inj->regs;
	__u8 flags = regs->inject_flags;

	printf("CPU %u bank %u status 0x%016llx", regs->extcpu, (unsigned int)regs->bank,
	       regs->status);
	if (page == MCW_INJECT_OWN_PAGE)
		fputs(", a page of the task's own", stdout);
	else if (regs->status & MCW_STATUS_ADDRV)
		printf(", address 0x%llx", regs->addr);
	if (inj->hold)
		puts(": kept for the next error that all CPUs meet");
	else if (!(flags & MCW_INJECT_EXCEPTION))
		puts(": found by a poll");
	else if (flags & (MCW_INJECT_NMI_BROADCAST | MCW_INJECT_IRQ_BROADCAST))
		puts(": an exception on all CPUs");
	else
		puts(": an exception");
}

/* Return: false if the task should have been killed, and was not. */
static bool say_end(int status, enum mcw_inject_page page)
{
	if (WIFSIGNALED(status)) {
		printf("the task that met the error was killed: %s\n", strsignal(WTERMSIG(status)));
		return true;
	}
	if (page != MCW_INJECT_OWN_PAGE)
		return true;
	mcw_error("the task that met the error was not killed");
	return false;
}

/*
 * What stayed in its bank, by the counter. Where fake_panic keeps the kernel from a panic, what the
 * handler logged stays there, too: that is no failure. Returns whether it is one.
 */
static bool stays_in_bank(const struct mcw_options *o, const struct mcw_injection *inj)
{
	const char *why = "poll skips disabled banks and errors that need an exception";

	if (inj->hold) {
		mcw_error("CPU %u: an error that waited for a broadcast was replaced, and is lost",
			  inj->regs.extcpu);
		return true;
	}
	if (inj->regs.inject_flags & MCW_INJECT_EXCEPTION) {
		if (inj->regs.status & MCW_STATUS_UC &&
		    mcw_fake_panic_read(o->sysfs) == MCW_FAKE_PANIC_ON) {
			puts("the kernel's handler cleared nothing: fake_panic kept it alive");
			return false;
		}
		why = "exception handler skips disabled banks and corrected errors";
	}
	mcw_error("CPU %u bank %u: the error stays there: the kernel's %s", inj->regs.extcpu,
		  (unsigned int)inj->regs.bank, why);
	return true;
}

bool mcw_inject_raise(const struct mcw_options *o, const struct mcw_injection *inj,
		      enum mcw_inject_page page)
{
	__u64 before, untaken;
	int fd, status;

	if (!mcw_sysfs_number(o->sysfs, "stats/injector/untaken", &before))
		return false;
	fd = open(MCELOG, O_WRONLY | O_CLOEXEC);
	if (fd < 0) {
		open_failed(errno);
		return false;
	}
	status = write_it(fd, inj, page);
	close(fd);
	if (status < 0 || (WIFEXITED(status) && WEXITSTATUS(status)))
		return false;
	if (!mcw_sysfs_number(o->sysfs, "stats/injector/untaken", &untaken))
		return false;
	if (untaken != before && stays_in_bank(o, inj))
		return false;
	say_what(inj, page);
	return say_end(status, page);
}

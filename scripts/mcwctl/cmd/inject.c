// SPDX-License-Identifier: GPL-2.0
/*
 * mcwctl inject: errors by kind, by registers or from a file. All of them are checked before the
 * first one is raised.
 */
#include "cmd/inject.h"

#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/number.h"
#include "decode/decode.h"
#include "error.h"
#include "source/fake_panic.h"
#include "source/sysfs.h"

#define MAX_FILE_BYTES (1U << 20)

struct job {
	struct mcw_injection inj;
	enum mcw_inject_page page; /* the page that must still be found for it */
};

struct jobs {
	struct job *all;
	size_t count;
};

static bool add(struct jobs *jobs, const struct mcw_injection *inj, enum mcw_inject_page page)
{
	void *more = reallocarray(jobs->all, jobs->count + 1, sizeof(*jobs->all));

	if (!more) {
		mcw_error("no memory for %zu errors", jobs->count + 1);
		return false;
	}
	jobs->all = more;
	jobs->all[jobs->count++] = (struct job){ *inj, page };
	return true;
}

/* Sets a register from its option. Without the option the register keeps its value. */
static bool set(const char *name, const char *text, __u64 max, void *where, size_t bytes)
{
	__u64 value;

	if (!text)
		return true;
	if (!mcw_number_parse(name, text, max, &value))
		return false;
	memcpy(where, &value, bytes); /* all CPUs with machine checks are little endian */
	return true;
}

static bool set_way(const struct mcw_inject_options *io, struct mcw_injection *inj)
{
	__u8 *flags = &inj->regs.inject_flags;

	if (io->exception && io->poll) {
		mcw_error("give --poll or --exception, not both" MCW_SEE_HELP);
		return false;
	}
	if (io->exception)
		*flags |= MCW_INJECT_EXCEPTION;
	if (io->exception || io->poll)
		inj->poll = io->poll;
	if (io->in_irq)
		*flags |= MCW_INJECT_IRQ;
	if (!io->broadcast)
		return true;
	if (!strcmp(io->broadcast, "nmi"))
		*flags |= MCW_INJECT_NMI_BROADCAST;
	else if (!strcmp(io->broadcast, "irq"))
		*flags |= MCW_INJECT_IRQ_BROADCAST;
	else
		mcw_error("--broadcast: there is no '%s': give nmi or irq" MCW_SEE_HELP,
			  io->broadcast);
	return *flags & (MCW_INJECT_NMI_BROADCAST | MCW_INJECT_IRQ_BROADCAST);
}

static bool set_registers(const struct mcw_inject_options *io, struct mcw_injection *inj)
{
	struct mcw_regs *regs = &inj->regs;

	if (!set("--cpu", io->cpu, ~0U, &regs->extcpu, sizeof(regs->extcpu)) ||
	    !set("--bank", io->bank, 0xff, &regs->bank, sizeof(regs->bank)) ||
	    !set("--status", io->status, ~0ULL, &regs->status, sizeof(regs->status)) ||
	    !set("--misc", io->misc, ~0ULL, &regs->misc, sizeof(regs->misc)) ||
	    !set("--mcgstatus", io->mcgstatus, ~0ULL, &regs->mcgstatus, sizeof(regs->mcgstatus)) ||
	    !set("--mcgcap", io->mcgcap, ~0ULL, &regs->mcgcap, sizeof(regs->mcgcap)) ||
	    !set("--cs", io->cs, 0xff, &regs->cs, sizeof(regs->cs)) ||
	    !set("--ip", io->ip, ~0ULL, &regs->ip, sizeof(regs->ip)))
		return false;
	inj->any_cpu = !io->cpu;
	if (io->mcgstatus)
		inj->mcgstatus_given = true;
	if (io->misc)
		regs->status |= MCW_STATUS_MISCV;
	return set_way(io, inj);
}

/* Takes --addr, or --pid and --vaddr. *page: which page must still be found after that. */
static enum mcw_exit set_page(const struct mcw_inject_options *io, struct mcw_injection *inj,
			      enum mcw_inject_page *page)
{
	__u64 pid, vaddr;

	if (!io->pid != !io->vaddr || (io->addr && io->pid)) {
		mcw_error("give the address by --addr, or by --pid and --vaddr" MCW_SEE_HELP);
		return MCW_EXIT_USAGE;
	}
	if (io->addr) {
		if (!mcw_number_parse("--addr", io->addr, ~0ULL, &inj->regs.addr))
			return MCW_EXIT_USAGE;
	} else if (io->pid) {
		if (!mcw_number_parse("--pid", io->pid, INT32_MAX, &pid) ||
		    !mcw_number_parse("--vaddr", io->vaddr, ~0ULL, &vaddr))
			return MCW_EXIT_USAGE;
		inj->regs.addr = mcw_inject_page_of(pid, vaddr);
		if (inj->regs.addr == MCW_NO_PAGE)
			return MCW_EXIT_FAILED;
	} else {
		return MCW_EXIT_OK;
	}
	inj->regs.status |= MCW_STATUS_ADDRV;
	*page = MCW_INJECT_NO_PAGE;
	return MCW_EXIT_OK;
}

/* An error from registers alone, or from a kind with some registers changed. */
static enum mcw_exit add_described(const struct mcw_options *o, const struct mcw_inject_machine *m,
				   struct jobs *jobs)
{
	enum mcw_inject_page page = MCW_INJECT_NO_PAGE;
	const char *kind = o->arguments[0];
	struct mcw_injection inj = { .regs.bank = 1 };
	enum mcw_exit result;

	if (kind && !mcw_inject_kind(kind, m, &inj, &page)) {
		mcw_error("CPUs of this vendor have no error of the kind '%s'", kind);
		return MCW_EXIT_FAILED;
	}
	if (!set_registers(&o->inject, &inj))
		return MCW_EXIT_USAGE;
	result = set_page(&o->inject, &inj, &page);
	if (result != MCW_EXIT_OK)
		return result;
	mcw_inject_complete(&inj, m, false);
	return add(jobs, &inj, page) ? MCW_EXIT_OK : MCW_EXIT_FAILED;
}

/* Return: the bytes, which the caller frees; NULL after printing what is wrong. */
static char *file_read(const char *path, size_t *bytes)
{
	bool is_stdin = !strcmp(path, "-");
	FILE *file = is_stdin ? stdin : fopen(path, "re");
	char *data = NULL;

	if (!file) {
		mcw_error("cannot open %s: %s (a kind is one of %s)", path, strerror(errno),
			  mcw_inject_kind_names());
		return NULL;
	}
	data = malloc(MAX_FILE_BYTES);
	if (!data)
		mcw_error("no memory for %s", path);
	*bytes = data ? fread(data, 1, MAX_FILE_BYTES, file) : 0;
	if (data && (ferror(file) || *bytes == MAX_FILE_BYTES)) {
		mcw_error("cannot read %s: %s", path,
			  ferror(file) ? strerror(errno) : "it has more than 1 MiB");
		free(data);
		data = NULL;
	}
	if (!is_stdin)
		fclose(file);
	return data;
}

static bool describes(const struct mcw_inject_options *io)
{
	return io->exception || io->poll || io->in_irq || io->broadcast || io->cpu || io->bank ||
	       io->addr || io->pid || io->vaddr || io->status || io->misc || io->mcgstatus ||
	       io->mcgcap || io->cs || io->ip;
}

static enum mcw_exit add_file(const struct mcw_options *o, const struct mcw_inject_machine *m,
			      struct jobs *jobs)
{
	const char *path = o->arguments[0];
	struct mcw_inject_text text;
	struct mcw_injection inj;
	size_t bytes;
	char *data;
	int got;

	if (describes(&o->inject)) {
		mcw_error("the errors of a file take no option but --yes" MCW_SEE_HELP);
		return MCW_EXIT_USAGE;
	}
	data = file_read(path, &bytes);
	if (!data)
		return MCW_EXIT_FAILED;
	mcw_inject_text_begin(&text, data, bytes);
	while ((got = mcw_inject_text_next(&text, &inj)) > 0) {
		mcw_inject_complete(&inj, m, true);
		if (!add(jobs, &inj, MCW_INJECT_NO_PAGE))
			break;
	}
	if (got < 0)
		mcw_error("%s:%u: %s", strcmp(path, "-") ? path : "<stdin>", text.line, text.error);
	else if (!got && !jobs->count)
		mcw_error("%s has no error in it", path);
	free(data);
	return !got && jobs->count ? MCW_EXIT_OK : MCW_EXIT_FAILED;
}

static bool is_allowed(const struct mcw_options *o, const struct mcw_inject_machine *m,
		       const struct jobs *jobs)
{
	char why[MCW_TEXT_BYTES];
	__u64 tolerant;

	if (o->inject.yes)
		return true;
	if (!mcw_sysfs_number(o->sysfs, "tolerant", &tolerant))
		return false;
	for (size_t i = 0; i < jobs->count; i++) {
		const struct mcw_injection *inj = &jobs->all[i].inj;
		const char *danger = mcw_inject_danger(inj, m, why, sizeof(why));

		if (danger && mcw_fake_panic_read(o->sysfs) == MCW_FAKE_PANIC_ON)
			danger = NULL;
		else if (!danger && !tolerant && inj->regs.inject_flags & MCW_INJECT_EXCEPTION)
			danger = "tolerant is 0";
		if (!danger)
			continue;
		mcw_error("this error panics the machine (%s): give --yes to raise it, or first"
			  " run mcwctl tolerant 3 --fake-panic",
			  danger);
		return false;
	}
	return true;
}

static bool raise_one(const struct mcw_options *o, struct job *job)
{
	bool waits = job->page == MCW_INJECT_PAGE &&
		     (job->inj.regs.status & (MCW_STATUS_UC | MCW_STATUS_DEFERRED));

	if (job->page == MCW_INJECT_PAGE) {
		job->inj.regs.addr = mcw_inject_page_make();
		if (job->inj.regs.addr == MCW_NO_PAGE)
			return false;
	}
	if (!mcw_inject_raise(o, &job->inj, job->page))
		return false;
	/* Keep the page until its outcome is known: once freed, another process could get it. */
	if (waits)
		printf("its page, which belongs to mcwctl, is %s\n",
		       mcw_inject_page_dies(job->inj.regs.addr) ?
			       "poisoned" :
			       "not poisoned: mcwctl read says why");
	return true;
}

enum mcw_exit mcw_inject_run(struct mcw_options *o)
{
	const char *argument = o->arguments[0];
	bool described = !argument || mcw_inject_kind_is(argument);
	struct mcw_inject_machine machine;
	struct jobs jobs = { NULL, 0 };
	enum mcw_exit result;
	bool good;

	if (!argument && !o->inject.status) {
		mcw_error("inject needs a kind (%s), a file, or --status" MCW_SEE_HELP,
			  mcw_inject_kind_names());
		return MCW_EXIT_USAGE;
	}
	/* An error in our own memory must not kill us: we report what became of it. */
	signal(SIGBUS, SIG_IGN);
	if (!mcw_inject_machine_read(o, &machine))
		return MCW_EXIT_FAILED;
	result = (described ? add_described : add_file)(o, &machine, &jobs);
	good = result == MCW_EXIT_OK && is_allowed(o, &machine, &jobs);
	for (size_t i = 0; good && i < jobs.count; i++)
		good = raise_one(o, &jobs.all[i]);
	free(jobs.all);
	if (result != MCW_EXIT_OK)
		return result;
	return good ? MCW_EXIT_OK : MCW_EXIT_FAILED;
}

// SPDX-License-Identifier: GPL-2.0
/*
 * Runs the programs of conditions.
 */
#define _GNU_SOURCE
#include "cmd/condition_programs.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "error.h"
#include "source/clock.h"

#define NS_PER_MS 1000000ULL
#define NS_PER_S (1000 * NS_PER_MS)
/* While one runs, it is looked at so often. */
#define LOOK_MS 50
/* How long one can take to go after SIGKILL, before nobody waits for it any more. */
#define KILLED_NS (5 * NS_PER_S)

static struct mcw_condition_counts *counts_of(struct mcw_programs *p, const struct mcw_program *run)
{
	p->changed = true;
	return &p->conditions->counts[run->condition];
}

static const char *name_of(const struct mcw_program *run)
{
	return mcw_condition_about(run->condition)->name;
}

void mcw_programs_add(struct mcw_programs *p, const struct mcw_condition_bucket *b,
		      const char *message)
{
	const struct mcw_condition_conf *conf = &p->conditions->conf.of[b->condition];
	struct mcw_program run = { .condition = b->condition };

	if (!conf->program[0])
		return;
	memcpy(run.path, conf->program, sizeof(run.path));
	if (p->waiting_count < MCW_PROGRAMS_WAITING)
		run.environment = mcw_condition_environment(b, &p->conditions->conf, message);
	if (run.environment) {
		p->waiting[p->waiting_count++] = run;
		return;
	}
	counts_of(p, &run)->left_out++;
	mcw_error("%s of condition %s does not run: %s", run.path, name_of(&run),
		  p->waiting_count < MCW_PROGRAMS_WAITING ? "no memory" :
							    "too many programs are waiting");
}

/*
 * It gets no input, its output goes where our errors go, and signals are as a program expects
 * them: we block some, and ignore others. In its own group, it can be ended with its children.
 */
static int spawn(struct mcw_program *run)
{
	char *arguments[2] = { run->path, NULL };
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t how;
	sigset_t none, all;
	int err;

	sigemptyset(&none);
	sigfillset(&all);
	err = posix_spawn_file_actions_init(&actions);
	if (err)
		return err;
	err = posix_spawnattr_init(&how);
	if (!err) {
		posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
		posix_spawn_file_actions_adddup2(&actions, STDERR_FILENO, STDOUT_FILENO);
		posix_spawnattr_setflags(&how, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF |
						       POSIX_SPAWN_SETPGROUP);
		posix_spawnattr_setsigmask(&how, &none);
		posix_spawnattr_setsigdefault(&how, &all);
		posix_spawnattr_setpgroup(&how, 0);
		err = posix_spawn(&run->pid, run->path, &actions, &how, arguments,
				  run->environment);
		posix_spawnattr_destroy(&how);
	}
	posix_spawn_file_actions_destroy(&actions);
	return err;
}

static void start(struct mcw_programs *p, struct mcw_program *run, __u64 mono_ns)
{
	int err = spawn(run);

	free(run->environment);
	run->environment = NULL;
	counts_of(p, run)->started++;
	if (err) {
		counts_of(p, run)->failed++;
		mcw_error("cannot run %s of condition %s: %s", run->path, name_of(run),
			  strerror(err));
		return;
	}
	run->until_ns = mono_ns + p->conditions->conf.program_s * NS_PER_S;
	p->running[p->running_count++] = *run;
}

static void start_waiting(struct mcw_programs *p, __u64 mono_ns)
{
	while (p->waiting_count && p->running_count < p->conditions->conf.programs &&
	       p->running_count < MCW_PROGRAMS_MOST) {
		struct mcw_program run = p->waiting[0];

		p->waiting_count--;
		memmove(p->waiting, p->waiting + 1, p->waiting_count * sizeof(p->waiting[0]));
		start(p, &run, mono_ns);
	}
}

static void end(struct mcw_programs *p, struct mcw_program *run, __u64 mono_ns)
{
	kill(-run->pid, SIGKILL);
	run->ended = true;
	run->until_ns = mono_ns + KILLED_NS;
	counts_of(p, run)->ended++;
	mcw_error("%s of condition %s was ended: it ran for more than %u s", run->path,
		  name_of(run), p->conditions->conf.program_s);
}

static void state_say(struct mcw_programs *p, const struct mcw_program *run, int state)
{
	if (run->ended || !state)
		return;
	counts_of(p, run)->failed++;
	if (WIFEXITED(state))
		mcw_error("%s of condition %s failed: its exit status is %d", run->path,
			  name_of(run), WEXITSTATUS(state));
	else
		mcw_error("%s of condition %s failed: signal %d ended it", run->path, name_of(run),
			  WTERMSIG(state));
}

/* Return: whether nobody waits for it any more. */
static bool is_over(struct mcw_programs *p, struct mcw_program *run, __u64 mono_ns)
{
	int state = 0;
	pid_t pid = waitpid(run->pid, &state, WNOHANG);

	if (pid == run->pid)
		state_say(p, run, state);
	else if (pid < 0 && errno != EINTR)
		return true;
	else if (mono_ns < run->until_ns)
		return false;
	else if (run->ended)
		mcw_error("%s of condition %s cannot be ended: process %d", run->path, name_of(run),
			  (int)run->pid);
	else
		end(p, run, mono_ns);
	return pid == run->pid || mono_ns >= run->until_ns;
}

int mcw_programs_due(struct mcw_programs *p, __u64 mono_ns)
{
	for (unsigned int i = p->running_count; i--;)
		if (is_over(p, &p->running[i], mono_ns))
			p->running[i] = p->running[--p->running_count];
	start_waiting(p, mono_ns);
	return p->running_count ? LOOK_MS : -1;
}

void mcw_programs_end(struct mcw_programs *p)
{
	while (mcw_programs_due(p, mcw_now_ns(CLOCK_MONOTONIC)) >= 0)
		poll(NULL, 0, LOOK_MS);
}

// SPDX-License-Identifier: GPL-2.0
/*
 * QEMU's events MEMORY_FAILURE, and which signal of the kernel's each follows.
 *
 * The event says that QEMU has put an error into the guest, or could not; it has neither an address
 * nor the number of a process. So it is joined to a signal that the same process got shortly
 * before; on a host without time for its guests, not so shortly. Where there are two of either
 * within 100 ms, nobody can say which belongs to which.
 */
#include "guests/failures.h"

#include <string.h>

#include "source/clock.h"

#define NS_PER_S 1000000000ULL
#define SIGNAL_NS NS_PER_S /* so long before its event */
#define SIGNAL_MAX_NS (10 * NS_PER_S) /* the same, if there is none */
#define TOLD_NS (2 * MCW_FAILURE_NEAR_NS)

static bool looks_like_ours(const struct mcw_memory_failure *said)
{
	return !strcmp(said->recipient, "guest") && !strcmp(said->action, "inject") &&
	       !said->action_required;
}

/*
 * QEMU sends it before the answer to the command that causes it; older ones send none. libvirt
 * tells of it on another way, and later.
 */
void mcw_failures_ours(struct mcw_guest *guest)
{
	struct mcw_qmp *q = &guest->monitor.qmp;

	if (guest->monitor.way == MCW_MONITOR_VIRSH)
		guest->ours++;
	else if (q->failure_count && looks_like_ours(&q->failures[q->failure_count - 1]))
		q->failure_count--;
}

static void failure_keep(struct mcw_track *t, struct mcw_guest *guest,
			 const struct mcw_memory_failure *said)
{
	/* The oldest one was told long ago, or there are too many to tell apart. */
	if (t->failure_count == MCW_TRACK_FAILURES)
		memmove(t->failure, t->failure + 1, --t->failure_count * sizeof(t->failure[0]));
	t->failure[t->failure_count++] = (struct mcw_failure){ .guest = guest, .said = *said };
	guest->counts.memory_failures++;
}

static void virsh_look(struct mcw_track *t)
{
	struct mcw_virsh_event event;

	while (mcw_virsh_events_take(&t->virsh, &event)) {
		for (size_t i = 0; i < t->guests.count; i++) {
			struct mcw_guest *guest = t->guests.guest[i];

			if (guest->gone || guest->monitor.way != MCW_MONITOR_VIRSH ||
			    strcmp(guest->monitor.name, event.domain))
				continue;
			if (guest->ours && looks_like_ours(&event.said))
				guest->ours--;
			else
				failure_keep(t, guest, &event.said);
		}
	}
}

void mcw_failures_look(struct mcw_track *t)
{
	if (t->guests.virsh)
		virsh_look(t);
	for (size_t i = 0; i < t->guests.count; i++) {
		struct mcw_guest *guest = t->guests.guest[i];
		struct mcw_qmp *q = &guest->monitor.qmp;

		if (guest->gone || guest->monitor.way != MCW_MONITOR_QMP || q->fd < 0)
			continue;
		if (!mcw_qmp_look(q))
			mcw_guest_close(guest);
		for (unsigned int n = 0; n < q->failure_count; n++)
			failure_keep(t, guest, &q->failures[n]);
		guest->counts.memory_failures += q->failures_lost;
		q->failures_lost = 0;
		q->failure_count = 0;
	}
}

static bool is_near(__u64 a, __u64 b)
{
	return (a > b ? a - b : b - a) <= MCW_FAILURE_NEAR_NS;
}

static unsigned int events_near(const struct mcw_track *t, const struct mcw_failure *f)
{
	unsigned int count = 0;

	for (size_t i = 0; i < t->failure_count; i++)
		count += t->failure[i].guest == f->guest &&
			 is_near(t->failure[i].said.wall_ns, f->said.wall_ns);
	return count;
}

/* QEMU's clock is rounded down to microseconds, and libvirt's to milliseconds. */
#define ROUNDED_NS 1000000ULL

static bool may_follow(const struct mcw_guest_signal *signal, const struct mcw_failure *f,
		       __u64 within_ns)
{
	return signal->guest == f->guest && !signal->joined &&
	       signal->wall_ns <= f->said.wall_ns + ROUNDED_NS &&
	       f->said.wall_ns < signal->wall_ns + within_ns;
}

/* Return: the last of those that the event may follow; *count: how many. */
static struct mcw_guest_signal *signals_before(struct mcw_track *t, const struct mcw_failure *f,
					       __u64 within_ns, unsigned int *count)
{
	struct mcw_guest_signal *found = NULL;

	*count = 0;
	for (size_t i = 0; i < MCW_TRACK_SIGNALS; i++) {
		if (!may_follow(&t->signal[i], f, within_ns))
			continue;
		++*count;
		found = &t->signal[i];
	}
	return found;
}

static void join(struct mcw_track *t, const struct mcw_failure *f, struct mcw_failure_told *told)
{
	struct mcw_guest_signal *found = signals_before(t, f, SIGNAL_NS, &told->signals);

	if (!found)
		found = signals_before(t, f, SIGNAL_MAX_NS, &told->signals);
	told->events = events_near(t, f);
	told->ambiguous = told->events > 1 || told->signals > 1;
	if (!found || told->ambiguous)
		return;
	found->joined = true;
	told->page = found->page;
}

void mcw_failures_tell(struct mcw_track *t, bool all,
		       void (*tell)(void *self, const struct mcw_failure_told *told), void *self)
{
	__u64 now = mcw_now_ns(CLOCK_REALTIME);

	for (size_t i = 0; i < t->failure_count; i++) {
		struct mcw_failure *f = &t->failure[i];
		struct mcw_failure_told told = {
			.guest = f->guest,
			.said = f->said,
			.page = MCW_NO_PAGE,
		};

		/* A clock that was set back must not hold it for ever. */
		if (f->told || (!all && now - f->said.wall_ns < TOLD_NS))
			continue;
		f->told = true;
		join(t, f, &told);
		f->guest->counts.ambiguous += told.ambiguous;
		tell(self, &told);
	}
}

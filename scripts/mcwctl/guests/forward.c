// SPDX-License-Identifier: GPL-2.0
/*
 * Puts the host's errors into the banks of the guests that have the pages.
 *
 * QEMU's command "mce" fills a bank. Without UC in the status nothing else happens: the guest's
 * kernel finds it by its next poll. Nothing is ever written to the guest's memory.
 */
#include "guests/forward.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "guests/failures.h"
#include "source/clock.h"

const char *mcw_forward_result_name(enum mcw_forward_result result)
{
	static const char *const names[] = {
		[MCW_FORWARDED] = "forwarded",	       [MCW_FORWARD_DRY] = "dry_run",
		[MCW_FORWARD_SIGNALLED] = "signalled", [MCW_FORWARD_UNCORRECTED] = "uncorrected",
		[MCW_FORWARD_NO_CMCI] = "no_cmci",     [MCW_FORWARD_WRONG_CPU] = "wrong_cpu",
		[MCW_FORWARD_DENIED] = "denied",       [MCW_FORWARD_NO_ADDRESS] = "no_address",
		[MCW_FORWARD_REFUSED] = "refused",
	};

	return names[result];
}

const char *mcw_forward_result_text(enum mcw_forward_result result)
{
	static const char *const texts[] = {
		[MCW_FORWARDED] = "put into",
		[MCW_FORWARD_DRY] = "would have been put into",
		[MCW_FORWARD_SIGNALLED] = "left alone: the kernel sent its process a signal",
		[MCW_FORWARD_UNCORRECTED] = "left alone: the kernel tells the process of it",
		[MCW_FORWARD_NO_CMCI] = "not forwarded: the guest has no CMCI for a UCNA",
		[MCW_FORWARD_WRONG_CPU] = "not forwarded: the guest's CPU has no deferred errors",
		[MCW_FORWARD_DENIED] = "not forwarded: not allowed for this guest",
		[MCW_FORWARD_NO_ADDRESS] = "not forwarded",
		[MCW_FORWARD_REFUSED] = "not forwarded: the monitor did not take it",
	};

	return texts[result];
}

static bool is_listed(char *const *list, const struct mcw_guest *guest)
{
	for (; *list; list++)
		if (!strcmp(*list, guest->vm.name) || !strcmp(*list, guest->vm.uuid))
			return true;
	return false;
}

static bool is_denied(const struct mcw_forwarding *f, const struct mcw_guest *guest)
{
	return (f->deny && is_listed(f->deny, guest)) || (f->allow && !is_listed(f->allow, guest));
}

static enum mcw_forward_result verdict(const struct mcw_forwarding *f, const struct mcw_track *t,
				       const struct mcw_tracked *event,
				       const struct mcw_owner *owner)
{
	const struct mcw_guest *guest = owner->guest;

	switch (mcw_bank_may(event->class, guest->cpu.amd)) {
	case MCW_FORWARD_KERNEL:
		return MCW_FORWARD_UNCORRECTED;
	case MCW_FORWARD_UCNA:
		return MCW_FORWARD_NO_CMCI;
	case MCW_FORWARD_NO_DEFERRED:
		if (guest->cpu.known)
			return MCW_FORWARD_WRONG_CPU;
		break;
	default:
		break;
	}
	if (is_denied(f, guest))
		return MCW_FORWARD_DENIED;
	if (owner->gap != MCW_OWNER_KNOWN || !guest->cpu.known)
		return MCW_FORWARD_NO_ADDRESS;
	/* QEMU tells its guest itself, and at once. */
	if (event->class != MCW_CLASS_CORRECTED && mcw_track_signalled(t, owner))
		return MCW_FORWARD_SIGNALLED;
	return MCW_FORWARDED;
}

void mcw_forward_error(struct mcw_forwarding *f, const struct mcw_track *t,
		       const struct mcw_tracked *event, const struct mcw_owner *owner)
{
	struct mcw_forward_report report = {
		.guest = owner->guest,
		.result = verdict(f, t, event, owner),
		.gap = owner->gap,
		.error = {
			.gpa = owner->gpa | (event->at.address & (MCW_PAGE_BYTES - 1)),
			.hva = owner->hva,
			.host_page = owner->page,
			.status = event->status,
			.count = event->count,
			.class = event->class,
			.lsb = event->at.lsb,
			.amd = event->amd,
			.firmware = event->firmware,
		},
	};

	if (report.result == MCW_FORWARDED) {
		owner->guest->pace.rate = f->rate;
		mcw_pace_add(&owner->guest->pace, &report.error);
		owner->guest->counts.summed = owner->guest->pace.summed;
		return;
	}
	if (report.result == MCW_FORWARD_NO_ADDRESS && owner->gap != MCW_OWNER_OWN_MEMORY)
		owner->guest->counts.refused += event->count;
	else
		owner->guest->counts.left += event->count;
	f->report(f, &report);
}

static void monitor_failed(struct mcw_guest *guest, char *said, size_t size)
{
	snprintf(said, size, "%s", guest->monitor.qmp.error);
	if (guest->monitor.way == MCW_MONITOR_QMP && guest->monitor.qmp.fd < 0)
		mcw_guest_close(guest);
}

/* The answer is empty if all is well. */
static bool inject(struct mcw_guest *guest, const struct mcw_forward_report *report, char *said,
		   size_t size)
{
	const struct mcw_bank_content *c = &report->content;
	char line[128], *text;
	bool good;

	snprintf(line, sizeof(line), "mce %u %u 0x%llx 0 0x%llx 0x%llx", report->cpu, c->bank,
		 c->status, c->addr, c->misc);
	if (!mcw_monitor_command(&guest->monitor, line, &text)) {
		monitor_failed(guest, said, size);
		return false;
	}
	good = !text[strspn(text, "\r\n \t")];
	text[strcspn(text, "\r\n")] = '\0';
	snprintf(said, size, "%s", text);
	free(text);
	return good;
}

/* The guest may have got other memory while the error waited. */
static bool is_still_there(struct mcw_guest *guest, const struct mcw_guest_error *error, char *said,
			   size_t size)
{
	__u64 hva;

	if (!mcw_guest_is_open(guest)) {
		snprintf(said, size, "%s",
			 guest->gone ? "the guest has ended" : guest->monitor.qmp.error);
		return false;
	}
	if (!mcw_guest_memory_ask(&guest->monitor, mcw_page_of(error->gpa), &hva)) {
		monitor_failed(guest, said, size);
		return false;
	}
	if (hva == error->hva)
		return true;
	snprintf(said, size, "the guest has other memory there by now");
	return false;
}

static void send(struct mcw_forwarding *f, struct mcw_guest *guest,
		 const struct mcw_guest_error *error)
{
	struct mcw_forward_report report = {
		.guest = guest,
		.result = f->dry_run ? MCW_FORWARD_DRY : MCW_FORWARDED,
		.error = *error,
	};
	char said[192] = "";

	mcw_bank_fill(&report.content, error, guest->cpu.amd, guest->turn / guest->cpu.cpus);
	report.cpu = guest->turn++ % guest->cpu.cpus;
	report.text = said;
	if (!is_still_there(guest, error, said, sizeof(said)) ||
	    (!f->dry_run && !inject(guest, &report, said, sizeof(said))))
		report.result = MCW_FORWARD_REFUSED;
	else if (!f->dry_run)
		mcw_failures_ours(guest);
	if (report.result == MCW_FORWARD_REFUSED) {
		guest->counts.refused += error->count;
	} else {
		guest->counts.forwarded += error->count;
		guest->counts.injections++;
	}
	f->report(f, &report);
}

int mcw_forward_due(struct mcw_forwarding *f, struct mcw_guests *g)
{
	__u64 now = mcw_now_ns(CLOCK_MONOTONIC);
	int wait = -1;

	for (size_t i = 0; i < g->count; i++) {
		struct mcw_guest *guest = g->guest[i];
		struct mcw_guest_error error;
		int more;

		/* Nothing of one that has ended waits. */
		if (guest->gone)
			guest->pace.next_ns = 0;
		while (mcw_pace_take(&guest->pace, now, &error)) {
			send(f, guest, &error);
			if (guest->gone)
				guest->pace.next_ns = 0;
		}
		more = mcw_pace_wait(&guest->pace, now);
		if (more >= 0 && (wait < 0 || more < wait))
			wait = more;
	}
	return wait;
}

// SPDX-License-Identifier: GPL-2.0
/*
 * Where a guest's memory is in QEMU's address space.
 *
 * The monitor shows the guest's view of it, and says for one guest-physical address where that is
 * in QEMU's. Each range of the view is in one piece there; the first and the last page of each are
 * asked for, and a range where they do not fit together is left out.
 */
#include "guests/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "guests/address.h"
#include "guests/monitor.h"

static bool fail(struct mcw_monitor *monitor, const char *text)
{
	snprintf(monitor->qmp.error, sizeof(monitor->qmp.error), "%s", text);
	return false;
}

bool mcw_guest_memory_ask(struct mcw_monitor *monitor, __u64 gpa, __u64 *hva)
{
	char line[64], *text;
	bool good;

	snprintf(line, sizeof(line), "gpa2hva 0x%llx", gpa);
	if (!mcw_monitor_command(monitor, line, &text))
		return false;
	good = mcw_gpa2hva_parse(text, gpa, hva);
	if (!good) {
		text[strcspn(text, "\r\n")] = '\0';
		snprintf(monitor->qmp.error, sizeof(monitor->qmp.error), "%s: %s", line, text);
	}
	free(text);
	return good;
}

/* Return: false without a connection. A range that is refused gets no place. */
static bool range_place(struct mcw_monitor *monitor, struct mcw_guest_range *range)
{
	__u64 last = mcw_page_of(range->gpa + range->size - 1), end;

	if (mcw_guest_memory_ask(monitor, range->gpa, &range->hva) &&
	    mcw_guest_memory_ask(monitor, last, &end) && end - range->hva == last - range->gpa)
		return true;
	range->hva = 0;
	return monitor->way == MCW_MONITOR_VIRSH || monitor->qmp.fd >= 0;
}

static bool ranges_place(struct mcw_guest_memory *memory, struct mcw_monitor *monitor)
{
	size_t kept = 0;

	for (size_t i = 0; i < memory->count; i++) {
		if (!range_place(monitor, &memory->ranges[i]))
			return false;
		if (memory->ranges[i].hva)
			memory->ranges[kept++] = memory->ranges[i];
	}
	memory->count = kept;
	return kept || fail(monitor, "its memory map has no memory");
}

bool mcw_guest_memory_read(struct mcw_guest_memory *memory, struct mcw_monitor *monitor)
{
	struct mcw_guest_memory fresh = { .count = 0 };
	char *text;

	if (!mcw_monitor_command(monitor, "info mtree -f", &text))
		return false;
	fresh.ranges = calloc(MCW_GUEST_RANGES, sizeof(*fresh.ranges));
	if (fresh.ranges)
		fresh.count = mcw_flatview_parse(text, fresh.ranges, MCW_GUEST_RANGES);
	free(text);
	if (!fresh.ranges)
		return fail(monitor, "no memory for its memory map");
	if (fresh.count > MCW_GUEST_RANGES)
		fresh.count = MCW_GUEST_RANGES;
	if (!ranges_place(&fresh, monitor)) {
		mcw_guest_memory_free(&fresh);
		return false;
	}
	mcw_guest_memory_free(memory);
	*memory = fresh;
	return true;
}

void mcw_guest_memory_free(struct mcw_guest_memory *memory)
{
	free(memory->ranges);
	memory->ranges = NULL;
	memory->count = 0;
}

bool mcw_guest_memory_find(const struct mcw_guest_memory *memory, __u64 hva, __u64 *gpa)
{
	for (size_t i = 0; i < memory->count; i++) {
		const struct mcw_guest_range *range = &memory->ranges[i];

		if (hva - range->hva < range->size) {
			*gpa = range->gpa + (hva - range->hva);
			return true;
		}
	}
	return false;
}

__u64 mcw_guest_memory_bytes(const struct mcw_guest_memory *memory)
{
	__u64 bytes = 0;

	for (size_t i = 0; i < memory->count; i++)
		bytes += memory->ranges[i].size;
	return bytes;
}

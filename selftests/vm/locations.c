// SPDX-License-Identifier: GPL-2.0
/* What EDAC said of events: LOCATION records, one by one, or checked against the events. */
#define _GNU_SOURCE
#include "mcwtest.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <uapi/mcewarden.h>

#define BATCH 64
#define KNOWN 65536 /* events, by the low bits of their positions */

static struct {
	__u64 pos;
	__u64 addr;
	bool here;
} known[2][KNOWN];

static struct {
	unsigned long long events, locations, right, wrong, no_event, lost, unsure, cut, overruns;
} sums;

static void print_location(const struct mcw_record *r)
{
	const struct mcw_location *l = &r->location;
	unsigned int i;

	printf("type=%u lane=%u pos=%llu of_lane=%u of_pos=%llu address=0x%llx syndrome=0x%llx",
	       r->head.type, r->head.lane, r->head.pos, l->of_lane, l->of_pos, l->address,
	       l->syndrome);
	printf(" id=%u count=%u source=%u flags=%u part=%u parts=%u error_type=%u mc=%u grain=%u",
	       l->id, l->count, l->source, l->flags, l->part, l->parts, l->error_type, l->mc,
	       l->grain_bits);
	printf(" top=%d mid=%d low=%d hex=x", l->layer[0], l->layer[1], l->layer[2]);
	for (i = 0; i < sizeof(l->text); i++)
		printf("%02x", (unsigned char)l->text[i]);
	putchar('\n');
}

/* The controller of mcw_edac.c takes channel and slot from bits 12 and 13 of the address. */
static bool is_right(const struct mcw_location *l)
{
	char label[8];
	__u64 addr;

	if (l->of_lane > MCW_LANE_OTHER || !known[l->of_lane][l->of_pos % KNOWN].here ||
	    known[l->of_lane][l->of_pos % KNOWN].pos != l->of_pos)
		return false;
	addr = known[l->of_lane][l->of_pos % KNOWN].addr;
	snprintf(label, sizeof(label), "P0_%c%u", 'A' + (int)(addr >> 12 & 1),
		 (unsigned int)(addr >> 13 & 1) + 1);
	return l->address == addr && !strcmp(l->text, label);
}

static void check_location(const struct mcw_location *l)
{
	if (l->part != 1)
		return;
	sums.locations++;
	sums.cut += !!(l->flags & MCW_LOCATION_CUT);
	sums.unsure += !!(l->flags & MCW_LOCATION_UNSURE);
	if (l->flags & MCW_LOCATION_NO_EVENT)
		sums.no_event++;
	else if (l->flags & MCW_LOCATION_LOST)
		sums.lost++;
	else if (is_right(l))
		sums.right++;
	else
		sums.wrong++;
}

static void take(const struct mcw_record *r, bool check)
{
	if (r->head.type == MCW_EVENT && r->head.lane <= MCW_LANE_OTHER) {
		known[r->head.lane][r->head.pos % KNOWN].pos = r->head.pos;
		known[r->head.lane][r->head.pos % KNOWN].addr = r->event.regs.addr;
		known[r->head.lane][r->head.pos % KNOWN].here = true;
		sums.events++;
	} else if (r->head.type == MCW_LOCATION && check) {
		check_location(&r->location);
	} else if (r->head.type == MCW_LOCATION) {
		print_location(r);
	}
}

/*
 * locations [check [SECONDS]]: a line each; or the sums of those that name the right event and
 * label, of what is there and what comes within so many seconds.
 */
static int run_locations(int argc, char **argv)
{
	bool check = argc > 1 && !strcmp(argv[1], "check");
	int fd = open("/dev/" MCW_DEVICE, O_RDONLY | O_NONBLOCK);
	int left = argc > 2 ? atoi(argv[2]) * 20 : 0;
	static struct mcw_record batch[BATCH];
	ssize_t n, i;

	if (fd < 0)
		fatal("/dev/" MCW_DEVICE);

	for (;;) {
		n = read(fd, batch, sizeof(batch));
		if (n < 0 && errno == EPIPE) {
			sums.overruns++;
			continue;
		}
		if (n < 0 && errno != EAGAIN)
			fatal("read");
		if (n < 0 && left-- <= 0)
			break;
		if (n < 0)
			usleep(50000);
		for (i = 0; i < n / MCW_RECORD_BYTES; i++)
			take(&batch[i], check);
	}
	if (check)
		printf("end events=%llu locations=%llu right=%llu wrong=%llu no_event=%llu"
		       " lost=%llu unsure=%llu cut=%llu overruns=%llu\n",
		       sums.events, sums.locations, sums.right, sums.wrong, sums.no_event,
		       sums.lost, sums.unsure, sums.cut, sums.overruns);
	return 0;
}

const struct command location_commands[] = {
	{ "locations", run_locations, "[check [SECONDS]]" },
	{ NULL, NULL, NULL },
};

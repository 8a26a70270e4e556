// SPDX-License-Identifier: GPL-2.0
/*
 * Opens the device, and reads its outcomes and its counts of events.
 */
#include "source/device.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "error.h"

#define USE_THE_RIGHT_ONE	": use the mcwctl that was built with the module"
#define RECORDS_A_READ		64

static bool device_check(int fd, const char *path)
{
	__u32 version, bytes;

	if (ioctl(fd, MCW_IOC_VERSION, &version) || ioctl(fd, MCW_IOC_RECORD_BYTES, &bytes)) {
		mcw_error("%s is not the device of mcewarden: %s", path, strerror(errno));
		return false;
	}
	if (version != MCW_ABI_VERSION) {
		mcw_error("%s has ABI version %u, this mcwctl is for version %u" USE_THE_RIGHT_ONE,
			  path, version, MCW_ABI_VERSION);
		return false;
	}
	if (bytes != MCW_RECORD_BYTES) {
		mcw_error("%s has records of %u bytes, this mcwctl reads %u" USE_THE_RIGHT_ONE,
			  path, bytes, MCW_RECORD_BYTES);
		return false;
	}
	return true;
}

int mcw_device_open(const char *path)
{
	/* Non-blocking: monitor waits in poll(), also for signals and for its output to close. */
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);

	if (fd >= 0) {
		if (device_check(fd, path))
			return fd;
		close(fd);
		return -1;
	}
	if (errno == ENOENT || errno == ENODEV || errno == ENXIO)
		mcw_error_no_module(path, errno);
	else
		mcw_error("cannot open %s: %s%s", path, strerror(errno),
			  mcw_error_who(errno, path));
	return -1;
}

static int compare(__u64 a, __u64 b)
{
	return (a > b) - (a < b);
}

static int by_event(const struct mcw_outcome *o, unsigned int lane, __u64 pos)
{
	int order = compare(o->of_lane, lane);

	return order ? order : compare(o->of_pos, pos);
}

int mcw_outcome_by_event(const struct mcw_record *a, const struct mcw_record *b)
{
	int order = by_event(&a->outcome, b->outcome.of_lane, b->outcome.of_pos);

	return order ? order : compare(a->head.pos, b->head.pos);
}

int mcw_outcome_by_page(const struct mcw_record *a, const struct mcw_record *b)
{
	int order = compare(a->outcome.page, b->outcome.page);

	return order ? order : compare(a->head.pos, b->head.pos);
}

int mcw_outcome_by_page_and_time(const struct mcw_record *a, const struct mcw_record *b)
{
	int order = compare(a->outcome.page, b->outcome.page);

	if (!order)
		order = compare(a->head.wall_ns, b->head.wall_ns);
	return order ? order : compare(a->head.pos, b->head.pos);
}

bool mcw_outcomes_add(struct mcw_outcomes *o, const struct mcw_record *rec)
{
	if (o->count == o->room) {
		size_t room = o->room ? 2 * o->room : 256;
		void *records = reallocarray(o->records, room, sizeof(*rec));

		if (!records) {
			mcw_error("no memory for %zu outcomes", room);
			return false;
		}
		o->records = records;
		o->room = room;
	}
	o->records[o->count++] = *rec;
	return true;
}

void mcw_outcomes_sort(struct mcw_outcomes *o, mcw_outcome_order order)
{
	if (o->count)
		qsort(o->records, o->count, sizeof(*o->records), (__compar_fn_t)order);
}

/* Reads at most as many records as the lanes hold. Later ones came while we were reading. */
static bool read_all(struct mcw_outcomes *o, int fd, const char *path)
{
	static struct mcw_record batch[RECORDS_A_READ];
	const __u32 notices = 1U << MCW_LANE_NOTICE;
	struct mcw_lanes lanes;
	__u64 left = 0;

	/* Read only this lane: in others, a severe record would count as read. */
	if (ioctl(fd, MCW_IOC_WANT, &notices) && errno != ENOTTY) {
		mcw_error("cannot choose the lane of outcomes of %s: %s", path, strerror(errno));
		return false;
	}
	if (ioctl(fd, MCW_IOC_LANES, &lanes)) {
		mcw_error("cannot get the counters of %s: %s", path, strerror(errno));
		return false;
	}
	for (unsigned int lane = 0; lane < MCW_LANES; lane++)
		left += lanes.lane[lane].size;
	while (left) {
		ssize_t bytes = read(fd, batch, sizeof(batch));

		if (bytes < 0 && errno == EAGAIN)
			return true;
		/* EPIPE: records were lost. Who prints the records counts them; we do not. */
		if (bytes < 0 && (errno == EPIPE || errno == EINTR))
			continue;
		if (bytes <= 0) {
			mcw_error("cannot read %s: %s", path, strerror(errno));
			return false;
		}
		for (size_t i = 0; i < (size_t)bytes / MCW_RECORD_BYTES; i++, left -= !!left)
			if (batch[i].head.type == MCW_OUTCOME && !mcw_outcomes_add(o, &batch[i]))
				return false;
	}
	return true;
}

bool mcw_outcomes_read(struct mcw_outcomes *o, const char *path, mcw_outcome_order order)
{
	int fd = mcw_device_open(path);
	bool good;

	if (fd < 0)
		return false;
	good = read_all(o, fd, path);
	close(fd);
	mcw_outcomes_sort(o, order);
	return good;
}

void mcw_outcomes_free(struct mcw_outcomes *o)
{
	free(o->records);
	memset(o, 0, sizeof(*o));
}

size_t mcw_outcomes_of(const struct mcw_outcomes *o, unsigned int lane, __u64 pos)
{
	size_t low = 0, high = o->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (by_event(&o->records[middle].outcome, lane, pos) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static bool rows_add(struct mcw_event_count_rows *all, const struct mcw_event_counts *part)
{
	void *rows = reallocarray(all->rows, all->count + part->count, sizeof(*all->rows));

	if (!rows) {
		mcw_error("no memory for %zu rows", all->count + part->count);
		return false;
	}
	all->rows = rows;
	memcpy(all->rows + all->count, part->rows, part->count * sizeof(*all->rows));
	all->count += part->count;
	return true;
}

bool mcw_event_counts_read(struct mcw_event_count_rows *all, const char *path)
{
	int fd = mcw_device_open(path);
	struct mcw_event_counts part = { .row = 0 };
	bool good = fd >= 0;

	while (good) {
		good = !ioctl(fd, MCW_IOC_EVENT_COUNTS, &part);
		if (!good)
			mcw_error("cannot get the counts of events from %s: %s", path,
				  strerror(errno));
		else if (part.count)
			good = rows_add(all, &part);
		if (!part.count)
			break;
	}
	if (fd >= 0)
		close(fd);
	return good;
}

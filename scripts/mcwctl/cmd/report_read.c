// SPDX-License-Identifier: GPL-2.0
/*
 * Reads what a report is made of: the device and this machine, a recording, or a directory of
 * recordings.
 */
#include "cmd/report.h"

#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#include "cmd/diagnosis.h"
#include "cmd/limits_file.h"
#include "decode/cpu.h"
#include "decode/decode.h"
#include "diagnose/limits.h"
#include "error.h"
#include "source/file_reader.h"
#include "source/recordings.h"
#include "source/stream.h"
#include "source/sysfs.h"

/* Adds a record to those that are kept. Return: false without memory. */
static bool keep(struct report_newest *n, const struct mcw_record *rec)
{
	if (!n->records) {
		n->records = calloc(REPORT_RECORDS, sizeof(*n->records));
		if (!n->records) {
			mcw_error("no memory for %u records", REPORT_RECORDS);
			return false;
		}
	}
	n->records[n->all++ % REPORT_RECORDS] = *rec;
	return true;
}

static const char *vendor_name(unsigned int vendor)
{
	switch (vendor) {
	case MCW_VENDOR_INTEL:
		return "Intel";
	case MCW_VENDOR_AMD:
		return "AMD";
	case MCW_VENDOR_HYGON:
		return "Hygon";
	default:
		return "unknown make";
	}
}

/* What the records say of the CPU, where the machine itself is not there to be asked. */
static void cpu_take(struct report *r, const struct mcw_event *ev)
{
	if (!r->cpu[0] && cpu_is_known(ev))
		snprintf(r->cpu, sizeof(r->cpu), "%s family 0x%x model 0x%x stepping %u",
			 vendor_name(ev->regs.cpuvendor), cpu_family(ev), cpu_model(ev),
			 cpu_stepping(ev));
	if (r->o->file && ev->regs.microcode)
		snprintf(r->microcode, sizeof(r->microcode), "0x%x", ev->regs.microcode);
}

/* Without a page, only what was decided about a severe error is of interest. */
static bool is_of_interest(const struct mcw_outcome *o)
{
	return o->page != MCW_NO_PAGE || o->of_lane == MCW_LANE_SEVERE;
}

static bool take(struct report *r, const struct mcw_record *rec)
{
	struct mcw_location_whole whole;

	switch (rec->head.type) {
	case MCW_EVENT:
		cpu_take(r, &rec->event);
		return mcw_report_event(r, rec) &&
		       keep(rec->head.lane == MCW_LANE_SEVERE ? &r->severe : &r->others, rec);
	case MCW_OUTCOME:
		mcw_report_outcome(r, rec);
		return !is_of_interest(&rec->outcome) || keep(&r->outcomes, rec);
	case MCW_VICTIM:
		return keep(&r->victims, rec);
	case MCW_STORM:
		r->storms++;
		return true;
	case MCW_LOCATION:
		return !mcw_location_take(&r->join, rec, &whole) || mcw_report_location(r, &whole);
	default:
		return true;
	}
}

static void losses_take(struct report *r, struct mcw_stream *s)
{
	for (unsigned int lane = 0; lane < MCW_LANES; lane++) {
		r->older[lane] += s->lost[lane].older;
		s->lost[lane].older = 0;
		r->lost[lane] += s->lost[lane].lost;
		mcw_lost_said(&s->lost[lane]);
	}
}

static enum mcw_step record_take(struct mcw_stream *s, const struct mcw_record *rec)
{
	struct report *r = s->self;

	losses_take(r, s);
	if (!r->first_ns || rec->head.wall_ns < r->first_ns)
		r->first_ns = rec->head.wall_ns;
	if (rec->head.wall_ns > r->last_ns)
		r->last_ns = rec->head.wall_ns;
	return take(r, rec) ? MCW_STEP_MORE : MCW_STEP_FAILED;
}

static enum mcw_step end_take(struct mcw_stream *s, const struct mcw_end *end)
{
	(void)end;
	losses_take(s->self, s);
	return MCW_STEP_MORE;
}

static bool locations_end(struct report *r)
{
	struct mcw_location_whole whole;

	while (mcw_location_left(&r->join, &whole))
		if (!mcw_report_location(r, &whole))
			return false;
	return true;
}

static enum mcw_step session_take(struct mcw_stream *s, const struct mcw_session *session,
				  bool fresh)
{
	struct report *r = s->self;

	r->sessions++;
	if (r->host[0] && strcmp(r->host, session->host))
		mcw_error("%s: is of another machine than what stands before it: %s, not %s",
			  s->file, session->host, r->host);
	snprintf(r->host, sizeof(r->host), "%s", session->host);
	snprintf(r->release, sizeof(r->release), "%s", session->release);
	snprintf(r->module, sizeof(r->module), "version %u of the ABI", session->abi);
	if (fresh && !locations_end(r))
		return MCW_STEP_FAILED;
	r->loads += fresh;
	return MCW_STEP_MORE;
}

static enum mcw_step dimm_take(struct mcw_stream *s, const struct mcw_dimm_entry *dimm)
{
	struct report *r = s->self;
	size_t before = dimm->number ? r->dimms.count : 0;

	if (!mcw_dimms_take(&r->dimms, dimm))
		return MCW_STEP_FAILED;
	return before == r->dimms.count || mcw_report_dimm(r, before) ? MCW_STEP_MORE :
									MCW_STEP_FAILED;
}

static const struct mcw_consumer consumer = {
	.record = record_take,
	.end = end_take,
	.session = session_take,
	.dimm = dimm_take,
};

/* A damaged recording has a page too, which says so. */
static bool recording_read(struct report *r, const char *path)
{
	struct mcw_stream s = { .consumer = &consumer,
				.self = r,
				.path = path,
				.since_ns = r->o->filter.since_ns,
				.output = -1 };
	unsigned int sessions = r->sessions;

	if (mcw_stream_replay(&s) == MCW_STEP_FAILED) {
		if (r->sessions == sessions)
			return false;
		r->damaged = true;
	}
	losses_take(r, &s);
	r->recordings += mcw_recordings_is_directory(path) ? mcw_recordings_of(path)->count : 1;
	return locations_end(r);
}

/* A recording, or all of a directory. Those from standard input cannot be read a second time. */
static bool recordings_read(struct report *r)
{
	struct mcw_recordings all = { .count = 0 };
	bool good = mcw_recordings_add(&all, r->o->file);

	mcw_recordings_sort(&all);
	r->skipped = all.skipped;
	for (size_t i = 0; good && i < all.count; i++) {
		good = recording_read(r, all.files[i].path);
		if (good && strcmp(all.files[i].path, "-"))
			mcw_diagnosis_replay_file(r->diagnosis, all.files[i].path,
						  r->o->filter.since_ns, true);
	}
	mcw_recordings_free(&all);
	return good;
}

/* A line "name : value" of the first CPU. */
static void cpuinfo_read(const char *name, char *value, size_t size)
{
	FILE *file = fopen("/proc/cpuinfo", "re");
	size_t length = strlen(name);
	char line[256];

	while (file && fgets(line, sizeof(line), file)) {
		const char *colon = strchr(line, ':');

		if (strncmp(line, name, length) || !colon)
			continue;
		snprintf(value, size, "%.*s", (int)strcspn(colon + 1, "\n"), colon + 1);
		memmove(value, value + strspn(value, " "), strlen(value + strspn(value, " ")) + 1);
		break;
	}
	if (file)
		fclose(file);
}

static bool machine_read(struct report *r)
{
	char value[MCW_VALUE_BYTES] = "";
	struct utsname uts;

	if (!uname(&uts)) {
		snprintf(r->host, sizeof(r->host), "%s", uts.nodename);
		snprintf(r->release, sizeof(r->release), "%s", uts.release);
	}
	cpuinfo_read("model name", r->cpu, sizeof(r->cpu));
	cpuinfo_read("microcode", r->microcode, sizeof(r->microcode));
	if (mcw_sysfs_exists(r->o->sysfs, "version") &&
	    mcw_sysfs_value(r->o->sysfs, "version", value))
		snprintf(r->module, sizeof(r->module), "%.70s", value);
	r->has_losses = mcw_sysfs_exists(r->o->sysfs, "stats/lost") &&
			mcw_losses_read(r->o, &r->losses);
	if (!mcw_dimms_read(&r->dimms, r->o->edac, r->o->dmi))
		return false;
	for (size_t i = 0; i < r->dimms.count; i++)
		if (!mcw_report_dimm(r, i))
			return false;
	return true;
}

static bool device_read(struct report *r)
{
	struct mcw_stream s = { .consumer = &consumer,
				.self = r,
				.path = r->o->device,
				.since_ns = r->o->filter.since_ns,
				.may_map = true,
				.output = -1 };
	enum mcw_step step;

	if (!machine_read(r) || !mcw_stream_open(&s))
		return false;
	r->loads = 1;
	step = mcw_stream_finish(&s);
	losses_take(r, &s);
	mcw_stream_close(&s);
	return step != MCW_STEP_FAILED && locations_end(r) &&
	       mcw_diagnosis_read(r->diagnosis, r->o);
}

bool mcw_report_read(struct report *r)
{
	struct mcw_limits limits;
	bool good;

	if (!mcw_limits_read(&limits, NULL))
		return false;
	r->diagnosis = mcw_diagnosis_new(&limits);
	if (!r->diagnosis)
		return false;
	good = r->o->file ? recordings_read(r) : device_read(r);
	if (good)
		mcw_report_dimms_end(r);
	return good;
}

void mcw_report_free(struct report *r)
{
	free(r->diagnosis);
	for (size_t i = 0; i < r->board_count; i++)
		free(r->boards[i].cells);
	free(r->boards);
	free(r->parts);
	free(r->known);
	free(r->severe.records);
	free(r->others.records);
	free(r->victims.records);
	free(r->outcomes.records);
	mcw_dimms_free(&r->dimms);
}

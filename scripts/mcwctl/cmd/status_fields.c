// SPDX-License-Identifier: GPL-2.0
/*
 * mcwctl status: the table of fields, which is read from sysfs, and printed as lines and as JSON.
 */
#include "cmd/status.h"

#undef NDEBUG
#include <assert.h>
#include <string.h>

#include "decode/decode.h"
#include "show/json_writer.h"

#define KERNEL_TOLERANT	"../machinecheck/machinecheck0/tolerant"
#define IGNORE_CE	"../machinecheck/machinecheck0/ignore_ce"
#define BEFORE		"stats/before_load/"
#define MCGCAP_BANKS	0xff

enum kind {
	KIND_TEXT,
	KIND_NUMBER,
	KIND_COUNT,	/* a number whose unit has an "s", except for 1 */
	KIND_REGISTER,
	KIND_FLAG,
};

struct field {
	const char *file;	/* below the module's directory; NULL: see write */
	const char *key;	/* in JSON; NULL: not in it */
	enum kind kind;
	/* For people: its line, and what stands before and after the value there. */
	enum mcw_status_line line;
	const char *label;
	const char *unit;
	/* NULL: the file is always there. Looks at fields that stand above, if at any. */
	bool (*is_there)(const struct mcw_options *o, const struct mcw_status *s);
	/* In place of a file: writes one member of the object, which has many values. */
	void (*write)(struct mcw_json *json, const struct mcw_status *s);
};

const char *const mcw_lane_counters[MCW_LANE_COUNTERS] = {
	"committed", "refused", "dropped", "overwritten", "skipped",
};

/* Where the kernel's file is not the module's, it is the kernel's own. */
static bool has_kernel_tolerant(const struct mcw_options *o, const struct mcw_status *s)
{
	return !mcw_field_number(s, "in_place/tolerant") &&
	       mcw_sysfs_exists(o->sysfs, KERNEL_TOLERANT);
}

static bool has_ignore_ce(const struct mcw_options *o, const struct mcw_status *s)
{
	(void)s;
	return mcw_sysfs_exists(o->sysfs, IGNORE_CE);
}

/* Not there: the module is older than the file. */
static bool has_grading(const struct mcw_options *o, const struct mcw_status *s)
{
	(void)s;
	return mcw_sysfs_exists(o->sysfs, "kernel_grading/generation");
}

/* The files give an error where the module could not read /proc/interrupts. */
static bool has_before(const struct mcw_options *o, const struct mcw_status *s)
{
	char path[512], value[MCW_VALUE_BYTES];

	(void)s;
	return snprintf(path, sizeof(path), "%s/" BEFORE "exceptions", o->sysfs) <
		       (int)sizeof(path) &&
	       !mcw_line_read(path, value);
}

/* The file gives an error where there is no such register. */
static bool has_mcgctl(const struct mcw_options *o, const struct mcw_status *s)
{
	(void)o;
	return mcw_field_number(s, "mcg_cap") & MCW_MCGCAP_CTL_P;
}

static void write_bank_count(struct mcw_json *json, const struct mcw_status *s)
{
	mcw_json_number(json, "banks", mcw_field_number(s, "mcg_cap") & MCGCAP_BANKS);
}

static void write_lanes(struct mcw_json *json, const struct mcw_status *s)
{
	mcw_json_begin_object(json, "stats");
	for (unsigned int lane = 0; lane < MCW_LANES; lane++) {
		mcw_json_begin_object(json, mcw_lane_name(lane));
		for (size_t i = 0; i < MCW_LANE_COUNTERS; i++)
			mcw_json_number(json, mcw_lane_counters[i], s->lanes[lane][i]);
		mcw_json_end_object(json);
	}
	mcw_json_end_object(json);
}

static void write_losses(struct mcw_json *json, const struct mcw_status *s)
{
	mcw_losses_json(json, &s->losses);
}

static void write_edac(struct mcw_json *json, const struct mcw_status *s)
{
	mcw_edac_seen_json(json, &s->edac);
}

static void write_fake_panic(struct mcw_json *json, const struct mcw_status *s)
{
	if (s->fake_panic == MCW_FAKE_PANIC_UNKNOWN)
		mcw_json_null(json, "fake_panic");
	else
		mcw_json_bool(json, "fake_panic", s->fake_panic == MCW_FAKE_PANIC_ON);
}

static void write_switches(struct mcw_json *json, const struct mcw_status *s)
{
	mcw_switches_json(json, &s->switches);
}

static void write_cpus(struct mcw_json *json, const struct mcw_status *s)
{
	mcw_cpus_json(json, &s->cpus);
}

static void write_differ(struct mcw_json *json, const struct mcw_status *s)
{
	mcw_banks_json(json, &s->banks);
}

static void write_bank_rows(struct mcw_json *json, const struct mcw_status *s)
{
	mcw_bank_rows_json(json, &s->rows);
}

#define VALUE(KIND, FILE, KEY)	.file = FILE, .key = KEY, .kind = KIND
#define TEXT(FILE, KEY)		VALUE(KIND_TEXT, FILE, KEY)
#define NUMBER(FILE, KEY)	VALUE(KIND_NUMBER, FILE, KEY)
#define COUNT(FILE, KEY)	VALUE(KIND_COUNT, FILE, KEY)
#define REGISTER(FILE, KEY)	VALUE(KIND_REGISTER, FILE, KEY)
#define FLAG(FILE, KEY)		VALUE(KIND_FLAG, FILE, KEY)
#define ON(LINE, LABEL, UNIT)	.line = MCW_LINE_##LINE, .label = LABEL, .unit = UNIT

/* In the order of JSON. Fields of one line are in that line's order. */
static const struct field fields[] = {
	{ TEXT("version", "version"), ON(VERSION, "", "") },
	{ TEXT("capture", "capture"), ON(VERSION, ", capture ", "") },
	{ REGISTER("mcg_cap", "mcg_cap"), ON(MCGCAP, "", "") },
	{ .write = write_bank_count },
	{ TEXT("kernel_grading/generation", "kernel_grading"), .is_there = has_grading },
	{ TEXT("kernel_grading/known_by", "kernel_grading_known_by"), .is_there = has_grading },
	{ .write = write_lanes },
	{ TEXT("location_sources", "location_sources") },
	{ .write = write_edac },
	{ .write = write_losses },
	{ NUMBER("stats/worker_missed", "worker_missed") },
	{ COUNT(BEFORE "exceptions", "exceptions_before_load"), ON(BEFORE, "", " exception"),
	  .is_there = has_before },
	{ COUNT(BEFORE "threshold_interrupts", "threshold_interrupts_before_load"),
	  ON(BEFORE, ", ", " threshold interrupt"), .is_there = has_before },
	{ COUNT(BEFORE "deferred_interrupts", "deferred_interrupts_before_load"),
	  ON(BEFORE, ", ", " deferred-error interrupt"), .is_there = has_before },
	{ NUMBER("page_ce_threshold", "page_ce_threshold") },
	{ NUMBER("page_ce_window", "page_ce_window") },
	{ FLAG("stats/soft_offline/ras_cec", "ras_cec") },
	{ FLAG("edac_sees_cec", "edac_sees_cec") },
	{ NUMBER("edac_sees_cec_rate", "edac_sees_cec_rate") },
	{ NUMBER("stats/edac_sees_cec/shown", "edac_sees_cec_shown"), ON(EDAC_SEES_CEC, "", "") },
	{ NUMBER("stats/edac_sees_cec/over_rate", "edac_sees_cec_over_rate"),
	  ON(EDAC_SEES_CEC, ", above edac_sees_cec_rate ", "") },
	{ NUMBER("stats/edac_sees_cec/stopped", "edac_sees_cec_stopped") },
	{ FLAG("in_place/tolerant", NULL) },
	{ NUMBER("tolerant", "tolerant"), ON(KNOBS, "", "") },
	{ NUMBER(KERNEL_TOLERANT, "kernel_tolerant"), ON(KNOBS, " (the kernel's own ", ")"),
	  .is_there = has_kernel_tolerant },
	{ .write = write_fake_panic },
	{ TEXT("trigger", "trigger"), ON(TRIGGER, "", "") },
	{ COUNT("stats/trigger/runs", "trigger_runs"), ON(TRIGGER, ": run ", " time") },
	{ NUMBER("stats/trigger/put_off", "trigger_put_off"), ON(TRIGGER, ", put off ", "") },
	{ NUMBER("stats/trigger/failed", "trigger_failed"), ON(TRIGGER, ", failed ", "") },
	{ NUMBER("stats/storms", "storms"),
	  ON(STORMS, "", " began; one that ran at load is not seen") },
	{ NUMBER("stats/storm_polls", "storm_polls"), ON(STORMS, "; polls while throttled ", "") },
	{ .write = write_cpus },
	{ NUMBER("check_interval", "check_interval") },
	{ NUMBER("stats/polls", "polls") },
	{ NUMBER("stats/bank_drift", "bank_drift"), ON(DRIFT, "", "") },
	{ FLAG(IGNORE_CE, "ignore_ce"), .is_there = has_ignore_ce },
	{ TEXT("poll_banks", "poll_banks") },
	{ TEXT("polled_banks", "polled_banks") },
	{ TEXT("firmware_banks", "firmware_banks"), ON(FIRMWARE, "", "") },
	{ .write = write_differ },
	{ TEXT("recovery", "recovery"), ON(KNOBS, "; recovery ", "") },
	{ TEXT("mcg_ctl", "mcg_ctl"), .is_there = has_mcgctl },
	{ NUMBER("grace_ms", "grace_ms"), ON(KNOBS, ", grace ", " ms") },
	{ NUMBER("stats/recovery/budget_used", "budget_used"), ON(KNOBS, ", budget ", "") },
	{ NUMBER("page_budget", "page_budget"), ON(KNOBS, " of ", " used") },
	{ NUMBER("stats/recovery/kernel", "pages_kernel"), ON(PAGES, "kernel took ", "") },
	{ NUMBER("stats/recovery/kernel_failed", "pages_kernel_failed"),
	  ON(PAGES, ", failed ", "") },
	{ NUMBER("stats/recovery/module", "pages_module"), ON(PAGES, "; module took ", "") },
	{ NUMBER("stats/recovery/failed", "pages_failed"), ON(PAGES, ", failed ", "") },
	{ NUMBER("stats/recovery/not_acted", "pages_not_acted"), ON(PAGES, "; left ", "") },
	{ NUMBER("stats/recovery/waiting", "pages_waiting"), ON(PAGES, ", waiting ", "") },
	{ NUMBER("stats/recovery/others", "pages_others"), ON(OTHERS, "", "") },
	{ NUMBER("stats/failure_calls/missed", "failure_calls_missed"),
	  ON(OTHERS, ", missed ", "") },
	{ COUNT("stats/victims/seen", "victims"), ON(VICTIMS, "", " task") },
	{ NUMBER("stats/soft_offline/tracked", "pages_counting"),
	  ON(CORRECTED_PAGES, "counting ", "") },
	{ NUMBER("stats/soft_offline/soft_offlined", "pages_soft_offlined"),
	  ON(CORRECTED_PAGES, ", soft-offlined ", "") },
	{ NUMBER("stats/soft_offline/failed", "pages_soft_failed"),
	  ON(CORRECTED_PAGES, ", failed ", "") },
	{ NUMBER("stats/soft_offline/not_acted", "pages_soft_not_acted"),
	  ON(CORRECTED_PAGES, ", not acted on ", "") },
	{ NUMBER("stats/soft_offline/reported", "pages_soft_reported") },
	{ NUMBER("stats/soft_offline/unreported", "pages_soft_unreported"),
	  ON(UNREPORTED, "", "") },
	{ .write = write_switches },
	{ .write = write_bank_rows },
};

#define FIELDS ARRAY_SIZE(fields)
_Static_assert(FIELDS <= MCW_FIELDS_MAX, "struct mcw_status has no room for all values");

static bool field_read(const struct field *f, struct mcw_value *v, const struct mcw_options *o)
{
	if (f->kind == KIND_TEXT)
		return mcw_sysfs_value(o->sysfs, f->file, v->text);
	return mcw_sysfs_number(o->sysfs, f->file, &v->number);
}

static bool lanes_read(struct mcw_status *s, const struct mcw_options *o)
{
	for (unsigned int lane = 0; lane < MCW_LANES; lane++) {
		for (size_t i = 0; i < MCW_LANE_COUNTERS; i++) {
			char name[64];

			snprintf(name, sizeof(name), "stats/%s/%s", mcw_lane_name(lane),
				 mcw_lane_counters[i]);
			if (!mcw_sysfs_number(o->sysfs, name, &s->lanes[lane][i]))
				return false;
		}
	}
	return true;
}

bool mcw_status_read(struct mcw_status *s, const struct mcw_options *o)
{
	memset(s, 0, sizeof(*s));
	for (size_t i = 0; i < FIELDS; i++) {
		const struct field *f = &fields[i];
		struct mcw_value *v = &s->values[i];

		v->there = f->file && (!f->is_there || f->is_there(o, s));
		if (v->there && !field_read(f, v, o))
			return false;
	}
	s->fake_panic = mcw_fake_panic_read(o->sysfs);
	if (!mcw_switches_read(MCW_VM_SWITCHES, &s->switches))
		return false;
	if (!lanes_read(s, o) || !mcw_losses_read(o, &s->losses) ||
	    !mcw_edac_seen_read(o, &s->edac) || !mcw_cpus_read(o, &s->cpus) ||
	    !mcw_banks_read(o, &s->banks))
		return false;
	mcw_bank_rows_read(o, mcw_field_text(s, "firmware_banks"), &s->rows);
	mcw_findings_read(o, NULL, &s->findings);
	return true;
}

static const struct mcw_value *value_of(const struct mcw_status *s, const char *file)
{
	size_t i = 0;

	while (i < FIELDS && (!fields[i].file || strcmp(fields[i].file, file)))
		i++;
	assert(i < FIELDS);
	return &s->values[i];
}

__u64 mcw_field_number(const struct mcw_status *s, const char *file)
{
	return value_of(s, file)->number;
}

const char *mcw_field_text(const struct mcw_status *s, const char *file)
{
	return value_of(s, file)->text;
}

bool mcw_line_says(const struct mcw_status *s, enum mcw_status_line line)
{
	for (size_t i = 0; i < FIELDS; i++)
		if (fields[i].line == line && (s->values[i].number || s->values[i].text[0]))
			return true;
	return false;
}

static void field_print(FILE *out, const struct field *f, const struct mcw_value *v)
{
	fputs(f->label, out);
	if (f->kind == KIND_TEXT)
		fputs(v->text[0] ? v->text : "none", out);
	else if (f->kind == KIND_REGISTER)
		fprintf(out, "0x%016llx", v->number);
	else if (f->kind == KIND_FLAG)
		fputs(v->number ? "yes" : "no", out);
	else
		fprintf(out, "%llu", v->number);
	fputs(f->unit, out);
	if (f->kind == KIND_COUNT && v->number != 1)
		fputc('s', out);
}

void mcw_line_print(FILE *out, const struct mcw_status *s, enum mcw_status_line line)
{
	for (size_t i = 0; i < FIELDS; i++)
		if (fields[i].line == line && s->values[i].there)
			field_print(out, &fields[i], &s->values[i]);
}

static void field_write(struct mcw_json *json, const struct field *f, const struct mcw_value *v)
{
	/* A flag that is not there is not set. */
	if (f->kind == KIND_FLAG)
		mcw_json_bool(json, f->key, v->number);
	else if (!v->there)
		mcw_json_null(json, f->key);
	else if (f->kind == KIND_TEXT)
		mcw_json_string(json, f->key, v->text);
	else if (f->kind == KIND_REGISTER)
		mcw_json_register(json, f->key, v->number);
	else
		mcw_json_number(json, f->key, v->number);
}

void mcw_status_print_json(FILE *out, const struct mcw_status *s)
{
	struct mcw_json json;

	mcw_json_begin_line(&json, out);
	for (size_t i = 0; i < FIELDS; i++) {
		if (fields[i].write)
			fields[i].write(&json, s);
		else if (fields[i].key)
			field_write(&json, &fields[i], &s->values[i]);
	}
	mcw_json_end_line(&json);
}

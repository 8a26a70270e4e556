// SPDX-License-Identifier: GPL-2.0
/*
 * mcwctl status: the threshold interrupts of each CPU, their storms, and CPUs that differ.
 */
#define _GNU_SOURCE
#include "cmd/status_cpus.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cmd/command.h"
#include "error.h"
#include "show/json_writer.h"
#include "show/ranges.h"
#include "source/sysfs.h"

#define NS_PER_S	1000000000ULL
#define BANKS		64
#define NAME_BYTES	64
/* Limits for large machines, so that all of status fits a screen. */
#define ROWS_MAX	4
#define STORMS_MAX	2

/* The files of stats/cpu<N>/. */
static const char *const names[] = {
	"interrupts", "unowned",     "records",   "ns_min",  "ns_mean",		"ns_max",
	"last",	      "storm_banks", "throttled", "mcg_cap", "storm_all_banks",
};

enum {
	INTERRUPTS,
	UNOWNED,
	RECORDS,
	NS_MIN,
	NS_MEAN,
	NS_MAX,
	LAST,
	STORM_BANKS,
	THROTTLED,
	MCG_CAP,
	STORM_ALL_BANKS,
	VALUES,
};

struct mcw_cpu {
	unsigned int number;
	__u64 value[VALUES];
};

static bool number_of(const char *name, unsigned int *number)
{
	char end;

	return sscanf(name, "cpu%u%c", number, &end) == 1;
}

static int is_cpu(const struct dirent *entry)
{
	unsigned int number;

	return number_of(entry->d_name, &number);
}

static bool cpu_read(const struct mcw_options *o, struct mcw_cpu *cpu)
{
	char name[NAME_BYTES];

	for (size_t i = 0; i < VALUES; i++) {
		snprintf(name, sizeof(name), "stats/cpu%u/%s", cpu->number, names[i]);
		if (!mcw_sysfs_number(o->sysfs, name, &cpu->value[i]))
			return false;
	}
	return true;
}

/* Finds the numbers of the CPUs. Prints what is wrong. */
static bool cpus_find(const struct mcw_options *o, struct mcw_cpus *cpus)
{
	struct dirent **entries = NULL;
	char path[512];
	int n;

	snprintf(path, sizeof(path), "%s/stats", o->sysfs);
	n = scandir(path, &entries, is_cpu, versionsort);
	if (n >= 0)
		cpus->cpu = calloc(n + 1, sizeof(*cpus->cpu));
	if (!cpus->cpu)
		mcw_error("cannot read %s: %s", path, strerror(errno));
	for (int i = 0; i < n; i++) {
		if (cpus->cpu)
			number_of(entries[i]->d_name, &cpus->cpu[cpus->n++].number);
		free(entries[i]);
	}
	free(entries);
	return cpus->cpu;
}

bool mcw_cpus_read(const struct mcw_options *o, struct mcw_cpus *cpus)
{
	*cpus = (struct mcw_cpus){ .cpu = NULL };
	if (!cpus_find(o, cpus))
		return false;
	for (size_t i = 0; i < cpus->n; i++) {
		if (!cpu_read(o, &cpus->cpu[i]))
			return false;
	}
	return true;
}

__u64 mcw_cpus_interrupts(const struct mcw_cpus *cpus)
{
	__u64 all = 0;

	for (size_t i = 0; i < cpus->n; i++)
		all += cpus->cpu[i].value[INTERRUPTS];
	return all;
}

void mcw_cpus_free(struct mcw_cpus *cpus)
{
	free(cpus->cpu);
}

/* With the number and the time, the columns fit a screen. */
static int width_of(size_t column)
{
	if (column == LAST)
		return 0;
	return column == INTERRUPTS ? 10 : 8;
}

static void row_print(FILE *out, const struct mcw_cpu *cpu)
{
	time_t last = cpu->value[LAST] / NS_PER_S;
	char text[64] = "";
	struct tm tm;

	if (localtime_r(&last, &tm) && !strftime(text, sizeof(text), "%m-%d %T", &tm))
		text[0] = '\0';
	fprintf(out, "%-3u", cpu->number);
	for (size_t i = INTERRUPTS; i < LAST; i++)
		fprintf(out, " %*llu", width_of(i), cpu->value[i]);
	fprintf(out, " %s\n", text);
}

static bool busier(const struct mcw_cpu *a, const struct mcw_cpu *b)
{
	if (a->value[INTERRUPTS] != b->value[INTERRUPTS])
		return a->value[INTERRUPTS] > b->value[INTERRUPTS];
	return a->number < b->number;
}

/* The CPU with the most interrupts, or the next one after it; NULL: no more have any. */
static const struct mcw_cpu *busiest_after(const struct mcw_cpus *cpus, const struct mcw_cpu *one)
{
	const struct mcw_cpu *found = NULL;

	for (size_t i = 0; i < cpus->n; i++) {
		const struct mcw_cpu *cpu = &cpus->cpu[i];

		if (cpu->value[INTERRUPTS] && (!one || busier(one, cpu)) &&
		    (!found || busier(cpu, found)))
			found = cpu;
	}
	return found;
}

static void rows_print(FILE *out, const struct mcw_cpus *cpus, size_t rows)
{
	const struct mcw_cpu *cpu = busiest_after(cpus, NULL);
	__u64 interrupts = 0;
	size_t more = 0;

	fprintf(out, "%-3s", "CPU");
	for (size_t i = INTERRUPTS; i <= LAST; i++)
		fprintf(out, " %*s", width_of(i), names[i]);
	fputc('\n', out);
	for (; cpu && rows; rows--, cpu = busiest_after(cpus, cpu))
		row_print(out, cpu);
	for (; cpu; cpu = busiest_after(cpus, cpu)) {
		interrupts += cpu->value[INTERRUPTS];
		more++;
	}
	if (more)
		fprintf(out, "and %zu more CPUs with %llu interrupts: see --json\n", more,
			interrupts);
}

/* Prints where a storm of all banks runs. Return: whether there is one. */
static bool storms_of_all_print(FILE *out, const struct mcw_cpus *cpus, const char *heading)
{
	struct mcw_list all = { .count = 0 };

	for (size_t i = 0; i < cpus->n; i++)
		if (cpus->cpu[i].value[STORM_ALL_BANKS])
			mcw_list_add(&all, cpus->cpu[i].number);
	if (all.count)
		fprintf(out, "%snow in all banks on CPU %s", heading, all.text);
	return all.count;
}

/* CPUs with storms in the same banks are printed together. Return: whether there are any. */
static bool storms_print(FILE *out, const struct mcw_cpus *cpus, const char *heading)
{
	size_t groups = storms_of_all_print(out, cpus, heading), more = 0;

	for (size_t i = 0; i < cpus->n; i++) {
		__u64 storms = cpus->cpu[i].value[STORM_BANKS];
		struct mcw_list same = { .count = 0 }, banks = { .count = 0 };
		bool told = !storms;

		for (size_t j = 0; j < i && !told; j++)
			told = cpus->cpu[j].value[STORM_BANKS] == storms;
		if (told)
			continue;
		for (size_t j = i; j < cpus->n; j++)
			if (cpus->cpu[j].value[STORM_BANKS] == storms)
				mcw_list_add(&same, cpus->cpu[j].number);
		for (unsigned int bank = 0; bank < BANKS; bank++)
			if (storms >> bank & 1)
				mcw_list_add(&banks, bank);
		if (!groups)
			fputs(heading, out);
		if (groups++ < STORMS_MAX)
			fprintf(out, "%s bank %s on CPU %s", groups > 1 ? ";" : "now in",
				banks.text, same.text);
		else
			more += same.count;
	}
	if (more)
		fprintf(out, "; on %zu more CPUs: see --json", more);
	return groups;
}

bool mcw_cpus_storms_print(FILE *out, const struct mcw_cpus *cpus, const char *heading)
{
	struct mcw_list throttled = { .count = 0 };
	bool storms = storms_print(out, cpus, heading);

	for (size_t i = 0; i < cpus->n; i++)
		if (cpus->cpu[i].value[THROTTLED])
			mcw_list_add(&throttled, cpus->cpu[i].number);
	if (throttled.count)
		fprintf(out, "%sthrottled by the kernel: CPU %s", storms ? "; " : heading,
			throttled.text);
	if (storms || throttled.count)
		fputc('\n', out);
	return storms || throttled.count;
}

/* One group of CPUs a line; a CPU that was not online since the load has no value. */
static void capabilities_print(FILE *out, const struct mcw_cpus *cpus)
{
	size_t groups = 0, more = 0;
	struct mcw_list first = { .count = 0 };
	__u64 first_cap = 0;

	for (size_t i = 0; i < cpus->n; i++) {
		__u64 cap = cpus->cpu[i].value[MCG_CAP];
		struct mcw_list same = { .count = 0 };
		bool told = !cap;

		for (size_t j = 0; j < i && !told; j++)
			told = cpus->cpu[j].value[MCG_CAP] == cap;
		if (told)
			continue;
		for (size_t j = i; j < cpus->n; j++)
			if (cpus->cpu[j].value[MCG_CAP] == cap)
				mcw_list_add(&same, cpus->cpu[j].number);
		if (!groups) {
			first = same;
			first_cap = cap;
		} else if (groups == 1) {
			fprintf(out, "warning: the CPUs differ in MCG_CAP: 0x%llx on CPU %s,\n",
				first_cap, first.text);
			fprintf(out, "0x%llx on CPU %s", cap, same.text);
		} else {
			more += same.count;
		}
		groups++;
	}
	if (more)
		fprintf(out, ", others on %zu more: see --json", more);
	if (groups > 1)
		fputc('\n', out);
}

void mcw_cpus_print(FILE *out, const struct mcw_cpus *cpus)
{
	size_t active = 0;

	mcw_cpus_storms_print(out, cpus, "          ");
	for (size_t i = 0; i < cpus->n; i++)
		active += cpus->cpu[i].value[INTERRUPTS] != 0;
	if (active)
		rows_print(out, cpus, active > ROWS_MAX ? ROWS_MAX - 1 : active);
	else
		fputs("threshold interrupts: none so far\n", out);
	capabilities_print(out, cpus);
}

static void cpu_write(struct mcw_json *json, const struct mcw_cpu *cpu)
{
	mcw_json_begin_object(json, NULL);
	mcw_json_number(json, "cpu", cpu->number);
	for (size_t i = INTERRUPTS; i <= LAST; i++)
		mcw_json_number(json, names[i], cpu->value[i]);
	mcw_json_begin_array(json, names[STORM_BANKS]);
	for (unsigned int bank = 0; bank < BANKS; bank++)
		if (cpu->value[STORM_BANKS] >> bank & 1)
			mcw_json_number(json, NULL, bank);
	mcw_json_end_array(json);
	mcw_json_bool(json, names[STORM_ALL_BANKS], cpu->value[STORM_ALL_BANKS]);
	mcw_json_bool(json, names[THROTTLED], cpu->value[THROTTLED]);
	mcw_json_register(json, names[MCG_CAP], cpu->value[MCG_CAP]);
	mcw_json_end_object(json);
}

void mcw_cpus_json(struct mcw_json *json, const struct mcw_cpus *cpus)
{
	mcw_json_begin_array(json, "cpus");
	for (size_t i = 0; i < cpus->n; i++)
		cpu_write(json, &cpus->cpu[i]);
	mcw_json_end_array(json);
}

// SPDX-License-Identifier: GPL-2.0
/*
 * mcwctl status: the threshold interrupts of each CPU, and their storms.
 */
#define _GNU_SOURCE
#include "mcwctl_cpus.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "mcwctl.h"

#define NS_PER_S	1000000000ULL
#define BANKS		64
#define NAME_BYTES	64
/* What of a large machine still leaves the screen to the rest. */
#define ROWS_MAX	8

/* The files of stats/cpu<N>/. */
static const char *const names[] = {
	"interrupts", "unowned", "records",	"ns_min",    "ns_mean",
	"ns_max",     "last",	 "storm_banks", "throttled",
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
		if (!mcw_sysfs_number(o, name, &cpu->value[i]))
			return false;
	}
	return true;
}

/* The numbers of the CPUs; false where there is no memory or no directory. */
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
	if (!mcw_sysfs_number(o, "stats/storms", &cpus->storms) ||
	    !mcw_sysfs_number(o, "stats/storm_polls", &cpus->storm_polls) || !cpus_find(o, cpus))
		return false;
	for (size_t i = 0; i < cpus->n; i++) {
		if (!cpu_read(o, &cpus->cpu[i]))
			return false;
	}
	return true;
}

void mcw_cpus_free(struct mcw_cpus *cpus)
{
	free(cpus->cpu);
}

/* Together with the number and the time they fit a screen. */
static int width_of(size_t column)
{
	if (column == LAST)
		return 0;
	return column == INTERRUPTS ? 10 : 8;
}

static void row_print(const struct mcw_cpu *cpu)
{
	time_t last = cpu->value[LAST] / NS_PER_S;
	char text[64] = "";
	struct tm tm;

	if (localtime_r(&last, &tm) && !strftime(text, sizeof(text), "%m-%d %T", &tm))
		text[0] = '\0';
	printf("%-3u", cpu->number);
	for (size_t i = INTERRUPTS; i < LAST; i++)
		printf(" %*llu", width_of(i), cpu->value[i]);
	printf(" %s\n", text);
}

static void storms_print(const struct mcw_cpu *cpu)
{
	for (unsigned int bank = 0; bank < BANKS; bank++) {
		if (cpu->value[STORM_BANKS] >> bank & 1)
			printf("CPU %u bank %u: a storm is running\n", cpu->number, bank);
	}
	if (cpu->value[THROTTLED])
		printf("CPU %u: the kernel throttled the interrupts\n", cpu->number);
}

void mcw_cpus_print(const struct mcw_cpus *cpus)
{
	size_t rows = 0;

	puts("threshold interrupts, by CPU:");
	for (size_t i = 0; i < cpus->n; i++) {
		if (!cpus->cpu[i].value[INTERRUPTS])
			continue;
		if (rows >= ROWS_MAX && rows++)
			continue;
		if (!rows++) {
			printf("%-3s", "CPU");
			for (size_t j = INTERRUPTS; j <= LAST; j++)
				printf(" %*s", width_of(j), names[j]);
			putchar('\n');
		}
		row_print(&cpus->cpu[i]);
	}
	if (!rows)
		puts("none so far");
	if (rows > ROWS_MAX)
		printf("and %zu more CPUs: see --json\n", rows - ROWS_MAX);
	printf("storms: %llu; polls while the kernel throttled: %llu\n", cpus->storms,
	       cpus->storm_polls);
	puts("a storm that ran when the module was loaded is not seen");
	for (size_t i = 0; i < cpus->n; i++)
		storms_print(&cpus->cpu[i]);
}

static void cpu_print_json(const struct mcw_cpu *cpu)
{
	const char *before = "";

	printf("{\"cpu\":%u", cpu->number);
	for (size_t i = INTERRUPTS; i <= LAST; i++)
		printf(",\"%s\":%llu", names[i], cpu->value[i]);
	printf(",\"%s\":[", names[STORM_BANKS]);
	for (unsigned int bank = 0; bank < BANKS; bank++) {
		if (!(cpu->value[STORM_BANKS] >> bank & 1))
			continue;
		printf("%s%u", before, bank);
		before = ",";
	}
	printf("],\"%s\":%s}", names[THROTTLED], cpu->value[THROTTLED] ? "true" : "false");
}

void mcw_cpus_print_json(const struct mcw_cpus *cpus)
{
	printf("\"storms\":%llu,\"storm_polls\":%llu,\"cpus\":[", cpus->storms, cpus->storm_polls);
	for (size_t i = 0; i < cpus->n; i++) {
		if (i)
			putchar(',');
		cpu_print_json(&cpus->cpu[i]);
	}
	putchar(']');
}

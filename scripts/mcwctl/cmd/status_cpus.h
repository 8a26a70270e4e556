/* SPDX-License-Identifier: GPL-2.0 */
/*
 * mcwctl status: the threshold interrupts of each CPU, and their storms.
 */
#ifndef MCW_CMD_STATUS_CPUS_H
#define MCW_CMD_STATUS_CPUS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include <linux/types.h>

struct mcw_options;
struct mcw_cpu;
struct mcw_json;

struct mcw_cpus {
	struct mcw_cpu *cpu; /* by number */
	size_t n;
};

/* Prints what is wrong; what was read so far is freed by mcw_cpus_free() in any case. */
bool mcw_cpus_read(const struct mcw_options *o, struct mcw_cpus *cpus);
void mcw_cpus_print(FILE *out, const struct mcw_cpus *cpus);
/*
 * A line that says where storms run now, and on which CPUs the kernel has turned off the
 * interrupts. Return: false: there is no such thing, and no line.
 */
bool mcw_cpus_storms_print(FILE *out, const struct mcw_cpus *cpus, const char *heading);
/* Of all CPUs. */
__u64 mcw_cpus_interrupts(const struct mcw_cpus *cpus);
/* The member "cpus" of an object. */
void mcw_cpus_json(struct mcw_json *json, const struct mcw_cpus *cpus);
void mcw_cpus_free(struct mcw_cpus *cpus);

#endif /* MCW_CMD_STATUS_CPUS_H */

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A process of this machine, by /proc.
 *
 * All of a process is read through one descriptor of its directory. That stays the directory of the
 * same process: if the process ends, reading fails, whoever gets its number next.
 */
#ifndef MCW_SOURCE_PROCESS_H
#define MCW_SOURCE_PROCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include <linux/types.h>

/* pid: in the initial namespace, as in records. Return: its directory, or -1. */
int mcw_process_open(const char *proc, __u32 pid);

/* Reads a file up to size - 1 bytes, and ends it by 0. Return: how many bytes; -1. */
ssize_t mcw_process_file(int process, const char *name, char *text, size_t size);

/* When it started, in ticks of the clock since the boot. */
bool mcw_process_start(int process, unsigned long long *ticks);

/* Whether the process was there at a time of CLOCK_MONOTONIC. */
bool mcw_process_was_there(int process, __u64 mono_ns);
bool mcw_started_before(unsigned long long ticks, __u64 mono_ns);

#endif /* MCW_SOURCE_PROCESS_H */

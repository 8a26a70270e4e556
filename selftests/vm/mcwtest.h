/* SPDX-License-Identifier: GPL-2.0 */
/* The parts of mcwtest, the C helper inside the guest. */
#ifndef _MCWTEST_H
#define _MCWTEST_H

struct command {
	const char *name;
	int (*run)(int argc, char **argv); /* argv[0] is the name */
	const char *usage;
};

extern const struct command channel_commands[];
extern const struct command memory_commands[];
extern const struct command location_commands[];
extern const struct command record_commands[];
extern const struct command device_commands[];
extern const struct command device_iter_commands[];
extern const struct command device_map_commands[];
extern const struct command mcelog_commands[];
extern const struct command mcelog_reader_commands[];
extern const struct command cycle_commands[];
extern const struct command clean_commands[];
extern const struct command failing_commands[];
extern const struct command fill_commands[];
extern const struct command grade_commands[];
extern const struct command soak_commands[];
extern const struct command terminal_commands[];
extern const struct command journald_commands[];
extern const struct command privilege_commands[];
extern const struct command crash_kernel_commands[];
extern const struct command fuzz_commands[];

/* For a guest in the guest: inner.c */
int run_inner_mark(int argc, char **argv);
int run_inner_find(int argc, char **argv);

/* heartbeat.c */
int run_heartbeat(int argc, char **argv);

void fatal(const char *what);
void pin(int cpu);
void command_kernel(int cpu, const char *command);
void records_print(int fd);

#endif /* _MCWTEST_H */

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The options of the command line.
 */
#ifndef MCW_OPTIONS_H
#define MCW_OPTIONS_H

#include <stdio.h>

#include "cmd/command.h"

/*
 * Takes the options of one command out of argv[1..], in any order. The rest is
 * left as argv[1..*argc - 1], and as o->arguments.
 */
enum mcw_exit mcw_options_parse(struct mcw_options *o, const char *command_name,
				unsigned int command, int *argc, char **argv);

/* The options that a command takes, a line each. */
void mcw_options_print(FILE *out, unsigned int command);

#endif /* MCW_OPTIONS_H */

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The whole screen of a terminal, by the codes that all of them know. However the program ends,
 * but for SIGKILL, the terminal is as before: at signals that end it, at a crash and at exit().
 */
#ifndef MCW_CMD_TERMINAL_H
#define MCW_CMD_TERMINAL_H

#include <stdbool.h>

/* Whether standard output is a terminal that has a screen. */
bool mcw_terminal_there(void);

/*
 * Takes the screen, and keys without their echo; messages on standard error wait until it is given
 * back. Prints what is wrong.
 */
bool mcw_terminal_take(void);
void mcw_terminal_give_back(void);

/* Lets the shell have it for a while, as after ctrl-Z. */
void mcw_terminal_stop(void);

void mcw_terminal_size(unsigned int *rows, unsigned int *columns);

/* Replaces what is on the screen. Lines end in \n. Return: false: the terminal is gone. */
bool mcw_terminal_show(const char *text);

/* A key that was pressed; 0: none is left; -1: the terminal is gone. */
int mcw_terminal_key(void);

#endif /* MCW_CMD_TERMINAL_H */

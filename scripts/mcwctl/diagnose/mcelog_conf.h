/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a file of configuration of mcelog's says about conditions. Pure.
 */
#ifndef MCW_DIAGNOSE_MCELOG_CONF_H
#define MCW_DIAGNOSE_MCELOG_CONF_H

#include <stdbool.h>
#include <stddef.h>

struct mcw_conditions_conf;
struct mcw_limits_wrong;

/*
 * Changes what the file sets. Calls say for each value that has no counterpart, with the reason.
 * Return: false after the first line that mcelog would not read either; c is as before then.
 */
bool mcw_mcelog_conf_parse(struct mcw_conditions_conf *c, const char *text, size_t length,
			   void (*say)(void *arg, unsigned int line, const char *text), void *arg,
			   struct mcw_limits_wrong *wrong);

#endif /* MCW_DIAGNOSE_MCELOG_CONF_H */

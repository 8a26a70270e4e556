// SPDX-License-Identifier: GPL-2.0
/*
 * mcwctl conf: prints a configuration, checks one, or makes one of mcelog's.
 */
#include <stdlib.h>

#include "cmd/command.h"
#include "cmd/conditions_file.h"
#include "cmd/limits_file.h"
#include "diagnose/mcelog_conf.h"
#include "error.h"
#include "show/condition.h"

static void remark_say(void *arg, unsigned int line, const char *text)
{
	mcw_error("%s, line %u: %s", (const char *)arg, line, text);
}

static bool mcelog_read(struct mcw_conditions_conf *conf, const char *path)
{
	struct mcw_limits_wrong wrong;
	size_t length;
	char *text = mcw_config_text(path, &length);
	bool good = text &&
		    mcw_mcelog_conf_parse(conf, text, length, remark_say, (void *)path, &wrong);

	if (text && !good)
		mcw_error("%s, line %u: %s", path, wrong.line, wrong.text);
	free(text);
	return good;
}

enum mcw_exit mcw_conf_run(struct mcw_options *o)
{
	struct mcw_conditions_conf conf;
	struct mcw_limits limits;
	bool good;

	if (!!o->check + !!o->from_mcelog + !!o->config > 1) {
		mcw_error("give one of --check, --from-mcelog and --config" MCW_SEE_HELP);
		return MCW_EXIT_USAGE;
	}
	if (o->from_mcelog) {
		mcw_conditions_default(&conf);
		mcw_limits_default(&limits);
		good = mcelog_read(&conf, o->from_mcelog);
	} else {
		good = mcw_conditions_conf_read(&conf, &limits, o->check ? o->check : o->config);
	}
	if (good && !o->check)
		mcw_conf_print(stdout, &conf, &limits);
	return good ? MCW_EXIT_OK : MCW_EXIT_FAILED;
}

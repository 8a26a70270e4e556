// SPDX-License-Identifier: GPL-2.0
/*
 * A file of configuration. The one that is installed is what this prints of the defaults.
 */
#include "diagnose/conditions_conf.h"
#include "diagnose/limits.h"
#include "show/condition.h"

static void value_print(FILE *out, bool is_default, const char *name, const char *value)
{
	fprintf(out, "%s%s = %s\n", is_default ? "#" : "", name, value);
}

static void number_print(FILE *out, const char *name, __u32 value, __u32 normal)
{
	char text[16] = "off";

	if (value)
		snprintf(text, sizeof(text), "%u", value);
	value_print(out, value == normal, name, text);
}

static void time_print(FILE *out, const char *name, __u32 value, __u32 normal)
{
	char text[16];

	value_print(out, value == normal, name, mcw_window_text(value, text, sizeof(text)));
}

static void condition_print(FILE *out, const struct mcw_condition_conf *c,
			    const struct mcw_condition_about *about)
{
	fprintf(out, "\n# %s\n[%s]\n", about->means, about->name);
	number_print(out, "threshold", c->limit.threshold, about->normal.threshold);
	time_print(out, "window", c->limit.window_s, about->normal.window_s);
	value_print(out, c->log, "log", c->log ? "yes" : "no");
	value_print(out, c->metric, "metric", c->metric ? "yes" : "no");
	value_print(out, !c->program[0], "program", c->program[0] ? c->program : "none");
}

static void limits_print(FILE *out, const struct mcw_limits *limits)
{
	fputs("\n# What makes a fault; see mcwctl-faults(8).\n[diagnose]\n", out);
	for (unsigned int i = 0; i < MCW_LIMITS; i++) {
		const struct mcw_limit_about *about = mcw_limit_about(i);

		fprintf(out, "# %s\n", about->means);
		number_print(out, about->name, limits->value[i], about->normal);
	}
}

void mcw_conf_print(FILE *out, const struct mcw_conditions_conf *conf,
		    const struct mcw_limits *limits)
{
	struct mcw_conditions_conf normal;

	mcw_conditions_default(&normal);
	fputs("# /etc/mcewarden/mcewarden.conf: when something is done about errors. See "
	      "mcewarden.conf(5).\n"
	      "#\n"
	      "# mcwctl conf --check FILE says what is wrong in a file, and systemctl reload\n"
	      "# mcewarden-record has this one read again. Values in comments are the defaults.\n"
	      "#\n"
	      "# A condition fires once when there were so many errors (threshold) in so much time\n"
	      "# (window, such as 90s, 10m, 24h or 7d), and again only after there were fewer:\n"
	      "# threshold  1 to 1000000, or off\n"
	      "# window     1s to 365d\n"
	      "# log        yes: a line in the kernel's log\n"
	      "# metric     yes: mcwctl metrics has it\n"
	      "# program    the whole path of a program that is run, or none\n",
	      out);
	for (unsigned int i = 0; i < MCW_CONDITIONS; i++)
		condition_print(out, &conf->of[i], mcw_condition_about(i));
	fputs("\n# How many programs may run at the same time (1 to 16), and how long (1s to 1h).\n"
	      "[programs]\n",
	      out);
	number_print(out, "at_once", conf->programs, normal.programs);
	time_print(out, "timeout", conf->program_s, normal.program_s);
	limits_print(out, limits);
}

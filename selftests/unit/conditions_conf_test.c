// SPDX-License-Identifier: GPL-2.0
/* LINK: mcwctl */
/*
 * The sections of mcewarden.conf that are about conditions, what mcelog's file becomes, and that
 * the file that is installed is the one that mcwctl conf prints.
 */
#include <stdlib.h>
#include <string.h>

#include "diagnose/conditions_conf.h"
#include "diagnose/mcelog_conf.h"
#include "ktap.h"
#include "show/condition.h"

#define INSTALLED "scripts/host/mcewarden.conf"

static struct mcw_conditions_conf conf;
static struct mcw_limits_wrong wrong;
static char said[2000];
static bool good; /* what is asked for */

static bool parse(const char *text)
{
	mcw_conditions_default(&conf);
	return mcw_conditions_parse(&conf, text, strlen(text), &wrong);
}

static void test_defaults(void)
{
	ktap_result(parse("") && parse("\n# x\n; y\n\t\n\t# z\r\n"), "nothing is a file");
	for (unsigned int i = 0; i < MCW_CONDITIONS; i++) {
		const struct mcw_condition_conf *c = &conf.of[i];

		good = c->limit.threshold >= 1 && c->limit.window_s >= 1 && c->log && c->metric &&
		       !c->program[0];
		ktap_result_of(good, "%s is on by default, and runs no program",
			       mcw_condition_about(i)->name);
	}
}

static void test_values(void)
{
	ktap_result(parse("[dimm]\nthreshold=5\n window = 10m\t\r\nlog = no\nmetric=no\n"
			  "program = /usr/bin/tell me\n[page]\nthreshold = off\n[lost]\n"
			  "window = 7d\n[programs]\nat_once = 16\ntimeout = 90s\n"
			  "[diagnose]\nanything\n"),
		    "all that a file can have");
	good = conf.of[MCW_CONDITION_DIMM].limit.threshold == 5 &&
	       conf.of[MCW_CONDITION_DIMM].limit.window_s == 600 &&
	       !conf.of[MCW_CONDITION_DIMM].log && !conf.of[MCW_CONDITION_DIMM].metric &&
	       !strcmp(conf.of[MCW_CONDITION_DIMM].program, "/usr/bin/tell me");
	ktap_result(good, "values of a condition");
	good = !conf.of[MCW_CONDITION_PAGE].limit.threshold &&
	       conf.of[MCW_CONDITION_PAGE].limit.window_s == 86400 &&
	       conf.of[MCW_CONDITION_LOST].limit.window_s == 7 * 86400;
	ktap_result(good, "values of others");
	ktap_result(conf.programs == 16 && conf.program_s == 90, "values of [programs]");
	good = parse("[dimm]\nprogram = /bin/x\nprogram = none\n") &&
	       !conf.of[MCW_CONDITION_DIMM].program[0];
	ktap_result(good, "the last line counts");
}

static void test_mistakes(void)
{
	static const struct {
		const char *text;
		unsigned int line;
		const char *what;
	} files[] = {
		{ "[dimm]\nthreshold = 0\n", 2,
		  "threshold = 0: not a number from 1 to 1000000, or off" },
		{ "[dimm]\nthreshold = 1000001\n", 2,
		  "threshold = 1000001: not a number from 1 to 1000000, or off" },
		{ "[dimm]\nthreshold = -1\n", 2,
		  "threshold = -1: not a number from 1 to 1000000, or off" },
		{ "[dimm]\nthreshold = 99999999999999999999\n", 2,
		  "threshold = 99999999999999999999: not a number from 1 to 1000000, or off" },
		{ "[dimm]\n\nthreshold =\n", 3,
		  "threshold = : not a number from 1 to 1000000, or off" },
		{ "[page]\nwindow = 24\n", 2,
		  "window = 24: not a time from 1s to 365d, such as 90s, 10m, 24h or 7d" },
		{ "[page]\nwindow = 366d\n", 2,
		  "window = 366d: not a time from 1s to 365d, such as 90s, 10m, 24h or 7d" },
		{ "[page]\nwindow = 0h\n", 2,
		  "window = 0h: not a time from 1s to 365d, such as 90s, 10m, 24h or 7d" },
		{ "[page]\nwindow = h\n", 2,
		  "window = h: not a time from 1s to 365d, such as 90s, 10m, 24h or 7d" },
		{ "[lost]\nlog = maybe\n", 2, "log = maybe: neither yes nor no" },
		{ "[lost]\nprogram = tell\n", 2,
		  "program = tell: neither the whole path of a program, from / on, nor none" },
		{ "[programs]\nat_once = 17\n", 2, "at_once = 17: not a number from 1 to 16" },
		{ "[programs]\ntimeout = 2h\n", 2,
		  "timeout = 2h: not a time from 1s to 1h, such as 90s, 10m, 24h or 7d" },
		{ "[programs]\nthreshold = 1\n", 2,
		  "there is no 'threshold' in [programs]; there are at_once and timeout" },
		{ "[dimm]\ntreshold = 1\n", 2,
		  "there is no 'treshold' in this section; there are threshold, window, log, "
		  "metric and program" },
		{ "threshold = 1\n[dimm]\n", 1,
		  "there is no 'threshold' in front of the first section" },
		{ "[dimm]\nthreshold\n", 2,
		  "'threshold': neither a line like name = value nor a [section]" },
		{ "# x\n[dimm\n", 2, "'[dimm': neither a line like name = value nor a [section]" },
		{ "[\n", 1, "'[': neither a line like name = value nor a [section]" },
		{ "[]\n", 1,
		  "there is no section []; there are page, dimm, socket, cache, link, storm, "
		  "uncorrected, lost, programs and diagnose" },
		{ "[dimms]\n", 1,
		  "there is no section [dimms]; there are page, dimm, socket, cache, link, storm, "
		  "uncorrected, lost, programs and diagnose" },
		{ "[dimm]\nthresh\001old = 1\n", 2,
		  "there is no 'thresh?old' in this section; there are threshold, window, log, "
		  "metric and program" },
	};
	struct mcw_conditions_conf before;

	mcw_conditions_default(&before);
	for (unsigned int i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		good = !parse(files[i].text) && wrong.line == files[i].line &&
		       !strcmp(wrong.text, files[i].what);
		ktap_result_of(good, "mistake %u: %s", i + 1, files[i].what);
		if (strcmp(wrong.text, files[i].what))
			printf("# line %u: %s\n", wrong.line, wrong.text);
		if (memcmp(&conf, &before, sizeof(conf)))
			ktap_result(false, "and all is as it was");
	}
}

static void test_long_program(void)
{
	char text[400] = "[dimm]\nprogram = /";

	memset(text + strlen(text), 'x', 254);
	good = parse(text) && strlen(conf.of[MCW_CONDITION_DIMM].program) == 255;
	ktap_result(good, "a path of 255 bytes");
	text[strlen(text)] = 'x';
	ktap_result(!parse(text), "one of 256 is refused");
}

static char *printed(const struct mcw_conditions_conf *c)
{
	struct mcw_limits limits;
	char *text = NULL;
	size_t length;
	FILE *out = open_memstream(&text, &length);

	if (!out)
		exit(2);
	mcw_limits_default(&limits);
	mcw_conf_print(out, c, &limits);
	fclose(out);
	return text;
}

/* What is printed is read as what it was. */
static void test_print(void)
{
	struct mcw_conditions_conf before;
	struct mcw_limits limits;
	char *text;

	if (!parse("[dimm]\nthreshold=5\nwindow = 36h\nlog = no\nprogram = /bin/x\n[page]\n"
		   "threshold = off\nwindow = 61s\n[programs]\nat_once=1\ntimeout=2m\n"))
		ktap_result(false, wrong.text);
	before = conf;
	text = printed(&conf);
	ktap_result(parse(text) && !memcmp(&conf, &before, sizeof(conf)), "printed and read");
	ktap_result(mcw_limits_parse(&limits, text, strlen(text), &wrong), "by the diagnosis too");
	free(text);
}

static void test_installed(void)
{
	FILE *file = fopen(INSTALLED, "re");
	char is[20000];
	size_t length = file ? fread(is, 1, sizeof(is) - 1, file) : 0;
	char *text;

	is[length] = '\0';
	if (file)
		fclose(file);
	mcw_conditions_default(&conf);
	text = printed(&conf);
	ktap_result(!strcmp(is, text), INSTALLED " is what mcwctl conf --config /dev/null prints");
	free(text);
}

static void say(void *arg, unsigned int line, const char *text)
{
	size_t used = strlen(said);

	(void)arg;
	snprintf(said + used, sizeof(said) - used, "%u %s\n", line, text);
}

static bool from_mcelog(const char *text)
{
	said[0] = '\0';
	mcw_conditions_default(&conf);
	return mcw_mcelog_conf_parse(&conf, text, strlen(text), say, NULL, &wrong);
}

static void test_mcelog(void)
{
	static const char text[] = "# comment\n"
				   "filter = yes   # and more\n"
				   "[dimm]\n"
				   "uc-error-trigger = dimm-error-trigger\n"
				   "uc-error-threshold = 2 / 1h\n"
				   "ce-error-threshold = 1K/ 7D\n"
				   "ce-error-trigger = /opt/tell\n"
				   "[socket]\n"
				   "socket-tracking-enabled = off\n"
				   "mem-ce-error-threshold = 50 / 24h\n"
				   "mem-uc-error-threshold = 100 / 24h\n"
				   "[cache]\n"
				   "cache-threshold-log = no\n"
				   "cache-threshold-trigger = cache-error-trigger\n"
				   "[page]\n"
				   "memory-ce-threshold = 4 / 90\n"
				   "memory-ce-action = soft\n"
				   "memory-ce-log = TRUE\n"
				   "[trigger]\n"
				   "children-max = 3\n"
				   "directory = /etc/triggers\n";

	ktap_result(from_mcelog(text), "a file of mcelog's");
	good = conf.of[MCW_CONDITION_UNCORRECTED].limit.threshold == 2 &&
	       conf.of[MCW_CONDITION_UNCORRECTED].limit.window_s == 3600 &&
	       !strcmp(conf.of[MCW_CONDITION_UNCORRECTED].program,
		       "/etc/triggers/dimm-error-trigger");
	ktap_result(good, "[dimm], uncorrected; the directory may come later");
	good = conf.of[MCW_CONDITION_DIMM].limit.threshold == 1000 &&
	       conf.of[MCW_CONDITION_DIMM].limit.window_s == 7 * 86400 &&
	       !strcmp(conf.of[MCW_CONDITION_DIMM].program, "/opt/tell");
	ktap_result(good, "[dimm], corrected");
	ktap_result(!conf.of[MCW_CONDITION_SOCKET].limit.threshold, "[socket] is off");
	good = !conf.of[MCW_CONDITION_CACHE].log &&
	       !strcmp(conf.of[MCW_CONDITION_CACHE].program, "/etc/triggers/cache-error-trigger");
	ktap_result(good, "[cache]");
	good = conf.of[MCW_CONDITION_PAGE].limit.threshold == 4 &&
	       conf.of[MCW_CONDITION_PAGE].limit.window_s == 90 && conf.of[MCW_CONDITION_PAGE].log;
	ktap_result(good, "[page]");
	ktap_result(conf.programs == 3, "[trigger]");
	ktap_result(!strcmp(said,
			    "2 filter has no counterpart\n"
			    "11 [socket] mem-uc-error-threshold has no counterpart: [uncorrected] "
			    "counts for each part, not for a socket\n"
			    "17 [page] memory-ce-action has no counterpart: the module takes such "
			    "pages itself, by its page_ce_threshold and page_ce_window\n"),
		    "what has no counterpart is said, with its line");
}

/* A value in front of the sections counts for each; one in a wrong section for none. */
static void test_mcelog_sections(void)
{
	good = from_mcelog("memory-ce-threshold = 3 / 1h\n") && !said[0] &&
	       conf.of[MCW_CONDITION_PAGE].limit.threshold == 3;
	ktap_result(good, "mcelog: in front of the sections");
	good = from_mcelog("[dimm]\nmemory-ce-threshold = 3 / 1h\n") && said[0] &&
	       conf.of[MCW_CONDITION_PAGE].limit.threshold == 10;
	ktap_result(good, "mcelog: in another section");
	good = from_mcelog("[page]\nmemory-ce-trigger = x\n") &&
	       !strcmp(conf.of[MCW_CONDITION_PAGE].program, "/etc/mcelog/x");
	ktap_result(good, "mcelog: its usual directory");
	good = from_mcelog("[page]\nmemory-ce-threshold = 1g / 24h\n") && said[0] &&
	       conf.of[MCW_CONDITION_PAGE].limit.threshold == 10;
	ktap_result(good, "mcelog: what is out of range has no counterpart");
	good = from_mcelog("[trigger]\nchildren-max = 100\n") && said[0] && conf.programs == 2;
	ktap_result(good, "mcelog: so many programs neither");
	good = from_mcelog("[trigger]\ndirectory = here\n[page]\nmemory-ce-trigger = x\n") &&
	       said[0] && !conf.of[MCW_CONDITION_PAGE].program[0];
	ktap_result(good, "mcelog: a directory without /");
}

static void test_mcelog_mistakes(void)
{
	static const char *const rates[] = {
		"",	     "10",	 "10 /",	"/ 24h",   "0 / 24h",	"10 / 0h",
		"10x / 24h", "10 / 24x", "10 / 24 h h", "x / 24h", "10 // 24h", "99999999999 / 24h",
		"1kk / 1h",
	};
	char text[100];

	for (unsigned int i = 0; i < sizeof(rates) / sizeof(rates[0]); i++) {
		snprintf(text, sizeof(text), "[page]\nmemory-ce-threshold = %s\n", rates[i]);
		good = !from_mcelog(text) && wrong.line == 2;
		ktap_result_of(good, "mcelog: no rate: '%s'", rates[i]);
	}
	good = !from_mcelog("[page]\nmemory-ce-log = 2\n") && wrong.line == 2;
	ktap_result(good, "mcelog: neither yes nor no");
	ktap_result(!from_mcelog("[page\n") && wrong.line == 1, "mcelog: no section");
	ktap_result(!from_mcelog("[page]\nmemory-ce-trigger =\n"), "mcelog: no program");
}

static void test_windows(void)
{
	static const struct {
		__u32 seconds;
		const char *text;
	} windows[] = {
		{ 1, "1s" },	     { 59, "59s" },    { 60, "1m" },
		{ 90, "90s" },	     { 3600, "1h" },   { 86400, "24h" },
		{ 2 * 86400, "2d" }, { 90000, "25h" }, { 365 * 86400, "365d" },
	};
	char text[16];

	for (unsigned int i = 0; i < sizeof(windows) / sizeof(windows[0]); i++)
		ktap_result_of(!strcmp(mcw_window_text(windows[i].seconds, text, sizeof(text)),
				       windows[i].text),
			       "%s", windows[i].text);
}

int main(void)
{
	ktap_begin();
	test_defaults();
	test_values();
	test_mistakes();
	test_long_program();
	test_print();
	test_installed();
	test_mcelog();
	test_mcelog_sections();
	test_mcelog_mistakes();
	test_windows();
	return ktap_end();
}

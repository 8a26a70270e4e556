// SPDX-License-Identifier: GPL-2.0
/*
 * mcwctl: the userspace tool of mcewarden.
 */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include <mcewarden/version.h>

#include "cmd/command.h"
#include "cmd/nearest.h"
#include "decode/decode.h"
#include "error.h"
#include "options.h"
#include "source/dimms.h"

/* Where the words begin in --help. */
#define COMMAND_WIDTH	16

static const struct command {
	const char *name;
	unsigned int bit;
	enum mcw_exit (*run)(struct mcw_options *o);
	int least, most;	/* arguments beside the options */
	const char *arguments;
	const char *help;
} commands[] = {
	{ "status", MCW_COMMAND_STATUS, mcw_status_run, 0, 0, "",
	  "what is wrong, what was captured and lost so far" },
	{ "top", MCW_COMMAND_TOP, mcw_top_run, 0, 0, "",
	  "live: rates of errors, memory modules, faults, last records" },
	{ "check", MCW_COMMAND_CHECK, mcw_check_run, 0, 0, "",
	  "one line and an exit status, for Nagios, Icinga and the like" },
	{ "doctor", MCW_COMMAND_DOCTOR, mcw_doctor_run, 0, 0, "",
	  "what is wrong with the handling of errors, and what mends it" },
	{ "setup", MCW_COMMAND_SETUP, mcw_setup_run, 0, 0, "",
	  "load the module at boot, and keep records: shows or does it" },
	{ "monitor", MCW_COMMAND_MONITOR, mcw_records_run, 0, 0, "",
	  "print all kept records, then each new one" },
	{ "read", MCW_COMMAND_READ, mcw_records_run, 0, 0, "", "print all kept records, and end" },
	{ "record", MCW_COMMAND_RECORD, mcw_record_run, 1, 1, "FILE",
	  "append all records to FILE, which others read with --file" },
	{ "journal", MCW_COMMAND_JOURNAL, mcw_journal_run, 0, 0, "",
	  "tell systemd's journal of errors and what was done" },
	{ "rules", MCW_COMMAND_RULES, mcw_rules_run, 0, 0, "",
	  "how many records each rule of the grading has graded" },
	{ "pages", MCW_COMMAND_PAGES, mcw_pages_run, 0, 0, "",
	  "the pages that had errors, and what was done about them" },
	{ "guests", MCW_COMMAND_GUESTS, mcw_guests_run, 0, 0, "",
	  "virtual machines whose pages had errors; tells them" },
	{ "dimms", MCW_COMMAND_DIMMS, mcw_dimms_run, 0, 0, "",
	  "the memory modules, where they are, and their errors" },
	{ "faults", MCW_COMMAND_FAULTS, mcw_faults_run, 0, 4096, "[FILE]",
	  "which parts are bad, how sure that is, and what to do" },
	{ "history", MCW_COMMAND_HISTORY, mcw_history_run, 0, 4096, "[FILE]",
	  "errors a day and part, faults and boots, over reboots" },
	{ "metrics", MCW_COMMAND_METRICS, mcw_metrics_run, 0, 0, "",
	  "all counters, in the text format of Prometheus" },
	{ "conf", MCW_COMMAND_CONF, mcw_conf_run, 0, 0, "",
	  "when something is done about errors; checks the file of it" },
	{ "decode", MCW_COMMAND_DECODE, mcw_decode_run, 0, 1, "[WHAT]",
	  "explain a status register, or each record in a log" },
	{ "explain", MCW_COMMAND_EXPLAIN, mcw_explain_run, 0, 4, "[WORD]",
	  "what a word means, such as UCNA, poison or memory_lost" },
	{ "follow", MCW_COMMAND_FOLLOW, mcw_follow_run, 0, 1, "[EVENT]",
	  "one error: event, memory module, outcome and victims" },
	{ "report", MCW_COMMAND_REPORT, mcw_report_run, 0, 0, "",
	  "a page in HTML about the machine's errors, for a ticket" },
	{ "inject", MCW_COMMAND_INJECT, mcw_inject_run, 0, 1, "[WHAT]",
	  "raise an error: corrected, ucna, srao, srar, fatal or a file" },
	{ "tolerant", MCW_COMMAND_TOLERANT, mcw_tolerant_run, 0, 1, "[N]",
	  "show or set what is done about uncorrected errors" },
};

/* An inject of its own, with other options. */
static const struct command einj = {
	.name = "inject --einj",
	.bit = MCW_COMMAND_EINJ,
	.run = mcw_einj_run,
	.arguments = "",
	.help = "have the firmware raise an error, by ACPI's EINJ",
};

/* What stands in the usage where two commands that follow one another share a line; or NULL. */
static const char *shared_words(const struct command *c)
{
	return c->bit == MCW_COMMAND_MONITOR ? "print all kept records; monitor: and each new one" :
					       NULL;
}

/* The usage fits a screen of 80 columns and 24 lines. */
static void usage_print(FILE *out)
{
	fputs("usage: mcwctl COMMAND [OPTION]...      mcwctl COMMAND --help shows the options\n",
	      out);
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++) {
		const struct command *c = &commands[i];
		const char *shared = shared_words(c);
		int width = fprintf(out, "  %s%s%s", c->name, c->arguments[0] ? " " : "",
				    c->arguments) -
			    2;

		if (shared)
			width += fprintf(out, ", %s", commands[++i].name);
		fprintf(out, "%*s%s\n", width < COMMAND_WIDTH ? COMMAND_WIDTH - width : 1, "",
			shared ? shared : c->help);
	}
	fputs("Exit status: 0 done, 1 failed, 2 wrong usage, 3 no module loaded; see mcwctl(8).\n",
	      out);
}

static void command_help(const struct command *c)
{
	printf("usage: mcwctl %s [OPTION]...%s%s\n\n  %s\n\n", c->name, c->arguments[0] ? " " : "",
	       c->arguments, c->help);
	mcw_options_print(stdout, c->bit);
}

static void print_version(void)
{
	printf("mcwctl " MCW_VERSION ", for version %d of the ABI of /dev/" MCW_DEVICE "\n",
	       MCW_ABI_VERSION);
}

static const struct command *command_find(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
		if (!strcmp(commands[i].name, name))
			return &commands[i];
	return NULL;
}

static bool wants_einj(char **argv)
{
	while (*argv && strcmp(*argv, "--einj") && strncmp(*argv, "--einj=", strlen("--einj=")))
		argv++;
	return *argv;
}

static enum mcw_exit command_unknown(const char *name)
{
	struct mcw_nearest near = { .word = name };

	for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
		mcw_nearest_try(&near, commands[i].name);
	mcw_error("unknown %s '%s'%s" MCW_SEE_HELP, name[0] == '-' ? "option" : "command", name,
		  mcw_nearest_text(&near));
	return MCW_EXIT_USAGE;
}

static enum mcw_exit command_run(const struct command *c, int argc, char **argv)
{
	struct mcw_options o = {
		.follow = c->bit & (MCW_COMMAND_MONITOR | MCW_COMMAND_RECORD | MCW_COMMAND_JOURNAL),
		.device = "/dev/" MCW_DEVICE,
		.sysfs = "/sys/devices/system/" MCW_DEVICE,
		.edac = MCW_EDAC_DIRECTORY,
		.dmi = MCW_DMI_FILE,
	};
	/* To those who run check, the status of wrong usage would mean critical. */
	enum mcw_exit wrong = c->bit == MCW_COMMAND_CHECK ? MCW_EXIT_UNKNOWN : MCW_EXIT_USAGE;
	enum mcw_exit result = mcw_options_parse(&o, c->name, c->bit, &argc, argv);

	if (result != MCW_EXIT_OK)
		return wrong;
	if (o.help) {
		command_help(c);
		return MCW_EXIT_OK;
	}
	if (o.version) {
		print_version();
		return MCW_EXIT_OK;
	}
	if (argc - 1 > c->most) {
		mcw_error("'%s': extra argument '%s'" MCW_SEE_HELP, c->name, o.arguments[c->most]);
		return wrong;
	}
	if (argc - 1 < c->least) {
		mcw_error("'%s' needs %s" MCW_SEE_HELP, c->name, c->arguments);
		return wrong;
	}
	result = c->run(&o);
	return result == MCW_EXIT_FAILED && mcw_module_missing() ? MCW_EXIT_NO_MODULE : result;
}

static enum mcw_exit run(int argc, char **argv)
{
	const char *name = argc > 1 ? argv[1] : NULL;
	const struct command *c;

	if (!name) {
		usage_print(stderr);
		return MCW_EXIT_USAGE;
	}
	if (!strcmp(name, "help") || !strcmp(name, "--help") || !strcmp(name, "-h") ||
	    !strcmp(name, "--version")) {
		if (argc > 2) {
			mcw_error("'%s': extra argument '%s'" MCW_SEE_HELP, name, argv[2]);
			return MCW_EXIT_USAGE;
		}
		if (strcmp(name, "--version"))
			usage_print(stdout);
		else
			print_version();
		return MCW_EXIT_OK;
	}
	c = command_find(name);
	if (!c)
		return command_unknown(name);
	if (c->bit == MCW_COMMAND_INJECT && wants_einj(argv))
		c = &einj;
	return command_run(c, argc - 1, argv + 1);
}

/* A log makes megabytes of text. To a terminal each line still goes out at once. */
static void output_buffer(void)
{
	static char buffer[64 * 1024];

	if (!isatty(STDOUT_FILENO))
		setvbuf(stdout, buffer, _IOFBF, sizeof(buffer));
}

int main(int argc, char **argv)
{
	enum mcw_exit result;

	output_buffer();
	/* It is no failure when our reader ends first, as head does: write() then returns EPIPE. */
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);
	errno = 0;
	result = run(argc, argv);
	if ((fflush(stdout) || ferror(stdout)) && errno != EPIPE && result == MCW_EXIT_OK) {
		mcw_error("cannot write to standard output: %s", strerror(errno));
		result = MCW_EXIT_FAILED;
	}
	return result;
}

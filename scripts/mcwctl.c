// SPDX-License-Identifier: GPL-2.0
/*
 * mcwctl: the user's tool of mcewarden.
 */
#include "mcwctl.h"

#include <errno.h>
#include <signal.h>
#include <string.h>

#include <mcewarden/version.h>

#include "decode.h"

static const char usage[] =
	"usage: mcwctl COMMAND [OPTION]...\n"
	"\n"
	"  status    what the module has captured and lost so far\n"
	"  monitor   print each machine-check record, from the oldest kept one on, and follow\n"
	"  read      print the records that are there, and end\n"
	"  rules     how many records each rule of the grading has met\n"
	"  pages     the pages that had errors, and what was done about them\n"
	"  decode STATUS   say in words what a bank's status register means\n"
	"  help      this text\n"
	"\n"
	"status, rules, pages, monitor and read:\n"
	"  --json          one JSON object a line\n"
	"monitor and read:\n"
	"  --lane LANE     only this lane: severe, other or own; may be given more than once\n"
	"  --count N       end after N records\n"
	"pages, monitor and read:\n"
	"  --device PATH   read this device instead of /dev/" MCW_DEVICE "\n"
	"monitor:\n"
	"  --new           only records that come from now on\n"
	"status and rules:\n"
	"  --sysfs DIR     read this directory instead of the module's own\n"
	"decode:\n"
	"  --vendor intel|amd|hygon|centaur|zhaoxin   whose register it is, default intel\n"
	"  --mcgcap N, --mcgstatus N, --misc N, --addr N, --synd N, --ipid N\n"
	"                  the other registers of the record\n"
	"  --cs N, --bank N, --cpuid N   where it was, for the grade\n"
	"  --help, --version\n"
	"\n"
	"Exit status: 0 done, 1 failed, 2 wrong usage. The manual page mcwctl(8) says more.\n";

static const struct command {
	const char *name;
	unsigned int command;
	int arguments;
} commands[] = {
	{ "status", MCW_COMMAND_STATUS, 0 }, { "monitor", MCW_COMMAND_MONITOR, 0 },
	{ "read", MCW_COMMAND_READ, 0 },     { "rules", MCW_COMMAND_RULES, 0 },
	{ "pages", MCW_COMMAND_PAGES, 0 },   { "decode", MCW_COMMAND_DECODE, 1 },
};

static const struct command *command_find(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
		if (!strcmp(commands[i].name, name))
			return &commands[i];
	return NULL;
}

static void print_version(void)
{
	printf("mcwctl " MCW_VERSION ", for version %d of the ABI of /dev/" MCW_DEVICE "\n",
	       MCW_ABI_VERSION);
}

static enum mcw_exit command_run(const struct command *c, int argc, char **argv)
{
	struct mcw_options o = {
		.follow = c->command == MCW_COMMAND_MONITOR,
		.device = "/dev/" MCW_DEVICE,
		.sysfs = "/sys/devices/system/" MCW_DEVICE,
	};
	enum mcw_exit result = mcw_options_parse(&o, c->name, c->command, &argc, argv);

	if (result != MCW_EXIT_OK)
		return result;
	if (o.help) {
		fputs(usage, stdout);
		return MCW_EXIT_OK;
	}
	if (o.version) {
		print_version();
		return MCW_EXIT_OK;
	}
	if (argc - 1 > c->arguments) {
		mcw_error("'%s': extra argument '%s'" MCW_SEE_HELP, c->name,
			  argv[c->arguments + 1]);
		return MCW_EXIT_USAGE;
	}
	if (argc - 1 < c->arguments) {
		mcw_error("'%s' needs the value of a status register" MCW_SEE_HELP, c->name);
		return MCW_EXIT_USAGE;
	}
	switch (c->command) {
	case MCW_COMMAND_STATUS:
		return mcw_status_run(&o);
	case MCW_COMMAND_RULES:
		return mcw_rules_run(&o);
	case MCW_COMMAND_PAGES:
		return mcw_pages_run(&o);
	case MCW_COMMAND_DECODE:
		return mcw_decode_run(&o, argv[1]);
	default:
		return mcw_records_run(&o);
	}
}

static enum mcw_exit run(int argc, char **argv)
{
	const char *name = argc > 1 ? argv[1] : NULL;
	const struct command *c;

	if (!name) {
		fputs(usage, stderr);
		return MCW_EXIT_USAGE;
	}
	if (!strcmp(name, "help") || !strcmp(name, "--help") || !strcmp(name, "-h") ||
	    !strcmp(name, "--version")) {
		if (argc > 2) {
			mcw_error("'%s': extra argument '%s'" MCW_SEE_HELP, name, argv[2]);
			return MCW_EXIT_USAGE;
		}
		if (strcmp(name, "--version"))
			fputs(usage, stdout);
		else
			print_version();
		return MCW_EXIT_OK;
	}
	c = command_find(name);
	if (!c) {
		mcw_error("unknown %s '%s'" MCW_SEE_HELP, name[0] == '-' ? "option" : "command",
			  name);
		return MCW_EXIT_USAGE;
	}
	return command_run(c, argc - 1, argv + 1);
}

int main(int argc, char **argv)
{
	enum mcw_exit result;

	/* A reader that has seen enough is no failure: write() says EPIPE instead. */
	signal(SIGPIPE, SIG_IGN);
	errno = 0;
	result = run(argc, argv);
	if ((fflush(stdout) || ferror(stdout)) && errno != EPIPE && result == MCW_EXIT_OK) {
		mcw_error("cannot write to standard output: %s", strerror(errno));
		result = MCW_EXIT_FAILED;
	}
	return result;
}

// SPDX-License-Identifier: GPL-2.0
/* LINK: scripts/mcwctl/options.c mcwctl */
/*
 * Logs as people post them: each selftests/field/NAME.in goes through mcwctl decode, and what it
 * prints is held against NAME.expect. selftests/field/README.md has the rules.
 */
#include <ctype.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ktap.h"
#include "options.h"

#define DIRECTORY "selftests/field/"
#define OUTPUT_BYTES (1 << 20)
#define ARGUMENTS 32

/* Small letters, and one blank for each run of white space. */
static void normalize(char *text)
{
	char *to = text;

	for (const char *from = text; *from; from++) {
		if (!isspace((unsigned char)*from))
			*to++ = tolower((unsigned char)*from);
		else if (to > text && to[-1] != ' ')
			*to++ = ' ';
	}
	while (to > text && to[-1] == ' ')
		to--;
	*to = '\0';
}

/* In a child, whose output and errors go to one file. */
static void decode(const char *path, char *first_line, bool verbose)
{
	char *argv[ARGUMENTS + 1] = { "decode" };
	struct mcw_options o = { .verbose = verbose };
	static const char blanks[] = { ' ', '\n', 0 };
	int argc = 1;

	if (!strncmp(first_line, "ARGS: ", 6)) {
		for (char *word = strtok(first_line + 6, blanks); word && argc < ARGUMENTS;
		     word = strtok(NULL, blanks))
			argv[argc++] = word;
	} else {
		argv[argc++] = "-";
		if (!freopen(path, "r", stdin))
			_exit(1);
	}
	if (mcw_options_parse(&o, "decode", MCW_COMMAND_DECODE, &argc, argv) == MCW_EXIT_OK)
		mcw_decode_run(&o);
	fflush(stdout);
	_exit(0);
}

/* Return: whether it ended by itself. */
static bool run(const char *path, char *output, bool verbose)
{
	char line[4096] = "";
	FILE *in = fopen(path, "r");
	int ends[2], status;
	size_t length = 0;
	ssize_t got;
	pid_t child;

	if (!in || !fgets(line, sizeof(line), in) || pipe(ends))
		return false;
	fclose(in);
	fflush(stdout);
	child = fork();
	if (!child) {
		dup2(ends[1], 1);
		dup2(ends[1], 2);
		close(ends[0]);
		close(ends[1]);
		decode(path, line, verbose);
	}
	close(ends[1]);
	while ((got = read(ends[0], output + length, OUTPUT_BYTES - 1 - length)) > 0)
		length += got;
	output[length] = '\0';
	close(ends[0]);
	return child > 0 && waitpid(child, &status, 0) == child && !status;
}

/* Text | other text: one of them must be there. */
static bool one_is_there(char *line, const char *output)
{
	bool found = false;

	for (char *at = line; at && !found;) {
		char *next = strstr(at, " | ");

		if (next)
			*next = '\0';
		normalize(at);
		found = strstr(output, at);
		at = next ? next + 3 : NULL;
	}
	return found;
}

/* "+ text": it must be there. "- text": it must not. "+v text": with -v. Others are comments. */
static bool line_holds(char *line, const char *output, const char *verbose)
{
	if (!strncmp(line, "- ", 2)) {
		normalize(line + 2);
		return !strstr(output, line + 2);
	}
	if (!strncmp(line, "+v ", 3))
		return one_is_there(line + 3, verbose);
	return strncmp(line, "+ ", 2) || one_is_there(line + 2, output);
}

static bool holds(const char *path, const char *output, const char *verbose)
{
	FILE *expect = fopen(path, "r");
	char line[4096], kept[4096];
	bool ok = expect;
	unsigned int lines = 0;

	while (expect && fgets(line, sizeof(line), expect)) {
		line[strcspn(line, "\n")] = '\0';
		strcpy(kept, line);
		lines += line[0] == '+' || line[0] == '-';
		if (!line_holds(line, output, verbose)) {
			printf("# does not hold: %s\n", kept);
			ok = false;
		}
	}
	if (expect)
		fclose(expect);
	return ok && lines;
}

static void test(const char *path)
{
	static char output[OUTPUT_BYTES], verbose[OUTPUT_BYTES];
	char expect[4096], name[4096];
	bool ok = run(path, output, false) && run(path, verbose, true);

	snprintf(name, sizeof(name), "%s", path + strlen(DIRECTORY));
	name[strlen(name) - strlen(".in")] = '\0';
	snprintf(expect, sizeof(expect), DIRECTORY "%.1000s.expect", name);
	normalize(output);
	normalize(verbose);
	if (!ok)
		printf("# it crashed\n");
	ktap_result(holds(expect, output, verbose) && ok, name);
}

int main(void)
{
	glob_t cases = { .gl_pathc = 0 };

	setenv("TZ", "UTC", 1);
	ktap_begin();
	if (glob(DIRECTORY "*.in", 0, NULL, &cases))
		ktap_result(false, "there are cases in " DIRECTORY);
	else
		for (size_t i = 0; i < cases.gl_pathc; i++)
			test(cases.gl_pathv[i]);
	globfree(&cases);
	return ktap_end();
}

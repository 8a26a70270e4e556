/* SPDX-License-Identifier: GPL-2.0 */
/* A directory with invented files of the module, in place of that in sysfs. */
#ifndef STATUS_HOME_H
#define STATUS_HOME_H

#include <errno.h>
#include <ftw.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cmd/status_lost.h"
#include "decode/decode.h"

#define TEMPLATE "/tmp/status.XXXXXX"

static char home[sizeof(TEMPLATE)] = TEMPLATE;

/* A file below home, and the directories that it is in. */
__attribute__((format(printf, 2, 3))) static void put(const char *name, const char *format, ...)
{
	char path[256];
	va_list values;
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", home, name);
	for (char *slash = path + sizeof(home); (slash = strchr(slash, '/')); slash++) {
		*slash = '\0';
		mkdir(path, 0700);
		*slash = '/';
	}
	file = fopen(path, "w");
	if (!file) {
		printf("# cannot write %s: %s\n", path, strerror(errno));
		exit(1);
	}
	va_start(values, format);
	vfprintf(file, format, values);
	va_end(values);
	fputc('\n', file);
	fclose(file);
}

/* Lines that say only 0 are left out. */
__attribute__((unused)) static void put_zeros(void)
{
	static const char *const zeros[] = {
		"stats/worker_missed",
		"stats/bank_drift",
		"stats/soft_offline/unreported",
		"stats/recovery/others",
		"stats/victims/seen",
		"stats/failure_calls/missed",
		"stats/trigger/runs",
		"stats/trigger/failed",
		"stats/trigger/put_off",
		"stats/edac_sees_cec/shown",
		"stats/edac_sees_cec/over_rate",
		"stats/edac_sees_cec/stopped",
	};

	for (size_t i = 0; i < ARRAY_SIZE(zeros); i++)
		put(zeros[i], "0");
	for (unsigned int i = 0; mcw_stage_name(i); i++) {
		char name[64];

		snprintf(name, sizeof(name), "stats/lost/%s", mcw_stage_name(i));
		put(name, "0");
	}
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *at)
{
	(void)st;
	(void)type;
	(void)at;
	return remove(path);
}

#endif /* STATUS_HOME_H */

// SPDX-License-Identifier: GPL-2.0
/* LINK: mcwctl */
/* mcwctl status: who names the part of the machine that an error is about. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ktap.h"
#include "cmd/command.h"
#include "cmd/status_edac.h"
#include "show/json_writer.h"

#define NONE "locations no EDAC driver has a memory controller: "
#define TWO "locations EDAC has 2 memory controllers with 2 DIMMs\n"
#define GHES "          also by the firmware's reports (GHES)\n"
#define ADXL "          also by the firmware's translation (ADXL)\n"

#define TEMPLATE "/tmp/status_edac.XXXXXX"

static char edac[sizeof(TEMPLATE)] = TEMPLATE;

static const struct {
	const char *controller, *dimm, *size;
} dimms[] = {
	{ "mc0", "dimm0", "1024" },
	{ "mc0", "dimm1", "0" },
	{ "mc1", "dimm0", "1024" },
};

#define DIMMS (sizeof(dimms) / sizeof(dimms[0]))

/* EDAC's directory, with its DIMMs; or what is in it goes. */
static void make(bool there)
{
	char path[128];

	for (size_t i = 0; i < DIMMS; i++) {
		FILE *file;

		snprintf(path, sizeof(path), "%s/%s", edac, dimms[i].controller);
		mkdir(path, 0700);
		snprintf(path, sizeof(path), "%s/%s/%s", edac, dimms[i].controller, dimms[i].dimm);
		mkdir(path, 0700);
		strcat(path, "/size");
		file = there ? fopen(path, "w") : NULL;
		if (file) {
			fputs(dimms[i].size, file);
			fclose(file);
			continue;
		}
		unlink(path);
		*strrchr(path, '/') = '\0';
		rmdir(path);
		*strrchr(path, '/') = '\0';
		rmdir(path);
	}
}

/* What is printed, to be freed. sources: NULL for JSON. */
static char *printed(const char *sources)
{
	struct mcw_options o = { .edac = edac, .dmi = "/nonexistent" };
	struct mcw_edac_seen seen;
	struct mcw_json json;
	char *text = NULL;
	size_t length;
	FILE *out = open_memstream(&text, &length);

	if (!mcw_edac_seen_read(&o, &seen)) {
		fputs("cannot read", out);
	} else if (sources) {
		mcw_edac_seen_print(out, &seen, sources);
	} else {
		mcw_json_begin_line(&json, out);
		mcw_edac_seen_json(&json, &seen);
		mcw_json_end_line(&json);
	}
	fclose(out);
	return text;
}

static void begins(const char *sources, const char *wanted, const char *name)
{
	char *text = printed(sources);

	ktap_result(!strncmp(text, wanted, strlen(wanted)), name);
	free(text);
}

static void is(const char *sources, const char *wanted, const char *name)
{
	char *text = printed(sources);

	ktap_result(!strcmp(text, wanted), name);
	free(text);
}

static void ends(const char *sources, const char *wanted, const char *name)
{
	char *text = printed(sources);
	size_t length = strlen(text), end = strlen(wanted);

	ktap_result(length > end && !strcmp(text + length - end, wanted), name);
	free(text);
}

int main(void)
{
	ktap_begin();
	if (!mkdtemp(edac)) {
		perror(edac);
		return 1;
	}
	begins("none", "locations none: the kernel has no EDAC", "a kernel without EDAC");
	begins("edac", NONE, "no driver");
	ends("edac ghes adxl", "\n" GHES ADXL, "no driver, but the firmware");
	begins(NULL, "{\"edac\":{\"controllers\":0,\"dimms\":0,\"load\":", "no driver in JSON");
	make(true);
	is("edac", "", "a driver, and all is well");
	is("edac ghes", TWO GHES, "a driver and the firmware");
	is(NULL, "{\"edac\":{\"controllers\":2,\"dimms\":2,\"load\":null}}\n", "a driver in JSON");
	make(false);
	ktap_result(!rmdir(edac), "all is gone");
	begins("edac", NONE, "no directory");
	return ktap_end();
}

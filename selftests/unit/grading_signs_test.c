// SPDX-License-Identifier: GPL-2.0
/* LINK: module/grading_signs.c */
/* FLAGS: -Iselftests/unit/kernel */
/* How a kernel grades, by its signs: Linux's own releases, and those of distributions. */
#include <stdio.h>
#include <string.h>

#include <mcewarden/grading_signs.h>

#include "ktap.h"

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

#define THERE MCW_TOLERANT_THERE
#define GONE MCW_TOLERANT_GONE
#define UNKNOWN MCW_TOLERANT_UNKNOWN

static const struct {
	const char *name;
	const char *release;
	bool seam;
	enum mcw_tolerant_sign tolerant;
	const char *generation;
	const char *known_by;
} rows[] = {
	{ "Debian 11", "5.10.0-32-amd64", false, THERE, "5.10", "tolerant" },
	{ "Ubuntu 22.04", "5.15.0-119-generic", false, THERE, "5.10", "tolerant" },
	{ "Linux 5.17", "5.17.15", false, THERE, "5.10", "tolerant" },
	{ "Linux 5.18", "5.18.0", false, GONE, "5.18", "release" },
	{ "Linux 5.19", "5.19.0-rc1+", false, GONE, "5.19", "release" },
	{ "Debian 12", "6.1.0-57-amd64", false, GONE, "5.19", "release" },
	{ "SLES 15 SP6", "6.4.0-150600.23.7-default", false, GONE, "5.19", "release" },
	{ "SLES 15 SP7 with later code", "6.4.0-150700.51-default", true, GONE, "6.7", "headers" },
	{ "Ubuntu 24.04", "6.8.0-45-generic", true, GONE, "6.7", "headers" },
	{ "RHEL 9 that kept tolerant", "5.14.0-70.el9.x86_64", false, THERE, "5.10", "tolerant" },
	{ "RHEL 9 without tolerant", "5.14.0-427.el9.x86_64", false, GONE, "5.19", "backport" },
	{ "RHEL 9 with later headers", "5.14.0-570.el9.x86_64", true, GONE, "6.7", "headers" },
	{ "RHEL 10", "6.12.0-55.el10.x86_64", true, GONE, "6.7", "headers" },
	{ "Linux 7.3", "7.3.4+deb13-amd64", true, GONE, "6.7", "headers" },
	{ "5.19, nobody knows of tolerant", "5.19.0", false, UNKNOWN, "5.19", "release" },
	{ "5.18, nobody knows of tolerant", "5.18.0", false, UNKNOWN, "5.18", "release" },
	{ "5.14, nobody knows of tolerant", "5.14.0-1.el9", false, UNKNOWN, "5.10", "release" },
	{ "5.9 is not 5.90", "5.9.1", false, UNKNOWN, "5.10", "release" },
	{ "5.100 is not 6.0", "5.100", false, UNKNOWN, "5.19", "release" },
	{ "10.0", "10.0.0", false, GONE, "5.19", "release" },
	{ "a release that is no version", "custom", false, GONE, "5.19", "backport" },
	{ "an empty release", "", false, UNKNOWN, "5.10", "release" },
};

int main(void)
{
	size_t i;

	ktap_begin();
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct mcw_grading_signs signs = {
			.seam_in_headers = rows[i].seam,
			.tolerant = rows[i].tolerant,
			.release = rows[i].release,
		};
		struct mcw_grading_found found = mcw_grading_by_signs(&signs);
		const char *generation = mcw_generation_name(found.generation);
		const char *known_by = mcw_known_by_name(found.known_by);
		bool good = !strcmp(generation, rows[i].generation) &&
			    !strcmp(known_by, rows[i].known_by);

		if (!good)
			printf("# %s by %s\n", generation, known_by);
		ktap_result(good, rows[i].name);
	}
	ktap_result(!strcmp(mcw_generation_name(MCW_KERNEL_UNKNOWN), "unknown"),
		    "a generation that is none");
	ktap_result(!strcmp(mcw_known_by_name(MCW_KNOWN_BY_COUNT), "unknown"),
		    "a way to know it that is none");
	return ktap_end();
}

/* SPDX-License-Identifier: GPL-2.0 */
/* Decides by signs of a kernel how it grades records. Pure. */
#ifndef _MCEWARDEN_GRADING_SIGNS_H
#define _MCEWARDEN_GRADING_SIGNS_H

#include <linux/types.h>
#include <uapi/mcewarden.h>

/* What the kernel answers when it is asked for its knob tolerant. */
enum mcw_tolerant_sign {
	MCW_TOLERANT_UNKNOWN, /* its directory was not found */
	MCW_TOLERANT_GONE,
	MCW_TOLERANT_THERE,
};

/* What the generation is known by. */
enum mcw_known_by {
	MCW_KNOWN_BY_HEADERS, /* they name a bit that only a newer grading has */
	MCW_KNOWN_BY_TOLERANT, /* the kernel has the knob tolerant */
	MCW_KNOWN_BY_RELEASE, /* the version at the beginning of its release */
	MCW_KNOWN_BY_BACKPORT, /* its release is older than what it does */
	MCW_KNOWN_BY_COUNT,
};

struct mcw_grading_signs {
	bool seam_in_headers; /* the headers it was built with have MCG_STATUS_SEAM_NR */
	enum mcw_tolerant_sign tolerant;
	const char *release; /* as uname -r prints it */
};

struct mcw_grading_found {
	u8 generation; /* MCW_KERNEL_* */
	u8 known_by; /* MCW_KNOWN_BY_* */
};

struct mcw_grading_found mcw_grading_by_signs(const struct mcw_grading_signs *signs);
const char *mcw_generation_name(u8 generation);
const char *mcw_known_by_name(u8 known_by);

#endif /* _MCEWARDEN_GRADING_SIGNS_H */

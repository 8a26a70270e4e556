// SPDX-License-Identifier: GPL-2.0
/*
 * Decides by signs of a kernel which generation of the grading it has. Distributions take changes
 * from later kernels, so the version alone does not say it.
 *
 * The first row that fits decides:
 *
 *	the headers have MCG_STATUS_SEAM_NR	SEAM
 *	the kernel has the knob tolerant	5_10: removing it began the next generation
 *	release 5.19 or later			5_19
 *	release 5.18				5_18
 *	older, and the knob is gone		5_19: a distribution took later code. What removed
 *						the knob and what came with 5.19 are three months
 *						apart in the same file, so it is taken to have both
 *	older, and nobody knows of the knob	5_10
 */
#include <mcewarden/grading_signs.h>

/* Reads a decimal number and moves *text behind it. */
static unsigned int read_number(const char **text)
{
	unsigned int number = 0;

	while (**text >= '0' && **text <= '9' && number < 10000)
		number = number * 10 + (*(*text)++ - '0');
	return number;
}

/* Returns the version that begins a release: 5.19.0-46-generic is 519, anything else 0. */
static unsigned int version_of(const char *release)
{
	unsigned int major = read_number(&release);
	unsigned int minor;

	if (*release++ != '.')
		return 0;
	minor = read_number(&release);
	return major * 100 + (minor < 100 ? minor : 99);
}

static struct mcw_grading_found found(u8 generation, enum mcw_known_by known_by)
{
	return (struct mcw_grading_found){ .generation = generation, .known_by = known_by };
}

/**
 * mcw_grading_by_signs() - decide how a kernel grades records
 * @signs: everything that is known of it
 *
 * Context: any; pure.
 * Return: the generation, and what it is known by.
 */
struct mcw_grading_found mcw_grading_by_signs(const struct mcw_grading_signs *signs)
{
	unsigned int version = version_of(signs->release);

	if (signs->seam_in_headers)
		return found(MCW_KERNEL_SEAM, MCW_KNOWN_BY_HEADERS);
	if (signs->tolerant == MCW_TOLERANT_THERE)
		return found(MCW_KERNEL_5_10, MCW_KNOWN_BY_TOLERANT);
	if (version >= 519)
		return found(MCW_KERNEL_5_19, MCW_KNOWN_BY_RELEASE);
	if (version == 518)
		return found(MCW_KERNEL_5_18, MCW_KNOWN_BY_RELEASE);
	if (signs->tolerant == MCW_TOLERANT_GONE)
		return found(MCW_KERNEL_5_19, MCW_KNOWN_BY_BACKPORT);
	return found(MCW_KERNEL_5_10, MCW_KNOWN_BY_RELEASE);
}

/**
 * mcw_generation_name() - the first version of Linux that graded so
 * @generation: MCW_KERNEL_*
 *
 * Context: any.
 * Return: a version, or "unknown".
 */
const char *mcw_generation_name(u8 generation)
{
	switch (generation) {
	case MCW_KERNEL_5_10:
		return "5.10";
	case MCW_KERNEL_5_18:
		return "5.18";
	case MCW_KERNEL_5_19:
		return "5.19";
	case MCW_KERNEL_SEAM:
		return "6.7";
	default:
		return "unknown";
	}
}

/**
 * mcw_known_by_name() - what a generation is known by, in one word
 * @known_by: MCW_KNOWN_BY_*
 *
 * Context: any.
 * Return: the word.
 */
const char *mcw_known_by_name(u8 known_by)
{
	static const char *const words[MCW_KNOWN_BY_COUNT] = {
		[MCW_KNOWN_BY_HEADERS] = "headers",
		[MCW_KNOWN_BY_TOLERANT] = "tolerant",
		[MCW_KNOWN_BY_RELEASE] = "release",
		[MCW_KNOWN_BY_BACKPORT] = "backport",
	};

	return known_by < MCW_KNOWN_BY_COUNT ? words[known_by] : "unknown";
}

// SPDX-License-Identifier: GPL-2.0
/*
 * Which EDAC driver knows this machine's memory controller, by the CPU's model: from the drivers'
 * own tables in Linux 6.12.
 */
#include "cmd/edac_driver.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include <cpuid.h>
#include <mcewarden/mca.h>

#define HYPERVISOR	(1U << 31)	/* in ECX of CPUID 1 */

/* Intel's models of family 6. */
static const struct {
	unsigned char model;
	const char *driver;
} intel[] = {
	{ 0x1a, "i7core_edac" },  { 0x1e, "i7core_edac" },  { 0x2c, "i7core_edac" },
	{ 0x2d, "sb_edac" },	  { 0x3e, "sb_edac" },	    { 0x3f, "sb_edac" },
	{ 0x4f, "sb_edac" },	  { 0x56, "sb_edac" },	    { 0x57, "sb_edac" },
	{ 0x85, "sb_edac" },	  { 0x2a, "ie31200_edac" }, { 0x3a, "ie31200_edac" },
	{ 0x3c, "ie31200_edac" }, { 0x5e, "ie31200_edac" }, { 0x9e, "ie31200_edac" },
	{ 0x55, "skx_edac" },	  { 0x6a, "i10nm_edac" },   { 0x6c, "i10nm_edac" },
	{ 0x86, "i10nm_edac" },	  { 0x8f, "i10nm_edac" },   { 0xcf, "i10nm_edac" },
	{ 0xad, "i10nm_edac" },	  { 0xae, "i10nm_edac" },   { 0xaf, "i10nm_edac" },
	{ 0xb6, "i10nm_edac" },	  { 0xdd, "i10nm_edac" },   { 0x5c, "pnd2_edac" },
	{ 0x5f, "pnd2_edac" },	  { 0x96, "igen6_edac" },   { 0x8c, "igen6_edac" },
	{ 0x8d, "igen6_edac" },	  { 0x97, "igen6_edac" },   { 0x9a, "igen6_edac" },
	{ 0xb7, "igen6_edac" },	  { 0xba, "igen6_edac" },   { 0xbe, "igen6_edac" },
	{ 0xaa, "igen6_edac" },	  { 0xac, "igen6_edac" },
};

const char *mcw_edac_driver(unsigned int vendor, unsigned int cpuid)
{
	unsigned int family = cpuid >> 8 & 0xf, model = cpuid >> 4 & 0xf;

	if (family >= 0xf)
		family += cpuid >> 20 & 0xff;
	model += cpuid >> 12 & 0xf0;
	if (vendor == MCW_VENDOR_AMD || vendor == MCW_VENDOR_HYGON)
		return family >= 0xf ? "amd64_edac" : NULL;
	if (vendor != MCW_VENDOR_INTEL || family != 6)
		return NULL;
	for (size_t i = 0; i < sizeof(intel) / sizeof(intel[0]); i++)
		if (intel[i].model == model)
			return intel[i].driver;
	return NULL;
}

static unsigned int vendor_of(unsigned int ebx)
{
	/* The first four letters of the vendor's name. */
	static const struct {
		char letters[4];
		unsigned int vendor;
	} vendors[] = {
		{ { 'G', 'e', 'n', 'u' }, MCW_VENDOR_INTEL },
		{ { 'A', 'u', 't', 'h' }, MCW_VENDOR_AMD },
		{ { 'H', 'y', 'g', 'o' }, MCW_VENDOR_HYGON },
	};

	for (size_t i = 0; i < sizeof(vendors) / sizeof(vendors[0]); i++)
		if (!memcmp(&ebx, vendors[i].letters, sizeof(ebx)))
			return vendors[i].vendor;
	return ~0U;
}

const char *mcw_edac_driver_here(bool *guest)
{
	unsigned int eax = 0, ebx = 0, ecx = 0, edx = 0, vendor;

	__get_cpuid(0, &eax, &ebx, &ecx, &edx);
	vendor = vendor_of(ebx);
	__get_cpuid(1, &eax, &ebx, &ecx, &edx);
	*guest = ecx & HYPERVISOR;
	return mcw_edac_driver(vendor, eax);
}

void mcw_edac_driver_advise(FILE *out)
{
	bool guest;
	const char *driver = mcw_edac_driver_here(&guest);

	fputs("no EDAC driver has a memory controller, so no DIMM is known: ", out);
	if (guest)
		fputs("a virtual machine does not show its host's\n", out);
	else if (driver)
		fprintf(out, "try modprobe %s\n", driver);
	else
		fputs("none is known for this CPU\n", out);
}

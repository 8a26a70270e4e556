// SPDX-License-Identifier: GPL-2.0
/*
 * mcwctl inject: what this machine is, so that the error is one that its CPUs can have.
 */
#define _GNU_SOURCE
#include "cmd/inject.h"

#include <cpuid.h>
#include <sched.h>
#include <string.h>

#include "decode/decode.h"
#include "source/sysfs.h"

#define AMD_RAS_LEAF		0x80000007 /* EBX: what the CPU can do with errors */
#define AMD_OVERFLOW_RECOV	MCW_BIT(0)
#define AMD_SUCCOR		MCW_BIT(1)
#define AMD_SMCA		MCW_BIT(3)

static __u8 vendor_of(const char *name)
{
	static const struct {
		const char *name;
		__u8 vendor;
	} makes[] = {
		{ "AuthenticAMD", MCW_VENDOR_AMD },
		{ "HygonGenuine", MCW_VENDOR_HYGON },
		{ "CentaurHauls", MCW_VENDOR_CENTAUR },
		{ "  Shanghai  ", MCW_VENDOR_ZHAOXIN },
	};

	for (size_t i = 0; i < ARRAY_SIZE(makes); i++)
		if (!strcmp(name, makes[i].name))
			return makes[i].vendor;
	return MCW_VENDOR_INTEL;
}

bool mcw_inject_machine_read(const struct mcw_options *o, struct mcw_inject_machine *m)
{
	unsigned int eax, ebx, ecx, edx;
	char name[13] = "";
	int cpu = sched_getcpu();

	memset(m, 0, sizeof(*m));
	m->this_cpu = cpu < 0 ? 0 : cpu;
	if (__get_cpuid(0, &eax, &ebx, &ecx, &edx)) {
		memcpy(name, &ebx, 4);
		memcpy(name + 4, &edx, 4);
		memcpy(name + 8, &ecx, 4);
	}
	m->vendor = vendor_of(name);
	if (__get_cpuid(1, &eax, &ebx, &ecx, &edx))
		m->cpuid = eax;
	if (mcw_vendor_is_amd(m->vendor) && __get_cpuid(AMD_RAS_LEAF, &eax, &ebx, &ecx, &edx)) {
		m->cpu_caps |= ebx & AMD_OVERFLOW_RECOV ? MCW_CAP_OVERFLOW_RECOV : 0;
		m->cpu_caps |= ebx & AMD_SUCCOR ? MCW_CAP_SUCCOR : 0;
		m->cpu_caps |= ebx & AMD_SMCA ? MCW_CAP_SMCA : 0;
	}
	return mcw_sysfs_number(o->sysfs, "mcg_cap", &m->mcgcap);
}

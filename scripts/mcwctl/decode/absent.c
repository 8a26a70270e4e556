// SPDX-License-Identifier: GPL-2.0
/*
 * Which members of a record its source gave.
 */
#include "decode/absent.h"

#include <stddef.h>
#include <string.h>

#include "decode/decode.h"

#define MEMBER(bit, member) \
	{ \
		bit, offsetof(struct mcw_event, member), sizeof(((struct mcw_event *)0)->member) \
	}

static const struct member {
	__u32 bit;
	unsigned short offset;
	unsigned short bytes;
} members[] = {
	MEMBER(MCW_ABSENT_STATUS, regs.status),
	MEMBER(MCW_ABSENT_MISC, regs.misc),
	MEMBER(MCW_ABSENT_ADDR, regs.addr),
	MEMBER(MCW_ABSENT_MCGSTATUS, regs.mcgstatus),
	MEMBER(MCW_ABSENT_IP, regs.ip),
	MEMBER(MCW_ABSENT_CS, regs.cs),
	MEMBER(MCW_ABSENT_TSC, regs.tsc),
	MEMBER(MCW_ABSENT_TIME, regs.time),
	MEMBER(MCW_ABSENT_CPU, regs.extcpu),
	MEMBER(MCW_ABSENT_BANK, regs.bank),
	MEMBER(MCW_ABSENT_VENDOR, regs.cpuvendor),
	MEMBER(MCW_ABSENT_CPUID, regs.cpuid),
	MEMBER(MCW_ABSENT_SOCKET, regs.socketid),
	MEMBER(MCW_ABSENT_APIC, regs.apicid),
	MEMBER(MCW_ABSENT_MCGCAP, regs.mcgcap),
	MEMBER(MCW_ABSENT_SYND, regs.synd),
	MEMBER(MCW_ABSENT_SYND1, synd1),
	MEMBER(MCW_ABSENT_SYND2, synd2),
	MEMBER(MCW_ABSENT_IPID, regs.ipid),
	MEMBER(MCW_ABSENT_PPIN, regs.ppin),
	MEMBER(MCW_ABSENT_MICROCODE, regs.microcode),
	MEMBER(MCW_ABSENT_SEVERITY, regs.severity),
	MEMBER(MCW_ABSENT_KFLAGS, regs.kflags),
	MEMBER(MCW_ABSENT_KFLAGS, regs.inject_flags),
	MEMBER(MCW_ABSENT_MACHINE, cpu_caps),
	MEMBER(MCW_ABSENT_MACHINE, phys_bits),
	MEMBER(MCW_ABSENT_MACHINE, generation),
	MEMBER(MCW_ABSENT_MACHINE, kernel_caps),
};

void mcw_event_merge(struct mcw_event *to, const struct mcw_event *from)
{
	for (size_t i = 0; i < ARRAY_SIZE(members); i++) {
		const struct member *m = &members[i];

		if (!mcw_event_lacks(from, m->bit))
			memcpy((char *)to + m->offset, (const char *)from + m->offset, m->bytes);
	}
	to->absent &= from->absent;
}

// SPDX-License-Identifier: GPL-2.0
/*
 * AMD's scalable MCA: what a bank belongs to, and what its extended error codes mean.
 *
 * A bank is known by its IPID register. Its number differs from CPU to CPU, but for those of the
 * core itself, so that one is used only where a log or a command line has no IPID.
 */
#include "decode/absent.h"
#include "decode/cpu.h"
#include "decode/decode.h"
#include "decode/intel.h"
#include "decode/internal.h"
#include "decode/smca_codes.h"

#include <string.h>

/* The core's banks are the same in all models; where its IPID was not given, that is enough. */
static const struct mcw_smca_unit *unit_by_bank(const struct mcw_event *ev)
{
	static const unsigned char types[] = { 0x00, 0x01, 0x02, 0x03, 0xff, 0x05, 0x06 };
	unsigned int family = cpu_family(ev), bank = ev->regs.bank;
	unsigned int type;

	if (mcw_event_lacks(ev, MCW_ABSENT_BANK) || bank >= ARRAY_SIZE(types) ||
	    types[bank] == 0xff)
		return NULL;
	type = types[bank];
	/* Zen 2 has another load-store unit; Hygon's family 18h is as Zen. */
	if (!type && (family > 0x18 || (family == 0x17 && cpu_model(ev) >= 0x30)))
		type = 0x10;
	return mcw_smca_unit_find(SMCA_HWID_CORE, type, family, cpu_model(ev));
}

static const struct mcw_smca_unit *unit_of(const struct mcw_event *ev)
{
	if (!is_smca(ev))
		return NULL;
	if (!ev->regs.ipid)
		return is_smca_by_family(ev) ? unit_by_bank(ev) : NULL;
	return mcw_smca_unit_find(smca_hwid(ev), smca_type(ev),
				  cpu_is_known(ev) ? cpu_family(ev) : 0,
				  cpu_is_known(ev) ? cpu_model(ev) : 0);
}

const char *mcw_smca_extended_name(const struct mcw_event *ev)
{
	unsigned int code = field(ev->regs.status, 21, 16);
	const struct mcw_smca_unit *unit = unit_of(ev);

	return unit && code < unit->count ? unit->codes[code] : NULL;
}

char *mcw_unit_text(const struct mcw_event *ev, char *buf, size_t size)
{
	struct text t = text_begin(buf, size);
	const struct mcw_smca_unit *unit = unit_of(ev);
	const char *intel = mcw_intel_unit_name(ev);

	if (ev->regs.bank == MCW_BANK_FIRMWARE)
		text_add(&t, "firmware");
	else if (unit)
		text_add(&t, "%s", unit->name);
	else if (intel)
		text_add(&t, "%s", intel);
	else if (is_amd(ev) && ev->regs.ipid)
		text_add(&t, "unit 0x%03x type 0x%04x", smca_hwid(ev), smca_type(ev));
	return buf;
}

char *mcw_syndrome_text(const struct mcw_event *ev, char *buf, size_t size)
{
	static const char *const priorities[8] = {
		NULL, NULL, "corrected", "deferred", "uncorrected", "fatal",
	};
	struct text t = text_begin(buf, size);
	__u64 synd = ev->regs.synd;
	unsigned int bits = field(synd, 23, 18);
	const char *priority = priorities[field(synd, 26, 24)];

	if (!is_smca(ev) || !(ev->regs.status & MCW_STATUS_SYNDV) ||
	    mcw_event_lacks(ev, MCW_ABSENT_SYND))
		return buf;
	if (bits)
		text_add(&t, "syndrome 0x%llx of %u bits, ",
			 bits < 32 ? field(synd, 31 + bits, 32) : field(synd, 63, 32), bits);
	text_add(&t, "information 0x%05llx", field(synd, 17, 0));
	if (priority)
		text_add(&t, ", of a %s error", priority);
	return buf;
}

/*
 * The registers are text where the bank's CONFIG says so, which no record has: they are taken
 * for text where all of it is printable.
 */
char *mcw_fru_text(const struct mcw_event *ev, char *buf, size_t size)
{
	struct text t = text_begin(buf, size);
	char bytes[2 * sizeof(__u64) + 1] = "";
	size_t length;

	if (!is_smca(ev))
		return buf;
	memcpy(bytes, &ev->synd1, sizeof(__u64));
	memcpy(bytes + sizeof(__u64), &ev->synd2, sizeof(__u64));
	length = strlen(bytes);
	for (size_t i = length; i < sizeof(bytes); i++)
		if (bytes[i])
			return buf;
	for (size_t i = 0; i < length; i++)
		if (bytes[i] < ' ' || bytes[i] > '~' || bytes[i] == '"' || bytes[i] == '\\')
			return buf;
	text_add(&t, "%s", bytes);
	return buf;
}

// SPDX-License-Identifier: GPL-2.0
/*
 * What the numbers of a machine-check record say, in words; the error code, which
 * is the largest part of it, is in decode/code.c, the units in decode/amd/ and decode/intel/, and
 * the record as a whole in decode/sentence.c.
 *
 * Written from the manuals: Intel SDM vol. 3B ch. 16, AMD APM vol. 2 ch. 9. The same
 * bit means different things to different makes, so every reading asks for the make.
 */
#include "decode/absent.h"
#include "decode/amd/amd.h"
#include "decode/decode.h"
#include "decode/internal.h"

struct bit_name {
	__u64 bit;
	const char *name;
};

static void text_add_bits(struct text *t, __u64 value, const struct bit_name *names, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (value & names[i].bit)
			text_put_all(t, t->used ? " " : "", names[i].name);
}

static const char *name_of(unsigned int n, const char *const *names, size_t count)
{
	return n < count ? names[n] : "unknown";
}

const char *mcw_class_name(enum mcw_class class)
{
	static const char *const names[] = {
		[MCW_CLASS_CORRECTED] = "corrected",	[MCW_CLASS_DEFERRED] = "deferred",
		[MCW_CLASS_UCNA] = "UCNA",		[MCW_CLASS_SRAO] = "SRAO",
		[MCW_CLASS_SRAR] = "SRAR",		[MCW_CLASS_UNCORRECTED] = "uncorrected",
		[MCW_CLASS_FATAL] = "fatal",
	};

	return name_of(class, names, ARRAY_SIZE(names));
}

const char *mcw_grade_name(unsigned int severity)
{
	static const char *const names[] = {
		"NO", "DEFERRED", "KEEP", "SOME", "AO", "UC", "AR", "PANIC",
	};

	return name_of(severity, names, ARRAY_SIZE(names));
}

const char *mcw_source_name(unsigned int source)
{
	static const char *const names[] = {
		[MCW_SOURCE_UNKNOWN] = "unknown",	[MCW_SOURCE_EXCEPTION] = "exception",
		[MCW_SOURCE_CMCI] = "cmci",		[MCW_SOURCE_POLL] = "poll",
		[MCW_SOURCE_FIRMWARE] = "firmware",	[MCW_SOURCE_PROCESS] = "process",
	};

	return name_of(source, names, ARRAY_SIZE(names));
}

const char *mcw_lane_name(unsigned int lane)
{
	static const char *const names[] = {
		[MCW_LANE_SEVERE] = "severe",
		[MCW_LANE_OTHER] = "other",
		[MCW_LANE_NOTICE] = "notice",
		[MCW_LANE_LOCATION] = "location",
	};

	return name_of(lane, names, ARRAY_SIZE(names));
}

const char *mcw_flag_name(unsigned int bit)
{
	switch (1U << bit) {
	case MCW_FLAG_INJECTED:
		return "injected";
	case MCW_FLAG_BY_MODULE:
		return "by_module";
	case MCW_FLAG_LEFTOVER:
		return "leftover";
	case MCW_FLAG_CHAIN:
		return "chain";
	default:
		return NULL;
	}
}

bool mcw_vendor_is_amd(unsigned int cpuvendor)
{
	return cpuvendor == MCW_VENDOR_AMD || cpuvendor == MCW_VENDOR_HYGON;
}

enum mcw_class mcw_event_class(const struct mcw_event *ev)
{
	return mcw_error_class(ev->regs.status, ev->regs.mcgcap, ev->regs.cpuvendor);
}

bool mcw_event_is_gradable(const struct mcw_event *ev)
{
	if (is_amd(ev) || ev->regs.mcgcap || mcw_event_lacks(ev, MCW_ABSENT_MCGCAP))
		return true;
	return (ev->regs.status & (MCW_STATUS_UC | MCW_STATUS_PCC)) != MCW_STATUS_UC;
}

unsigned int mcw_event_count(const struct mcw_event *ev, bool *more)
{
	__u64 status = ev->regs.status;

	*more = false;
	if (status & MCW_STATUS_UC)
		return 0;
	if (is_smca(ev) && !(status & MCW_STATUS_DEFERRED)) {
		*more = ev->counted && mcw_amd_counter_is_full(ev);
		return ev->counted;
	}
	if (is_amd(ev) || !(ev->regs.mcgcap & MCW_MCGCAP_CMCI_P))
		return 0;
	*more = status & MCW_BIT(52);
	return field(status, 51, 38);
}

const char *mcw_event_threshold(const struct mcw_event *ev)
{
	static const char *const names[] = { NULL, "green", "yellow", NULL };
	__u64 status = ev->regs.status;

	if (is_amd(ev) || status & MCW_STATUS_UC || !(ev->regs.mcgcap & MCW_MCGCAP_TES_P))
		return NULL;
	return names[field(status, 54, 53)];
}

static void add_bytes(struct text *t, unsigned int log2)
{
	static const char *const units[] = { "", " Ki", " Mi", " Gi", " Ti", " Pi", " Ei" };

	text_put_number(t, 1U << log2 % 10);
	text_put_all(t, log2 < 10 ? " " : units[log2 / 10], "B");
}

#define CODE_TIMER	0x0400U
#define PAGE_BITS	12

/*
 * MCi_MISC has the layout of mode and granularity for memory, cache and bus errors alone: an I/O
 * error's names the device, and those inside the core define both registers by the model. Intel
 * SDM vol. 3B ch. 16.3.2.4.
 */
static bool has_address_mode(const struct mcw_event *ev)
{
	unsigned int code = field(ev->regs.status, 15, 0);

	if (!has_recovery(ev) || !(ev->regs.status & MCW_STATUS_MISCV) ||
	    mcw_event_lacks(ev, MCW_ABSENT_MISC) || code == INTEL_CODE_IO)
		return false;
	code &= ~MCW_MCACOD_FILTER;
	return MCW_MCACOD_IS(code, GENERIC_CACHE) || MCW_MCACOD_IS(code, CACHE) ||
	       MCW_MCACOD_IS(code, MEMORY) || MCW_MCACOD_IS(code, MEMORY_CACHE) ||
	       MCW_MCACOD_IS(code, BUS);
}

/* What kind of address it is, and how much of it is meant: MCi_MISC says it. */
static void add_intel_address_kind(struct text *t, const struct mcw_event *ev)
{
	static const char *const modes[] = {
		"segment offset", "linear",	 "physical",	   "memory",
		"mode 4, reserved", "mode 5, reserved", "mode 6, reserved", "generic",
	};

	if (field(ev->regs.status, 15, 0) == CODE_TIMER)
		text_put(t, " (of an instruction)");
	if (!has_address_mode(ev))
		return;
	text_put_all(t, " (", modes[field(ev->regs.misc, 8, 6)], ", ");
	add_bytes(t, field(ev->regs.misc, 5, 0));
	text_put(t, ")");
}

/*
 * As the module's page_address.c. Of a record from a log nobody knows whether its bank has PADDRV;
 * a bank that does not have it leaves the bit 0.
 */
static bool is_physical_smca(const struct mcw_event *ev)
{
	if (ev->cpu_caps & MCW_CAP_PADDRV ||
	    (is_umc(ev) && mcw_event_lacks(ev, MCW_ABSENT_MACHINE)))
		return ev->regs.status & MCW_STATUS_PADDRV;
	return !is_umc(ev) && ev->regs.status & (MCW_STATUS_PADDRV | MCW_STATUS_POISON);
}

/*
 * Status 29:24 has the lowest valid bit; 0 where the bank does not report it, and then the address
 * is good for a page.
 */
static void add_smca_address_kind(struct text *t, const struct mcw_event *ev)
{
	unsigned int lsb = field(ev->regs.status, 29, 24);

	if (is_umc(ev) && !(ev->regs.status & MCW_STATUS_PADDRV)) {
		text_put(t, " (normalized)");
	} else if (is_physical_smca(ev)) {
		text_put(t, " (physical, ");
		add_bytes(t, lsb ? lsb : PAGE_BITS);
		text_put(t, ")");
	}
}

char *mcw_address_text(const struct mcw_event *ev, char *buf, size_t size)
{
	struct text t = text_begin(buf, size);
	__u64 status = ev->regs.status;

	if (!(status & MCW_STATUS_ADDRV)) {
		text_put(&t, "none");
		return buf;
	}
	if (mcw_event_lacks(ev, MCW_ABSENT_ADDR)) {
		text_put(&t, "not given");
		return buf;
	}
	/* Printers of logs leave a register out that is 0; a reader of the text sees that it is. */
	if (!ev->regs.addr) {
		text_put(&t, "0");
		return buf;
	}
	text_put_hex(&t, ev->regs.addr, 16);
	if (!is_amd(ev))
		add_intel_address_kind(&t, ev);
	else if (is_smca(ev))
		add_smca_address_kind(&t, ev);
	return buf;
}

char *mcw_status_text(const struct mcw_event *ev, char *buf, size_t size)
{
	static const struct bit_name all[] = {
		{ MCW_STATUS_VAL, "VAL" },	{ MCW_STATUS_OVER, "OVER" },
		{ MCW_STATUS_UC, "UC" },	{ MCW_STATUS_EN, "EN" },
		{ MCW_STATUS_MISCV, "MISCV" },	{ MCW_STATUS_ADDRV, "ADDRV" },
		{ MCW_STATUS_PCC, "PCC" },
	};
	static const struct bit_name recovery[] = {
		{ MCW_STATUS_S, "S" },
		{ MCW_STATUS_AR, "AR" },
	};
	static const struct bit_name smca[] = {
		{ MCW_STATUS_TCC, "TCC" },
		{ MCW_STATUS_PADDRV, "PADDRV" },
		{ MCW_STATUS_SYNDV, "SYNDV" },
	};
	static const struct bit_name amd[] = {
		{ MCW_STATUS_CECC, "CECC" },		{ MCW_STATUS_UECC, "UECC" },
		{ MCW_STATUS_DEFERRED, "DEFERRED" },	{ MCW_STATUS_POISON, "POISON" },
		{ MCW_STATUS_SCRUB, "SCRUB" },
	};
	struct text t = text_begin(buf, size);
	__u64 status = ev->regs.status;

	text_add_bits(&t, status, all, ARRAY_SIZE(all));
	if (is_smca(ev))
		text_add_bits(&t, status, smca, ARRAY_SIZE(smca));
	if (is_amd(ev))
		text_add_bits(&t, status, amd, ARRAY_SIZE(amd));
	if (has_recovery(ev) && status & MCW_STATUS_UC)
		text_add_bits(&t, status, recovery, ARRAY_SIZE(recovery));
	if (!is_amd(ev) && status & MCW_STATUS_FW)
		text_put(&t, t.used ? " FW" : "FW");
	return buf;
}

/* Bit 12 was something else before: what has SEAM also recovers, and has local machine checks. */
static bool has_seam(__u64 mcgcap)
{
	const __u64 all = MCW_MCGCAP_SEAM_NR | MCW_MCGCAP_SER_P | MCW_MCGCAP_LMCE_P;

	return (mcgcap & all) == all;
}

char *mcw_mcgstatus_text(__u64 mcgstatus, __u64 mcgcap, char *buf, size_t size)
{
	static const struct bit_name names[] = {
		{ MCW_MCGSTATUS_RIPV, "RIPV" },
		{ MCW_MCGSTATUS_EIPV, "EIPV" },
		{ MCW_MCGSTATUS_MCIP, "MCIP" },
	};
	struct text t = text_begin(buf, size);

	text_add_bits(&t, mcgstatus, names, ARRAY_SIZE(names));
	if (mcgstatus & MCW_MCGSTATUS_LMCE && mcgcap & MCW_MCGCAP_LMCE_P)
		text_put(&t, t.used ? " LMCE_S" : "LMCE_S");
	if (mcgstatus & MCW_MCGSTATUS_SEAM_NR && has_seam(mcgcap))
		text_put(&t, t.used ? " SEAM_NR" : "SEAM_NR");
	return buf;
}

char *mcw_mcgcap_text(__u64 mcgcap, char *buf, size_t size)
{
	static const struct bit_name names[] = {
		{ MCW_MCGCAP_CTL_P, ", MCG_CTL" },
		{ MCW_MCGCAP_CMCI_P, ", corrected-error interrupt (CMCI)" },
		{ MCW_MCGCAP_TES_P, ", threshold status (TES)" },
		{ MCW_MCGCAP_SEAM_NR, ", SEAM non-root status" },
		{ MCW_MCGCAP_SER_P, ", software error recovery (SER)" },
		{ MCW_MCGCAP_ELOG_P, ", extended error log (ELOG)" },
		{ MCW_MCGCAP_LMCE_P, ", local machine check (LMCE)" },
	};
	struct text t = text_begin(buf, size);

	text_add(&t, "%u banks", (unsigned int)field(mcgcap, 7, 0));
	if (!has_seam(mcgcap))
		mcgcap &= ~MCW_MCGCAP_SEAM_NR;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (mcgcap & names[i].bit)
			text_put(&t, names[i].name);
	if (mcgcap & MCW_MCGCAP_EXT_P)
		text_add(&t, ", %u extended registers", (unsigned int)field(mcgcap, 23, 16));
	return buf;
}

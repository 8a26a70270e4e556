// SPDX-License-Identifier: GPL-2.0
/*
 * AMD's scalable MCA: what a bank belongs to, and what its extended error codes mean.
 *
 * A bank is known by its IPID register and never by its number, which differs from CPU to
 * CPU. The codes are those of AMD's Processor Programming References for families 17h and
 * 19h. A code that later models use for something else has no name here.
 */
#include "decode/decode.h"
#include "decode/internal.h"

#include <string.h>

static const char *const load_store[] = {
	"load queue parity",
	"store queue parity",
	"miss address buffer parity",
	"L1 TLB parity",
	"data cache tag, type 5",
	"data cache tag, type 6",
	"data cache tag, type 1",
	"internal, type 1",
	"internal, type 2",
	"system read data, thread 0",
	"system read data, thread 1",
	"data cache tag, type 2",
	"data cache data, type 1, or poison consumed",
	"data cache data, type 2",
	"data cache data, type 3",
	"data cache tag, type 4",
	"L2 TLB parity",
	"page directory cache parity",
	"data cache tag, type 3",
	"data cache tag, type 5",
	"L2 fill data",
};

static const char *const load_store_2[] = {
	"data cache ECC, read by a probe or a victim",
	"data cache ECC or poison, read by a load",
	"data cache ECC, read by a store",
	"tag ECC or poison mismatch, read by a probe or a victim",
	"tag ECC or poison mismatch, read by a load",
	"tag ECC or poison mismatch, read by a store",
	"emulation memory ECC, read by a load",
	"emulation memory ECC, read by a store",
	"L1 TLB parity",
	"L2 TLB parity",
	"page walk cache parity",
	"store queue parity",
	"load queue parity",
	"miss address buffer parity",
	"store coalescing buffer parity, state",
	"store coalescing buffer parity, address",
	"store coalescing buffer parity, data",
	"write combining buffer parity",
	"poisoned line in the store coalescing buffer",
	"system read data for a load",
	"system read data for a coalesced store",
	"system read data for a combined write",
	"hardware assertion",
};

static const char *const fetch[] = {
	"microtag parity",
	"microtag or tag multi-hit",
	"tag parity",
	"data array parity",
	"prediction queue parity",
	"L0 TLB parity",
	"L1 TLB parity",
	"L2 TLB parity",
	"branch snoop queue parity, thread 0",
	"branch snoop queue parity, thread 1",
	"L1 branch target buffer multi-hit",
	"L2 branch target buffer multi-hit",
	"poison in a response of the L2 cache",
	"system read data",
	"hardware assertion",
	"L1 TLB multi-hit",
	"L2 TLB multi-hit",
};

static const char *const l2[] = {
	"tag multi-hit",
	"tag or state ECC",
	"data ECC",
	"hardware assertion",
};

static const char *const decode[] = {
	"micro-op cache tag parity", "micro-op cache data parity", "instruction byte buffer parity",
	"micro-op queue parity",     "dispatch queue parity",	   "fetch address queue parity",
	"patch RAM data parity",     "patch RAM sequencer parity", "micro-op fetch queue parity",
	"hardware assertion",
};

static const char *const execution[] = {
	"watchdog timeout",
	"physical register file parity",
	"flag register file parity",
	"displacement register file parity",
	"address generator payload parity",
	"execution payload parity",
	"checkpoint queue parity",
	"retire dispatch queue parity",
	"retire status queue parity",
	"scheduler queue parity",
	"branch buffer queue parity",
	"hardware assertion",
};

static const char *const floating_point[] = {
	"physical register file parity",
	"free list parity",
	"schedule queue parity",
	"non-schedulable queue parity",
	"retire queue parity",
	"status register file parity",
	"hardware assertion",
};

static const char *const l3[] = {
	"shadow tag ECC", "shadow tag multi-hit", "tag ECC",	  "tag multi-hit",
	"data ECC",	  "parity from outside",  "victim queue", "hardware assertion",
};

/* Of both types; those from 9 on were given other meanings in between. */
static const char *const coherent_station[] = {
	"illegal request",	"address violation",	 "security violation",
	"illegal response",	"unexpected response",	 "request or probe parity",
	"read response parity", "atomic request parity",
};

static const char *const pie[] = {
	"hardware assertion", "register security violation",	       "link error",
	"poison consumed",    "deferred error inside the data fabric",
};

static const char *const umc[] = {
	"DRAM ECC error",
	"data poison",
	"SDP parity",
	"peripheral bus",
	"address or command parity",
	"write data CRC",
	"SRAM ECC",
};

static const char *const parameter_block[] = { "RAM ECC" };
static const char *const psp[] = { "RAM ECC or parity" };
static const char *const smu[] = { "RAM ECC or parity" };

static const char *const nbio[] = {
	"ECC or parity",	 "PCI Express",	    "external error event",
	"poison on its way out", "internal poison", "internal fatal event",
};

static const char *const pcie[] = {
	"CCIX error message",
	"CCIX read response, no data",
	"CCIX write response, no data",
	"CCIX read response, data error",
	"CCIX write response, data error",
};

static const char *const pcie_2[] = { "SDP data parity" };

static const char *const xgmi_pcs[] = {
	"data loss",
	"training",
	"flow control acknowledge",
	"receive queue underflow",
	"receive queue overflow",
	"CRC",
	"bit error rate exceeded",
	"transmit data",
	"replay buffer parity",
	"data parity",
	"replay queue overflow",
	"replay queue underflow",
	"elastic queue overflow",
	"deskew",
	"flow control CRC",
	"data startup limit",
	"flow control timeout",
	"recovery timeout",
	"ready timeout",
	"ready attempts",
	"recovery attempts",
	"recovery relock attempts",
};

static const char *const phy[] = {
	"RAM ECC",
	"instruction buffer parity",
	"data buffer parity",
	"bus error",
};

static const char *const nbif[] = { "timeout", "SRAM ECC", "non-transparent bridge", "SDP parity" };

/* The kernel's own numbers of these change; the hardware's do not. */
static const struct smca_unit {
	unsigned int hwid;
	unsigned int type;
	const char *name;
	const char *const *codes;
	size_t count;
} smca_units[] = {
	{ 0x0b0, 0x00, "load-store", load_store, ARRAY_SIZE(load_store) },
	{ 0x0b0, 0x10, "load-store", load_store_2, ARRAY_SIZE(load_store_2) },
	{ 0x0b0, 0x01, "instruction fetch", fetch, ARRAY_SIZE(fetch) },
	{ 0x0b0, 0x02, "L2 cache", l2, ARRAY_SIZE(l2) },
	{ 0x0b0, 0x03, "decode", decode, ARRAY_SIZE(decode) },
	{ 0x0b0, 0x05, "execution", execution, ARRAY_SIZE(execution) },
	{ 0x0b0, 0x06, "floating point", floating_point, ARRAY_SIZE(floating_point) },
	{ 0x0b0, 0x07, "L3 cache", l3, ARRAY_SIZE(l3) },
	{ 0x02e, 0x00, "coherent station", coherent_station, ARRAY_SIZE(coherent_station) },
	{ 0x02e, 0x01, "PIE power and interrupts", pie, ARRAY_SIZE(pie) },
	{ 0x02e, 0x02, "coherent station", coherent_station, ARRAY_SIZE(coherent_station) },
	{ SMCA_HWID_UMC, 0x00, "UMC memory controller", umc, ARRAY_SIZE(umc) },
	/* the second type has DRAM ECC in common with the first, and little else */
	{ SMCA_HWID_UMC, 0x01, "UMC memory controller", umc, 3 },
	{ 0x005, 0x00, "parameter block", parameter_block, ARRAY_SIZE(parameter_block) },
	{ 0x0ff, 0x00, "PSP security processor", psp, ARRAY_SIZE(psp) },
	{ 0x0ff, 0x01, "PSP security processor", NULL, 0 },
	{ 0x001, 0x00, "SMU system management", smu, ARRAY_SIZE(smu) },
	{ 0x001, 0x01, "SMU system management", NULL, 0 },
	{ 0x001, 0x02, "MP5 microprocessor", NULL, 0 },
	{ 0x001, 0x03, "MPDMA", NULL, 0 },
	{ 0x018, 0x00, "NBIO northbridge I/O", nbio, ARRAY_SIZE(nbio) },
	{ 0x046, 0x00, "PCI Express", pcie, ARRAY_SIZE(pcie) },
	{ 0x046, 0x01, "PCI Express", pcie_2, ARRAY_SIZE(pcie_2) },
	{ 0x050, 0x00, "xGMI PCS", xgmi_pcs, ARRAY_SIZE(xgmi_pcs) },
	{ 0x06c, 0x00, "NBIF", nbif, ARRAY_SIZE(nbif) },
	{ 0x080, 0x00, "system hub", NULL, 0 },
	{ 0x0a8, 0x00, "SATA", NULL, 0 },
	{ 0x0aa, 0x00, "USB", NULL, 0 },
	{ 0x241, 0x00, "GMI PCS", xgmi_pcs, ARRAY_SIZE(xgmi_pcs) },
	{ 0x259, 0x00, "xGMI PHY", phy, ARRAY_SIZE(phy) },
	{ 0x267, 0x00, "WAFL PHY", phy, ARRAY_SIZE(phy) },
	{ 0x269, 0x00, "GMI PHY", phy, ARRAY_SIZE(phy) },
};

static const struct smca_unit *unit_of(const struct mcw_event *ev)
{
	if (!is_amd(ev) || !ev->regs.ipid)
		return NULL;
	for (size_t i = 0; i < ARRAY_SIZE(smca_units); i++)
		if (smca_units[i].hwid == smca_hwid(ev) && smca_units[i].type == smca_type(ev))
			return &smca_units[i];
	return NULL;
}

const char *mcw_smca_extended_name(const struct mcw_event *ev)
{
	unsigned int code = field(ev->regs.status, 21, 16);
	const struct smca_unit *unit = unit_of(ev);

	return unit && code < unit->count ? unit->codes[code] : NULL;
}

char *mcw_unit_text(const struct mcw_event *ev, char *buf, size_t size)
{
	struct text t = text_begin(buf, size);
	const struct smca_unit *unit = unit_of(ev);

	if (ev->regs.bank == MCW_BANK_FIRMWARE)
		text_add(&t, "firmware");
	else if (unit)
		text_add(&t, "%s", unit->name);
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

	if (!is_smca(ev) || !(ev->regs.status & MCW_STATUS_SYNDV))
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

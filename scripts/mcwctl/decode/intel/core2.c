// SPDX-License-Identifier: GPL-2.0
/*
 * CPUs with a front side bus (FSB): P6, that is Pentium Pro to the first Core, then Core 2, and
 * Dunnington (Xeon 7400).
 *
 * They report errors of the bus with more bits of MCi_STATUS than later CPUs.
 */
#include "decode/intel/model.h"

/* A form of MCACOD: bus and interconnect error. */
#define BUS_MASK 0xf800
#define BUS_CODE 0x0800
#define BUS_FSB 0x0e0f /* the only one of that form that Dunnington's shared bank has */

#define REQUEST(code, words) MCW_CODE(24, 19, code, "request of the bus queue: " words)
#define ERROR(code, words) MCW_CODE(27, 25, code, "error of the bus queue: " words)

/* DCU is the data cache, IFU the instruction fetch. */
static const struct mcw_code shared[] = {
	REQUEST(0, "DCU read"),
	REQUEST(2, "IFU demand read"),
	REQUEST(3, "IFU demand read, uncached"),
	REQUEST(4, "DCU read for ownership"),
	REQUEST(5, "DCU read for ownership, locked"),
	REQUEST(6, "DCU invalidate for a write (ItoM)"),
	REQUEST(8, "DCU write-back"),
	REQUEST(10, "DCU eviction of a write-combining buffer"),
	REQUEST(11, "DCU write of a whole write-combining buffer"),
	REQUEST(12, "DCU branch trace message"),
	REQUEST(13, "DCU interrupt acknowledge"),
	REQUEST(14, "DCU invalidate the L2 cache"),
	REQUEST(15, "DCU flush the L2 cache"),
	REQUEST(16, "DCU read of a part"),
	REQUEST(18, "DCU write of a part"),
	REQUEST(20, "DCU special cycle"),
	REQUEST(24, "DCU I/O read"),
	REQUEST(25, "DCU I/O write"),
	REQUEST(28, "DCU locked read"),
	REQUEST(29, "DCU locked write"),
	REQUEST(30, "DCU split locked read"),
	ERROR(0, "hard error"),
	ERROR(1, "two bits wrong"),
	ERROR(2, "address parity, second try (AERR2)"),
	ERROR(4, "one bit wrong"),
	ERROR(5, "address parity, first try (AERR1)"),
	MCW_FLAG(30, "BINIT from inside"),
	MCW_FLAG(36, "parity of a response received"),
	MCW_FLAG(38, "BINIT of a timeout: nothing has retired for some time"),
	MCW_FLAG(42, "a bus transaction was answered with a hard error"),
	MCW_FLAG(43, "failure that raised IERR"),
	MCW_FLAG(44, "two bus transactions with address parity errors (AERR)"),
	MCW_FLAG(45, "ECC, uncorrected"),
	MCW_FLAG(46, "ECC, corrected"),
};

static const struct mcw_code_table shared_codes = {
	.mask = BUS_MASK,
	.value = BUS_CODE,
	MCW_CODE_TABLE(shared),
};

static const struct mcw_code p6[] = {
	MCW_FLAG(28, "functional redundancy check (FRC)"),
	MCW_FLAG(29, "BERR of this CPU"),
	MCW_FLAG(35, "BINIT from the bus"),
	MCW_FLAG(37, "split transaction answered with a hard error (bus BINIT)"),
};

static const struct mcw_code_table p6_codes = {
	.mask = BUS_MASK,
	.value = BUS_CODE,
	MCW_CODE_TABLE(p6),
};

static const struct mcw_code_table *const p6_tables[] = { &shared_codes, &p6_codes, NULL };

static const struct mcw_code core2[] = {
	MCW_FLAG(28, "this CPU raised MCERR"), MCW_FLAG(29, "MCERR was seen"),
	MCW_FLAG(31, "BINIT was seen"),	       MCW_FLAG(34, "data parity of PIC or FSB"),
	MCW_FLAG(37, "FSB address parity"),
};

static const struct mcw_code_table core2_codes = {
	.mask = BUS_MASK,
	.value = BUS_CODE,
	MCW_CODE_TABLE(core2),
};

static const struct mcw_code_table *const core2_tables[] = { &shared_codes, &core2_codes, NULL };

static const struct mcw_intel_bank p6_banks[] = { MCW_BANKS(0, 5, NULL, p6_tables) };
static const struct mcw_intel_bank core2_banks[] = { MCW_BANKS(0, 5, NULL, core2_tables) };

const struct mcw_intel_model mcw_intel_p6 = {
	.manual = "SDM vol. 3B 17.1",
	MCW_MODEL_BANKS(p6_banks),
};

const struct mcw_intel_model mcw_intel_core2 = {
	.manual = "SDM vol. 3B 17.2",
	MCW_MODEL_BANKS(core2_banks),
};

static const struct mcw_code dunnington_bus[] = {
	MCW_FLAG(16, "parity in the request phase of the FSB"),
	MCW_FLAG(20, "local transaction answered with a hard failure"),
	MCW_FLAG(21, "parity of a response on the FSB"),
	MCW_FLAG(22, "parity of data that came in over the FSB"),
};

static const struct mcw_code_table dunnington_bus_codes = {
	.mask = 0xffff,
	.value = BUS_FSB,
	MCW_CODE_TABLE(dunnington_bus),
};

/* L3 and the bus controller, which all cores share. */
static const struct mcw_code dunnington_internal[] = {
	MCW_CODE(31, 16, 0x0001, "inclusion error from core 0"),
	MCW_CODE(31, 16, 0x0002, "inclusion error from core 1"),
	MCW_CODE(31, 16, 0x0003, "write exclusive error from core 0"),
	MCW_CODE(31, 16, 0x0004, "write exclusive error from core 1"),
	MCW_CODE(31, 16, 0x0005, "inclusion error from the FSB"),
	MCW_CODE(31, 16, 0x0006, "snoop stall error from the FSB"),
	MCW_CODE(31, 16, 0x0007, "write stall error from the FSB"),
	MCW_CODE(31, 16, 0x0008, "FSB arbiter timeout"),
	MCW_CODE(31, 16, 0x000a, "inclusion error from core 2"),
	MCW_CODE(31, 16, 0x000b, "write exclusive error from core 2"),
	MCW_CODE(31, 16, 0x0200, "internal timeout"),
	MCW_CODE(31, 16, 0x0300, "internal timeout"),
	MCW_CODE(31, 16, 0x0400, "Cache Safe Technology: queue is full, or too many ways disabled"),
	MCW_CODE(31, 16, 0x0500, "quiet cycle timeout, corrected"),
	MCW_CODE(31, 16, 0xc002, "ECC of data to core 0, corrected"),
	MCW_CODE(31, 16, 0xc004, "ECC of data to core 1, corrected"),
	MCW_CODE(31, 16, 0xc008, "ECC of data to core 2, corrected"),
	MCW_CODE(31, 16, 0xe002, "ECC of data to core 0, uncorrected"),
	MCW_CODE(31, 16, 0xe004, "ECC of data to core 1, uncorrected"),
	MCW_CODE(31, 16, 0xe008, "ECC of data to core 2, uncorrected"),
};

static const struct mcw_code_table dunnington_internal_codes = {
	.mask = 0xffff,
	.value = 0x0400,
	MCW_CODE_TABLE(dunnington_internal),
};

static const struct mcw_code_table *const dunnington_tables[] = {
	&dunnington_bus_codes,
	&dunnington_internal_codes,
	NULL,
};

static const struct mcw_intel_bank dunnington_banks[] = {
	MCW_BANKS(4, 4, NULL, dunnington_tables),
	MCW_BANKS(6, 6, NULL, dunnington_tables),
	MCW_BANKS(0, 5, NULL, core2_tables),
};

const struct mcw_intel_model mcw_intel_dunnington = {
	.manual = "SDM vol. 3B 17.2.1",
	MCW_MODEL_BANKS(dunnington_banks),
};

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a file of decode/intel/ says of its models: units, codes and places, by bank.
 */
#ifndef MCW_DECODE_INTEL_MODEL_H
#define MCW_DECODE_INTEL_MODEL_H

#include "decode/code_table.h"
#include "decode/component.h"
#include "decode/cpu.h"
#include "decode/memory_place.h"

/* Bits high to low of MCi_MISC, moved up by shift, are a part of the place. */
struct mcw_misc_bits {
	unsigned char part;
	unsigned char high;
	unsigned char low;
	unsigned char shift;
	unsigned char if_set; /* only if that bit is 1; 0: always */
	unsigned char if_clear; /* only if that bit is 0; 0: always */
	bool if_corrected;
};

#define MCW_MISC_BITS(what, from, to, ...) \
	{ \
		.part = MCW_PLACE_##what, .high = (from), .low = (to), ##__VA_ARGS__ \
	}

/* The layout of MCi_MISC in a memory controller's banks. */
struct mcw_misc_layout {
	const struct mcw_misc_bits *bits;
	size_t count;
	__u64 status_mask; /* bits of MCi_STATUS that must be 1 */
	/* Codes, MCi_STATUS 31:16, with which the register holds something else; last 0: none. */
	struct {
		unsigned short first;
		unsigned short last;
	} other[2];
	/* How the memory is protected: a field, and a name of each of its values; high 0: none. */
	unsigned char mode_high;
	unsigned char mode_low;
	const char *const *modes; /* 16 of them */
	/* Mode 8 is of persistent memory, whose place the register does not have. */
	bool mode_8_no_place;
	unsigned char transient; /* bit; 0: none */
	bool decimal; /* how people write these numbers */
};

/* Bits of MCi_MISC of a corrected error, of memory that is kept twice. */
struct mcw_mirror_bits {
	unsigned char failover; /* the copy was read, and the channel is used no more */
	unsigned char repaired; /* the copy was read, and written over what was wrong */
};

#define MCW_NOT_KNOWN (-1)

struct mcw_intel_unit {
	const char *name;
	enum mcw_component component;
};

#define MCW_UNIT(words, what) (&(const struct mcw_intel_unit){ words, MCW_COMPONENT_##what })

/* Banks first to last. */
struct mcw_intel_bank {
	unsigned char first;
	unsigned char last;
	const struct mcw_intel_unit *unit; /* NULL: of no unit alone */
	const struct mcw_code_table *const *tables; /* ends with NULL */
	const struct mcw_misc_layout *misc;
	const struct mcw_mirror_bits *mirror;
	signed char controller;
	signed char channel; /* of the first bank; the next bank has the next channel */
};

#define MCW_BANKS(from, to, name, codes) \
	{ \
		.first = (from), .last = (to), .unit = (name), .tables = (codes), \
		.controller = MCW_NOT_KNOWN, .channel = MCW_NOT_KNOWN \
	}
#define MCW_MEMORY_BANKS(from, to, name, codes, layout, of_controller, from_channel) \
	{ \
		.first = (from), .last = (to), .unit = (name), .tables = (codes), \
		.misc = (layout), .controller = (of_controller), .channel = (from_channel) \
	}

#define MCW_MIRROR_BANKS(from, to, name, codes, bits, of_controller) \
	{ \
		.first = (from), .last = (to), .unit = (name), .tables = (codes), \
		.mirror = (bits), .controller = (of_controller), .channel = MCW_NOT_KNOWN \
	}

struct mcw_intel_model {
	const char *manual; /* where the codes are from */
	const struct mcw_intel_bank *banks;
	size_t count;
};

#define MCW_MODEL_BANKS(rows) .banks = (rows), .count = ARRAY_SIZE(rows)

/* Of a code of a memory controller's bank. */
enum mcw_memory_side mcw_imc_side(enum mcw_intel_design design, __u64 status);

/* Names of units that several models have. */
#define MCW_UNIT_PCU MCW_UNIT("PCU power control unit", POWER)
#define MCW_UNIT_QPI MCW_UNIT("QPI link", LINK)
#define MCW_UNIT_UPI MCW_UNIT("UPI link", LINK)
#define MCW_UNIT_HOME MCW_UNIT("home agent", INTERCONNECT)
#define MCW_UNIT_M2M MCW_UNIT("M2M mesh to memory", INTERCONNECT)
#define MCW_UNIT_IMC MCW_UNIT("iMC memory controller", MEMORY)
#define MCW_UNIT_CHA MCW_UNIT("CHA cache and home agent", INTERCONNECT)
#define MCW_UNIT_IIO MCW_UNIT("IIO integrated I/O", IO)

/* Tables that several models have. */
extern const struct mcw_code_table mcw_ubox_codes; /* MCACOD of the PCU's bank */
extern const struct mcw_code_table mcw_imc_flags; /* Sandy Bridge to Skylake */
extern const struct mcw_code_table mcw_upi_flags; /* Ice Lake to Emerald Rapids */
extern const struct mcw_code_table mcw_upi_skylake_flags;
extern const struct mcw_code_table mcw_upi_codes;
extern const struct mcw_code_table mcw_pcu_ice_lake_codes;
extern const struct mcw_code_table mcw_pcu_controller_codes;
extern const struct mcw_code_table mcw_imc_ice_lake_codes;
extern const struct mcw_code_table mcw_m2m_flags; /* Skylake and Ice Lake */
extern const struct mcw_code_table mcw_shutdown_codes; /* Sapphire Rapids */
extern const struct mcw_code_table mcw_shutdown_diamond_codes;

extern const struct mcw_misc_layout mcw_rank_misc; /* Sandy Bridge to Broadwell */

extern const struct mcw_intel_model mcw_intel_nehalem;
extern const struct mcw_intel_model mcw_intel_nehalem_ex;
extern const struct mcw_intel_model mcw_intel_sandy_bridge;
extern const struct mcw_intel_model mcw_intel_ivy_bridge;
extern const struct mcw_intel_model mcw_intel_haswell;
extern const struct mcw_intel_model mcw_intel_broadwell;
extern const struct mcw_intel_model mcw_intel_broadwell_de;
extern const struct mcw_intel_model mcw_intel_skylake;
extern const struct mcw_intel_model mcw_intel_ice_lake;
extern const struct mcw_intel_model mcw_intel_ice_lake_d;
extern const struct mcw_intel_model mcw_intel_tremont_d;
extern const struct mcw_intel_model mcw_intel_sapphire;
extern const struct mcw_intel_model mcw_intel_granite;
extern const struct mcw_intel_model mcw_intel_diamond;
extern const struct mcw_intel_model mcw_intel_knights;
extern const struct mcw_intel_model mcw_intel_denverton;
extern const struct mcw_intel_model mcw_intel_p6;
extern const struct mcw_intel_model mcw_intel_core2;
extern const struct mcw_intel_model mcw_intel_dunnington;
extern const struct mcw_intel_model mcw_intel_pentium4;
extern const struct mcw_intel_model mcw_intel_tulsa;

#endif /* MCW_DECODE_INTEL_MODEL_H */

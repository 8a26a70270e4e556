// SPDX-License-Identifier: GPL-2.0
/*
 * AMD's scalable MCA: error codes of a core and its caches.
 */
#include "decode/amd/smca_codes.h"

#include "decode/decode.h"
#include "decode/internal.h"

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
	"store coalescing buffer, state or address",
	"store coalescing buffer, data, pipe 0",
	"store coalescing buffer, data, pipe 1",
	"store coalescing buffer, data of I/O or uncached memory",
	"system read data for a combined write",
	"hardware assertion",
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
	"parity of data on its way to be stored",
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
	"BSR parity",
	"CT error",
};

static const char *const l2[] = {
	"tag multi-hit",      "tag or state ECC",	   "data ECC",
	"hardware assertion", "read response parity, SDP", "raised by its state machine",
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
	"speculative map parity",
	"retire map parity",
};

static const char *const floating_point[] = {
	"physical register file parity",
	"free list parity",
	"schedule queue parity",
	"non-schedulable queue parity",
	"retire queue parity",
	"status register file parity",
	"hardware assertion",
	"mask register file parity",
};

static const char *const l3[] = {
	"shadow tag ECC",
	"shadow tag multi-hit",
	"tag ECC",
	"tag multi-hit",
	"data ECC",
	"parity from outside",
	"victim queue",
	"hardware assertion",
	"write buffer parity, poison was made",
	"raised by a debug action",
};

const struct mcw_smca_unit mcw_smca_core_units[] = {
	{ 0x0b0, 0x00, "load-store", MCW_COMPONENT_CORE, load_store, ARRAY_SIZE(load_store) },
	{ 0x0b0, 0x10, "load-store", MCW_COMPONENT_CORE, load_store_2, ARRAY_SIZE(load_store_2) },
	{ 0x0b0, 0x01, "instruction fetch", MCW_COMPONENT_CORE, fetch, ARRAY_SIZE(fetch) },
	{ 0x0b0, 0x02, "L2 cache", MCW_COMPONENT_CACHE_L2, l2, ARRAY_SIZE(l2) },
	{ 0x0b0, 0x03, "decode", MCW_COMPONENT_CORE, decode, ARRAY_SIZE(decode) },
	{ 0x0b0, 0x05, "execution", MCW_COMPONENT_CORE, execution, ARRAY_SIZE(execution) },
	{ 0x0b0, 0x06, "floating point", MCW_COMPONENT_CORE, floating_point,
	  ARRAY_SIZE(floating_point) },
	{ 0x0b0, 0x07, "L3 cache", MCW_COMPONENT_CACHE_L3, l3, ARRAY_SIZE(l3) },
	{ .name = NULL },
};

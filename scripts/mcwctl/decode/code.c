// SPDX-License-Identifier: GPL-2.0
/*
 * The error code of a record, MCi_STATUS 15:0.
 *
 * Intel SDM vol. 3B ch. 16.9 has the simple and the compound codes, AMD APM vol. 2
 * ch. 9.3 the forms that AMD has in common with them.
 */
#include "decode/amd/amd.h"
#include "decode/decode.h"
#include "decode/internal.h"
#include "decode/pci.h"
#include "decode/memory_place.h"

/* The parts of compound codes, which Intel and AMD share. */

static const char *code_level(unsigned int code)
{
	static const char *const names[] = { "L0", "L1", "L2", "generic level" };

	return names[field(code, 1, 0)];
}

/* AMD counts from L1 on. */
static const char *amd_code_level(unsigned int code)
{
	return code & 3 ? code_level(code) : "reserved level";
}

static const char *code_transaction(unsigned int code)
{
	static const char *const names[] = {
		"instruction",
		"data",
		"generic",
		"reserved transaction type",
	};

	return names[field(code, 3, 2)];
}

static const char *code_request(unsigned int code)
{
	static const char *const names[16] = {
		"generic error", "generic read", "generic write", "data read", "data write",
		"instruction fetch", "prefetch", "eviction", "snoop",
	};
	const char *name = names[field(code, 7, 4)];

	return name ? name : "reserved request";
}

static void add_tlb(struct text *t, unsigned int code, const char *level)
{
	text_put_all(t, "TLB error: ", code_transaction(code), ", ", level);
}

static void add_cache(struct text *t, unsigned int code, const char *level)
{
	text_put_all(t, "cache hierarchy error: ", code_request(code), ", ", code_transaction(code),
		     ", ", level);
}

static void add_bus(struct text *t, unsigned int code, const char *level)
{
	static const char *const sides[] = {
		"as source",
		"as responder",
		"as observer",
		"generic participation",
	};
	static const char *const spaces[] = { "memory", "reserved space", "I/O", "other space" };

	text_put_all(t, "bus or interconnect error: ", sides[field(code, 10, 9)], ", ",
		     code_request(code), ", ", spaces[field(code, 3, 2)], ", ", level,
		     code & 1U << 8 ? ", timed out" : "");
}

static void add_memory(struct text *t, unsigned int code, const char *what)
{
	static const char *const kinds[8] = {
		"generic request", "read", "write", "address or command", "scrub",
	};
	const char *kind = kinds[field(code, 6, 4)];

	text_put_all(t, what, " error: ", kind ? kind : "reserved request");
	text_put(t, ", channel ");
	if (field(code, 3, 0) == 0xf)
		text_put(t, "unspecified");
	else
		text_put_number(t, field(code, 3, 0));
}

/* Codes that mean one thing only; true where the code is one. */
static bool add_intel_simple(struct text *t, const struct mcw_event *ev, unsigned int code)
{
	static const char *const names[] = {
		"no error",
		"unclassified error",
		"microcode ROM parity error",
		"external error",
		"functional redundancy check error",
		"internal parity error",
		"SMM handler code access violation",
	};
	struct mcw_pci pci;

	if (code < ARRAY_SIZE(names)) {
		text_put(t, names[code]);
	} else if (code == 0x0400) {
		text_put(t, "internal timer error");
	} else if ((code & 0xfc00) == 0x0400) {
		text_add(t, "internal unclassified error 0x%03x", code & 0x3ff);
	} else if (code == INTEL_CODE_IO) {
		text_put(t, "I/O error");
		if (mcw_event_pci(ev, &pci))
			text_add(t, ": PCI segment 0x%02x, bus 0x%02x, device 0x%02x, function %u",
				 pci.segment, pci.bus, pci.device, pci.function);
	} else {
		return false;
	}
	return true;
}

/* Code with the filter bit taken out. The forms do not overlap, bus errors aside. */
static bool add_intel_compound(struct text *t, unsigned int code)
{
	if (MCW_MCACOD_IS(code, GENERIC_CACHE))
		text_put_all(t, "generic cache hierarchy error: ", code_level(code));
	else if (MCW_MCACOD_IS(code, TLB))
		add_tlb(t, code, code_level(code));
	else if (MCW_MCACOD_IS(code, CACHE))
		add_cache(t, code, code_level(code));
	else if (MCW_MCACOD_IS(code, MEMORY))
		add_memory(t, code, "memory controller");
	else if (MCW_MCACOD_IS(code, MEMORY_CACHE))
		add_memory(t, code, "extended memory");
	else if (MCW_MCACOD_IS(code, BUS))
		add_bus(t, code, code_level(code));
	else
		return false;
	return true;
}

/* The few codes that software may recover from are named by the architecture. */
static void add_intel_recoverable(struct text *t, const struct mcw_event *ev, unsigned int code)
{
	enum mcw_class class = mcw_event_class(ev);

	if (class == MCW_CLASS_SRAO && MCW_MCACOD_IS(code, SCRUB))
		text_put(t, " (SRAO: memory scrub)");
	else if (class == MCW_CLASS_SRAO && code == MCW_MCACOD_L3_WRITEBACK)
		text_put(t, " (SRAO: explicit write-back from the last level cache)");
	else if (class == MCW_CLASS_SRAR && code == MCW_MCACOD_DATA_LOAD)
		text_put(t, " (SRAR: data load)");
	else if (class == MCW_CLASS_SRAR && code == MCW_MCACOD_INSTRUCTION_FETCH)
		text_put(t, " (SRAR: instruction fetch)");
}

static void add_intel_code(struct text *t, const struct mcw_event *ev, unsigned int code)
{
	unsigned int base = code & ~MCW_MCACOD_FILTER;

	/* First, because the code of an I/O error has the form of a bus error too. */
	if (add_intel_simple(t, ev, code))
		return;
	if (!add_intel_compound(t, base)) {
		text_add(t, "unknown code 0x%04x", code);
		return;
	}
	add_intel_recoverable(t, ev, base);
	if (code & MCW_MCACOD_FILTER)
		text_put(t, ", filtered");
}

static void add_amd_place(struct text *t, const struct mcw_event *ev)
{
	struct mcw_memory_place place;

	place.known = 0;
	mcw_amd_add_place(&place, ev);
	for (unsigned int part = 0; place.known >> part; part++)
		if (mcw_place_has(&place, part))
			text_add(t, ", %s %u", mcw_place_name(part), place.value[part]);
}

static void add_amd_extended(struct text *t, const struct mcw_event *ev)
{
	const char *name = mcw_smca_extended_name(ev);

	text_put(t, ", extended code ");
	text_put_hex(t, field(ev->regs.status, 21, 16), 2);
	if (name)
		text_add(t, " (%s)", name);
	add_amd_place(t, ev);
}

/* AMD has Intel's compound forms for TLB, cache and bus, and no filter bit. */
static void add_amd_code(struct text *t, const struct mcw_event *ev, unsigned int code)
{
	const char *level = amd_code_level(code);

	if (!code)
		text_put(t, "no architectural code");
	else if (MCW_MCACOD_IS(code, TLB))
		add_tlb(t, code, level);
	else if (MCW_MCACOD_IS(code, CACHE))
		add_cache(t, code, level);
	else if ((code & 0xf4ff) == 0x0400)
		text_add(t, "internal unclassified error, type %u",
			 (unsigned int)field(code, 9, 8));
	else if (MCW_MCACOD_IS(code, BUS))
		add_bus(t, code, level);
	else
		text_add(t, "unknown code 0x%04x", code);
	if (is_smca(ev))
		add_amd_extended(t, ev);
}

char *mcw_code_text(const struct mcw_event *ev, char *buf, size_t size)
{
	struct text t = text_begin(buf, size);
	unsigned int code = field(ev->regs.status, 15, 0);

	if (is_amd(ev))
		add_amd_code(&t, ev, code);
	else
		add_intel_code(&t, ev, code);
	return buf;
}

/* The unit, and the code: "iMC memory controller, memory controller error: read" says one twice. */
static void add_unit_and_code(struct text *t, const struct mcw_event *ev)
{
	static const char twice[] = "memory controller error: ";
	char unit[MCW_TEXT_BYTES], text[MCW_TEXT_BYTES];
	const char *code = mcw_code_text(ev, text, sizeof(text));

	if (mcw_unit_text(ev, unit, sizeof(unit))[0])
		text_put_all(t, unit, ", ");
	if (strstr(unit, "memory controller") && !strncmp(code, twice, strlen(twice)))
		code += strlen(twice);
	text_put(t, code);
}

char *mcw_code_brief(const struct mcw_event *ev, char *buf, size_t size)
{
	const char *name = is_smca(ev) ? mcw_smca_extended_name(ev) : NULL;
	struct text t = text_begin(buf, size);
	char text[MCW_TEXT_BYTES];

	if (name) {
		text_put(&t, name);
		if (mcw_unit_text(ev, text, sizeof(text))[0])
			text_put_all(&t, ", ", text);
		add_amd_place(&t, ev);
		return buf;
	}
	if (mcw_model_code_text(ev, text, sizeof(text))[0])
		text_put_all(&t, text, ", ");
	add_unit_and_code(&t, ev);
	return buf;
}

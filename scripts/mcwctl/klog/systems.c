// SPDX-License-Identifier: GPL-2.0
/*
 * What other systems print of the same registers: FreeBSD, VMware's ESXi, service processors of
 * HPE, and AMD's accelerators through amdgpu.
 */
#include <string.h>

#include "klog/readers.h"

/*
 * FreeBSD, a block of lines:
 *
 *	MCA: Bank 8, Status 0x8c0000400001009f
 *	MCA: Global Cap 0x0000000000001c09, Status 0x0000000000000000
 *	MCA: Vendor "GenuineIntel", ID 0x206c2, APIC ID 32
 *	MCA: CPU 16 COR (1) RD channel ?? memory error
 *	MCA: Address 0x93e6e4300
 *	MCA: Misc 0x2000000a6646
 */
static bool freebsd_begin(struct mcw_console *c, const struct mcw_message *m, struct mcw_cursor at)
{
	struct mcw_console_record *r;
	unsigned int digits;
	__u64 status;
	__u8 bank;

	if (!mcw_take(&at, "Bank ") || !mcw_take_u8(&at, 10, &bank) ||
	    !mcw_take(&at, ", Status ") || !mcw_take_hex_digits(&at, &status, &digits))
		return false;
	mcw_block_end(c, MCW_PRINTER_FREEBSD);
	r = mcw_block(c, MCW_PRINTER_FREEBSD, m);
	mcw_record_bank(r, bank);
	mcw_record_status(r, status, digits);
	return true;
}

static bool freebsd_more(struct mcw_console_record *r, struct mcw_cursor at)
{
	struct mcw_regs *regs = &r->event.regs;
	struct mcw_cursor word = at;
	__u64 value;
	__u8 vendor;

	if (mcw_take(&word, "Global Cap ") && mcw_take_hex(&word, &regs->mcgcap)) {
		mcw_event_has(&r->event, MCW_ABSENT_MCGCAP);
		if (mcw_take(&word, ", Status ") && mcw_take_hex(&word, &regs->mcgstatus))
			mcw_event_has(&r->event, MCW_ABSENT_MCGSTATUS);
		return true;
	}
	word = at;
	if (mcw_take(&word, "Vendor \"") && mcw_take_vendor(&word, &vendor)) {
		if (mcw_go_behind(&word, "ID ") && mcw_take_hex(&word, &value))
			mcw_record_cpuid(r, vendor, value);
		if (mcw_take(&word, ", APIC ID ") && mcw_take_u32(&word, 10, &regs->apicid))
			mcw_event_has(&r->event, MCW_ABSENT_APIC);
		return true;
	}
	word = at;
	if (mcw_take(&word, "CPU ") && mcw_take_u32(&word, 10, &regs->extcpu)) {
		mcw_record_cpu(r, regs->extcpu);
		mcw_facts_add(&r->facts, MCW_FACT_ERROR, word.at, mcw_left(&word));
		return true;
	}
	word = at;
	if (mcw_take(&word, "Address ") && mcw_take_hex(&word, &value)) {
		mcw_record_addr(r, value);
		return true;
	}
	word = at;
	if (mcw_take(&word, "Misc ") && mcw_take_hex(&word, &value)) {
		mcw_record_misc(r, value);
		return true;
	}
	return false;
}

static bool freebsd_read(struct mcw_console *c, const struct mcw_message *m, struct mcw_cursor at)
{
	/* the daily report of FreeBSD puts a + before new lines */
	mcw_take(&at, "+");
	if (!mcw_take(&at, "MCA: ")) {
		mcw_block_end(c, MCW_PRINTER_FREEBSD);
		return false;
	}
	if (freebsd_begin(c, m, at))
		return true;
	return mcw_block_is_open(c, MCW_PRINTER_FREEBSD) &&
	       freebsd_more(mcw_block(c, MCW_PRINTER_FREEBSD, m), at);
}

/* "MCA: 208: UC Excp G4 B6 Sbb00002000000e0b A0 M180008 P8/8 I/O error ...", a line. */
static void esxi_word(struct mcw_console_record *r, struct mcw_cursor word)
{
	unsigned int digits;
	char what = *word.at++;
	__u64 value;

	if (!mcw_take_hex_digits(&word, &value, &digits) || word.at != word.end)
		return;
	switch (what) {
	case 'G':
		r->event.regs.mcgstatus = value;
		mcw_event_has(&r->event, MCW_ABSENT_MCGSTATUS);
		break;
	case 'B':
		mcw_record_bank(r, value);
		break;
	case 'S':
		mcw_record_status(r, value, digits);
		break;
	case 'A':
		if (r->event.regs.status & MCW_STATUS_ADDRV)
			mcw_record_addr(r, value);
		break;
	case 'M':
		if (r->event.regs.status & MCW_STATUS_MISCV)
			mcw_record_misc(r, value);
		break;
	}
}

static bool esxi_read(struct mcw_console *c, const struct mcw_message *m, struct mcw_cursor at)
{
	struct mcw_console_record *r;
	struct mcw_cursor all = at;
	__u64 number;
	__u32 cpu;

	if (!mcw_go_behind(&at, "MCA: ") || !mcw_take_number(&at, 10, ~0U, &number) ||
	    !mcw_take(&at, ": ") || (!mcw_take(&at, "UC ") && !mcw_take(&at, "CE ")) ||
	    (!mcw_take(&at, "Excp ") && !mcw_take(&at, "Intr ") && !mcw_take(&at, "Poll ")))
		return false;
	mcw_block_drop(c, MCW_PRINTER_ESXI);
	r = mcw_block(c, MCW_PRINTER_ESXI, m);
	if (mcw_go_behind(&all, "cpu") && mcw_take_u32(&all, 10, &cpu) && mcw_take(&all, ":"))
		mcw_record_cpu(r, cpu);
	while (at.at < at.end) {
		struct mcw_cursor word = at;

		while (word.at < word.end && *word.at != ' ')
			word.at++;
		word.end = word.at;
		word.at = at.at;
		if (word.at < word.end)
			esxi_word(r, word);
		if (mcw_left(&word) && *word.at == 'P') {
			at.at = word.end;
			mcw_facts_add(&r->facts, MCW_FACT_ERROR, at.at, mcw_left(&at));
			break;
		}
		at.at = word.end;
		mcw_take_blanks(&at);
	}
	mcw_block_end(c, MCW_PRINTER_ESXI);
	return true;
}

/* "0xBA000000'00400405" */
static bool take_halves(struct mcw_cursor *c, __u64 *value, unsigned int *digits)
{
	unsigned int more = 0;
	__u64 low;

	if (!mcw_take_hex_digits(c, value, digits))
		return false;
	if (!mcw_take(c, "'"))
		return true;
	if (!mcw_take_hex_digits(c, &low, &more) || more != 8)
		return false;
	*value = *value << 32 | low;
	*digits += more;
	return true;
}

/* "Machine Check Exception (Board 0, Processor 1, APIC ID 0x10, Bank 0x5, Status ..., ...)" */
static bool hpe_read(struct mcw_console *c, const struct mcw_message *m, struct mcw_cursor at)
{
	struct mcw_console_record *r;
	struct mcw_cursor all;
	unsigned int digits;
	__u64 value;

	if (!mcw_go_behind(&at, "Machine Check Exception (Board "))
		return false;
	all = at;
	if (!mcw_go_behind(&at, "Status ") || !take_halves(&at, &value, &digits))
		return false;
	mcw_block_drop(c, MCW_PRINTER_HPE);
	r = mcw_block(c, MCW_PRINTER_HPE, m);
	mcw_record_status(r, value, digits);
	at = all;
	if (mcw_go_behind(&at, "Processor "))
		mcw_facts_add(&r->facts, MCW_FACT_SOCKET, at.at,
			      memchr(at.at, ',', mcw_left(&at)) ?
				      (size_t)((char *)memchr(at.at, ',', mcw_left(&at)) - at.at) :
				      0);
	at = all;
	if (mcw_go_behind(&at, "APIC ID ") && mcw_take_u32(&at, 16, &r->event.regs.apicid))
		mcw_event_has(&r->event, MCW_ABSENT_APIC);
	at = all;
	if (mcw_go_behind(&at, "Bank ") && mcw_take_either(&at, &value) && value <= 0xff)
		mcw_record_bank(r, value);
	at = all;
	if (mcw_go_behind(&at, "Address ") && take_halves(&at, &value, &digits))
		mcw_record_addr(r, value);
	at = all;
	if (mcw_go_behind(&at, "Misc ") && take_halves(&at, &value, &digits))
		mcw_record_misc(r, value);
	mcw_block_end(c, MCW_PRINTER_HPE);
	return true;
}

/* "amdgpu 0000:42:00.0: {1}[Hardware Error]: aca entry[00].STATUS=0x98000800003e0000" */
static bool amdgpu_read(struct mcw_console *c, const struct mcw_message *m, struct mcw_cursor at)
{
	struct mcw_console_record *r;
	char device[40] = "";
	unsigned int digits;
	__u64 value;

	if (mcw_take(&at, "amdgpu "))
		mcw_copy_until(device, sizeof(device), &at, " ");
	if (!mcw_go_behind(&at, "aca entry[") || !mcw_go_behind(&at, "]."))
		return false;
	if (mcw_take(&at, "STATUS=") && mcw_take_hex_digits(&at, &value, &digits)) {
		mcw_block_end(c, MCW_PRINTER_AMDGPU);
		r = mcw_block(c, MCW_PRINTER_AMDGPU, m);
		mcw_record_status(r, value, digits);
		r->event.regs.cpuvendor = MCW_VENDOR_AMD;
		mcw_event_has(&r->event, MCW_ABSENT_VENDOR);
		/* without the colon at its end */
		mcw_facts_add(&r->facts, MCW_FACT_PCI, device,
			      strlen(device) - (device[0] && device[strlen(device) - 1] == ':'));
		return true;
	}
	if (!mcw_block_is_open(c, MCW_PRINTER_AMDGPU))
		return false;
	r = mcw_block(c, MCW_PRINTER_AMDGPU, m);
	if (mcw_take(&at, "ADDR=") && mcw_take_hex(&at, &value)) {
		mcw_record_addr(r, value);
	} else if (mcw_take(&at, "MISC0=") && mcw_take_hex(&at, &value)) {
		mcw_record_misc(r, value);
	} else if (mcw_take(&at, "IPID=") && mcw_take_hex(&at, &r->event.regs.ipid)) {
		mcw_event_has(&r->event, MCW_ABSENT_IPID);
	} else if (mcw_take(&at, "SYND=") && mcw_take_hex(&at, &r->event.regs.synd)) {
		mcw_event_has(&r->event, MCW_ABSENT_SYND);
		mcw_block_end(c, MCW_PRINTER_AMDGPU);
	}
	return true;
}

bool mcw_systems_read(struct mcw_console *c, const struct mcw_message *m)
{
	struct mcw_cursor at = { m->text, m->text + m->length };

	return freebsd_read(c, m, at) || esxi_read(c, m, at) || hpe_read(c, m, at) ||
	       amdgpu_read(c, m, at);
}

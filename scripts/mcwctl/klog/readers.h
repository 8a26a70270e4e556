/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The readers of forms that are not the kernel's own lines about a machine check. Each is asked
 * about a message in turn, and the first that knows it takes it.
 *
 * A reader that puts a record together from several messages keeps it in the console's block of
 * its form, and hands it out with mcw_block_end(). Return, of each: whether the message was its.
 */
#ifndef MCW_KLOG_READERS_H
#define MCW_KLOG_READERS_H

#include "decode/absent.h"
#include "decode/decode.h"
#include "decode/facts.h"
#include "klog/records.h"
#include "klog/scan.h"

/* The open block of that form; begins one where there is none. */
struct mcw_console_record *mcw_block(struct mcw_console *c, enum mcw_printer form,
				     const struct mcw_message *m);
bool mcw_block_is_open(const struct mcw_console *c, enum mcw_printer form);
/* Hands it out, if there is one. */
void mcw_block_end(struct mcw_console *c, enum mcw_printer form);
/* Forgets it. */
void mcw_block_drop(struct mcw_console *c, enum mcw_printer form);

/* Fill in a member, and mark it as known. */
void mcw_record_status(struct mcw_console_record *r, __u64 status, unsigned int digits);
void mcw_record_addr(struct mcw_console_record *r, __u64 addr);
void mcw_record_misc(struct mcw_console_record *r, __u64 misc);
void mcw_record_cpu(struct mcw_console_record *r, __u32 cpu);
void mcw_record_bank(struct mcw_console_record *r, __u8 bank);
void mcw_record_cpuid(struct mcw_console_record *r, __u8 vendor, __u32 cpuid);
/* "Intel", "AuthenticAMD", ...; Return: whether it is one of them. */
bool mcw_take_vendor(struct mcw_cursor *c, __u8 *vendor);

/* klog/mcelog.c: the text of mcelog, from its daemon, and of --ascii */
bool mcw_mcelog_read(struct mcw_console *c, const struct mcw_message *m);
/* Only a line of registers, which the kernel's reader would take for its own. */
bool mcw_mcelog_registers_read(struct mcw_console *c, const struct mcw_message *m);
/* klog/mcelog_client.c: what its daemon has counted */
bool mcw_mcelog_client_read(struct mcw_console *c, const struct mcw_message *m);
/* klog/rasdaemon.c: its log, ras-mc-ctl --errors, and the text of the tracepoints */
bool mcw_rasdaemon_read(struct mcw_console *c, const struct mcw_message *m);
/* "2022-06-01 03:04:05 +0000" at the beginning: the record's time. Return: whether it was there. */
bool mcw_rasdaemon_time_take(struct mcw_console_record *r, struct mcw_cursor *c);
/* klog/ras_text.c: of them, what is about a memory module */
bool mcw_ras_text_read(struct mcw_console *c, const struct mcw_message *m);
/* klog/edac.c: what EDAC's drivers say beside registers */
bool mcw_edac_read(struct mcw_console *c, const struct mcw_message *m);
/* Its words for a place: "channel:2 slot:0 rank:1 ..." */
void mcw_edac_places_read(struct mcw_facts *f, struct mcw_cursor c);
/* klog/cper.c: firmware's records, as the kernel prints them */
bool mcw_cper_read(struct mcw_console *c, const struct mcw_message *m);
/* klog/binary.c: a type of memory error in words; NULL: no such type */
const char *mcw_cper_memory_error(__u64 type);
/* klog/old_kernel.c: kernels before 2.6, and Xen's hypervisor */
bool mcw_old_kernel_read(struct mcw_console *c, const struct mcw_message *m);
/* klog/systems.c: ESXi, FreeBSD, the logs of service processors, accelerators */
bool mcw_systems_read(struct mcw_console *c, const struct mcw_message *m);
/* klog/panic_lines.c: the module's, when the kernel panics */
bool mcw_panic_lines_read(struct mcw_console *c, const struct mcw_message *m);
/* klog/notes.c: what is no record; and what looks like one, and nobody knew */
void mcw_notes_read(struct mcw_console *c, const struct mcw_message *m);
/* Counts what the kernel did. */
void mcw_notes_count(struct mcw_console *c, const char *note);
/* A record was read. */
void mcw_notes_record(struct mcw_console *c, const struct mcw_console_record *r);

#endif /* MCW_KLOG_READERS_H */

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the numbers of a machine-check record say, in words.
 *
 * Pure: nothing here reads or writes anything but its arguments. Every *_text()
 * fills buf with a terminated string of printable ASCII without quotes, cut off
 * where it does not fit, and returns buf; MCW_TEXT_BYTES is enough for each.
 */
#ifndef MCW_DECODE_DECODE_H
#define MCW_DECODE_DECODE_H

#include <stdbool.h>
#include <stddef.h>

#include <mcewarden/error_class.h>
#include <mcewarden/mca.h>
#include <uapi/mcewarden.h>

#ifndef ARRAY_SIZE
#define ARRAY_SIZE(array)	(sizeof(array) / sizeof((array)[0]))
#endif

#define MCW_TEXT_BYTES		1024

/* Names; a number without one is "unknown". */
const char *mcw_class_name(enum mcw_class class);
const char *mcw_grade_name(unsigned int severity);
const char *mcw_source_name(unsigned int source);
const char *mcw_lane_name(unsigned int lane);

#define MCW_FLAG_BITS		32

/* Of one bit of mcw_event.flags; NULL where it means nothing to this tool. */
const char *mcw_flag_name(unsigned int bit);

bool mcw_vendor_is_amd(unsigned int cpuvendor);
enum mcw_class mcw_event_class(const struct mcw_event *ev);

/*
 * Whether a grade says anything. Software that logs a record of its own leaves MCG_CAP out, and
 * without it nobody knows whether the CPU can recover from an uncorrected error.
 */
bool mcw_event_is_gradable(const struct mcw_event *ev);

/*
 * The corrected errors that one record stands for; 0 where the bank does not
 * count them, or nobody knows how many, or the error is none. *more: the counter has overflowed.
 */
unsigned int mcw_event_count(const struct mcw_event *ev, bool *more);

/* Its CPUID or microcode is one that a hypervisor makes up, and no CPU has. */
bool mcw_event_is_virtual(const struct mcw_event *ev);

/* "at least 5 corrected errors"; empty where the bank does not count them. */
char *mcw_count_text(const struct mcw_event *ev, char *buf, size_t size);

/* "green", "yellow"; NULL where the record does not say. */
const char *mcw_event_threshold(const struct mcw_event *ev);

/* What a rule of the grading asks for, and where it comes from. */
char *mcw_rule_text(unsigned int rule, char *buf, size_t size);
char *mcw_code_text(const struct mcw_event *ev, char *buf, size_t size);
/* The model's code, the unit and the code in few words, the most special ones first. */
char *mcw_code_brief(const struct mcw_event *ev, char *buf, size_t size);
/* What the model defines: of MCi_STATUS 31:16, and of MCi_MISC; empty where it is not known. */
char *mcw_model_code_text(const struct mcw_event *ev, char *buf, size_t size);
/* Why nothing is known of MCi_STATUS 31:16; empty where something is, or where they are 0. */
char *mcw_model_gap_text(const struct mcw_event *ev, char *buf, size_t size);
char *mcw_misc_text(const struct mcw_event *ev, char *buf, size_t size);
/* What the bank belongs to; empty where the record does not say. */
char *mcw_unit_text(const struct mcw_event *ev, char *buf, size_t size);
/* AMD's scalable MCA: MCA_SYND, and the text that SYND1 and SYND2 hold; empty without. */
char *mcw_syndrome_text(const struct mcw_event *ev, char *buf, size_t size);
char *mcw_fru_text(const struct mcw_event *ev, char *buf, size_t size);
char *mcw_address_text(const struct mcw_event *ev, char *buf, size_t size);
char *mcw_status_text(const struct mcw_event *ev, char *buf, size_t size);
/* mcgcap: of the same CPU; not all have all bits. */
char *mcw_mcgstatus_text(__u64 mcgstatus, __u64 mcgcap, char *buf, size_t size);
char *mcw_mcgcap_text(__u64 mcgcap, char *buf, size_t size);

/* The whole record: how bad, where, what, at which address. */
char *mcw_sentence_text(const struct mcw_event *ev, char *buf, size_t size);
/* What else there is to say, from n = 0 on; NULL past the last. */
char *mcw_remark_text(const struct mcw_event *ev, unsigned int n, char *buf, size_t size);

#endif /* MCW_DECODE_DECODE_H */

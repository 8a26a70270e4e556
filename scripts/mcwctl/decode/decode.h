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

#include <uapi/mcewarden.h>

#ifndef ARRAY_SIZE
#define ARRAY_SIZE(array)	(sizeof(array) / sizeof((array)[0]))
#endif

#define MCW_TEXT_BYTES		512

/* The kernel's X86_VENDOR_ numbers of the makes that have machine checks. */
#define MCW_VENDOR_INTEL	0
#define MCW_VENDOR_AMD		2
#define MCW_VENDOR_CENTAUR	5
#define MCW_VENDOR_HYGON	9
#define MCW_VENDOR_ZHAOXIN	10

#define MCW_BANK_FIRMWARE	255

#define MCW_BIT(n)		(1ULL << (n))

/* MCi_STATUS, all makes */
#define MCW_STATUS_VAL		MCW_BIT(63)
#define MCW_STATUS_OVER		MCW_BIT(62)
#define MCW_STATUS_UC		MCW_BIT(61)
#define MCW_STATUS_EN		MCW_BIT(60)
#define MCW_STATUS_MISCV	MCW_BIT(59)
#define MCW_STATUS_ADDRV	MCW_BIT(58)
#define MCW_STATUS_PCC		MCW_BIT(57)
/* Intel and those that follow it */
#define MCW_STATUS_S		MCW_BIT(56)
#define MCW_STATUS_AR		MCW_BIT(55)
#define MCW_STATUS_FW		MCW_BIT(37)	/* firmware wrote to the bank */
/* AMD and Hygon; the first three on scalable MCA only */
#define MCW_STATUS_TCC		MCW_BIT(55)
#define MCW_STATUS_PADDRV	MCW_BIT(54)
#define MCW_STATUS_SYNDV	MCW_BIT(53)
#define MCW_STATUS_CECC		MCW_BIT(46)
#define MCW_STATUS_UECC		MCW_BIT(45)
#define MCW_STATUS_DEFERRED	MCW_BIT(44)
#define MCW_STATUS_POISON	MCW_BIT(43)
#define MCW_STATUS_SCRUB	MCW_BIT(40)

/* MCG_STATUS */
#define MCW_MCGSTATUS_RIPV	MCW_BIT(0)
#define MCW_MCGSTATUS_EIPV	MCW_BIT(1)
#define MCW_MCGSTATUS_MCIP	MCW_BIT(2)

/* MCG_CAP */
#define MCW_MCGCAP_CTL_P	MCW_BIT(8)
#define MCW_MCGCAP_EXT_P	MCW_BIT(9)
#define MCW_MCGCAP_CMCI_P	MCW_BIT(10)
#define MCW_MCGCAP_TES_P	MCW_BIT(11)
#define MCW_MCGCAP_SEAM_NR	MCW_BIT(12)
#define MCW_MCGCAP_SER_P	MCW_BIT(24)
#define MCW_MCGCAP_ELOG_P	MCW_BIT(26)
#define MCW_MCGCAP_LMCE_P	MCW_BIT(27)

enum mcw_class {
	MCW_CLASS_CORRECTED,
	MCW_CLASS_DEFERRED,
	MCW_CLASS_UCNA,
	MCW_CLASS_SRAO,
	MCW_CLASS_SRAR,
	MCW_CLASS_UNCORRECTED,	/* UC, where nothing tells how bad */
	MCW_CLASS_FATAL,
};

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
 * The corrected errors that one record stands for; 0 where the bank does not
 * count them or the error is none. *more: the counter has overflowed.
 */
unsigned int mcw_event_count(const struct mcw_event *ev, bool *more);

/* "green", "yellow"; NULL where the record does not say. */
const char *mcw_event_threshold(const struct mcw_event *ev);

/* What a rule of the grading asks for, and where it comes from. */
char *mcw_rule_text(unsigned int rule, char *buf, size_t size);
char *mcw_code_text(const struct mcw_event *ev, char *buf, size_t size);
/* What the bank belongs to; empty where the record does not say. */
char *mcw_unit_text(const struct mcw_event *ev, char *buf, size_t size);
/* AMD's scalable MCA: MCA_SYND, and the text that SYND1 and SYND2 hold; empty without. */
char *mcw_syndrome_text(const struct mcw_event *ev, char *buf, size_t size);
char *mcw_fru_text(const struct mcw_event *ev, char *buf, size_t size);
char *mcw_address_text(const struct mcw_event *ev, char *buf, size_t size);
char *mcw_status_text(const struct mcw_event *ev, char *buf, size_t size);
char *mcw_mcgstatus_text(__u64 mcgstatus, char *buf, size_t size);
char *mcw_mcgcap_text(__u64 mcgcap, char *buf, size_t size);

/* The whole record: how bad, where, what, at which address. */
char *mcw_sentence_text(const struct mcw_event *ev, char *buf, size_t size);
/* What else there is to say, from n = 0 on; NULL past the last. */
char *mcw_remark_text(const struct mcw_event *ev, unsigned int n, char *buf, size_t size);

#endif /* MCW_DECODE_DECODE_H */

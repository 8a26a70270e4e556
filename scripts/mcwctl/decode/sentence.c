// SPDX-License-Identifier: GPL-2.0
/*
 * A record in a sentence, and what there is to remark about it.
 *
 * What an overflow means follows from the rules by which a bank is overwritten: Intel SDM
 * vol. 3B ch. 16.3.2.2.1, AMD APM vol. 2 ch. 9.3.2.
 */
#include "decode/absent.h"
#include "decode/decode.h"
#include "decode/erratum.h"
#include "decode/intel/intel.h"
#include "decode/internal.h"

/* Whether an uncorrected error of that code says that the data at its address is lost. */
static bool is_about_data(const struct mcw_event *ev)
{
	unsigned int code = MCW_MCACOD_UNFILTERED(ev->regs.status);

	return MCW_MCACOD_IS(code, MEMORY) || MCW_MCACOD_IS(code, MEMORY_CACHE) ||
	       MCW_MCACOD_IS(code, CACHE);
}

static const char *class_words(const struct mcw_event *ev)
{
	static const char *const words[] = {
		[MCW_CLASS_CORRECTED] = "Corrected error",
		[MCW_CLASS_DEFERRED] = "Deferred error, uncorrected data that nobody has used yet",
		[MCW_CLASS_UCNA] = "Uncorrected error, recorded without an exception (UCNA)",
		[MCW_CLASS_SRAO] = "Uncorrected error, software may act (SRAO)",
		[MCW_CLASS_SRAR] = "Uncorrected error, software must act to go on (SRAR)",
		[MCW_CLASS_UNCORRECTED] = "Uncorrected error",
		[MCW_CLASS_FATAL] = "Fatal error, the processor's state is lost",
	};
	enum mcw_class class = mcw_event_class(ev);

	if (class == MCW_CLASS_UCNA && is_about_data(ev))
		return "Uncorrected error, the data is lost: poisoned, and not consumed yet (UCNA)";
	/* Poison that was consumed is the opposite of data that nobody has used. */
	if (class == MCW_CLASS_DEFERRED && ev->regs.status & MCW_STATUS_POISON)
		return "Deferred error, uncorrected data";
	return words[class];
}

char *mcw_sentence_text(const struct mcw_event *ev, char *buf, size_t size)
{
	struct text t = text_begin(buf, size);
	char part[MCW_TEXT_BYTES];

	if (ev->regs.status & MCW_STATUS_VAL)
		text_put(&t, class_words(ev));
	else
		text_put(&t, "No valid error");
	text_put(&t, ": ");
	if (mcw_unit_text(ev, part, sizeof(part))[0])
		text_put_all(&t, part, ", ");
	text_put(&t, mcw_code_text(ev, part, sizeof(part)));
	if (mcw_model_code_text(ev, part, sizeof(part))[0])
		text_put_all(&t, " (", part, ")");
	if (ev->regs.status & MCW_STATUS_ADDRV)
		text_put_all(&t, "; address ", mcw_address_text(ev, part, sizeof(part)));
	return buf;
}

static void erratum_remark(struct text *t, const struct mcw_event *ev)
{
	const char *erratum = mcw_erratum(ev);

	if (erratum)
		text_put_all(t, erratum, "; Linux drops such a record");
}

/* What comes of it: the record alone reads as if nothing had happened. */
static void consumption_remark(struct text *t, const struct mcw_event *ev)
{
	enum mcw_class class = mcw_event_class(ev);

	if (!(ev->regs.status & MCW_STATUS_VAL))
		return;
	if (class == MCW_CLASS_UCNA && is_about_data(ev))
		text_put(t,
			 "who reads that data meets an error of its own: a task is killed, the kernel "
			 "panics, a device's transfer fails");
}

/*
 * An error that is fatal ends the running kernel, so a poll finds it only in the next one. The
 * kernel's first poll leaves the time stamp counter out.
 */
static void restart_remark(struct text *t, const struct mcw_event *ev)
{
	const __u64 fatal = MCW_STATUS_VAL | MCW_STATUS_UC | MCW_STATUS_PCC;

	if ((ev->regs.status & fatal) != fatal || ev->regs.tsc || ev->source != MCW_SOURCE_POLL ||
	    mcw_event_lacks(ev, MCW_ABSENT_TSC | MCW_ABSENT_MCGSTATUS))
		return;
	text_put(t,
		 "found at boot: it is from before the restart, and the time is that of the boot");
}

#define MICROCODE_HYPER_V	0xffffffff
#define MICROCODE_KVM_INTEL	0x1
#define MICROCODE_KVM_AMD	0x01000065
#define CPUID_KVM64		0x00000f61
#define CPUID_QEMU64		0x00060fb1 /* an AMD CPU's, so with Intel's name it is none */
#define CPUID_NEHALEM		0x000106a0 /* before it a real CPU may have microcode 1 */

bool mcw_event_is_virtual(const struct mcw_event *ev)
{
	__u32 microcode = ev->regs.microcode, cpuid = ev->regs.cpuid;
	bool intel = ev->regs.cpuvendor == MCW_VENDOR_INTEL;

	if (mcw_event_lacks(ev, MCW_ABSENT_CPUID))
		return false;
	if (intel && (cpuid == CPUID_KVM64 || cpuid == CPUID_QEMU64))
		return true;
	if (mcw_event_lacks(ev, MCW_ABSENT_MICROCODE))
		return false;
	return microcode == MICROCODE_HYPER_V ||
	       (intel && microcode == MICROCODE_KVM_INTEL && cpuid >= CPUID_NEHALEM) ||
	       (is_amd(ev) && microcode == MICROCODE_KVM_AMD);
}

/* Not of the device's own records, which have all members: who reads them is on that machine. */
static void virtual_remark(struct text *t, const struct mcw_event *ev)
{
	if (ev->absent && mcw_event_is_virtual(ev))
		text_put(t,
			 "the CPU is virtual: the hypervisor passed the record on or made it, and "
			 "the host's log says more");
}

char *mcw_count_text(const struct mcw_event *ev, char *buf, size_t size)
{
	struct text t = text_begin(buf, size);
	bool more;
	unsigned int count = mcw_event_count(ev, &more);

	if (count || more)
		text_add(&t, "%s%u corrected error%s", more ? "at least " : "", count,
			 count == 1 ? "" : "s");
	return buf;
}

static void count_remark(struct text *t, const struct mcw_event *ev)
{
	char part[MCW_TEXT_BYTES];
	bool more;

	if (mcw_event_count(ev, &more) > 1 || more)
		text_put(t, mcw_count_text(ev, part, sizeof(part)));
}

static void threshold_remark(struct text *t, const struct mcw_event *ev)
{
	const char *threshold = mcw_event_threshold(ev);

	if (threshold)
		text_put_all(t, "threshold status ", threshold);
}

/* A corrected error never overwrites another one: only its like can be missing. */
static void corrected_overflow(struct text *t, const struct mcw_event *ev)
{
	bool more;
	unsigned int count = mcw_event_count(ev, &more);

	text_add(t, "overflow: at least %u other corrected error%s not recorded",
		 count > 1 ? count - 1 : 1, count > 2 ? "s were" : " was");
}

static void overflow_remark(struct text *t, const struct mcw_event *ev)
{
	if (!(ev->regs.status & MCW_STATUS_OVER))
		return;
	switch (mcw_event_class(ev)) {
	case MCW_CLASS_CORRECTED:
		corrected_overflow(t, ev);
		break;
	case MCW_CLASS_DEFERRED:
		text_put(t, "overflow: an earlier corrected error was overwritten, or a later one "
			    "was not recorded");
		break;
	case MCW_CLASS_FATAL:
		text_put(t, "overflow: an earlier error, of any kind, was overwritten, or a later "
			    "one was not recorded");
		break;
	case MCW_CLASS_SRAR:
	case MCW_CLASS_SRAO:
		text_put(t,
			 "overflow: an earlier corrected error was overwritten, or a later error "
			 "was not recorded, and S and AR may be that one's");
		break;
	default:
		text_add(t,
			 "overflow: an earlier%s error was overwritten, or a later error was "
			 "not recorded",
			 is_amd(ev) ? " corrected or deferred" : " corrected");
	}
}

static void firmware_remark(struct text *t, const struct mcw_event *ev)
{
	if (!is_amd(ev) && ev->regs.status & MCW_STATUS_FW)
		text_put(t, "firmware updated the bank");
}

static void poison_remark(struct text *t, const struct mcw_event *ev)
{
	if (is_amd(ev) && ev->regs.status & MCW_STATUS_POISON)
		text_put(t, "poisoned data was consumed");
}

static void mirror_remark(struct text *t, const struct mcw_event *ev)
{
	const struct mcw_mirror *mirror = is_amd(ev) ? NULL : mcw_intel_mirror(ev);

	if (mirror)
		text_put(t, mirror->remark);
}

static void context_remark(struct text *t, const struct mcw_event *ev)
{
	if (is_smca(ev) && ev->regs.status & MCW_STATUS_TCC && !(ev->regs.status & MCW_STATUS_PCC))
		text_put(t, "the state of the task that ran is lost");
}

static void scrub_remark(struct text *t, const struct mcw_event *ev)
{
	if (is_amd(ev) && ev->regs.status & MCW_STATUS_SCRUB)
		text_put(t, "found by a scrubber");
}

static void syndrome_remark(struct text *t, const struct mcw_event *ev)
{
	char part[MCW_TEXT_BYTES];

	text_put(t, mcw_syndrome_text(ev, part, sizeof(part)));
}

static void fru_remark(struct text *t, const struct mcw_event *ev)
{
	char part[MCW_TEXT_BYTES];

	if (mcw_fru_text(ev, part, sizeof(part))[0])
		text_put_all(t, "FRU ", part);
}

/* Values that no manual defines. */
static void undefined_remark(struct text *t, const struct mcw_event *ev)
{
	__u64 status = ev->regs.status;

	if (!(status & MCW_STATUS_VAL))
		text_put(t, "status not marked valid");
	else if (status & MCW_STATUS_PCC && !(status & MCW_STATUS_UC))
		text_put(t, "PCC without UC, which no manual defines");
	else if (has_recovery(ev) && (status & (MCW_STATUS_UC | MCW_STATUS_PCC | MCW_STATUS_S |
						MCW_STATUS_AR)) == (MCW_STATUS_UC | MCW_STATUS_AR))
		text_put(t, "AR without S, which no manual defines");
}

char *mcw_remark_text(const struct mcw_event *ev, unsigned int n, char *buf, size_t size)
{
	static void (*const remarks[])(struct text *, const struct mcw_event *) = {
		erratum_remark,	 consumption_remark, restart_remark,   virtual_remark,
		count_remark,	 threshold_remark,   overflow_remark,  poison_remark,
		context_remark,	 scrub_remark,	     mirror_remark,    syndrome_remark,
		fru_remark,	 firmware_remark,    undefined_remark,
	};

	for (size_t i = 0; i < ARRAY_SIZE(remarks); i++) {
		struct text t = text_begin(buf, size);

		remarks[i](&t, ev);
		if (buf[0] && !n--)
			return buf;
	}
	return NULL;
}

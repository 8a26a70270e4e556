// SPDX-License-Identifier: GPL-2.0
/*
 * Findings about the module and its knobs.
 */
#include "cmd/findings_look.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "decode/decode.h"

#define FTRACE		"/proc/sys/kernel/ftrace_enabled"
#define SOFT_OFFLINE	"/proc/sys/vm/enable_soft_offline"
#define RELOAD		"rmmod mcewarden && modprobe mcewarden"
#define CE_THRESHOLD	"10"	/* the knob's default */

/* A command that writes a knob. */
static void knob_command(struct mcw_finding *f, const struct mcw_look *l, const char *knob,
			 const char *value)
{
	mcw_found_command(f, "echo %s >%s/%s", value, l->o->sysfs, knob);
}

void mcw_look_module(struct mcw_look *l, struct mcw_finding *f)
{
	char version[MCW_VALUE_BYTES];
	int err;

	if (!l->loaded) {
		mcw_found(f, MCW_LEVEL_CRITICAL, "modprobe mcewarden",
			  "the module mcewarden is not loaded: nothing keeps machine-check records");
		return;
	}
	err = mcw_look_line(l, "version", version);
	if (err)
		mcw_found_unreadable(f, l, "version", err);
	else
		mcw_found(f, MCW_LEVEL_OK, NULL, "mcewarden %.32s is loaded", version);
}

/* With the chain alone, the log says why; but a switch that is still off is the reason. */
void mcw_look_capture(struct mcw_look *l, struct mcw_finding *f)
{
	char capture[MCW_VALUE_BYTES];
	__u64 ftrace;
	int ftrace_err = mcw_look_number(l, FTRACE, &ftrace);
	int err = mcw_look_line(l, "capture", capture);

	if (err) {
		mcw_found_unreadable(f, l, "capture", err);
	} else if (ftrace_err && ftrace_err != ENOENT && ftrace_err != ENODEV) {
		mcw_found_unreadable(f, l, FTRACE, ftrace_err);
	} else if (strcmp(capture, "tap")) {
		mcw_found(f, MCW_LEVEL_WARNING, NULL,
			  "capture is %.32s: records come late, and those that the kernel's pool "
			  "drops are lost",
			  capture);
		if (!ftrace_err && !ftrace)
			mcw_found_command(f, "sysctl -w kernel.ftrace_enabled=1 && " RELOAD);
		else
			mcw_found_command(f, "dmesg | grep mcewarden:");
	} else if (ftrace_err == ENODEV) {
		mcw_found(f, MCW_LEVEL_WARNING, "dmesg | grep -i ftrace",
			  "the kernel's ftrace failed: the module cannot be unloaded in this boot");
	} else if (!ftrace_err && !ftrace) {
		mcw_found(f, MCW_LEVEL_WARNING, "sysctl -w kernel.ftrace_enabled=1",
			  "kernel.ftrace_enabled is 0: the module's tap does not run");
	} else {
		mcw_found(f, MCW_LEVEL_OK, NULL, "records are captured as errors are found");
	}
}

/* Parts of the module that work without something that the kernel refused at load. */
void mcw_look_missing(struct mcw_look *l, struct mcw_finding *f)
{
	char parts[MCW_VALUE_BYTES];
	int err = mcw_look_line(l, "missing", parts);

	if (err)
		mcw_found_unreadable(f, l, "missing", err);
	else if (strcmp(parts, "none"))
		mcw_found(f, MCW_LEVEL_WARNING, "dmesg | grep mcewarden:",
			  "the kernel refused what these parts of the module need: %.160s; the "
			  "module works without them",
			  parts);
	else
		mcw_found(f, MCW_LEVEL_OK, NULL, "the kernel refused nothing to the module");
}

void mcw_look_recovery(struct mcw_look *l, struct mcw_finding *f)
{
	char mode[MCW_VALUE_BYTES];
	int err = mcw_look_line(l, "recovery", mode);

	if (err) {
		mcw_found_unreadable(f, l, "recovery", err);
	} else if (strcmp(mode, "unhandled")) {
		mcw_found(f, MCW_LEVEL_WARNING, NULL,
			  "recovery is %.32s: the module leaves bad pages in use", mode);
		knob_command(f, l, "recovery", "unhandled");
	} else {
		mcw_found(f, MCW_LEVEL_OK, NULL,
			  "recovery is unhandled: the module takes bad pages that the kernel left");
	}
}

void mcw_look_tolerant(struct mcw_look *l, struct mcw_finding *f)
{
	static const char *const words[] = {
		"any fresh uncorrected error panics",
		"what can be recovered is",
		"it works as 1, the default",
		"errors are only logged, and no page is taken",
	};
	__u64 tolerant;
	int err = mcw_look_number(l, "tolerant", &tolerant);

	if (err) {
		mcw_found_unreadable(f, l, "tolerant", err);
		return;
	}
	mcw_found(f, tolerant == 1 ? MCW_LEVEL_OK : MCW_LEVEL_WARNING,
		  tolerant == 1 ? NULL : "mcwctl tolerant 1", "tolerant is %llu: %s", tolerant,
		  tolerant < ARRAY_SIZE(words) ? words[tolerant] : "not known to this mcwctl");
}

/* The module's part: what page_ce_threshold says, where RAS_CEC does not decide. */
static void threshold_look(struct mcw_look *l, struct mcw_finding *f)
{
	__u64 threshold, cec;
	int err = mcw_look_number(l, "page_ce_threshold", &threshold);

	if (err) {
		mcw_found_unreadable(f, l, "page_ce_threshold", err);
		return;
	}
	err = mcw_look_number(l, "stats/soft_offline/ras_cec", &cec);
	if (err) {
		mcw_found_unreadable(f, l, "stats/soft_offline/ras_cec", err);
	} else if (cec) {
		mcw_found(f, MCW_LEVEL_OK, NULL, "RAS_CEC soft-offlines pages");
	} else if (!threshold) {
		mcw_found(f, MCW_LEVEL_WARNING, NULL,
			  "page_ce_threshold is 0: corrected errors take no page offline");
		knob_command(f, l, "page_ce_threshold", CE_THRESHOLD);
	} else {
		mcw_found(f, MCW_LEVEL_OK, NULL,
			  "a page is soft-offlined at its corrected error number %llu", threshold);
	}
}

/* Kernels before 6.11 have no such switch. */
void mcw_look_soft_offline(struct mcw_look *l, struct mcw_finding *f)
{
	__u64 on = 1;
	int err = mcw_look_number(l, SOFT_OFFLINE, &on);

	if (err && err != ENOENT)
		mcw_found_unreadable(f, l, SOFT_OFFLINE, err);
	else if (!on)
		mcw_found(f, MCW_LEVEL_WARNING, "sysctl -w vm.enable_soft_offline=1",
			  "vm.enable_soft_offline is 0: corrected errors take no page offline");
	else if (l->loaded)
		threshold_look(l, f);
}

void mcw_look_ras_cec(struct mcw_look *l, struct mcw_finding *f)
{
	__u64 cec, sees;
	int err = mcw_look_number(l, "stats/soft_offline/ras_cec", &cec);

	if (err) {
		mcw_found_unreadable(f, l, "stats/soft_offline/ras_cec", err);
		return;
	}
	err = mcw_look_number(l, "edac_sees_cec", &sees);
	if (err) {
		mcw_found_unreadable(f, l, "edac_sees_cec", err);
	} else if (cec && !sees) {
		mcw_found(f, MCW_LEVEL_WARNING, NULL,
			  "RAS_CEC keeps corrected errors from EDAC, so no memory module is named");
		knob_command(f, l, "edac_sees_cec", "1");
	} else {
		mcw_found(f, MCW_LEVEL_OK, NULL,
			  cec ? "EDAC sees the errors that RAS_CEC counts" :
				"RAS_CEC has kept no error to itself");
	}
}

void mcw_look_firmware(struct mcw_look *l, struct mcw_finding *f)
{
	char banks[MCW_VALUE_BYTES];
	int err = mcw_look_line(l, "firmware_banks", banks);

	if (err)
		mcw_found_unreadable(f, l, "firmware_banks", err);
	else if (banks[0])
		mcw_found(f, MCW_LEVEL_WARNING, "mcwctl read --source firmware",
			  "firmware first: of bank %.64s only errors that the firmware passes on are "
			  "seen; a firmware setting can give them to the kernel",
			  banks);
	else
		mcw_found(f, MCW_LEVEL_OK, NULL, "the firmware keeps no bank to itself");
}

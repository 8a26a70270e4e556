// SPDX-License-Identifier: GPL-2.0
/* LINK: module/interrupt_lines.c */
/*
 * Sums lines of /proc/interrupts, in one piece and cut at every byte.
 */
#include <mcewarden/interrupt_lines.h>

#include <string.h>

#include "ktap.h"

static const struct {
	const char *name;
	const char *text;
	__u64 exceptions, threshold, deferred;
} cases[] = {
	{ "a healthy machine",
	  "            CPU0       CPU1\n"
	  "   0:         34          0   IO-APIC   2-edge      timer\n"
	  " THR:          0          0   Threshold APIC interrupts\n"
	  " DFR:          0          0   Deferred Error APIC interrupts\n"
	  " MCE:          0          0   Machine check exceptions\n"
	  " MCP:          7          9   Machine check polls\n"
	  " ERR:          0\n",
	  0, 0, 0 },
	{ "counts of several CPUs",
	  " THR:          3          0         12   Threshold APIC interrupts\n"
	  " DFR:          0          1          0   Deferred Error APIC interrupts\n"
	  " MCE: 4294967295 4294967295          2   Machine check exceptions\n",
	  8589934592ULL, 15, 1 },
	{ "digits among the words", " MCE:          1   exceptions of 64 banks 9\n", 1, 0, 0 },
	{ "a label that only begins alike",
	  " MCEX:         5   x\n MC:           5   x\n XMCE:         5   x\n", 0, 0, 0 },
	{ "a name after the label", "  24:         1          2   MCE: 7\n", 0, 0, 0 },
	{ "no words after the numbers", "MCE:1\nTHR: 2 3\nDFR:\t4\n", 1, 5, 4 },
	{ "a line without an end counts not", "MCE: 1\nTHR: 2", 1, 0, 0 },
	{ "nothing", "", 0, 0, 0 },
};

static void check(const struct mcw_interrupt_lines *l, size_t i)
{
	expect_eq(l->sum[MCW_LINE_EXCEPTIONS], cases[i].exceptions);
	expect_eq(l->sum[MCW_LINE_THRESHOLD], cases[i].threshold);
	expect_eq(l->sum[MCW_LINE_DEFERRED], cases[i].deferred);
}

static void test_case(size_t i)
{
	const char *text = cases[i].text;
	size_t length = strlen(text);

	for (size_t cut = 0; cut <= length; cut++) {
		struct mcw_interrupt_lines l = { .number = 0 };

		mcw_interrupt_lines_take(&l, text, cut);
		mcw_interrupt_lines_take(&l, text + cut, length - cut);
		check(&l, i);
	}
}

int main(void)
{
	ktap_begin();
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		ktap_good = true;
		test_case(i);
		ktap_result(ktap_good, cases[i].name);
	}
	return ktap_end();
}

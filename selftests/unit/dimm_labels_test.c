// SPDX-License-Identifier: GPL-2.0
/* LINK: mcwctl */
/*
 * Label files of rasdaemon: which labels are this machine's, and what is wrong with a line.
 */
#include <string.h>

#include "ktap.h"
#include "decode/dimm_labels.h"

static struct mcw_smbios machine = {
	.system_maker = "Dell Inc.",
	.system = "PowerEdge R610",
	.board_maker = "Supermicro",
	.board = "X11DPH-T",
};

/* Writes all labels as "label@mc.layers " and what is wrong, and compares. */
static void bytes_are(const char *text, size_t bytes, const char *wanted, const char *name)
{
	struct mcw_dimm_labels reader;
	struct mcw_dimm_label l;
	char said[512] = "";
	size_t length = 0;
	int result;

	mcw_dimm_labels_begin(&reader, text, bytes, &machine);
	while ((result = mcw_dimm_labels_next(&reader, &l)) > 0)
		length += snprintf(said + length, sizeof(said) - length, "%s@%u.%d.%d.%d ", l.label,
				   l.mc, l.layer[0], l.layer[1], l.layer[2]);
	if (result < 0)
		snprintf(said + length, sizeof(said) - length, "%u: %s", reader.line, reader.error);
	if (strcmp(said, wanted))
		printf("# %s\n", said);
	ktap_result(!strcmp(said, wanted), name);
}

static void is(const char *text, const char *wanted, const char *name)
{
	bytes_are(text, strlen(text), wanted, name);
}

static void test_sections(void)
{
	is("Vendor: Supermicro\n  Model: X11DPH-T\n    P1-DIMMA1: 0.0.0; P1-DIMMA2: 0.0.1\n",
	   "P1-DIMMA1@0.0.0.-1 P1-DIMMA2@0.0.1.-1 ", "by the board");
	is("vendor : SUPERMICRO\nBOARD: other, x11dph-t # ours\n\n#\nA: 1.2\n", "A@1.2.-1.-1 ",
	   "several boards, in other case, with comments");
	is("Vendor: Dell Inc.\nProduct: PowerEdge R610, PowerEdge R710\nDIMM A1: 0.0.0.1, 1.0.0.1",
	   "DIMM A1@0.0.0.1 DIMM A1@1.0.0.1 ", "by the machine; a label of two places");
	is("Vendor: Dell Inc.\nModel: X11DPH-T-B\nA: 0.0\nVendor: HP\nModel: X11DPH-T\nB: 0.0\n",
	   "", "another board, and another maker");
	is("Vendor: Supermicro\nModel: X11DPH-T\nA: 0.0\nModel: X10\nB: 0.0\n"
	   "Model: X11DPH-T\nC: 0.1",
	   "A@0.0.-1.-1 C@0.1.-1.-1 ", "sections by turns");
	is("A: 0.0\nModel: X11DPH-T\nB: 0.1\n", "", "no vendor");
	is("Vendor: Supermicro\nModel: X11DPH-T\nCPU:1 A: 0.0\n", "CPU:1 A@0.0.-1.-1 ",
	   "a label with a colon");
	is("", "", "nothing");
}

static void test_mistakes(void)
{
	is("Vendor: X\nModel: Y\n\nA 0.0.0\n", "4: no ':' in 'A 0.0.0'", "no colon");
	is("Vendor: X\nA: 0\n", "2: not a place such as 0.1.0: '0'", "a controller alone");
	is("A: 0.0.0.0.0", "1: not a place such as 0.1.0: '0.0.0.0.0'", "too many layers");
	is("A: 0.x", "1: not a place such as 0.1.0: '0.x'", "no number");
	is("A: 0.1.", "1: not a place such as 0.1.0: '0.1.'", "a point at the end");
	is("A: 0.128", "1: not a place such as 0.1.0: '0.128'", "too large a number");
	is("A: 0.0,", "", "a comma at the end is none");
	is("A: 0.0,,0.1", "1: not a place such as 0.1.0: ''", "two commas");
	is(": 0.0", "1: no label, or one that is too long: ': 0.0'", "no label");
	bytes_are("A\0B: 0.0", 8, "1: a byte of 0 in the label 'A'", "a byte of 0");
	is("A: 0.0 \x1b[2J", "1: not a place such as 0.1.0: '0.0 ?[2J'",
	   "nothing commands a terminal");
}

int main(void)
{
	ktap_begin();
	test_sections();
	test_mistakes();
	return ktap_end();
}

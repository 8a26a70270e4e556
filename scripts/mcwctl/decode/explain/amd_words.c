// SPDX-License-Identifier: GPL-2.0
/*
 * Words of AMD's error codes, and those that both makes have.
 */
#include "decode/explain/tables.h"

#define CODE(name, spellings, words) \
	{ \
		.topic = MCW_TOPIC_CODE, .word = (name), .also = (spellings), .text = (words) \
	}

static const struct mcw_explanation rows[] = {
	/* both makes */
	CODE("internal parity", "parity error|microcode ROM parity",
	     "A bit of a memory inside the CPU changed. Once may be chance; if it comes again on "
	     "the same CPU, that one is bad."),
	CODE("hardware assertion", "HWA",
	     "A unit met a state that must not be. Update microcode and firmware first; if it "
	     "comes again on the same CPU, that one is bad."),
	CODE("SRAM", "RAM", "Memory inside a CPU or another chip."),
	CODE("DRAM", "DDR|DDR4|DDR5", "The chips of a DIMM, and HBM."),
	CODE("LRU", NULL, "Which line of a cache was used least recently, and goes first."),
	CODE("multi hit", "tag multi-hit|multihit",
	     "A cache or TLB found an address twice, which must not be."),
	/* cores */
	CODE("system read data", "SystemReadDataError",
	     "Data that a core asked for came with an error. Look for the unit that reported it "
	     "first: the core is not bad."),
	CODE("micro op", "patch RAM|retire|dispatch|scheduler",
	     "A core splits instructions into micro-ops, executes these in another order, and "
	     "retires them in the program's. Patch RAM has corrections of microcode."),
	CODE("store coalescing buffer", "SCB|write combining buffer|WCB|WCC|PRQ",
	     "Collects what a core stores, before it goes into a cache or out of the core."),
	CODE("PFB", "prefetch buffer|prediction queue",
	     "Instructions, or guesses about branches, that a core has fetched in advance."),
	CODE("AG", "AG0|AG1|EX|EX0|EX1",
	     "The units of a core for addresses (AG), and to execute (EX)."),
	CODE("victim", "victim buffer|victim queue|eviction|copyback",
	     "A line that leaves a cache, to make room."),
	/* the data fabric and the memory controller */
	CODE("SDP", "scalable data port",
	     "The port by which units are connected to the data fabric."),
	CODE("coherent station", "coherent slave|probe filter|probe|shadow tag",
	     "The part of the data fabric in front of a memory controller. Its probe filter knows "
	     "which caches have a line, and a probe asks them."),
	CODE("PIE", NULL,
	     "The part of the data fabric for power, interrupts and what concerns all of it; it "
	     "reports errors of links, too."),
	CODE("on-die ECC", "ECS|ECS row",
	     "DRAM chips check and correct themselves, of DDR5 in a scrub of their own (ECS)."),
	CODE("RFM", "row hammer",
	     "Refresh of rows whose neighbours are used very often, which could change them."),
	CODE("DCQ", "AES",
	     "Parts of the memory controller: its queue of commands, and its encryption."),
	CODE("northbridge", "NB|compute unit",
	     "In families 0Fh to 16h: memory controller, links and L3 cache of a socket."),
	CODE("GART", "DEV|DMA exclusion vector|table walk",
	     "Old tables for addresses of graphics cards and DMA. A walk to an invalid entry is "
	     "mostly an error of a driver."),
	CODE("master abort", "target abort|sync packets",
	     "On HyperTransport: nobody took a request, or its target refused it. Sync packets "
	     "stop all links."),
	/* links and devices */
	CODE("PCS", "PHY|GMI PCS|xGMI PCS|GMI PHY|xGMI PHY|deskew|elastic queue|replay|training",
	     "The two lower parts of a link: PHY drives the wires, PCS codes, orders and repeats "
	     "what is sent. xGMI leads to another socket, GMI to another die: for xGMI suspect "
	     "sockets and board first, for GMI the CPU."),
	CODE("WAFL", NULL, "A slow link between sockets, for management."),
	CODE("USR", "ultra short reach|SSBDCI",
	     "Links between dies that lie side by side or stacked."),
	CODE("NBIF", "system hub|SHUB|non-transparent bridge|NTB",
	     "Where devices inside the CPU, and bridges to other machines (NTB), reach the rest."),
	CODE("CCIX", NULL, "A protocol for accelerators behind PCI Express slots."),
	CODE("AXI", NULL, "A bus inside the chip, to devices such as USB."),
	CODE("DVSEC", "doorbell|mailbox",
	     "Registers of a device of PCI Express: its maker's own (DVSEC), and those by which "
	     "software gives it work (doorbell, mailbox)."),
	CODE("DACC", "MPDACC", "Copies and changes data in place of the cores."),
};

const struct mcw_explain_table mcw_explain_amd_words = MCW_EXPLAIN_TABLE(rows);

// SPDX-License-Identifier: GPL-2.0
/*
 * Families of errors: watchdogs, and what is outside the cores.
 */
#include "decode/explain/tables.h"

static const struct mcw_explanation rows[] = {
	{
		.topic = MCW_TOPIC_FAMILY,
		.word = "watchdog",
		.also = "internal timer error|internal timer|three strike|3-strike|CATERR",
		.text = "A core finished no instruction for so long that its own timer ended. It "
			"waited for an answer that did not come; the timer itself is good. Intel "
			"calls the error an internal timer error.",
		.causes = { "a device or its driver: a read from PCI Express that nobody answers",
			    "firmware: a long system management interrupt, or an error in it",
			    "power states or voltage: try without deep C-states and overclocking",
			    "memory or a link that does not answer; other records then name it",
			    "the CPU" },
		.sure = "Certain that the core stopped. The record does not say what it waited "
			"for.",
		.now = "Look for other records of that time, and in the service processor's log. "
		       "Update the firmware of board and devices.",
		.next = "Take devices out, or move them, one by one. If always the same core "
			"reports it, swap the CPU.",
		.not_it = "Not the kernel's watchdog (soft or hard lockup), and not the board's "
			  "watchdog timer.",
	},
	{
		.topic = MCW_TOPIC_FAMILY,
		.word = "interconnect",
		.also = "bus error|bus and interconnect error",
		.text = "A request inside the socket failed on its way between cores, caches, "
			"memory and devices. Who reports it is often not who is bad.",
		.causes = { "the target of the request: memory, a device, another socket",
			    "a wrong address: an error in firmware or in a driver",
			    "old firmware or microcode", "the CPU" },
		.sure = "Likely only. Read what unit and code say.",
		.now = "Look for records of the same time that name a component.",
		.next = "Update the firmware. If always the same bank and CPU reports it, swap the "
			"CPU.",
		.not_it = "Rarely a broken bus: few machines still have one.",
	},
	{
		.topic = MCW_TOPIC_FAMILY,
		.word = "link_corrected",
		.text = "A link between dies or sockets transferred data with an error, and "
			"transferred it again.",
		.causes = { "a CPU that sits badly in its socket, or bent pins", "the board",
			    "the CPU", "heat" },
		.sure = "Certain that nothing is lost.",
		.now = "Nothing.",
		.next = "If there are many, look at the seat of the CPU and at its socket when the "
			"machine is off.",
		.not_it = "No error of memory, though the data may come from there.",
	},
	{
		.topic = MCW_TOPIC_FAMILY,
		.word = "link",
		.also = "link error",
		.text = "A link between dies or sockets failed, or lost a message.",
		.causes = { "a CPU that sits badly in its socket, or bent pins",
			    "the socket or the board", "the CPU", "old firmware" },
		.sure = "Certain that the link failed. Which end is bad, the record does not say.",
		.now = "Look whether the other end has a record too.",
		.next = "Seat both CPUs again, then swap them: the error stays with the socket, or "
			"goes with the CPU.",
		.not_it = "No error of a network or of PCI Express.",
	},
	{
		.topic = MCW_TOPIC_FAMILY,
		.word = "pcie",
		.also = "PCIe error|AER",
		.text = "A port of PCI Express, or other I/O hardware, reports an error: its own, "
			"or that of a device behind it. The details are in the registers of AER "
			"(Advanced Error Reporting), which the kernel logs.",
		.causes = { "a device: a card, a drive", "its connection: slot, riser, cable",
			    "its firmware or its driver",
			    "the root port, so the CPU or the board" },
		.sure = "Certain that the port reports it. A device is likelier bad than the port.",
		.now = "If the record names a device, ask lspci -s for it and for what is behind "
		       "it. Read what the kernel's log says of AER.",
		.next = "Seat the card and its cable again, move it to another slot, then replace "
			"it.",
		.not_it = "No error of memory or of a core.",
	},
	{
		.topic = MCW_TOPIC_FAMILY,
		.word = "power",
		.also = "thermal|temperature|thermal and power",
		.text = "What manages power, voltage and temperature reports an error: the power "
			"control unit of Intel, the system management unit of AMD, or a reset "
			"because of heat.",
		.causes = { "cooling: a fan, dust, a heat sink that sits badly",
			    "a power supply or a voltage regulator of the board", "old firmware",
			    "the CPU" },
		.sure = "Certain that this hardware reports it. The cause is likely outside of it.",
		.now = "Look at temperatures, fans and power supplies in the service processor's "
		       "log.",
		.next = "Update the firmware. If it comes again with good cooling and power, the "
			"board, then the CPU.",
		.not_it = "Not the message that a CPU is throttled: that is no machine check.",
	},
	{
		.topic = MCW_TOPIC_FAMILY,
		.word = "sync_flood",
		.also = "sync flood",
		.text = "On AMD's processors, hardware that finds an error which must not spread "
			"floods all links with sync packets: nothing moves any more, and the "
			"machine resets. The watchdog of the northbridge, a request that got no "
			"answer, ends like that too.",
		.causes = { "an uncorrected error that another record names: memory first",
			    "a device that does not answer, or its slot", "firmware", "power",
			    "the CPU" },
		.sure = "Certain that traffic stopped. A sync flood is the reaction, not the "
			"cause.",
		.now = "Look for records found at boot, or from the firmware (BERT), and in the "
		       "service processor's log: they name the cause.",
		.next = "Treat what they name. Without any, update the firmware, then take devices "
			"out one by one.",
		.not_it = "No flood of interrupts or of messages, and no network's.",
	},
};

const struct mcw_explain_table mcw_explain_more_families = MCW_EXPLAIN_TABLE(rows);

// SPDX-License-Identifier: GPL-2.0
/*
 * Terms of the field: how errors are found and reported, and what this project calls things.
 */
#include "decode/explain/tables.h"

#define TERM(name, spellings, words) \
	{ \
		.topic = MCW_TOPIC_TERM, .word = (name), .also = (spellings), .text = (words) \
	}

static const struct mcw_explanation rows[] = {
	TERM("machine check", "MCE|#MC|machine check exception",
	     "An error of hardware that the CPU itself finds. The exception (#MC) comes only for "
	     "bad ones; most are found by an interrupt or a poll."),
	TERM("MCA", "machine check architecture",
	     "What a CPU has to report errors of hardware: banks of registers, an exception and "
	     "interrupts."),
	TERM("bank", "MCi_STATUS|MCi_ADDR|MCi_MISC",
	     "A group of registers (MCi_CTL, MCi_STATUS, MCi_ADDR, MCi_MISC) in which one unit of "
	     "the CPU reports its errors. What a bank's number stands for depends on the model."),
	TERM("CMCI", "corrected machine check interrupt|threshold interrupt",
	     "The interrupt by which Intel's CPUs report corrected and UCNA errors, when a bank "
	     "has counted as many as its threshold says."),
	TERM("threshold", "threshold status|green|yellow",
	     "How many corrected errors a bank counts before it raises an interrupt. The threshold "
	     "status of caches is green, or yellow after too many errors."),
	TERM("storm", "CMCI storm|throttled",
	     "So many threshold interrupts of one bank that handling them costs too much. The "
	     "kernel throttles them, and polls; each beginning and end has a record."),
	TERM("broadcast", "LMCE|local machine check",
	     "Intel raises a machine-check exception on all CPUs, unless it is a local one (LMCE), "
	     "which only the CPU gets that needs the data."),
	TERM("SMCA", "scalable MCA|IPID|MCA_IPID",
	     "AMD's machine-check architecture since family 17h. MCA_IPID says which unit a bank "
	     "belongs to, MCA_SYND says more about the error."),
	TERM("PPIN", NULL, "The protected processor inventory number: the serial number of a CPU."),
	TERM("microcode", NULL,
	     "The CPU's own firmware. An old one can cause, or wrongly report, errors."),
	TERM("erratum", "errata",
	     "A fault in a CPU that its maker publishes. Some make records of errors that never "
	     "were; Linux drops those."),
	TERM("firmware first", "GHES|APEI|BERT|HEST|CPER",
	     "The firmware reads the banks before the kernel, and reports errors by ACPI's tables "
	     "(APEI): GHES while the kernel runs, BERT for those of the boot before. CPER is the "
	     "form of such a report."),
	TERM("EINJ", "inject|injection",
	     "ACPI's way to have the firmware inject errors for tests: mcwctl inject --einj. "
	     "mcwctl inject without it only imitates a record."),
	TERM("ADXL", "address translation",
	     "Firmware of some of Intel's servers that translates an address into the memory "
	     "module with that address. The module asks it where no EDAC driver is loaded."),
	TERM("tolerant", NULL,
	     "A knob that says what is done about uncorrected errors: 0 also panics, 1 and 2 "
	     "recover what can be recovered, 3 only logs. See mcewarden(7)."),
	TERM("recovery", "page budget|page_budget",
	     "A knob: whether the module takes pages away that have lost data. page_budget limits "
	     "how many."),
	TERM("event", NULL, "The record of an error as the hardware reported it."),
	TERM("outcome", NULL,
	     "The record of what was done about an event: by whom, to which page, and why."),
	TERM("location", NULL,
	     "The record of which part of the machine an event is about: mostly a memory module."),
	TERM("victim", NULL,
	     "A task that the kernel sent a signal because of a bad page; often a virtual "
	     "machine."),
	TERM("SIGBUS", "BUS_MCEERR_AR|BUS_MCEERR_AO|BUS_MCEERR",
	     "The signal for a task whose page lost its data. BUS_MCEERR_AR: it read the data and "
	     "cannot go on. BUS_MCEERR_AO: the page is gone, and it has not read it."),
	TERM("lane", NULL,
	     "A ring of records, severe, other, notice or location. A full one never pushes out "
	     "the records of another."),
	TERM("lost", "overrun|losses|refused|unplaced",
	     "What did not get from the hardware to the reader: overwritten in a bank, or in a "
	     "ring before it was read. mcwctl status counts it by stage."),
	TERM("grade", "severity",
	     "How bad a record is for the machine, by the rules that mcwctl rules prints. The "
	     "first rule that fits decides."),
	TERM("class", NULL,
	     "How bad an error is by its registers alone, in the words of the manuals."),
	TERM("family", "means|advice",
	     "Errors that mean the same to the owner of the machine, whatever the model. Each has "
	     "two lines of advice, and more here."),
	TERM("decode chain", "mce decode chain|notifier",
	     "The list of functions in the kernel that see each record, such as EDAC and mcelog."),
	TERM("mcelog", "/dev/mcelog",
	     "An old program, and its device, for machine checks. The module provides the device."),
	TERM("rasdaemon", NULL, "A program that keeps errors of hardware in a database."),
};

const struct mcw_explain_table mcw_explain_terms = MCW_EXPLAIN_TABLE(rows);

// SPDX-License-Identifier: GPL-2.0
/* LINK: mcwctl */
/* FLAGS: -Wno-missing-field-initializers */
/*
 * Reads records from a kernel's log, in the forms in which kernels and EDAC drivers print them and
 * log files keep them: whole, torn, mixed, cut off, and random.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ktap.h"
#include "decode/decode.h"
#include "klog/records.h"

static void is(const char *got, const char *wanted, const char *name)
{
	bool ok = !strcmp(got, wanted);

	if (!ok)
		printf("# got    '%s'\n# wanted '%s'\n", got, wanted);
	ktap_result(ok, name);
}

/* A line of the kernel ends in a blank (\\040) if registers may follow. */

/* The records read, in a short form. */
static char said[4096];

static void say(const char *key, __u64 value)
{
	if (value)
		sprintf(said + strlen(said), " %s %llx", key, value);
}

static void record_say(void *arg, const struct mcw_console_record *r)
{
	const struct mcw_event *ev = &r->event;
	const struct mcw_regs *regs = &ev->regs;

	(void)arg;
	sprintf(said + strlen(said), "%lu: cpu %u bank %u %llx%s", r->line, regs->extcpu,
		(unsigned int)regs->bank, regs->status, r->mixed ? " mixed" : "");
	say("mcg", regs->mcgstatus);
	say("cs", regs->cs);
	say("ip", regs->ip);
	if (r->symbol[0])
		sprintf(said + strlen(said), " {%s}", r->symbol);
	say("tsc", regs->tsc);
	say("addr", regs->addr);
	say("misc", regs->misc);
	say("ppin", regs->ppin);
	say("synd", regs->synd);
	say("synd1", ev->synd1);
	say("synd2", ev->synd2);
	say("ipid", regs->ipid);
	say("vendor", regs->cpuvendor);
	say("cpuid", regs->cpuid);
	say("time", regs->time);
	say("socket", regs->socketid);
	say("apic", regs->apicid);
	say("microcode", regs->microcode);
	say("caps", ev->cpu_caps);
	sprintf(said + strlen(said), " by %s\n", mcw_source_name(ev->source));
}

static void note_say(void *arg, unsigned long line, enum mcw_fact key, const char *text)
{
	(void)arg;
	(void)key;
	sprintf(said + strlen(said), "%lu: note %s\n", line, text);
}

static void lines_are(const char *text, const char *wanted, const char *name)
{
	struct mcw_event known = { .absent = MCW_ABSENT_ALL };
	struct mcw_console c;

	said[0] = '\0';
	mcw_console_begin(&c, &known, record_say, note_say, NULL);
	while (*text) {
		size_t length = strcspn(text, "\n");

		mcw_console_line(&c, text, length);
		text += length + !!text[length];
	}
	mcw_console_end(&c);
	if (c.orphans)
		sprintf(said + strlen(said), "%lu orphans\n", c.orphans);
	is(said, wanted, name);
}

#define HW "mce: [Hardware Error]: "
#define HEAD HW "CPU 0: Machine Check: 0 Bank 5: 9c00000000000090\n"
#define TSC HW "TSC 0 ADDR 12345000 MISC 8c\040\n"
#define PROCESSOR HW "PROCESSOR 0:50654 TIME 1700000000 SOCKET 1 APIC 2 microcode 2000065\n"
#define RECORD \
	"cpu 0 bank 5 9c00000000000090 addr 12345000 misc 8c cpuid 50654 " \
	"time 6553f100 socket 1 apic 2 microcode 2000065 by poll\n"

static const struct form_case {
	const char *name;
	const char *text;
	const char *wanted;
} form_cases[] = {
	{ "nothing", "", "" },
	{ "other lines", "[    0.1] Linux version 6.1\n\n[    0.2] mce: CPU0 has 10 MCE banks\n",
	  "" },
	{ "as printed", HEAD TSC PROCESSOR, "1: " RECORD },
	{ "printk's time", "[   12.345678] " HEAD "[   12.345679] " TSC "[   12.345680] " PROCESSOR,
	  "1: " RECORD },
	{ "time and caller",
	  "[   12.345678][   T42] " HEAD "[   12.345679][   T42] " TSC
	  "[   12.345680][   T42] " PROCESSOR,
	  "1: " RECORD },
	{ "level",
	  "<0>[   12.345678] " HEAD "<0>[   12.345679] " TSC "<0>[   12.345680] " PROCESSOR,
	  "1: " RECORD },
	{ "syslog, with CRs",
	  "Nov 14 22:13:20 host kernel: [   12.3] mce: [Hardware Error]: CPU 0: Machine Check: 0 Bank 5: 9c00000000000090\r\n"
	  "Nov 14 22:13:20 host kernel: [   12.3] mce: [Hardware Error]: TSC 0 ADDR 12345000 MISC 8c \r\n"
	  "Nov 14 22:13:20 host kernel: [   12.3] mce: [Hardware Error]: PROCESSOR 0:50654 TIME 1700000000 SOCKET 1 APIC 2 microcode 2000065\r\n",
	  "1: " RECORD },
	{ "dmesg -T",
	  "[Tue Nov 14 22:13:20 2023] " HEAD "[Tue Nov 14 22:13:20 2023] " TSC
	  "[Tue Nov 14 22:13:20 2023] " PROCESSOR,
	  "1: " RECORD },
	{ "/dev/kmsg",
	  "0,412,12345678,-;" HEAD "0,413,12345679,-;" TSC "0,414,12345680,-;" PROCESSOR,
	  "1: " RECORD },
	{ "two in a row", HEAD TSC PROCESSOR HEAD TSC PROCESSOR, "1: " RECORD "4: " RECORD },
	{ "exception with RIP and symbol",
	  HW "CPU 3: Machine Check Exception: 5 Bank 1: be00000000800400\n" HW
	     "RIP !INEXACT! 10:<ffffffff81234567> {mwait_idle+0x12/0x40}\n" HW
	     "TSC 1f00 ADDR ffffffff81234567 MISC 7f PPIN 123456789abcdef0\040\n" HW
	     "PROCESSOR 0:306e7 TIME 16 SOCKET 0 APIC 6 microcode 42e\n",
	  "1: cpu 3 bank 1 be00000000800400 mcg 5 cs 10 ip ffffffff81234567 {mwait_idle+0x12/0x40} "
	  "tsc 1f00 addr ffffffff81234567 misc 7f ppin 123456789abcdef0 cpuid 306e7 time 10 apic 6 "
	  "microcode 42e by exception\n" },
	{ "exception in user mode",
	  HW "CPU 1: Machine Check Exception: f Bank 6: bd80000000000134\n" HW
	     "RIP 33:<0000000000401234>\040\n" HW "TSC 2 ADDR 5000 MISC 8c\040\n" PROCESSOR,
	  "1: cpu 1 bank 6 bd80000000000134 mcg f cs 33 ip 401234 tsc 2 addr 5000 misc 8c cpuid 50654 "
	  "time 6553f100 socket 1 apic 2 microcode 2000065 by exception\n" },
	{ "AMD, Linux 6.13",
	  HW "CPU 0: Machine Check: 0 Bank 15: dc2040000000011b\n" HW
	     "TSC 0 ADDR 65aa27c0 MISC d01a000000000000 PPIN 2 SYND 6bbf0a400203 "
	     "SYND1 41 SYND2 42 IPID 9600150f00\040\n" HW
	     "PROCESSOR 2:a00f11 TIME 1 SOCKET 0 APIC 0 microcode a001173\n",
	  "1: cpu 0 bank 15 dc2040000000011b addr 65aa27c0 misc d01a000000000000 ppin 2 synd 6bbf0a400203 "
	  "synd1 41 synd2 42 ipid 9600150f00 vendor 2 cpuid a00f11 time 1 "
	  "microcode a001173 caps 8 by poll\n" },
	{ "EDAC for AMD",
	  "[  333.1] [Hardware Error]: Corrected error, no action required.\n"
	  "[  333.1] [Hardware Error]: CPU:7 (19:21:2) MC15_STATUS[Over|CE|MiscV|AddrV|-|-|SyndV|CECC|-|-|-]: 0xdc2040000000011b\n"
	  "[  333.1] [Hardware Error]: Error Addr: 0x0000000065aa27c0\n"
	  "[  333.1] [Hardware Error]: PPIN: 0x0000000000000003\n"
	  "[  333.1] [Hardware Error]: IPID: 0x0000009600150f00, Syndrome: 0x00006bbf0a400203\n"
	  "[  333.1] [Hardware Error]: FRU Text: DIMM A1\n"
	  "[  333.1] [Hardware Error]: Unified Memory Controller Ext. Error Code: 0\n"
	  "[  333.1] [Hardware Error]: cache level: L3/GEN, tx: GEN, mem-tx: RD\n",
	  "2: cpu 7 bank 15 dc2040000000011b addr 65aa27c0 ppin 3 synd 6bbf0a400203 synd1 3141204d4d4944 "
	  "ipid 9600150f00 vendor 2 cpuid a20f12 caps 8 by unknown\n" },
	{ "EDAC for AMD, before scalable MCA",
	  "[Hardware Error]: CPU:0 (15:2:0) MC2_STATUS[-|CE|-|-|AddrV|-|-|CECC]: 0x9400400000010110\n"
	  "[Hardware Error]: Error Addr: 0x1000\n[Hardware Error]: TSC: 123\n"
	  "[Hardware Error]: cache level: L0, tx: INSN\n",
	  "1: cpu 0 bank 2 9400400000010110 tsc 7b addr 1000 vendor 2 cpuid 600f20 by unknown\n" },
	{ "EDAC for Intel, one line in two",
	  "EDAC sbridge MC3: HANDLING MCE MEMORY ERROR\n"
	  "EDAC sbridge MC3: CPU 0: Machine Check Event: 0 Bank 7: 8c00004000010090\n"
	  "EDAC sbridge MC3: TSC 0\040\nEDAC sbridge MC3: ADDR 12345000 EDAC sbridge MC3: MISC 144780c86\040\n"
	  "EDAC sbridge MC3: PROCESSOR 0:306e7 TIME 1422553404 SOCKET 0 APIC 0\n"
	  "EDAC MC3: 1 CE memory read error on CPU_SrcID#0_Channel#0_DIMM#0\n",
	  "2: cpu 0 bank 7 8c00004000010090 addr 12345000 misc 144780c86 cpuid 306e7 "
	  "time 54ca713c by poll\n"
	  "6: cpu 0 bank 0 0 by unknown\n" },
	{ "EDAC for Intel, later",
	  "[ 5.5] EDAC skx MC0: CPU 2: Machine Check Exception: 0x4 Bank 13: 0xbd80000000100090\n"
	  "[ 5.5] EDAC skx MC0: TSC 0x12\040\n[ 5.5] EDAC skx MC0: ADDR 0x5000\040\n[ 5.5] EDAC skx MC0: MISC 0x8c\040\n"
	  "[ 5.5] EDAC skx MC0: PROCESSOR 0:0x50654 TIME 16 SOCKET 1 APIC 0x40\n",
	  "1: cpu 2 bank 13 bd80000000100090 mcg 4 tsc 12 addr 5000 misc 8c cpuid 50654 time 10 socket 1 "
	  "apic 40 by exception\n" },
	{ "firmware's",
	  HW "CPU 0: Machine Check: 0 Bank 255: 9c0000000000009f\n" HW
	     "TSC 0 ADDR 1000\040\n" PROCESSOR,
	  "1: cpu 0 bank 255 9c0000000000009f addr 1000 cpuid 50654 time 6553f100 socket 1 apic 2 "
	  "microcode 2000065 by firmware\n" },
	{ "words of a later kernel",
	  HEAD HW "TSC 0 ADDR 12345000 CONFIG 7f MISC 8c NEW x\040\n" HW
		  "PROCESSOR 0:50654 TIME 1700000000 SOCKET 1 APIC 2 microcode 2000065 node 1\n",
	  "1: " RECORD },
	{ "what the kernel did",
	  HEAD TSC PROCESSOR
	  "[ 1.0] mce: [Hardware Error]: Run the above through 'mcelog --ascii'\n"
	  "[ 1.0] mce: [Hardware Error]: Machine check: Processor context corrupt\n"
	  "[ 1.0] Kernel panic - not syncing: Fatal machine check\n"
	  "[ 1.0] Memory failure: 0x12345: recovery action for dirty LRU page: Recovered\n"
	  "[ 1.0] mce: [Hardware Error]: Machine check events logged\n",
	  "1: " RECORD "5: note Machine check: Processor context corrupt\n"
	  "6: note Kernel panic - not syncing: Fatal machine check\n"
	  "7: note Memory failure: 0x12345: recovery action for dirty LRU page: Recovered\n" },
	{ "a note with anything in it", "Kernel panic - not syncing: \x1b[31m\xff\x80\n",
	  "1: note Kernel panic - not syncing: ??\n" },
};

#define C1 "[1.0][   C1] "
#define C2 "[1.0][   C2] "
#define HEAD_OF(cpu) HW "CPU " #cpu ": Machine Check: 0 Bank 5: 9c00000000000090\n"
#define TSC_OF(n) HW "TSC 0 ADDR " #n " MISC 8c\040\n"
#define PROCESSOR_OF(n) HW "PROCESSOR 0:1 TIME 0 SOCKET 0 APIC " #n " microcode 0\n"
#define RECORD_OF(cpu, addr, mixed, apic) \
	"cpu " #cpu " bank 5 9c00000000000090" mixed " addr " #addr " misc 8c cpuid 1" apic \
	" by poll\n"

static const struct form_case mixed_cases[] = {
	{ "CPUs in turn",
	  HEAD_OF(1) HEAD_OF(2) TSC_OF(1000) TSC_OF(2000) PROCESSOR_OF(1) PROCESSOR_OF(2),
	  "1: " RECORD_OF(1, 1000, " mixed", " apic 1") "2: " RECORD_OF(2, 2000, " mixed",
									" apic 2") },
	{ "CPUs by caller",
	  C1 HEAD_OF(1) C2 HEAD_OF(2) C2 TSC_OF(2000) C1 TSC_OF(1000) C2 PROCESSOR_OF(2)
		  C1 PROCESSOR_OF(1),
	  "2: " RECORD_OF(2, 2000, "", " apic 2") "1: " RECORD_OF(1, 1000, "", " apic 1") },
	{ "CPUs by what is valid",
	  HW "CPU 1: Machine Check: 0 Bank 5: 9000000000000090\n" HEAD_OF(2) TSC_OF(2000) HW
	  "TSC 0\040\n" PROCESSOR_OF(2),
	  "1: cpu 1 bank 5 9000000000000090 mixed cpuid 1 apic 2 by poll\n"
	  "2: cpu 2 bank 5 9c00000000000090 mixed addr 2000 misc 8c by poll\n" },
	{ "CPUs by RIP",
	  HW "CPU 1: Machine Check Exception: 5 Bank 5: b200000000000400\n" HW
	     "CPU 2: Machine Check Exception: 7 Bank 5: b200000000000400\n" HW "RIP 33:<2>\040\n" HW
	     "RIP !INEXACT! 33:<1>\040\n",
	  "1: cpu 1 bank 5 b200000000000400 mcg 5 cs 33 ip 1 by exception\n"
	  "2: cpu 2 bank 5 b200000000000400 mcg 7 cs 33 ip 2 by exception\n" },
	{ "kernel and EDAC",
	  HEAD "EDAC skx MC0: CPU 1: Machine Check Event: 0x0 Bank 7: 0x8c00004000010090\n" TSC
	       "EDAC skx MC0: TSC 0x0\040\nEDAC skx MC0: ADDR 0x1000\040\n" PROCESSOR
	       "EDAC skx MC0: PROCESSOR 0:0x50654 TIME 0 SOCKET 0 APIC 0x0\n",
	  "1: " RECORD "2: cpu 1 bank 7 8c00004000010090 addr 1000 cpuid 50654 by poll\n" },
	{ "torn by printk",
	  "[    1.000001] " HEAD "[    1.000002] " HW "TSC 0\040\n"
	  "[    1.000003] ADDR 12345000\040\n[    1.000003] usb 1-1: new device\n[    1.000004] MISC 8c\040\n"
	  "[    1.000005] " PROCESSOR,
	  "1: " RECORD },
	{ "torn, in a syslog",
	  "Nov 14 22:13:20 host kernel: " HEAD "Nov 14 22:13:20 host kernel: " HW "TSC 0\040\n"
	  "Nov 14 22:13:20 host kernel: ADDR 12345000 MISC 8c\040\n"
	  "Nov 14 22:13:20 host kernel: " PROCESSOR,
	  "1: " RECORD },
	{ "cut off after the first line", HEAD, "1: cpu 0 bank 5 9c00000000000090 by poll\n" },
	{ "the next of the same CPU ends it", HEAD TSC HEAD TSC PROCESSOR,
	  "1: cpu 0 bank 5 9c00000000000090 addr 12345000 misc 8c by poll\n3: " RECORD },
	{ "a second ends it",
	  "[    1.0] [    1.000000] " HEAD_OF(1) "[    2.500000] " HEAD "[    2.500000] " TSC
						 "[    2.500000] " PROCESSOR,
	  "1: cpu 1 bank 5 9c00000000000090 by poll\n2: " RECORD },
	{ "the beginning is not there", TSC PROCESSOR HEAD TSC PROCESSOR,
	  "3: " RECORD "2 orphans\n" },
	{ "a number that is too long",
	  HW "CPU 0: Machine Check: 0 Bank 5: 19c00000000000090\n" HW
	     "CPU 4294967296: Machine Check: 0 Bank 5: 9c00000000000090\n" HW
	     "CPU 0: Machine Check: 0 Bank 256: 9c00000000000090\n",
	  "1: note not understood: " HW "CPU 0: Machine Check: 0 Bank 5: 19c00000000000090\n"
	  "2: note not understood: " HW
	  "CPU 4294967296: Machine Check: 0 Bank 5: 9c00000000000090\n"
	  "3: note not understood: " HW "CPU 0: Machine Check: 0 Bank 256: 9c00000000000090\n" },
};

/* More CPUs at once than the reader keeps open: it hands out the oldest records as they are. */
static void test_many(void)
{
	char text[40 * 200] = "", wanted[40 * 200] = "";

	for (unsigned int cpu = 0; cpu < 2 * MCW_CONSOLE_OPEN; cpu++) {
		sprintf(text + strlen(text),
			HW "CPU %u: Machine Check: 0 Bank 5: 8000000000000001\n", cpu);
		sprintf(wanted + strlen(wanted), "%u: cpu %u bank 5 8000000000000001 by poll\n",
			cpu + 1, cpu);
	}
	lines_are(text, wanted, "more records at once than are kept open");
}

int main(void)
{
	ktap_begin();
	for (size_t i = 0; i < ARRAY_SIZE(form_cases); i++)
		lines_are(form_cases[i].text, form_cases[i].wanted, form_cases[i].name);
	for (size_t i = 0; i < ARRAY_SIZE(mixed_cases); i++)
		lines_are(mixed_cases[i].text, mixed_cases[i].wanted, mixed_cases[i].name);
	test_many();
	return ktap_end();
}

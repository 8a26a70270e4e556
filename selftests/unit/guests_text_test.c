// SPDX-License-Identifier: GPL-2.0
/* LINK: mcwctl */
/*
 * What is pure of the guests: the monitor's texts and messages, whose address is trusted, what goes
 * into a guest's bank and how fast, and which event of QEMU's follows which signal.
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ktap.h"
#include "cmd/command.h"
#include "cmd/metrics.h"
#include "decode/decode.h"
#include "guests/address.h"
#include "guests/bank.h"
#include "guests/failures.h"
#include "guests/flatview.h"
#include "guests/message.h"
#include "guests/pace.h"

#define NS_PER_S 1000000000ULL
#define MS 1000000ULL

static const char flat[] =
	"FlatView #0\r\n AS \"I/O\", root: io\r\n Root memory region: io\r\n"
	"  0000000000000000-000000000000ffff (prio 0, ram): io\r\n\r\n"
	"FlatView #1\r\n AS \"cpu-memory-0\", root: system\r\n AS \"memory\", root: system\r\n"
	" Root memory region: system\r\n"
	"  0000000000000000-00000000000bffff (prio 0, ram): pc.ram KVM\r\n"
	"  00000000000c0000-00000000000dffff (prio 1, rom): pc.rom\r\n"
	"  00000000fec00000-00000000fec00fff (prio 0, i/o): ioapic\r\n"
	"  00000000fed00000-00000000fed003ff (prio 0, ram): too small\r\n"
	"  00000000fee00000-00000000feefffff (prio 0, ramd): a device's\r\n"
	"  not a range\r\n"
	"  0000000200000000-0000000100000000 (prio 0, ram): backwards\r\n"
	"  0000000000000000-ffffffffffffffff (prio 0, ram): all there is\r\n"
	"  0000000100000000-000000013fffffff (prio 0, nv-ram): (prio 0, i/o) @0000000080000000\r\n"
	"\r\nFlatView #2\r\n AS \"memory\", root: again\r\n"
	"  0000000500000000-000000053fffffff (prio 0, ram): a lie\r\n";

static void test_flatview(void)
{
	struct mcw_guest_range ranges[8] = { 0 };

	expect_eq(mcw_flatview_parse(flat, ranges, 8), 3);
	expect_eq(ranges[0].gpa, 0);
	expect_eq(ranges[0].size, 0xc0000);
	expect_eq(ranges[1].gpa, 0xc0000);
	expect_eq(ranges[2].gpa, 0x100000000);
	expect_eq(ranges[2].size, 0x40000000);
	expect_eq(mcw_flatview_parse(flat, ranges, 1), 3);
	expect_eq(mcw_flatview_parse("", ranges, 8), 0);
	expect_eq(mcw_flatview_parse(" AS \"memory\", root", ranges, 8), 0);
}

static void test_gpa2hva(void)
{
	__u64 hva = 0;

	expect_eq(mcw_gpa2hva_parse("Host virtual address for 0x1000 (m) is 0x7f12\r\n", 0x1000,
				    &hva),
		  true);
	expect_eq(hva, 0x7f12);
	expect_eq(mcw_gpa2hva_parse("Host virtual address for 0x1000 ( is 0x1) is 0x2\r\n", 0x1000,
				    &hva),
		  true);
	expect_eq(hva, 2);
	expect_eq(mcw_gpa2hva_parse("Host virtual address for 0x2000 (m) is 0x7f12\r\n", 0x1000,
				    &hva),
		  false);
	expect_eq(mcw_gpa2hva_parse("Host virtual address for 0x1000 (m) is 0x1 or so", 0x1000,
				    &hva),
		  false);
	expect_eq(mcw_gpa2hva_parse("Host virtual address for 0x1000 (m) is 0x", 0x1000, &hva),
		  false);
	expect_eq(mcw_gpa2hva_parse("No memory is mapped at address 0x1000\r\n", 0x1000, &hva),
		  false);
	expect_eq(mcw_gpa2hva_parse("", 0, &hva), false);
}

static void message(const char *line, enum mcw_message_kind kind, const char *text, __u64 id)
{
	struct mcw_message m;

	expect_eq(mcw_message_parse(&m, line, strlen(line), "name"), true);
	expect_eq(m.kind, kind);
	expect_eq(strcmp(m.text, text), 0);
	expect_eq(m.id, id);
	mcw_message_free(&m);
}

static void test_messages(void)
{
	message("{\"QMP\":{\"version\":{}}}", MCW_MESSAGE_GREETING, "", 0);
	message("{\"return\":\"a\\r\\n\",\"id\":7}", MCW_MESSAGE_RETURN, "a\r\n", 7);
	message("{\"return\":{\"name\":\"web1\"}}", MCW_MESSAGE_RETURN, "web1", 0);
	message("{\"return\":[{\"name\":\"x\"},3]}", MCW_MESSAGE_RETURN, "x", 0);
	message("{\"return\":{\"name\":{}}}", MCW_MESSAGE_RETURN, "", 0);
	message("{\"return\":\"a\\u0000b\"}", MCW_MESSAGE_RETURN, "", 0);
	message("{\"error\":{\"class\":\"x\",\"desc\":\"no\"},\"id\":2}", MCW_MESSAGE_ERROR, "no",
		2);
	message("{\"event\":\"RESET\"}", MCW_MESSAGE_EVENT, "", 0);
	message("", MCW_MESSAGE_NONSENSE, "", 0);
	message("{", MCW_MESSAGE_NONSENSE, "", 0);
	message("[1]", MCW_MESSAGE_NONSENSE, "", 0);
	message("{\"QMP\":1}", MCW_MESSAGE_NONSENSE, "", 0);
	message("{\"return\":1,\"return\":2}", MCW_MESSAGE_NONSENSE, "", 0);
	message("{}", MCW_MESSAGE_NONSENSE, "", 0);
}

static void test_failure_message(void)
{
	static const char line[] =
		"{\"timestamp\":{\"seconds\":5,\"microseconds\":7},\"event\":\"MEMORY_FAILURE\","
		"\"data\":{\"flags\":{\"recursive\":false,\"action-required\":true},"
		"\"recipient\":\"guest\",\"action\":\"inject\"}}";
	struct mcw_message m;

	expect_eq(mcw_message_parse(&m, line, strlen(line), NULL), true);
	expect_eq(m.is_memory_failure, true);
	expect_eq(m.failure.wall_ns, 5 * NS_PER_S + 7000);
	expect_eq(strcmp(m.failure.recipient, "guest"), 0);
	expect_eq(m.failure.action_required, true);
	expect_eq(m.failure.recursive, false);
	mcw_message_free(&m);
}

static void test_question(void)
{
	const struct mcw_question q = {
		.execute = "human-monitor-command",
		.argument = { "command-line" },
		.value = { "x \"y\"\n" },
	};
	char *line = mcw_message_ask(&q, 3);

	expect_eq(line && strstr(line, "\"arguments\":{\"command-line\":\"x \\\"y\\\"\\n\"}"),
		  true);
	expect_eq(line && !strchr(line, '\n'), true);
	free(line);
}

static bool address(struct mcw_event *ev, __u64 wanted, unsigned int lsb)
{
	struct mcw_error_address at = { 0 };
	bool found = mcw_address_of_event(ev, &at);

	return wanted ? found && at.address == wanted && at.lsb == lsb : !found;
}

static void test_addresses(void)
{
	struct mcw_event ev = {
		.regs = { .status = 0x9c00000000000090,
			  .addr = 0x12345678,
			  .misc = 0x86,
			  .mcgcap = MCW_MCGCAP_SER_P },
		.phys_bits = 46,
	};

	expect_eq(address(&ev, 0x12345678, 6), true);
	ev.regs.misc = 0x8d;
	expect_eq(address(&ev, 0, 0), true);
	/* The northbridge of an AMD before scalable MCA, for ECC alone. */
	ev.regs.cpuvendor = MCW_VENDOR_AMD;
	expect_eq(address(&ev, 0, 0), true);
	ev.regs.status |= 8 << 16;
	expect_eq(address(&ev, 0, 0), true);
	ev.regs.bank = 4;
	expect_eq(address(&ev, 0x12345678, 3), true);
	ev.cpu_caps = MCW_CAP_SMCA;
	expect_eq(address(&ev, 0, 0), true);
	ev.regs.status |= MCW_STATUS_PADDRV | 6ULL << 24;
	expect_eq(address(&ev, 0x12345678, 6), true);
	/* A normalized one has no page, until EDAC says which. */
	ev.regs.ipid = 0x96ULL << 32;
	expect_eq(address(&ev, 0, 0), true);
}

static void test_location(void)
{
	struct mcw_location l = {
		.source = MCW_LOCATION_EDAC,
		.part = 1,
		.address = 0x5000,
		.grain_bits = 6,
	};
	struct mcw_error_address at = { 0 };

	expect_eq(mcw_address_of_location(&l, &at) && at.address == 0x5000 && at.lsb == 6, true);
	l.grain_bits = 13;
	expect_eq(mcw_address_of_location(&l, &at), false);
	l.grain_bits = 6;
	l.flags = MCW_LOCATION_NO_EVENT;
	expect_eq(mcw_address_of_location(&l, &at), false);
}

static struct mcw_guest_error error_of(__u64 gpa, __u64 count, bool amd)
{
	return (struct mcw_guest_error){
		.gpa = gpa,
		.status = amd ? 0x9c00400000080813 : 0x8c0000400012009f,
		.count = count,
		.class = MCW_CLASS_CORRECTED,
		.lsb = 6,
		.amd = amd,
	};
}

/* What a guest reads in its bank, as this tool decodes it there. */
static struct mcw_event guests_view(const struct mcw_bank_content *b, bool amd)
{
	return (struct mcw_event){
		.regs = { .status = b->status,
			  .addr = b->addr,
			  .misc = b->misc,
			  .bank = b->bank,
			  .cpuvendor = amd ? MCW_VENDOR_AMD : MCW_VENDOR_INTEL,
			  .mcgcap = MCW_MCGCAP_SER_P | MCW_MCGCAP_CMCI_P },
		.phys_bits = 40,
	};
}

static void test_bank_intel(void)
{
	struct mcw_guest_error e = error_of(0x5040, 7, false);
	struct mcw_bank_content b;
	struct mcw_event ev;
	bool more;

	mcw_bank_fill(&b, &e, false, 9);
	ev = guests_view(&b, false);
	expect_eq(b.bank, 2);
	expect_eq(mcw_event_class(&ev), MCW_CLASS_CORRECTED);
	expect_eq(mcw_event_count(&ev, &more), 7);
	expect_eq(more, false);
	expect_eq(address(&ev, 0x5040, 6), true);
	/* The code stays, the model's part does not. */
	expect_eq(b.status & 0xffffffff, 0x9f);
	e.count = 20000;
	e.amd = true;
	e.lsb = 0;
	e.status = 0x9c00400000080813;
	mcw_bank_fill(&b, &e, false, 0);
	ev = guests_view(&b, false);
	expect_eq(mcw_event_count(&ev, &more), 0x3fff);
	expect_eq(more, true);
	expect_eq(b.status & 0xffff, 0x9f);
	expect_eq(address(&ev, 0x5040, 12), true);
}

static void test_bank_amd(void)
{
	struct mcw_guest_error e = error_of(0x5040, 1, true);
	struct mcw_bank_content b;
	struct mcw_event ev;

	mcw_bank_fill(&b, &e, true, 3);
	ev = guests_view(&b, true);
	expect_eq(b.bank, 4);
	expect_eq(b.misc, 0);
	expect_eq(b.status & MCW_STATUS_UC, 0);
	expect_eq(b.status & MCW_STATUS_MISCV, 0);
	expect_eq(mcw_event_class(&ev), MCW_CLASS_CORRECTED);
	expect_eq(address(&ev, 0x5040, 3), true);
	e.class = MCW_CLASS_DEFERRED;
	e.count = 5000;
	e.firmware = true;
	e.status = 0x9f;
	mcw_bank_fill(&b, &e, true, 0);
	ev = guests_view(&b, true);
	expect_eq(mcw_event_class(&ev), MCW_CLASS_DEFERRED);
	expect_eq(b.status & MCW_STATUS_UC, 0);
	expect_eq(b.status & 0xffff, 0x813);
	/* Valid, a counter, and locked: the guest's kernel leaves it alone. */
	expect_eq(b.misc >> 61, 7);
	expect_eq(b.misc >> 32 & 0xfff, 0xfff);
	expect_eq(b.misc >> 48 & 1, 1);
}

static void test_may(void)
{
	expect_eq(mcw_bank_may(MCW_CLASS_CORRECTED, false), MCW_FORWARD_YES);
	expect_eq(mcw_bank_may(MCW_CLASS_DEFERRED, true), MCW_FORWARD_YES);
	expect_eq(mcw_bank_may(MCW_CLASS_DEFERRED, false), MCW_FORWARD_NO_DEFERRED);
	expect_eq(mcw_bank_may(MCW_CLASS_UCNA, true), MCW_FORWARD_UCNA);
	for (enum mcw_class worse = MCW_CLASS_SRAO; worse <= MCW_CLASS_FATAL; worse++)
		expect_eq(mcw_bank_may(worse, true), MCW_FORWARD_KERNEL);
}

/* 1,000 errors in a second on 20 pages: so many go at once, and none is lost. */
static void test_pace(void)
{
	struct mcw_pace p = { .rate = 10 };
	__u64 now = 77 * NS_PER_S, sent = 0, first_second = 0;
	struct mcw_guest_error e;

	for (unsigned int ms = 0; ms < 1000; ms++) {
		e = error_of(ms % 20 * 4096, 1, false);
		mcw_pace_add(&p, &e);
		while (mcw_pace_take(&p, now + ms * MS, &e)) {
			first_second++;
			sent += e.count;
		}
	}
	expect_eq(first_second, 10);
	for (now += NS_PER_S; mcw_pace_wait(&p, now) >= 0; now += mcw_pace_wait(&p, now) * MS)
		if (mcw_pace_take(&p, now, &e))
			sent += e.count;
	expect_eq(sent, 1000);
	expect_eq(p.summed > 900, true);
	expect_eq(mcw_pace_wait(&p, now), -1);
}

/* More pages than can wait, and a deferred error among them. */
static void test_pace_full(void)
{
	struct mcw_guest_error e;
	struct mcw_pace p = { .rate = 10 };
	unsigned int deferred = 0;
	__u64 sum = 0;

	for (unsigned int i = 0; i < 500; i++) {
		e = error_of(i * 4096ULL, 1, false);
		mcw_pace_add(&p, &e);
	}
	expect_eq(p.count, MCW_PACE_PAGES);
	e.class = MCW_CLASS_DEFERRED;
	mcw_pace_add(&p, &e);
	expect_eq(p.count, MCW_PACE_PAGES);
	for (__u64 now = NS_PER_S; mcw_pace_take(&p, now, &e); now += NS_PER_S) {
		deferred += e.class == MCW_CLASS_DEFERRED;
		sum += e.count;
	}
	expect_eq(deferred, 1);
	expect_eq(sum, 501);
}

static struct mcw_failure_told told[8];
static unsigned int told_count;

static void tell(void *self, const struct mcw_failure_told *one)
{
	(void)self;
	told[told_count % 8] = *one;
	told_count++;
}

static void failure_add(struct mcw_track *t, struct mcw_guest *guest, __u64 wall_ns)
{
	t->failure[t->failure_count++] = (struct mcw_failure){
		.guest = guest,
		.said.wall_ns = wall_ns,
	};
}

static void signal_add(struct mcw_track *t, struct mcw_guest *guest, __u64 wall_ns, __u64 page)
{
	t->signal[t->signal_next++] = (struct mcw_guest_signal){
		.guest = guest,
		.wall_ns = wall_ns,
		.page = page,
	};
}

static void test_failures(void)
{
	static struct mcw_guest a, b;
	static struct mcw_track t;
	const __u64 s = 1000 * NS_PER_S;

	/* One of each; one with an old signal; two of each within 100 ms; one that was slow. */
	signal_add(&t, &a, s, 0x1000);
	failure_add(&t, &a, s + 3 * MS);
	signal_add(&t, &b, s, 0x2000);
	failure_add(&t, &b, s + 11 * NS_PER_S);
	signal_add(&t, &a, s + 10 * NS_PER_S, 0x3000);
	signal_add(&t, &a, s + 10 * NS_PER_S + 20 * MS, 0x4000);
	failure_add(&t, &a, s + 10 * NS_PER_S + 50 * MS);
	failure_add(&t, &a, s + 10 * NS_PER_S + 90 * MS);
	signal_add(&t, &b, s + 20 * NS_PER_S, 0x5000);
	failure_add(&t, &b, s + 25 * NS_PER_S);
	mcw_failures_tell(&t, true, tell, NULL);
	expect_eq(told_count, 5);
	expect_eq(told[4].page, 0x5000);
	expect_eq(told[4].ambiguous, false);
	expect_eq(told[0].page, 0x1000);
	expect_eq(told[0].ambiguous, false);
	expect_eq(told[1].page, MCW_NO_PAGE);
	expect_eq(told[1].ambiguous, false);
	expect_eq(told[2].ambiguous && told[3].ambiguous, true);
	expect_eq(told[2].page, MCW_NO_PAGE);
	expect_eq(told[2].events, 2);
	expect_eq(told[2].signals, 2);
	expect_eq(a.counts.ambiguous, 2);
	/* Each once. */
	mcw_failures_tell(&t, true, tell, NULL);
	expect_eq(told_count, 5);
}

static void test_virsh_event(void)
{
	static const char *const lines[] = {
		"recipient: nobody",
		"2026-11-30 20:06:16.123+0000: event 'lifecycle' for domain 'web1': Started Booted",
		"2026-11-30 20:06:16.123+0000: event 'memory-failure' for domain 'we'b':",
		"recipient: guest",
		"action: inject",
		"flags:",
		"\taction required: 1",
	};
	struct mcw_virsh_event e = { .domain = "" };

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		expect_eq(mcw_virsh_event_line(&e, lines[i]), false);
	expect_eq(mcw_virsh_event_line(&e, "\trecursive: 0"), true);
	expect_eq(strcmp(e.domain, "we'b"), 0);
	expect_eq(strcmp(e.said.recipient, "guest"), 0);
	expect_eq(strcmp(e.said.action, "inject"), 0);
	expect_eq(e.said.action_required, true);
	expect_eq(e.said.recursive, false);
	expect_eq(e.said.wall_ns, 1796069176123 * MS);
}

/* Two processes of one guest are one; what is no guest, or not JSON, is passed over. */
static void test_metrics(void)
{
	static const char noted[] =
		"{\"type\":\"guest\",\"guest\":\"web1\",\"corrected\":5,\"forwarded\":3}\n"
		"{\"type\":\"guest_page\",\"guest\":\"web1\",\"corrected\":5}\nnonsense\n"
		"{\"type\":\"guest\",\"guest\":\"we\\\"b\",\"deferred\":1,\"victims\":1}\n"
		"{\"type\":\"guest\",\"guest\":\"web1\",\"corrected\":2,\"left\":4}\n";
	static const char *const lines[] = {
		"mcewarden_guest_errors_total{guest=\"web1\",class=\"corrected\"} 7\n",
		"mcewarden_guest_errors_total{guest=\"we\\\"b\",class=\"deferred\"} 1\n",
		"mcewarden_guest_forwards_total{guest=\"web1\",result=\"forwarded\"} 3\n",
		"mcewarden_guest_forwards_total{guest=\"web1\",result=\"left\"} 4\n",
		"mcewarden_guest_signals_total{guest=\"we\\\"b\"} 1\n",
	};
	char path[] = "/tmp/guests_text_test.XXXXXX", *text;
	struct mcw_options o = { .guests.state = path };
	int fd = mkstemp(path);
	size_t length;
	FILE *out;

	expect_eq(write(fd, noted, sizeof(noted) - 1), sizeof(noted) - 1);
	close(fd);
	out = open_memstream(&text, &length);
	mcw_metrics_guests(out, &o);
	fclose(out);
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		expect_eq(!!strstr(text, lines[i]), true);
	free(text);
	unlink(path);
	out = open_memstream(&text, &length);
	mcw_metrics_guests(out, &o);
	fclose(out);
	expect_eq(length, 0);
	free(text);
}

static const struct ktap_case cases[] = {
	{ "the map of a guest's memory", test_flatview },
	{ "where an address is in QEMU", test_gpa2hva },
	{ "messages", test_messages },
	{ "QEMU's event", test_failure_message },
	{ "questions", test_question },
	{ "addresses of events", test_addresses },
	{ "addresses that EDAC says", test_location },
	{ "what goes into a bank of Intel's", test_bank_intel },
	{ "what goes into a bank of AMD's", test_bank_amd },
	{ "which errors may be forwarded", test_may },
	{ "the rate, and the sum of the rest", test_pace },
	{ "more pages than can wait", test_pace_full },
	{ "which event follows which signal", test_failures },
	{ "libvirt's event", test_virsh_event },
	{ "metrics of what is noted", test_metrics },
};

int main(void)
{
	ktap_begin();
	ktap_run(cases, sizeof(cases) / sizeof(cases[0]));
	return ktap_end();
}

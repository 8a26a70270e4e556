// SPDX-License-Identifier: GPL-2.0
/* LINK: mcwctl */
/* SLOW: starts real machines */
/*
 * Whose a physical page is, by real QEMU processes; and monitors that lie, hang or close beside
 * them. The liars are copies of this program, whose name makes them a QEMU.
 */
#define _GNU_SOURCE
#include <stdbool.h>

#include <linux/types.h>

#include "guests_qemu.h"
#include "guests_liar.h"
#include "ktap.h"
#include "guests/address.h"
#include "guests/forward.h"
#include "guests/guests.h"
#include "source/clock.h"

#define LOW 0x2003000ULL /* guest-physical addresses of markers */
#define HIGH 0x100005000ULL
#define DIMM 0x200007000ULL
#define MARK_LOW 0x6c6f77206d61726bULL
#define MARK_HIGH 0x68696768206d6172ULL
#define MARK_DIMM 0x64696d6d206d6172ULL
#define LOADER(address, marker) "loader,addr=" #address ",data=" #marker ",data-len=8"

static char *const paths[] = { scratch, NULL };
static struct mcw_guests guests;
static struct mcw_owners owners;

static void guests_begin(char *const *paths)
{
	guests = (struct mcw_guests){ .proc = "/proc", .paths = paths };
	expect_eq(mcw_guests_refresh(&guests, true), true);
}

static void guests_end(void)
{
	mcw_owners_free(&owners);
	mcw_guests_free(&guests);
}

/* The one owner of a page. */
static const struct mcw_owner *owner_of(__u64 page)
{
	expect_eq(mcw_guests_find(&guests, &page, 1, &owners), true);
	expect_eq(owners.count, 1);
	return owners.count == 1 ? &owners.owner[0] : NULL;
}

/* The page with the marker belongs to this machine, at this guest-physical address. */
static void marker_is_at(const struct machine *m, __u64 marker, __u64 gpa)
{
	__u64 hva = 0, page = page_of_marker(m->pid, marker, &hva);
	const struct mcw_owner *owner = owner_of(page);

	expect_eq(page != 0, true);
	if (!owner)
		return;
	expect_eq(owner->guest->pid, m->pid);
	expect_eq(owner->gap, MCW_OWNER_KNOWN);
	expect_eq(owner->gpa, gpa);
	expect_eq(owner->hva, hva);
}

static void small_begin(struct machine *m, const char *name, const char *socket)
{
	machine_begin(m, name, socket);
	machine_add(m, "-m", "64M");
	machine_add(m, "-device", LOADER(0x2003000, 0x6c6f77206d61726b));
	expect_eq(machine_start(m), true);
}

static void test_small(void)
{
	const struct mcw_owner *owner;
	struct machine m;
	__u64 page;

	small_begin(&m, "guest=web1,debug-threads=on", "web1");
	guests_begin(paths);
	marker_is_at(&m, MARK_LOW, LOW);
	owner = owner_of(page_of_stack(m.pid));
	if (owner) {
		expect_eq(strcmp(owner->guest->vm.name, "web1"), 0);
		expect_eq(owner->gap, MCW_OWNER_OWN_MEMORY);
	}
	page = page_of_stack(getpid());
	expect_eq(mcw_guests_find(&guests, &page, 1, &owners), true);
	expect_eq(owners.count, 0);
	guests_end();
	machine_end(&m);
}

/* Above 4 GiB, in another backend, and behind a module of memory. */
static void test_large(void)
{
	struct machine m;

	machine_begin(&m, "big", "big");
	machine_add(&m, "-machine", "memory-backend=ram");
	machine_add(&m, "-m", "6G,slots=2,maxmem=10G");
	machine_add(&m, "-object", "memory-backend-memfd,id=ram,size=6G,reserve=off");
	machine_add(&m, "-object", "memory-backend-ram,id=dimm,size=128M,reserve=off");
	machine_add(&m, "-device", "pc-dimm,memdev=dimm");
	machine_add(&m, "-device", LOADER(0x2003000, 0x6c6f77206d61726b));
	machine_add(&m, "-device", LOADER(0x100005000, 0x68696768206d6172));
	machine_add(&m, "-device", LOADER(0x200007000, 0x64696d6d206d6172));
	expect_eq(machine_start(&m), true);
	guests_begin(paths);
	marker_is_at(&m, MARK_LOW, LOW);
	marker_is_at(&m, MARK_HIGH, HIGH);
	marker_is_at(&m, MARK_DIMM, DIMM);
	guests_end();
	machine_end(&m);
}

/* Memory that comes while the tool runs. */
static void test_hotplug(void)
{
	static const struct mcw_question backend = {
		.execute = "human-monitor-command",
		.argument = { "command-line" },
		.value = { "object_add memory-backend-ram,id=more,size=16M,prealloc=on" },
	};
	static const struct mcw_question module = {
		.execute = "human-monitor-command",
		.argument = { "command-line" },
		.value = { "device_add pc-dimm,id=dimm,memdev=more" },
	};
	struct mcw_message answer;
	struct mcw_guest *guest;
	bool good;
	struct machine m;
	__u64 hva;

	machine_begin(&m, "plug", "plug");
	machine_add(&m, "-m", "64M,slots=2,maxmem=1G");
	expect_eq(machine_start(&m), true);
	guests_begin(paths);
	guest = mcw_guests_of(&guests, m.pid);
	expect_eq(guest && mcw_guest_is_open(guest), true);
	if (guest) {
		int pagemap = process_file(m.pid, "pagemap");
		const struct mcw_owner *owner;

		good = mcw_monitor_ask(&guest->monitor, &backend, NULL, &answer);
		if (good)
			mcw_message_free(&answer);
		expect_eq(good, true);
		good = mcw_monitor_ask(&guest->monitor, &module, NULL, &answer);
		expect_eq(good && !answer.text[0], true);
		if (good)
			mcw_message_free(&answer);
		/* q35 puts modules of memory above 4 GiB. */
		expect_eq(mcw_guest_memory_ask(&guest->monitor, 0x100003000, &hva), true);
		guest->memory_ns = 0;
		owner = owner_of(frame_at(pagemap, hva) * PAGE);
		expect_eq(owner && owner->gap == MCW_OWNER_KNOWN, true);
		expect_eq(owner ? owner->gpa : 0, 0x100003000);
		close(pagemap);
	}
	guests_end();
	machine_end(&m);
}

static void test_two(void)
{
	struct mcw_guest *first;
	struct machine a, b;
	__u64 hva, page;

	small_begin(&a, "a", "a");
	small_begin(&b, "b", "b");
	guests_begin(paths);
	marker_is_at(&a, MARK_LOW, LOW);
	page = page_of_marker(b.pid, MARK_LOW, &hva);
	expect_eq(owner_of(page) && owners.owner[0].guest->pid == (__u32)b.pid, true);
	/* One dies, and a third comes. */
	first = mcw_guests_of(&guests, a.pid);
	if (first)
		first->counts.corrected = 1;
	machine_end(&a);
	small_begin(&a, "c", "c");
	expect_eq(mcw_guests_refresh(&guests, true), true);
	expect_eq(first && first->gone, true);
	marker_is_at(&a, MARK_LOW, LOW);
	marker_is_at(&b, MARK_LOW, LOW);
	guests_end();
	machine_end(&a);
	machine_end(&b);
}

/* No socket at all, or one that somebody else uses. */
static void test_no_monitor(void)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int other = socket(AF_UNIX, SOCK_STREAM, 0);
	const struct mcw_owner *owner;
	struct machine m;
	__u64 hva, page;

	small_begin(&m, "busy", "busy");
	page = page_of_marker(m.pid, MARK_LOW, &hva);
	guests_begin(NULL);
	owner = owner_of(page);
	expect_eq(owner && owner->gap == MCW_OWNER_NO_MONITOR, true);
	expect_eq(owner && owner->hva == hva, true);
	guests_end();
	strcpy(address.sun_path, m.socket);
	expect_eq(connect(other, (struct sockaddr *)&address, sizeof(address)), 0);
	guests_begin(paths);
	owner = owner_of(page);
	expect_eq(owner && owner->gap == MCW_OWNER_NO_MONITOR, true);
	expect_eq(guests.socket_count == 1 && strstr(guests.socket[0].error, "one client"), true);
	guests_end();
	close(other);
	machine_end(&m);
}

static struct mcw_forward_report reported;
static char words[192];

static void report_keep(struct mcw_forwarding *f, const struct mcw_forward_report *report)
{
	(void)f;
	reported = *report;
	snprintf(words, sizeof(words), "%s", report->text ? report->text : "");
}

/* An error at this page; what became of it is in reported. */
static void forward(struct mcw_forwarding *f, const struct mcw_owner *owner, enum mcw_class class)
{
	static const struct mcw_track track;
	struct mcw_tracked event = {
		.at = { .address = owner->page | 0x40, .lsb = 6 },
		.class = class,
		.status = 0x9400000000000090,
		.count = 3,
	};

	memset(&reported, 0, sizeof(reported));
	reported.result = MCW_FORWARD_REFUSED;
	mcw_forward_error(f, &track, &event, owner);
	mcw_forward_due(f, &guests);
}

static void test_forward(void)
{
	static char *const deny[] = { "other", "web1", NULL }, *const allow[] = { "web1", NULL };
	static char *const none[] = { NULL };
	struct mcw_forwarding f = { .rate = 1000, .report = report_keep };
	struct mcw_owner owner;
	struct machine m;
	__u64 hva;

	small_begin(&m, "web1", "web1");
	guests_begin(paths);
	if (!owner_of(page_of_marker(m.pid, MARK_LOW, &hva)))
		return;
	owner = owners.owner[0];
	forward(&f, &owner, MCW_CLASS_CORRECTED);
	expect_eq(reported.result, MCW_FORWARDED);
	expect_eq(reported.content.addr, LOW | 0x40);
	expect_eq(owner.guest->counts.forwarded, 3);
	/* QEMU's event for it is ours. */
	expect_eq(owner.guest->monitor.qmp.failure_count, 0);
	forward(&f, &owner, MCW_CLASS_UCNA);
	expect_eq(reported.result, MCW_FORWARD_NO_CMCI);
	forward(&f, &owner, MCW_CLASS_SRAO);
	expect_eq(reported.result, MCW_FORWARD_UNCORRECTED);
	f.deny = deny;
	forward(&f, &owner, MCW_CLASS_CORRECTED);
	expect_eq(reported.result, MCW_FORWARD_DENIED);
	f.deny = NULL;
	f.allow = allow;
	usleep(2000);
	forward(&f, &owner, MCW_CLASS_DEFERRED);
	expect_eq(reported.result, MCW_FORWARDED);
	f.allow = none;
	forward(&f, &owner, MCW_CLASS_CORRECTED);
	expect_eq(reported.result, MCW_FORWARD_DENIED);
	f.allow = NULL;
	f.dry_run = true;
	usleep(2000);
	forward(&f, &owner, MCW_CLASS_CORRECTED);
	expect_eq(reported.result, MCW_FORWARD_DRY);
	/* It dies while an error waits. */
	f.dry_run = false;
	machine_end(&m);
	usleep(2000);
	forward(&f, &owner, MCW_CLASS_CORRECTED);
	expect_eq(reported.result, MCW_FORWARD_REFUSED);
	expect_eq(words[0] != 0, true);
	guests_end();
}

/*
 * libvirt's virsh, for which a script stands: it passes a question on to the monitor of the domain,
 * as virsh does, and knows no other command.
 */
static const char virsh[] =
	"#!/usr/bin/env python3\n"
	"import json, os, socket, sys\n"
	"if sys.argv[1:4] != ['--quiet', 'qemu-monitor-command', '--domain']:\n"
	"    sys.exit('error: unknown command')\n"
	"s = socket.socket(socket.AF_UNIX)\n"
	"s.connect(os.path.join(os.path.dirname(os.path.abspath(__file__)), sys.argv[4]))\n"
	"f = s.makefile('rw')\n"
	"f.readline()\n"
	"for line in ('{\"execute\": \"qmp_capabilities\"}', sys.argv[6]):\n"
	"    f.write(line + '\\n')\n"
	"    f.flush()\n"
	"    answer = f.readline()\n"
	"    while 'event' in json.loads(answer):\n"
	"        answer = f.readline()\n"
	"print(answer)\n";

static void test_virsh(void)
{
	struct mcw_forwarding f = { .rate = 1000, .report = report_keep };
	char path[160], search[4096];
	struct machine m;
	FILE *script;
	__u64 hva;

	snprintf(path, sizeof(path), "%s/virsh", scratch);
	script = fopen(path, "w");
	fputs(virsh, script);
	fclose(script);
	chmod(path, 0755);
	snprintf(search, sizeof(search), "%s:%s", scratch, getenv("PATH"));
	setenv("PATH", search, 1);
	small_begin(&m, "guest=dom", "dom");
	guests = (struct mcw_guests){ .proc = "/proc", .virsh = true };
	expect_eq(mcw_guests_refresh(&guests, true), true);
	marker_is_at(&m, MARK_LOW, LOW);
	if (owner_of(page_of_marker(m.pid, MARK_LOW, &hva))) {
		const struct mcw_owner owner = owners.owner[0];

		forward(&f, &owner, MCW_CLASS_CORRECTED);
		expect_eq(reported.result, MCW_FORWARDED);
		expect_eq(reported.content.addr, LOW | 0x40);
		/* A domain that libvirt does not know. */
		unlink(m.socket);
		usleep(2000);
		forward(&f, &owner, MCW_CLASS_CORRECTED);
		expect_eq(reported.result, MCW_FORWARD_REFUSED);
		expect_eq(strncmp(words, "virsh: ", 7), 0);
	}
	guests_end();
	machine_end(&m);
	unlink(path);
}

/* A liar, and beside it a guest whose page is found all the same, in time. */
static void lie(enum lie lie, enum mcw_owner_gap gap)
{
	struct machine m, liar;
	__u64 begun, hva, page;

	liar_start(&liar, lie);
	small_begin(&m, "honest", "zz-honest");
	begun = mcw_now_ns(CLOCK_MONOTONIC);
	guests_begin(paths);
	page = page_of_marker(liar.pid, LIAR_MARKER, &hva);
	expect_eq(page != 0, true);
	expect_eq(owner_of(page) && owners.owner[0].gap == gap, true);
	marker_is_at(&m, MARK_LOW, LOW);
	expect_eq(mcw_now_ns(CLOCK_MONOTONIC) - begun < 20000000000ULL, true);
	guests_end();
	machine_end(&m);
	machine_end(&liar);
}

static const struct {
	const char *name;
	enum lie lie;
	enum mcw_owner_gap gap;
} lies[] = {
	{ "a monitor that never greets", LIE_SILENT, MCW_OWNER_NO_MONITOR },
	{ "one that closes", LIE_CLOSES, MCW_OWNER_NO_MONITOR },
	{ "one that answers nonsense", LIE_NONSENSE, MCW_OWNER_NO_MONITOR },
	{ "one that never ends a line", LIE_ENDLESS, MCW_OWNER_NO_MONITOR },
	{ "one that sends only events", LIE_EVENTS, MCW_OWNER_NO_MONITOR },
	{ "one that answers another question", LIE_WRONG_ID, MCW_OWNER_NO_MONITOR },
	{ "one that hangs after its memory map", LIE_HANGS_LATER, MCW_OWNER_NO_MONITOR },
	{ "one that contradicts itself", LIE_WRONG_ADDRESS, MCW_OWNER_UNSURE },
	{ "one that says that its memory is elsewhere", LIE_FOREIGN_ADDRESS, MCW_OWNER_OWN_MEMORY },
	{ "one that tells the truth", LIE_NOT, MCW_OWNER_KNOWN },
};

static const struct ktap_case cases[] = {
	{ "a page of a guest, one of its QEMU, one of nobody's", test_small },
	{ "above 4 GiB, and in a module of memory", test_large },
	{ "memory that was plugged in", test_hotplug },
	{ "two guests, of which one dies, and a third", test_two },
	{ "no monitor, or one that is in use", test_no_monitor },
	{ "errors are forwarded, or are not", test_forward },
	{ "under libvirt, by virsh", test_virsh },
};

int main(int argc, char **argv)
{
	int status;

	if (strstr(argv[0], "qemu-system-"))
		return liar_run(argc, argv);
	ktap_begin();
	if (!sees_pages() || system("command -v qemu-system-x86_64 >/dev/null")) {
		puts("ok 1 - guests # SKIP needs root and qemu-system-x86_64\n1..1");
		return 0;
	}
	strcpy(scratch, "/tmp/guests_test.XXXXXX");
	if (!mkdtemp(scratch))
		return 1;
	ktap_run(cases, sizeof(cases) / sizeof(cases[0]));
	for (size_t i = 0; i < sizeof(lies) / sizeof(lies[0]); i++) {
		ktap_good = true;
		lie(lies[i].lie, lies[i].gap);
		ktap_result(ktap_good, lies[i].name);
	}
	status = ktap_end();
	liar_clean();
	rmdir(scratch);
	return status;
}

// SPDX-License-Identifier: GPL-2.0
/* LINK: mcwctl */
/* SLOW: starts real machines */
/*
 * Whose a physical page is, by real QEMU processes; and monitors that lie, hang or close beside
 * them. The liars are copies of this program, whose name makes them a QEMU.
 */
#define _GNU_SOURCE
#include <stdbool.h>

#include <linux/capability.h>
#include <linux/types.h>
#include <sys/syscall.h>

#include "guests_qemu.h"
#include "guests_liar.h"
#include "ktap.h"
#include "guests_found.h"
#include "source/clock.h"

#define HIGH 0x100005000ULL
#define DIMM 0x200007000ULL
#define MARK_HIGH 0x68696768206d6172ULL
#define MARK_DIMM 0x64696d6d206d6172ULL

static char *const paths[] = { scratch, NULL };

static void guests_begin(char *const *paths)
{
	guests = (struct mcw_guests){ .proc = "/proc", .paths = paths };
	expect_eq(mcw_guests_refresh(&guests, true), true);
}

/* A page of the process's own: the top of its stack. */
static __u64 page_of_stack(pid_t pid)
{
	int pagemap = process_file(pid, "pagemap");
	FILE *maps = fdopen(process_file(pid, "maps"), "r");
	unsigned long long begin, end;
	char line[512];
	__u64 found = 0;

	while (fgets(line, sizeof(line), maps))
		if (strstr(line, "[stack]") && sscanf(line, "%llx-%llx", &begin, &end) == 2)
			found = frame_at(pagemap, end - PAGE) * PAGE;
	fclose(maps);
	close(pagemap);
	return found;
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

static bool capability_drop(unsigned int capability)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2];

	if (syscall(SYS_capget, &header, data))
		return false;
	data[capability / 32].effective &= ~(1U << capability % 32);
	data[capability / 32].permitted &= ~(1U << capability % 32);
	return !syscall(SYS_capset, &header, data);
}

static bool another_user(unsigned int nobody)
{
	return !chmod(scratch, 0755) && !setgid(nobody) && !setuid(nobody);
}

/*
 * What the tool says of a guest in a process that has lost a right.
 * pagemap: why it does not find the page; NULL: it does. socket: what is wrong with the monitor.
 */
static bool says_without(bool (*lose)(unsigned int), unsigned int what, __u64 page,
			 const char *pagemap, const char *socket)
{
	const char *missing;
	int status = -1;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (pid)
		return waitpid(pid, &status, 0) == pid && !status;
	ktap_good = lose(what);
	guests_begin(paths);
	mcw_guests_find(&guests, &page, 1, &owners);
	missing = guests.count ? mcw_pagemap_missing(guests.guest[0]->pages) : "no guest";
	ktap_good &= !owners.count == !!pagemap && !strcmp(missing ?: "", pagemap ?: "");
	if (socket)
		ktap_good &= guests.socket_count == 1 && strstr(guests.socket[0].error, socket);
	if (!ktap_good)
		printf("# %zu owners, %s, %s\n", owners.count, missing ?: "nothing missing",
		       guests.socket_count ? guests.socket[0].error : "no socket");
	guests_end();
	fflush(stdout);
	_exit(!ktap_good);
}

static void test_rights(void)
{
	struct machine m;
	__u64 hva, page;

	small_begin(&m, "web1", "web1");
	page = page_of_marker(m.pid, MARK_LOW, &hva);
	expect_eq(says_without(another_user, 65534, page,
			       "its pagemap cannot be read: that needs CAP_SYS_PTRACE",
			       "needs the right to write to it"),
		  true);
	expect_eq(says_without(capability_drop, CAP_SYS_ADMIN, page,
			       "its pagemap has no page numbers: that needs CAP_SYS_ADMIN", NULL),
		  true);
	chmod(m.socket, 0);
	expect_eq(says_without(capability_drop, CAP_DAC_OVERRIDE, page, NULL,
			       "needs the right to write to it"),
		  true);
	machine_end(&m);
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
	{ "a right that is missing is named", test_rights },
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

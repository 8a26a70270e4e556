// SPDX-License-Identifier: GPL-2.0
/* LINK: mcwctl */
/* SLOW: starts real machines */
/*
 * A guest under libvirt: with a script in virsh's place, and with libvirt itself, whose daemon runs
 * for a user of no rights and keeps all its files in our directory.
 */
#define _GNU_SOURCE
#include <stdbool.h>

#include <linux/types.h>

#include "guests_qemu.h"
#include "ktap.h"
#include "guests_found.h"

#define NOBODY 65534

/*
 * A script in the place of virsh: it passes a question on to the monitor of the domain,
 * as virsh does, and knows no other command.
 */
static const char virsh[] =
	"#!/usr/bin/env python3\n"
	"import json, os, socket, sys\n"
	"if sys.argv[1:4] != ['--quiet', 'qemu-monitor-command', '--domain']:\n"
	"    sys.exit('error: unknown command')\n"
	"if 'id' in json.loads(sys.argv[6]):\n"
	"    sys.exit('error: libvirt adds an id of its own')\n"
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

static const char domain[] =
	"<domain type='qemu' xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'>\n"
	"<name>web1</name><memory unit='MiB'>64</memory>\n"
	"<os><type arch='x86_64' machine='q35'>hvm</type></os>\n"
	"<devices><emulator>/usr/bin/qemu-system-x86_64</emulator>\n"
	"<controller type='usb' model='none'/><memballoon model='none'/></devices>\n"
	"<qemu:commandline><qemu:arg value='-device'/>\n"
	"<qemu:arg value='loader,addr=0x2003000,data=0x6c6f77206d61726b,data-len=8'/>\n"
	"</qemu:commandline></domain>\n";

/* The first line that the command prints. Return: false if it fails. */
static bool command_says(const char *command, char *line, size_t size)
{
	FILE *out = popen(command, "r");
	char rest[256];
	bool read;

	if (!out)
		return false;
	read = fgets(line, size, out);
	line[read ? strcspn(line, "\n") : 0] = '\0';
	while (fgets(rest, sizeof(rest), out))
		;
	return !pclose(out) && read;
}

static pid_t daemon_start(void)
{
	pid_t pid = fork();

	if (!pid) {
		setenv("HOME", scratch, 1);
		setenv("XDG_RUNTIME_DIR", scratch, 1);
		if (chdir("/") || setpgid(0, 0) || setgid(NOBODY) || setuid(NOBODY))
			_exit(126);
		if (!freopen("/dev/null", "w", stderr))
			_exit(126);
		execlp("libvirtd", "libvirtd", NULL);
		_exit(127);
	}
	return pid;
}

static bool daemon_answers(void)
{
	char uri[160], line[256];

	snprintf(uri, sizeof(uri), "qemu+unix:///session?socket=%s/libvirt/libvirt-sock", scratch);
	setenv("LIBVIRT_DEFAULT_URI", uri, 1);
	for (unsigned int i = 0; i < 150; i++) {
		if (command_says("virsh uri 2>&1", line, sizeof(line)))
			return true;
		usleep(200000);
	}
	return false;
}

/* Starts the domain, paused. Return: the process of its machine, or 0. */
static pid_t domain_start(void)
{
	char path[160], command[256], line[256];
	FILE *file;

	snprintf(path, sizeof(path), "%s/web1.xml", scratch);
	file = fopen(path, "w");
	fputs(domain, file);
	fclose(file);
	snprintf(command, sizeof(command), "virsh create %s --paused 2>&1", path);
	if (!command_says(command, line, sizeof(line))) {
		printf("# %s\n", line);
		return 0;
	}
	snprintf(command, sizeof(command), "cat %s/libvirt/qemu/run/web1.pid", scratch);
	return command_says(command, line, sizeof(line)) ? atoi(line) : 0;
}

static void test_domain(struct machine *m)
{
	struct mcw_forwarding f = { .rate = 1000, .report = report_keep };
	const struct mcw_owner *found;
	struct mcw_owner owner;
	char line[256];
	__u64 hva;

	guests = (struct mcw_guests){ .proc = "/proc", .virsh = true };
	expect_eq(mcw_guests_refresh(&guests, true), true);
	found = owner_of(page_of_marker(m->pid, MARK_LOW, &hva));
	if (!found)
		return;
	if (found->gap)
		printf("# %s: %s\n", mcw_owner_gap_text(found->gap),
		       found->guest->monitor.qmp.error);
	expect_eq(found->gap, MCW_OWNER_KNOWN);
	expect_eq(found->gpa, LOW);
	owner = *found;
	expect_eq(strcmp(owner.guest->vm.name, "web1"), 0);
	forward(&f, &owner, MCW_CLASS_CORRECTED);
	expect_eq(reported.result, MCW_FORWARDED);
	expect_eq(reported.content.addr, LOW | 0x40);
	/* The manual page says what libvirt thinks of it. */
	expect_eq(command_says("virsh dominfo web1 | grep -o 'custom monitor'", line, sizeof(line)),
		  true);
	/* It ends, and the next error is refused with libvirt's own words. */
	expect_eq(command_says("virsh destroy web1 2>&1", line, sizeof(line)), true);
	usleep(2000);
	forward(&f, &owner, MCW_CLASS_CORRECTED);
	expect_eq(reported.result, MCW_FORWARD_REFUSED);
	printf("# %s\n", words);
	expect_eq(words[0] != 0, true);
	guests_end();
}

static void test_libvirt(void)
{
	struct machine m = { .pid = 0 };
	pid_t daemon = daemon_start();

	expect_eq(daemon_answers(), true);
	m.pid = domain_start();
	expect_eq(m.pid > 0, true);
	if (m.pid > 0)
		test_domain(&m);
	kill(-daemon, SIGTERM);
	waitpid(daemon, NULL, 0);
}

int main(void)
{
	static const struct ktap_case cases[] = {
		{ "a script in virsh's place", test_virsh },
		{ "libvirt", test_libvirt },
	};
	size_t count = sizeof(cases) / sizeof(cases[0]);
	char command[96];
	int status;

	ktap_begin();
	if (!sees_pages() || system("command -v qemu-system-x86_64 >/dev/null")) {
		puts("ok 1 - guests under libvirt # SKIP needs root and qemu-system-x86_64\n1..1");
		return 0;
	}
	strcpy(scratch, "/tmp/guests_libvirt_test.XXXXXX");
	if (!mkdtemp(scratch) || chown(scratch, NOBODY, NOBODY))
		return 1;
	if (system("command -v libvirtd >/dev/null && command -v virsh >/dev/null")) {
		ktap_run(cases, count - 1);
		ktap_result(true, "libvirt # SKIP no libvirtd or no virsh");
	} else {
		ktap_run(cases, count);
	}
	status = ktap_end();
	snprintf(command, sizeof(command), "rm -rf %s", scratch);
	return system(command) ? 1 : status;
}

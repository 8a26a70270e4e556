/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A real QEMU without a kernel in it, and what can be seen of it from outside: its pages are found
 * by a marker that it writes into the guest's memory, in another way than the tool finds them.
 */
#ifndef _UNIT_GUESTS_QEMU_H
#define _UNIT_GUESTS_QEMU_H

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#define PAGE 4096ULL
#define PRESENT (1ULL << 63)
#define FRAME ((1ULL << 55) - 1)
#define QEMU_ARGUMENTS 64

struct machine {
	pid_t pid;
	char socket[128];
	const char *argument[QEMU_ARGUMENTS];
	unsigned int count;
};

static char scratch[64];

static void machine_add(struct machine *m, const char *option, const char *value)
{
	m->argument[m->count++] = option;
	if (value)
		m->argument[m->count++] = value;
}

/* name: a value of -name. The caller adds memory. */
static void machine_begin(struct machine *m, const char *name, const char *socket)
{
	static char monitor[4][160];
	static unsigned int machines;
	char *text = monitor[machines++ % 4];

	*m = (struct machine){ .pid = -1 };
	snprintf(m->socket, sizeof(m->socket), "%s/%s", scratch, socket);
	snprintf(text, sizeof(monitor[0]), "unix:%s,server=on,wait=off", m->socket);
	machine_add(m, "qemu-system-x86_64", NULL);
	machine_add(m, "-S", NULL);
	machine_add(m, "-nodefaults", NULL);
	machine_add(m, "-display", "none");
	machine_add(m, "-machine", "q35,accel=tcg");
	machine_add(m, "-name", name);
	machine_add(m, "-qmp", text);
}

static bool machine_start(struct machine *m)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd;

	m->argument[m->count] = NULL;
	m->pid = fork();
	if (!m->pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		execvp(m->argument[0], (char *const *)m->argument);
		_exit(127);
	}
	strcpy(address.sun_path, m->socket);
	/* The file is there before QEMU listens. */
	for (unsigned int i = 0; i < 2000; i++) {
		bool listens;

		fd = socket(AF_UNIX, SOCK_STREAM, 0);
		listens = !connect(fd, (struct sockaddr *)&address, sizeof(address));
		close(fd);
		if (listens)
			return true;
		if (waitpid(m->pid, NULL, WNOHANG) == m->pid)
			break;
		usleep(10000);
	}
	m->pid = -1;
	return false;
}

static void machine_end(struct machine *m)
{
	if (m->pid <= 0)
		return;
	kill(m->pid, SIGKILL);
	waitpid(m->pid, NULL, 0);
	unlink(m->socket);
	m->pid = -1;
}

static int process_file(pid_t pid, const char *name)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/%s", pid, name);
	return open(path, O_RDONLY | O_CLOEXEC);
}

static __u64 frame_at(int pagemap, __u64 address)
{
	__u64 entry = 0;

	if (pread(pagemap, &entry, sizeof(entry), address / PAGE * sizeof(entry)) !=
		    sizeof(entry) ||
	    !(entry & PRESENT))
		return 0;
	return entry & FRAME;
}

/* Looks at each page that is there. Return: the physical address of that with the marker. */
static __u64 page_of_marker_now(pid_t pid, __u64 marker, __u64 *hva)
{
	int pagemap = process_file(pid, "pagemap"), mem = process_file(pid, "mem");
	FILE *maps = fdopen(process_file(pid, "maps"), "r");
	unsigned long long begin, end;
	static __u64 entries[65536];
	char line[512], rights[8];
	__u64 found = 0;

	while (!found && fgets(line, sizeof(line), maps)) {
		if (sscanf(line, "%llx-%llx %7s", &begin, &end, rights) != 3 ||
		    strncmp(rights, "rw", 2) || end - begin < 1 << 20 || end - begin > 1ULL << 42)
			continue;
		for (__u64 part = begin; !found && part < end; part += sizeof(entries) / 8 * PAGE) {
			ssize_t bytes = pread(pagemap, entries, sizeof(entries), part / PAGE * 8);

			for (ssize_t i = 0; i < bytes / 8 && part + i * PAGE < end; i++) {
				__u64 word = 0;

				if (!(entries[i] & PRESENT) ||
				    pread(mem, &word, 8, part + i * PAGE) != 8 || word != marker)
					continue;
				found = (entries[i] & FRAME) * PAGE;
				*hva = part + i * PAGE;
				break;
			}
		}
	}
	fclose(maps);
	close(pagemap);
	close(mem);
	return found;
}

/* QEMU writes the markers shortly after it listens. */
static __u64 page_of_marker(pid_t pid, __u64 marker, __u64 *hva)
{
	__u64 page = 0;

	for (unsigned int i = 0; !page && i < 200; i++) {
		page = page_of_marker_now(pid, marker, hva);
		if (!page)
			usleep(10000);
	}
	return page;
}

/* Whether this user sees the numbers of pages. */
static bool sees_pages(void)
{
	int pagemap = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
	__u64 here = (unsigned long)&pagemap;
	bool seen = pagemap >= 0 && frame_at(pagemap, here);

	if (pagemap >= 0)
		close(pagemap);
	return seen;
}

#endif /* _UNIT_GUESTS_QEMU_H */

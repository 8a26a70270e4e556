/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A program that is called as QEMU is, has a page of memory, and a monitor that lies.
 */
#ifndef _UNIT_GUESTS_LIAR_H
#define _UNIT_GUESTS_LIAR_H

#include <sys/mman.h>

#include "guests_qemu.h"

#define LIAR_MARKER 0x6c696172206c6961ULL
#define LIAR_BYTES (4ULL << 20)

enum lie {
	LIE_NOT,
	LIE_SILENT,
	LIE_CLOSES,
	LIE_NONSENSE,
	LIE_ENDLESS,
	LIE_EVENTS,
	LIE_WRONG_ID,
	LIE_HANGS_LATER,
	LIE_WRONG_ADDRESS,
	LIE_FOREIGN_ADDRESS,
};

static char liar_path[160];

static void liar_start(struct machine *m, enum lie lie)
{
	static char number[16];
	char command[400];

	snprintf(liar_path, sizeof(liar_path), "%s/qemu-system-liar", scratch);
	if (access(liar_path, X_OK)) {
		snprintf(command, sizeof(command), "cp /proc/%d/exe %s", getpid(), liar_path);
		if (system(command))
			return;
	}
	*m = (struct machine){ .pid = -1 };
	/* It comes before the honest one in no order that counts; both are in one directory. */
	snprintf(m->socket, sizeof(m->socket), "%s/a-liar", scratch);
	snprintf(number, sizeof(number), "%d", lie);
	machine_add(m, liar_path, NULL);
	machine_add(m, number, m->socket);
	machine_start(m);
}

static void liar_clean(void)
{
	if (liar_path[0])
		unlink(liar_path);
}

static void say(int fd, const char *text)
{
	if (send(fd, text, strlen(text), MSG_NOSIGNAL) < 0)
		return;
}

static unsigned long long id_of(const char *line)
{
	const char *id = strstr(line, "\"id\":");

	return id ? strtoull(id + 5, NULL, 10) : 0;
}

static void answer(int fd, enum lie lie, const char *line, char *memory)
{
	unsigned long long id = id_of(line) + (lie == LIE_WRONG_ID);
	static unsigned int questions;
	const char *gpa = strstr(line, "gpa2hva 0x");
	char text[1024];

	if (gpa) {
		unsigned long long address = strtoull(gpa + 10, NULL, 16);
		unsigned long long hva = (unsigned long)memory + address;

		/* The map is asked for by two questions; the third checks it. */
		if (lie == LIE_HANGS_LATER && ++questions > 2)
			return;
		if (lie == LIE_WRONG_ADDRESS && ++questions > 2)
			hva += PAGE;
		if (lie == LIE_FOREIGN_ADDRESS)
			hva += 1ULL << 40;
		snprintf(text, sizeof(text),
			 "{\"return\":\"Host virtual address for 0x%llx (ram) is 0x%llx\\r\\n\","
			 "\"id\":%llu}\r\n",
			 address, hva, id);
	} else if (strstr(line, "info mtree")) {
		snprintf(text, sizeof(text),
			 "{\"return\":\"FlatView #0\\r\\n AS \\\"memory\\\", root: system\\r\\n"
			 "  0000000000000000-%016llx (prio 0, ram): ram\\r\\n\\r\\n\","
			 "\"id\":%llu}\r\n",
			 LIAR_BYTES - 1, id);
	} else if (strstr(line, "query-cpus-fast")) {
		snprintf(text, sizeof(text), "{\"return\":[{\"qom-path\":\"/c\"}],\"id\":%llu}\r\n",
			 id);
	} else if (strstr(line, "qom-get")) {
		snprintf(text, sizeof(text), "{\"return\":\"GenuineIntel\",\"id\":%llu}\r\n", id);
	} else {
		snprintf(text, sizeof(text), "{\"return\":{},\"id\":%llu}\r\n", id);
	}
	say(fd, text);
}

static void talk(int fd, enum lie lie, char *memory)
{
	FILE *in = fdopen(fd, "r");
	char line[1024];

	if (lie == LIE_ENDLESS) {
		while (send(fd, "{\"QMP\": [", 9, MSG_NOSIGNAL) > 0)
			;
		fclose(in);
		return;
	}
	say(fd, "{\"QMP\":{\"version\":{},\"capabilities\":[]}}\r\n");
	while (fgets(line, sizeof(line), in)) {
		if (lie == LIE_CLOSES)
			break;
		if (lie == LIE_NONSENSE)
			say(fd, "}{[ \xff\xfe not json\n");
		else if (lie == LIE_EVENTS)
			while (send(fd, "{\"event\":\"RESET\"}\n", 18, MSG_NOSIGNAL) > 0)
				;
		else
			answer(fd, lie, line, memory);
	}
	fclose(in);
}

/* arguments: which lie, and the path of the socket. */
static int liar_run(int argc, char **argv)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	char *memory =
		mmap(NULL, LIAR_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (argc < 3 || memory == MAP_FAILED)
		return 1;
	*(__u64 *)memory = LIAR_MARKER;
	strcpy(address.sun_path, argv[2]);
	if (bind(fd, (struct sockaddr *)&address, sizeof(address)) || listen(fd, 8))
		return 1;
	for (;;) {
		int peer = accept(fd, NULL, NULL);

		if (peer >= 0 && atoi(argv[1]) != LIE_SILENT)
			talk(peer, atoi(argv[1]), memory);
	}
}

#endif /* _UNIT_GUESTS_LIAR_H */

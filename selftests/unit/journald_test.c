// SPDX-License-Identifier: GPL-2.0
/* LINK: mcwctl */
/*
 * Entries on their way to journald: the form of fields, whatever is in them; a socket that takes
 * them, as a datagram or as a sealed file; waiting while it is not there; what a restart knows.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "cmd/journal_queue.h"
#include "cmd/journal_state.h"
#include "ktap.h"

#define DIRECTORY "/tmp/mcw-journald-XXXXXX"
#define LARGE (3 << 20)

static char directory[sizeof(DIRECTORY)] = DIRECTORY;
static char path[64], state_path[64];
static struct mcw_journal_entry entry;

/* What journald is: a datagram socket. Return: its descriptor. */
static int listen_here(void)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	memcpy(at.sun_path, path, strlen(path) + 1);
	unlink(path);
	if (fd < 0 || bind(fd, (struct sockaddr *)&at, sizeof(at)))
		exit(2);
	return fd;
}

/* Return: the bytes of the datagram, or of the file that came with it; -1: none came. */
static ssize_t receive(int from, char *bytes, size_t size, int *seals)
{
	char room[CMSG_SPACE(sizeof(int))];
	struct iovec data = { .iov_base = bytes, .iov_len = size };
	struct msghdr message = { .msg_iov = &data,
				  .msg_iovlen = 1,
				  .msg_control = room,
				  .msg_controllen = sizeof(room) };
	ssize_t length = recvmsg(from, &message, 0);
	struct cmsghdr *control = length >= 0 ? CMSG_FIRSTHDR(&message) : NULL;
	int file;

	*seals = 0;
	if (!control)
		return length;
	memcpy(&file, CMSG_DATA(control), sizeof(file));
	*seals = fcntl(file, F_GET_SEALS);
	length = length ? -1 : pread(file, bytes, size, 0);
	close(file);
	return length;
}

static bool is(const char *wanted, size_t length)
{
	return entry.length == length && !memcmp(entry.bytes, wanted, length);
}

static void test_fields(void)
{
	mcw_journal_begin(&entry);
	mcw_journal_text(&entry, "A", "one = two");
	mcw_journal_format(&entry, "B", "%d%%", 5);
	expect_eq(is("A=one = two\nB=5%\n", 17), true);
	mcw_journal_begin(&entry);
	mcw_journal_text(&entry, "A", "");
	expect_eq(is("A=\n", 3), true);
}

/* A name that somebody else chose must not become another field. */
static void test_hostile(void)
{
	mcw_journal_begin(&entry);
	mcw_journal_text(&entry, "A", "x\nPRIORITY=0");
	expect_eq(is("A\n\x0c\0\0\0\0\0\0\0x\nPRIORITY=0\n", 23), true);
	mcw_journal_begin(&entry);
	mcw_journal_bytes(&entry, "A", "\0\x1b\xff", 3);
	expect_eq(is("A\n\x03\0\0\0\0\0\0\0\0\x1b\xff\n", 14), true);
	mcw_journal_begin(&entry);
	mcw_journal_text(&entry, "A", "\xc3\xa4");
	expect_eq(is("A=\xc3\xa4\n", 5), true);
}

static void test_datagram(void)
{
	int to = mcw_journald_open(), at = listen_here(), seals;
	char bytes[100];

	expect_eq(mcw_journald_send(to, path, "A=1\n", 4), true);
	expect_eq(receive(at, bytes, sizeof(bytes), &seals), 4);
	expect_eq(memcmp(bytes, "A=1\n", 4), 0);
	expect_eq(seals, 0);
	close(to);
	close(at);
}

/* More than a datagram can have comes as a file that nobody can change. */
static void test_large(void)
{
	int to = mcw_journald_open(), at = listen_here(), seals = 0;
	char *value = malloc(LARGE), *bytes = malloc(LARGE + 100);

	if (!value || !bytes)
		exit(2);
	memset(value, 'x', LARGE);
	mcw_journal_begin(&entry);
	mcw_journal_bytes(&entry, "A", value, LARGE);
	mcw_journal_text(&entry, "B", "end");
	expect_eq(mcw_journald_send(to, path, entry.bytes, entry.length), true);
	expect_eq(receive(at, bytes, LARGE + 100, &seals), entry.length);
	expect_eq(memcmp(bytes, entry.bytes, entry.length), 0);
	expect_eq(seals, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL);
	free(value);
	free(bytes);
	close(to);
	close(at);
}

static void put(struct mcw_journal_queue *q, int number)
{
	mcw_journal_begin(&entry);
	mcw_journal_format(&entry, "N", "%d", number);
	mcw_journal_queue_put(q, &entry);
}

static int number_come(int at)
{
	char bytes[100] = "";
	int seals;

	return receive(at, bytes, sizeof(bytes) - 1, &seals) > 0 ? atoi(bytes + 2) : -1;
}

/* While journald restarts, entries wait, and come in their order. */
static void test_wait(void)
{
	struct mcw_journal_queue q;
	int at;

	unlink(path);
	expect_eq(mcw_journal_queue_begin(&q, path), true);
	expect_eq(mcw_journal_queue_due(&q), -1);
	put(&q, 1);
	put(&q, 2);
	expect_eq(mcw_journal_queue_due(&q) > 0, true);
	at = listen_here();
	put(&q, 3);
	expect_eq(number_come(at), -1);
	q.retry_ns = 0;
	expect_eq(mcw_journal_queue_due(&q), -1);
	put(&q, 4);
	for (int i = 1; i <= 4; i++)
		expect_eq(number_come(at), i);
	expect_eq(mcw_journal_queue_end(&q), true);
	close(at);
}

/* A reader that does not read holds nobody up, and what it reads later is in order. */
static void test_busy(void)
{
	struct mcw_journal_queue q;
	int at = listen_here(), came = 0;

	mcw_journal_queue_begin(&q, path);
	for (int i = 1; i <= 2000; i++)
		put(&q, i);
	expect_eq(mcw_journal_queue_due(&q) > 0, true);
	while (came < 2000) {
		int next = number_come(at);

		if (next == came + 1) {
			came++;
			continue;
		}
		if (next != -1)
			break;
		q.retry_ns = 0;
		mcw_journal_queue_due(&q);
	}
	expect_eq(came, 2000);
	expect_eq(mcw_journal_queue_end(&q), true);
	close(at);
}

/* What waits is limited; the rest is counted. */
static void test_left_out(void)
{
	static char value[1 << 20];
	struct mcw_journal_queue q;

	unlink(path);
	mcw_journal_queue_begin(&q, path);
	memset(value, 'x', sizeof(value));
	for (int i = 0; i < 6; i++) {
		mcw_journal_begin(&entry);
		mcw_journal_bytes(&entry, "A", value, sizeof(value));
		mcw_journal_queue_put(&q, &entry);
	}
	expect_eq(q.left_out, 3);
	expect_eq(mcw_journal_queue_end(&q), false);
}

static void test_state(void)
{
	struct mcw_journal_state s = { .load = 7, .conditions_ns = 8, .lane[1].next = 9 }, read;

	expect_eq(mcw_journal_state_write(&s, state_path), 0);
	mcw_journal_state_read(&read, state_path, 7);
	expect_eq(read.conditions_ns, 8);
	expect_eq(read.lane[1].next, 9);
	mcw_journal_state_read(&read, state_path, 6);
	expect_eq(read.load, 6);
	expect_eq(read.conditions_ns, 0);
	expect_eq(read.lane[1].next, 0);
	expect_eq(truncate(state_path, sizeof(s) - 1), 0);
	mcw_journal_state_read(&read, state_path, 7);
	expect_eq(read.load, 7);
	expect_eq(read.lane[1].next, 0);
	unlink(state_path);
	mcw_journal_state_read(&read, state_path, 7);
	expect_eq(read.lane[1].next, 0);
}

static void test_gap(void)
{
	const struct mcw_journal_lane told = { .next = 10, .unplaced = 1, .skipped = 2 };
	struct mcw_head head = { .pos = 10, .unplaced = 1, .skipped = 2 };

	expect_eq(mcw_journal_gap(&told, &head), 0);
	head.pos = 15;
	expect_eq(mcw_journal_gap(&told, &head), 5);
	head.skipped = 3;
	expect_eq(mcw_journal_gap(&told, &head), 4);
	head.unplaced = 4;
	expect_eq(mcw_journal_gap(&told, &head), 7);
	head.pos = 9;
	expect_eq(mcw_journal_gap(&told, &head), 0);
}

static const struct ktap_case cases[] = {
	{ "a field is its name, = and its value", test_fields },
	{ "a value of any bytes stays one value", test_hostile },
	{ "an entry comes as a datagram", test_datagram },
	{ "an entry of megabytes comes as a sealed file", test_large },
	{ "entries wait for journald, and keep their order", test_wait },
	{ "a journald that does not read holds nobody up", test_busy },
	{ "too many are left out, and counted", test_left_out },
	{ "the state is of one load, and a damaged one is none", test_state },
	{ "what was overwritten during a restart is counted", test_gap },
};

int main(void)
{
	if (!mkdtemp(directory))
		return 2;
	snprintf(path, sizeof(path), "%s/socket", directory);
	snprintf(state_path, sizeof(state_path), "%s/state", directory);
	ktap_begin();
	ktap_run(cases, sizeof(cases) / sizeof(cases[0]));
	mcw_journal_free(&entry);
	unlink(path);
	rmdir(directory);
	return ktap_end();
}

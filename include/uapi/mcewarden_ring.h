/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * Reads records from a mapping of /dev/mcewarden, without a system call while there are any. For C
 * and C++ of user space, with gcc or clang, on x86-64. It needs only the C library.
 *
 *	struct mcw_map_reader reader;
 *	struct mcw_record recs[32];
 *	int n;
 *
 *	if (mcw_map_open(&reader, open("/dev/mcewarden", O_RDONLY)))
 *		...					errno says why
 *	for (;;) {
 *		n = mcw_map_read(&reader, recs, 32);
 *		if (n > 0)
 *			...				n records
 *		else if (n < 0)
 *			...				reader.missed[] were overwritten
 *		else if (mcw_map_wait(&reader, -1) < 0)
 *			...				errno: EINTR
 *	}
 *
 * The order of records, and what is counted as missed, are those of read(), see mcewarden.h.
 *
 * How it works
 * ------------
 * Position p of a lane is in slot p mod size. The first 64-bit word of a slot is its state:
 *
 *	bits 63:2	p + size, where p is the newest position that was decided here
 *	bit 1 HERE	position p has its record here, or will have
 *	bit 0 INSIDE	a producer is inside the slot
 *
 *	HERE|INSIDE	writing		the producer of p writes its record
 *	HERE		committed	the record of p is readable
 *	INSIDE, or 0	passed		p never holds a record
 *
 * A state only grows. A reader awaits the state "p is committed". It reads the state, copies the
 * record, and reads the state again. If it has changed, the slot was reused, and the copy is
 * worthless. Nothing of a mapping is ever written by a reader, so readers disturb nobody.
 *
 * Each barrier below has the label of one in the module's ring.c, which argues for it: look:A and
 * get:B order state and copy as in mcw_ring_get(), and frontier:A is as in mcw_ring_jump(). The
 * module's producers are the same for both kinds of readers, and so are the pairs.
 */
#ifndef _UAPI_MCEWARDEN_RING_H
#define _UAPI_MCEWARDEN_RING_H

#ifndef __KERNEL__

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <time.h>

#include "mcewarden.h"

#define MCW_MAP_INSIDE		1ULL
#define MCW_MAP_HERE		2ULL
#define MCW_MAP_POSITION	4ULL	/* one unit of bits 63:2 of a state */
#define MCW_MAP_STUCK_NS	1000000000ULL	/* then a slot with a producer inside is passed */
#define MCW_MAP_TIME_WORD	(__builtin_offsetof(struct mcw_head, mono_ns) / 8)

/* What a look at a position finds: no record yet, a record, a producer inside, overwritten. */
enum mcw_map_look {
	MCW_MAP_EMPTY,
	MCW_MAP_GOT,
	MCW_MAP_BUSY,
	MCW_MAP_OVERRUN
};

/* A place in a lane. */
struct mcw_map_cursor {
	const struct mcw_map_lane *lane;
	const __u64 *slots;
	__u64 awaited;		/* the state that the slot has once the next record is committed */
	__u64 skips;		/* positions before the next one that never held a record */
	__u64 jumped;		/* awaited after the last jump, until a record is read */
};

struct mcw_map_reader {
	const unsigned char *base;	/* of the mapping */
	__u64 bytes;
	struct mcw_map_cursor cur[MCW_LANES];
	__u64 next_ns[MCW_LANES];	/* of the next record of a lane, if it has one */
	__u64 busy_since_ns[MCW_LANES];	/* a producer is inside the next slot since then, or 0 */
	__u64 missed[MCW_LANES];	/* for the last negative return of mcw_map_read() */
	__u64 unsaid[MCW_LANES];	/* missed, and not reported yet */
	__u32 overrun;			/* the next mcw_map_read() returns -EPIPE */
	int fd;
};

static inline __u64 mcw_map_load(const __u64 *word)
{
	return __atomic_load_n(word, __ATOMIC_RELAXED);
}

static inline __u64 mcw_map_acquire(const __u64 *word)
{
	return __atomic_load_n(word, __ATOMIC_ACQUIRE);
}

/* Keeps loads in order. On x86-64 the processor does, so this only holds the compiler. */
static inline void mcw_map_rmb(void)
{
	__asm__ __volatile__("" ::: "memory");
}

static inline __u64 mcw_map_state(const struct mcw_map_cursor *cur, __u64 pos, __u64 how)
{
	return (pos + cur->lane->size) * MCW_MAP_POSITION + how;
}

/* The slot of a state: a word of state, and the record. */
static inline const __u64 *mcw_map_slot(const struct mcw_map_cursor *cur, __u64 awaited)
{
	return cur->slots + (awaited * (MCW_SLOT_BYTES / MCW_MAP_POSITION) & cur->lane->mask) / 8;
}

/* The next position to be read. */
static inline __u64 mcw_map_pos(const struct mcw_map_cursor *cur)
{
	return cur->awaited / MCW_MAP_POSITION - cur->lane->size;
}

/* Whether the position that the cursor awaits, plus ahead, was decided by this state. */
static inline int mcw_map_is_decided(__u64 state, __u64 awaited, __u64 ahead)
{
	return state >= awaited - MCW_MAP_HERE + ahead * MCW_MAP_POSITION;
}

/* Steps over a position whose producer does not leave its slot. */
static inline void mcw_map_pass(struct mcw_map_cursor *cur)
{
	if (cur->jumped == cur->awaited)
		cur->jumped += MCW_MAP_POSITION;
	cur->awaited += MCW_MAP_POSITION;
}

/* Steps over positions that never hold a record, and says what comes then. */
static inline enum mcw_map_look mcw_map_look(struct mcw_map_cursor *cur)
{
	for (;;) {
		/* MCW(look:A): acquire, pairs with MCW(commit:A). */
		__u64 state = mcw_map_acquire(mcw_map_slot(cur, cur->awaited));

		if (!mcw_map_is_decided(state, cur->awaited, 0))
			return MCW_MAP_EMPTY;
		if (mcw_map_is_decided(state, cur->awaited, 1))
			return MCW_MAP_OVERRUN;
		if (state & MCW_MAP_HERE)
			return state & MCW_MAP_INSIDE ? MCW_MAP_BUSY : MCW_MAP_GOT;
		mcw_map_pass(cur);
		cur->skips++;
	}
}

/* The same, and when the next record was captured. */
static inline enum mcw_map_look mcw_map_peek(struct mcw_map_cursor *cur, __u64 *mono_ns)
{
	enum mcw_map_look seen = mcw_map_look(cur);
	const __u64 *slot = mcw_map_slot(cur, cur->awaited);

	if (seen != MCW_MAP_GOT)
		return seen;
	*mono_ns = mcw_map_load(slot + 1 + MCW_MAP_TIME_WORD);
	mcw_map_rmb(); /* MCW(get:B): pairs with MCW(reserve:A). */
	return mcw_map_load(slot) == cur->awaited ? MCW_MAP_GOT : MCW_MAP_OVERRUN;
}

/*
 * Copies at most that many records, as long as none is missing or later than until_ns, and steps
 * over them. Returns how many.
 */
static inline unsigned int mcw_map_run(struct mcw_map_cursor *cur, struct mcw_record *to,
				       unsigned int most, __u64 until_ns)
{
	__u64 state = cur->awaited;
	unsigned int done, i;

	for (done = 0; done < most; done++) {
		const __u64 *slot = mcw_map_slot(cur, state);
		__u64 *words = (__u64 *)(to + done);

		/* MCW(look:A): acquire, pairs with MCW(commit:A). */
		if (mcw_map_acquire(slot) != state ||
		    mcw_map_load(slot + 1 + MCW_MAP_TIME_WORD) > until_ns)
			break;
#pragma GCC unroll 31
		for (i = 0; i < MCW_RECORD_BYTES / 8; i++)
			words[i] = mcw_map_load(slot + 1 + i);
		mcw_map_rmb(); /* MCW(get:B): pairs with MCW(reserve:A). */
		if (mcw_map_load(slot) != state)
			break;
		state += MCW_MAP_POSITION;
	}
	cur->awaited = state;
	return done;
}

/* The first position that is not decided. */
static inline __u64 mcw_map_end(const struct mcw_map_cursor *cur)
{
	/* MCW(frontier:A): acquire, pairs with MCW(reserve:C). */
	__u64 awaited = mcw_map_state(cur, mcw_map_acquire(&cur->lane->head), MCW_MAP_HERE);

	while (mcw_map_is_decided(mcw_map_load(mcw_map_slot(cur, awaited)), awaited, 0))
		awaited += MCW_MAP_POSITION;
	return awaited / MCW_MAP_POSITION - cur->lane->size;
}

/* Puts the cursor on a position; positions below it that hold no record are counted. */
static inline void mcw_map_place(struct mcw_map_cursor *cur, __u64 pos, __u64 end)
{
	__u64 skips = mcw_map_load(&cur->lane->skipped), awaited;

	cur->awaited = mcw_map_state(cur, pos, MCW_MAP_HERE);
	cur->jumped = 0;
	/* Those from pos on are not below it: their slots still show them. */
	for (; skips && pos < end; pos++) {
		awaited = mcw_map_state(cur, pos, 0);
		skips -= (mcw_map_load(mcw_map_slot(cur, awaited)) & ~MCW_MAP_INSIDE) == awaited;
	}
	cur->skips = skips;
}

/* Goes to the oldest record, or behind the newest. */
static inline void mcw_map_seek(struct mcw_map_cursor *cur, int newest)
{
	__u64 end = mcw_map_end(cur), size = cur->lane->size;

	mcw_map_place(cur, newest ? end : end > size ? end - size : 0, end);
}

/*
 * Goes on after an overrun, with the oldest record; after two in a row with some head start.
 * Returns how many records were missed. Such a number may be off by records just being
 * written, and the next one corrects it.
 */
static inline __u64 mcw_map_jump(struct mcw_map_cursor *cur)
{
	__u64 end = mcw_map_end(cur), pos = mcw_map_pos(cur), size = cur->lane->size;
	__u64 oldest = end > size ? end - size : 0, skips = cur->skips;
	long long missed;

	if (cur->jumped == cur->awaited)
		oldest += size / 8;
	if (oldest <= pos)
		oldest = pos + 1; /* the caller saw that pos is gone */
	mcw_map_place(cur, oldest, end);
	cur->jumped = cur->awaited;
	missed = (long long)((oldest - pos) - (cur->skips - skips));
	if (missed >= 0)
		return (__u64)missed;
	cur->skips += (__u64)missed;
	return 0;
}

static inline __u64 mcw_map_now_ns(void)
{
	struct timespec now;

	timespec_get(&now, TIME_UTC);
	return (__u64)now.tv_sec * 1000000000ULL + (__u64)now.tv_nsec;
}

/* Looks at a lane. Returns whether it has a record, whose time is then in next_ns. */
static inline int mcw_map_look_at(struct mcw_map_reader *reader, unsigned int id)
{
	struct mcw_map_cursor *cur = &reader->cur[id];
	enum mcw_map_look seen;

	while ((seen = mcw_map_peek(cur, &reader->next_ns[id])) == MCW_MAP_BUSY) {
		__u64 now = mcw_map_now_ns();

		if (!reader->busy_since_ns[id])
			reader->busy_since_ns[id] = now;
		if (now - reader->busy_since_ns[id] < MCW_MAP_STUCK_NS)
			return 0;
		mcw_map_pass(cur); /* the gap in positions shows the loss */
		reader->busy_since_ns[id] = 0;
	}
	reader->busy_since_ns[id] = 0;
	if (seen == MCW_MAP_OVERRUN) {
		reader->unsaid[id] += mcw_map_jump(cur);
		reader->overrun = 1;
	}
	return seen == MCW_MAP_GOT;
}

/**
 * mcw_map_read() - copy the next records of all lanes, merged by time
 * @reader: from mcw_map_open()
 * @recs: for the records
 * @most: how many fit
 *
 * Return: how many there are, 0 if there is nothing to read, -EPIPE if records were overwritten
 * before they were read: reader->missed[] says how many of each lane.
 */
static inline int mcw_map_read(struct mcw_map_reader *reader, struct mcw_record *recs,
			       unsigned int most)
{
	unsigned int done = 0, id, first;
	__u64 heads[MCW_LANES], until_ns, first_ns, room;

	while (done < most) {
		/* Runs end here: what comes later may be later than a record of another lane. */
		for (id = 0; id < MCW_LANES; id++)
			heads[id] = mcw_map_acquire(&reader->cur[id].lane->head);
		first = MCW_LANES;
		first_ns = 0;
		until_ns = ~0ULL;
		for (id = 0; id < MCW_LANES; id++) {
			if (!mcw_map_look_at(reader, id))
				continue;
			if (first != MCW_LANES && reader->next_ns[id] >= first_ns) {
				if (reader->next_ns[id] < until_ns)
					until_ns = reader->next_ns[id];
				continue;
			}
			/* Of records of one time, this lane's come after those of lower lanes. */
			if (first != MCW_LANES && first_ns - 1 < until_ns)
				until_ns = first_ns - 1;
			first = id;
			first_ns = reader->next_ns[id];
		}
		if (reader->overrun && !done) {
			memcpy(reader->missed, reader->unsaid, sizeof(reader->missed));
			memset(reader->unsaid, 0, sizeof(reader->unsaid));
			reader->overrun = 0;
			return -EPIPE;
		}
		if (reader->overrun || first == MCW_LANES)
			break;
		room = heads[first] - mcw_map_pos(&reader->cur[first]);
		if ((long long)room <= 0)
			room = 1;
		if (room > most - done)
			room = most - done;
		done += mcw_map_run(&reader->cur[first], recs + done, (unsigned int)room, until_ns);
	}
	return (int)done;
}

/* Tells the device how far the reader has come: for poll(), and for who has read what. */
static inline int mcw_map_tell(const struct mcw_map_reader *reader)
{
	struct mcw_positions below;
	unsigned int id;

	for (id = 0; id < MCW_LANES; id++)
		below.lane[id] = mcw_map_pos(&reader->cur[id]);
	return ioctl(reader->fd, MCW_IOC_READ_TO, &below);
}

/**
 * mcw_map_wait() - sleep until there may be something to read
 * @reader: from mcw_map_open()
 * @timeout_ms: as for poll()
 *
 * A record that comes before poll() sleeps is behind the told positions, so it ends the sleep.
 *
 * Return: as poll().
 */
static inline int mcw_map_wait(const struct mcw_map_reader *reader, int timeout_ms)
{
	struct pollfd fd;

	if (mcw_map_tell(reader))
		return -1;
	fd.fd = reader->fd;
	fd.events = POLLIN;
	fd.revents = 0;
	return poll(&fd, 1, timeout_ms);
}

static inline void mcw_map_close(struct mcw_map_reader *reader)
{
	munmap((void *)reader->base, reader->bytes);
}

/**
 * mcw_map_open() - map the device, and go to the oldest record of each lane
 * @reader: filled in
 * @fd: the open device, which the caller closes after mcw_map_close()
 *
 * Return: 0, or -1 with errno; EPROTO if the mapping is of another version than this header.
 */
static inline int mcw_map_open(struct mcw_map_reader *reader, int fd)
{
	const struct mcw_map_header *header;
	unsigned int id;
	void *map = mmap(NULL, MCW_MAP_PAGE, PROT_READ, MAP_SHARED, fd, 0);

	if (map == MAP_FAILED)
		return -1;
	memset(reader, 0, sizeof(*reader));
	header = (const struct mcw_map_header *)(const void *)((char *)map + MCW_MAP_HEADER);
	if (header->magic == MCW_MAP_MAGIC && header->version == MCW_MAP_VERSION &&
	    header->abi == MCW_ABI_VERSION && header->lanes >= MCW_LANES &&
	    header->lane_bytes == sizeof(struct mcw_map_lane))
		reader->bytes = header->bytes;
	munmap(map, MCW_MAP_PAGE);
	if (!reader->bytes) {
		errno = EPROTO;
		return -1;
	}
	map = mmap(NULL, reader->bytes, PROT_READ, MAP_SHARED, fd, 0);
	if (map == MAP_FAILED)
		return -1;
	reader->fd = fd;
	reader->base = (const unsigned char *)map;
	for (id = 0; id < MCW_LANES; id++) {
		struct mcw_map_cursor *cur = &reader->cur[id];

		cur->lane = (const struct mcw_map_lane *)map + id;
		cur->slots = (const __u64 *)(const void *)(reader->base + cur->lane->offset);
		mcw_map_seek(cur, 0);
	}
	return 0;
}

#endif /* __KERNEL__ */

#endif /* _UAPI_MCEWARDEN_RING_H */

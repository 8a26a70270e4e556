/* SPDX-License-Identifier: GPL-2.0 */
/* The soak: what its processes share. */
#ifndef _SOAK_H
#define _SOAK_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#define SOAK_PRODUCERS 4
#define SOAK_BLOCKS 16
#define SOAK_ERRORS (1U << 20) /* of a producer, or of the stream */

/* Which error comes in which bank: the others are cases/soak.py's. */
enum soak_bank {
	SOAK_INJECTED = 2,
	SOAK_POLLED = 3,
	SOAK_STREAM = 4,
	SOAK_SIGNAL = 5,
	SOAK_EXCEPTION = 6,
	SOAK_PAGE = 7,
	SOAK_CMCI = 8,
	SOAK_FATAL = 9,
	SOAK_BANKS = 10
};

/* Addresses of errors, beyond the machine's memory. A producer's number is in bits 31:28. */
#define SOAK_POLLED_AT 0x2000000000ULL
#define SOAK_SIGNAL_AT 0x3000000000ULL
#define SOAK_STREAM_AT 0x4000000000ULL
#define SOAK_PRODUCER_SHIFT 28

struct soak_shared {
	atomic_bool stop; /* for all but the reader of all records */
	atomic_bool stopped; /* for that */
	atomic_bool reading; /* it has the device open */
	atomic_ullong polled[SOAK_PRODUCERS], signals, pages, outside; /* errors that were made */
	atomic_ullong edac_loads, cpu_cycles, memory_cycles, injections, knob_writes, reads, kills;
	atomic_ullong file_reads;
	atomic_ullong memory_blocks; /* bit mask of those that went, of the first SOAK_BLOCKS */
};

extern struct soak_shared *soak;
extern const char *soak_hotplug; /* CPUs that come and go */

struct soak_random {
	uint64_t state;
};

uint64_t soak_below(struct soak_random *random, uint64_t bound);
bool soak_put(const char *path, const char *text);

/* Each does one thing, and returns; it is called until the soak ends. */
void soak_produce(struct soak_random *random, unsigned int number);
void soak_signal(struct soak_random *random, unsigned int number);
void soak_inject(struct soak_random *random, unsigned int number);
void soak_edac(struct soak_random *random, unsigned int number);
void soak_read(struct soak_random *random, unsigned int number);
void soak_die(struct soak_random *random, unsigned int number);
void soak_knobs(struct soak_random *random, unsigned int number);
void soak_files(struct soak_random *random, unsigned int number);
void soak_cpus(struct soak_random *random, unsigned int number);
void soak_memory(struct soak_random *random, unsigned int number);
void soak_pages(struct soak_random *random, unsigned int number);

/* Reads all records until the soak has stopped, and prints what they were. */
void soak_keep(void);

#endif /* _SOAK_H */

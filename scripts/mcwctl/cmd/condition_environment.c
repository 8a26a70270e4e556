// SPDX-License-Identifier: GPL-2.0
/*
 * What the program of a condition finds in its environment. mcewarden.conf(5) has this list.
 *
 * Where mcelog has a value of the same meaning, its name is the same.
 */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/condition_programs.h"
#include "decode/decode.h"
#include "show/condition.h"

#define NS_PER_S 1000000000ULL
#define VARIABLES 32
#define BYTES 8192

/* One block, so that one free() is enough. */
struct environment {
	char *variable[VARIABLES + 1];
	size_t count, used;
	char text[BYTES];
};

static void __attribute__((format(printf, 3, 4)))
put(struct environment *e, const char *name, const char *format, ...)
{
	char *at = e->text + e->used;
	size_t room = BYTES - e->used;
	va_list args;
	int n, m;

	n = snprintf(at, room, "%s=", name);
	if (e->count == VARIABLES || n < 0 || (size_t)n >= room)
		return;
	va_start(args, format);
	m = vsnprintf(at + n, room - n, format, args);
	va_end(args);
	if (m < 0 || (size_t)(n + m) >= room)
		return;
	/* Firmware and drivers wrote some of it; a program may hand it to others. */
	for (char *c = at + n; *c; c++)
		if (*c < ' ' || *c > '~')
			*c = '?';
	e->variable[e->count++] = at;
	e->used += n + m + 1;
}

static void text_put_known(struct environment *e, const char *name, const char *text)
{
	if (text[0])
		put(e, name, "%s", text);
}

static void number_put(struct environment *e, const char *name, __s32 number)
{
	if (number >= 0)
		put(e, name, "%d", number);
}

static void part_put(struct environment *e, const struct mcw_condition_bucket *b)
{
	const struct mcw_fault_part *p = &b->part;
	bool of_core = p->kind == MCW_SIGN_CORE ||
		       (p->kind == MCW_SIGN_CACHE && p->level && p->level < 3);

	number_put(e, "SOCKETID", p->socket);
	number_put(e, "CONTROLLER", p->mc);
	number_put(e, "CHANNEL", p->channel);
	number_put(e, "DIMM", p->dimm);
	text_put_known(e, "LABEL", p->label);
	text_put_known(e, "SLOT", p->slot);
	text_put_known(e, "SERIAL", p->serial);
	text_put_known(e, "PART_NUMBER", p->number);
	if (p->level)
		number_put(e, "LEVEL", p->level);
	number_put(e, "CPU", of_core ? p->unit : b->cpu);
	number_put(e, "BANK", of_core ? b->bank : p->unit >= 0 ? p->unit : b->bank);
	if (b->page != MCW_NO_PAGE)
		put(e, "PAGE", "0x%llx", b->page);
}

char **mcw_condition_environment(const struct mcw_condition_bucket *b,
				 const struct mcw_conditions_conf *conf, const char *message)
{
	const struct mcw_bucket_limit *limit = &conf->of[b->condition].limit;
	struct environment *e = calloc(1, sizeof(*e));
	char part[MCW_TEXT_BYTES];

	if (!e)
		return NULL;
	put(e, "PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
	put(e, "CONDITION", "%s", mcw_condition_about(b->condition)->name);
	put(e, "MESSAGE", "%s", message);
	put(e, "LOCATION", "%s", mcw_condition_part_text(b, part, sizeof(part)));
	put(e, "COUNT", "%llu", b->bucket.errors);
	put(e, "THRESHOLD", "%u", limit->threshold);
	put(e, "WINDOW", "%u", limit->window_s);
	put(e, "LASTEVENT", "%llu", b->wall_ns / NS_PER_S);
	put(e, "INJECTED", "%s", b->injected ? "yes" : "no");
	if (b->last.lane < MCW_LANES)
		put(e, "RECORD", "%s:%llu", mcw_lane_name(b->last.lane), b->last.pos);
	part_put(e, b);
	return e->variable;
}

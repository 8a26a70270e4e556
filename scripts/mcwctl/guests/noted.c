// SPDX-License-Identifier: GPL-2.0
/*
 * Reads the file of mcwctl guests --forward: its list in JSON, an object a line.
 */
#include "guests/noted.h"

#ifdef MCW_JANSSON

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static __u64 number_of(const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);
	const char *text = json_string_value(value);

	/* Registers are texts. */
	return text ? strtoull(text, NULL, 0) : (__u64)json_integer_value(value);
}

static void memory_take(struct mcw_guest *guest, const json_t *list)
{
	size_t count = json_array_size(list);

	if (!count || count > MCW_GUEST_RANGES)
		return;
	guest->memory.ranges = calloc(count, sizeof(*guest->memory.ranges));
	if (!guest->memory.ranges)
		return;
	for (size_t i = 0; i < count; i++) {
		const json_t *range = json_array_get(list, i);

		guest->memory.ranges[i] = (struct mcw_guest_range){
			.gpa = number_of(range, "guest_address"),
			.size = number_of(range, "bytes"),
			.hva = number_of(range, "address"),
		};
	}
	guest->memory.count = count;
	guest->monitor.way = MCW_MONITOR_NOTED;
}

static void counts_take(struct mcw_guest_counts *c, const json_t *object)
{
	c->forwarded = number_of(object, "forwarded");
	c->injections = number_of(object, "injections");
	c->summed = number_of(object, "summed");
	c->refused = number_of(object, "refused");
	c->left = number_of(object, "left");
	c->memory_failures = number_of(object, "memory_failures");
	c->ambiguous = number_of(object, "ambiguous");
}

/* Calls take for the object of each guest. */
static bool objects_read(const char *path, void (*take)(void *self, const json_t *object),
			 void *self)
{
	FILE *file = fopen(path, "re");
	char *line = NULL;
	size_t room = 0;

	if (!file)
		return false;
	while (getline(&line, &room, file) > 0) {
		json_t *object = json_loads(line, 0, NULL);
		const char *type = json_string_value(json_object_get(object, "type"));

		if (type && !strcmp(type, "guest"))
			take(self, object);
		json_decref(object);
	}
	free(line);
	fclose(file);
	return true;
}

/* The records have the rest of the counts. */
static void guest_take(void *self, const json_t *object)
{
	struct mcw_guest *guest = mcw_guests_of(self, number_of(object, "pid"));

	if (!guest || guest->start != number_of(object, "start") || guest->noted)
		return;
	guest->noted = true;
	counts_take(&guest->counts, object);
	if (guest->monitor.way == MCW_MONITOR_NONE)
		memory_take(guest, json_object_get(object, "memory"));
}

void mcw_noted_read(struct mcw_guests *g, const char *path)
{
	objects_read(path, guest_take, g);
}

struct taker {
	void (*take)(void *self, const char *name, const struct mcw_guest_counts *counts);
	void *self;
};

static void counts_pass(void *self, const json_t *object)
{
	const char *name = json_string_value(json_object_get(object, "guest"));
	struct mcw_guest_counts counts = {
		.corrected = number_of(object, "corrected"),
		.deferred = number_of(object, "deferred"),
		.uncorrected = number_of(object, "uncorrected"),
		.own = number_of(object, "own_memory"),
		.victims = number_of(object, "victims"),
	};
	struct taker *taker = self;

	if (!name)
		return;
	counts_take(&counts, object);
	taker->take(taker->self, name, &counts);
}

bool mcw_noted_each(const char *path,
		    void (*take)(void *self, const char *name,
				 const struct mcw_guest_counts *counts),
		    void *self)
{
	struct taker taker = { take, self };

	return objects_read(path, counts_pass, &taker);
}

#else

void mcw_noted_read(struct mcw_guests *g, const char *path)
{
	(void)g;
	(void)path;
}

bool mcw_noted_each(const char *path,
		    void (*take)(void *self, const char *name,
				 const struct mcw_guest_counts *counts),
		    void *self)
{
	(void)path;
	(void)take;
	(void)self;
	return false;
}

#endif /* MCW_JANSSON */

// SPDX-License-Identifier: GPL-2.0
/*
 * The layout of the machine's memory as a text:
 *
 *	BIOS <tab> version
 *	locator <tab> bank <tab> serial number <tab> part number <tab> size in MB
 */
#include "decode/memory_layout.h"

#include <string.h>

#include "decode/text.h"

#define FIELD_BYTES (2 * MCW_SMBIOS_TEXT)

/* In the order of the line; locator and bank together are the slot. */
enum {
	LOCATOR,
	BANK,
	SERIAL,
	NUMBER,
	MBYTES,
	FIELDS
};

/* The firmware's text may have anything in it. */
static void field_put(struct text *t, const char *field, char end)
{
	char one[2] = "";

	for (; *field; field++) {
		one[0] = (unsigned char)*field < ' ' ? '?' : *field;
		text_put(t, one);
	}
	one[0] = end;
	text_put(t, one);
}

static void device_put(struct text *t, const struct mcw_memory_device *d)
{
	field_put(t, d->locator, '\t');
	field_put(t, d->bank, '\t');
	field_put(t, d->serial, '\t');
	field_put(t, d->part, '\t');
	text_put_number(t, d->mbytes);
	text_put(t, "\n");
}

static const struct mcw_memory_device *device_like(const struct mcw_smbios *s, size_t i)
{
	for (size_t n = 0; n < i; n++)
		if (s->devices[n].populated && !strcmp(s->devices[n].serial, s->devices[i].serial))
			return &s->devices[n];
	return NULL;
}

/* Return: whether this module can be told from another one that is put in its place. */
static bool device_check(const struct mcw_smbios *s, size_t i, struct text *why)
{
	const struct mcw_memory_device *d = &s->devices[i], *like = device_like(s, i);

	if (!d->serial[0])
		text_add(why, "the memory module in slot %s has no serial number", d->locator);
	else if (like)
		text_add(why, "the memory modules in slots %s and %s have the same serial number",
			 like->locator, d->locator);
	else if (!d->mbytes)
		text_add(why, "the size of the memory module in slot %s is not known", d->locator);
	return !why->used;
}

bool mcw_layout_text(const struct mcw_smbios *s, char *text, size_t size, char *why,
		     size_t why_size)
{
	struct text t = text_begin(text, size), reason = text_begin(why, why_size);
	size_t modules = 0;

	field_put(&t, "BIOS", '\t');
	field_put(&t, s->bios_version, '\n');
	for (size_t i = 0; i < s->count && !reason.used; i++) {
		if (!s->devices[i].populated || !device_check(s, i, &reason))
			continue;
		device_put(&t, &s->devices[i]);
		modules++;
	}
	if (reason.used)
		return false;
	if (!modules)
		text_put(&reason, "the firmware's table has no memory modules");
	else if (s->truncated || s->more)
		text_put(&reason, "the firmware's table is not complete");
	else if (!s->bios_version[0])
		text_put(&reason, "the firmware's table has no version of the BIOS");
	else if (t.used + 1 >= size)
		text_put(&reason, "the firmware's table is too long");
	return !reason.used;
}

/* Cuts a line into its fields. Return: the next line; NULL at the end. */
static const char *line_read(const char *at, char field[FIELDS][FIELD_BYTES])
{
	if (!*at)
		return NULL;
	for (unsigned int i = 0; i < FIELDS; i++) {
		size_t length = strcspn(at, "\t\n"), kept = length;

		if (kept >= FIELD_BYTES)
			kept = FIELD_BYTES - 1;
		memcpy(field[i], at, kept);
		field[i][kept] = '\0';
		at += length;
		if (*at == '\t')
			at++;
	}
	at += strcspn(at, "\n");
	return *at ? at + 1 : at;
}

/* Whether the text has a line for the slot of this one, which is then read. */
static bool slot_find(const char *text, char wanted[FIELDS][FIELD_BYTES],
		      char found[FIELDS][FIELD_BYTES])
{
	while ((text = line_read(text, found)))
		if (!strcmp(found[LOCATOR], wanted[LOCATOR]) && !strcmp(found[BANK], wanted[BANK]))
			return true;
	return false;
}

static void module_differs(struct text *t, char then[FIELDS][FIELD_BYTES],
			   char now[FIELDS][FIELD_BYTES])
{
	if (strcmp(then[SERIAL], now[SERIAL]) || strcmp(then[NUMBER], now[NUMBER]))
		text_add(t, "slot %s has the memory module of serial number %s, and had that of %s",
			 now[LOCATOR], now[SERIAL], then[SERIAL]);
	else if (strcmp(then[MBYTES], now[MBYTES]))
		text_add(t, "the memory module in slot %s has %s MB, and had %s", now[LOCATOR],
			 now[MBYTES], then[MBYTES]);
}

static void modules_differ(struct text *t, const char *then, const char *now)
{
	char had[FIELDS][FIELD_BYTES], has[FIELDS][FIELD_BYTES];
	const char *at = then;

	while (!t->used && (at = line_read(at, had))) {
		if (slot_find(now, had, has))
			module_differs(t, had, has);
		else
			text_add(t,
				 "slot %s is empty, and had the memory module of serial number %s",
				 had[LOCATOR], had[SERIAL]);
	}
	for (at = now; !t->used && (at = line_read(at, has));)
		if (!slot_find(then, has, had))
			text_add(t, "slot %s has a memory module, and had none", has[LOCATOR]);
}

void mcw_layout_difference(const char *then, const char *now, char *why, size_t size)
{
	char had[FIELDS][FIELD_BYTES] = { "" }, has[FIELDS][FIELD_BYTES] = { "" };
	struct text t = text_begin(why, size);
	const char *then_modules, *now_modules;

	if (!strcmp(then, now))
		return;
	then_modules = line_read(then, had);
	now_modules = line_read(now, has);
	if (strcmp(had[1], has[1]))
		text_add(&t, "the BIOS has version %s, and had %s", has[1], had[1]);
	if (!t.used && then_modules && now_modules)
		modules_differ(&t, then_modules, now_modules);
	if (!t.used)
		text_put(&t, "the firmware lists the memory modules in another way");
}

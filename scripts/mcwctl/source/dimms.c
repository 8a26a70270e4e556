// SPDX-License-Identifier: GPL-2.0
/*
 * The machine's DIMMs, from EDAC's files and the firmware's table.
 *
 * EDAC has a directory for each DIMM below its controller: dimm<N>, or rank<N> if its driver only
 * knows ranks. csrow<N> is not read: kernels from 7.3 do not have it.
 */
#define _GNU_SOURCE
#include "source/dimms.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "decode/location.h"
#include "decode/place_words.h"
#include "error.h"
#include "source/label_files.h"

#define TABLE_BYTES_MAX	(4 << 20)
#define PATH_BYTES	512

static int is_controller(const struct dirent *entry)
{
	return !strncmp(entry->d_name, "mc", 2) && isdigit((unsigned char)entry->d_name[2]);
}

static int is_dimm(const struct dirent *entry)
{
	return (!strncmp(entry->d_name, "dimm", 4) || !strncmp(entry->d_name, "rank", 4)) &&
	       isdigit((unsigned char)entry->d_name[4]);
}

/* Without the end of its line. False if the file is not there: older kernels have fewer. */
static bool text_read(const char *directory, const char *name, char *text, size_t bytes)
{
	char path[PATH_BYTES];
	FILE *file;
	bool read;

	text[0] = '\0';
	if (snprintf(path, sizeof(path), "%s/%s", directory, name) >= (int)sizeof(path))
		return false;
	file = fopen(path, "re");
	if (!file)
		return false;
	read = fgets(text, bytes, file);
	fclose(file);
	text[read ? strcspn(text, "\n") : 0] = '\0';
	return read;
}

static __u64 number_read(const char *directory, const char *name)
{
	char text[32];

	return text_read(directory, name, text, sizeof(text)) ? strtoull(text, NULL, 0) : 0;
}

/* "channel 0 slot 1 ": the numbers are those of the layers. */
static void layers_read(struct mcw_dimm *d)
{
	size_t length = strlen(d->location);
	const char *at = d->location;

	while (length && d->location[length - 1] == ' ')
		d->location[--length] = '\0';
	for (unsigned int i = 0; i < MCW_DIMM_LAYERS; i++) {
		char *end;

		d->layer[i] = -1;
		at += strcspn(at, "0123456789");
		if (!*at)
			continue;
		d->layer[i] = strtol(at, &end, 10);
		at = end;
	}
}

static bool dimm_add(struct mcw_dimms *all, unsigned int mc, const char *name,
		     const char *directory)
{
	struct mcw_dimm *more = realloc(all->dimms, (all->count + 1) * sizeof(*more));
	struct mcw_dimm *d;

	if (!more) {
		mcw_error("no memory for the list of DIMMs");
		return false;
	}
	all->dimms = more;
	d = &more[all->count++];
	memset(d, 0, sizeof(*d));
	d->mc = mc;
	snprintf(d->name, sizeof(d->name), "%.15s", name);
	text_read(directory, "dimm_label", d->label, sizeof(d->label));
	text_read(directory, "dimm_location", d->location, sizeof(d->location));
	layers_read(d);
	d->mbytes = number_read(directory, "size");
	d->corrected = number_read(directory, "dimm_ce_count");
	d->uncorrected = number_read(directory, "dimm_ue_count");
	return true;
}

/* The entries of a directory that fit, by number; -1 after printing what is wrong. */
static int entries_of(const char *directory, int (*fits)(const struct dirent *),
		      struct dirent ***entries)
{
	int n = scandir(directory, entries, fits, versionsort);

	if (n >= 0 || errno == ENOENT)
		return n < 0 ? 0 : n;
	mcw_error("cannot read %s: %s", directory, strerror(errno));
	return -1;
}

static void entries_free(struct dirent **entries, int n)
{
	while (n > 0)
		free(entries[--n]);
	free(entries);
}

static bool controller_read(struct mcw_dimms *all, const char *edac, const char *name)
{
	char directory[PATH_BYTES], path[PATH_BYTES + 280];
	struct dirent **entries = NULL;
	unsigned int mc = strtoul(name + strlen("mc"), NULL, 10);
	bool good = true;
	int n;

	snprintf(directory, sizeof(directory), "%s/%s", edac, name);
	n = entries_of(directory, is_dimm, &entries);
	for (int i = 0; good && i < n; i++) {
		snprintf(path, sizeof(path), "%s/%s", directory, entries[i]->d_name);
		good = dimm_add(all, mc, entries[i]->d_name, path);
	}
	entries_free(entries, n);
	return good && n >= 0;
}

static bool edac_read(struct mcw_dimms *all, const char *edac)
{
	struct dirent **entries = NULL;
	int n = entries_of(edac, is_controller, &entries);
	bool good = n >= 0;

	all->edac_is_there = n > 0;
	for (int i = 0; good && i < n; i++)
		good = controller_read(all, edac, entries[i]->d_name);
	entries_free(entries, n);
	return good;
}

/* Return: how many bytes, or a negative errno. */
static ssize_t table_read(const char *path, char *table)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	size_t bytes = 0;
	ssize_t n;

	if (fd < 0)
		return -errno;
	while (bytes < TABLE_BYTES_MAX) {
		n = read(fd, table + bytes, TABLE_BYTES_MAX - bytes);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		bytes += n;
	}
	n = n < 0 ? -errno : (ssize_t)bytes;
	close(fd);
	return n;
}

static bool smbios_read(struct mcw_dimms *all, const char *path)
{
	char *table = malloc(TABLE_BYTES_MAX);
	ssize_t bytes;

	all->smbios = calloc(1, sizeof(*all->smbios));
	if (!table || !all->smbios) {
		mcw_error("no memory for the firmware's table");
		free(table);
		return false;
	}
	bytes = table_read(path, table);
	if (bytes < 0)
		all->smbios_error = -bytes;
	else
		mcw_smbios_parse(all->smbios, table, bytes);
	free(table);
	return true;
}

/* The labels of files are a help; without one that fits, the other rules are left. */
static void board_labels_read(struct mcw_dimms *d)
{
	struct mcw_label_files files = { .label = NULL };

	mcw_label_files_read(&files, MCW_LABELS_OF_RASDAEMON, d->smbios, true);
	mcw_label_files_read(&files, MCW_LABELS_OF_ADMIN, d->smbios, true);
	for (size_t i = 0; i < files.count; i++) {
		const struct mcw_dimm_label *l = &files.label[i];
		const struct mcw_dimm *found = mcw_dimms_find(d, "", l->mc, l->layer);

		if (found)
			memcpy(d->dimms[found - d->dimms].board_label, l->label, sizeof(l->label));
	}
	mcw_label_files_free(&files);
}

static bool slots_find(struct mcw_dimms *d)
{
	board_labels_read(d);
	d->slots = calloc(d->count + 1, sizeof(*d->slots));
	if (!d->slots) {
		mcw_error("no memory for %zu slots", d->count);
		return false;
	}
	for (size_t i = 0; i < d->count; i++)
		d->slots[i] = mcw_dimm_slot(&d->dimms[i], d->dimms, d->count, d->smbios);
	return true;
}

bool mcw_dimms_read(struct mcw_dimms *d, const char *edac, const char *dmi)
{
	*d = (struct mcw_dimms){ .dimms = NULL };
	if (edac_read(d, edac) && smbios_read(d, dmi) && slots_find(d))
		return true;
	mcw_dimms_free(d);
	return false;
}

void mcw_dimms_entry(const struct mcw_dimms *d, size_t i, struct mcw_dimm_entry *e)
{
	const struct mcw_dimm_known known = { .dimm = &d->dimms[i], .slot = d->slots[i] };

	mcw_dimm_entry_set(e, &known);
	e->number = i;
	e->count = d->count;
}

bool mcw_dimms_same(const struct mcw_dimms *a, const struct mcw_dimms *b)
{
	bool same = a->count == b->count;

	for (size_t i = 0; same && i < a->count; i++) {
		struct mcw_dimm_entry of_a, of_b;

		mcw_dimms_entry(a, i, &of_a);
		mcw_dimms_entry(b, i, &of_b);
		same = !memcmp(&of_a, &of_b, sizeof(of_a));
	}
	return same;
}

/* Slots point into smbios, which must not move. */
static bool room_make(struct mcw_dimms *d)
{
	if (d->smbios)
		return true;
	d->smbios = calloc(1, sizeof(*d->smbios));
	d->dimms = calloc(MCW_MEMORY_DEVICES_MAX, sizeof(*d->dimms));
	d->slots = calloc(MCW_MEMORY_DEVICES_MAX, sizeof(*d->slots));
	if (d->smbios && d->dimms && d->slots)
		return true;
	mcw_dimms_free(d);
	mcw_error("no memory for the DIMMs of a recording");
	return false;
}

bool mcw_dimms_take(struct mcw_dimms *d, const struct mcw_dimm_entry *e)
{
	struct mcw_memory_device *device;
	struct mcw_slot *slot;

	if (!room_make(d))
		return false;
	if (!e->number)
		d->count = 0;
	if (d->count == MCW_MEMORY_DEVICES_MAX)
		return true;
	device = &d->smbios->devices[d->count];
	slot = &d->slots[d->count];
	mcw_dimm_entry_get(e, &d->dimms[d->count], device, &slot->reason);
	slot->device = device->populated ? device : NULL;
	d->edac_is_there = true;
	d->count++;
	return true;
}

const struct mcw_dimm *mcw_dimms_find(const struct mcw_dimms *d, const char *label, unsigned int mc,
				      const __s8 *layer)
{
	return mcw_dimm_find(d->dimms, d->count, label, mc, layer);
}

struct mcw_dimm_known mcw_dimms_of_location(const struct mcw_dimms *d,
					    const struct mcw_location_whole *whole)
{
	const struct mcw_location *l = &whole->first.location;
	struct mcw_dimm_known known = {
		.dimm = mcw_dimms_find(d, whole->label, l->mc, l->layer),
		.source = mcw_dimm_source(l->source),
	};

	mcw_place_add_words(&known.place, whole->detail);
	if (known.dimm)
		known.slot = d->slots[known.dimm - d->dimms];
	else if (known.place.known && d->smbios)
		known.slot = mcw_dimm_slot_without_driver(d->smbios);
	else
		known.slot.reason = MCW_SLOT_NO_DIMM;
	return known;
}

void mcw_dimms_free(struct mcw_dimms *d)
{
	free(d->dimms);
	free(d->slots);
	free(d->smbios);
	*d = (struct mcw_dimms){ .dimms = NULL };
}

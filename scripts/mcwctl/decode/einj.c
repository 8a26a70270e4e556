// SPDX-License-Identifier: GPL-2.0
/*
 * ACPI's error injection: its types of errors, and which memory it may hit.
 */
#include "decode/einj.h"

#include <stdlib.h>
#include <string.h>

#include "decode/text.h"

static const struct mcw_einj_type types[] = {
	{ 0x001, "processor-corrected", false, false },
	{ 0x002, "processor-uncorrected", false, false },
	{ 0x004, "processor-fatal", false, true },
	{ 0x008, "memory-corrected", true, false },
	{ 0x010, "memory-uncorrected", true, false },
	{ 0x020, "memory-fatal", true, true },
	{ 0x040, "pcie-corrected", false, false },
	{ 0x080, "pcie-uncorrected", false, false },
	{ 0x100, "pcie-fatal", false, true },
	{ 0x200, "platform-corrected", false, false },
	{ 0x400, "platform-uncorrected", false, false },
	{ 0x800, "platform-fatal", false, true },
};

#define TYPES (sizeof(types) / sizeof(types[0]))

const struct mcw_einj_type *mcw_einj_type(size_t i)
{
	return i < TYPES ? &types[i] : NULL;
}

const struct mcw_einj_type *mcw_einj_type_of(__u32 number)
{
	for (size_t i = 0; i < TYPES; i++)
		if (types[i].number == number)
			return &types[i];
	return NULL;
}

static void name_put(struct text *t, __u32 number)
{
	const struct mcw_einj_type *type = mcw_einj_type_of(number);

	if (type)
		text_put(t, type->name);
	else
		text_put_hex(t, number, 1);
}

char *mcw_einj_name(__u32 number, char *buf, size_t size)
{
	struct text t = text_begin(buf, size);

	name_put(&t, number);
	return buf;
}

char *mcw_einj_names(__u32 numbers, char *buf, size_t size)
{
	struct text t = text_begin(buf, size);

	for (unsigned int bit = 0; bit < 32; bit++) {
		if (!(numbers & 1U << bit))
			continue;
		if (t.used)
			text_put(&t, ", ");
		name_put(&t, 1U << bit);
	}
	if (!t.used)
		text_put(&t, "none");
	return buf;
}

/*
 * A line a type: its number, a tab, words. Types of EINJ's second version have a number that begins
 * with V2_, and other files of debugfs.
 */
__u32 mcw_einj_available(const char *text)
{
	__u32 found = 0;

	while (*text) {
		if (text[0] == '0' && text[1] == 'x')
			found |= strtoull(text, NULL, 16);
		text += strcspn(text, "\n");
		text += *text == '\n';
	}
	return found;
}

static bool is_ram(const char *name, size_t length)
{
	static const char *const names[] = { "System RAM", "System RAM (kmem)", "Persistent Memory",
					     "Soft Reserved" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strlen(names[i]) == length && !memcmp(names[i], name, length))
			return true;
	return false;
}

/* "00100000-bffdbfff : System RAM", with blanks before it where it is a part of the line above. */
enum mcw_iomem mcw_iomem_find(const char *text, __u64 first, __u64 last, char *name, size_t size)
{
	enum mcw_iomem found = MCW_IOMEM_HIDDEN;

	if (size)
		name[0] = '\0';
	while (*text) {
		const char *words = strstr(text, " : ");
		size_t length = strcspn(text, "\n");
		__u64 begin, end = 0;
		char *dash;

		begin = strtoull(text, &dash, 16);
		if (*dash == '-')
			end = strtoull(dash + 1, NULL, 16);
		if (end && found == MCW_IOMEM_HIDDEN)
			found = MCW_IOMEM_OTHER;
		if (end && words && words < text + length && begin <= first && last <= end) {
			size_t bytes = text + length - (words + 3);

			if (is_ram(words + 3, bytes))
				found = MCW_IOMEM_RAM;
			if (size)
				snprintf(name, size, "%.*s", (int)bytes, words + 3);
		}
		text += length;
		text += *text == '\n';
	}
	return found;
}

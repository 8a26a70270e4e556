// SPDX-License-Identifier: GPL-2.0
/*
 * The text of QEMU's monitor about the guest's memory. "info mtree -f" shows the memory as the
 * guest sees it, without what is hidden by something else, in blocks that an empty line ends:
 *
 *	FlatView #1
 *	 AS "memory", root: system
 *	 AS "cpu-memory-0", root: system
 *	 Root memory region: system
 *	  0000000000000000-00000000000bffff (prio 0, ram): pc.ram
 *	  0000000100000000-000000013fffffff (prio 0, ram): pc.ram @0000000080000000 KVM
 *
 * No command of QMP says as much. Lines that are not understood are left out: what is in them is
 * then not known to be the guest's, and each answer is checked by gpa2hva.
 */
#include "guests/flatview.h"

#include <stdlib.h>
#include <string.h>

#define PAGE_BYTES 4096

static const char *line_end(const char *line)
{
	return line + strcspn(line, "\n");
}

static bool begins(const char *line, const char *word)
{
	return !strncmp(line, word, strlen(word));
}

static bool number_take(const char **text, int base, __u64 *value)
{
	char *end;

	if (!strchr("0123456789abcdef", **text) || !**text)
		return false;
	*value = strtoull(*text, &end, base);
	if (end == *text)
		return false;
	*text = end;
	return true;
}

/* The word behind "(prio N, ": "ram", "rom", "nv-ram", ..., not "i/o", "ramd" or "romd". */
static bool is_memory(const char *text)
{
	static const char *const words[] = { "ram)", "rom)", "nv-ram)", "nv-rom)" };

	text += strcspn(text, ",\n");
	if (*text++ != ',' || *text++ != ' ')
		return false;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (begins(text, words[i]))
			return true;
	return false;
}

static bool range_parse(const char *line, struct mcw_guest_range *range)
{
	__u64 last;

	line += strspn(line, " ");
	if (!number_take(&line, 16, &range->gpa) || *line++ != '-' ||
	    !number_take(&line, 16, &last) || !begins(line, " (prio ") || !is_memory(line))
		return false;
	if (last < range->gpa || last == ~0ULL)
		return false;
	range->size = last + 1 - range->gpa;
	range->hva = 0;
	return range->size >= PAGE_BYTES;
}

size_t mcw_flatview_parse(const char *text, struct mcw_guest_range *ranges, size_t max)
{
	bool wanted = false;
	size_t count = 0;

	for (const char *line = text; *line;) {
		const char *end = line_end(line);
		struct mcw_guest_range range;

		if (begins(line, "FlatView #")) {
			/* A second view of that name would be a lie. */
			if (wanted && count)
				break;
			wanted = false;
		} else if (begins(line, " AS \"memory\",")) {
			wanted = true;
		} else if (wanted && range_parse(line, &range)) {
			if (count < max)
				ranges[count] = range;
			count++;
		}
		line = *end ? end + 1 : end;
	}
	return count;
}

bool mcw_gpa2hva_parse(const char *text, __u64 gpa, __u64 *hva)
{
	static const char head[] = "Host virtual address for 0x", middle[] = " is 0x";
	const char *found = NULL;
	__u64 said;

	if (!begins(text, head))
		return false;
	text += sizeof(head) - 1;
	if (!number_take(&text, 16, &said) || said != gpa || !begins(text, " ("))
		return false;
	/* The region's name may be anything: the last one counts. */
	while ((text = strstr(text, middle))) {
		text += sizeof(middle) - 1;
		found = text;
	}
	return found && number_take(&found, 16, hva) && strspn(found, "\r\n") == strlen(found);
}

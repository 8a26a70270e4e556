// SPDX-License-Identifier: GPL-2.0
/*
 * The kinds of pages that memory_failure() tells apart. The kernel's numbers of them change between
 * versions, so the names are compiled in from its header.
 */
#include <mcewarden/page_type.h>

#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/tracepoint.h>
#include <trace/events/memory-failure.h>

/* The names that the kernel itself prints, by its own numbers. */
#undef EM
#undef EMe
#define EM(_number, _name) { _number, _name },
#define EMe(_number, _name) \
	{ \
		_number, _name \
	}
static const struct {
	int number;
	const char *name;
} page_types[] = { MF_PAGE_TYPE };

/**
 * mcw_page_type_name() - name a kind of page
 * @number: the kernel's number, as in the tracepoint ras:memory_failure_event
 *
 * Context: any.
 * Return: its name in the kernel's words, or "".
 */
const char *mcw_page_type_name(int number)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(page_types); i++)
		if (page_types[i].number == number)
			return page_types[i].name;
	return "";
}

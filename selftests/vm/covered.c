// SPDX-License-Identifier: GPL-2.0
/*
 * Part of a module under test in a build for coverage: the compiler calls the function below in
 * each block. It may be called anywhere, also in an NMI: it only writes a byte.
 *
 * The first call comes while the module is loaded, in a process that may sleep.
 */
#include <linux/build_bug.h>
#include <linux/compiler.h>
#include <linux/module.h>
#include <linux/objtool.h>
#include <linux/string.h>

#define MARKS 0x80000 /* of each module; coverage.py knows it, too */

typeof(void(void)) __sanitizer_cov_trace_pc; /* the compiler calls it, not a file */

static u8 *marks;
static bool looked;

static void notrace look_for_marks(void)
{
	u8 **found;

	looked = true;
	found = __symbol_get("mcw_cover_marks");
	if (found)
		WRITE_ONCE(marks, *found + (strcmp(THIS_MODULE->name, "mcewarden") ? MARKS : 0));
}

/* The mark's place is how far the block is from here, which nm says too. */
void notrace __sanitizer_cov_trace_pc(void)
{
	unsigned long at = _RET_IP_ - (unsigned long)__sanitizer_cov_trace_pc + MARKS / 2;

	if (unlikely(!READ_ONCE(looked)))
		look_for_marks();
	if (READ_ONCE(marks) && at < MARKS)
		WRITE_ONCE(marks[at], 1);
}

/* objtool knows the function by name, and that the kernel's own calls nothing. */
STACK_FRAME_NON_STANDARD(__sanitizer_cov_trace_pc);

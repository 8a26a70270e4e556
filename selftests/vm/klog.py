# SPDX-License-Identifier: GPL-2.0
"""What the kernel's log may say, and what of it is a failure."""

import re

from expect import Failed

SPLAT = re.compile(
    r"\bBUG\b|WARNING|\bOops\b|INFO: |KASAN|KCSAN|UBSAN|KMSAN|Call Trace|ODEBUG|kmemleak"
    r"|lockdep|possible recursive|circular locking|inconsistent lock|suspicious RCU"
    r"|scheduling while atomic|sleeping function|refcount_t|general protection|stack guard"
    r"|Unable to handle|unable to handle|soft lockup|hard LOCKUP|rcu.*stall|blocked for more"
    r"|page allocation failure|list_(add|del) corruption|Kernel panic|held lock|slab error"
    r"|Objects remaining|kobject_add_internal failed|cannot create duplicate", re.IGNORECASE)
# What the kernel says of machine checks, in its own words, is no splat.
HARMLESS = re.compile(r"mce: |Memory failure: |MCE: Killing|soft_offline|Disabling lock debugging"
                      r"|kmemleak: Automatic memory scanning")


def no_splats(texts):
    """Fails where a line of the kernel's is one."""
    for where, text in enumerate(texts):
        if SPLAT.search(text) and not HARMLESS.match(text):
            raise Failed("the kernel's log has:\n" + "\n".join(texts[max(0, where - 3):where + 40]))


def judge_death(status, text, pattern):
    """Whether a machine with that exit status and last words died of what it should."""
    said = [re.sub(r"^\[ *\d+\.\d+\](\[ *[TC]\d+\])? ", "", line)
            for line in text.replace("\r", "").split("\n")]
    if status is None:
        raise Failed("the machine was to die, and lives on; the console says:\n" + text[-3000:])
    match = re.search(pattern, "\n".join(said))
    if not match:
        raise Failed(f"the machine died, and '{pattern}' was not said, but:\n{text[-3000:]}")
    if status:
        raise Failed(f"the emulator ended with status {status} after '{match[0]}'")
    panic = next((at for at, line in enumerate(said) if "Kernel panic" in line), len(said))
    no_splats(said[:panic])
    return match


# Races that KCSAN sees through the module and that are none of its business.
KNOWN_RACES = (
    # A latch: the reader looks at the sequence again, and takes the other copy.
    re.compile(r"data-race in ktime_get_(mono|real)_fast_ns / timekeeping_update"),
)
# The pool of the kernel's own records: plain reads, then cmpxchg until nobody was between.
POOL = re.compile(r" gen_pool_\w+\+0x")
OURS = re.compile(r"\[mcewarden|\[mcw_")
ENTRY = re.compile(r" asm_\w+\+0x")
STACK = re.compile(r"(write|read) .*to 0x|race at unknown origin")

# What lines of a report look like; others between them are another CPU's.
REPORT_LINE = re.compile(r"| .*|(BUG: KCSAN|(write|read) .*to 0x|race at unknown origin|value changed"
                         r"|Reported by Kernel Conc|CPU: |Hardware name: |Workqueue: ).*")


def in_pool(report):
    """Whether each of a report's stacks is in the kernel's pool, and in nothing of the module that
    an exception called there."""
    first = []
    for line in report:
        if STACK.match(line):
            first.append(None)
        elif first and not first[-1] and (POOL.match(line) or OURS.search(line)):
            first[-1] = "ours" if OURS.search(line) else "pool"
    return bool(first) and all(found == "pool" for found in first)


def accesses(report):
    """The title and the stacks of a report, without what an interrupt or exception found there:
    code that is interrupted has no part in what it does."""
    below = False
    for line in report:
        if STACK.match(line):
            below = False
        elif line.startswith("BUG: ") or (line.startswith(" ") and not below):
            yield line
        below = below or ENTRY.match(line) is not None


def is_foreign(report):
    """Whether a report of KCSAN is known, or has nothing of the module in its stacks."""
    if any(known.search(report[0]) for known in KNOWN_RACES) or in_pool(report):
        return True
    return not any(OURS.search(line) for line in accesses(report))


def foreign_races(texts):
    """(texts without KCSAN's reports that are foreign, the titles of those)."""
    kept, foreign, report = [], [], []

    def close():
        if report and is_foreign(report):
            foreign.append(report[0])
        else:
            kept.extend(report)
        report.clear()

    for text in texts:
        if re.fullmatch(r"={20,}", text):
            close()
        elif text.startswith("BUG: KCSAN"):
            close()
            report.append(text)
        elif report and REPORT_LINE.fullmatch(text):
            report.append(text)
        else:
            kept.append(text)
    close()
    return kept, foreign

# SPDX-License-Identifier: GPL-2.0
"""Which lines of the kernel's log are a failure."""

import re

from expect import Failed

SPLAT = re.compile(
    r"\bBUG\b|WARNING|\bOops\b|INFO: |KASAN|KCSAN|UBSAN|KMSAN|Call Trace|ODEBUG|kmemleak"
    r"|lockdep|possible recursive|circular locking|inconsistent lock|suspicious RCU"
    r"|scheduling while atomic|sleeping function|refcount_t|general protection|stack guard"
    r"|Unable to handle|unable to handle|soft lockup|hard LOCKUP|rcu.*stall|blocked for more"
    r"|page allocation failure|list_(add|del) corruption|Kernel panic|held lock|slab error"
    r"|Objects remaining|kobject_add_internal failed|cannot create duplicate", re.IGNORECASE)
# The kernel's usual lines about machine checks are no splats.
# An NMI can take long in an emulator.
HARMLESS = re.compile(r"mce: |INFO: NMI handler |Memory failure: |MCE: Killing|soft_offline|Disabling lock debugging"
                      r"|kmemleak: Automatic memory scanning")


def no_splats(texts):
    """Fail if a line of the kernel's log is a splat."""
    for where, text in enumerate(texts):
        if SPLAT.search(text) and not HARMLESS.match(text):
            raise Failed("the kernel's log has:\n" + "\n".join(texts[max(0, where - 3):where + 40]))


def judge_death(status, text, pattern):
    """Check that a machine with this exit status and console text died as expected. Return the
    match."""
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


# Races in the kernel that KCSAN finds because the module calls the code.
KNOWN_RACES = (
    # A latch: the reader checks the sequence again, and uses the other copy.
    re.compile(r"data-race in ktime_get_(mono|real)_fast_ns / timekeeping_update"),
    # poll() sleeps unless a wake-up has set a flag, which it reads after it said that it sleeps.
    re.compile(r"data-race in poll_schedule_timeout[.\w]* / pollwake$"),
)
# The kernel's pool of records: plain reads, then cmpxchg until no other write came between.
POOL = re.compile(r" gen_pool_\w+\+0x")
OURS = re.compile(r"\[mcewarden|\[mcw_")
ENTRY = re.compile(r" asm_\w+\+0x")
STACK = re.compile(r"(write|read) .*to 0x|race at unknown origin")

# The lines of a report look like this; other lines between them come from another CPU.
REPORT_LINE = re.compile(r"| .*|(BUG: KCSAN|(write|read) .*to 0x|race at unknown origin|value changed"
                         r"|Reported by Kernel Conc|CPU: |Hardware name: |Workqueue: ).*")


def in_pool(report):
    """Return whether all stacks of a report are in the kernel's pool, and not in code of the
    module that an exception called there."""
    first = []
    for line in report:
        if STACK.match(line):
            first.append(None)
        elif first and not first[-1] and (POOL.match(line) or OURS.search(line)):
            first[-1] = "ours" if OURS.search(line) else "pool"
    return bool(first) and all(found == "pool" for found in first)


def accesses(report):
    """Yield the title and the stacks of a report, without the frames below an interrupt or
    exception: the interrupted code has no part in the race."""
    below = False
    for line in report:
        if STACK.match(line):
            below = False
        elif line.startswith("BUG: ") or (line.startswith(" ") and not below):
            yield line
        below = below or ENTRY.match(line) is not None


def is_foreign(report):
    """Return whether a KCSAN report is known, or has no code of the module in its stacks."""
    if any(known.search(report[0]) for known in KNOWN_RACES) or in_pool(report):
        return True
    return not any(OURS.search(line) for line in accesses(report))


def foreign_races(texts):
    """Return (texts without foreign KCSAN reports, titles of the foreign reports)."""
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

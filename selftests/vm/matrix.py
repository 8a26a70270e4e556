# SPDX-License-Identifier: GPL-2.0
"""One table of what came out: kernel x model x cases."""

from collections import Counter

# Kernel by kernel, the oldest first; others have no place in it.
KERNELS = ("oldest", "stock", "rt", "newer", "newest")
MODELS = {"": "Intel", "cmci": "Intel, CMCI", "amd": "AMD"}
ROW = "{:<10} {:<26} {:<11} {:>4} {:>7} {:>7} {:>8}  {}"


def belongs(boot):
    """Whether a boot is a row of it."""
    kernel, _, model = split(boot)
    return kernel in KERNELS and model in MODELS


def split(boot):
    """(kernel, "-", model): where the name has no kernel, it is stock."""
    return ("stock", "-", boot.name) if boot.name in MODELS else boot.name.partition("-")


def rows(boot, report):
    """(CPUs, passed, failed, skipped, reason) for each number of CPUs."""
    counts, reasons = {}, {}
    for case, outcome, reason in report.outcomes:
        counts.setdefault(case.needs.cpus, Counter())[outcome] += 1
        if outcome == "skipped":
            reasons.setdefault(case.needs.cpus, Counter())[reason] += 1
    for cpus, count in sorted(counts.items()):
        why = "; ".join(f"{text} ({times})" for text, times in reasons.get(cpus, {}).items())
        yield cpus, count["passed"], count["failed"], count["skipped"], why


def table(plan, reports):
    """The lines of it, as diagnostics. A cell that could not be had is there, with its reason."""
    yield "# " + ROW.format("kernel", "version", "model", "CPUs", "passed", "failed", "skipped",
                            "skipped because")
    found = sorted(((boot, report) for (boot, _), report in zip(plan, reports)),
                   key=lambda pair: (KERNELS.index(split(pair[0])[0]), split(pair[0])[2]))
    for boot, report in found:
        kernel, _, model = split(boot)
        version = boot.prepared[2].version if boot.prepared else "not to be had"
        for row in rows(boot, report):
            yield "# " + ROW.format(kernel, version, MODELS[model], *row).rstrip()

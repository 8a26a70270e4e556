# SPDX-License-Identifier: GPL-2.0
"""What came of a boot, as rows of a table: kernel, version, model, number of CPUs."""

from collections import Counter

MODELS = {"": "Intel", "cmci": "Intel with CMCI", "amd": "AMD", "smca": "AMD with scalable MCA",
          "no-ser": "Intel without SER_P"}


def name_of(boot):
    """The words that a row begins with."""
    kernel, _, model = ("stock", "-", boot.name) if boot.name in MODELS else boot.name.partition("-")
    version = boot.prepared[2].version if boot.prepared else "not to be had"
    return f"{kernel} {version}, {MODELS[model]}"


def add(results, boot, outcomes):
    """Adds a row for each number of CPUs. What could not be had is there, with its reason."""
    counts, seconds, reasons = {}, Counter(), {}
    for known in outcomes:
        cpus = known.case.needs.cpus
        counts.setdefault(cpus, Counter())[known.outcome] += 1
        seconds[cpus] += known.seconds
        if known.outcome == "skipped":
            reasons.setdefault(cpus, Counter())[known.reason] += 1
    for cpus, count in sorted(counts.items()):
        results.add(f"{name_of(boot)}, {cpus} CPU{'s' if cpus > 1 else ''}", seconds[cpus],
                    [f"{text} ({times})" for text, times in reasons.get(cpus, {}).items()], **count)

# SPDX-License-Identifier: GPL-2.0
"""The static gates on each kernel that is supported."""

import fnmatch
import os
import re
import subprocess
import time

import guest

GATES = ("build", "sparse", "kernel_doc", "headers")
# Of the sources, whatever the kernel.
SLOW = ("coccinelle", "clang")
RESULT = re.compile(r"(not )?ok \d+ - [^#]*(?:# SKIP (.*))?")


class Gates:
    """Those of one kernel, or of none."""

    def __init__(self, name, kernel, gates=GATES):
        self.name, self.find_kernel, self.gates = name, kernel, gates
        self.version = "not to be had"
        self.outcomes = []  # (passed, failed or SKIP, why it was)
        self.seconds = 0.0

    def count(self, outcome):
        return sum(found == outcome for found, _ in self.outcomes)

    def _environment(self):
        if not self.find_kernel:
            self.version = "-"
            return None
        kernel = self.find_kernel()
        self.version = kernel.version
        return {**os.environ, "KDIR": kernel.kdir, "KROOT": kernel.root or ""}

    def _lines(self):
        """What scripts/dev/gates prints; of a kernel that cannot be had, what stands for it."""
        try:
            environment = self._environment()
        except guest.Missing as error:
            yield "KTAP version 1"
            yield f"1..{len(self.gates)}"
            for number, gate in enumerate(self.gates, 1):
                yield f"ok {number} - {gate} # SKIP {error}"
            return
        with subprocess.Popen([os.path.join(guest.TOP, "scripts/dev/gates"), *self.gates], text=True,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              errors="replace", env=environment) as gates:
            yield from (line.rstrip("\n") for line in gates.stdout)

    def run(self, number):
        started = time.monotonic()
        try:
            for line in self._lines():
                print("  " + line, flush=True)
                found = RESULT.match(line)
                if found:
                    self.outcomes.append(("failed" if found[1] else "SKIP" if found[2] else "passed",
                                          found[2]))
        except guest.Broken as error:
            print("  # " + str(error).replace("\n", "\n  # "))
        # Whatever ended it before its time.
        for _ in self.gates[len(self.outcomes):]:
            self.outcomes.append(("failed", None))
        self.seconds = time.monotonic() - started
        print(f"{'not ok' if self.count('failed') else 'ok'} {number} - gates/{self.name}", flush=True)

    def add(self, results):
        """Its row of the table."""
        reasons = dict.fromkeys(why for _, why in self.outcomes if why)
        results.add(f"gates, {self.name} {self.version}", self.seconds, reasons,
                    passed=self.count("passed"), failed=self.count("failed"),
                    skipped=self.count("SKIP"))


def chosen(wanted):
    """Kernel by kernel, the oldest first."""
    found = [Gates(name, kernel) for name, kernel in (
        ("oldest", guest.oldest_kernel), ("stock", guest.debian_kernel), ("rt", guest.rt_kernel),
        ("newer", guest.newer_kernel), ("newest", guest.newest_kernel))]
    found.append(Gates("sources", None, SLOW))
    return [gates for gates in found if not wanted or any(
        fnmatch.fnmatch(name, w) for w in wanted for name in ("gates", f"gates/{gates.name}"))]

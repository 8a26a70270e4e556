# SPDX-License-Identifier: GPL-2.0
"""Results of a long check that runs in parts: each part adds its own to one table.

They are in ~/.cache/mcewarden/results (XDG_CACHE_HOME counts), a file a check, and are those of
one state of the tree: where the tree is another, the table begins anew.
"""

import hashlib
import json
import os
import subprocess

TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
CACHE = os.path.join(os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"), "mcewarden",
                     "results")
COUNTS = ("passed", "failed", "skipped")
ROW = "{:<46} {:>7} {:>7} {:>8} {:>8}  {}"


def parse_part(text):
    """"2/4" as (2, 4), or ValueError."""
    part, slash, parts = text.partition("/")
    if not (slash and part.isdigit() and parts.isdigit() and 1 <= int(part) <= int(parts)):
        raise ValueError(f"part {text!r}: must be I/N, as 1/4, with I from 1 to N")
    return int(part), int(parts)


def tree():
    """A word for the state of the tree: its commit, and what was changed since."""
    def git(*words):
        return subprocess.run(["git", "-C", TOP, *words], stdout=subprocess.PIPE, check=True,
                              stderr=subprocess.DEVNULL).stdout
    try:
        commit, changed = git("rev-parse", "--short", "HEAD").decode().strip(), git("diff", "HEAD")
    except (OSError, subprocess.CalledProcessError):
        return "no repository"
    return commit + ("+" + hashlib.sha256(changed).hexdigest()[:8] if changed else "")


class Results:
    """The table of one check; check: its name, part and parts: which one runs now.

    again: what this part has there is from an earlier run, and does not count. Otherwise it is what
    another process has added in this one.
    """

    def __init__(self, check, part=1, parts=1, again=True):
        self.path = os.path.join(CACHE, check + ".json")
        self.check, self.part = check, part
        self.data = {"tree": tree(), "parts": parts, "run": [], "rows": {}}
        try:
            with open(self.path, encoding="utf-8") as file:
                known = json.load(file)
        except (OSError, ValueError):
            return
        if (known.get("tree"), known.get("parts")) == (self.data["tree"], parts):
            self.data = known
            for cells in known["rows"].values() if again else ():
                cells.pop(str(part), None)

    def add(self, row, seconds, reasons=(), **counts):
        """One row of this part. A row that is in several parts is summed up."""
        self.data["rows"].setdefault(row, {})[str(self.part)] = {
            **{name: counts.get(name, 0) for name in COUNTS}, "seconds": seconds,
            "reasons": list(reasons)}

    def save(self, done=False):
        """done: this part came to its end."""
        if done and self.part not in self.data["run"]:
            self.data["run"].append(self.part)
        os.makedirs(CACHE, exist_ok=True)
        with open(self.path + ".new", "w", encoding="utf-8") as file:
            json.dump(self.data, file, indent=1)
        os.rename(self.path + ".new", self.path)

    def table(self):
        """The lines of it, as diagnostics."""
        yield f"# {self.check}, of {self.data['tree']}:"
        yield "# " + ROW.format("", *COUNTS, "seconds", "skipped because").rstrip()
        total = dict.fromkeys((*COUNTS, "seconds"), 0)
        for row, cells in self.data["rows"].items():
            if not cells:
                continue
            sums = {name: sum(cell[name] for cell in cells.values()) for name in total}
            reasons = dict.fromkeys(reason for cell in cells.values() for reason in cell["reasons"])
            yield "# " + ROW.format(row, *(f"{sums[name]:.0f}" for name in total),
                                    "; ".join(reasons)).rstrip()
            total = {name: total[name] + sums[name] for name in total}
        yield "# " + ROW.format("all", *(f"{total[name]:.0f}" for name in total), "").rstrip()
        missing = [part for part in range(1, self.data["parts"] + 1) if part not in self.data["run"]]
        if missing:
            parts = self.data["parts"]
            yield "# not run yet: PART=" + ", ".join(f"{part}/{parts}" for part in missing)

# SPDX-License-Identifier: GPL-2.0
"""The figures of the diagnosis: callgrind counts the instructions of an error that it is fed with,
and the program says how much memory it has. A long run less a short one leaves out its start."""

import os
import re
import subprocess
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
BUILD = os.path.join(TOP, "scripts", "mcwctl", "build")
ERROR, MEMORY = FIGURES = ("diagnose_error", "diagnose_kib")
SHORT, LONG = 10000, 40000


class Broken(Exception):
    """Something did not work that should have: a reason to fail."""


def run(command):
    done = subprocess.run(command, cwd=TOP, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True, errors="replace", check=False)
    if done.returncode:
        raise Broken(f"{' '.join(command)}: exit status {done.returncode}\n"
                     + done.stdout[-2000:] + done.stderr[-4000:])
    return done


def count(program, errors):
    """Return (instructions, bytes)."""
    done = run(["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", program,
                str(errors)])
    found = re.search(r"Collected : (\d+)", done.stderr)
    if not found:
        raise Broken("callgrind does not say what it collected:\n" + done.stderr[-2000:])
    return int(found[1]), int(done.stdout)


def measure():
    """Return {figure: number}. Raises Broken."""
    run(["make", "-s", "tools"])
    with tempfile.TemporaryDirectory(prefix="bench.") as scratch:
        program = os.path.join(scratch, "diagnose")
        run([os.environ.get("CC") or "gcc", "-std=gnu11", "-O2", "-Wall", "-Wextra", "-Werror",
             "-Iinclude", "-Iscripts/mcwctl", "selftests/bench/diagnose_main.c",
             BUILD + "/libmcwctl.a", BUILD + "/libmcw.a", "-o", program])
        few, many = count(program, SHORT), count(program, LONG)
    return {ERROR: (many[0] - few[0]) // (LONG - SHORT), MEMORY: many[1] // 1024}


if __name__ == "__main__":
    print(measure())

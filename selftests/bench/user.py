# SPDX-License-Identifier: GPL-2.0
"""The figures of user space: callgrind counts instructions of the ring, of a comparable ring, of
mcwctl decode (decode_log.py), and of the diagnosis (diagnose.py).

Both are compiled with the same flags, which match the kernel's where it matters: no vector
registers, and no assumption about aliases. Nanoseconds are printed only as ratios.
"""

import os
import re
import shutil
import subprocess
import tempfile

import decode_log
import diagnose

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
CFLAGS = ("-std=gnu11 -O2 -g -Wall -Wextra -Werror -mgeneral-regs-only -fno-strict-aliasing"
          " -fno-pie -no-pie -Iinclude -Iselftests/unit/kernel").split()
SOURCES = ("selftests/bench/user_main.c", "selftests/bench/ops.c", "module/ring.c",
           "module/ring_read.c", "selftests/unit/kernel/vmalloc.c")
PEER = "selftests/bench/peer.c"
PEER_HEADER = "/usr/include/ck_ring.h"
COUNT = 1280  # a multiple of the batch
# Figure: the program's argument, and the function whose instructions callgrind counts.
OPERATIONS = {
    "user_put": ("bench_put", "bench_put"),
    "user_put_event": ("bench_put_event", "bench_put_event"),
    "user_put_refused": ("bench_put_refused", "bench_put"),
    "user_get": ("mcw_ring_get", "mcw_ring_get"),
    "user_get_empty": ("mcw_ring_get_empty", "mcw_ring_get"),
    "user_limit_put": ("bench_limit_put", "bench_limit_put"),
    "user_limit_put_event": ("bench_limit_put_event", "bench_limit_put_event"),
    "user_limit_get": ("bench_limit_get", "bench_limit_get"),
    "ck_put": ("bench_peer_put", "bench_peer_put"),
    "ck_get": ("bench_peer_get", "bench_peer_get"),
}
PEERS = ("ck_put", "ck_get")


class Missing(Exception):
    """This machine lacks something: a reason to skip."""


class Broken(Exception):
    """Something did not work that should have: a reason to fail."""


def run(command):
    done = subprocess.run(command, cwd=TOP, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True, errors="replace", check=False)
    if done.returncode:
        raise Broken(f"{' '.join(command)}: exit status {done.returncode}\n"
                     + done.stdout[-2000:] + done.stderr[-4000:])
    return done


def has_peer():
    return os.path.exists(PEER_HEADER)


def build(program):
    peer = ["-DBENCH_PEER", PEER] if has_peer() else []
    run([os.environ.get("CC") or "gcc", *CFLAGS, *peer, *SOURCES, "-o", program])


def count(program, figure):
    """Return the instructions of one operation."""
    name, function = OPERATIONS[figure]
    said = run(["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null",
                "--collect-atstart=no", f"--toggle-collect={function}", program, name,
                str(COUNT)]).stderr
    found = re.search(r"Collected : (\d+)", said)
    if not found:
        raise Broken("callgrind does not say what it collected:\n" + said[-2000:])
    whole, rest = divmod(int(found[1]), COUNT)
    if rest or not whole:
        raise Broken(f"{figure}: {found[1]} instructions for {COUNT} times: they differ")
    return whole


def measure():
    """Return ({figure: instructions}, {figure: picoseconds}, {figure: why it is missing})."""
    missing = {}
    if not has_peer():
        missing.update(dict.fromkeys(PEERS, f"no {PEER_HEADER}: run scripts/dev/deps bench"))
    if not shutil.which("valgrind"):
        missing.update(dict.fromkeys([*OPERATIONS, decode_log.FIGURE, *diagnose.FIGURES],
                                     "no valgrind: run scripts/dev/deps bench"))
    figures, times = {}, {}
    if decode_log.FIGURE not in missing:
        try:
            figures.update(decode_log.measure())
            figures.update(diagnose.measure())
        except (decode_log.Broken, diagnose.Broken) as error:
            raise Broken(str(error)) from error
    with tempfile.TemporaryDirectory(prefix="bench.") as scratch:
        program = os.path.join(scratch, "user")
        build(program)
        for figure in OPERATIONS:
            if figure not in missing:
                figures[figure] = count(program, figure)
        by_operation = {name: figure for figure, (name, _) in OPERATIONS.items()}
        for line in run([program, "time"]).stdout.splitlines():
            name, time = line.split()
            times[by_operation[name]] = int(time)
    return figures, times, missing


if __name__ == "__main__":
    print(*measure(), sep="\n")

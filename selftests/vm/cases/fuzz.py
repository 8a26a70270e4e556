# SPDX-License-Identifier: GPL-2.0
"""System calls with random arguments on all files of the module, from several threads.

In the environment: SEED, and FUZZ_CALLS, after which it ends, however long that takes.
"""

import os
import random
import re

from machine import HOME, LANES, equal, expect, fields
from registry import case
from steps import load_injector, lockdep_looks, no_leaks

THREADS = 4
SLICE = 20000  # calls; then the log is read, before it is full
SLICE_SECONDS = 60
STUCK_SECONDS = 20  # no call takes so long: a signal every 50 ms ends those that wait
SMALL = 64  # records of a lane, so that readers are overrun
KNOB_LINE = re.compile(r"mcewarden: (\w+): '\?' is not (?:a number from (\d+) to (\d+)|one of: (.*))")


def ranges(vm):
    """Return {knob: the values that it may have}, as the module says when it refuses '?'."""
    vm.scan()
    vm.sh(f"cd {HOME} && for f in *; do test -f $f -a -w $f && echo '?' >$f; done")
    found = {}
    for name, low, high, words in filter(None, map(
            lambda line: line and line.groups(), map(KNOB_LINE.match, vm.log()))):
        found[name] = set(words.split(", ")) if words else range(int(low), int(high) + 1)
    expect(len(found) > 15, f"knobs that name their range: {sorted(found)}")
    return found


def banks(vm):
    """{bank<N>ctl: value}, of banks that may be written."""
    said = vm.sh(f"cd {HOME} && grep . bank*ctl 2>/dev/null").output
    return dict(re.findall(r"^(\w+):0x(\w+)$", said, re.M))


def check_knobs(vm, known, bits):
    said = vm.sh(f"cd {HOME} && grep . {' '.join(known)}").ok()
    for name, value in re.findall(r"^(\w+):(.*)$", said, re.M):
        value = int(value) if isinstance(known[name], range) else value
        expect(value in known[name], f"{name} is {value}, and may be {known[name]}")
    for name, value in banks(vm).items():
        expect(int(value, 16) & ~int(bits[name], 16) == 0, f"{name} is {value}, and was {bits[name]}")
    trigger = vm.read(HOME + "/trigger")
    expect(not trigger or (trigger[0] == "/" and len(trigger) < 128 and "\n" not in trigger), trigger)


def sums(vm):
    """Return sums of counters, once the worker has taken all events: all that are not missed."""
    vm.until(f"cd {HOME}/stats && test $(($(cat worker_taken) + $(cat worker_missed)))"
             " = $(($(cat severe/committed) + $(cat other/committed)))")
    lanes = [vm.stats(lane) for lane in range(2)]

    def read(names):
        return sum(map(int, vm.sh(f"cd {HOME}/stats && cat {names}").ok().split()))

    return {"offered": sum(lane[key] for lane in lanes for key in ("committed", "refused", "dropped")),
            "taken": read("worker_taken"), "graded": read("rules/*"),
            "mcelog": read("mcelog/logged mcelog/dropped")}


def slices(vm, seconds, calls):
    """Run it in parts. Yields the result of each."""
    seed = int(os.environ.get("SEED") or random.getrandbits(32))
    vm.note(f"SEED={seed}")
    while seconds > 0 and calls >= THREADS:
        limit, most = STUCK_SECONDS * vm.slow, min(int(seconds) + 1, SLICE_SECONDS)
        said = vm.sh(f"mcwtest fuzz {seed} {min(calls, SLICE)} {most} {THREADS} {limit}",
                     most + 3 * STUCK_SECONDS)
        expect(not said.status, f"SEED={seed}: {said.output}")
        result = fields(said.output.splitlines()[-1])
        yield result, said.output
        seed, calls, seconds = seed + 1, calls - result["calls"], seconds - result["ms"] / 1000


def fuzz(vm, seconds, least):
    """No call makes the kernel complain or gets stuck, what a knob accepts is in its range, the
    counters still add up, and the module can be unloaded.

    least: so many calls must be made; a machine that is slow makes far more."""
    calls = int(os.environ.get("FUZZ_CALLS") or 0)
    seconds = 3600 if calls else seconds
    vm.kernel_command("quiet 1")
    load_injector(vm, **{f"{lane}_records": SMALL for lane in LANES})
    known, bits = ranges(vm), banks(vm)
    made, bursts, passed = 0, 0, {}
    for result, output in slices(vm, seconds, calls or 1 << 40):
        equal(result["wrong"], 0, "mappings that are writable, and splices that cannot be")
        made, bursts = made + result["calls"], bursts + result["bursts"]
        for name, count in re.findall(r"^# (.*): \d+ calls, (\d+) succeeded", output, re.M):
            passed[name] = passed.get(name, 0) + int(count)
        check_knobs(vm, known, bits)
        vm.scan()
    if not result["compat"]:
        passed.pop("32-bit")
        vm.note("the kernel has no 32-bit system calls")
    equal([name for name, count in passed.items() if not count], [], "calls that never succeeded")
    expect(made >= min(least, calls // THREADS * THREADS or least), f"only {made} calls")
    vm.note(f"{made} calls; succeeded: {', '.join(f'{name} {count}' for name, count in passed.items())}")
    found = sums(vm)
    vm.note(str(found))
    expect(found["offered"] >= bursts, f"{bursts} events in bursts")
    equal([found["graded"], found["mcelog"]], [found["taken"]] * 2, "events by rules and for mcelog")
    vm.sh("rmmod mcewarden_inject").ok()
    vm.unload()
    lockdep_looks(vm)
    no_leaks(vm)


@case("fuzz-interfaces", boots=("plain",), long_boots=("newer",), single=True)
def fuzz_interfaces(vm):
    """Long enough to make each kind of call often."""
    fuzz(vm, 30 if vm.full else 5, 2000)


@case("fuzz-races", boots=("debug",))
def fuzz_races(vm):
    """As long as a debug kernel needs; with a thread of the emulator for each CPU, so that calls
    meet."""
    fuzz(vm, 120, 5000)

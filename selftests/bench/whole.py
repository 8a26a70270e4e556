# SPDX-License-Identifier: GPL-2.0
"""The whole machine in one table: what a record costs up to each consumer, what consumers cost at a
rate, memory, load and unload, and what runs while nothing happens.

All comes from one boot in which rdtsc counts the guest's instructions (vm.py), by init_whole. A
share is that of a CPU that executes one instruction in a nanosecond. Microseconds are 1,000
instructions each; what has elapsed beyond those of the process itself was waited for. With QEMU
set to an emulator that has CMCI, nothing of the module runs while nothing happens.
"""

import os
import re
import tempfile

import vm

GOALS = {"load": 100000, "unload": 600000}  # microseconds that elapse
WAYS = (
    ("read", "one read() of /dev/mcewarden"),
    ("map", "poll() and a mapping"),
    ("mcelog", "/dev/mcelog of the module"),
    ("trace", "the kernel's trace_pipe_raw, beside the module"),
)
# What a process that waits goes through in any case.
WAITING = re.compile(r"sched|wait_for_co|__wait_rcu_gp|preempt|delete_module|exit_to_user|syscall")


def boot():
    """Return the lines that init_whole wrote."""
    kernel = vm.guest.debian_kernel()
    tree = vm.build(kernel)
    usual = vm.guest.Build(kernel)  # as it is installed: its functions do not lie apart
    with tempfile.TemporaryDirectory(prefix="bench.") as scratch:
        initrd = os.path.join(scratch, "initrd")
        vm.initramfs(tree, initrd, usual.module + ".stripped", usual.mcwctl)
        return vm.boot(kernel, initrd, scratch, " mcw_bench=whole")


def waits(lines):
    """Return {kernel functions: [microseconds]} of what the process waited in, from a trace of
    sched_switch with stacks. The module's own functions have no names any more: it is gone."""
    found, left, stack, tracing = {}, None, [], False
    for line in lines:
        event = re.match(r"trace .* (\d+)\.(\d+): sched_switch: prev_comm=(\S+)", line)
        if event:
            at = int(event[1]) * 1000000 + int(event[2])
            tracing = False
            if event[3] == "bench_load":
                left, stack = at, []
            elif left is not None and "next_comm=bench_load" in line:
                found.setdefault(where(stack), []).append(at - left)
                left = None
        elif "<stack trace>" in line:
            tracing = True
        elif tracing and line.startswith("trace  =>"):
            stack.append(line.split("=>")[1].split()[0])
    return found


def where(stack):
    """Return the kernel's functions that lead to the wait, innermost first, at most two."""
    names = [name for name in stack if re.match("[a-z_]", name) and not WAITING.search(name)]
    return " < ".join(names[:2]) or "?"


def row(title, *figures, command=""):
    print(f"  {title:<52}" + "".join(f"{figure:>12}" for figure in figures)
          + (f"  {command}" if command else ""))


def show():
    """Measure, and print the table."""
    lines = boot()
    words = [line.split() for line in lines if not line.startswith("trace ")]
    empty = next(int(word[1]) for word in words if word[0] == vm.EMPTY)
    costs = {word[0]: int(word[1]) - empty for word in words if word[0].startswith("way_")}

    print("\nInstructions a record, from the error in the bank to the consumer")
    row("", "a #MC", "a poll", "32 polls")
    for name, title in WAYS:
        row(title, costs[f"way_mc_{name}_1"], costs[f"way_poll_{name}_1"],
            costs[f"way_poll_{name}_32"] // 32, command=f"bench_way_read mc-{name} poll-{name}")

    print("\nThe tool's instructions, and its share of a CPU")
    row("", "a record", "1,000/s", "10,000/s")
    for name in ("monitor", "record"):
        each = {}
        for word in words:
            if word[0] == "share_" + name:
                each[int(word[1])] = int(word[3]) * 1000 // int(word[2])
        row(f"mcwctl {name}", each[1000], f"{each[1000] * 1000 / 1e7:.1f} %",
            f"{each[10000] * 10000 / 1e7:.1f} %", command=f"bench_share rate ... mcwctl {name}")
    scrape = next(int(word[3]) for word in words if word[0] == "share_metrics")
    row("mcwctl metrics, one scrape", scrape * 1000, "-", "-",
        command="bench_share once mcwctl metrics")

    print("\nNanoseconds between two beats of a real-time thread that sleeps for 1,000,000, the longest")
    row("", "no errors", "1,000/s", "10,000/s")
    beats = {(word[1], word[2]): word[3] for word in words if word[0] == "beat"}
    for how, title in (("without", "the kernel alone"), ("with", "with the module"),
                       ("readers", "with it, monitor and record")):
        row(title, *(beats.get((how, rate), "-") for rate in ("0", "1000", "10000")),
            command="bench_share beat")

    print("\nBytes of memory")
    row("", "lanes", "all", "code, data")
    for word in words:
        if word[0] == "memory":
            row(" ".join(word[4:]) or "default lanes", word[2], word[3], word[1],
                command="/proc/vmallocinfo, coresize")

    print("\nMicroseconds (1,000 instructions) of load and unload, and how many were waited for")
    row("", "elapsed", "waited", "goal", "")
    for name, goal in GOALS.items():
        least = min((int(word[1]), int(word[2])) for word in words if word[0] == name)
        row(name, least[0], least[0] - least[1], goal, "met" if least[0] <= goal else "NOT MET",
            command=f"bench_load {name}")
    print("\nMicroseconds of one load and unload that were waited for, by the kernel's functions")
    row("", "waited", "times")
    for what, times in sorted(waits(lines).items(), key=lambda one: -sum(one[1])):
        row(what, sum(times), len(times))

    print("\nTen minutes in which nothing happens: timers and works that ran")
    for word in words:
        if word[0].startswith("idle_"):
            row(" ".join([word[0][5:], *word[2:]]), word[1], command="tracefs")

# SPDX-License-Identifier: GPL-2.0
"""Threshold interrupts: who counts them, and what happens to one that no part of the kernel
handles. CPUs and the module come and go while interrupts come."""

from errors import CORRECTED, CORRECTED_NO_MISC, GRADE_DEFERRED, MISC_PAGE, UCNA
from machine import (BY_MODULE, CMCI, HOME, OTHER, SEVERE, STORM, equal, expect, fields, one,
                     parse_json)
from registry import ON_DEBUG, case
from steps import (CPU1, STREAM, counts, held_page, interrupt, memory, needs_poll_at_interrupt,
                   no_kernel_polls, nothing_left, same, same_counts, streamed)


def kernel_counts(vm):
    """Return the kernel's count of threshold interrupts since boot, for each CPU."""
    return [int(word) for word in vm.read("/proc/interrupts | grep THR:").split()
            if word.isdigit()]


@case("vector-finds", boots=ON_DEBUG)
def vector_finds(vm):
    """No part of the kernel handles the interrupt. The module finds the error, on the same CPU."""
    needs_poll_at_interrupt(vm)
    no_kernel_polls(vm)
    vm.load()
    page = held_page(vm)
    vm.kernel_command(f"plant 4 {CORRECTED_NO_MISC:x} 1000 0", cpu=1)
    vm.kernel_command(f"plant 7 {UCNA:x} {page:x} {MISC_PAGE:x}", cpu=1)
    vm.kernel_command("vector", cpu=0)
    equal(vm.records(), [], "records of an interrupt on the other CPU")
    vm.kernel_command("vector", cpu=1)
    found = {record["bank"]: record for record in vm.records()}
    equal(sorted(found), [4, 7], "banks")
    for record in found.values():
        same(record, source=CMCI, flags=BY_MODULE, cpu=1)
        expect(record["tsc"] > 0, "no time stamp counter")
    same(found[4], lane=OTHER, addr=0x1000)
    same(found[7], lane=SEVERE, addr=page, severity=GRADE_DEFERRED)
    same_counts(vm, 0, interrupts=1, unowned=1, records=0, storm_banks=0, throttled=0)
    got = same_counts(vm, 1, interrupts=1, unowned=1, records=2, storm_banks=0, throttled=0)
    expect(0 < got["ns_min"] == got["ns_mean"] == got["ns_max"], f"times of one: {got}")
    expect(abs(got["last"] / 1e9 - int(vm.read("/proc/uptime; date +%s").split()[-1])) < 20,
           f"last {got['last']} is not now")
    vm.until("test $(sed -n 's/^HardwareCorrupted: *//p' /proc/meminfo | cut -d ' ' -f 1) -gt 0")
    equal(vm.poisoned(page), [True], "whether the page is poisoned")


@case("vector-counts", boots=("plain", "debug"))
def vector_counts(vm):
    """Each interrupt and its duration are counted by CPU; mcwctl shows CPUs that had any."""
    needs_poll_at_interrupt(vm)
    vm.load()
    equal(vm.sh(f"cd {HOME}/stats && ls -d cpu*").ok().split(),
          [f"cpu{cpu}" for cpu in range(vm.needs.cpus)], "directories of CPUs")
    for cpu in (0, 1):
        equal(set(counts(vm, cpu).values()), {0}, f"counts of CPU {cpu} before any interrupt")
    before = kernel_counts(vm)
    for _ in range(5):
        vm.kernel_command("vector", cpu=1)
    interrupt(vm, 4, 0x1000, cpu=1)
    after = kernel_counts(vm)
    equal([now - then for now, then in zip(after, before)], [0, 6], "what the kernel counts")
    same_counts(vm, 0, interrupts=0, last=0)
    got = same_counts(vm, 1, interrupts=6, unowned=6, records=1)
    expect(0 < got["ns_min"] <= got["ns_mean"] <= got["ns_max"], f"order of times: {got}")
    status = one(parse_json(vm.mcwctl("status --json").ok()), "objects")
    equal([entry["cpu"] for entry in status["cpus"]], [0, 1], "CPUs in status --json")
    equal({name: status["cpus"][1][name] for name in ("interrupts", "unowned", "records")},
          {"interrupts": 6, "unowned": 6, "records": 1}, "what it says of CPU 1")
    lines = [line.split() for line in vm.mcwctl("status -v").ok().splitlines()]
    row = one([line for line in lines if line[:1] == ["1"]], "lines of CPU 1 in status")
    equal(row[1:4], ["6", "6", "1"], "its interrupts, unowned ones and records")
    equal([line for line in lines if line[:1] == ["0"]], [], "lines of a CPU that had none")


@case("vector-owned", boots=("cmci", "newer-cmci", "debug-cmci"))
def vector_owned(vm):
    """The kernel handles the interrupt: one error, one interrupt, one record, and no poll of the
    module's."""
    no_kernel_polls(vm)
    vm.load()
    vm.inject(1, 5, CORRECTED, 0, vm.fresh())
    vm.until(f"grep -x 1 {HOME}/stats/cpu1/records")
    same(one(vm.records(), "records"), source=CMCI, flags=0, cpu=1)
    same_counts(vm, 1, interrupts=1, unowned=0, records=1)
    same_counts(vm, 0, interrupts=0, unowned=0, records=0)


@case("vector-without-ftrace")
def vector_without_ftrace(vm):
    """Without ftrace the module cannot see that the kernel did not handle an interrupt. It only
    counts it."""
    vm.trace_nothing()
    vm.load()
    vm.kernel_command("vector")
    same_counts(vm, 0, interrupts=1, unowned=0)
    expect(any("cannot trace default_threshold_interrupt()" in line for line in vm.log()),
           "the log does not say so")


@case("vector-deferred", boots=("plain", "newer", "amd", "debug"))
def vector_deferred(vm):
    """The module also watches AMD's interrupt for deferred errors, if the kernel has it."""
    needs_poll_at_interrupt(vm)
    no_kernel_polls(vm)
    vm.load()
    for addr, command in ((0x1000, "vector deferred"), (0x2000, "vector")):
        vm.kernel_command(f"plant 4 {CORRECTED_NO_MISC:x} {addr:x} 0", cpu=1)
        vm.kernel_command(command, cpu=1)
    equal([(r["source"], r["flags"], r["addr"]) for r in vm.records()],
          [(CMCI, BY_MODULE, 0x1000), (CMCI, BY_MODULE, 0x2000)], "source, flags and address")
    same_counts(vm, 1, interrupts=2, unowned=2, records=2)


@case("vector-hotplug", boots=("plain", "debug"), long_boots=("newer",))
def vector_hotplug(vm):
    """CPU 1 goes and comes while interrupts come, on CPU 0 or on CPU 1 until its last moment.
    Each is counted once. A storm ends when its CPU goes, and the CPU that comes back works as
    before."""
    needs_poll_at_interrupt(vm)
    cycles = 20 // vm.small
    vm.kernel_command("quiet 1")
    vm.load()
    sent = 0
    for cycle in range(cycles):
        # The thread moves to another CPU when its CPU goes offline. Its count is exact when it has
        # stopped.
        vm.kernel_command(f"stream {cycle % 2} 4 {CORRECTED_NO_MISC:x} 100000 2000 1")
        vm.sh(f"sleep 0.2; echo 0 >{CPU1} && echo 1 >{CPU1}").ok()
        vm.kernel_command("stop")
        sent += streamed(vm)
    got = [counts(vm, cpu) for cpu in (0, 1)]
    equal(sum(one_cpu["interrupts"] for one_cpu in got), sent, "interrupts, counted and sent")
    equal(sum(one_cpu["unowned"] for one_cpu in got), sent, "unowned, counted and sent")
    expect(got[0]["interrupts"] > cycles and got[1]["interrupts"] > cycles, f"too few: {got}")
    vm.unload()
    vm.load(storm_count=2, storm_window_ms=60000, storm_quiet_s=3600)
    interrupt(vm, 5, 0x300000, cpu=1, times=3)
    equal(counts(vm, 1)["storm_banks"], 1 << 5, "banks in a storm")
    vm.sh(f"echo 0 >{CPU1}").ok()
    equal(counts(vm, 1)["storm_banks"], 0, "banks in a storm on a CPU that is off")
    vm.sh(f"echo 1 >{CPU1}").ok()
    interrupt(vm, 5, 0x300000, cpu=1, times=2)
    equal(counts(vm, 1)["storm_banks"], 1 << 5, "banks in a storm on the CPU that is back")
    equal([(r["phase"], r["cpu"], r["bank"], r["count"]) for r in vm.notices() if r["type"] == STORM],
          [(1, 1, 5, 2), (2, 1, 5, 3), (1, 1, 5, 2)], "storms: phase, CPU, bank, interrupts")


@case("vector-load-cycles", boots=("plain",), single=True)
def vector_load_cycles(vm):
    """Load and unload during a storm of interrupts that the kernel does not handle. Every error
    between the end of a load and the beginning of the unload is recorded once, and nothing is
    left behind."""
    needs_poll_at_interrupt(vm)
    cycles, period, pause = (8, 10000, 300000) if vm.small > 1 else (20 if vm.full else 3, 1000, 40000)
    vm.kernel_command("quiet 1")
    vm.load()
    vm.unload()
    before = memory(vm)
    vm.sh("dmesg -n 1").ok()  # the kernel logs a line for each interrupt
    vm.kernel_command(f"stream 1 4 {CORRECTED_NO_MISC:x} {STREAM:x} {period} 1")
    result = vm.sh(f"mcwtest cycles {cycles} {STREAM:#x} {pause}", 240).ok()
    vm.kernel_command("stop")
    vm.sh("dmesg -n 5").ok()
    sums = fields(result)
    vm.note(result.strip())
    same(sums, cycles=cycles, missing=0, twice=0, foreign=0, overruns=0)
    expect(sums["required"] >= 2 * cycles, f"only {sums['required']} errors in {cycles} loads")
    expect(any("a storm of threshold interrupts began" in line for line in vm.log()), "no storm")
    nothing_left(vm, before)

# SPDX-License-Identifier: GPL-2.0
"""For some time both CPUs fill the lanes at once, by exception, poll, interrupt and software."""

import time

from errors import CMCI_P, LOCAL, SRAO, UCNA_NO_MISC
from machine import HOME, NOTICE, OTHER, SEVERE, equal, expect, fields
from registry import case
from steps import burst, no_kernel_polls

SECONDS, DEBUG_SECONDS = 8, 60
LANE = 64
VECTOR_MS = 120  # kernel 6.1 calls more than 15 interrupts in a second a storm
EVERY = 32  # FILL_EVERY
PARAMETERS = "/sys/module/mcw_fill/parameters/"
KINDS = {1: "polled", 2: "logged", 3: "vectors"}
FILL_EXCEPTION = 4
QUIET = 4  # bursts that fill both lanes
ALL_TAKEN = r"mcwtest lanes | grep 'lane=0 .* head=\([0-9]*\) taken=\1 '"


def page(cpu, number):
    """fill_addr() of mcw_fill.h, of an exception."""
    return 1 << 39 | FILL_EXCEPTION << 36 | cpu << 35 | number << 12


def raise_exceptions(vm, seconds):
    """Raise exceptions on both CPUs in turn, whatever they are doing. Return the number on each."""
    count, end = [0, 0], time.monotonic() + seconds
    while time.monotonic() < end:
        for cpu in (0, 1):
            vm.inject(cpu, 6, SRAO, LOCAL, page(cpu, count[cpu]))
            count[cpu] += 1
            # A task that runs on that CPU afterwards runs after the exception.
            vm.sh(f"taskset {1 << cpu} true", 60).ok()
    return count


def quiet_lap(vm):
    """Fill each lane once more while nobody reads. If a reader jumped ahead while a producer
    passed a slot, its count may be wrong; its next jump corrects it."""
    vm.sh("touch /tmp/pause").ok()
    vm.until("grep pausing /tmp/filled")
    for i in range(QUIET):
        vm.until(ALL_TAKEN, 60)
        vm.kernel_command(burst(2 * LANE, addr=0x100000 + i * 1000, every=2,
                                second=UCNA_NO_MISC))
    vm.until(ALL_TAKEN, 60)
    vm.sh("rm /tmp/pause").ok()
    lines = vm.until("grep -q '^end ' /tmp/filled && cat /tmp/filled", 60).splitlines()
    return ([fields(line) for line in lines if line.startswith(("kind=", "lane="))],
            fields(lines[-1]), lines)


def put(vm, exceptions):
    """{(kind, cpu): (severe ones, others)} by those that put them."""
    counts = {(kind, cpu): (n // EVERY, n - n // EVERY) for kind, name in KINDS.items()
              for cpu, n in enumerate(map(int, vm.read(PARAMETERS + name).split(",")))}
    counts.update({(FILL_EXCEPTION, cpu): (n, 0) for cpu, n in enumerate(exceptions)})
    counts[0, 0] = (QUIET * LANE, QUIET * LANE)
    counts[0, 1] = (0, 0)
    return counts


@case("lanes-filled", boots=("plain", "debug-cmci"), long_boots=("cmci",), tags=("timing",), raises=True)
def lanes_filled(vm):
    """The records read and the records lost add up to the records written. None is torn or comes
    twice."""
    no_kernel_polls(vm)
    vm.sh("rm -f /tmp/pause /tmp/filled").ok()
    vm.kernel_command("quiet 1")
    vm.load(severe_records=LANE, other_records=LANE, notice_records=LANE)
    cmci = int(vm.read(HOME + "/mcg_cap"), 16) & CMCI_P
    vm.background("mcwtest filled /tmp/pause", "filled", "reading")
    vm.sh(f"insmod /mods/mcw_fill.ko vector_ms={VECTOR_MS if cmci else 0}").ok()
    exceptions = raise_exceptions(vm, DEBUG_SECONDS if vm.slow > 1 else SECONDS)
    vm.sh(f"echo 1 >{PARAMETERS}/stop", 60).ok()
    found, end, lines = quiet_lap(vm)
    counts = put(vm, exceptions)
    vm.sh("rmmod mcw_fill").ok()

    expect(not end["torn"] and not end["disorder"], "\n".join(lines[:14]))
    lanes = {line["lane"]: line for line in found if "lane" in line}
    vm.note(f"{sum(exceptions)} exceptions; " + "; ".join(
        f"lane {lane}: " + ", ".join(f"{name} {lanes[lane][name]}" for name in (
            "got", "lost", "committed", "refused", "dropped", "skipped")) for lane in lanes))
    for lane in (SEVERE, OTHER):
        books, offered = lanes[lane], sum(of[lane] for of in counts.values())
        unplaced = books["refused"] + books["dropped"]
        equal(books["committed"] + unplaced, offered, f"what lane {lane} says of what was put")
        equal(books["got"] + books["lost"], offered, f"got and lost by the heads: {books}")
        equal(books["got"] + books["missed"] + unplaced, offered, f"got and missed: {books}")
    equal(lanes[NOTICE]["got"] + lanes[NOTICE]["missed"], lanes[NOTICE]["committed"], "notices")
    for line in found:
        if "kind" in line:
            most = counts[line["kind"], line["cpu"]]
            expect(line["severe"] <= most[0] and line["other"] <= most[1],
                   f"more were read than the {most} that were put: {line}")
            expect(line["severe"] + line["other"] or not sum(most), f"none was read: {line}")
    expect(end["overruns"], "the reader was never overrun")
    worker = sum(int(vm.read(f"{HOME}/stats/worker_{name}")) for name in ("taken", "missed"))
    equal(worker, lanes[SEVERE]["committed"] + lanes[OTHER]["committed"], "taken by the worker")

# SPDX-License-Identifier: GPL-2.0
"""Storms of threshold interrupts: when one begins and ends, and what the module does while the
kernel throttles."""

import time

from errors import (CMCI_ENABLED, CORRECTED, GRADE_DEFERRED, KERNEL_STORM, MISC_PAGE, THRESHOLD,
                    UCNA, ctl2, error_count)
from machine import (BY_MODULE, CMCI, HOME, KERNEL_KNOBS, POLL, SEVERE, STORM, TEST, Skipped, equal,
                     expect, one)
from registry import case
from steps import (CPU1, counts, interrupt, needs_poll_at_interrupt, our_lines, same_counts,
                   set_file, storm)

BEGIN, END = 1, 2
TEN = 10


def stat(vm, name):
    return int(vm.read(f"{HOME}/stats/{name}"))


def needs_rule_of_module(vm):
    """From 6.9 on the kernel declares a storm of a bank by itself, at the fifth interrupt."""
    if vm.kernel.since(6, 9):
        raise Skipped(f"{vm.kernel.version} declares storms before the module's rule does")


def storms(vm):
    return [record for record in vm.notices() if record["type"] == STORM]


def phases(vm):
    return [(record["phase"], record["cpu"], record["bank"], record["count"],
             record["throttled"]) for record in storms(vm)]


def said(vm, words):
    return sum(words in line for line in our_lines(vm))


def wait_for_end(vm, seconds=20):
    vm.until(f"grep -x 0x0000000000000000 {HOME}/stats/cpu0/storm_banks", seconds)


@case("storm-begins-and-ends", boots=("plain", "debug"))
def storm_begins_and_ends(vm):
    """A storm begins with the bank's tenth interrupt and ends with the quiet time. Other banks
    and CPUs do not count."""
    needs_rule_of_module(vm)
    needs_poll_at_interrupt(vm)
    vm.load(storm_window_ms=60000, storm_quiet_s=2 * vm.slow)
    interrupt(vm, 4, 0x1000, times=9)
    interrupt(vm, 5, 0x1000, times=9)
    interrupt(vm, 4, 0x1000, cpu=1, times=9)
    for _ in range(5):
        vm.kernel_command("vector")
    equal((storms(vm), stat(vm, "storms")), ([], 0), "storms after nine interrupts each")
    interrupt(vm, 4, 0x2000)
    equal(phases(vm), [(BEGIN, 0, 4, 10, 0)], "storms after ten")
    same_counts(vm, 0, storm_banks=1 << 4, throttled=0)
    same_counts(vm, 1, storm_banks=0, throttled=0)
    interrupt(vm, 4, 0x3000, times=5)
    equal((len(storms(vm)), stat(vm, "storms")), (1, 1), "records and count of one storm")
    wait_for_end(vm)
    equal(phases(vm), [(BEGIN, 0, 4, 10, 0), (END, 0, 4, 15, 0)], "storms after it")
    begin, end = storms(vm)
    expect(0 < end["duration"] < end["mono"], f"duration {end['duration']}")
    equal(begin["duration"], 0, "duration of a storm that begins")
    quiet = end["mono"] - begin["mono"] - end["duration"]
    expect(quiet < 60e9, f"it ended {quiet / 1e9} s late")
    vm.until("dmesg | grep -q 'bank 4: the storm of threshold interrupts ended'")
    equal([said(vm, "storm of threshold interrupts began"),
           said(vm, "storm of threshold interrupts ended")], [1, 1], "lines in the log")
    # The interrupts of the last storm do not count for the next one.
    interrupt(vm, 4, 0x4000, times=9)
    equal(stat(vm, "storms"), 1, "storms after nine more")
    equal(stat(vm, "storm_polls"), 0, "polls where nothing was throttled")


@case("storm-knobs")
def storm_knobs(vm):
    """Interrupts too slow for the window are no storm. A knob takes effect at the next
    interrupt."""
    needs_rule_of_module(vm)
    vm.load(storm_window_ms=10, storm_count=2, storm_quiet_s=1)
    for _ in range(3):
        interrupt(vm, 4, 0x1000)
        time.sleep(0.1)
    equal(stat(vm, "storms"), 0, "storms of what was too slow")
    vm.sh(f"echo 60000 >{HOME}/storm_window_ms && echo 15 >{HOME}/storm_count").ok()
    interrupt(vm, 4, 0x1000, times=11)
    equal(stat(vm, "storms"), 0, "storms after 14 interrupts")
    interrupt(vm, 4, 0x1000)
    equal(stat(vm, "storms"), 1, "storms after 15")
    for name, bad in (("storm_count", ("1", "16")), ("storm_window_ms", ("9", "60001")),
                      ("storm_quiet_s", ("0", "3601")), ("storm_poll_ms", ("1001", "-1"))):
        for value in bad:
            result = vm.sh(f"echo {value} >{HOME}/{name}")
            expect(result.status and "Invalid" in result.output, f"{name} takes {value}")
    interrupt(vm, 5, 0x1000, times=15)
    vm.unload()
    equal(said(vm, "storm of threshold interrupts began"),
          said(vm, "storm of threshold interrupts ended"), "begun and ended, after the unload")


@case("storm-cpu-back")
def storm_cpu_back(vm):
    """A storm ends when its CPU goes offline. After the CPU is back, its next storm ends as
    usual."""
    vm.load(storm_window_ms=60000, storm_quiet_s=1)
    for number in (1, 2):
        interrupt(vm, 4, 0x1000, cpu=1, times=TEN)
        if number == 1:
            vm.sh(f"echo 0 >{CPU1} && echo 1 >{CPU1}").ok()
        vm.until(f"grep -x 0x0000000000000000 {HOME}/stats/cpu1/storm_banks", 20)
        equal([record["phase"] for record in storms(vm)], [BEGIN, END] * number, "phases")


@case("storm-counts", boots=("cmci", "debug-cmci"), alone=True)
def storm_counts(vm):
    """2,000 errors in one bank are one storm, and the counts of the records include every error.
    The kernel throttles; the module's polls are off, so the kernel alone finds the rest. An
    error between the kernel's read and write of the bank would be lost, so most errors come
    while the machine is stopped."""
    vm.load(storm_poll_ms=0, storm_quiet_s=4)
    storm(vm, 40, 0.03)
    for number in (1000, 950, 10):
        with vm.qemu.monitor.stopped():
            for _ in range(number):
                vm.inject(0, 5, CORRECTED, 0, vm.fresh())
        time.sleep(3)
    equal(counts(vm, 0)["throttled"], 1, "throttled")
    wait_for_end(vm, 40)
    begin, end = storms(vm)
    equal((begin["phase"], end["phase"]), (BEGIN, END), "phases")
    equal((begin["count"], begin["throttled"]), (10, 0), "of its beginning: count, throttled")
    expect(10 <= end["count"] <= 16, f"{end['count']} interrupts where the kernel stops at 15")
    equal(end["throttled"], 1, "throttled, at its end")
    records = vm.records()
    equal(sum(error_count(record["status"]) for record in records), 2000, "sum of counts")
    equal([record["flags"] for record in records if record["flags"]], [], "flags")
    # The errors that the kernel's polls found show that the storm went on.
    quiet = (end["mono"] - max(record["mono"] for record in records)) / 1e9
    expect(3 <= quiet < 8, f"it ended {quiet} s after the last record")
    equal(stat(vm, "storm_polls"), 0, "polls")
    equal(counts(vm, 0)["throttled"], 1, "throttled when the storm is over")
    text = vm.mcwctl("status -v").ok()
    expect("          throttled by the kernel: CPU 0\n" in text and len(text.splitlines()) <= 24 and
           max(map(len, text.splitlines())) <= 80, f"status is no screen that says so:\n{text}")
    equal(said(vm, "the kernel is throttling threshold interrupts"), 1, "lines in the log")


def polls_in(vm, seconds):
    """Count the module's polls in about that time. Return the number and the exact time."""
    look = f"cat {HOME}/stats/storm_polls /proc/uptime"
    words = vm.sh(f"{look}; sleep {seconds}; {look}").ok().split()
    return int(words[3]) - int(words[0]), float(words[4]) - float(words[1])


@case("storm-polls", boots=("cmci", "debug-cmci"), alone=True)
def storm_polls(vm):
    """The same with the module's polls: no error is recorded twice. The polls go on when the
    module's storm is over, and stop while the knob is 0."""
    vm.load(storm_quiet_s=2)
    for _ in range(2000):
        vm.inject(0, 5, CORRECTED, 0, vm.fresh())
    wait_for_end(vm, 40)
    equal([record["phase"] for record in storms(vm)], [BEGIN, END], "phases")
    records = vm.records()
    total = sum(error_count(record["status"]) for record in records)
    vm.note(f"{total} of 2000 errors in {len(records)} records, {stat(vm, 'storm_polls')} polls")
    expect(1900 <= total <= 2000, f"{total} errors of 2000")
    ours = [record for record in records if record["flags"] & BY_MODULE]
    expect(ours and all(record["source"] == POLL and record["cpu"] == 0 for record in ours),
           f"records of our polls: {ours}")
    polls, seconds = polls_in(vm, 1)
    expect(10 <= polls <= 25 * seconds, f"{polls} polls in {seconds} s, every 50 ms")
    vm.sh(f"echo 0 >{HOME}/storm_poll_ms; sleep 1").ok()
    before = stat(vm, "storm_polls")
    vm.sh("sleep 1").ok()
    equal(stat(vm, "storm_polls"), before, "polls while they are off")
    same_counts(vm, 1, throttled=0, storm_banks=0)
    # Do what the kernel does seconds later, when its storm is over.
    vm.write_msr(0, ctl2(5), CMCI_ENABLED | 1)
    vm.until(f"grep -x 0 {HOME}/stats/cpu0/throttled")
    equal(said(vm, "the kernel stopped throttling threshold interrupts"), 1, "lines in the log")


@case("storm-both-cpus", boots=("cmci",), alone=True)
def storm_both_cpus(vm):
    """CPUs may share a bank, so only one polls at a time; otherwise the same error would be
    logged twice."""
    vm.load(storm_quiet_s=60)
    for _ in range(40):
        for cpu in (0, 1):
            vm.inject(cpu, 5, CORRECTED, 0, vm.fresh())
        time.sleep(0.01)
    equal([counts(vm, cpu)["throttled"] for cpu in (0, 1)], [1, 1], "throttled")
    vm.kernel_command("overlap 30")
    before = stat(vm, "storm_polls")
    vm.sh("sleep 2").ok()
    equal(int(vm.read(TEST + "/overlap")), 1, "polls at once")
    expect(stat(vm, "storm_polls") - before > 10, "there were hardly any polls")


def ten_ucna(vm):
    """Raise ten uncorrected errors 0.3 s apart in bank 7 while bank 5 has a storm. Return their
    pages."""
    pages = vm.hold(f"hold {TEN}")
    for page in pages:
        vm.inject(0, 7, UCNA, 0, page, MISC_PAGE)
        for _ in range(3):
            vm.inject(0, 5, CORRECTED, 0, vm.fresh())
        time.sleep(0.3)
    vm.sh("sleep 2").ok()
    return pages


def saw_all(vm, pages):
    found = [record for record in vm.records() if record["lane"] == SEVERE]
    equal([record["addr"] for record in found], pages, "addresses of uncorrected errors")
    equal({(record["bank"], record["severity"]) for record in found}, {(7, GRADE_DEFERRED)},
          "banks and grades")
    vm.until(f"test $(sed -n 's/^HardwareCorrupted: *//p' /proc/meminfo | cut -d ' ' -f 1)"
             f" -ge {4 * TEN}")
    equal(vm.poisoned(*pages), [True] * TEN, "whether the pages are poisoned")


@case("storm-ten-ucna", boots=("cmci", "debug-cmci"), alone=True)
def storm_ten_ucna(vm):
    """The kernel alone would see one error a second, because the hardware keeps only one."""
    vm.load()
    storm(vm)
    equal(counts(vm, 0)["throttled"], 1, "throttled")
    expect(not vm.read_msr(0, ctl2(5)) & CMCI_ENABLED, "the kernel did not throttle")
    pages = ten_ucna(vm)
    saw_all(vm, pages)
    equal(counts(vm, 0)["throttled"], 1, "throttled")
    # With CMCI switched off the bits stay clear, but this is no throttling.
    vm.sh(f"echo 1 >{KERNEL_KNOBS}/cmci_disabled").ok()
    vm.until(f"grep -x 0 {HOME}/stats/cpu0/throttled", 5)
    equal(polls_in(vm, 1)[0], 0, "polls after that")


@case("storm-ten-ucna-newer", boots=("newer-cmci",), alone=True)
def storm_ten_ucna_newer(vm):
    """From 6.9 on uncorrected errors raise interrupts during a storm, so the module does not
    poll."""
    vm.load()
    storm(vm)
    equal(vm.read_msr(0, ctl2(5)), CMCI_ENABLED | KERNEL_STORM, "CTL2 in the kernel's storm")
    same_counts(vm, 0, storm_banks=1 << 5, throttled=0)
    saw_all(vm, ten_ucna(vm))
    begin = one(storms(vm), "storms")
    equal((begin["phase"], begin["bank"], begin["throttled"]), (BEGIN, 5, 1), "storm")
    expect(begin["count"] < 10, f"{begin['count']} interrupts: the kernel calls it one earlier")
    equal(stat(vm, "storm_polls"), 0, "polls")
    equal([r for r in vm.records() if r["lane"] == SEVERE and r["source"] != CMCI], [],
          "uncorrected errors of another source")


def declared(vm):
    return [(record["phase"], record["cpu"], record["bank"], record["count"], record["declared"],
             record["throttled"], record["all_banks"]) for record in storms(vm)]


@case("storm-of-all-banks", boots=("cmci",), long_boots=("debug-cmci",), alone=True)
def storm_of_all_banks(vm):
    """Up to 6.8 the kernel counts the interrupts of a CPU, whichever bank they are for. It declares
    a storm while no bank has one, and that is a storm of all banks. Errors in other banks than the
    last one keep it going."""
    vm.load(storm_quiet_s=2 * vm.slow)
    for number in range(40):
        vm.inject(0, 4 + number % 5, CORRECTED, 0, vm.fresh())
        time.sleep(0.01)
    same_counts(vm, 0, storm_banks=0, throttled=1)
    equal(vm.read(f"{HOME}/stats/cpu0/storm_all_banks"), "1", "storm of all banks")
    begin = one(declared(vm), "storms")
    expect(begin[:2] == (BEGIN, 0) and 4 <= begin[2] <= 8 and begin[3:] == (16, 1, 1, 1), f"{begin}")
    text = vm.mcwctl("status -v").ok()
    expect("storms    1 began" in text and
           "          now in all banks on CPU 0; throttled by the kernel: CPU 0\n" in text, text)
    expect(", all banks: 16 interrupts; the kernel throttles them\n" in vm.mcwctl("read").ok(),
           "mcwctl read does not say so")
    vm.until(f"grep -x 0 {HOME}/stats/cpu0/storm_all_banks")
    begin, end = storms(vm)
    equal(declared(vm)[1], (END, 0, begin["bank"], end["count"], 1, 1, 1), "end of the storm")
    records = vm.records()
    quiet = end["mono"] - max(record["mono"] for record in records)
    expect(2e9 * vm.slow <= quiet, f"it ended {quiet / 1e9} s after the last record")
    equal([said(vm, "all banks: a storm"), said(vm, "all banks: the storm"),
           said(vm, "throttling")], [1, 1, 1], "lines in the log")
    equal(vm.read(f"{HOME}/stats/storms"), "1", "storms")


@case("storm-by-polls-newer", boots=("newer-cmci",), alone=True)
def storm_by_polls_newer(vm):
    """From 6.9 on polls that find errors make a storm, too. The kernel then raises the threshold,
    and no interrupt comes that could show it."""
    vm.load(poll_banks="all", storm_quiet_s=2)
    set_file(vm, "bank5threshold", 100).ok()
    for _ in range(5):
        equal(storms(vm), [], "storms before the fifth poll")
        vm.inject(0, 5, CORRECTED, 0, vm.fresh())
        vm.sh(f"echo 1 >{HOME}/poll").ok()
    equal(vm.read_msr(0, ctl2(5)) & THRESHOLD, KERNEL_STORM, "threshold in the kernel's storm")
    vm.until(f"grep -x {1 << 5:#018x} {HOME}/stats/cpu0/storm_banks")
    wait_for_end(vm)
    equal(declared(vm), [(BEGIN, 0, 5, 0, 1, 1, 0), (END, 0, 5, 0, 1, 1, 0)], "storms")
    same_counts(vm, 0, interrupts=0, records=0)


def kernel_storm_seconds(vm):
    """Return how long the kernel's own storm lasts after the last error."""
    storm(vm)
    equal(vm.read_msr(0, ctl2(5)) & THRESHOLD, KERNEL_STORM, "threshold in the kernel's storm")
    start = time.monotonic()
    while vm.read_msr(0, ctl2(5)) & THRESHOLD == KERNEL_STORM:
        expect(time.monotonic() - start < 120, "the kernel's storm does not end")
        time.sleep(0.5)
    return time.monotonic() - start


@case("storm-at-load-newer", boots=("newer-cmci",), tags=("full",), alone=True)
def storm_at_load_newer(vm):
    """A bank has a storm of the kernel's at load: the unload must not restore the threshold
    found then."""
    storm(vm)
    equal(vm.read_msr(0, ctl2(5)) & THRESHOLD, KERNEL_STORM, "threshold in the kernel's storm")
    vm.load()
    vm.write_msr(0, ctl2(5), CMCI_ENABLED | 1)  # the kernel does this when its storm ends
    equal(vm.read(HOME + "/bank5threshold"), "1", "bank5threshold after the storm")
    set_file(vm, "bank5threshold", TEN).ok()
    vm.unload()
    equal([vm.read_msr(cpu, ctl2(5)) & THRESHOLD for cpu in (0, 1)], [1, 1], "left by the unload")


@case("storm-length-newer", boots=("newer-cmci",), tags=("full",), alone=True)
def storm_length_newer(vm):
    """The kernel ends its storm by the history of its polls. It does so no later with the
    module, although the module polls every second."""
    alone = kernel_storm_seconds(vm)
    vm.load(check_interval=1, poll_banks="all")
    beside = kernel_storm_seconds(vm)
    expect(int(vm.read(HOME + "/stats/polls")) > 20, "the module did not poll")
    vm.note(f"the kernel's storm lasts {alone:.1f} s alone, {beside:.1f} s beside the module")
    expect(abs(alone - beside) < 5, f"{alone} s alone, {beside} s beside the module")


@case("storm-cmci-disabled", boots=("cmci", "debug-cmci"), tags=("full",), alone=True)
def storm_cmci_disabled(vm):
    """With CMCI disabled bit 30 is clear too, but nothing is throttled: the module sees no storm
    and does not poll."""
    vm.load()
    for _ in range(4):
        vm.inject(0, 5, CORRECTED, 0, vm.fresh())
    vm.until(f"grep -v -x 0 {HOME}/stats/cpu0/records")
    vm.sh(f"echo 1 >{KERNEL_KNOBS}/cmci_disabled").ok()
    expect(not vm.read_msr(0, ctl2(5)) & CMCI_ENABLED, "CMCI is still on")
    # An interrupt was under way at that moment: the module reads CTL2, and bit 30 is clear.
    vm.kernel_command("vector")
    for _ in range(40):
        vm.inject(0, 5, CORRECTED, 0, vm.fresh())
    vm.poll_kernel()
    vm.sh("sleep 2").ok()
    same_counts(vm, 0, throttled=0, storm_banks=0)
    equal((stat(vm, "storms"), stat(vm, "storm_polls")), (0, 0), "storms and polls")
    vm.sh(f"echo 0 >{KERNEL_KNOBS}/cmci_disabled").ok()

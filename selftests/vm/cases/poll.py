# SPDX-License-Identifier: GPL-2.0
"""The module's own polls: the file poll, and the timer of check_interval."""

import re
import time

import hest
from errors import CMCI_ENABLED, CORRECTED, CORRECTED_NO_MISC, KERNEL_STORM, ctl2
from machine import BY_MODULE, HOME, OTHER, POLL, equal, expect, one, parse_json
from registry import case
from steps import CPU1, alone, no_kernel_polls, same, set_file

TRACE = "/sys/kernel/debug/tracing"


def polls(vm):
    return int(vm.read(HOME + "/stats/polls"))


def poll_now(vm):
    vm.sh(f"echo 1 >{HOME}/poll").ok()


@case("poll-now")
def poll_file(vm):
    vm.load()
    equal(vm.read(HOME + "/check_interval"), "300", "check_interval")
    addrs = {cpu: vm.fresh() for cpu in (0, 1)}
    for cpu, addr in addrs.items():
        vm.inject(cpu, 5, CORRECTED, 0, addr)
    poll_now(vm)
    found = vm.records()
    equal({r["cpu"]: r["addr"] for r in found}, addrs, "addresses by CPU")
    for record in found:
        same(record, source=POLL, flags=BY_MODULE, lane=OTHER, bank=5)
    equal(polls(vm), 2, "polls")
    for junk in ("0", "2", "''", "yes"):
        result = set_file(vm, "poll", junk)
        expect(result.status and "Invalid" in result.output, f"'{junk}': {result.output}")
    equal(vm.sh(f"stat -c %a {HOME}/poll").ok().strip(), "200", "mode")
    vm.sh(f"echo 0 >{CPU1}").ok()
    poll_now(vm)
    equal(polls(vm), 3, "polls with a CPU away")
    # The kernel's poll found it, so it has no mark of the module's.
    vm.inject(0, 5, CORRECTED, 0, vm.fresh())
    vm.kernel_command("poll 20 0")
    same(vm.records()[-1], source=POLL, flags=0)


@case("poll-meets-interval")
def poll_meets_interval(vm):
    """Nobody who writes to the file poll waits for check_interval, whoever sets it meanwhile."""
    vm.load()
    vm.sh(f"(while test -e {HOME}/poll; do echo 3600 >{HOME}/check_interval; done) >/dev/null 2>&1 &"
          f" (for i in $(seq 50); do echo 1 >{HOME}/poll; done; echo done) >/tmp/polled 2>&1 &").ok()
    vm.until("grep done /tmp/polled")
    expect(polls(vm) >= 50, f"{polls(vm)} polls")


@case("poll-bank-off")
def poll_bank_off(vm):
    """The module does not poll a bank that it switched off."""
    vm.load()
    set_file(vm, "bank5ctl", 0).ok()
    vm.inject(0, 5, CORRECTED, 0, vm.fresh())
    vm.inject(0, 4, CORRECTED, 0, vm.fresh())
    poll_now(vm)
    same(one(vm.records(), "records"), bank=4)
    set_file(vm, "bank5ctl", "ffffffffffffffff").ok()
    poll_now(vm)
    same(vm.records()[-1], bank=5, flags=BY_MODULE)


@case("poll-firmware", boots=("plain",), options=hest.OPTIONS)
def poll_firmware(vm):
    """The module leaves banks alone that ACPI's HEST gives to the firmware."""
    vm.load()
    equal(vm.read(HOME + "/firmware_banks"), "3,7", "firmware_banks")
    for bank in (3, 4, 7):
        vm.inject(0, bank, CORRECTED, 0, vm.fresh())
    poll_now(vm)
    same(one(vm.records(), "records"), bank=4, flags=BY_MODULE)
    text = vm.mcwctl("status -v").ok()
    expect("never polls: 3,7" in text, f"status does not name them:\n{text}")
    equal(one(parse_json(vm.mcwctl("status --json").ok()), "objects")["firmware_banks"], "3,7",
          "firmware_banks in JSON")


@case("poll-interval")
def poll_interval(vm):
    """The timer finds a planted error in time, polls faster while there are errors, and slows
    down again."""
    no_kernel_polls(vm)
    vm.load(check_interval=1)
    vm.kernel_command("quiet 1")
    addr = vm.fresh()
    vm.inject(1, 5, CORRECTED, 0, addr)
    started = time.monotonic()
    vm.until("mcwtest lanes | grep 'lane=1 .* committed=1 '")
    took = time.monotonic() - started
    expect(took < 2.5 * vm.slow, f"found after {took:.1f} s")
    same(one(vm.records(), "records"), cpu=1, addr=addr, source=POLL, flags=BY_MODULE)
    vm.sh("sleep 4").ok()

    def polled(seconds):
        before = polls(vm)
        vm.sh(f"sleep {seconds}").ok()
        return polls(vm) - before

    idle = polled(5)
    most = 10 + 3 * vm.slow  # the query itself takes time on a slow machine
    expect(6 <= idle <= most, f"{idle} polls of two CPUs in 5 s at an interval of 1 s")
    begin, started = polls(vm), time.monotonic()
    while time.monotonic() - started < 5:
        vm.inject(0, 5, CORRECTED, 0, vm.fresh())
        time.sleep(0.01)
    hurried = polls(vm) - begin
    expect(hurried > 5 * idle, f"{hurried} polls under errors, {idle} without")
    vm.sh("sleep 4").ok()
    after = polled(5)
    expect(after <= most, f"{after} polls in 5 s after the errors")
    vm.note(f"polls in 5 s: {idle} idle, {hurried} under errors, {after} after them")


@case("poll-no-timer", boots=("plain",))
def poll_no_timer(vm):
    """0: each CPU's timer is deleted, and none is set again but for a poll by hand."""
    vm.load()
    hz, events = 250, ("timer_start", "timer_cancel")
    switch = "; ".join(f"echo {{0}} >{TRACE}/events/timer/{event}/enable" for event in events)

    def mark(name):
        return f"echo {name} >{TRACE}/trace_marker"

    alone(vm, switch.format(1)).ok()
    vm.sh(f"echo >{TRACE}/trace").ok()
    set_file(vm, "check_interval", 77).ok()
    vm.sh("sleep 0.5").ok()
    set_file(vm, "check_interval", 0).ok()
    vm.sh(f"{mark('none')}; sleep 3; {mark('hand')}; echo 1 >{HOME}/poll; {mark('done')}; sleep 1;"
          f" echo 0 >{TRACE}/tracing_on").ok()
    lines = vm.read(TRACE + "/trace").splitlines()
    alone(vm, f"{switch.format(0)}; echo 1 >{TRACE}/tracing_on; echo >{TRACE}/trace").ok()
    started = re.compile(r"timer_start: timer=(\S+) function=poll_timer .*\[timeout=(-?\d+)\]")
    starts = [(at, match[1], int(match[2])) for at, line in enumerate(lines)
              for match in [started.search(line)] if match]
    long = [(at, timer) for at, timer, timeout in starts if 76 * hz <= timeout <= 77 * hz]
    equal(len(long), 2, "timers of 77 s set, one for each CPU")
    for at, timer in long:
        later = [line for line in lines[at + 1:] if timer.rstrip(",") in line]
        expect(later and "timer_cancel" in later[0], f"not deleted: {later[:1]}")
    none, hand, done = (next(at for at, line in enumerate(lines) if line.endswith(": " + name)
                             and "tracing_mark_write" in line) for name in ("none", "hand", "done"))
    equal([at for at, *_ in starts if none < at < hand or at > done], [], "timers set after that")
    expect(len([at for at, *_ in starts if hand < at < done]) >= 2, "none was set by hand")


@case("poll-interval-range")
def poll_interval_range(vm):
    def said():
        return sum(line.startswith("mcewarden: check_interval: ") and "4294967295" in line
                   for line in vm.log())

    for value in ("-1", "4294967296", "x", "''"):
        result = vm.sh(f"insmod /mods/mcewarden.ko check_interval={value}")
        expect(result.status and "Invalid" in result.output, f"{value}: {result.output}")
    expect(said() >= 4, "not said at load")  # busybox tries twice
    before = said()
    vm.load(check_interval=4294967295)
    equal(vm.read(HOME + "/check_interval"), "4294967295", "check_interval")
    for value in ("-1", "4294967296", "x", "''"):
        expect(set_file(vm, "check_interval", value).status, f"{value} was taken")
    vm.sh("sleep 1").ok()
    equal(polls(vm), 0, "polls")
    equal(said() - before, 4, "lines in the log that name the range")


@case("poll-in-storm", boots=("cmci", "debug-cmci"))
def poll_in_storm(vm):
    """Neither poll nor check_interval touches a bank with the kernel's mark of a storm."""
    no_kernel_polls(vm)
    vm.load(check_interval=1, poll_banks="all")
    vm.write_msr(0, ctl2(5), CMCI_ENABLED | KERNEL_STORM)
    vm.kernel_command(f"plant 5 {CORRECTED_NO_MISC:x} 5000 0")
    vm.kernel_command(f"plant 4 {CORRECTED_NO_MISC:x} 4000 0")
    poll_now(vm)
    vm.sh("sleep 2.5").ok()
    same(one(vm.records(), "records"), bank=4, addr=0x4000, flags=BY_MODULE)
    vm.write_msr(0, ctl2(5), CMCI_ENABLED | 1)
    poll_now(vm)
    same(vm.records()[-1], bank=5, addr=0x5000, flags=BY_MODULE)


@case("poll-meets-cmci", boots=("cmci", "debug-cmci"), tags=("timing",))
def poll_meets_cmci(vm):
    """Polls and interrupts of one bank: each error is one record, not two. With the threshold at 2
    an interrupt finds two errors that come at once, and a poll finds one that comes alone."""
    count = 300
    no_kernel_polls(vm)
    vm.load(check_interval=0, poll_banks="all")
    vm.kernel_command("quiet 1")
    set_file(vm, "bank5threshold", 2).ok()
    vm.sh(f"(while :; do echo 1 >{HOME}/poll; done) >/dev/null 2>&1 & echo $! >/tmp/poller").ok()
    for number in range(count):
        vm.inject(0, 5, CORRECTED, 0, vm.fresh())
        if number % 3:
            time.sleep(0.1)  # slower than what the kernel calls a storm
    vm.sh("kill $(cat /tmp/poller)").ok()
    poll_now(vm)
    found = vm.records()
    addrs = [r["addr"] for r in found]
    equal(len(addrs), len(set(addrs)), "addresses, each once")
    by_us = sum(1 for r in found if r["flags"] & BY_MODULE)
    vm.note(f"{len(found)} records of {count} errors, {by_us} found by the module's poll")
    expect(0 < by_us < len(found), f"{by_us} of {len(found)} were found by the module's poll")

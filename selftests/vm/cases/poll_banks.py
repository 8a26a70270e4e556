# SPDX-License-Identifier: GPL-2.0
"""Which banks the module's polls look into: none that somebody else reads, none with ignore_ce."""

import time

from errors import CORRECTED, CORRECTED_NO_MISC, VAL, error_count, mc_status
from machine import (BY_MODULE, CMCI, HOME, INJECTED, KERNEL_KNOBS, POLL, equal, expect, one,
                     parse_json)
from registry import ON_DEBUG, case
from steps import load_injector, no_kernel_polls, our_lines, same, set_file

BANK = 5
THRESHOLD = 20
ROUNDS = 3
IGNORED = "the kernel's ignore_ce is 1"


def polls(vm):
    return int(vm.read(HOME + "/stats/polls"))


def polled_banks(vm):
    return vm.read(HOME + "/polled_banks")


def said(vm, words):
    return sum(words in line for line in our_lines(vm))


def poll_by_hand(vm):
    return set_file(vm, "poll", 1)


def still_there(vm):
    return bool(vm.read_msr(0, mc_status(BANK)) & VAL)


def plant(vm, addr):
    vm.kernel_command(f"plant {BANK} {CORRECTED_NO_MISC:x} {addr:x} 0")


def nothing_polls(vm):
    """A planted error stays, whatever the module could poll for."""
    before = polls(vm)
    plant(vm, 0x5000)
    result = poll_by_hand(vm)
    expect(result.status and "not supported" in result.output, f"poll: {result.output!r}")
    equal(said(vm, "mcewarden: poll: " + IGNORED), 1, "lines in the log with the reason")
    vm.kernel_command("vector")  # nobody owns it
    vm.sh("sleep 2.5").ok()
    equal((still_there(vm), polls(vm), vm.records()), (True, before, []),
          "whether the error is there, polls, records")
    equal(polled_banks(vm), "", "polled_banks")
    text = vm.mcwctl("status -v").ok()
    expect("banks     not polled by the module: ignore_ce is 1; polls" in text
           and "warning: ignore_ce is 1: neither the kernel nor the module" in text,
           f"status does not say so:\n{text}")


@case("ignore-ce", boots=ON_DEBUG)
def ignore_ce(vm):
    """Switched on and off while the module is there: its timer rests and comes back."""
    no_kernel_polls(vm)
    load_injector(vm, check_interval=1)
    vm.until(f"test $(cat {HOME}/stats/polls) -gt 2")
    vm.sh(f"echo 1 >{KERNEL_KNOBS}/ignore_ce; sleep 1.5").ok()
    nothing_polls(vm)
    set_file(vm, "check_interval", 2).ok()
    set_file(vm, "check_interval", 1).ok()
    equal(said(vm, "check_interval: no bank is left to poll, so no timer runs: " + IGNORED), 2,
          "lines in the log")
    vm.mcwctl("inject corrected --cpu 1 --bank 4").ok()
    same(one(vm.records(), "records"), bank=4, cpu=1, source=POLL, flags=INJECTED)
    vm.sh(f"echo 0 >{KERNEL_KNOBS}/ignore_ce").ok()
    vm.until("mcwtest lanes | grep 'lane=1 .* committed=2 '")
    same(vm.records()[-1], bank=BANK, addr=0x5000, flags=BY_MODULE)


@case("ignore-ce-at-boot", boots=("plain", "newer"), append="mce=ignore_ce")
def ignore_ce_at_boot(vm):
    vm.load(check_interval=1)
    nothing_polls(vm)


@case("poll-all-banks", boots=("plain", "newer", "amd"))
def poll_all_banks(vm):
    """Without CMCI the kernel polls all banks, and so does the module."""
    vm.load()
    banks = int(vm.read(HOME + "/mcg_cap"), 16) & 0xff
    equal((vm.read(HOME + "/poll_banks"), polled_banks(vm)), ("quiet", f"0-{banks - 1}"), "banks")
    plant(vm, 0x5000)
    poll_by_hand(vm).ok()
    same(one(vm.records(), "records"), bank=BANK, source=POLL, flags=BY_MODULE)
    for junk in ("none", "1", "''"):
        expect("Invalid" in set_file(vm, "poll_banks", junk).output, f"poll_banks takes {junk}")
    equal(said(vm, "is not one of: quiet, all"), 3, "lines in the log")


def errors_by_ten(vm, bank):
    """Ten errors at a time, with time for a poll after each ten. (source, count) of the records."""
    set_file(vm, f"bank{bank}threshold", THRESHOLD).ok()
    for _ in range(2 * ROUNDS):
        for _ in range(THRESHOLD // 2):
            vm.inject(0, bank, CORRECTED, 0, vm.fresh())
        vm.sh("sleep 1.3").ok()
    return [(r["source"], error_count(r["status"])) for r in vm.records() if r["bank"] == bank]


@case("poll-leaves-thresholds", boots=("cmci",), long_boots=("newer-cmci",), alone=True)
def poll_leaves_thresholds(vm):
    """A threshold above 1 is reached although the module polls, unless it polls all banks. Each
    time in another bank: to a kernel from 6.9 on, more interrupts of one bank are a storm."""
    by_interrupt = [(CMCI, THRESHOLD)] * ROUNDS
    no_kernel_polls(vm)
    vm.load(check_interval=0)
    equal(errors_by_ten(vm, 5), by_interrupt, "source and count, check_interval 0")
    set_file(vm, "check_interval", 1).ok()
    equal(errors_by_ten(vm, 6), by_interrupt, "source and count, check_interval 1")
    set_file(vm, "poll_banks", "all").ok()
    found = errors_by_ten(vm, 7)
    expect(len(found) >= 2 * ROUNDS and all(source == POLL for source, _ in found),
           f"source and count, poll_banks all: {found}")


@case("poll-no-bank-left", boots=("cmci",), long_boots=("newer-cmci",), alone=True)
def poll_no_bank_left(vm):
    """All banks interrupt: no timer, and it is said. It is there when they do not."""
    no_kernel_polls(vm)
    vm.load(check_interval=1)
    vm.sh("sleep 2").ok()
    equal((polled_banks(vm), polls(vm)), ("", 0), "banks and polls")
    set_file(vm, "check_interval", 2).ok()
    poll_by_hand(vm).ok()
    set_file(vm, "check_interval", 1).ok()
    equal((said(vm, "check_interval: no bank is left to poll, so no timer runs: the kernel reads"),
           said(vm, "poll: no bank is left to poll: the kernel reads"), polls(vm)), (2, 1, 0),
          "lines in the log, and polls")
    text = vm.mcwctl("status -v").ok()
    expect("banks     none is left to poll, so no timer runs; polls" in text, f"status:\n{text}")
    state = one(parse_json(vm.mcwctl("status --json").ok()), "objects")
    equal((state["poll_banks"], state["polled_banks"]), ("quiet", ""), "in JSON")
    vm.sh(f"echo 1 >{KERNEL_KNOBS}/cmci_disabled").ok()
    vm.until(f"test $(cat {HOME}/stats/polls) -gt 2")
    equal(polled_banks(vm), "0-9", "polled_banks without CMCI")
    plant(vm, 0x5000)
    vm.until("mcwtest lanes | grep 'lane=1 .* committed=1 '")
    same(one(vm.records(), "records"), bank=BANK, source=POLL, flags=BY_MODULE)
    vm.sh(f"echo 0 >{KERNEL_KNOBS}/cmci_disabled; sleep 2").ok()
    before = polls(vm)
    vm.sh("sleep 2").ok()
    equal((polled_banks(vm), polls(vm)), ("", before), "banks and polls with CMCI again")
    set_file(vm, "poll_banks", "all").ok()
    equal(polled_banks(vm), "0-9", "polled_banks at poll_banks all")
    started = time.monotonic()
    vm.until(f"test $(cat {HOME}/stats/polls) -gt {before + 2}")
    expect(time.monotonic() - started < 10 * vm.slow, "the timer came late")

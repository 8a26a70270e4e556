# SPDX-License-Identifier: GPL-2.0
"""The module's polls beside the kernel's timer, which polls in softirq with interrupts on: no error
is logged twice, and none is lost. The test module imitates that timer, with a poll each jiffy."""

from errors import CORRECTED_NO_MISC
from machine import BY_MODULE, HOME, TEST, equal, expect
from registry import case
from steps import no_kernel_polls

FIRST = 0x100000


def beside_timer(vm, count, vector):
    """Plants that many errors on CPU 1 beside the imitation; returns their records."""
    vm.kernel_command(f"timer 5 {CORRECTED_NO_MISC:x} {FIRST:x} {count} {vector}", cpu=1)
    vm.until(f"grep -x {count} {TEST}/planted", 180)
    vm.sh("sleep 0.5").ok()
    vm.kernel_command("timer stop", cpu=1)
    return vm.records()


def each_once(found, count):
    addrs = [record["addr"] for record in found]
    twice = len(addrs) - len(set(addrs))
    lost = count - len(set(addrs))
    equal((twice, lost), (0, 0), f"of {count} errors logged twice, and lost")
    equal(set(addrs), set(range(FIRST, FIRST + count)), "addresses")


@case("poll-beside-timer", alone=True)
def poll_beside_timer(vm):
    """Polls by hand, as fast as they can be, and those of check_interval."""
    count = (6000 if vm.full else 1500) // vm.small
    no_kernel_polls(vm)
    vm.load(check_interval=1)
    vm.kernel_command("quiet 1")
    vm.sh(f"(while :; do echo 1 >{HOME}/poll; done) >/dev/null 2>&1 & echo $! >/tmp/poller").ok()
    found = beside_timer(vm, count, 0)
    vm.sh("kill $(cat /tmp/poller)").ok()
    each_once(found, count)
    by_us = sum(1 for record in found if record["flags"] & BY_MODULE)
    vm.note(f"{by_us} of {count} errors were found by the module")
    expect(count // 20 < by_us < count, f"{by_us} of {count} errors were found by the module")


@case("poll-beside-timer-unowned", tags=("full",), alone=True)
def poll_beside_timer_unowned(vm):
    """Polls after interrupts that nobody owns, some of them in the middle of the timer's poll."""
    count = 6000 // vm.small
    no_kernel_polls(vm)
    vm.load(check_interval=0)
    vm.kernel_command("quiet 1")
    vm.sh("dmesg -n 1").ok()  # the kernel has a line for each of them
    found = beside_timer(vm, count, 1)
    vm.sh("dmesg -n 5").ok()
    each_once(found, count)
    unowned = int(vm.read(HOME + "/stats/cpu1/unowned"))
    expect(unowned >= count, f"{unowned} interrupts that nobody owns")
    by_us = sum(1 for record in found if record["flags"] & BY_MODULE)
    vm.note(f"{by_us} of {count} errors were found by the module")
    expect(count // 20 < by_us < count, f"{by_us} of {count} errors were found by the module")

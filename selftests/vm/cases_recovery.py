# SPDX-License-Identifier: GPL-2.0
"""What is done about a page, by whom, and what is said of it."""

import outcome as o
from cases_capture import MISC_PAGE, UCNA, same
from cases_exception import SRAO, hit, signalled, victim
from machine import SEVERE, equal, one
from registry import case


def held(vm, count=1):
    """Physical addresses of pages that a process holds."""
    output = vm.background(f"mcwtest hold {count}", "hold", "held")
    return [int(line, 16) for line in output.splitlines() if line[:2] == "0x"]


def corrupted(vm):
    """Pages that the kernel counts as lost."""
    return int(vm.read("/proc/meminfo | grep HardwareCorrupted").split()[1]) // 4


@case("outcome-ucna-poll")
def outcome_ucna_poll(vm):
    """The kernel's own poll finds it, and the kernel takes the page."""
    page = one(held(vm), "pages")
    vm.load()
    before = corrupted(vm)
    vm.kernel_command(f"plant 5 {UCNA:x} {page:x} {MISC_PAGE:x}")
    vm.kernel_command("poll 20 0")
    same(one(vm.outcomes(1), "outcomes"), of_lane=SEVERE, of_pos=0, page=page, err=0, tries=0,
         actor=o.KERNEL, action=o.OFFLINE, reason=o.DONE, turn=o.TURN_HANDLED, tolerant=1)
    equal(corrupted(vm) - before, 1, "pages that are lost")


@case("outcome-no-memory")
def outcome_no_memory(vm):
    vm.load()
    vm.kernel_command(f"plant 5 {UCNA:x} {vm.fresh():x} {MISC_PAGE:x}")
    vm.kernel_command("poll 20 0")
    same(one(vm.outcomes(1), "outcomes"), actor=o.NOBODY, action=o.NONE, reason=o.NO_PAGE,
         turn=o.TURN_UNHANDLED)


@case("outcome-srao", raises=True)
def outcome_srao(vm):
    vm.load()
    page, virt = victim(vm, "user")
    hit(vm, page)
    same(one(vm.outcomes(1), "outcomes"), page=page, actor=o.KERNEL, action=o.OFFLINE,
         reason=o.DONE, turn=o.TURN_HANDLED)
    signalled(vm, virt)

# SPDX-License-Identifier: GPL-2.0
"""Storms on AMD with scalable MCA."""

import re

from machine import (BY_MODULE, HOME, KERNEL_KNOBS, POLL, STORM, Skipped, equal, expect)
from registry import tagged
from smca import (CORRECTED, LS, OTHER_CORRECTED, OTHER_UMC, UMC, begin, forget_storms, mce,
                  set_limit)
from steps import CPU1, same

case = tagged("full")
SMCA = ("smca",)


@case("smca-storm", boots=SMCA)
def smca_storm(vm):
    """A storm is seen, nothing is throttled, and from 6.19 on, where polls would count in the
    kernel's own storm, the module leaves the bank alone. The kernel polls it once a second."""
    begin(vm)
    forget_storms(vm)
    vm.load(storm_window_ms=60000, storm_quiet_s=2 * vm.slow)
    set_limit(vm, "dram_ecc", 1)
    for number in range(1, 13):
        mce(vm, UMC, CORRECTED, vm.fresh(), number)
        vm.until(f"grep -x {number} {HOME}/stats/cpu0/records")
    set_limit(vm, "dram_ecc", 4095)
    mce(vm, UMC, CORRECTED, vm.fresh(), 13)
    mce(vm, OTHER_UMC, CORRECTED, vm.fresh(), 13)
    vm.sh(f"echo 1 >{HOME}/poll").ok()
    left = vm.kernel.since(6, 19)
    equal({r["bank"] for r in vm.records() if r["flags"] & BY_MODULE},
          {OTHER_UMC} if left else {UMC, OTHER_UMC}, "banks in which the module's poll looked")
    vm.until(f"grep -x 0x0000000000000000 {HOME}/stats/cpu0/storm_banks", 20)
    storms = [r for r in vm.notices() if r["type"] == STORM]
    equal([(r["phase"], r["cpu"], r["bank"], r["throttled"], r["declared"]) for r in storms],
          [(1, 0, UMC, 0, int(left)), (2, 0, UMC, 0, int(left))], "storms")
    equal(storms[0]["count"], 5 if left else 10, "interrupts that made it one")
    equal(vm.read(f"{HOME}/stats/storm_polls"), "0", "polls of the storm")


def polled_by_module(vm):
    """Return in which memory controllers the module's polls have found errors. The kernel's poll
    may come first; but if it leaves the first error, it leaves the second one too."""
    for number in range(4):
        mce(vm, OTHER_UMC, CORRECTED, vm.fresh(), number)
        mce(vm, UMC, CORRECTED, vm.fresh(), number)
        vm.sh(f"echo 1 >{HOME}/poll").ok()
        banks = {r["bank"] for r in vm.records() if r["flags"] & BY_MODULE}
        if OTHER_UMC in banks:
            break
    return banks


@case("smca-storm-by-polls", boots=SMCA)
def smca_storm_by_polls(vm):
    """From 6.19 on errors that polls find make a storm of the kernel's, without any interrupt. The
    module's polls would end it early, so they leave the bank alone until the kernel ends it."""
    if not vm.kernel.since(6, 19):
        raise Skipped(f"{vm.kernel.version} looks for no storms on AMD")
    begin(vm)
    forget_storms(vm)
    vm.load(storm_quiet_s=2 * vm.slow)
    vm.sh(f"echo 1 >{KERNEL_KNOBS}/check_interval").ok()
    for number in range(1, 6):
        mce(vm, UMC, CORRECTED, vm.fresh(), number)
        vm.until(f"mcwtest lanes | grep 'lane=1 .* committed={number} '")
    equal(vm.read(f"{HOME}/stats/storms"), "1", "storms")
    equal(polled_by_module(vm), {OTHER_UMC}, "banks in which the module's polls looked")
    vm.until(f"grep -x 0x0000000000000000 {HOME}/stats/cpu0/storm_banks", 20)
    equal([(r["phase"], r["cpu"], r["bank"], r["count"], r["throttled"], r["declared"])
           for r in vm.notices() if r["type"] == STORM],
          [(1, 0, UMC, 0, 0, 1), (2, 0, UMC, 0, 0, 1)], "storms")
    forget_storms(vm)
    banks = polled_by_module(vm)
    last = [(r["bank"], r["source"], r["flags"]) for r in vm.records()[-8:]]
    said = [line for line in vm.log() if "storm" in line]
    equal(banks, {UMC, OTHER_UMC}, f"banks of its polls after the kernel's storm; the last records"
          f" {last}, the log {said}")


@case("smca-storm-cpu-back", boots=SMCA)
def smca_storm_cpu_back(vm):
    """A storm of the module's ends when its CPU goes offline. From 6.19 on the kernel keeps its
    own, which goes on when the CPU is back, and the module leaves the bank alone."""
    if not vm.kernel.since(6, 19):
        raise Skipped(f"{vm.kernel.version} looks for no storms on AMD")
    begin(vm)
    banks, poll = HOME + "/stats/cpu1/storm_banks", f"poll {1 << LS:x} 0"
    vm.load(storm_quiet_s=60)
    for number in range(1, 6):
        mce(vm, LS, OTHER_CORRECTED, vm.fresh(), number, cpu=1)
        vm.kernel_command(poll, cpu=1)
    vm.until(f"grep -x {1 << LS:#018x} {banks}")
    vm.sh(f"echo 0 >{CPU1} && echo 1 >{CPU1}").ok()
    vm.until(f"grep -x {1 << LS:#018x} {banks}")
    equal([(r["phase"], r["cpu"], r["bank"], r["declared"]) for r in vm.notices()
           if r["type"] == STORM], [(1, 1, LS, 1), (2, 1, LS, 1), (1, 1, LS, 1)], "storms")
    mce(vm, LS, OTHER_CORRECTED, vm.fresh(), 6, cpu=1)
    vm.sh(f"echo 1 >{HOME}/poll").ok()
    equal([r for r in vm.records() if r["flags"] & BY_MODULE], [], "records of the module's poll")
    vm.sh(f"for n in $(seq 64); do mcwtest kernel 1 '{poll}'; done", 60).ok()
    said = [line for line in vm.log() if re.search(rf"CPU1 BANK{LS} .*storm", line)]
    equal([line.rsplit(maxsplit=1)[1] for line in said], ["detected", "subsided"], f"lines {said}")
    mce(vm, LS, OTHER_CORRECTED, vm.fresh(), 7, cpu=1)
    vm.sh(f"echo 1 >{HOME}/poll").ok()
    same(vm.records()[-1], source=POLL, bank=LS, cpu=1)
    expect(vm.records()[-1]["flags"] & BY_MODULE, "the module's poll did not look")

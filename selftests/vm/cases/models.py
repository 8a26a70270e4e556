# SPDX-License-Identifier: GPL-2.0
"""Machines with other numbers of CPUs, and machines without machine checks."""

from errors import CORRECTED_NO_MISC
from machine import CMCI, EXCEPTION, HOME, OTHER, POLL, SEVERE, equal, expect, one
from registry import case
from steps import (held_page, hit, no_kernel_polls, our_lines, polled, polls_at_interrupt, same,
                   same_counts, signalled, victim)

BOOTS = ("plain", "newer", "amd")


def refused(vm, sentence):
    """The load fails with ENODEV, one line in the log says why, and nothing is left behind."""
    result = vm.sh("insmod /mods/mcewarden.ko")
    expect(result.status and "No such device" in result.output, f"insmod: {result.output!r}")
    # busybox tries two system calls.
    line = one(sorted(set(our_lines(vm))), "lines")
    expect(sentence in line, f"'{line}' does not say '{sentence}'")
    equal(vm.sh(f"test -e {HOME} || test -e /dev/mcewarden").status, 1, "what is left")


@case("no-machine-checks", boots=("plain", "amd"), long_boots=("newer",), features=",-mce,-mca", cpus=1)
def no_machine_checks(vm):
    refused(vm, "no machine-check architecture")


@case("machine-checks-off", boots=BOOTS, append="mce=off", cpus=1)
def machine_checks_off(vm):
    refused(vm, "mce=off")


@case("one-cpu", boots=("plain",), long_boots=("newer", "amd"), cpus=1, raises=True)
def one_cpu(vm):
    """All ways to capture a record on a single CPU, where nothing else can run meanwhile."""
    vm.load()
    page = held_page(vm)
    vm.kernel_command(f"plant 4 {CORRECTED_NO_MISC:x} 1000 0")
    vm.kernel_command("vector")
    vm.kernel_command(f"burst 4 40 {CORRECTED_NO_MISC:x} 2000 0 0 0")
    found = vm.records()
    same(found[0], source=CMCI if polls_at_interrupt(vm) else POLL, cpu=0, bank=4, lane=OTHER)
    equal([record["addr"] for record in found[1:]], list(range(0x2000, 0x2000 + 40)), "a burst")
    equal(vm.read(HOME + "/stats/cpu0/interrupts"), "1", "interrupts")
    if not vm.is_amd():
        polled(vm, page)
        same(one(vm.outcomes(1), "outcomes"), page=page)
        equal(vm.poisoned(page), [True], "poisoned")
        page, virt = victim(vm, "user")
        hit(vm, page)
        signalled(vm, virt)
        same(vm.records()[-1], source=EXCEPTION, cpu=0, addr=page, lane=SEVERE)
        vm.outcomes(2)
    vm.unload()


@case("four-cpus", boots=(), long_boots=("plain", "newer", "amd"), cpus=4, raises=True)
def four_cpus(vm):
    """Errors on all CPUs at once, on a CPU that goes and comes, and an exception on each CPU."""
    cpus, count = range(4), 200
    vm.kernel_command("quiet 1")
    # The kernel's polls must not take an error planted for an interrupt. So the bursts come
    # afterwards: from 6.9 on the kernel polls once a second after a burst.
    no_kernel_polls(vm)
    vm.load()
    online = "/sys/devices/system/cpu/cpu3/online"
    vm.sh(f"echo 0 >{online} && echo 1 >{online}").ok()
    for cpu in cpus:
        vm.kernel_command(f"plant 4 {CORRECTED_NO_MISC:x} {vm.fresh():x} 0", cpu=cpu)
        vm.kernel_command("vector", cpu=cpu)
        same_counts(vm, cpu, interrupts=1, unowned=1, records=int(polls_at_interrupt(vm)))
    vm.unload()
    vm.load()
    # One shell for each CPU; the last one waits for the others.
    one_each = " & ".join(f"mcwtest kernel {cpu} 'burst {4 + cpu} {count} {CORRECTED_NO_MISC:x}"
                          f" {(cpu + 1) << 20:x} 0 0 0'" for cpu in cpus)
    vm.sh(f"{one_each} & wait").ok()
    groups, end = vm.sums()
    by_cpu = {group["cpu"]: group for group in groups}
    for cpu in cpus:
        first = (cpu + 1) << 20
        same(by_cpu[cpu], n=count, first=first, last=first + count - 1, unordered=0, bank=4 + cpu)
    same(end, overruns=0, disorder=0, gaps1=0)
    if not vm.is_amd():
        pages = vm.hold("hold 4")
        for cpu, page in zip(cpus, pages):
            hit(vm, page, cpu)
            same(vm.records()[-1], source=EXCEPTION, cpu=cpu, addr=page, lane=SEVERE)
        vm.outcomes(4)
        equal(vm.poisoned(*pages), [True] * 4, "poisoned")
    vm.unload()

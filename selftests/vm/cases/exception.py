# SPDX-License-Identifier: GPL-2.0
"""Errors that raise #MC. They taint the kernel, so these cases run last in a boot."""

from errors import (BROADCAST, CORRECTED, CORRECTED_NO_MISC, FATAL_TIMER, GRADE_AO, GRADE_PANIC,
                    LEFT_BY_BROADCAST, LOCAL, MCIP, MISC_PAGE, OVER, SRAO, UCNA)
from machine import (EVENT, EXCEPTION, HOME, LEFTOVER, OTHER, POLL, SEVERE, TEST, Failed,
                     equal, expect, one)
from registry import ON_DEBUG, ON_NEWER, case
from steps import (FAKE_PANIC, events, held_page, hit, same, signalled, streamed,
                   victim)

BEFORE = {"exceptions": "MCE", "threshold_interrupts": "THR", "deferred_interrupts": "DFR"}


def spin_on_cpu0(vm, irqs_off):
    """Keep CPU 0 inside the kernel, and return meanwhile. The guest's shell runs on CPU 1 so
    long."""
    vm.sh("taskset -p 2 1 >/dev/null").ok()
    # On a busy host CPU 1 can miss all of it: then again.
    vm.sh(f"for again in 1 2 3 4 5; do mcwtest kernel 0 'spin 1500 {irqs_off}' >/tmp/spin 2>&1 &"
          f" while kill -0 $! 2>/dev/null; do grep -q 1 {TEST}/spinning && break 2; done; done;"
          f" grep -q 1 {TEST}/spinning").ok()
    # The answer may come only after the spin, because the serial line interrupts CPU 0.
    return vm.start("taskset -p 3 1 >/dev/null")


def exception(record, page):
    """The tap captures inside the #MC, and sees MCG_STATUS as it is there."""
    same(record, type=EVENT, lane=SEVERE, source=EXCEPTION, flags=0, bank=6, cpu=0, addr=page,
         status=SRAO, misc=MISC_PAGE, severity=GRADE_AO, mcgstatus=LOCAL)


@case("srao-user", boots=ON_DEBUG, tags=("quick",), raises=True)
def srao_user(vm):
    vm.load()
    for hits in range(1, 11):
        page, virt = victim(vm, "user")
        hit(vm, page)
        record = vm.records()[-1]
        equal(len(vm.records()), hits, "records")
        exception(record, page)
        signalled(vm, virt)
        if record["cs"] & 3 == 3:
            break
        # The CPU was in an interrupt at that moment, as it often is on a slow kernel.
    else:
        raise Failed(f"{hits} exceptions, and none from user mode")
    expect(record["ip"] < 1 << 47, f"ip {record['ip']:#x} is not the process's")


@case("errors-before-load", boots=("plain", "newer"), raises=True)
def errors_before_load(vm):
    """What the kernel counted before the load is known after it, and status says so."""
    def counted(name):
        lines = vm.sh("cat /proc/interrupts").ok().splitlines()
        found = [line.split() for line in lines if line.split()[0] == name + ":"]
        return sum(int(word) for line in found for word in line[1:] if word.isdigit())

    vm.inject(0, 6, SRAO, LOCAL, victim(vm, "user")[0])
    vm.until("grep -q 'MCE: .*[1-9].* Mach' /proc/interrupts")
    vm.kernel_command("vector")
    vm.kernel_command("vector", cpu=1)
    at_load = {file: counted(name) for file, name in BEFORE.items()}
    vm.load()
    equal({file: int(vm.read(f"{HOME}/stats/before_load/{file}")) for file in BEFORE}, at_load,
          "counts before the load")
    expect(at_load["exceptions"] and at_load["threshold_interrupts"], f"counted {at_load}")
    said = " ".join(vm.mcwctl("status").ok().split())
    expect(f"before {at_load['exceptions']} exception" in said and
           "errors came before the load, how many records is unknown" in said, said)
    hit(vm, victim(vm, "user")[0])
    expect(counted("MCE") > at_load["exceptions"], "no more exceptions")
    equal(int(vm.read(f"{HOME}/stats/before_load/exceptions")), at_load["exceptions"], "later")


@case("srao-kernel", raises=True)
def srao_kernel(vm):
    vm.load()
    page, virt = victim(vm, "sleep")
    for irqs_off in (0, 1):
        spin = spin_on_cpu0(vm, irqs_off)
        vm.inject(0, 6, SRAO, LOCAL, page)
        vm.finish(spin).ok()
        vm.until(f"grep -q 0 {TEST}/spinning")
        record = vm.records()[-1]
        exception(record, page)
        equal(record["cs"] & 3, 0, "privilege level at the exception")
        expect(record["ip"] >> 63, f"ip {record['ip']:#x} is not the kernel's")
        if not irqs_off:
            signalled(vm, virt)
            page = held_page(vm)
    equal(len(vm.records()), 2, "records")


@case("srao-broadcast", raises=True)
def srao_broadcast(vm):
    """All CPUs enter the handler. One has the error; the others keep an error in a bank."""
    vm.load()
    page = held_page(vm)
    vm.inject(0, 6, SRAO, BROADCAST, page, broadcast=True)
    vm.until("mcwtest lanes | grep 'lane=0 .* committed=1 '")
    same(one(vm.records(), "records"), source=EXCEPTION, bank=6, cpu=0, addr=page, status=SRAO,
         severity=GRADE_AO, flags=0, lane=SEVERE)
    vm.kernel_command("poll 2 0", cpu=1)
    found = vm.records()
    equal(len(found), 2, "records after a poll")
    same(found[1], source=POLL, flags=0, bank=1, cpu=1, status=LEFT_BY_BROADCAST, lane=SEVERE)
    vm.inject(0, 6, SRAO, BROADCAST, page, broadcast=True)
    vm.until("mcwtest lanes | grep 'lane=0 .* committed=3 '")
    vm.poll_kernel()
    found = vm.records()
    equal(len(found), 4, "records after the kernel looked for what was left over")
    same(found[3], source=POLL, flags=LEFTOVER, bank=1, cpu=1, status=LEFT_BY_BROADCAST)


@case("emulator-agrees", raises=True)
def emulator_agrees(vm):
    """The emulator reports as many events as there are records, except errors that met a full
    bank; the bit OVER accounts for those."""
    pages = vm.hold("hold 6")
    vm.load()
    before = vm.qemu.monitor.count("MEMORY_FAILURE")
    for page in pages:
        hit(vm, page)
    for bank in (2, 3, 4, 5):
        vm.inject(0, bank, CORRECTED, 0, vm.fresh())
    vm.kernel_command("poll 1ff 0")
    last = 0
    for _ in range(3):
        last = vm.fresh()
        vm.inject(1, 5, CORRECTED, 0, last)
    vm.kernel_command("poll 1ff 0", cpu=1)
    found = vm.records()
    events = vm.qemu.monitor.count("MEMORY_FAILURE") - before
    equal(events, 6 + 4 + 3, "events of the emulator")
    equal(sum(1 for r in found if r["source"] == EXCEPTION), 6, "records of exceptions")
    over = one([r for r in found if r["status"] & OVER], "records with OVER")
    same(over, cpu=1, bank=5, addr=last, lane=OTHER)
    equal(len(found), events - 2, "records, where two errors met a full bank")
    equal([r["addr"] for r in found if r["source"] == EXCEPTION], pages, "addresses")


@case("exceptions-in-flood", raises=True)
def exceptions_in_flood(vm):
    """Exceptions hit a CPU that captures corrected errors all the time."""
    count = 10
    vm.load()
    vm.kernel_command("quiet 1")
    pages = vm.hold(f"hold {count}")
    # Nobody reads meanwhile, so what comes in must fit into the lane.
    vm.kernel_command(f"stream 0 4 {CORRECTED_NO_MISC:x} 100000 400")
    for page in pages:
        hit(vm, page)
    vm.kernel_command("stop")
    others = streamed(vm)
    groups, end = vm.sums()
    severe = one([g for g in groups if g["lane"] == SEVERE], "kinds of severe records")
    same(severe, source=EXCEPTION, n=count)
    same(one([g for g in groups if g["lane"] == OTHER], "kinds of others"), n=others,
         first=0x100000, last=0x100000 + others - 1, unordered=0)
    same(end, overruns=0, disorder=0, gaps0=0, gaps1=0)
    if others < count:
        raise Failed(f"only {others} corrected errors around {count} exceptions")


@case("exception-no-mcip", boots=ON_NEWER, raises=True, last=True)
def exception_no_mcip(vm):
    """MCG_STATUS without MCIP inside the handler is fatal. The module distinguishes the record
    from a poll's, on the same CPU and with the same registers, because no poll was under way."""
    vm.load()
    vm.kernel_command("poll 1ff 0")  # one that is over, on the CPU of the exceptions
    vm.sh(f"echo 1 >{FAKE_PANIC}").ok()
    # These errors are called uc_no_mcip and fatal in mce-inject's tests. Under fake_panic they stay
    # in their banks, and the handler looks no further than the first fatal one: so downwards.
    for bank, status in ((6, SRAO), (5, FATAL_TIMER)):
        vm.inject(0, bank, status, LOCAL & ~MCIP, vm.fresh())
        vm.until(f"mcwctl read --json --bank {bank} | grep -i 0x{status:016x}")
        found = [r for r in vm.records() if r["bank"] == bank]
        same(found[-1], source=EXCEPTION, cpu=0, status=status, severity=GRADE_PANIC)
    rules = {e["rule"] for e in events(vm) if int(e["status"], 16) == SRAO}
    equal(rules, {"no-mcip"}, "rules of the one without PCC")
    # The errors that the handler left are found by polls on both CPUs, also by the timer's poll.
    vm.kernel_command("poll 1ff 0")
    for cpu in (0, 1):
        for status in (CORRECTED, UCNA):
            addr = vm.fresh()
            vm.kernel_command(f"burst 4 1 {status:x} {addr:x} 0 0 0", cpu=cpu)
            same(vm.records()[-1], source=POLL, cpu=cpu, status=status)
    vm.sh(f"echo 0 >{FAKE_PANIC}").ok()
